"""Who screens what: the loads as they are, and records dealt out, seen before it is done."""

from itertools import combinations
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

_KINDS = {
    "split": "Evenly: everybody named gets as many, all pairs come together",
    "pairs": "By pairs: each record goes to one of the pairs, dealt evenly",
    "quota": "By quotas: so many records for each",
    "pool": "To a pool: whoever of them comes first",
    "must": "To one member, who must screen them",
}
_SAID = "assign-said"
_PREVIEW = "assign-preview"


def sharing_out(db: Database, who: SignedIn) -> None:
    """Draw who was assigned what, and for owners the form that assigns."""
    stage = stage_choice(key="assign-stage", labelled=True)
    if said := st.session_state.pop(_SAID, None):
        st.success(said)
    found = actions.assigned(db, who.caller, stage=stage)
    _loads(found)
    if who.may(Role.OWNER):
        people = [
            member["name"]
            for member in actions.members(db, who.caller)
            if member["active"] and Role.REVIEWER.value in member["roles"]
        ]
        if len(people) < 2:
            st.info("Add reviewers in the tab Team; records can be assigned to them then.")
            return
        _assign(db, who, stage, people)
        if found["plans"]:
            _change(db, who, stage, people)
    _plans(found["plans"])


def _loads(found: dict[str, Any]) -> None:
    if not found["plans"]:
        st.info(
            "Nothing is assigned: every record is open to everybody who screens, each meets them "
            "in a random order of their own, and a record leaves the queue with its last vote."
        )
        return
    rows = [
        {
            "Reviewer": one["name"],
            "Assigned by name": one["assigned"],
            "In a pool": one["pool"],
            **({} if one["left"] is None else {"Left to screen": one["left"]}),
        }
        for one in found["members"]
    ]
    st.dataframe(rows, hide_index=True, width="content")
    st.caption(f"{count(found['everybody'], 'record')} with no vote are open to everybody.")


def _assign(db: Database, who: SignedIn, stage: str, people: list[str]) -> None:
    st.subheader("Assign records", anchor=False)
    kind = st.selectbox("How", list(_KINDS), format_func=_KINDS.__getitem__, key="assign-kind")
    members = _members(kind, people)
    left, right = st.columns(2)
    n = left.number_input(
        "How many records, drawn by chance (empty: all)", 1, value=None, key="assign-n"
    )
    again = right.checkbox("Deal those anew that are assigned, but not begun", key="assign-again")
    asked: dict[str, Any] = {"kind": kind, "members": members, "stage": stage}
    asked |= {"n": n, "again": again}
    with told():
        if st.button("Show what it comes to", key="assign-look", disabled=not members):
            seen = actions.assign(db, who.caller, dry_run=True, **asked)
            st.session_state[_PREVIEW] = (asked, seen)
        before = st.session_state.get(_PREVIEW)
        if before is None or before[0] != asked:
            return
        _preview(before[1])
        if st.button("Assign them so", type="primary", key="assign-do"):
            del st.session_state[_PREVIEW]
            done = actions.assign(db, who.caller, seed=before[1]["seed"], **asked)
            st.session_state[_SAID] = f"{count(done['records'], 'record')} are assigned."
            st.rerun()


def _members(kind: str, people: list[str]) -> list[str]:
    """Return the members of a plan as the action reads them."""
    if kind == "pairs":
        pairs = {"+".join(two): " and ".join(two) for two in combinations(people, 2)}
        return st.multiselect("Pairs", list(pairs), format_func=pairs.__getitem__, key="pairs")
    if kind == "quota":
        with st.container(horizontal=True):
            numbers = {
                name: st.number_input(name, 0, value=0, key=f"quota-{name}") for name in people
            }
        return [f"{name}={int(n)}" for name, n in numbers.items() if n]
    if kind == "must":
        name = st.selectbox("Who", people, index=None, key="assign-one")
        return [name] if name else []
    return st.multiselect("Who", people, default=people, key=f"assign-{kind}")


def _preview(seen: dict[str, Any]) -> None:
    with st.container(border=True):
        st.markdown(f"**{count(seen['records'], 'record')} would be assigned.**")
        for one in seen["groups"]:
            names = " and ".join(one["named"]) or "the pool"
            if one["pool"]:
                names += f" ({', '.join(one['pool'])})"
            rest = " with anybody else" if one["pool"] is None else ""
            st.markdown(f"- {plain(names)}{rest}: {one['records']:,}")
        loads = ", ".join(f"{name} {n:,}" for name, n in seen["members"].items())
        left = seen["left_out"]
        kept = []
        if left["begun"]:
            kept.append(f"{count(left['begun'], 'record')} somebody has begun stay as they are")
        if left["assigned"]:
            kept.append(f"{count(left['assigned'], 'record')} were assigned before")
        st.caption(plain(words.joined([loads, *kept, f"seed {seen['seed']}"])))


def _change(db: Database, who: SignedIn, stage: str, people: list[str]) -> None:
    st.subheader("Change what is assigned", anchor=False)
    with told(), st.container(horizontal=True, vertical_alignment="bottom"):
        joining = st.multiselect(
            "Even out among", people, default=people, key="balance-who", width=400
        )
        if st.button("Even out what nobody has begun", key="balance-do", disabled=not joining):
            done = actions.balance(db, who.caller, stage=stage, members=joining)
            loads = ", ".join(f"{name} {n:,}" for name, n in done["members"].items())
            st.session_state[_SAID] = f"{count(done['moved'], 'record')} changed hands: {loads}."
            st.rerun()
    with told(), st.container(horizontal=True, vertical_alignment="bottom"):
        whose = st.selectbox("Give back what is open of", ["everybody", *people], key="return-who")
        if st.button("Give back to everybody", key="return-do"):
            member = None if whose == "everybody" else whose
            done = actions.unassign(db, who.caller, stage=stage, member=member)
            st.session_state[_SAID] = f"{count(done['records'], 'record')} went back to everybody."
            st.rerun()
    st.caption("Who leaves the review gives back by themselves what they have still to screen.")
    link("pilot", "Screen a pilot first", icon=":material/flag:", stage=stage)


def _plans(plans: list[dict[str, Any]]) -> None:
    if not plans:
        return
    with st.expander("Every decision, oldest first"):
        for one in plans:
            names = " and ".join(one["named"])
            if one["pool"] is None:
                names = f"{names} with anybody else" if names else "everybody"
            elif one["pool"]:
                names = words.joined([names, f"pool of {', '.join(one['pool'])}"])
            st.markdown(
                f"{words.moment(one['at'])} · plan {one['plan']}, {one['kind']}: "
                f"{count(one['records'], 'record')} to {plain(names)}"
                f"{' · by ' + plain(one['by']) if one['by'] else ''} · seed {one['seed']}"
            )
