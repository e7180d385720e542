"""Screening: one record after the other, judged from the keyboard alone."""

import streamlit as st

from review import actions
from review.ui.components.screening import screening
from review.ui.session import Database, SignedIn
from review.vocab import Stage

_NAMES = {Stage.TITLE_ABSTRACT: "Title and abstract", Stage.FULL_TEXT: "Full text"}


def page(db: Database, who: SignedIn) -> None:
    """Draw the stage chosen; the component does the rest without a further run."""
    stage = st.segmented_control(
        "Stage",
        list(_NAMES),
        default=Stage.TITLE_ABSTRACT,
        format_func=_NAMES.__getitem__,
        required=True,
        key="stage",
        bind="query-params",
        label_visibility="collapsed",
    )
    screening(db, who, stage=Stage(stage), about=actions.about(db))
