"""One's own votes: what was done and how fast, found again by words or day, changed if allowed."""

from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.screening.pace import time_left
from review.ui import words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.stage_choice import stage_choice
from review.ui.telling import told
from review.ui.verdict_form import NO_REASON, Judgement, judgement_fields
from review.ui.words import count, plain
from review.vocab import Stage, Verdict

AT_ONCE = 25
_ANY = "any"


def page(db: Database, who: SignedIn) -> None:
    """Draw pace, filter and the votes, a page at a time."""
    st.header("My votes", anchor=False)
    stage = stage_choice()
    about = actions.about(db)["stages"][stage]
    _pace(db, who, stage)
    if said := st.session_state.pop("vote-changed", None):
        st.success(said)
    with told():
        _votes(db, who, stage, about, _filter(about))


def _pace(db: Database, who: SignedIn, stage: str) -> None:
    found = actions.my_pace(db, who.caller, stage, zone=st.context.timezone)
    with st.container(horizontal=True, gap="large"):
        st.metric("Today", f"{found['today']:,}")
        st.metric("This week", f"{found['week']:,}")
        st.metric("In all", f"{found['total']:,}")
        st.metric("Left in my queue", f"{found['left']:,}")
        if found["per_hour"]:
            st.metric("Records an hour", f"{found['per_hour']:,.0f}")
    said = []
    if found["per_hour"]:
        said.append(f"{found['seconds']:.0f} seconds a record, by the median of my latest votes")
    if found["left"] and found["hours"]:
        said.append(f"about {time_left(found['hours'])} of screening left")
    if found["left"] and found["until"]:
        said.append(
            f"at {found['per_day']:,.0f} a day, days off included, it ends on {found['until']}"
        )
    st.caption(words.joined(said) or "How fast it goes is shown after a few votes.")


def _filter(about: dict[str, Any]) -> dict[str, Any]:
    reasons = {_ANY: "Any reason"} | {r["code"]: r["label"] for r in about["reasons"]}
    verdicts = {_ANY: "Any verdict"} | {v.value: v.value.capitalize() for v in Verdict}
    text, verdict, reason, note, day = st.columns([3, 2, 2, 2, 2])
    given = {
        "text": text.text_input(
            "Words of the record or the note",
            key="mine-text",
            placeholder='words, "together", begin*',
        ),
        "verdict": verdict.selectbox(
            "Verdict", list(verdicts), format_func=verdicts.__getitem__, key="mine-verdict"
        ),
        "reason": reason.selectbox(
            "Reason", list(reasons), format_func=reasons.__getitem__, key="mine-reason"
        ),
    }
    noted = note.selectbox("Note", (_ANY, "with a note", "without"), key="mine-note")
    on = day.date_input("Day", value=None, key="mine-day")
    return {
        **{name: None if value == _ANY else value for name, value in given.items()},
        "note": None if noted == _ANY else noted == "with a note",
        "day": on.isoformat() if on else None,
        "zone": st.context.timezone,
    }


def _votes(
    db: Database, who: SignedIn, stage: str, about: dict[str, Any], wanted: dict[str, Any]
) -> None:
    total = actions.count_my_votes(db, who.caller, stage, **wanted)
    if not total:
        if any(value for name, value in wanted.items() if name != "zone"):
            st.info("None of your votes matches; change the filter above.")
        else:
            st.info("You have no votes at this stage yet.")
            link("screen", "Start screening", icon=":material/keyboard:", stage=stage)
        return
    pages = -(-total // AT_ONCE)
    at = 1
    if pages > 1:
        at = int(st.number_input(f"Page, of {pages:,}", 1, pages, key="mine-page", width=160))
    st.caption(f"{count(total, 'vote')}, newest first")
    labels = {reason["code"]: reason["label"] for reason in about["reasons"]}
    more = {"limit": AT_ONCE, "offset": (at - 1) * AT_ONCE}
    for vote in actions.my_votes(db, who.caller, stage, **more, **wanted):
        with st.container(border=True, gap="small"):
            _vote(db, who, vote, about, labels)


def _vote(
    db: Database, who: SignedIn, vote: dict[str, Any], about: dict[str, Any], labels: dict[str, str]
) -> None:
    reason = labels.get(vote["reason"], vote["reason"])
    link("records", plain(vote["title"]) or "(no title)", record=vote["record"])
    again = f"round {vote['round']}" if vote["round"] > 1 else ""
    st.markdown(f"**{vote['verdict'].capitalize()}** {plain(words.joined([reason, vote['note']]))}")
    st.caption(words.joined([words.moment(vote["at"]), again, plain(vote["why_not"])]))
    if vote["why_not"]:
        return
    name = f"{vote['record']}-{vote['round']}"
    if st.session_state.get("changing") != name:
        # a form in each row would be twenty-five forms
        if st.button("Change my mind", key=f"change-{name}", type="tertiary"):
            st.session_state["changing"] = name
            st.rerun()
        return
    st.session_state.setdefault(f"changed-{name}-reason", vote["reason"] or NO_REASON)
    st.session_state.setdefault(f"changed-{name}-note", vote["note"])
    with st.form(f"changed-{name}"):
        maybe = vote["stage"] == Stage.TITLE_ABSTRACT.value
        now = judgement_fields(about, key=f"changed-{name}", verdict=vote["verdict"], maybe=maybe)
        if st.form_submit_button("Change my vote", type="primary"):
            with told():
                _change(db, who, vote, now)


def _change(db: Database, who: SignedIn, vote: dict[str, Any], now: Judgement) -> None:
    if now.verdict is None:
        raise BadInput("Choose a verdict first.")
    actions.vote(
        db,
        who.caller,
        vote["record"],
        now.verdict,
        stage=vote["stage"],
        reason=now.reason,
        note=now.note,
    )
    del st.session_state["changing"]
    st.session_state["vote-changed"] = f"Your vote on record {vote['record']} is now {now.verdict}."
    st.rerun()
