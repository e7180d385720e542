"""Decides how far two assessors agreed, item by item, domain by domain and over whole studies.

Percent, kappa, PABAK and AC1 as for votes. Where categories have an order (low, some, high, very
high) a weighted kappa with linear weights is added, over the pairs in which both used one of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from review.extraction.appraisal_comparison import Document
from review.protocol.appraisal import NOT_APPLICABLE, Tool
from review.screening.agreement import Measures, measure
from review.screening.coefficients import Interval, Z
from review.vocab import Risk

ORDERED = (Risk.LOW.value, Risk.SOME.value, Risk.HIGH.value, Risk.VERY_HIGH.value)
WEIGHTED_METHOD = (
    "linear weights (Cohen 1968), large-sample interval (Fleiss, Cohen and Everitt 1969)"
)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAgreement:
    """Agreement over one item or domain of a tool, or over the whole study (`overall`)."""

    tool: str
    part: str
    id: str
    label: str
    measures: Measures
    weighted: float | None
    weighted_interval: Interval | None
    weighted_n: int


def agreements(tool: Tool, pairs: Iterable[tuple[Document, Document]]) -> list[ToolAgreement]:
    """Return the agreement over each item, each domain and the whole, of studies by one tool.

    `pairs` are the two appraisals of each study, in the order of the assessors.
    """
    both = list(pairs)
    found = []
    for item in tool.items:
        said = [
            (str(a["answers"][item.id]["answer"]), str(b["answers"][item.id]["answer"]))
            for a, b in both
            if item.id in a["answers"] and item.id in b["answers"]
        ]
        means = {code: risk.value for code, risk in tool.means_of(item).items()}
        order = (*tool.answers_of(item), NOT_APPLICABLE)
        found += _measured(tool, "item", item.id, item.question, said, order, means)
    levels = (*(risk.value for risk in Risk), NOT_APPLICABLE)
    own = {level: level for level in levels}
    for domain in tool.domains:
        said = [(_domain(a, domain.id), _domain(b, domain.id)) for a, b in both]
        found += _measured(tool, "domain", domain.id, domain.label, said, levels, own)
    said = [(str(a["overall"]), str(b["overall"])) for a, b in both]
    found += _measured(tool, "overall", "overall", "Overall", said, levels, own)
    return found


def weighted_kappa(
    pairs: Sequence[Pair], order: Sequence[str]
) -> tuple[float | None, Interval | None]:
    """Return kappa with linear weights (Cohen 1968) and its interval (Fleiss et al. 1969).

    `order` are the categories from one end to the other; pairs outside it are the caller's to
    leave out. Empty where not defined: no pairs, or everything in one category.
    """
    n, k = len(pairs), len(order)
    if not n or k < 2:
        return None, None
    place = {category: i for i, category in enumerate(order)}
    cells = [[0.0] * k for _ in range(k)]
    for a, b in pairs:
        cells[place[a]][place[b]] += 1 / n
    rows = [sum(row) for row in cells]
    columns = [sum(cells[i][j] for i in range(k)) for j in range(k)]
    weight = [[1 - abs(i - j) / (k - 1) for j in range(k)] for i in range(k)]
    grid = [(i, j) for i in range(k) for j in range(k)]
    observed = sum(weight[i][j] * cells[i][j] for i, j in grid)
    expected = sum(weight[i][j] * rows[i] * columns[j] for i, j in grid)
    if expected > 1 - 1e-12:
        return None, None
    value = (observed - expected) / (1 - expected)
    by_row = [sum(weight[i][j] * columns[j] for j in range(k)) for i in range(k)]
    by_column = [sum(weight[i][j] * rows[i] for i in range(k)) for j in range(k)]
    spread = sum(
        cells[i][j] * (weight[i][j] - (by_row[i] + by_column[j]) * (1 - value)) ** 2
        for i, j in grid
    )
    spread -= (value - expected * (1 - value)) ** 2
    error = sqrt(max(spread, 0.0) / n) / (1 - expected)
    if error < 1e-8:
        return value, None
    return value, (max(-1.0, value - Z * error), min(1.0, value + Z * error))


def _measured(
    tool: Tool,
    part: str,
    id: str,
    label: str,
    said: list[Pair],
    order: Sequence[str],
    means: Mapping[str, str],
) -> list[ToolAgreement]:
    if not said:
        return []
    risks = [(means.get(a, ""), means.get(b, "")) for a, b in said]
    ordinal = [pair for pair in risks if all(one in ORDERED for one in pair)]
    used = {risk for risk in means.values() if risk in ORDERED}
    scale = [risk for risk in ORDERED if risk in used or part != "item"]
    if part != "item" and Risk.VERY_HIGH not in tool.levels:
        scale = [risk for risk in scale if risk != Risk.VERY_HIGH.value]
    # with two categories a weighted kappa is kappa itself
    weighted = weighted_kappa(ordinal, scale) if len(scale) > 2 else (None, None)
    return [
        ToolAgreement(
            tool=tool.name,
            part=part,
            id=id,
            label=label,
            measures=measure(said, order=order),
            weighted=weighted[0],
            weighted_interval=weighted[1],
            weighted_n=len(ordinal) if len(scale) > 2 else 0,
        )
    ]


def _domain(one: Document, domain: str) -> str:
    said: Any = (one["domains"].get(domain) or {}).get("judgement")
    return str(said or NOT_APPLICABLE)
