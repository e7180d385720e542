"""How a picture stands in a page: as wide as it, never narrower than it can be read, clickable."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from review.reporting.pictures import Picture
from review.reporting.pictures.files import picture_spec, picture_svg
from review.reporting.pictures.marks import CLICK
from review.ui.components.flow import flow_picture, marked_picture
from review.ui.components.mechanism_map import mechanism_map
from review.ui.links import go

# what labels beside a drawing take of its width, in pixels
_LABELS = 300
_NARROWEST, _WIDEST = 420, 2600
_MAP = 720


def drawing(picture: Picture, *, key: str, everything: bool = False) -> int | None:
    """Draw a picture; return the number of the row whose mark was clicked, None without a click.

    On a narrow window it scrolls sideways in its own frame instead of being squeezed.
    """
    if picture.chart is None:
        return None
    if isinstance(picture.chart, str):
        return _drawn(picture, key, everything)
    # as wide as the page; the height is that of the drawing itself
    spec = picture_spec(picture) | {"autosize": {"type": "fit-x", "contains": "padding"}}
    least = max(_NARROWEST, min(_least(spec), _WIDEST))
    with _frame(picture, least):
        event: Any = st.vega_lite_chart(
            spec,
            theme=None,
            width="stretch",
            on_select="rerun",
            selection_mode=CLICK,
            key=key,
        )
    clicked = (event or {}).get("selection", {}).get(CLICK) or []
    number = clicked[0].get("mark") if clicked else None
    return number if isinstance(number, int) and 0 <= number < len(picture.rows) else None


def _frame(picture: Picture, least: int) -> Any:
    """Where a picture stands, at least so wide: it scrolls sideways, the page itself does not."""
    frame = f"picture-frame-{picture.name}"
    st.html(
        f"<style>.st-key-{frame} {{ overflow-x: auto; }}"
        f".st-key-{frame} > div {{ min-width: {least}px; }}</style>"
    )
    return st.container(key=frame)


def _drawn(picture: Picture, key: str, everything: bool) -> int | None:
    """A drawing that is no chart: its lines, boxes or arrows are links all the same."""
    svg = picture_svg(picture)
    if picture.name == "mechanism-map":
        with _frame(picture, _MAP):
            opened = _map(svg, key)
    elif picture.name == "prisma":
        boxes = {str(row["box"]) for row in picture.rows if row["box"] and row["n"]}
        if box := flow_picture(svg, boxes, key=key):
            go("records", box=box)
        return None
    else:
        opened = forest_picture(picture, key=key, everything=everything)
    kept = f"{key}-opened"
    if opened is not None:
        st.session_state[kept] = opened
    number: int | None = st.session_state.get(kept)
    return number


def _map(svg: str, key: str) -> int | None:
    opened = mechanism_map(svg, svg, key=key) or ""
    kind, _, which = opened.partition(":")
    if kind == "node":
        go("mechanisms")
    return int(which) if kind == "link" and which.isdigit() else None


def forest_picture(
    picture: Picture, *, key: str, everything: bool, leaves: bool = False
) -> int | None:
    """Draw a forest plot; return the number of the row whose line was just opened, or None.

    With `leaves` a line leads to its rows of evidence at once.
    """
    marks = {}
    for number, row in enumerate(picture.rows):
        where = f"study in ({', '.join(map(str, row['study_ids']))})"
        asked = {"where": where} | ({"everything": "true"} if everything else {})
        marks[str(number)] = f"evidence?{urlencode(asked)}"
    opened = marked_picture(
        picture_svg(picture),
        marks,
        what="studies behind it",
        key=key,
        least="56rem",
        leaves=leaves,
    )
    return int(opened) if opened else None


def _least(spec: dict[str, Any]) -> int:
    width = spec.get("width")
    drawn = int(width) if isinstance(width, int | float) else _NARROWEST
    return int(drawn * 0.75) + _LABELS
