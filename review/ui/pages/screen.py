"""Screening: one record after the other, judged from the keyboard alone."""

import streamlit as st

from review import actions
from review.ui.components.screening import screening
from review.ui.session import Database, SignedIn
from review.vocab import Stage

_NAMES = {
    Stage.TITLE_ABSTRACT.value: "Title and abstract",
    Stage.FULL_TEXT.value: "Full text",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw the stage chosen; the component does the rest without a further run."""
    # the address names the stage, so that it can be linked to and survives a reload
    if "stage" not in st.session_state:
        named = st.query_params.get("stage")
        st.session_state.stage = named if named in set(Stage) else Stage.TITLE_ABSTRACT.value
    stage = st.segmented_control(
        "Stage",
        list(_NAMES),
        format_func=_NAMES.__getitem__,
        required=True,
        key="stage",
        label_visibility="collapsed",
    )
    chosen = Stage(stage or Stage.TITLE_ABSTRACT)
    st.query_params["stage"] = chosen.value
    if actions.progress(db, who.caller, chosen.value)["closed"]:
        st.caption(
            "A pilot comes first: everybody screens its records, then an owner opens the rest."
        )
    screening(db, who, stage=chosen, about=actions.about(db))
