"""How the ordering table is drawn: studies with both outcomes, and which of the two changed."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, data, marked, names, sized, tooltips
from review.reporting.pictures.picture import Picture, fewer, listed, several
from review.reporting.pictures.studies import label_of, population_name
from review.reporting.pictures.theme import BLUE, DASH, GREY, ORANGE, SIDEWAYS, VERMILION
from review.synthesis.axes import Row
from review.synthesis.evidence import label
from review.synthesis.ordering import RELATIONS, Pair, pairs

_SHAPES = {"changed": "circle", "unchanged": DASH, "mixed": SIDEWAYS, "not given": "cross"}
_COLOURS = {"changed": VERMILION, "unchanged": BLUE, "mixed": ORANGE, "not given": GREY}
MOST = 100
NOTE = (
    "Studies that measured both outcomes in one contrast. Changed: every direction is an increase "
    "or a decrease; unchanged: none is; mixed: some are. A study in which one changed and the "
    "other did not speaks of their order (at those ages), one in which both changed does not. A "
    "filter such as `age >= 24 mo` keeps no study whose ages are not given; `not age < 24 mo` does."
)


def ordering(rows: Sequence[Row], codebook: Codebook, *, a: str, b: str, contrast: str) -> Picture:
    """The table for two outcomes of one contrast."""
    found = pairs(rows, codebook, a, b, contrast=contrast)
    first, second = label(codebook, a), label(codebook, b)
    table = [_row(one, codebook, first, second) for one in found]
    title = f"{first} (A) against {second} (B)"
    return Picture(
        name="ordering",
        title=title,
        chart=_chart(table, first, second, title) if table else None,
        rows=table,
        text=_text(found, first, second),
        note=NOTE,
    )


def _row(one: Pair, codebook: Codebook, first: str, second: str) -> dict[str, Any]:
    return {
        "relation": one.relation,
        "study": label_of(one.line),
        "population": population_name(codebook, one.line.population),
        "a": first,
        "a_found": one.a,
        "a_directions": [way.replace("_", " ") for way in one.a_directions],
        "b": second,
        "b_found": one.b,
        "b_directions": [way.replace("_", " ") for way in one.b_directions],
        "ages_months": [round(age, 1) for age in one.ages] or "not given",
        "study_ids": [one.line.study],
        "effect_ids": list(one.effects),
    }


def _chart(
    table: Sequence[dict[str, Any]], first: str, second: str, title: str
) -> alt.TopLevelMixin:
    points = []
    lines: list[str] = []
    for row in marked(table)[:MOST]:
        line = f"{row['study']}: {row['relation']}"
        line += f" #{row['mark']}" if line in lines else ""
        lines.append(line)
        for column, found in ((f"A {first}", row["a_found"]), (f"B {second}", row["b_found"])):
            points.append(row | {"line": line, "column": column, "found": found})
    columns = [f"A {first}", f"B {second}"]
    shown = [found for found in _SHAPES if any(p["found"] == found for p in points)]
    drawn = (
        alt.Chart(data(points))
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            x=alt.X(**names("column", columns, None, labelAngle=0, labelLimit=200, orient="top")),
            y=alt.Y(**names("line", lines, None, labelLimit=380, grid=True)),
            shape=alt.Shape("found:N", title="Found", sort=shown,
                            scale=alt.Scale(domain=shown, range=[_SHAPES[f] for f in shown])),
            color=alt.Color("found:N", title="Found", sort=shown,
                            scale=alt.Scale(domain=shown, range=[_COLOURS[f] for f in shown])),
            tooltip=tooltips(study="Study", column="Outcome", found="Found"),
        )
        .add_params(clickable())
    )  # fmt: skip
    return sized(drawn, width=420, height=24 * len(lines), title=title)


def _text(found: Sequence[Pair], first: str, second: str) -> str:
    if not found:
        return f"No study has both {first} and {second} in this contrast."
    said = [
        f"A is {first}, B is {second}. {several(len(found), 'study', 'studies')} measured both. "
        + fewer(min(len(found), MOST), len(found), "studies")
    ]
    for relation in RELATIONS:
        mine = [one for one in found if one.relation == relation]
        if mine:
            who = listed([_who(one) for one in mine], most=40)
            said.append(f"{relation}: {len(mine)} ({who}).")
    return "\n".join(line.strip() for line in said)


def _who(one: Pair) -> str:
    if not one.ages:
        return f"{label_of(one.line)}, ages not given"
    spans = [
        f"{a / 12:.0f} y" if a > 90 * 4 or one.ages[0] > 90 else f"{a:.0f} mo" for a in one.ages
    ]
    return f"{label_of(one.line)}, {', '.join(spans)}"
