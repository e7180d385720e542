"""Pilot: a random sample everybody screens first, how far they agree, and opening the rest."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.stage_choice import stage_choice
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_SAID = "pilot-said"


def page(db: Database, who: SignedIn) -> None:
    """Draw the pilots of a stage, what each showed, and for owners what to do next."""
    st.header("Pilot and calibration", anchor=False)
    stage = stage_choice()
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    found = actions.pilots(db, who.caller, stage=stage)
    if not found:
        st.info(
            "No pilot yet. In a pilot everybody screens the same random records before the rest; "
            "where they differ, the criteria need clarifying while it is cheap."
        )
    for one in reversed(found):
        with st.container(border=True):
            _one(db, who, one)
    if who.may(Role.OWNER):
        _owner(db, who, stage, found)
    elif not found:
        st.caption("An owner starts a pilot.")


def _one(db: Database, who: SignedIn, one: dict[str, Any]) -> None:
    state = "finished" if one["finished"] else "under way"
    if not one["opened"]:
        state += ", the rest is closed"
    st.subheader(f"Pilot {one['pilot']}: {count(one['size'], 'record')}", anchor=False)
    said = [state, words.moment(one["at"]), f"seed {one['seed']}", ", ".join(one["reviewers"])]
    st.caption(plain(words.joined([*said, one["note"]])))
    mine = one["left"].get(who.name, 0)
    if mine:
        text = f"Screen your {count(mine, 'record')}"
        link("screen", text, icon=":material/keyboard:", stage=one["stage"])
    others = {name: n for name, n in one["left"].items() if n and name != who.name}
    if others:
        left = ", ".join(f"{name} {n:,}" for name, n in others.items())
        st.caption(plain(f"Still to screen: {left}."))
    with told():
        _report(actions.pilot_report(db, who.caller, stage=one["stage"], pilot=one["pilot"]))


def _report(found: dict[str, Any]) -> None:
    if found["waits"]:
        st.caption(f"How far you all agree is shown once it is complete: {found['waits']}")
        return
    if not found["n"]:
        st.caption("No record has all its votes yet.")
        return
    with st.container(horizontal=True, gap="large"):
        st.metric(
            "All agreed", f"{found['agreed']:,} of {found['n']:,}", help=_range(found, "share")
        )
        kappa = "not defined" if found["kappa"] is None else f"{found['kappa']:.2f}"
        st.metric("Fleiss' kappa", kappa, help=_range(found, "kappa"))
    if found["clarify"]:
        st.markdown("**To clarify**, the most disputed first")
        st.markdown("\n".join(f"1. {plain(label)}" for label in found["clarify"]))
    if found["reasons"]:
        st.markdown("**Reasons**")
        st.dataframe(
            [
                {
                    "Reason": one["label"],
                    "Cited on": one["records"],
                    "Others include": one["against_inclusion"],
                    "Others say otherwise": one["against_other_reasons"],
                    "Agreement on citing": one["positive"],
                }
                for one in found["reasons"]
            ],
            hide_index=True,
            width="content",
            column_config={"Agreement on citing": st.column_config.NumberColumn(format="%.2f")},
        )
    _pairs(found["pairs"])
    _disagreements(found)


def _pairs(pairs: list[dict[str, Any]]) -> None:
    if not pairs:
        return
    st.markdown("**Pairs**")
    measures = {"percent": "Agreed", "kappa": "Kappa", "pabak": "PABAK", "ac1": "AC1"}
    st.dataframe(
        [
            {"Reviewers": " and ".join(one["reviewers"]), "n": one["n"]}
            | {label: one[name] for name, label in measures.items()}
            for one in pairs
        ],
        hide_index=True,
        width="content",
        column_config={
            label: st.column_config.NumberColumn(format="%.2f") for label in measures.values()
        },
    )
    st.caption("Empty: not defined." + " The last row adds up all pairs." * (len(pairs) > 1))


def _disagreements(found: dict[str, Any]) -> None:
    if found["hidden"]:
        st.caption(
            f"{count(found['hidden'], 'disagreement')} to settle: the votes show once they are."
        )
        link("conflicts", "Settle them", icon=":material/call_split:", stage=found["stage"])
    if not found["disagreements"]:
        return
    st.markdown("**Where you differed**")
    for one in found["disagreements"]:
        said = "; ".join(
            f"{vote['reviewer']} {vote['verdict']}"
            + (f" ({vote['reason']})" if vote["reason"] else "")
            for vote in one["votes"]
        )
        with st.container(gap=None):
            link("records", f"Record {one['record']}", record=one["record"])
            st.caption(plain(f"{said}. Settled: {one['settled'] or 'not yet'}."))


def _owner(db: Database, who: SignedIn, stage: str, found: list[dict[str, Any]]) -> None:
    closing = [one for one in found if not one["opened"]]
    if closing:
        st.subheader("Open the rest", anchor=False)
        st.caption("Everybody screens the whole stage from then on.")
        with told():
            if st.button("Open the rest of the stage", type="primary", key="open-rest"):
                done = actions.open_rest(db, who.caller, stage=stage)
                n = count(done["records"], "record")
                st.session_state[_SAID] = f"The rest is open: {n}."
                st.rerun()
    st.subheader("Another pilot" if found else "Start a pilot", anchor=False)
    with st.form("pilot"), told():
        left, right = st.columns([1, 3])
        size = left.number_input("Records", 1, value=50, key="pilot-size")
        note = right.text_input("What it is to calibrate", max_chars=500, key="pilot-note")
        st.caption("They are drawn at random from those nobody has begun; the rest closes.")
        if st.form_submit_button("Draw the sample"):
            done = actions.start_pilot(db, who.caller, stage=stage, size=int(size), note=note)
            names = ", ".join(done["reviewers"])
            st.session_state[_SAID] = plain(
                f"{count(done['size'], 'record')} are drawn for {names}; the rest is closed."
            )
            st.rerun()


def _range(found: dict[str, Any], name: str) -> str | None:
    interval = found[f"{name}_interval"]
    return f"95 % interval {interval[0]:.2f} to {interval[1]:.2f}" if interval else None
