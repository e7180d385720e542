"""Conflicts: an adjudicator judges blind, sees both votes, rules; reviewers may agree instead."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput, ReviewError
from review.ui import cards, words
from review.ui.links import go, link
from review.ui.session import Database, SignedIn
from review.ui.settled import anatomy, overturned, settled, settled_by_rule
from review.ui.stage_choice import stage_choice
from review.ui.telling import told
from review.ui.verdict_form import Judgement, judgement_fields
from review.ui.verdict_keys import verdict_keys
from review.ui.words import count, plain
from review.vocab import Role, Stage

Conflict = Mapping[str, Any]
_PARTS = {
    "queue": "To settle",
    "rule": "Reasons by rule",
    "settled": "Settled",
    "anatomy": "What they are made of",
    "overturned": "Votes overturned",
}
_OWNERS = ("rule", "overturned")


def page(db: Database, who: SignedIn) -> None:
    """Draw the queue for whoever settles, the discussion for reviewers."""
    st.header("Conflicts", anchor=False)
    if who.may(Role.ADJUDICATOR, Role.OWNER):
        _parts(db, who)
    if who.may(Role.REVIEWER):
        _discussion(db, who)
    if not who.may(Role.ADJUDICATOR, Role.OWNER, Role.REVIEWER):
        st.info("Conflicts are settled by adjudicators, or by the two reviewers together.")


def _parts(db: Database, who: SignedIn) -> None:
    parts = [part for part in _PARTS if part not in _OWNERS or who.may(Role.OWNER)]
    with st.container(horizontal=True):
        part = st.segmented_control(
            "Conflicts",
            parts,
            default=parts[0],
            format_func=_PARTS.__getitem__,
            required=True,
            key="part",
        )
        stage = stage_choice(labelled=True)
    if part == "rule":
        settled_by_rule(db, who, stage)
    elif part == "settled":
        settled(db, who, stage)
    elif part == "anatomy":
        anatomy(db, who, stage)
    elif part == "overturned":
        overturned(db, who, stage)
    else:
        _queue(db, who, stage)


def _queue(db: Database, who: SignedIn, stage: str) -> None:
    if ruled := st.session_state.pop("ruled", None):
        st.success(ruled)
    total = sum(actions.conflict_counts(db, who.caller)[stage].values())
    if not total:
        st.success(f"No conflict to settle at {words.STAGES[stage].lower()}.")
        return
    place = f"at-{stage}"
    position = min(st.session_state.get(place, 0), total - 1)
    with st.container(horizontal=True, vertical_alignment="center"):
        back = st.button("Previous", shortcut="Left", disabled=position == 0, key="previous")
        on = st.button("Next", shortcut="Right", disabled=position + 1 == total, key="next")
        st.markdown(f"**{position + 1:,} of {count(total, 'conflict')}**")
        if total > cards.PAGE_SIZE:
            _jump(place, total)
    if back or on:
        st.session_state[place] = position + (1 if on else -1)
        st.rerun()
    found = actions.conflicts(db, who.caller, stage, limit=1, offset=position)
    if not found:  # somebody else has just settled it
        st.rerun()
    _one(db, who, found[0])


def _jump(place: str, total: int) -> None:
    def leave() -> None:
        st.session_state[place] = int(st.session_state[f"{place}-number"] or 1) - 1

    st.number_input(
        "Go to number",
        min_value=1,
        max_value=total,
        value=None,
        placeholder="Go to number",
        label_visibility="collapsed",
        width=150,
        on_change=leave,
        key=f"{place}-number",
    )


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
    record, stage = conflict["record"], conflict["stage"]
    try:
        shown = actions.conflict(db, who.caller, record, stage=stage)
    except ReviewError as error:  # settled in the meantime
        st.warning(plain(str(error)))
        return
    agreed = actions.about(db)["stages"][stage]
    name = f"{record}-{stage}-{conflict['round']}"
    if shown["blind"] is None:
        st.subheader("1. Judge blind", anchor=False)
        st.caption("Your own judgement is kept before you see theirs.")
        maybe = stage == Stage.TITLE_ABSTRACT.value
        with st.form(f"judge-{name}", border=False):
            mine = judgement_fields(agreed, key=f"judge-{name}", maybe=maybe)
            label = "Keep my judgement, show the votes"
            if st.form_submit_button(label, type="primary", shortcut="K"):
                with told():
                    _judge(db, who, conflict, mine)
                    st.rerun()
        verdict_keys(agreed, key=f"judge-{name}", maybe=maybe)
        return
    st.subheader("2. See the votes, then rule", anchor=False)
    labels = agreed["former_reasons"] | {r["code"]: r["label"] for r in agreed["reasons"]}
    _votes(shown, labels)
    key = f"rule-{name}"
    st.session_state.setdefault(f"{key}-verdict", _decisive(shown["blind"]))
    st.session_state.setdefault(f"{key}-reason", _still(shown["blind_reason"], agreed))
    # no form: its fields would not have reached here when the key settles it
    ruling = judgement_fields(agreed, key=key)
    by_button = st.button("Rule", type="primary", key=f"{key}-do")
    by_key = verdict_keys(agreed, key=key, done=("settle", "S"))
    if by_button or by_key:
        with told():
            _rule(db, who, conflict, ruling)


def _decisive(verdict: str) -> str | None:
    """A maybe made blind is no ruling yet."""
    return verdict if verdict in ("include", "exclude") else None


def _still(reason: str | None, agreed: Mapping[str, Any]) -> str:
    known = {one["code"] for one in agreed["reasons"]}
    return reason if reason and reason in known else ""


def _rule(db: Database, who: SignedIn, conflict: Conflict, ruling: Judgement) -> None:
    verdict = _chosen(ruling)
    done = actions.rule(
        db,
        who.caller,
        conflict["record"],
        verdict,
        stage=conflict["stage"],
        reason=ruling.reason,
        note=ruling.note,
    )
    waived = " You voted on it; the waiver is recorded." if done["waiver"] else ""
    st.session_state["ruled"] = f"Record {conflict['record']}: ruled {verdict}.{waived}"
    st.rerun()


def _judge(db: Database, who: SignedIn, conflict: Conflict, mine: Judgement) -> None:
    actions.judge(
        db,
        who.caller,
        conflict["record"],
        _chosen(mine),
        stage=conflict["stage"],
        reason=mine.reason,
        note=mine.note,
    )


def _chosen(judgement: Judgement) -> str:
    if judgement.verdict is None:
        raise BadInput("Choose a verdict first.")
    return judgement.verdict


def _votes(shown: Mapping[str, Any], reasons: Mapping[str, str]) -> None:
    blind = reasons.get(shown["blind_reason"], shown["blind_reason"])
    st.markdown(f"You, blind: **{shown['blind']}**{f': {plain(blind)}' if blind else ''}")
    for vote in shown["votes"]:
        further = ", ".join(reasons.get(code, code) for code in vote["secondary"])
        also = f"also {further}" if further else ""
        reason = reasons.get(vote["reason"], vote["reason"])
        more = words.joined([reason, also, vote["note"]])
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
    key = f"discuss-{record}-{stage}"
    with st.form(key):
        agreed = judgement_fields(about, key=key, discussed=True)
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
