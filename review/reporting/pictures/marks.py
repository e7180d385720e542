"""What several pictures draw alike: axes of names, marks to click, data with their marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt

from review.reporting.pictures.picture import MARK
from review.reporting.pictures.theme import INK, PAPER, SERIES, SHAPES

CLICK = "mark"


def data(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    """The rows of a chart, inside it; never a file or an address."""
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]


def marked(rows: Sequence[Mapping[str, Any]], *leave_out: str) -> list[dict[str, Any]]:
    """The rows, each with the number by which a click finds it; `leave_out` is not for a chart."""
    hidden = {"study_ids", "effect_ids", *leave_out}
    return [
        {**{k: v for k, v in row.items() if k not in hidden}, MARK: number}
        for number, row in enumerate(rows)
    ]


def clickable() -> alt.Parameter:
    """The selection of one mark: what a page turns into the rows behind it."""
    return alt.selection_point(name=CLICK, fields=[MARK], on="click", empty=False)


def sized(chart: Any, **properties: Any) -> alt.TopLevelMixin:
    """The chart with its width, height and title."""
    whole: alt.TopLevelMixin = chart.properties(**properties)
    return whole


def names(field: str, order: Sequence[str], title: str | None, **axis: Any) -> dict[str, Any]:
    """The options of a channel of names in a given order, all of them, the labels as they are."""
    return {
        "field": field,
        "type": "nominal",
        "title": title,
        "sort": list(order),
        "scale": alt.Scale(domain=list(order), type="band", padding=0),
        "axis": alt.Axis(labelLimit=axis.pop("labelLimit", 240), labelOverlap=False, **axis),
    }


def slanted(longest: int) -> dict[str, Any]:
    """How the labels below columns stand: upright words only where they are short."""
    angle = 0 if longest <= 4 else -45
    return {"labelAngle": angle, "labelLimit": 190, "grid": True, "tickBand": "extent"}


def inked() -> Any:
    """The colour of words on a mark: light where its row says `dark`, else ink."""
    return alt.condition("datum.dark", alt.value(PAPER), alt.value(INK))


def colours(order: Sequence[str], known: Sequence[str] = ()) -> alt.Scale:
    """A colour for each name; a name in `known` has the same one in whatever company."""
    return alt.Scale(domain=list(order), range=[SERIES[i % 8] for i in _places(order, known)])


def shapes(order: Sequence[str], known: Sequence[str] = ()) -> alt.Scale:
    """A shape for each name, as for colours."""
    return alt.Scale(domain=list(order), range=[SHAPES[i % 8] for i in _places(order, known)])


def _places(order: Sequence[str], known: Sequence[str]) -> list[int]:
    every = [*known, *(name for name in order if name not in known)]
    return [every.index(name) for name in order]


def tooltips(**labels: str) -> list[alt.Tooltip]:
    """What pointing at a mark says: field and its label."""
    return [alt.Tooltip(field=field, type="nominal", title=said) for field, said in labels.items()]
