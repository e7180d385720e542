"""Ranking and stopping: turned on or off, what a random sample says of recall, a stop and back."""

from typing import Any

import streamlit as st

from review import actions
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, moment, plain
from review.vocab import Role


def page(db: Database, who: SignedIn) -> None:
    """Draw the ranking above, the stopping aid below; only owners can change anything."""
    st.header("Ranking and stopping", anchor=False)
    if not who.may(Role.OWNER, Role.ADJUDICATOR):
        st.info("What the ranking learned is shown to owners and adjudicators, to bias no vote.")
        return
    if said := st.session_state.pop("ranking-said", None):
        st.success(said)
    owns = who.may(Role.OWNER)
    with told():
        _ranking(db, who, owns=owns)
    with told():
        _stopping(db, who, owns=owns)


def _said(sentence: str) -> None:
    st.session_state["ranking-said"] = sentence
    st.rerun()


def _ranking(db: Database, who: SignedIn, *, owns: bool) -> None:
    found = actions.rank_status(db, who.caller)
    st.subheader("Ranking", anchor=False)
    st.markdown(
        "While it is on, title and abstract screening begins with the records that are likeliest "
        "to be included, as a linear model over words learns from what is settled. It changes the "
        "order and nothing else: every record is still judged by as many reviewers, and no "
        "reviewer is shown what the model thinks."
    )
    st.markdown(_model_line(found))
    if found["chances"]:
        with st.expander("Open records by the model's chance of inclusion"):
            st.caption(
                "The chances are fitted to what is settled, which the ranking itself chose: "
                "take them as an order of size."
            )
            rows = [{"chance": name, "records": n} for name, n in found["chances"].items()]
            st.dataframe(rows, hide_index=True)
    if owns:
        word = "off" if found["on"] else "on"
        if st.button(f"Turn the ranking {word}", key="rank-switch"):
            actions.rank_switch(db, who.caller, on=not found["on"])
            _said(f"The ranking is {word}.")


def _model_line(found: dict[str, Any]) -> str:
    settled = (
        f"{found['settled']:,} of {count(found['records'], 'record')} settled, "
        f"{found['included']:,} included."
    )
    if not found["on"]:
        return f"**It is off**: records come in random order. {settled}"
    if found["waiting_for"]:
        return f"**It is on**, and waits for {found['waiting_for']} to be settled. {settled}"
    model = found["model"]
    if model is None:
        return f"**It is on**; the first training comes in a moment. {settled}"
    when = f", {moment(model['finished'])} UTC" if model["finished"] else ", in training now"
    trained = f"model {model['number']}, from {model['trained_on']:,} settled{when}"
    return f"**It is on**: {trained}. {settled}"


def _stopping(db: Database, who: SignedIn, *, owns: bool) -> None:
    st.subheader("Stopping early", anchor=False)
    left, right = st.columns(2)
    target = left.number_input("Recall wanted, %", 50.0, 99.9, 95.0, step=1.0) / 100
    sure = right.number_input("Confidence, %", 50.0, 99.9, 95.0, step=1.0) / 100
    found = actions.stopping(db, who.caller, target=target, confidence=sure)
    said = found["statement"]
    (st.success if said["reached"] else st.info)(plain(said["text"]))
    if found["open"]:
        st.markdown(
            f"The next sample needs {found['sample_size']:,} of the {found['open']:,} open "
            f"records to reach {target:.1%}, if none of it is relevant. "
            f"{count(found['untouched'], 'record')} nobody has voted on. Ranked test, a hint "
            f"without a guarantee: p = {found['ranked_test']:.3f}."
        )
    if found["samples"]:
        names = ("number", "size", "population", "relevant", "open", "newer")
        st.dataframe(
            [{name: one[name] for name in names} for one in found["samples"]], hide_index=True
        )
    assumes, limits = st.columns(2)
    assumes.markdown(
        "\n".join(["**It assumes**", "", *(f"- {plain(a)}" for a in found["assumptions"])])
    )
    limits.markdown(
        "\n".join(["**Its limits**", "", *(f"- {plain(one)}" for one in found["limits"])])
    )
    for one in found["stopped"]:
        st.warning(
            f"Stopped {moment(one['at'])} UTC, {count(one['records'], 'record')} left out: "
            f"{plain(one['why'])}"
        )
    if owns:
        _acts(db, who, found, target=target, confidence=sure)


def _acts(
    db: Database, who: SignedIn, found: dict[str, Any], *, target: float, confidence: float
) -> None:
    waiting = found["samples"][-1]["open"] if found["samples"] else 0
    if waiting:
        st.caption(f"{count(waiting, 'record')} of the last sample wait to be settled.")
    elif found["open"]:
        with st.form("draw-sample"):
            size = st.number_input(
                "Records to draw at random, to be screened first by everybody",
                1,
                found["open"],
                max(1, found["sample_size"]),
            )
            if st.form_submit_button("Draw a sample"):
                drawn = actions.draw_sample(db, who.caller, int(size))
                _said(f"Sample {drawn['sample']}: {count(drawn['size'], 'record')} come first now.")
    if found["untouched"]:
        with st.form("stop-screening"):
            st.markdown(
                f"Stopping leaves out the {count(found['untouched'], 'record')} nobody has voted "
                "on; in the flow they are marked as ineligible by automation tools. It can be "
                "taken back."
            )
            why = st.text_input("Why screening stops here", max_chars=1000)
            if st.form_submit_button("Stop screening"):
                done = actions.stop(db, who.caller, why=why, target=target, confidence=confidence)
                _said(f"Stopped: {count(done['records'], 'record')} left out.")
    if found["stopped"]:
        with st.form("resume-screening"):
            why = st.text_input("Why screening goes on", max_chars=1000)
            if st.form_submit_button("Take the last stop back"):
                done = actions.resume(db, who.caller, why=why)
                _said(f"{count(done['records'], 'record')} wait again.")
