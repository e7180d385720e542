"""How counts of studies stand in a grid: what was studied together, and where nothing is known."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import (
    clickable,
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
from review.reporting.pictures.theme import PAPER
from review.synthesis.axes import Axis, Row, axis
from review.synthesis.crossing import Cell, gaps, together

BIOMARKER = "biomarker"


def co_occurrence(
    rows: Sequence[Row], codebook: Codebook, *, down: str = BIOMARKER, across: str = "emg_method"
) -> Picture:
    """How many studies have both of two terms, in whichever of their effects."""
    lines, only = _markers(codebook) if down == BIOMARKER else (axis(codebook, down), None)
    columns = axis(codebook, across)
    cells = together(rows, lines, columns, down_is=only)
    table = [
        {
            "down": lines.name(c.down),
            "across": columns.name(c.across),
            "studies": len(c.studies),
            "study_ids": list(c.studies),
        }
        for c in cells
    ]
    title = f"{lines.label} and {columns.label} in the same study"
    return Picture(
        name="co-occurrence",
        title=title,
        chart=_grid(table, title, f"{lines.label}", columns.label) if table else None,
        rows=table,
        text=_together(cells, lines, columns),
        note="A study counts in every cell of two terms that it has anywhere in its effects. "
        "The darker a cell, the more studies; the number is written in it.",
    )


def _markers(codebook: Codebook) -> tuple[Axis, frozenset[str]]:
    """Outcomes that are blood or tissue markers: those of the domain, or below one of them."""
    outcomes = axis(codebook, "outcome", every=True)
    terms = [t for f in codebook.facets if f.id == "outcome" for t in f.terms]
    only = frozenset(t.code for t in terms if t.domain == BIOMARKER)
    return Axis(BIOMARKER, "Biomarker", outcomes.labels, outcomes.facet, outcomes.place), only


def _grid(table: Sequence[dict[str, Any]], title: str, down: str, across: str) -> alt.TopLevelMixin:
    most = max(row["studies"] for row in table)
    cells = [row | {"dark": row["studies"] > most * 0.55} for row in marked(table)]
    lines = list(dict.fromkeys(row["down"] for row in table))
    columns = list(dict.fromkeys(row["across"] for row in table))
    base = alt.Chart(data(cells)).encode(
        x=alt.X(**names("across", columns, None, **slanted(max(map(len, columns))))),
        y=alt.Y(**names("down", lines, None)),
    )
    # from paper to dark blue in even steps of lightness: it holds in grey too
    shade = alt.Scale(domain=[0, max(most, 1)], range=["#ffffff", "#08306b"], interpolate="rgb")
    squares = base.mark_rect(stroke="#bfbfbf").encode(
        color=alt.Color("studies:Q", scale=shade, legend=None),
        tooltip=tooltips(down=down, across=across, studies="Studies"),
    )
    numbers = base.mark_text(fontSize=11).encode(text="studies:Q", color=inked())
    return sized(
        alt.layer(squares.add_params(clickable()), numbers),
        width=46 * len(columns),
        height=32 * len(lines),
        title=title,
    )


def _together(cells: Sequence[Cell], down: Axis, across: Axis) -> str:
    if not cells:
        return f"No study that matches has both {down.label.lower()} and {across.label}."
    every = {s for c in cells for s in c.studies}
    said = [f"{several(len(every), 'study', 'studies')} with both."]
    for place in down.order({c.down for c in cells}):
        mine = [c for c in cells if c.down == place]
        parts = [f"{across.name(c.across)} {len(c.studies)}" for c in mine if c.studies]
        said.append(f"{down.name(place)}: {listed(parts, most=40) or 'with none of them'}.")
    return "\n".join(said)


def gap_list(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    down: str = "emg_method",
    across: str = "outcome_domain",
    apart: str = "population",
    words: str = "",
    excluded: Sequence[Mapping[str, Any]] = (),
) -> Picture:
    """The cells with one study or none, and the reports on `words` that were excluded, and why.

    `excluded`: {record, title, year, stage, reason}, those that match the words.
    """
    axes = [axis(codebook, one) for one in (down, across, apart)]
    cells = gaps(rows, *axes)
    table = [_gap(c, axes) for c in cells] + [_out(one) for one in excluded]
    title = f"Gaps: {axes[0].label} by {axes[1].label[:1].lower()}{axes[1].label[1:]}"
    return Picture(
        name="gaps",
        title=title,
        chart=_gap_chart(table[: len(cells)], cells, axes, codebook, title) if cells else None,
        rows=table,
        text=_gap_text(cells, axes, words, excluded),
        note="A cell is a gap where none or one study has such an effect, among terms that any "
        "study has: what nobody studied at all has no row here. An empty square is no study, a "
        "filled one a single study. A gap says that nothing was found, not that nothing exists.",
    )


def _gap(cell: Cell, axes: Sequence[Axis]) -> dict[str, Any]:
    return {
        "kind": "gap",
        "down": axes[0].name(cell.down),
        "across": axes[1].name(cell.across),
        "group": axes[2].name(cell.apart),
        "studies": len(cell.studies),
        "study_ids": list(cell.studies),
        "record": None,
        "report": "",
        "excluded_at": "",
        "reason": "",
    }


def _out(one: Mapping[str, Any]) -> dict[str, Any]:
    year = f" ({one['year']})" if one.get("year") else ""
    return {
        "kind": "excluded report",
        "down": "",
        "across": "",
        "group": "",
        "studies": None,
        "study_ids": [],
        "record": one["record"],
        "report": f"{one['title']}{year}",
        "excluded_at": one["stage"],
        "reason": one["reason"],
    }


def _gap_chart(
    table: Sequence[dict[str, Any]],
    cells: Sequence[Cell],
    axes: Sequence[Axis],
    codebook: Codebook,
    title: str,
) -> alt.TopLevelMixin:
    lines, columns, groups = (
        [one.name(p) for p in one.order({getattr(c, part) for c in cells})]
        for one, part in zip(axes, ("down", "across", "apart"), strict=True)
    )
    points = [row | {"n": "One study" if row["studies"] else "No study"} for row in marked(table)]
    shown = [n for n in ("No study", "One study") if any(p["n"] == n for p in points)]
    fills = {"No study": PAPER, "One study": "#0072B2"}
    bands = alt.Scale(domain=groups, type="band")
    drawn = (
        alt.Chart(data(points))
        .mark_point(filled=True, size=110, stroke="#595959", strokeWidth=1.2, opacity=1)
        .encode(
            x=alt.X(**names("across", columns, None, **slanted(max(map(len, columns))))),
            y=alt.Y(**names("down", lines, None)),
            xOffset=alt.XOffset("group:N", sort=groups, scale=bands),
            fill=alt.Fill("n:N", title="Cell", sort=shown,
                          scale=alt.Scale(domain=shown, range=[fills[n] for n in shown])),
            shape=alt.Shape("group:N", title=axes[2].label, sort=groups,
                            scale=shapes(groups, axes[2].names)),
            tooltip=tooltips(down=axes[0].label, across=axes[1].label, group=axes[2].label, n="n"),
        )
        .add_params(clickable())
    )  # fmt: skip
    width = len(columns) * max(24 * len(groups), 44)
    return sized(drawn, width=width, height=30 * len(lines), title=title)


def _gap_text(
    cells: Sequence[Cell],
    axes: Sequence[Axis],
    words: str,
    excluded: Sequence[Mapping[str, Any]],
) -> str:
    none = [c for c in cells if not c.studies]
    said = [
        f"{several(len(none), 'cell')} without any study and "
        f"{several(len(cells) - len(none), 'cell')} with one."
    ]
    for group in axes[2].order({c.apart for c in cells}):
        for line in axes[0].order({c.down for c in cells}):
            mine = [c for c in cells if (c.apart, c.down) == (group, line)]
            empty = [axes[1].name(c.across) for c in mine if not c.studies]
            one = [axes[1].name(c.across) for c in mine if c.studies]
            parts = [f"no study on {listed(empty, most=40)}" if empty else "",
                     f"one study on {listed(one, most=40)}" if one else ""]  # fmt: skip
            if any(parts):
                name = f"{axes[2].name(group)}, {axes[0].name(line)}"
                said.append(f"{name}: {'; '.join(filter(None, parts))}.")
    if words:
        said.append(
            f"Excluded reports that speak of {words!r}: {len(excluded)}."
            + "".join(f"\nRecord {one['record']}, {_out(one)['report']}: {one['reason']} "
                      f"({one['stage']})." for one in excluded)
        )  # fmt: skip
    return "\n".join(said)
