"""Charts of the evidence: where studies lie (the map), and which way effects point (counts)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

JOINT = "; "
_AREA = alt.Scale(type="linear", range=[30, 900], domainMin=0)
NOTHING = "(none)"
Row = Mapping[str, Any]
Facet = Mapping[str, Any]


def top_terms(facet: Facet) -> dict[str, str]:
    """Return the label of the highest term above each term, by the term's own label."""
    by_code = {term["code"]: term["label"] for term in facet["terms"]}
    found = {}
    for code, label in by_code.items():
        parts = code.split(".")
        above = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        found[label] = next(by_code[prefix] for prefix in above if prefix in by_code)
    return found


def labels(row: Row, facet: Facet, *, top: bool = False) -> list[str]:
    """Return the labels in one cell of the table, without repeats; `top` lifts each to its top."""
    lifted = top_terms(facet)
    some = [label for label in str(row.get(facet["id"]) or "").split(JOINT) if label]
    return list(dict.fromkeys(lifted.get(s, s) if top else s for s in some)) or [NOTHING]


def map_counts(
    rows: Iterable[Row], down: Facet, across: Facet, apart: Facet | None, *, top: bool = True
) -> pd.DataFrame:
    """Count studies and effects in each cell of the map.

    Columns: down, across, apart, studies, effects. A study with several terms is in each.
    """
    studies: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    effects: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        for a in labels(row, down, top=top):
            for b in labels(row, across, top=top):
                for c in labels(row, apart) if apart else [""]:
                    studies[a, b, c].add(row["study_id"])
                    effects[a, b, c] += 1
    return pd.DataFrame(
        [(*cell, len(some), effects[cell]) for cell, some in studies.items()],
        columns=["down", "across", "apart", "studies", "effects"],
    )


def evidence_map(counts: pd.DataFrame, down: Facet, across: Facet) -> alt.Chart:
    """Draw bubbles as large as their number of studies, the groups of `apart` side by side."""
    groups = sorted(counts["apart"].unique())
    base = alt.Chart(counts).encode(
        x=alt.X("across:N", title=across["label"], axis=_axis(labelAngle=-65)),
        # its heading above the chart: beside it, it would run into long labels
        y=alt.Y("down:N", title=None, axis=_axis()),
        xOffset=alt.XOffset("apart:N", sort=groups),
        tooltip=[
            alt.Tooltip("down:N", title=down["label"]),
            alt.Tooltip("across:N", title=across["label"]),
            alt.Tooltip("apart:N", title="Group"),
            alt.Tooltip("studies:Q", title="Studies"),
            alt.Tooltip("effects:Q", title="Effects"),
        ],
    )
    # told apart by shape as well as by colour (blue and orange, safe for colour-blind eyes)
    bubbles = base.mark_point(filled=True, opacity=0.9).encode(
        size=alt.Size("studies:Q", title="Studies", legend=_whole(counts), scale=_AREA),
        color=alt.Color(
            "apart:N",
            title="",
            sort=groups,
            legend=alt.Legend(orient="top"),
            scale=alt.Scale(domain=groups, range=["#0072B2", "#E69F00", "#009E73", "#CC79A7"]),
        ),
        shape=alt.Shape(
            "apart:N",
            title="",
            sort=groups,
            scale=alt.Scale(domain=groups, range=["circle", "diamond", "square", "triangle-up"]),
        ),
    )
    # of the whole drawing, the labels below and the legends above included
    height = 32 * counts["down"].nunique() + 340
    drawn: alt.Chart = bubbles.properties(
        height=height, title=alt.Title(f"{down['label']} by {across['label'].lower()}")
    )
    return drawn


def _axis(**options: Any) -> alt.Axis:
    return alt.Axis(labelLimit=220, labelOverlap=False, grid=True, **options)


def _whole(counts: pd.DataFrame) -> alt.Legend:
    """A legend of a few whole numbers of studies."""
    most = int(counts["studies"].max())
    return alt.Legend(
        values=sorted({1, (most + 1) // 2, most}), format="d", orient="top", symbolType="circle"
    )


def direction_counts(
    rows: Iterable[Row], outcome: Facet, direction: Facet, apart: Facet | None
) -> pd.DataFrame:
    """Count effects of each outcome by direction, one line an outcome and group, with studies."""
    names = [term["label"] for term in direction["terms"]]
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    studies: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        for a in labels(row, outcome):
            for c in labels(row, apart) if apart else [""]:
                studies[a, c].add(row["study_id"])
                for way in labels(row, direction):
                    counts[a, c][way] += 1
    lines: list[dict[str, Any]] = []
    for a, c in sorted(counts):
        line: dict[str, Any] = {outcome["label"]: a}
        if apart:
            line[apart["label"]] = c
        some: Sequence[str] = [n for n in names if any(x[n] for x in counts.values())]
        line |= {name: counts[a, c][name] for name in some}
        lines.append(line | {"Studies": len(studies[a, c])})
    return pd.DataFrame(lines)
