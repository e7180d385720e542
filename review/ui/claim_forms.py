"""The forms by which an owner adds, rewords and retires claims."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui.links import go
from review.ui.session import Database, SignedIn
from review.ui.telling import told


def add_form(db: Database, who: SignedIn) -> None:
    """Draw the form for a new claim, and the one for a file of claims."""
    with st.expander("Add a claim", icon=":material/add:"):
        with st.form("add-claim"):
            id_ = st.text_input("Short name", placeholder="fewer-motor-units", max_chars=60)
            given = _fields({})
            if st.form_submit_button("Add"):
                with told():
                    made = actions.add_claim(db, who.caller, id_.strip(), **given)
                    go("claims", claim=made["id"])
        with st.form("add-claims"):
            file = st.file_uploader("Or a file of claims", type=["yaml", "yml"], max_upload_size=2)
            if st.form_submit_button("Add its claims") and file is not None:
                with told():
                    text = file.getvalue().decode("utf-8-sig", "replace")
                    actions.add_claims(db, who.caller, text, name=file.name)
                    st.rerun()


def owner_forms(db: Database, who: SignedIn, one: Mapping[str, Any]) -> None:
    """Draw the forms that reword a claim, or retire it."""
    with st.expander("Reword", icon=":material/edit:"), st.form(f"reword-{one['id']}"):
        given = _fields(one)
        why = st.text_input("Why", max_chars=500)
        if st.form_submit_button("Put in force"):
            with told():
                actions.reword_claim(db, who.caller, one["id"], why=why, **given)
                st.rerun()
    if one["retired"]:
        return
    with st.expander("Retire", icon=":material/archive:"), st.form(f"retire-{one['id']}"):
        st.caption("It is no longer listed; its history stays. Rewording brings it back.")
        why = st.text_input("Why", max_chars=500)
        if st.form_submit_button("Retire"):
            with told():
                actions.retire_claim(db, who.caller, one["id"], why=why)
                go("claims")


def _fields(one: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a claim; what is typed, one expression or citation a line."""
    return {
        "text": st.text_area("What it says", one.get("text", ""), max_chars=1000).strip(),
        "topic": st.text_input("Topic", one.get("topic", "Claims"), max_chars=100).strip(),
        "sources": _lines("Stated by (citations, one a line)", one.get("sources", ())),
        "scope": st.text_area("Which effects bear on it", one.get("scope", "")).strip(),
        "supports": _lines(
            "What supports it (several lines: each must hold within one study)",
            one.get("supports", ["alignment = impaired"]),
        ),
        "contradicts": _lines(
            "What contradicts it", one.get("contradicts", ["alignment = preserved"])
        ),
        "note": st.text_area("What the query cannot say", one.get("note", "")).strip(),
    }


def _lines(label: str, given: Any) -> list[str]:
    typed = st.text_area(label, "\n".join(given))
    return [line.strip() for line in typed.splitlines() if line.strip()]
