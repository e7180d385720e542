"""The filter panel: every facet with the studies and effects of its terms, a click narrows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from review.ui.components import asset

_panel = st.components.v2.component(
    "review_facet_panel",
    html='<div class="facets"></div>',
    css=asset("facet_panel.css"),
    js=asset("drawing.js", "facet_panel.js"),
)
# what most questions begin with
_OPEN = ("population", "emg_method", "outcome")


def facet_panel(
    facets: Sequence[Mapping[str, Any]],
    asked: Mapping[str, Sequence[str]],
    *,
    key: str,
    on_pick: Callable[[str, str], None],
) -> None:
    """Draw facets as `actions.evidence` counts them; `on_pick` hears the facet and term clicked.

    `asked` are the terms by facet that the expression asks for.
    """
    shown = [
        {
            "id": facet["id"],
            "label": facet["label"],
            "open": facet["id"] in _OPEN or facet["id"] in asked,
            "asked": list(asked.get(facet["id"], ())),
            "terms": facet["terms"],
        }
        for facet in facets
        if any(term["effects"] for term in facet["terms"]) or facet["id"] in asked
    ]
    if not facets:  # a codebook without any has nothing to narrow by
        return
    known = {(facet["id"], term["code"]) for facet in shown for term in facet["terms"]}

    def heard() -> None:
        state: Any = st.session_state[key]
        picked = state.pick
        if picked and (picked["facet"], picked["code"]) in known:
            on_pick(str(picked["facet"]), str(picked["code"]))

    _panel(key=key, data={"facets": shown}, on_pick_change=heard)
