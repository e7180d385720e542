"""How the risk of bias over studies is drawn: a bar a domain, each study once or weighted."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from review.extraction.lights import Panel, shares
from review.reporting.pictures.lights import LOOKS, NOTHING, note, stacked, title, view, word
from review.reporting.pictures.marks import data, marked
from review.reporting.pictures.picture import Picture, listed, several
from review.reporting.pictures.theme import INK

PERCENT = 100


def risk_summary(panels: Sequence[Panel], *, weighted: bool) -> Picture:
    """The share of studies with each judgement, a bar for each domain or item."""
    table = [
        {
            "tool": panel.tool.title,
            "population": panel.population,
            "column": label,
            "judgement": word(panel, risk),
            "studies": n,
            "percent": round(share * PERCENT, 1),
            "weighted": "by people or animals" if weighted else "each study once",
            "study_ids": [
                s.id
                for s in panel.studies
                for x in s.lights
                if (x.column, x.risk) == (column, risk)
            ],
        }
        for panel in panels
        for column, label, risk, n, share in shares(panel, weighted=weighted)
    ]
    charts: list[Any] = []
    start = 0
    for panel in panels:
        bars = len(shares(panel, weighted=weighted))
        if bars:
            own = marked(table)[start : start + bars]
            charts.append(_bars(panel, own, weighted=weighted, name=view(charts)))
        start += bars
    how = "weighted by people or animals" if weighted else "each study once"
    left = [s.label for panel in panels for s in panel.studies if weighted and not s.weight]
    said = [_shared(panel, weighted=weighted) for panel in panels]
    if left:
        missing = several(len(left), "study has", "studies have")
        said.append(f"{missing} no number of people or animals, so no weight: {listed(left)}.")
    return Picture(
        name="risk-summary",
        title=f"Risk of bias over studies, {how}",
        chart=stacked(charts, panels, f"Risk of bias over studies, {how}") if charts else None,
        rows=table,
        text="\n".join(said) or NOTHING,
        note=note(panels),
    )


def _bars(panel: Panel, points: list[dict[str, Any]], *, weighted: bool, name: str) -> Any:
    heads = [label for _, label in panel.columns]
    place: dict[str, float] = {}
    for point, (_, label, risk, _, share) in zip(
        points, shares(panel, weighted=weighted), strict=True
    ):
        letter, colour, _, ink = LOOKS[risk]
        begin = place.get(label, 0.0)
        place[label] = begin + share * PERCENT
        said = f"{letter} {share * PERCENT:.0f} %" if share >= 0.08 else letter
        point |= {"begin": begin, "end": place[label], "colour": colour, "ink": ink}
        point |= {"middle": begin + share * PERCENT / 2, "said": said if share >= 0.03 else ""}
    base = alt.Chart(data(points)).encode(
        y=alt.Y("column:N", title=None, sort=heads, scale=alt.Scale(domain=heads),
                axis=alt.Axis(labelLimit=260)),
        tooltip=[
            alt.Tooltip("column:N", title="Domain or item"),
            alt.Tooltip("judgement:N", title="Judgement"),
            alt.Tooltip("studies:Q", title="Studies"),
            alt.Tooltip("percent:Q", title="%"),
        ],
    )  # fmt: skip
    bars = base.mark_bar(stroke=INK, strokeWidth=0.7).encode(
        x=alt.X("begin:Q", title="% of studies" if not weighted else "% by people or animals",
                scale=alt.Scale(domain=[0, 100])),
        x2="end:Q",
        color=alt.Color("colour:N", scale=None),
    )  # fmt: skip
    letters = base.mark_text(fontSize=10, fontWeight="bold").encode(
        x="middle:Q", text="said:N", color=alt.Color("ink:N", scale=None)
    )
    return alt.layer(bars.properties(name=name), letters).properties(
        width=430, height=28 * len(heads), title=title(panel, weighted=weighted)
    )


def _shared(panel: Panel, *, weighted: bool) -> str:
    parts: dict[str, list[str]] = {}
    for _, label, risk, n, share in shares(panel, weighted=weighted):
        said = f"{word(panel, risk).lower()} {share * PERCENT:.0f} % ({n})"
        parts.setdefault(label, []).append(said)
    count = several(len(panel.studies), "study", "studies")
    told = " ".join(f"{label}: {', '.join(said)}." for label, said in parts.items())
    return f"{panel.tool.title}, {panel.population}, {count}. {told}"
