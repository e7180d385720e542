"""Criteria and terms: what reviewers have marked, amending the protocol, and what it came to."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.ui import words
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, moment, plain
from review.vocab import Role, Stage

_SIDES = {"include": "Marked for inclusion", "exclude": "Marked for exclusion"}
_CHANGES = {
    "clarify": "Clarify: nobody would have voted otherwise",
    "narrow": "Narrow: less is eligible than before",
    "broaden": "Broaden: more is eligible than before",
}
_FIELDS = {
    "include": "Included if all of these hold",
    "exclude": "Excluded if any of these holds",
    f"reasons-{Stage.TITLE_ABSTRACT.value}": "Reasons at title and abstract, in order",
    f"reasons-{Stage.FULL_TEXT.value}": "Reasons at full text, in order",
    "terms-include": "Terms marked for inclusion",
    "terms-exclude": "Terms marked for exclusion",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw terms, the amendments so far, and for owners the editor."""
    st.header("Criteria and terms", anchor=False)
    names = ["Terms", "Amendments"] + (["Amend"] if who.may(Role.OWNER) else [])
    tabs = dict(zip(names, st.tabs(names), strict=True))
    with tabs["Terms"]:
        _terms(db, who)
    with tabs["Amendments"], told():
        _amendments(db, who)
    if "Amend" in tabs:
        with tabs["Amend"]:
            _amend(db, who)


def _terms(db: Database, who: SignedIn) -> None:
    st.caption(
        "A word, a phrase, word\\* for any ending, or /a regular expression/. Terms help reading "
        "and decide nothing; a change is seen by the whole team at once."
    )
    terms = actions.highlight(db, who.caller)
    edits = who.may(Role.REVIEWER, Role.ADJUDICATOR, Role.OWNER)
    for column, (side, label) in zip(st.columns(2), _SIDES.items(), strict=True):
        with column:
            st.subheader(label, anchor=False)
            st.markdown("\n".join(f"- {plain(term)}" for term in terms[side]) or "None yet.")
            if edits:
                _edit_terms(db, who, side, terms[side])


def _edit_terms(db: Database, who: SignedIn, side: str, terms: list[str]) -> None:
    include = side == "include"
    with told(), st.form(f"add-{side}", clear_on_submit=True, border=False):
        term = st.text_input("Another term", max_chars=300, key=f"term-{side}")
        if st.form_submit_button("Mark it", key=f"mark-{side}"):
            actions.mark_term(db, who.caller, term, include=include)
            st.rerun()
    if terms:
        with told(), st.form(f"drop-{side}", border=False):
            dropped = st.selectbox("A term", terms, index=None, key=f"dropped-{side}")
            if st.form_submit_button("No longer mark it", key=f"unmark-{side}"):
                if dropped is None:
                    raise BadInput("Choose the term that is no longer marked.")
                actions.mark_term(db, who.caller, dropped, include=include, remove=True)
                st.rerun()


def _amendments(db: Database, who: SignedIn) -> None:
    found = actions.amendments(db, who.caller)
    if not found:
        st.info("The protocol has not been amended.")
        return
    st.caption("What PRISMA 2020 asks to be told of each amendment (item 24c).")
    for one in reversed(found):
        by = f" by {plain(one['by'])}" if one["by"] else ""
        st.markdown(f"**Version {one['version']}** · {moment(one['at'])} · {one['change']}{by}")
        st.markdown(plain(one["text"]))
    text = "\n\n".join(one["text"] for one in found)
    st.download_button(
        "Text",
        text.encode(),
        file_name="amendments.txt",
        mime="text/plain",
        icon=":material/download:",
        on_click="ignore",
    )


def _amend(db: Database, who: SignedIn) -> None:
    if said := st.session_state.pop("amended", None):
        st.success(said)
    current = actions.versions(db)[-1]
    st.caption(
        f"Version {current['version']} is in force. One item a line, CODE: words; the order of "
        "reasons is their precedence. What is not here is amended with a file: review amend."
    )
    lines = actions.editable(db, who.caller)
    with st.form("amend"):
        given = _fields(lines, version=current["version"])
        change = st.radio("What it does", list(_CHANGES), format_func=_CHANGES.__getitem__)
        codes = [line.partition(":")[0] for name in list(_FIELDS)[:4] for line in lines[name]]
        criteria = st.multiselect(
            "Criteria or reasons it is about (else those that changed)",
            list(dict.fromkeys(codes)),
        )
        left, right = st.columns(2)
        citing = left.checkbox("Narrow: also exclusions citing them")
        sample = right.number_input("Clarify: settled reports to screen again", 0, value=0)
        note = st.text_area("What was changed, and why", max_chars=5000)
        asked = st.form_submit_button("Show what it would do", type="primary")
    options = {
        "change": change,
        "criteria": criteria,
        "citing": citing and change == "narrow",
        "sample": int(sample) if change == "clarify" else 0,
        "note": note,
    }
    if asked:
        st.session_state["amending"] = (given, options)
    if drafted := st.session_state.get("amending"):
        with told():
            _preview(db, who, *drafted)


def _fields(lines: Mapping[str, list[str]], *, version: int) -> dict[str, list[str]]:
    given = {}
    for pair in zip(*[iter(_FIELDS.items())] * 2, strict=True):
        for column, (name, label) in zip(st.columns(2), pair, strict=True):
            text = column.text_area(
                label, "\n".join(lines[name]), height=180, key=f"{name}-{version}"
            )
            given[name] = [line.strip() for line in text.splitlines() if line.strip()]
    return given


def _preview(
    db: Database, who: SignedIn, given: dict[str, list[str]], options: dict[str, Any]
) -> None:
    text = actions.edited(db, who.caller, given)
    found = actions.amend(db, who.caller, text, **options, dry_run=True)
    st.subheader("What changes", anchor=False)
    if not found["differences"]:
        st.info("Nothing differs from the version in force.")
        return
    st.markdown("\n".join(f"- {plain(one['text'])}" for one in found["differences"]))
    st.subheader("What is screened again", anchor=False)
    for stage, n in found["rescreen_counts"].items():
        begun = (found["begun"] or {}).get(stage)
        more = f"; {begun:,} with votes, not settled, go on under the new version" if begun else ""
        st.markdown(f"{words.STAGES[stage]}: **{count(n, 'report')}**{more}")
    if found["rescreen"]:
        with st.expander("Which"):
            rows = [
                {"Record": one["record"], "Stage": words.STAGES[one["stage"]], "Why": one["why"]}
                for one in found["rescreen"]
            ]
            st.dataframe(rows, hide_index=True, width="stretch")
    if st.button(f"Put version {found['version']} in force", type="primary", key="amend-do"):
        done = actions.amend(db, who.caller, text, **options)
        del st.session_state["amending"]
        again = count(len(done["rescreen"]), "report")
        st.session_state["amended"] = f"Version {done['version']} is in force; {again} again."
        st.rerun()
