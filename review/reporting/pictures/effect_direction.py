"""How the effect-direction plot is drawn: a line a study, an arrow for each column it speaks of."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, data, marked, names, sized, slanted, tooltips
from review.reporting.pictures.picture import Picture, fewer, listed, several
from review.reporting.pictures.studies import BOLD_HEADINGS, RISK_WORDS, Stand, label_of, stand
from review.reporting.pictures.theme import (
    BLUE,
    DASH,
    DOWN,
    GREY,
    PURPLE,
    RING,
    SIDEWAYS,
    UP,
    VERMILION,
)
from review.synthesis.axes import Axis, Row, axis
from review.synthesis.directions import ORDERS, Arrow, Line, arrows, lines, of_contrast

PEOPLE, RISK = "n", "Risk of bias"
WORDS = {
    "worse": "Worse",
    "better": "Better or preserved",
    "none": "No difference",
    "conflicting": "Conflicting",
    "unclear": "Meaning unclear",
    "not given": "Direction not given",
}
_DOT = "M0.35,0A0.35,0.35,0,1,1,0.35,-0.01Z"
_SHAPES = (DOWN, UP, DASH, SIDEWAYS, RING, _DOT)
_COLOURS = (VERMILION, BLUE, GREY, PURPLE, GREY, GREY)
_DIRECTIONS = {
    "increase": UP, "decrease": DOWN, "no change": DASH, "conflicting": SIDEWAYS, "not given": _DOT,
}  # fmt: skip
# people or animals: name of the class, its upper limit, the area of its marks
SIZES = (("n below 20 or not given", 20, 70), ("n 20 to 49", 50, 150), ("n 50 or more", None, 280))


def effect_direction(
    rows: Sequence[Row],
    codebook: Codebook,
    *,
    contrast: str,
    columns: str = "outcome_domain",
    every: bool = True,
    order: str = "risk",
    arrow: str = "health",
) -> Picture:
    """The plot of one contrast; `arrow` says what arrows point to: `health` or the `estimate`."""
    along = axis(codebook, columns, every=every)
    chosen = of_contrast(rows, contrast)
    known, found = lines(chosen), arrows(chosen, along)
    placed = stand(known.values(), codebook, order)
    rank = {place: i for i, place in enumerate(along.order({a.column for a in found}))}
    place = {study: i for i, study in enumerate(placed.of)}
    found.sort(key=lambda a: (place.get(a.study, len(place)), a.study, rank[a.column]))
    table = [_row(one, known[one.study], along) for one in found]
    title = f"Direction of effects by {along.label[:1].lower()}{along.label[1:]}"
    compared = codebook.get(contrast)
    compares = compared.label if compared else contrast
    heads = [along.name(p) for p in rank]
    title = f"{title}: {compares}"
    chart = _chart(table, found, known, placed, heads, arrow, title) if table else None
    return Picture(
        name="effect-direction",
        title=title,
        chart=chart,
        rows=table,
        text=_text(found, known, along, compares, fewer(placed.drawn, placed.total, "studies")),
        note=_note(arrow, order),
    )


def _row(arrow: Arrow, line: Line, columns: Axis) -> dict[str, Any]:
    return {
        "study": label_of(line),
        "people": line.people,
        "risk_of_bias": line.risk or "not appraised",
        "column": columns.name(arrow.column),
        "way": WORDS[arrow.way],
        "estimate": arrow.direction,
        "outcomes": sum(arrow.outcomes.values()),
        **{f"outcomes_{way.replace(' ', '_')}": arrow.outcomes.get(way, 0) for way in WORDS
           if way != "conflicting"},
        "study_ids": [arrow.study],
        "effect_ids": list(arrow.effects),
    }  # fmt: skip


def _chart(
    table: list[dict[str, Any]],
    found: Sequence[Arrow],
    known: Mapping[int, Line],
    placed: Stand,
    heads: list[str],
    arrow: str,
    title: str,
) -> alt.TopLevelMixin:
    points = []
    for one, row in zip(found, marked(table), strict=True):
        if one.study in placed.of:
            size = next(s for s in SIZES if s[1] is None or (row["people"] or 0) < s[1])
            several_ = str(row["outcomes"]) if row["outcomes"] > 1 else ""
            points.append(row | {"line": placed.of[one.study], "size": size[0], "more": several_})
    beside = [
        {"line": label, "column": column, "said": said}
        for study, label in placed.of.items()
        for column, said in (
            (PEOPLE, str(known[study].people or "–")),
            (RISK, RISK_WORDS.get(known[study].risk, "–")),
        )
    ]
    place: dict[str, Any] = {
        "x": alt.X(**names("column", [PEOPLE, RISK, *heads], None, **_heads(heads))),
        "y": alt.Y(**names("line", placed.labels, None, labelLimit=300, grid=True,
                           labelFontWeight=BOLD_HEADINGS, ticks=False)),
    }  # fmt: skip
    ways = [word for word in WORDS.values() if any(p["way"] == word for p in points)]
    by_way = [list(WORDS.values()).index(word) for word in ways]
    colour = alt.Color(
        "way:N",
        title="For health",
        scale=alt.Scale(domain=ways, range=[_COLOURS[i] for i in by_way]),
        legend=alt.Legend(orient="top", symbolSize=120, columns=3),
    )
    shape = alt.Shape(
        "way:N",
        title="For health",
        scale=alt.Scale(domain=ways, range=[_SHAPES[i] for i in by_way]),
    )
    if arrow == "estimate":
        some = [d for d in _DIRECTIONS if any(p["estimate"] == d for p in points)]
        shape = alt.Shape(
            "estimate:N",
            title="Estimate",
            scale=alt.Scale(domain=some, range=[_DIRECTIONS[d] for d in some]),
        )
    base = alt.Chart(data(points)).encode(**place)
    arrows_ = base.mark_point(filled=True, opacity=1).encode(
        color=colour,
        shape=shape,
        size=alt.Size(
            "size:N",
            title="People or animals",
            scale=alt.Scale(domain=[s[0] for s in SIZES], range=[s[2] for s in SIZES]),
            legend=alt.Legend(orient="top", symbolType=UP, symbolFillColor=GREY),
        ),
        tooltip=tooltips(study="Study", column="Column", way="For health", estimate="Estimate",
                         outcomes="Outcomes", people="n", risk_of_bias="Risk of bias"),
    )  # fmt: skip
    numbers = base.mark_text(dx=13, dy=5, fontSize=9).encode(text="more:N")
    words = alt.Chart(data(beside)).mark_text(fontSize=10).encode(**place, text="said:N")
    return sized(
        alt.layer(words, arrows_.add_params(clickable()), numbers),
        width=58 * (len(heads) + 2),
        height=22 * len(placed.labels),
        title=title,
    )


def _heads(heads: Sequence[str]) -> dict[str, Any]:
    return {**slanted(max(map(len, heads))), "orient": "top"}


def _text(
    found: Sequence[Arrow], known: Mapping[int, Line], columns: Axis, compares: str, cut: str
) -> str:
    if not found:
        return f"No effect of this contrast ({compares}) matches, so there is nothing to draw."
    said = [
        f"{several(len(known), 'study', 'studies')} of {compares!r}; "
        f"{several(len(found), 'arrow')} in {len({a.column for a in found})} columns. {cut}".strip()
    ]
    for place in columns.order({a.column for a in found}):
        mine = [a for a in found if a.column == place]
        counts = Counter(a.way for a in mine)
        parts = [f"{counts[way]} {word.lower()}" for way, word in WORDS.items() if counts[way]]
        line = f"{columns.name(place)}: {several(len(mine), 'study', 'studies')}, {listed(parts)}."
        for way in ("better", "none", "conflicting"):
            some = [label_of(known[a.study]) for a in mine if a.way == way]
            if some:
                line += f" {WORDS[way]}: {listed(some)}."
        said.append(line)
    return "\n".join(said)


def _note(arrow: str, order: str) -> str:
    points = (
        "Arrows point to what it means for health: up is better or preserved, down is worse; "
        if arrow == "health"
        else "Arrows show the estimate itself, up or down; colour what it means for health; "
    )
    return (
        f"{points}two heads are conflicting, a dash is no difference, a ring an outcome whose "
        "direction may be compensation or harm. One arrow a study and column: at least 70 % of "
        "its outcomes one way, else conflicting (Boon and Thomson, Res Synth Methods "
        "2021;12:29-33; Cochrane Handbook, chapter 12). It is the direction of the point estimate, "
        "whatever its p. A small number beside an arrow is the number of outcomes behind it. Size "
        f"is the number of people or animals. Studies are ordered by {ORDERS[order]}; a cohort "
        "family stands in square brackets. Direction says nothing of size, and a small study "
        "weighs as much as a large one."
    )
