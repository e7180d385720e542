"""How settled conflicts are shown: rulings, what conflicts were made of, reasons by rule."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from review import actions
from review.errors import ReviewError
from review.ui import cards
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, moment, plain

_UNDEFINED = "not defined"


def settled(db: Database, who: SignedIn, stage: str) -> None:
    """Draw the rulings of a stage, newest first, each with the blind judgement before it."""
    found = actions.rulings(db, who.caller, stage, limit=1)
    if not found["total"]:
        st.info("No conflict has been settled at this stage yet.")
        return
    waivers = count(found["waivers"], "waiver")
    st.caption(
        f"{count(found['total'], 'ruling')}; {waivers} of the rule that whoever rules has not voted"
    )
    offset = cards.paged(found["total"], key=f"rulings-{stage}")
    page = actions.rulings(db, who.caller, stage, limit=cards.PAGE_SIZE, offset=offset)
    _table(
        [
            {
                "Record": one["record"],
                "Title": one["title"],
                "How": one["kind"],
                "Blind": one["blind"] or "",
                "Ruled": one["verdict"],
                "Reason": one["reason"] or "",
                "By": one["by"] or "",
                "Waiver": "voted on it" if one["waiver"] else "",
                "Note": one["note"],
                "When": moment(one["at"]),
            }
            for one in page["rulings"]
        ]
    )


def settled_by_rule(db: Database, who: SignedIn, stage: str) -> None:
    """Draw what the order of reasons would settle, and the button that does it."""
    if said := st.session_state.pop("by-rule", None):
        st.success(said)
    st.caption(
        "Where both exclude for different reasons, the reason that stands first in the protocol "
        "is taken. It is kept as a ruling by rule, in your name."
    )
    with told():
        found = actions.rule_reasons(db, who.caller, stage=stage, dry_run=True)
        n = len(found["settled"])
        if not n:
            st.info("No conflict of reasons waits at this stage.")
            return
        names = {"Record": "record", "Reason that would stand": "label", "Title": "title"}
        _table([{head: one[key] for head, key in names.items()} for one in found["settled"]])
        if st.button(f"Settle {count(n, 'conflict')} of reasons", type="primary", key="by-rule-do"):
            done = actions.rule_reasons(db, who.caller, stage=stage)
            st.session_state["by-rule"] = f"{count(len(done['settled']), 'conflict')} settled."
            st.rerun()


def anatomy(db: Database, who: SignedIn, stage: str) -> None:
    """Draw which pairs, reasons and verdicts conflicts are made of."""
    found = actions.anatomy(db, who.caller, stage)
    if not found["conflicts"]["n"]:
        st.info("Nothing has been judged by two reviewers at this stage yet.")
        return
    st.markdown(f"**{_words(found['conflicts'])}** records with independent votes are in conflict.")
    st.subheader("By pair of reviewers", anchor=False)
    _table([{"Reviewers": " and ".join(p["reviewers"])} | _cells(p) for p in found["pairs"]])
    st.subheader("By reason cited", anchor=False)
    if found["reasons"]:
        rows = [{"Reason": r["label"] or "without a reason"} | _cells(r) for r in found["reasons"]]
        _table(rows)
    else:
        st.caption("Nobody has excluded anything.")
    if found["patterns"]:
        st.subheader("Who said what", anchor=False)
        _table(
            [
                {"Conflicts": one["n"]}
                | dict(zip(("One", "The other"), map(_said, one["said"]), strict=True))
                for one in found["patterns"]
            ]
        )


def overturned(db: Database, who: SignedIn, stage: str) -> None:
    """Draw whose votes rulings overturned, or why not yet and how to close the stage."""
    try:
        found = actions.overturns(db, who.caller, stage)
    except ReviewError as error:
        st.info(plain(str(error)))
        with st.expander("Declare the stage closed"), st.form(f"close-{stage}", border=False):
            why = st.text_input("Why", max_chars=1000)
            if st.form_submit_button("Close the stage"):
                with told():
                    actions.close_stage(db, who.caller, stage, why=why)
                    st.rerun()
        return
    if not found["adjudicated"]:
        st.info("No conflict of this stage was adjudicated.")
        return
    st.caption(
        f"Of votes in {count(found['adjudicated'], 'adjudicated conflict')}: a low number of "
        f"conflicts says little of a person. Intervals: {found['interval_method']}."
    )
    st.subheader("By reviewer", anchor=False)
    _table([{"Reviewer": r["reviewer"]} | _cells(r, "Overturned") for r in found["reviewers"]])
    st.subheader("By reason cited", anchor=False)
    rows = [
        {"Reason": c["label"] or "without a reason"} | _cells(c, "Overturned")
        for c in found["criteria"]
    ]
    if rows:
        _table(rows)


def _said(one: Mapping[str, Any]) -> str:
    reason = f" ({one['reason']})" if one["reason"] else ""
    return f"{one['reviewer']}: {one['verdict']}{reason}"


def _cells(one: Mapping[str, Any], name: str = "Conflicts") -> dict[str, Any]:
    low, high = one["interval"] or (None, None)
    share = _UNDEFINED if low is None else f"{one['share']:.1%} [{low:.1%}, {high:.1%}]"
    return {name: one["count"], "Of": one["n"], "Share [95 %]": share}


def _words(one: Mapping[str, Any]) -> str:
    return f"{one['count']:,} of {one['n']:,}"


def _table(rows: list[dict[str, Any]]) -> None:
    st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
