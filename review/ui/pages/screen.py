"""Screening: one record after the other, judged from the keyboard alone."""

import streamlit as st

from review import actions
from review.ui.components.screening import screening
from review.ui.session import Database, SignedIn
from review.ui.stage_choice import stage_choice
from review.vocab import Stage


def page(db: Database, who: SignedIn) -> None:
    """Draw the stage chosen; the component does the rest without a further run."""
    chosen = Stage(stage_choice())
    st.query_params["stage"] = chosen.value  # so that it can be linked to and survives a reload
    if actions.progress(db, who.caller, chosen.value)["closed"]:
        st.caption(
            "A pilot comes first: everybody screens its records, then an owner opens the rest."
        )
    screening(db, who, stage=chosen, about=actions.about(db))
