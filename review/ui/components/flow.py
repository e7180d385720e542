"""A drawing in the page whose marks are links: the PRISMA flow, a forest plot."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from review.ui.components import asset

_flow = st.components.v2.component(
    "review_flow",
    html='<div class="flow"></div>',
    css=asset("flow.css"),
    js=asset("drawing.js", "flow.js"),
)


def flow_picture(svg: str, boxes: Collection[str], *, key: str = "flow") -> str | None:
    """Draw the flow and return the box that was just opened, or None.

    `boxes` are the boxes that have records; only these become links.
    """
    marks = {box: f"records?{urlencode({'box': box})}" for box in boxes}
    return marked_picture(svg, marks, what="records", key=key)


def marked_picture(
    svg: str,
    marks: Mapping[str, str],
    *,
    what: str,
    key: str,
    least: str = "",
    leaves: bool = False,
) -> str | None:
    """Draw a picture and return the mark that was just opened, or None.

    `marks` maps the marks that become links to their addresses; `what` they open, in words;
    `least` is the width (CSS) below which it scrolls sideways instead of being squeezed. With
    `leaves` a link leads away by its address, as in a table of links, and nothing is returned.
    """
    data = {"svg": svg, "marks": dict(marks), "what": what, "least": least, "leaves": leaves}
    found: Any = _flow(key=key, data=data, on_open_change=lambda: None)
    return str(found.open) if found.open in marks else None
