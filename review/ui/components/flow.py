"""The PRISMA flow drawn in the page, each number a link to its records."""

from typing import Any

import streamlit as st

from review.ui.components import asset

_flow = st.components.v2.component(
    "review_flow",
    html='<div class="flow"></div>',
    css=asset("flow.css"),
    js=asset("drawing.js", "flow.js"),
)


def flow_picture(svg: str, boxes: dict[str, int], *, key: str = "flow") -> str | None:
    """Draw the flow and return the box that was just opened, or None.

    `boxes` are the boxes that have records; only these become links.
    """
    found: Any = _flow(key=key, data={"svg": svg, "boxes": boxes}, on_open_change=lambda: None)
    opened = found.open
    return str(opened) if opened in boxes else None
