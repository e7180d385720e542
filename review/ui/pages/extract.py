"""Extraction: filling in the form of a study, comparing and settling, what is missing, files."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui.form_files import files, missing
from review.ui.form_fill import fill
from review.ui.form_settling import compare_and_settle
from review.ui.links import asked_number, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count
from review.vocab import Role

_PARTS = {
    "fill": "Fill",
    "settle": "Compare and settle",
    "missing": "Missing",
    "files": "Files",
}
WAITS = {
    "fill": "to fill in",
    "settle": "to settle",
    "agree": "to talk over",
}
STANDS = {
    "not-started": "not started",
    "awaiting": "one form given",
    "differences": "differences",
    "settled": "settled",
    "to-do": "to do",
    "given": "given, waiting",
    "taken": "two others extract it",
}
_CHOSEN = "extracted-study"
_EXTRACTORS = (Role.OWNER, Role.REVIEWER, Role.EXTRACTOR, Role.ADJUDICATOR)


def page(db: Database, who: SignedIn) -> None:
    """Draw the studies, what waits for the member first, and the part of the work chosen."""
    st.header("Extract", anchor=False)
    every = {one["study"]: one for one in actions.extraction_queue(db, who.caller)}
    if not every:
        st.info("No studies yet: a study begins when a report is joined to it under Full text.")
        link("full-text", "Go to the full texts", icon=":material/arrow_forward:")
        return
    waiting = [one for one in every.values() if one["waits"]]
    st.caption(_waiting(waiting))
    study = every[_study(every)]
    parts = [part for part in _PARTS if part != "fill" or who.may(*_EXTRACTORS)]
    compared = study["waits"] in ("settle", "agree") or study["stand"] == "settled"
    default = "settle" if compared else parts[0]
    part = st.segmented_control(
        "Extraction",
        parts,
        default=default,
        format_func=_PARTS.__getitem__,
        required=True,
        key=f"part-{study['study']}",
        label_visibility="collapsed",
    )
    with told():
        match part:
            case "fill":
                fill(db, who, study)
            case "settle":
                compare_and_settle(db, who, study)
            case "missing":
                missing(db, who, study)
            case _:
                files(db, who, study)


def _waiting(waiting: list[dict[str, Any]]) -> str:
    if not waiting:
        return "Nothing waits for you."
    parts = [
        f"{count(n, 'study', 'studies')} {words}"
        for kind, words in WAITS.items()
        if (n := sum(one["waits"] == kind for one in waiting))
    ]
    return "Waiting for you: " + ", ".join(parts) + "."


def _study(every: Mapping[int, Mapping[str, Any]]) -> int:
    """Draw the choice of a study; a link to one chooses it."""
    asked = asked_number("study")
    if asked in every and st.session_state.get("extract-asked") != asked:
        st.session_state[_CHOSEN] = asked
        st.session_state["extract-asked"] = asked
    order = list(every)
    if st.session_state.get(_CHOSEN) not in every:
        st.session_state[_CHOSEN] = order[0]
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        chosen = st.selectbox(
            "Study", order, key=_CHOSEN, format_func=lambda study: _named(every[study])
        )
    with right:
        link("tags", "Tags", icon=":material/sell:", study=chosen)
    return int(chosen)


def _named(one: Mapping[str, Any]) -> str:
    state = WAITS.get(one["waits"]) or STANDS[one["stand"]]
    draft = ", draft" if one["draft"] else ""
    return f"{one['label']} (study {one['study']}) · {state}{draft}"
