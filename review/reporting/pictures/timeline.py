"""How the timeline is drawn: stacked bars by period, each piece numbered as in the legend."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, data, inked, marked, sized, tooltips
from review.reporting.pictures.picture import Picture, listed, several
from review.reporting.pictures.theme import BLACK, BLUE, PAPER, SERIES, VERMILION
from review.synthesis.axes import Axis, Row, axis
from review.synthesis.timeline import Period, timeline

# beyond these a stack is read by nobody; the data behind keeps them apart
MOST_PIECES = 7
OTHERS = "All others"
_HEIGHT = 340
_WHITE_INK = {BLUE, VERMILION, BLACK}


def timeline_picture(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    by: str = "emg_method",
    years: int = 5,
    added_up: bool = False,
) -> Picture:
    """The studies of each period by an axis, oldest first."""
    along = axis(codebook, by)
    found, without = timeline(rows, along, years=years, added_up=added_up)
    title = (
        f"Studies by year and {along.label if along.label[:3].isupper() else along.label.lower()}"
    )
    title += ", added up" if added_up else ""
    table = [_row(one, along, years) for one in found]
    chart = _chart(table, found, along, title) if table else None
    return Picture(
        name="timeline",
        title=title,
        chart=chart,
        rows=table,
        text=_text(found, along, without, rows, added_up=added_up),
        note="The year is that of a study's first report. A study that used several methods is "
        "counted in each, so a bar may be higher than the number of studies. Pieces carry the "
        f"number of their legend; beyond the {MOST_PIECES} most frequent they are drawn as one.",
    )


def _row(one: Period, along: Axis, years: int) -> dict[str, Any]:
    period = str(one.start) if years == 1 else f"{one.start}–{one.end}"
    return {
        "period": period,
        "from": one.start,
        "to": one.end,
        "by": along.name(one.place),
        "studies": len(one.studies),
        "study_ids": list(one.studies),
    }


def _chart(
    table: Sequence[dict[str, Any]], found: Sequence[Period], along: Axis, title: str
) -> alt.TopLevelMixin:
    n = {p: len({s for one in found if one.place == p for s in one.studies})
         for p in along.order({one.place for one in found})}  # fmt: skip
    often = sorted(n, key=lambda p: -n[p])[:MOST_PIECES]
    named = [p for p in n if p in often]
    legend = {p: f"{i} {along.name(p)}" for i, p in enumerate(named, 1)}
    rest = f"{len(named) + 1} {OTHERS}"
    pieces = []
    for one, row in zip(found, marked(table), strict=True):
        piece = legend.get(one.place, rest)
        rank = int(piece.partition(" ")[0])
        colour = SERIES[(rank - 1) % len(SERIES)]
        pieces.append(row | {"piece": piece, "rank": rank, "key": str(rank),
                             "dark": colour in _WHITE_INK})  # fmt: skip
    order = [*legend.values(), *([rest] if len(named) < len(n) else [])]
    periods = list(dict.fromkeys(row["period"] for row in table))
    base = alt.Chart(data(pieces)).encode(
        x=alt.X("period:N", sort=periods, title=None,
                axis=alt.Axis(labelAngle=-45, labelOverlap=len(periods) > 40)),
        y=alt.Y("studies:Q", stack="zero", title="Studies, in each of their methods",
                axis=alt.Axis(tickMinStep=1, format="d")),
        order=alt.Order("rank:O"),
    )  # fmt: skip
    bars = base.mark_bar(stroke=PAPER, strokeWidth=1).encode(
        color=alt.Color(
            "piece:N",
            sort=order,
            scale=alt.Scale(domain=order, range=list(SERIES[: len(order)])),
            title=along.label,
            legend=alt.Legend(orient="top", columns=2),
        ),
        tooltip=tooltips(period="Years", by=along.label, studies="Studies"),
    )
    # a number in a piece as high as one study would run over on a high scale
    tallest = max(sum(row["studies"] for row in table if row["period"] == p) for p in periods)
    least = ceil(10 * tallest / _HEIGHT)
    numbers = base.mark_text(fontSize=9).encode(
        y=alt.Y("studies:Q", stack="zero", bandPosition=0.5),
        text=alt.condition(f"datum.studies >= {least}", "key:N", alt.value("")),
        color=inked(),
    )
    return sized(
        alt.layer(bars.add_params(clickable()), numbers),
        width=max(26 * len(periods), 560),
        height=_HEIGHT,
        title=title,
    )


def _text(
    found: Sequence[Period],
    along: Axis,
    without: Sequence[int],
    rows: Sequence[Row],
    *,
    added_up: bool,
) -> str:
    if not found:
        return "No study with a year matches, so there is nothing to draw."
    years = [int(row["year"]) for row in rows if row.get("year")]
    studies = {row["study_id"] for row in rows}
    said = [
        f"{several(len(studies), 'study', 'studies')} from {min(years)} to {max(years)}. "
        + (
            f"{several(len(without), 'study', 'studies')} without a year left out."
            if without
            else ""
        )
    ]
    for start in dict.fromkeys(one.start for one in found):
        mine = [one for one in found if one.start == start]
        people = {s for one in mine for s in one.studies}
        span = f"{start} to {mine[0].end}" if mine[0].end > start else f"{start}"
        parts = [f"{along.name(one.place)} {len(one.studies)}" for one in mine]
        until = "until then " if added_up else ""
        said.append(f"{span}: {until}{several(len(people), 'study', 'studies')}; {listed(parts)}.")
    return "\n".join(line.strip() for line in said)
