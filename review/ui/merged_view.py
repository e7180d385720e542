"""The merged clusters on a page: searched, why each is one report, and split where it is not."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, comparison, words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain

_SIZE = 20
_DONE = {"merge": "merged", "split": "split", "different": "kept apart", "question": "asked"}
_ORDERS = {"record": "By record", "least-sure": "Least sure first", "latest": "Latest first"}
_WHOSE: dict[str, bool | None] = {"All": None, "Automatic": False, "By hand": True}


def merged(db: Database, who: SignedIn, *, may_split: bool) -> None:
    """Draw one page of the merged clusters, with its search, and the undo of the last split."""
    _undo(db, who)
    found_by, whose_by, order_by = st.columns([3, 1, 1])
    text = found_by.text_input(
        "Search", max_chars=300, placeholder='words, "together", begin*', key="merged-words"
    ).strip()
    whose = whose_by.selectbox("Merged", list(_WHOSE), key="merged-whose")
    order = order_by.selectbox(
        "Order", list(_ORDERS), format_func=_ORDERS.__getitem__, key="merged-order"
    )
    place = st.container()
    key = f"merged-page-{text}-{whose}-{order}"
    found = actions.merged(
        db,
        who.caller,
        text=text or None,
        by_hand=_WHOSE[whose],
        order=order,
        limit=_SIZE,
        offset=(int(st.session_state.get(key, 1)) - 1) * _SIZE,
    )
    with place:
        st.markdown(f"**{count(found['total'], 'report')}** of several records")
        cards.paged(found["total"], key=key, size=_SIZE)
    if not found["total"]:
        narrowed = text or whose != "All"
        st.info("No merged report is like that." if narrowed else "Nothing has been merged yet.")
    for cluster in found["clusters"]:
        _cluster(db, who, cluster, may_split=may_split)


def _undo(db: Database, who: SignedIn) -> None:
    done: tuple[str, list[int]] | None = st.session_state.get("split-done")
    if done is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.success(done[0])
        if st.button("Undo", shortcut="Z", key="split-undo"):
            with told():
                actions.undo_duplicates(db, who.caller, done[1])
                del st.session_state["split-done"]
                st.rerun()


def _cluster(db: Database, who: SignedIn, cluster: Mapping[str, Any], *, may_split: bool) -> None:
    kept, records = cluster["kept"], cluster["records"]
    first = next(card for card in records if card["record"] == kept)
    with st.container(border=True):
        # not as the link's label, which is cut at the end of a line
        st.markdown(f"**{plain(first['title'] or '(no title)')}**")
        link("records", f"Open record {kept}", icon=":material/article:", record=kept)
        for fact in cluster["why"]:
            if fact["kind"] != "question":
                st.caption(plain(_said(fact)))
        leaving = []
        for card in records:
            label = plain(
                words.joined(
                    [
                        f"{card['record']}{' (kept)' if card['record'] == kept else ''}",
                        card["source"],
                        words.citation(card),
                        card["doi"],
                        "RETRACTED" if card["retracted"] else "",
                    ]
                )
            )
            if not may_split:
                st.markdown(label)
            elif st.checkbox(label, key=f"leave-{kept}-{card['record']}"):
                leaving.append(card["record"])
        if leaving:
            _split(db, who, leaving, every=len(leaving) == len(records), kept=kept)
        with st.expander("Compare field by field"):
            st.html(comparison.table(records, kept=kept))


def _said(fact: Mapping[str, Any]) -> str:
    how = "automatically" if fact["automatic"] else "by hand"
    by = f" by {fact['by']}" if fact["by"] and not fact["automatic"] else ""
    some = fact["records"] or [fact[side] for side in ("a", "b") if fact[side]]
    named = " and ".join(map(str, some))
    verb = _DONE.get(fact["kind"], fact["kind"])
    undone = " (undone since)" if fact["undone"] else ""
    return f"{named} {verb} {how}{by}{undone}: {comparison.why(fact, names=False)}"


def _split(db: Database, who: SignedIn, leaving: list[int], *, every: bool, kept: int) -> None:
    """Say what splitting the ticked records off will do, and do it."""
    if every:
        st.warning("All are ticked: leave at least one that the others are split from.")
        return
    told_before = actions.foresee(db, who.caller, split=leaving)
    for sentence in comparison.votes(told_before, splitting=True):
        st.caption(plain(sentence))
    named = " and ".join(map(str, leaving))
    alike = " as one report" if len(leaving) > 1 else ""
    if st.button(f"Split off {named}{alike}", key=f"split-{kept}", type="primary"):
        with told():
            done = actions.split(db, who.caller, *leaving)
            st.session_state["split-done"] = (f"Split off {named}.", done["facts"])
            st.rerun()
