"""Decides what a study shows in the plots of a tool: one light a column, and the whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.extraction.judging import item_judgement
from review.protocol.appraisal import Tool
from review.vocab import Risk

OVERALL = "overall"


@dataclass(frozen=True, slots=True)
class Light:
    """One column of one study: `risk` is None where it does not apply, and not there if unasked."""

    column: str
    label: str
    risk: Risk | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study with its settled appraisal; `weight` is its people or animals, 0 where not known."""

    id: int
    label: str
    population: str
    lights: tuple[Light, ...]
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The studies of one population by one tool."""

    tool: Tool
    population: str
    columns: tuple[tuple[str, str], ...]
    studies: tuple[Study, ...]


def lights(
    tool: Tool, answers: Mapping[str, Any], domains: Mapping[str, Any], overall: Risk
) -> tuple[Light, ...]:
    """Return what a settled appraisal shows: its items or domains, as the tool says, and all."""
    found = []
    if tool.columns == "items":
        for item in tool.items:
            if item.id in answers:
                risk = item_judgement(tool, item, str(answers[item.id]["answer"]))
                found.append(Light(item.id, _of(tool, item.domain, item.id), risk))
    else:
        for domain in tool.domains:
            said = (domains.get(domain.id) or {}).get("judgement")
            risk = Risk(said) if said else None
            found.append(Light(domain.id, _of(tool, domain.id, domain.id), risk))
    return (*found, Light(OVERALL, "Overall", overall))


def columns(tool: Tool) -> tuple[tuple[str, str], ...]:
    """Return every column of a tool's plots: its id and what stands above it."""
    if tool.columns == "items":
        own = [(item.id, _of(tool, item.domain, item.id)) for item in tool.items]
    else:
        own = [(domain.id, _of(tool, domain.id, domain.id)) for domain in tool.domains]
    return (*own, (OVERALL, "Overall"))


def panels(tools: Mapping[str, Tool], studies: Iterable[tuple[str, Study]]) -> list[Panel]:
    """Return the panels of studies given with the name of their tool: by tool, then population.

    The order within a panel is that of the studies given.
    """
    found: dict[tuple[str, str], list[Study]] = {}
    for tool, study in studies:
        found.setdefault((tool, study.population), []).append(study)
    order = list(tools)
    keys = sorted(found, key=lambda key: order.index(key[0]))
    return [
        Panel(
            tool=tools[tool],
            population=population,
            columns=columns(tools[tool]),
            studies=tuple(found[tool, population]),
        )
        for tool, population in keys
    ]


def shares(panel: Panel, *, weighted: bool) -> list[tuple[str, str, Risk | None, int, float]]:
    """Return of each column and judgement: (column, label, risk, studies, share of 1).

    Shares are of the studies that the column was asked of, each once, or by its weight; studies
    without a weight are left out of a weighted share.
    """
    found = []
    for column, label in panel.columns:
        by_risk: dict[Risk | None, list[float]] = {}
        for study in panel.studies:
            weight = study.weight if weighted else 1.0
            for light in study.lights:
                if light.column == column and weight:
                    by_risk.setdefault(light.risk, []).append(weight)
        total = sum(map(sum, by_risk.values()))
        for risk in (*Risk, None):
            if risk in by_risk:
                own = by_risk[risk]
                found.append((column, label, risk, len(own), sum(own) / total))
    return found


def _of(tool: Tool, domain: str, id: str) -> str:
    label = next(one.label for one in tool.domains if one.id == domain)
    return label if id == domain and not id[-1:].isdigit() else f"{id} {label}"


def words(tools: Sequence[Tool], risk: Risk | None) -> str:
    """Return what the tools call a judgement, each wording once."""
    if risk is None:
        return "Not applicable"
    return " / ".join(dict.fromkeys(tool.level(risk) for tool in tools))
