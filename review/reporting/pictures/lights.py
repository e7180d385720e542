"""How the risk of bias of studies is drawn: a light for each domain or item, and the whole.

A judgement has a colour, a shape and a letter, so that it is read in grey and by every eye.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt

from review.extraction.lights import OVERALL, Panel, words
from review.reporting.pictures.marks import CLICK, data, marked
from review.reporting.pictures.picture import MARK, Picture, several
from review.reporting.pictures.theme import (
    BLACK,
    GREEN,
    GREY,
    INK,
    PALE,
    PAPER,
    SKY,
    VERMILION,
    YELLOW,
)
from review.vocab import Risk

# its middle is where its letter stands
_TRIANGLE = "M0,-1.3L1.22,0.85L-1.22,0.85Z"
_GAP = " "
_PANEL = "panel-"
# letter, colour, shape, ink of the letter
LOOKS: dict[Risk | None, tuple[str, str, str, str]] = {
    Risk.LOW: ("L", GREEN, "circle", PAPER),
    Risk.SOME: ("S", YELLOW, _TRIANGLE, INK),
    Risk.HIGH: ("H", VERMILION, "square", PAPER),
    Risk.VERY_HIGH: ("V", BLACK, "square", PAPER),
    Risk.UNCLEAR: ("?", SKY, "diamond", INK),
    None: ("–", PALE, "circle", INK),
}
_ROW, _COLUMN = 24, 46
NOTE = (
    "Settled appraisals only: two assessors who agree, or what a third person settled. People and "
    "animals, and the tools, stand apart. Layout after robvis (McGuinness and Higgins, Res Synth "
    "Methods 2021;12:55-61)."
)
NOTHING = (
    "No study here has a settled appraisal, so there is nothing to draw. Appraise studies under "
    "Risk of bias, or with 'review appraise'."
)


def traffic_light(panels: Sequence[Panel]) -> Picture:
    """Studies by domains or items, a panel for each tool and population."""
    table = [
        {
            "tool": panel.tool.title,
            "population": panel.population,
            "study": study.label,
            "column": light.label,
            "judgement": word(panel, light.risk),
            "letter": LOOKS[light.risk][0],
            "study_ids": [study.id],
        }
        for panel in panels
        for study in panel.studies
        for light in study.lights
    ]
    charts: list[Any] = []
    start = 0
    for panel in panels:
        cells = sum(len(study.lights) for study in panel.studies)
        charts.append(_lights(panel, marked(table)[start : start + cells], name=view(charts)))
        start += cells
    return Picture(
        name="traffic-light",
        title="Risk of bias of each study",
        chart=stacked(charts, panels, "Risk of bias of each study"),
        rows=table,
        text="\n".join(map(_told, panels)) or NOTHING,
        note=note(panels),
    )


def _lights(panel: Panel, points: list[dict[str, Any]], *, name: str) -> Any:
    *own, whole = [label for _, label in panel.columns]
    heads = [*own, _GAP, whole]
    names = _names(panel)
    for point, (study, light) in zip(
        points, ((s, x) for s in panel.studies for x in s.lights), strict=True
    ):
        letter, colour, shape, ink = LOOKS[light.risk]
        point |= {"letter": letter, "colour": colour, "shape": shape, "ink": ink}
        point["row"] = names[study.id]
    order = [names[study.id] for study in panel.studies]
    base = alt.Chart(data(points)).encode(
        x=alt.X(
            "column:N",
            title=None,
            sort=heads,
            scale=alt.Scale(domain=heads),
            axis=alt.Axis(orient="top", labelAngle=-50, labelLimit=240, grid=False),
        ),
        y=alt.Y(
            "row:N",
            title=None,
            sort=order,
            scale=alt.Scale(domain=order),
            axis=alt.Axis(labelLimit=260, grid=True, tickBand="extent"),
        ),
        tooltip=[
            alt.Tooltip("study:N", title="Study"),
            alt.Tooltip("column:N", title="Domain or item"),
            alt.Tooltip("judgement:N", title="Judgement"),
        ],
    )
    marks = base.mark_point(filled=True, size=330, opacity=1, stroke=INK, strokeWidth=0.7).encode(
        color=alt.Color("colour:N", scale=None), shape=alt.Shape("shape:N", scale=None)
    )
    letters = base.mark_text(fontSize=10, fontWeight="bold", dy=1).encode(
        text="letter:N", color=alt.Color("ink:N", scale=None)
    )
    return alt.layer(marks.properties(name=name), letters).properties(
        width=_COLUMN * len(heads), height=_ROW * len(order), title=title(panel)
    )


def view(charts: Sequence[Any]) -> str:
    """The name of the next panel, by which the one selection of all panels knows it."""
    return f"{_PANEL}{len(charts) + 1}"


def stacked(charts: list[Any], panels: Sequence[Panel], title: str) -> Any:
    """Panels below each other, with one legend above all of them; a click finds a mark in any."""
    if not charts:
        return None
    select = alt.PointSelectionConfig(type="point", fields=[MARK], on="click")
    whole = alt.vconcat(_legend(panels), *charts, spacing=20).properties(title=title)
    # putting panels together may rename them
    views = [name for name in _views(whole.to_dict()) if name.startswith(_PANEL)]
    whole.params = [alt.TopLevelSelectionParameter(name=CLICK, select=select, views=views)]
    return whole


def _views(spec: Mapping[str, Any]) -> Iterator[str]:
    """The names of all views of a chart, however deep they lie."""
    if "name" in spec:
        yield str(spec["name"])
    for part in ("layer", "vconcat", "hconcat"):
        for one in spec.get(part, ()):
            yield from _views(one)


def _legend(panels: Sequence[Panel]) -> Any:
    used = {x.risk for panel in panels for study in panel.studies for x in study.lights}
    tools = list({panel.tool.name: panel.tool for panel in panels}.values())
    rows: list[dict[str, Any]] = []
    place = 12
    for risk in (risk for risk in LOOKS if risk in used):
        looks: Any = zip(("letter", "colour", "shape", "ink"), LOOKS[risk], strict=True)
        rows.append(dict(looks) | {"place": place, "said": words(tools, risk)})
        place += 42 + 7 * len(rows[-1]["said"])
    base = alt.Chart(data(rows)).encode(
        x=alt.X("place:Q", axis=None, scale=alt.Scale(domain=[0, place], range=[0, place])),
        y=alt.value(13),
    )
    marks = base.mark_point(filled=True, size=260, opacity=1, stroke=INK, strokeWidth=0.7).encode(
        color=alt.Color("colour:N", scale=None), shape=alt.Shape("shape:N", scale=None)
    )
    letters = base.mark_text(fontSize=10, fontWeight="bold", dy=1).encode(
        text="letter:N", color=alt.Color("ink:N", scale=None)
    )
    names = base.mark_text(align="left", dx=16, color=INK).encode(text="said:N")
    return alt.layer(marks, letters, names).properties(
        width=place, height=26, view=alt.ViewBackground(stroke=None)
    )


def title(panel: Panel, *, weighted: bool = False) -> Any:
    """What stands above a panel: tool, population, how many studies."""
    said = f"{panel.tool.title}, {panel.population}"
    n = several(len(panel.studies), "study", "studies")
    if weighted:
        known = sum(bool(study.weight) for study in panel.studies)
        n = f"{known} of {n}, those whose number of people or animals is known"
    return alt.TitleParams(said, subtitle=n, fontSize=13, subtitleColor=GREY)


def _names(panel: Panel) -> dict[int, str]:
    """What each row is called, the number added where two studies have the same name."""
    seen: dict[str, int] = {}
    for study in panel.studies:
        seen[study.label] = seen.get(study.label, 0) + 1
    return {s.id: s.label if seen[s.label] == 1 else f"{s.label} ({s.id})" for s in panel.studies}


def word(panel: Panel, risk: Risk | None) -> str:
    """What the tool of a panel calls a judgement."""
    return words([panel.tool], risk)


def _told(panel: Panel) -> str:
    said = []
    for study in panel.studies:
        each = "; ".join(
            f"{x.label} {word(panel, x.risk).lower()}" for x in study.lights if x.column != OVERALL
        )
        whole = next(word(panel, x.risk).lower() for x in study.lights if x.column == OVERALL)
        said.append(f"{study.label}: {whole} overall ({each}).")
    head = f"{panel.tool.title}, {panel.population}, {several(len(said), 'study', 'studies')}."
    return " ".join([head, *said])


def note(panels: Sequence[Panel]) -> str:
    """How to read the plots: the rules and sources of the tools in them, and their questions."""
    tools = {panel.tool.name: panel.tool for panel in panels}.values()
    rules = [f"{tool.title}: {tool.overall.text} Source: {tool.reference}" for tool in tools]
    items = [
        f"{tool.title} items: " + " ".join(f"({i.id}) {i.question}" for i in tool.items)
        for tool in tools
        if tool.columns == "items"
    ]
    return " ".join([NOTE, *rules, *items])
