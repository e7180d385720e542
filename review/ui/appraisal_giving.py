"""Giving an appraisal: what the answers amount to, confirmed or overridden; or from a workbook."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui.downloads import download
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain

Document = Mapping[str, Any]
SAID = "appraisal-said"
_LARGEST_MB = 5
# signs that are told apart without colour
SIGNS = {
    "low": ":green-badge[L]", "some": ":orange-badge[S]", "high": ":red-badge[H]",
    "very-high": ":violet-badge[V]", "unclear": ":blue-badge[?]", None: ":gray-badge[–]",
}  # fmt: skip


def appraisal(one: Document) -> None:
    """Draw an appraisal as it was given: overall, domains, items."""
    st.markdown(f"{SIGNS[one['overall']]} **{plain(one['overall_words'])}** overall, by "
                f"{plain(one['tool_title'])}")  # fmt: skip
    if one["reason"]:
        st.caption(plain(one["reason"]))
    rows = [
        {"Item": item, "Answer": said["answer"], "Why": said["reason"], "Quote": said["quote"],
         "Page": said["page"]}
        for item, said in one["answers"].items()
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, width="stretch")


def whole(
    db: Database, who: SignedIn, study: int, tool: Document, given: dict[str, Any], now: Document
) -> None:
    """What the answers amount to, confirmed or overridden, and giving it."""
    if now["missing"]:
        return
    levels = tool["levels"]
    codes = {item: one["answer"] for item, one in given["answers"].items()}
    with st.container(border=True):
        judged = _domains(study, tool, given, now)
        said = {domain: one["judgement"] for domain, one in judged.items()}
        rule = actions.appraisal_preview(db, tool["tool"], codes, domains=said)["overall"]
        st.markdown(f"By the rule: {SIGNS[rule]} **{plain(levels[rule])}**")
        st.caption(plain(tool["overall"]))
        key = f"overall-{study}-{tool['tool']}-{rule}"
        overall = st.selectbox(
            "My judgement",
            list(levels),
            index=list(levels).index(rule),
            format_func=levels.__getitem__,
            key=key,
        )
        reason = ""
        if overall != rule:
            reason = st.text_input("Why not what the rule proposes", key=f"{key}-why")
        if st.button("Give my appraisal", type="primary", shortcut="G", key=f"give-{study}"):
            form = {"answers": given["answers"], "domains": judged} | {
                "overall": {"judgement": overall, "reason": reason}
            }
            with told():
                done = actions.appraise(
                    db,
                    who.caller,
                    study,
                    form,
                    tool=tool["tool"],
                    tool_reason=given.get("tool_reason") or "",
                )
                gone(study, tool["tool"])
                state = "settled" if done["state"] == "settled" else "waiting for the other"
                told_so = f"{done['label']}: {done['overall_words']}. It is {state}."
                st.session_state[SAID] = plain(told_so)
                st.rerun()


def _domains(study: int, tool: Document, given: Document, now: Document) -> dict[str, Any]:
    """Judgements of domains against their rule, where the tool leaves them to the assessor."""
    own = [domain for domain in tool["domains"] if domain["judged"]]
    kept: dict[str, Any] = {}
    if not own:
        return kept
    with st.expander("Judge a domain otherwise"):
        for domain in own:
            rule = now["domains"].get(domain["id"])
            levels = tool["levels"]
            before = (given.get("domains") or {}).get(domain["id"]) or {}
            key = f"domain-{study}-{domain['id']}-{rule}"
            first = before.get("judgement") if before.get("judgement") in levels else rule
            said = st.selectbox(
                domain["label"],
                list(levels),
                index=list(levels).index(first) if first in levels else None,
                format_func=levels.__getitem__,
                key=key,
            )
            if said and said != rule:
                why = st.text_input("Why", value=before.get("reason") or "", key=f"{key}-why")
                kept[domain["id"]] = {"judgement": said, "reason": why}
    return kept


def elsewhere(db: Database, who: SignedIn, study: int, tool: Document) -> None:
    """Draw a workbook to take away, and the place where a filled one comes back."""
    with st.expander("Fill it elsewhere (XLSX)"):
        download(
            "Workbook to fill",
            f"appraisal-{study}-{tool['tool']}.xlsx",
            lambda: actions.appraisal_sheet(db, who.caller, study, tool=tool["tool"]),
        )
        upload = st.file_uploader(
            "Filled workbook", type=["xlsx", "json"], max_upload_size=_LARGEST_MB, key=f"up-{study}"
        )
        if upload is not None and st.button("Bring it in", key=f"bring-{study}"):
            with told():
                read = actions.appraisal_read(upload.getvalue(), upload.name)
                done = actions.appraise(db, who.caller, study, read)
                gone(study, tool["tool"])
                st.session_state[SAID] = plain(f"{done['label']}: {done['overall_words']}.")
                st.rerun()


def place_key(study: int, tool: str) -> str:
    """Where the page keeps which question is open."""
    return f"item-{study}-{tool}"


def gone(study: int, tool: str) -> None:
    """Begin at the first question again."""
    st.session_state.pop(place_key(study, tool), None)
