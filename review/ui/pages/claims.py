"""Claims: sentences weighed by the evidence, who supports and who contradicts, and what changed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import NotFound
from review.ui.claim_forms import add_form, owner_forms
from review.ui.components.claim_list import SAYS, claim_list
from review.ui.downloads import download
from review.ui.links import asked, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, moment, plain
from review.vocab import Role

_FORMATS = {"csv": "CSV", "xlsx": "Excel", "md": "Markdown", "docx": "Word"}
_VERDICTS = ("supported", "contradicted", "mixed", "too few", "no study here")
_RULE = (
    "A cohort family has one vote: it supports or contradicts where at least 70 % of its effects "
    "that speak say so and none says the opposite, else it is divided. People and animals, and "
    "different contrasts, are never added up. Supported or contradicted needs at least three "
    "families that speak, and 70 % of them. It is counted which way results point: that says "
    "nothing of their size."
)


def page(db: Database, who: SignedIn) -> None:
    """Draw one claim where the address names it, else the list."""
    named = asked("claim")
    if named is None:
        _list(db, who)
        return
    link("claims", "All claims", icon=":material/arrow_back:")
    try:
        _one(db, who, actions.claim(db, who.caller, named))
    except NotFound as none:
        st.error(plain(str(none)))


def _list(db: Database, who: SignedIn) -> None:
    st.header("Claims", anchor=False)
    owns = who.may(Role.OWNER)
    found = actions.claims(db, who.caller)
    if not found:
        st.info(
            "No claim yet. A claim is a sentence bound to a query: which effects bear on it, and "
            "which of them support or contradict it. An owner adds them here or from a file: "
            "review claims add --file claims.yaml."
        )
        if owns:
            add_form(db, who)
        return
    changed = [one for one in found if one["changed"]]
    shown = _filtered(found)
    st.markdown(f"**{count(len(shown), 'claim')}** of {len(found):,}")
    if changed:
        st.warning(
            f"New evidence since it was last read: {count(len(changed), 'claim')}.",
            icon=":material/update:",
        )
    for topic in dict.fromkeys(one["topic"] for one in shown):
        st.subheader(plain(topic), anchor=False)
        claim_list([one for one in shown if one["topic"] == topic], key=f"claims-{topic}")
    with st.container(horizontal=True):
        for format_, name in _FORMATS.items():
            write = partial(actions.claims_file, db, who.caller, format=format_)
            download(name, f"claims.{format_}", write)
        if st.button("I have read them all", key="read-all", icon=":material/done_all:"):
            actions.read_all_claims(db, who.caller)
            st.rerun()
    st.caption(_RULE)
    if owns:
        add_form(db, who)


def _filtered(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    topics = list(dict.fromkeys(one["topic"] for one in found))
    sources = sorted({source for one in found for source in one["sources"]})
    with st.expander("Filter", icon=":material/filter_list:"):
        topic = st.multiselect("Topic", topics, key="claim-topics")
        source = st.multiselect("Stated by", sources, key="claim-sources")
        verdict = st.multiselect("Verdict, in any population", _VERDICTS, key="claim-verdicts")
        only_new = st.toggle("Only what has changed since it was read", key="claim-changed")
    return [
        one
        for one in found
        if (not topic or one["topic"] in topic)
        and (not source or set(one["sources"]) & set(source))
        and (not verdict or {group["verdict"] for group in one["groups"]} & set(verdict))
        and (not only_new or one["changed"])
    ]


def _one(db: Database, who: SignedIn, one: Mapping[str, Any]) -> None:
    st.header("Claim", anchor=False)
    claim_list([one], key="claim-whole", whole=True)
    if one["note"]:
        st.info(plain(one["note"]))
    if one["sources"]:
        st.markdown("**Stated by** " + "; ".join(plain(source) for source in one["sources"]))
    _rows(one)
    with st.expander("The query"):
        st.markdown("Which effects bear on it")
        st.code(one["scope"], language=None, wrap_lines=True)
        for side, says in (("supports", "What supports it"), ("contradicts", "What contradicts")):
            several = " (each of these, within one study)" if len(one[side]) > 1 else ""
            st.markdown(f"{says}{several}")
            for text in one[side]:
                st.code(text, language=None, wrap_lines=True)
    _history(one["history"])
    read = one["read"]
    last = f"Last read {moment(read['at'])} UTC by {read['by'] or 'the holder'}." if read else ""
    st.caption(plain(f"{last} {_RULE}".strip()))
    if not one["retired"] and not one["error"] and st.button("I have read it", key="read-claim"):
        with told():
            actions.read_claim(db, who.caller, one["id"])
            st.rerun()
    if who.may(Role.OWNER):
        owner_forms(db, who, one)


def _rows(one: Mapping[str, Any]) -> None:
    """The families for and against, side by side and alike; then those on neither side."""
    left, right = st.columns(2)
    for column, say, heading in (
        (left, "support", "Support it"),
        (right, "contradict", "Contradict it"),
    ):
        with column:
            st.subheader(heading, anchor=False)
            _families(one, say, f"No study here does {'so' if say == 'support' else 'that'}.")
    for say, heading in (("no-change", "Saw no change"), ("divided", "Are divided")):
        if _number(one, say):
            st.subheader(heading, anchor=False)
            _families(one, say, "")
    if n := _number(one, "silent"):
        with st.expander(f"{count(n, 'study', 'studies')} silent: for neither side"):
            _families(one, "silent", "")


def _number(one: Mapping[str, Any], say: str) -> int:
    return sum(family["say"] == say for family in one["families"])


def _families(one: Mapping[str, Any], say: str, nothing: str) -> None:
    labels = {group["population"]: group["label"] for group in one["groups"]}
    rows = [
        {
            "Study": _named(effect),
            "Population": labels.get(family["population"], family["population"]),
            "Outcome": effect["outcome"],
            "Direction": effect["direction"],
            "Contrast": effect["contrast"],
            "Muscle": effect["muscle"],
            "Says": SAYS.get(effect["says"], effect["says"]),
            "Risk of bias": effect["risk_of_bias"] or "",
            "Open": f"evidence?study={effect['study_id']}",
        }
        for family in one["families"]
        if family["say"] == say
        for effect in family["effects"]
    ]
    if not rows:
        st.caption(nothing)
        return
    st.dataframe(
        rows,
        hide_index=True,
        column_config={"Open": st.column_config.LinkColumn("Open", display_text="Open")},
        key=f"rows-{say}",
    )


def _named(effect: Mapping[str, Any]) -> str:
    name = effect["study_label"] or f"study {effect['study_id']}"
    return f"{name} (retracted)" if effect["retracted"] else str(name)


def _history(events: Sequence[Mapping[str, Any]]) -> None:
    with st.expander(f"History ({len(events)})"):
        for event in reversed(events):
            when = f"{moment(event['at'])} UTC, {event['by'] or 'the holder of the database'}"
            if event["act"] == "read":
                verdicts = ", ".join(f"{code}: {said}" for code, said in event["verdicts"].items())
                st.markdown(f"**Read**: {plain(when)}. {plain(verdicts)}")
                continue
            why = f" ({event['why']})" if event["why"] else ""
            st.markdown(
                f"**{event['act'].capitalize()}**: {plain(when + why)}  \n"
                f"{plain(event['claim']['text'])}"
            )
