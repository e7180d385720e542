"""The component that asks about duplicates: keys and columns, over the JSON routes of the app."""

import streamlit as st

from review.ui.components import asset
from review.ui.session import Database, SignedIn, review_id

# what screening has already: marks, buttons, when a key is typing, how a route is asked
_SHARED = ("marks", "frame", "keys", "outbox")
_SCRIPTS = ("draw", "answering", "mount")

_duplicates = st.components.v2.component(
    "review_duplicates",
    html='<div class="screening duplicates"></div>',
    css=asset("screening/screening.css", "duplicates/duplicates.css"),
    js=asset(
        "drawing.js",
        *(f"screening/{name}.js" for name in _SHARED),
        *(f"duplicates/{name}.js" for name in _SCRIPTS),
    ),
)


def questions(
    db: Database, who: SignedIn, *, part: str, records: str = "", may_answer: bool
) -> None:
    """Draw the questions of a part ("questions", "related", or "chosen" with its `records`)."""
    _duplicates(
        key=f"duplicates-{part}-{records}",
        data={
            "review": review_id(db),
            "member": who.id,
            "part": part,
            "records": records,
            "may_answer": may_answer,
        },
    )
