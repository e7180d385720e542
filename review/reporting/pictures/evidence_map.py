"""How the evidence map is drawn: a bubble as large as its studies, gaps left visible."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import (
    clickable,
    colours,
    data,
    inked,
    marked,
    names,
    shapes,
    sized,
    slanted,
    tooltips,
)
from review.reporting.pictures.picture import Picture, listed, several
from review.synthesis.axes import NONE, Axis, Row, axis
from review.synthesis.crossing import Cell, cross

_DARK = 0  # the first colour carries white numbers, the others dark ones
NOTE = (
    "A bubble stands for studies with at least one effect in that cell; its area grows with their "
    "number, which is written in it. A study with several terms is counted in each. A small cross "
    "marks a cell without any study. The map counts studies, not what they found (evidence and gap "
    "map: Snilstveit et al., J Clin Epidemiol 2016;79:120-129)."
)


def evidence_map(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    down: str = "emg_method",
    across: str = "outcome_domain",
    apart: str = "population",
    every: bool = False,
) -> Picture:
    """The map of two axes, a third told apart by place, colour and shape (`apart` empty: none)."""
    lines, columns = axis(codebook, down, every=every), axis(codebook, across, every=every)
    groups = axis(codebook, apart, every=every) if apart else None
    cells = cross(rows, lines, columns, groups)
    title = f"{lines.label} by {columns.label[:1].lower()}{columns.label[1:]}"
    table = [_row(cell, lines, columns, groups) for cell in cells]
    chart = _chart(table, cells, lines, columns, groups, title) if table else None
    return Picture(
        name="evidence-map",
        title=title,
        chart=chart,
        rows=table,
        text=_text(cells, lines, columns, groups, rows),
        note=NOTE,
    )


def _row(cell: Cell, down: Axis, across: Axis, apart: Axis | None) -> dict[str, Any]:
    row: dict[str, Any] = {"down": down.name(cell.down), "across": across.name(cell.across)}
    if apart:
        row["group"] = apart.name(cell.apart)
    return row | {
        "studies": len(cell.studies),
        "effects": cell.effects,
        "study_ids": list(cell.studies),
    }


def _chart(
    table: list[dict[str, Any]],
    cells: Sequence[Cell],
    down: Axis,
    across: Axis,
    apart: Axis | None,
    title: str,
) -> alt.TopLevelMixin:
    lines = [down.name(p) for p in down.order(c.down for c in cells)]
    columns = [across.name(p) for p in across.order(c.across for c in cells)]
    groups = [apart.name(p) for p in apart.order(c.apart for c in cells)] if apart else [""]
    full = {(c.down, c.across) for c in cells}
    empty = [
        {"down": down.name(a), "across": across.name(b)}
        for a in down.order(c.down for c in cells)
        for b in across.order(c.across for c in cells)
        if (a, b) not in full
    ]
    for row in (points := marked(table)):
        row.setdefault("group", "")
        row["dark"] = not apart or row["group"] == apart.names[_DARK]
    place: dict[str, Any] = {
        "x": alt.X(**names("across", columns, None, **slanted(max(map(len, columns))))),
        "y": alt.Y(**names("down", lines, None)),
    }
    offset = alt.XOffset("group:N", sort=groups, scale=alt.Scale(domain=groups, type="band"))
    most = max(row["studies"] for row in table)
    size = alt.Size(
        "studies:Q", legend=None, scale=alt.Scale(domain=[1, max(most, 2)], range=[170, 900])
    )
    heading = alt.Legend(orient="top", symbolSize=140) if apart else None
    named, known = (apart.label, apart.names) if apart else ("", [])
    told: dict[str, Any] = {"field": "group", "type": "nominal", "title": named, "sort": groups,
                            "legend": heading}  # fmt: skip
    base = alt.Chart(data(points)).encode(**place, xOffset=offset)
    bubbles = base.mark_point(filled=True, opacity=1).encode(
        size=size,
        color=alt.Color(scale=colours(groups, known), **told),
        shape=alt.Shape(scale=shapes(groups, known), **told),
        tooltip=tooltips(
            down=down.label,
            across=across.label,
            **({"group": apart.label} if apart else {}),
            studies="Studies",
            effects="Effects",
        ),
    )
    numbers = base.mark_text(fontSize=10, fontWeight="bold").encode(text="studies:Q", color=inked())
    gaps = alt.Chart(data(empty)).mark_point(shape="cross", filled=True, size=28, color="#b3b3b3")
    layers = [gaps.encode(**place)] if empty else []
    return sized(
        alt.layer(*layers, bubbles.add_params(clickable()), numbers),
        width=len(columns) * max(30 * len(groups), 44),
        height=34 * len(lines),
        title=title,
    )


def _text(
    cells: Sequence[Cell], down: Axis, across: Axis, apart: Axis | None, rows: Sequence[Row]
) -> str:
    if not cells:
        return "No effect matches, so there is nothing to map."
    lines, columns = {c.down for c in cells}, {c.across for c in cells}
    full = {(c.down, c.across) for c in cells}
    possible = len(lines) * len(columns)
    said = [
        f"{several(len({row['study_id'] for row in rows}), 'study', 'studies')} with "
        f"{several(len(rows), 'effect')} in {len(lines)} rows ({down.label}) and "
        f"{len(columns)} columns ({across.label}); "
        f"{len(full)} of {possible} cells hold a study, {possible - len(full)} are gaps."
    ]
    for place in down.order(lines):
        mine = [c for c in cells if c.down == place]
        parts = []
        for other in across.order({c.across for c in mine}):
            some = [c for c in mine if c.across == other]
            counts = listed([_counted(c, apart) for c in some])
            parts.append(f"{across.name(other)} {counts}")
        said.append(f"{down.name(place)}: {'; '.join(parts)}.")
    return "\n".join(said)


def _counted(cell: Cell, apart: Axis | None) -> str:
    if apart is None or cell.apart == NONE:
        return str(len(cell.studies))
    return f"{len(cell.studies)} {apart.name(cell.apart).lower()}"
