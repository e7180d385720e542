"""The map of mechanisms drawn in the page: boxes and arrows that open what is behind them."""

from typing import Any

import streamlit as st

from review.ui.components import asset

_map = st.components.v2.component(
    "review_mechanism_map",
    html='<div class="map"></div>',
    css=asset("mechanism_map.css"),
    js=asset("mechanism_map.js"),
)


def mechanism_map(wide: str, narrow: str, *, key: str = "map") -> str | None:
    """Draw the map, wide or narrow as the window is; return what was just opened, or None.

    That is `link:3` for the fourth arrow, `node:neuron` for a box.
    """
    found: Any = _map(key=key, data={"wide": wide, "narrow": narrow}, on_open_change=lambda: None)
    return str(found.open) if found.open else None
