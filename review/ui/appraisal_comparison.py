"""Two appraisals side by side, settled by a third person, or agreed on by those who gave them."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui.appraisal_giving import SIGNS
from review.ui.links import asked_number
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

Document = Mapping[str, Any]
_SAID = "settled-said"
_CHOSEN = "compared-study"


def settling(db: Database, who: SignedIn, every: Sequence[Document]) -> None:
    """Draw what waits to be settled, one study at a time; what is settled stands after it."""
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    if who.may(Role.REVIEWER, Role.EXTRACTOR):
        _discussion(db, who, [one for one in every if one["state"] == "waiting"])
    waits = [one["study"] for one in every if one["state"] == "conflict"]
    seen = waits + [one["study"] for one in every if one["state"] == "settled"]
    if not seen:
        st.info(
            "Nothing to compare yet: a study is compared once two people have appraised it, and "
            "shown to them once it is settled."
        )
        return
    called = {one["study"]: f"{one['label']} (study {one['study']})" for one in every}
    asked = asked_number("study")
    if asked in seen and _CHOSEN not in st.session_state:
        st.session_state[_CHOSEN] = asked
    if st.session_state.get(_CHOSEN) not in seen:
        st.session_state[_CHOSEN] = seen[0]
    study = st.selectbox(
        f"Study ({count(len(waits), 'conflict')} to settle)",
        seen,
        format_func=lambda s: called[s] + (" · in conflict" if s in waits else " · settled"),
        key=_CHOSEN,
    )
    _compared(db, who, int(study))


def _compared(db: Database, who: SignedIn, study: int) -> None:
    found = actions.compare_appraisals(db, who.caller, study)
    given = {one["who"]: one for one in found["appraisals"]}
    settled = found["settled"]
    st.caption(plain(found["why"]))
    for letter, one in given.items():
        name = f" ({plain(one['name'])})" if one.get("name") else ""
        st.markdown(
            f"**{letter}**{name}: {SIGNS[one['overall']]} {plain(one['overall_words'])} by "
            f"{plain(one['tool_title'])}. {plain(one['reason'])}"
        )
    if settled:
        by = f" by {plain(settled['by'])}" if settled["how"] == "adjudication" else ""
        how = {"agreement": "both agree", "single": "one assessor", "discussion": "discussion"}
        st.markdown(
            f"**Settled** ({how.get(settled['how'], 'a third person')}{by}): "
            f"{SIGNS[settled['overall']]} {plain(settled['overall_words'])}. "
            f"{plain(settled['reason'])}"
        )
    st.dataframe(_rows(found, given), hide_index=True, width="stretch")
    if who.may(Role.ADJUDICATOR) and found["state"] == "conflict":
        _settle(db, who, found, given)


def _rows(found: Document, given: Mapping[str, Document]) -> list[dict[str, Any]]:
    """A row an item, those that differ first."""
    settled = (found["settled"] or {}).get("answers", {})
    rows = []
    for item in sorted(found["items"], key=lambda one: one["agree"]):
        row = {"Item": item["item"], "Question": item["question"]}
        for letter, one in given.items():
            said = one["answers"].get(item["item"]) or {}
            why = "; ".join(filter(None, (said.get("reason"), said.get("quote"))))
            page = f" (p. {said['page']})" if said.get("page") else ""
            row[letter] = f"{said.get('answer', '')}{': ' + why if why else ''}{page}"
        if settled:
            row["Settled"] = (settled.get(item["item"]) or {}).get("answer", "")
        rows.append(row | {"": "" if item["agree"] else "differ"})
    return rows


def _settle(db: Database, who: SignedIn, found: Document, given: Mapping[str, Document]) -> None:
    """What differs, each settled as A or B said, or otherwise; then the whole."""
    study = found["study"]
    st.subheader("Settle", anchor=False)
    if not found["same_tool"]:
        take = st.radio("They used different tools. Take", list(given), key=f"take-{study}")
        if st.button("Settle", type="primary", key=f"settle-{study}"):
            _done(db, who, study, {}, take=str(take))
        return
    tool = actions.tool(db, next(iter(given.values()))["tool"])
    items = {item["id"]: item for item in tool["items"]}
    answers: dict[str, Any] = {}
    for one in found["items"]:
        if one["agree"]:
            continue
        answer, reason = _item(study, items[one["item"]], one, given)
        if answer:
            answers[one["item"]] = {"answer": answer, "reason": reason}
    levels = tool["levels"]
    overall = st.selectbox(
        "Overall",
        ["", *levels],
        format_func=lambda risk: levels.get(risk, "as the rule proposes"),
        key=f"settle-overall-{study}",
    )
    why = st.text_input("Why not as proposed", key=f"settle-why-{study}") if overall else ""
    form: dict[str, Any] = {"answers": answers}
    if overall:
        form["overall"] = {"judgement": overall, "reason": why}
    if st.button("Settle", type="primary", shortcut="S", key=f"settle-{study}"):
        _done(db, who, study, form)


def _item(
    study: int, item: Document, one: Document, given: Mapping[str, Document]
) -> tuple[str, str]:
    """The settled answer of one item that differs, and why."""
    labels = {a["code"]: a["label"] for a in item["answers"]} | {"na": "Not applicable"}
    said = {code: [w for w, answer in one["said"].items() if answer == code] for code in labels}
    chosen = st.radio(
        f"{plain(item['id'])}. {plain(item['question'])}",
        list(labels),
        index=None,
        format_func=lambda code: (
            labels[code] + (f" ({' and '.join(said[code])})" if said[code] else "")
        ),
        horizontal=True,
        key=f"settle-{study}-{item['id']}",
    )
    before = next((given[w]["answers"][item["id"]] for w in said.get(chosen or "", ())), None)
    reason = st.text_input(
        "Why",
        value=(before or {}).get("reason") or "",
        key=f"settle-{study}-{item['id']}-why-{chosen}",
    )
    return chosen or "", reason


def _discussion(db: Database, who: SignedIn, mine: Sequence[Document]) -> None:
    """Where both have talked it over, each confirms what was agreed, on their own appraisal."""
    if not mine:
        return
    with st.expander("Agreed by discussion"):
        st.caption(
            "Whether the other has appraised a study, and how, is not shown. If you have talked "
            "one over, each of you confirms here what you agreed on; it is settled once both have "
            "confirmed the same."
        )
        called = {one["study"]: f"{one['label']} (study {one['study']})" for one in mine}
        study = int(st.selectbox("Study", list(called), format_func=called.__getitem__))
        form = actions.appraisal_form(db, who.caller, study)
        own = form["mine"]
        tool = actions.tool(db, own["tool"])
        changed: dict[str, Any] = {}
        for item in tool["items"]:
            before = (own["answers"].get(item["id"]) or {}).get("answer")
            labels = {a["code"]: a["label"] for a in item["answers"]} | {"na": "Not applicable"}
            said = st.selectbox(
                f"{item['id']}. {item['question']}",
                list(labels),
                index=list(labels).index(before) if before else None,
                format_func=labels.__getitem__,
                placeholder="not asked",
                key=f"agreed-{study}-{item['id']}",
            )
            if said and said != before:
                why = st.text_input("Why", key=f"agreed-{study}-{item['id']}-why")
                changed[item["id"]] = {"answer": said, "reason": why}
        if st.button("Confirm what we agreed", key=f"agreed-{study}"):
            _done(db, who, study, {"answers": changed}, by="discussion")


def _done(db: Database, who: SignedIn, study: int, form: Mapping[str, Any], **more: Any) -> None:
    with told():
        done = actions.settle_appraisal(db, who.caller, study, form, **more)
        end = "is settled" if done["settled"] else "is settled once the other confirms the same"
        st.session_state[_SAID] = plain(f"{done['label']} {end}: {done['overall_words']}.")
        st.rerun()
