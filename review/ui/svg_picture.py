"""A drawing on a page as it will be printed: never wider than drawn, scrolled where narrow."""

import re
from base64 import b64encode
from html import escape

import streamlit as st

_WIDTH = re.compile(rb'<svg\b[^>]*?\bwidth="(\d+)')


def svg_picture(drawing: bytes, *, label: str, text: str) -> None:
    """Draw an SVG; `label` names it, `text` says the same in words for who cannot see it.

    It is shown as an image, so nothing in it can run, and never wider than it was drawn.
    """
    found = _WIDTH.search(drawing)
    width = int(found.group(1)) if found else 900
    st.html(
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<img src="data:image/svg+xml;base64,{b64encode(drawing).decode()}" '
        f'alt="{escape(text)}" style="width:{width}px;min-width:min({width}px, 56rem);'
        'max-width:100%;height:auto"></div>'
    )
