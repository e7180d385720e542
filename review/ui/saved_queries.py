"""Saved queries beside the evidence: opened by name or link, saved, changed and retired."""

from typing import Any
from urllib.parse import parse_qsl

import streamlit as st

from review import actions
from review.errors import ReviewError
from review.ui.components.link_list import Item, link_list
from review.ui.links import asked, go
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain
from review.vocab import Role

_SAVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_SAID = "saved-query-said"


def open_asked(db: Database, who: SignedIn) -> None:
    """Put what the query named in the address asks for into the page's own fields."""
    name = asked("query")
    if name is None:
        return
    try:
        saved = actions.query(db, who.caller, name)
    except ReviewError as error:
        del st.query_params["query"]
        st.session_state[_SAID] = str(error)
        return
    st.session_state["where"] = saved["where"]
    st.session_state["everything"] = saved["everything"]
    st.session_state["page"] = 1
    by = saved["changed_by"] or "nobody named"
    st.session_state[_SAID] = f"Saved query “{saved['name']}”, by {by}."
    # the address says what is asked, so that it can be passed on and gone back to
    everything = "true" if saved["everything"] else None
    go(
        "evidence",
        where=saved["where"],
        columns=saved["columns"],
        sort=saved["sort"],
        everything=everything,
    )


def saved_queries(db: Database, who: SignedIn, now: dict[str, Any]) -> None:
    """Draw the saved queries behind a button; `now` is what would be saved."""
    if said := st.session_state.pop(_SAID, None):
        st.caption(plain(said))
    with st.popover("Saved queries", icon=":material/bookmark:"):
        found = actions.queries(db, who.caller)
        if not found:
            st.caption("None yet: save what you ask now under a name.")
        items = [
            Item(
                one["view"],
                dict(parse_qsl(one["address"].partition("?")[2])),
                one["name"],
                (
                    one["where"] or "every effect",
                    one["fault"]
                    or f"{count(one['effects'], 'effect')} of "
                    f"{count(one['studies'], 'study', 'studies')}",
                    f"saved by {one['changed_by'] or 'nobody named'} on {one['changed'][:10]}",
                ),
            )
            for one in found
        ]
        if items:
            link_list(items, key="saved-queries")
        if who.may(*_SAVERS):
            _saving(db, who, now, [one["name"] for one in found])


def _saving(db: Database, who: SignedIn, now: dict[str, Any], names: list[str]) -> None:
    with st.form("save-query", border=False, clear_on_submit=True):
        name = st.text_input("Save this one as", max_chars=100)
        replace = st.checkbox("Replace the query of that name")
        if st.form_submit_button("Save", icon=":material/bookmark_add:"):
            try:
                saved = actions.save_query(db, who.caller, name, **now, replace=replace)
            except ReviewError as error:
                st.error(plain(str(error)))
                return
            st.session_state[_SAID] = f"Saved as “{saved['name']}”."
            st.rerun()
    if names:
        with st.form("retire-query", border=False):
            gone = st.selectbox("Retire", names, index=None, placeholder="choose a query")
            if st.form_submit_button("Retire", icon=":material/bookmark_remove:") and gone:
                actions.retire_query(db, who.caller, gone)
                st.session_state[_SAID] = f"“{gone}” is retired; its history stays."
                st.rerun()
