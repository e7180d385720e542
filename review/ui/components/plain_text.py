"""The summary for everybody in the page: terms explained in place, numbers that open their rows."""

from typing import Any

import streamlit as st

from review.reporting.plain_style import SCRIPT, STYLE
from review.ui.components import asset
from review.ui.links import go

_text = st.components.v2.component(
    "review_plain_text",
    html='<div class="holder"></div>',
    css=f"{STYLE}\n{asset('plain_text.css')}",
    js=f"{SCRIPT}\n{asset('drawing.js', 'plain_text.js')}",
)


def plain_text(html: str, *, key: str) -> None:
    """Draw a fragment that `reporting.plain_pages` wrote; leave for what was just opened in it."""
    found: Any = _text(key=key, data={"html": html}, on_open_change=lambda: None)
    opened = dict(found.open or {})
    if "claim" in opened:
        go("claims", claim=str(opened["claim"]))
    if "where" in opened:
        go("evidence", where=str(opened["where"]))
