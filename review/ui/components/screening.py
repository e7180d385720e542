"""The screening component: keys, cards and the outbox, over the JSON routes of the app."""

from typing import Any

import streamlit as st

from review.ui.components import asset
from review.ui.session import Database, SignedIn, review_id
from review.vocab import Stage

# In the order they build on one another; one script, as a component is one script.
_SCRIPTS = ("marks", "card", "frame", "keys", "outbox", "supply", "main", "mount")

_screening = st.components.v2.component(
    "review_screening",
    html='<div class="screening"></div>',
    css=asset("screening/screening.css"),
    js=asset(*(f"screening/{name}.js" for name in _SCRIPTS)),
)


def screening(db: Database, who: SignedIn, *, stage: Stage, about: dict[str, Any]) -> None:
    """Draw the screening of one stage; the records themselves come by the routes, not by a run."""
    agreed = about["stages"][stage.value]
    _screening(
        key=f"screening-{stage.value}",
        data={
            "review": review_id(db),
            "member": who.id,
            "stage": stage.value,
            "reasons": agreed["reasons"],
            "reason_required": stage is Stage.FULL_TEXT,
            "criteria": agreed["criteria"],
            "highlight": about["highlight"],
        },
    )
