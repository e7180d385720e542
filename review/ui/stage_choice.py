"""Which stage a page shows: chosen by a click, at first the one that the page's address names."""

import streamlit as st

from review.ui.links import asked
from review.ui.words import STAGES


def stage_choice(*, key: str = "stage", labelled: bool = False) -> str:
    """Draw the stages to choose from; return the one chosen."""
    named = asked("stage")
    first = named if named in STAGES else next(iter(STAGES))
    return st.segmented_control(
        "Stage",
        list(STAGES),
        default=first,
        format_func=STAGES.__getitem__,
        required=True,
        key=key,
        label_visibility="visible" if labelled else "collapsed",
    )
