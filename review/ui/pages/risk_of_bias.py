"""Risk of bias: appraising what waits, two appraisals compared and settled, plots, agreement."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui import appraisal_comparison, appraisal_form, appraisal_plots
from review.ui.appraisal_giving import SAID
from review.ui.links import asked_number, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count
from review.vocab import Role

Listed = Mapping[str, Any]
_PARTS = {
    "appraise": "Appraise",
    "settle": "Compare and settle",
    "plots": "Plots",
    "agreement": "Agreement",
    "tools": "Tools",
}
STATES = {
    "to-do": "to appraise",
    "waiting": "given, waiting for the other",
    "awaiting": "awaiting another",
    "conflict": "in conflict",
    "settled": "settled",
}
_ASSESSORS = (Role.REVIEWER, Role.EXTRACTOR)
_CHOSEN = "appraised-study"


def page(db: Database, who: SignedIn) -> None:
    """Draw what the member can do about the risk of bias of the studies."""
    st.header("Risk of bias", anchor=False)
    every = actions.appraisals(db, who.caller)
    assessor = who.may(*_ASSESSORS)
    parts = [part for part in _PARTS if assessor or part != "appraise"]
    first = "appraise" if assessor else "settle" if who.may(Role.ADJUDICATOR) else "plots"
    part = st.segmented_control(
        "Risk of bias",
        parts,
        default=first,
        format_func=_PARTS.__getitem__,
        required=True,
        key="part",
        label_visibility="collapsed",
    )
    if not every and part not in ("tools", "plots", "agreement"):
        st.info(
            "No study is included yet. A study can be appraised once one of its reports is "
            "included at full text and joined to it."
        )
        link("full-text", "Go to the full texts", icon=":material/arrow_forward:")
        return
    with told():
        if part == "appraise":
            _appraise(db, who, every)
        elif part == "settle":
            appraisal_comparison.settling(db, who, every)
        elif part == "plots":
            appraisal_plots.plots(db, who)
        elif part == "agreement":
            appraisal_plots.agreement(db, who)
        else:
            appraisal_plots.tools(db)


def _appraise(db: Database, who: SignedIn, every: Sequence[Listed]) -> None:
    if said := st.session_state.pop(SAID, None):
        st.success(said)
    study = _study(every)
    appraisal_form.form(db, who, study)


def _study(every: Sequence[Listed]) -> int:
    """The study chosen: the one asked for, else the first that waits for the member."""
    waiting = [one["study"] for one in every if one["waits"] == "appraise"]
    order = waiting + [one["study"] for one in every if one["study"] not in waiting]
    called = {
        one["study"]: f"{one['label']} (study {one['study']}) · "
        + ("begun" if one["draft"] else STATES[one["state"]])
        for one in every
    }
    asked = asked_number("study")
    if asked in called and _CHOSEN not in st.session_state:
        st.session_state[_CHOSEN] = asked
    if st.session_state.get(_CHOSEN) not in called:
        st.session_state[_CHOSEN] = order[0]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        study = st.selectbox(
            f"Study ({count(len(waiting), 'study', 'studies')} to appraise)",
            order,
            format_func=called.__getitem__,
            key=_CHOSEN,
        )
        following = order[(order.index(study) + 1) % len(order)]
        st.button("Next study", shortcut="N", on_click=_go, args=(following,), key="next-study")
        link("evidence", "What is extracted", icon=":material/science:", study=study)
    return int(study)


def _go(study: int) -> None:
    st.session_state[_CHOSEN] = study
