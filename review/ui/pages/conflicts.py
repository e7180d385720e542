"""Conflicts: an adjudicator judges blind, sees both votes, rules; reviewers may agree instead."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.ui import cards, words
from review.ui.links import asked, go, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.verdict_form import Judgement, judgement_fields
from review.ui.words import count, plain
from review.vocab import Role, Stage

Conflict = Mapping[str, Any]


def page(db: Database, who: SignedIn) -> None:
    """Draw the queue for whoever settles, the discussion for reviewers."""
    st.header("Conflicts", anchor=False)
    if who.may(Role.ADJUDICATOR, Role.OWNER):
        _queue(db, who)
    if who.may(Role.REVIEWER):
        _discussion(db, who)
    if not who.may(Role.ADJUDICATOR, Role.OWNER, Role.REVIEWER):
        st.info("Conflicts are settled by adjudicators, or by the two reviewers together.")


def _queue(db: Database, who: SignedIn) -> None:
    if ruled := st.session_state.pop("ruled", None):
        st.success(ruled)
    stages = list(words.STAGES)
    wanted = asked("stage")
    stage = st.segmented_control(
        "Stage",
        stages,
        default=wanted if wanted in stages else stages[0],
        format_func=words.STAGES.__getitem__,
        required=True,
        key="stage",
    )
    found = actions.conflicts(db, who.caller, stage)
    if not found:
        st.success(f"No conflict to settle at {words.STAGES[stage or stages[0]].lower()}.")
        return
    position = min(st.session_state.get(f"at-{stage}", 0), len(found) - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button("Previous", shortcut="Left", disabled=position == 0, key="previous")
        on = st.button("Next", shortcut="Right", disabled=position + 1 == len(found), key="next")
        st.markdown(f"**{position + 1:,} of {count(len(found), 'conflict')}**")
    if back or on:
        st.session_state[f"at-{stage}"] = position + (1 if on else -1)
        st.rerun()
    _one(db, who, found[position])


def _one(db: Database, who: SignedIn, conflict: Conflict) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        cards.heading(conflict, level=4)
        cards.reading_links(conflict)
        cards.abstract(conflict)
        link("records", "The record with its history", record=conflict["record"])
    with right:
        again = f", round {conflict['round']}" if conflict["round"] > 1 else ""
        kind = "Both exclude, for different reasons" if conflict["kind"] == "reason" else "Verdicts"
        st.caption(f"{kind}{again} · record {conflict['record']}")
        if who.may(Role.ADJUDICATOR):
            _settle(db, who, conflict)
        else:
            st.info("An adjudicator settles this. The votes stay hidden until then.")


def _settle(db: Database, who: SignedIn, conflict: Conflict) -> None:
    """Two steps: the adjudicator's own judgement, then the votes and the ruling."""
    name = f"{conflict['record']}/{conflict['stage']}/{conflict['round']}"
    stage = actions.about(db)["stages"][conflict["stage"]]
    first = st.session_state.get("judged")
    if first is None or first[0] != name:
        st.subheader("1. Judge blind", anchor=False)
        st.caption("Your own judgement is kept before you see theirs.")
        maybe = conflict["stage"] == Stage.TITLE_ABSTRACT.value
        with st.form(f"judge-{name}"):
            mine = judgement_fields(stage, key=f"judge-{name}", maybe=maybe)
            if st.form_submit_button("Keep my judgement, show the votes", type="primary"):
                with told():
                    _judge(db, who, conflict, mine)
                    st.session_state["judged"] = (name, mine)
                    st.rerun()
        return
    shown = _judge(db, who, conflict, first[1])
    st.subheader("2. See the votes, then rule", anchor=False)
    reasons = {reason["code"]: reason["label"] for reason in stage["reasons"]}
    _votes(shown, reasons)
    with st.form(f"rule-{name}"):
        ruling = judgement_fields(stage, key=f"rule-{name}", verdict=shown["blind"])
        if st.form_submit_button("Rule", type="primary"):
            with told():
                _rule(db, who, conflict, ruling)


def _rule(db: Database, who: SignedIn, conflict: Conflict, ruling: Judgement) -> None:
    verdict = _chosen(ruling)
    actions.rule(
        db,
        who.caller,
        conflict["record"],
        verdict,
        stage=conflict["stage"],
        reason=ruling.reason,
        note=ruling.note,
    )
    del st.session_state["judged"]
    st.session_state["ruled"] = f"Record {conflict['record']}: ruled {verdict}."
    st.rerun()


def _judge(db: Database, who: SignedIn, conflict: Conflict, mine: Judgement) -> dict[str, Any]:
    # the same call again stores nothing: the first judgement stays, the votes are shown again
    found: dict[str, Any] = actions.judge(
        db,
        who.caller,
        conflict["record"],
        _chosen(mine),
        stage=conflict["stage"],
        reason=mine.reason,
        note=mine.note,
    )
    return found


def _chosen(judgement: Judgement) -> str:
    if judgement.verdict is None:
        raise BadInput("Choose a verdict first.")
    return judgement.verdict


def _votes(shown: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    st.markdown(f"You, blind: **{shown['blind']}**")
    for vote in shown["votes"]:
        more = words.joined([reasons.get(vote["reason"], vote["reason"]), vote["note"]])
        said = f": {plain(more)}" if more else ""
        st.markdown(f"Vote {plain(vote['who'])}: **{vote['verdict']}**{said}")
    st.caption("A and B are drawn for each record; they are nobody's name.")


def _discussion(db: Database, who: SignedIn) -> None:
    st.subheader("Agreed by discussion", anchor=False)
    st.caption(
        "Which of your records are in conflict is not listed: it would tell how the other voted. "
        "If you have discussed a record, each of you confirms here what you agreed on."
    )
    left, right = st.columns(2)
    record = left.number_input("Record", min_value=1, value=None, step=1, key="discussed")
    stage = right.selectbox(
        "Stage", list(words.STAGES), format_func=words.STAGES.__getitem__, key="discussed-stage"
    )
    if record is None:
        if left.button("Find its number among the records", type="tertiary"):
            go("records")
        return
    card = actions.record(db, who.caller, int(record))
    cards.heading(card, level=4)
    about = actions.about(db)["stages"][stage]
    with st.form("discuss"):
        agreed = judgement_fields(about, key="discuss", discussed=True)
        if not st.form_submit_button("Confirm what we agreed", type="primary"):
            return
        with told():
            done = actions.discuss(
                db,
                who.caller,
                int(record),
                _chosen(agreed),
                stage=stage,
                reason=agreed.reason,
                note=agreed.note,
            )
            if done["settled"]:
                st.success("Both of you have confirmed the same; it is settled.")
            else:
                st.info("Kept. It is settled once the other reviewer confirms the same.")
