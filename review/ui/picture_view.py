"""How a picture stands in a page: as wide as it, never narrower than it can be read, clickable."""

import base64
from html import escape
from typing import Any

import streamlit as st

from review.reporting.pictures import Picture
from review.reporting.pictures.files import picture_spec, picture_svg
from review.reporting.pictures.marks import CLICK

# what labels beside a drawing take of its width, in pixels
_LABELS = 300
_NARROWEST, _WIDEST = 420, 2600


def drawing(picture: Picture, *, key: str) -> int | None:
    """Draw a picture; return the number of the row whose mark was clicked, None without a click.

    On a narrow window it scrolls sideways in its own frame instead of being squeezed.
    """
    if picture.chart is None:
        return None
    if isinstance(picture.chart, str):
        _still(picture)
        return None
    # as wide as the page; the height is that of the drawing itself
    spec = picture_spec(picture) | {"autosize": {"type": "fit-x", "contains": "padding"}}
    least = max(_NARROWEST, min(_least(spec), _WIDEST))
    frame = f"picture-frame-{picture.name}"
    # a frame of its own: the page itself must not scroll sideways
    st.html(
        f"<style>.st-key-{frame} {{ overflow-x: auto; }}"
        f".st-key-{frame} > div {{ min-width: {least}px; }}</style>"
    )
    with st.container(key=frame):
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


def _still(picture: Picture) -> None:
    """A drawing that has no marks to click, as an image: nothing in it can run."""
    drawn = base64.b64encode(picture_svg(picture).encode("utf-8", "replace")).decode("ascii")
    # on one line and without brackets: an attribute that looks like markup would be taken out
    words = " ".join(f"{picture.title}. {picture.text}".split())
    said = escape(words.replace("<", "‹").replace(">", "›"), quote=True)
    st.html(
        f'<div style="overflow-x: auto"><img alt="{said}" '
        f'style="width: 100%; min-width: {_NARROWEST + _LABELS}px; background: #fff" '
        f'src="data:image/svg+xml;base64,{drawn}"></div>'
    )


def _least(spec: dict[str, Any]) -> int:
    width = spec.get("width")
    drawn = int(width) if isinstance(width, int | float) else _NARROWEST
    return int(drawn * 0.75) + _LABELS
