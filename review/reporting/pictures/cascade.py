"""How the cascade chart is drawn: a lane a stage, a line a study, ages as % of lifespan."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import altair as alt

from review.extraction.ages import RULE
from review.protocol import Codebook
from review.reporting.pictures.marks import clickable, colours, data, marked, names, sized, tooltips
from review.reporting.pictures.picture import Picture, fewer, listed, several
from review.reporting.pictures.studies import (
    BOLD_HEADINGS,
    HEADING,
    in_order,
    label_of,
    population_name,
    populations_of,
)
from review.reporting.pictures.theme import INK, PAPER
from review.synthesis.axes import Row
from review.synthesis.cascade import STAGES, Course, courses, order

CHANGED, NOT_TOLD, UNCHANGED = (
    "First age with a change",
    "Changed, at which age is not told",
    ("Tested and unchanged"),
)
_SHAPES = {CHANGED: "circle", NOT_TOLD: "triangle-right", UNCHANGED: "circle"}
MOST = 150
_LONGEST = 40
_SILENT = ("ages not given", "not told")
# studies named in one sentence
_NAMED = 40
NOTE = (
    "A bar spans the ages tested; a filled dot is the first age with a change, a hollow dot an age "
    "tested and unchanged, a triangle a change of which it is not told at which age it began. Ages "
    "are % of lifespan: of the strain's median lifespan where the codebook gives one, else by the "
    f"codebook's age bands ({RULE}; both approximate). A range of ages stands at its middle. Only "
    "contrasts of age speak. Any change of the outcome counts, whatever its direction. A study "
    "with two ages cannot say in which order stages came."
)


def cascade(rows: Sequence[Row], codebook: Codebook, *, stages: Sequence[str] = STAGES) -> Picture:
    """The chart of those stages; studies whose ages cannot be read are listed, not drawn."""
    found = courses(rows, codebook, stages=stages)
    drawn = [c for c in found if c.state not in _SILENT]
    drawn = _sorted(drawn, codebook, stages)
    table = [_row(c, codebook) for c in [*drawn, *(c for c in found if c.state in _SILENT)]]
    title = "The cascade: ages tested and ages changed"
    chart = _chart(table, drawn[:MOST], codebook, title) if drawn else None
    return Picture(
        name="cascade",
        title=title,
        chart=chart,
        rows=table,
        text=_text(found, drawn, codebook, stages),
        note=NOTE,
    )


def _sorted(some: list[Course], codebook: Codebook, stages: Sequence[str]) -> list[Course]:
    rank = {p: i for i, p in enumerate(in_order(codebook, {c.line.population for c in some}))}
    return sorted(
        some,
        key=lambda c: (
            stages.index(c.stage),
            rank[c.line.population],
            c.first if c.first is not None else 999.0,
            c.line.year or 9999,
            c.line.label,
        ),
    )


def stage_name(codebook: Codebook, stage: str) -> str:
    """The label of a stage; of a long one without what stands in brackets."""
    term = codebook.get(stage)
    label = term.label if term else stage
    return label if len(label) <= _LONGEST else label.partition(" (")[0]


def _row(course: Course, codebook: Codebook) -> dict[str, Any]:
    return {
        "stage": stage_name(codebook, course.stage),
        "population": population_name(codebook, course.line.population),
        "study": label_of(course.line),
        "state": course.state,
        "youngest_pct": round(course.span[0]) if course.span else None,
        "oldest_pct": round(course.span[1]) if course.span else None,
        "tested_pct": [round(age) for age in course.tested],
        "first_change_pct": round(course.first) if course.first is not None else None,
        "unchanged_pct": [round(age) for age in course.unchanged],
        "study_ids": [course.line.study],
        "effect_ids": list(course.effects),
    }


def _chart(
    table: Sequence[dict[str, Any]], drawn: Sequence[Course], codebook: Codebook, title: str
) -> alt.TopLevelMixin:
    labels: list[str] = []
    bars, dots = [], []
    populations = list(dict.fromkeys(c.line.population for c in drawn))
    group = ""
    for course, row in zip(drawn, marked(table), strict=False):
        heading = f"{HEADING}{row['stage']}, {row['population'].lower()}"
        if heading != group:
            labels.append(group := heading)
        line = f"{row['study']}{HEADING * len(labels)}"  # the same study stands in several lanes
        labels.append(line)
        about = {"line": line, "study": row["study"], "stage": row["stage"], "mark": row["mark"],
                 "population": row["population"], "state": row["state"]}  # fmt: skip
        low, high = course.span or (0.0, 0.0)
        ends = {"from": low, "to": high}
        bars.append(about | ends | {"ages": ", ".join(f"{a} %" for a in row["tested_pct"])})
        dots += [about | dot for dot in _dots(course)]
    y = alt.Y(**names("line", labels, None, labelLimit=300, ticks=False, grid=True,
                      labelFontWeight=BOLD_HEADINGS))  # fmt: skip
    furthest = max(120.0, *(b["to"] for b in bars))
    scale = alt.Scale(domain=[0, furthest], nice=True)
    shown = [population_name(codebook, p) for p in in_order(codebook, populations)]
    tint = colours(shown, populations_of(codebook))
    legend = alt.Legend(orient="top", symbolType="square")
    colour = alt.Color("population:N", title="Population", sort=shown, scale=tint, legend=legend)
    whole = alt.Chart(data(bars)).mark_bar(height=7, opacity=0.3).encode(
        x=alt.X("from:Q", scale=scale, title="Age, % of lifespan"),
        x2="to:Q", y=y, color=colour,
        tooltip=tooltips(study="Study", stage="Stage", ages="Ages tested", state="Found"),
    )  # fmt: skip
    kinds = [kind for kind in _SHAPES if any(d["kind"] == kind for d in dots)]
    base = alt.Chart(data(dots)).encode(
        x=alt.X("age:Q", scale=scale, title="Age, % of lifespan"),
        y=y,
        shape=alt.Shape("kind:N", title=None, legend=None,
                        scale=alt.Scale(domain=kinds, range=[_SHAPES[k] for k in kinds])),
        tooltip=tooltips(study="Study", stage="Stage", said="Age", kind="Found"),
    )  # fmt: skip
    filled = base.transform_filter(f"datum.kind !== '{UNCHANGED}'").mark_point(
        filled=True, size=95, opacity=1
    )
    hollow = base.transform_filter(f"datum.kind === '{UNCHANGED}'").mark_point(
        filled=True, fill=PAPER, size=80, strokeWidth=1.8, opacity=1
    )
    drawn_ = alt.layer(
        whole.add_params(clickable()),
        filled.encode(color=colour),
        hollow.encode(stroke=alt.Stroke("population:N", scale=tint, legend=None, sort=shown)),
    )
    return sized(drawn_, width=620, height=20 * len(labels), title=_titled(title))


def _titled(title: str) -> alt.TitleParams:
    key = f"\u25cf {CHANGED}   \u25b6 {NOT_TOLD}   \u25cb {UNCHANGED}"
    return alt.TitleParams(title, subtitle=key, subtitleFont="DejaVu Sans, sans-serif",
                           subtitleColor=INK, subtitleFontSize=11)  # fmt: skip


def _dots(course: Course) -> list[dict[str, Any]]:
    found = [{"age": age, "kind": UNCHANGED} for age in course.unchanged]
    if course.first is not None:
        found.append({"age": course.first, "kind": CHANGED})
    elif course.state == "changed, age not told":
        found.append({"age": course.span[1] if course.span else 0.0, "kind": NOT_TOLD})
    elif not found and course.span:
        found.append({"age": course.span[1], "kind": UNCHANGED})
    return [dot | {"said": f"{dot['age']:.0f} %"} for dot in found]


def _text(
    found: Sequence[Course], drawn: Sequence[Course], codebook: Codebook, stages: Sequence[str]
) -> str:
    if not found:
        return "No effect with a contrast of age and a place in the cascade matches."
    said = [
        f"{several(len({c.line.study for c in found}), 'study', 'studies')} at "
        f"{len({c.stage for c in found})} stages. "
        + fewer(min(len(drawn), MOST), len(drawn), "lines")
    ]
    for stage in stages:
        mine = [c for c in drawn if c.stage == stage]
        for population in in_order(codebook, {c.line.population for c in mine}):
            some = [c for c in mine if c.line.population == population]
            who = f"{stage_name(codebook, stage)}, {population_name(codebook, population).lower()}"
            said.append(f"{who}: {_all(some)}.")
    if len(stages) > 1:
        said.append(_ordered(found, codebook, stages[0], stages[1]))
    without = dict.fromkeys(label_of(c.line) for c in found if c.state == "ages not given")
    if without:
        names_ = listed(list(without), most=_NAMED)
        said.append(f"Left out, ages not given or not comparable: {names_}.")
    silent = [c for c in found if c.state == "not told"]
    if silent:
        some_ = [f"{label_of(c.line)} ({stage_name(codebook, c.stage)})" for c in silent]
        said.append(f"Left out, no direction or a mixed one: {listed(some_, most=_NAMED)}.")
    return "\n".join(line.strip() for line in said)


def _all(some: Sequence[Course]) -> str:
    more = f"; and {len(some) - _NAMED:,} more studies" if len(some) > _NAMED else ""
    return "; ".join(_said(c) for c in some[:_NAMED]) + more


def _said(course: Course) -> str:
    span = f"tested at {listed([f'{age:.0f}' for age in course.tested], most=8)} %"
    match course.state:
        case "changed":
            what = f"first changed at {course.first:.0f} %"
            if course.unchanged:
                what += f", unchanged at {listed([f'{a:.0f}' for a in course.unchanged])} %"
        case "unchanged":
            what = "unchanged"
        case _:
            what = "changed, at which age is not told"
    return f"{label_of(course.line)} {what} ({span})"


def _ordered(found: Sequence[Course], codebook: Codebook, one: str, other: str) -> str:
    told = order(found, one, other)
    counts: Counter[str] = Counter(o.answer for o in told)
    a, b = stage_name(codebook, one), stage_name(codebook, other)
    parts = []
    for answer, words in (
        ("first", f"{a} before {b}"),
        ("second", f"{b} before {a}"),
        ("together", "at the same age"),
        ("cannot be told", "the order cannot be told"),
    ):
        if counts[answer]:
            who = listed([label_of(o.line) for o in told if o.answer == answer])
            parts.append(f"{words} in {counts[answer]} ({who})")
    return (
        f"Of {several(len(told), 'study', 'studies')} with both: {'; '.join(parts)}."
        if told
        else (f"No study has both {a} and {b}.")
    )


__all__ = ["cascade", "stage_name"]
