"""Screening in a list: the next records by title, to exclude what is obviously out."""

import streamlit as st

from review import actions
from review.ui.components.screening import screening_list
from review.ui.session import Database, SignedIn
from review.vocab import Stage


def page(db: Database, who: SignedIn) -> None:
    """Draw the list; titles and abstracts only, as a full text is never judged by its title."""
    stage = Stage.TITLE_ABSTRACT
    st.write(
        "Your next records at title and abstract, in the order of your queue. Exclude here what is "
        "obviously out; whatever needs reading is screened one by one. Each exclusion is a vote "
        "of its own."
    )
    done = actions.progress(db, who.caller, stage.value)
    if not done["mine"] and not done["remaining"]:
        st.info("No record waits for you yet: records come in under Searches.")
    if done["closed"]:
        st.caption(
            "A pilot comes first: everybody screens its records, then an owner opens the rest."
        )
    screening_list(db, who, stage=stage, about=actions.about(db))
