"""Who is in the team and may do what, and the protocol they follow."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.sharing_out import sharing_out
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_DOES = {
    Role.OWNER.value: "imports, de-duplicates, manages the team",
    Role.REVIEWER.value: "screens, blind to the other reviewer",
    Role.ADJUDICATOR.value: "settles conflicts",
    Role.EXTRACTOR.value: "tags and extracts",
    Role.VIEWER.value: "looks",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw team and protocol, each in its part."""
    st.header("Team and protocol", anchor=False)
    team, sharing, protocol = st.tabs(["Team", "Who screens what", "Protocol"])
    with team, told():
        _team(db, who)
    with sharing, told():
        sharing_out(db, who)
    with protocol:
        _protocol(actions.about(db))
        link("codebook", "The codebook and its versions", icon=":material/list_alt:")
        _versions(db)


def _team(db: Database, who: SignedIn) -> None:
    owns = who.may(Role.OWNER)
    if said := st.session_state.pop("team-said", None):
        st.success(said)
    for member in actions.members(db, who.caller):
        _member(db, who, member, owns=owns)
    if owns:
        _add(db, who)


def _said(sentence: str) -> None:
    st.session_state["team-said"] = sentence
    st.rerun()


def _member(db: Database, who: SignedIn, member: dict[str, Any], *, owns: bool) -> None:
    name = member["name"]
    with st.container(border=True):
        gone = "" if member["active"] else " · :gray[left the review]"
        st.markdown(f"**{plain(name)}**{gone}")
        st.caption(words.joined(f"{role}: {_DOES[role]}" for role in member["roles"]) or "no role")
        own = name == who.name
        if not owns and not own:
            return
        with st.expander("Change"):
            if owns:
                with told():
                    _roles(db, who, member)
            with told():
                _password(db, who, name, own=own)


def _roles(db: Database, who: SignedIn, member: dict[str, Any]) -> None:
    name, key = member["name"], member["id"]
    with st.form(f"roles-{key}"):
        roles = st.multiselect("Roles", list(_DOES), default=member["roles"], key=f"roles-of-{key}")
        if st.form_submit_button("Set roles"):
            actions.set_roles(db, who.caller, name, roles)
            _said(f"{plain(name)} is now {', '.join(roles) or 'without a role'}.")
    if member["active"]:
        if st.button("Deactivate", key=f"deactivate-{key}", help="Facts stay; sign-in ends now."):
            actions.deactivate(db, who.caller, name)
            _said(f"{plain(name)} has left; every vote stays.")
    elif st.button("Reactivate", key=f"reactivate-{key}"):
        actions.reactivate(db, who.caller, name)
        _said(f"{plain(name)} is back.")


def _password(db: Database, who: SignedIn, name: str, *, own: bool) -> None:
    with st.form(f"password-{name}", clear_on_submit=True):
        label = "Your new password" if own else f"New password of {plain(name)}"
        password = st.text_input(
            label, type="password", help="At least 8 characters; 15 are better."
        )
        if st.form_submit_button("Set password"):
            actions.set_password(db, who.caller, name, password)
            _said(f"The password of {plain(name)} is set; sign in with it from now on.")


def _add(db: Database, who: SignedIn) -> None:
    st.subheader("Add a member", anchor=False)
    with st.form("add-member", clear_on_submit=True):
        name = st.text_input("Name", max_chars=200)
        roles = st.multiselect(
            "Roles", list(_DOES), default=["reviewer"], format_func=lambda r: f"{r}: {_DOES[r]}"
        )
        password = st.text_input("First password", type="password")
        if st.form_submit_button("Add", type="primary"):
            actions.add_member(db, who.caller, name.strip(), roles)
            if password:
                actions.set_password(db, who.caller, name.strip(), password)
            _said(f"{plain(name)} is in the team" + ("." if password else ", without a password."))


def _protocol(about: dict[str, Any]) -> None:
    st.markdown(f"#### {plain(about['title'])}")
    for name, text in about["question"].items():
        st.markdown(f":gray[{plain(name.capitalize())}] {plain(text)}")
    criteria = next(iter(about["stages"].values()))["criteria"]
    for kind, heading in (("include", "Included if all of"), ("exclude", "Excluded if any of")):
        if criteria[kind]:
            st.markdown(f"**{heading}**")
            st.markdown("\n".join(f"- {plain(c['text'])}" for c in criteria[kind]))
    for stage, content in about["stages"].items():
        st.markdown(f"#### {words.STAGES[stage]}")
        policy = content["policy"]
        said = [
            count(policy["reviewers_per_record"], "reviewer") + " for each record",
            f"agreement: {policy['agreement_policy']}",
            f"a maybe counts {policy['maybe_policy'].replace('-', ' ')}",
            f"differing reasons: {policy['reason_policy']}",
            f"order: {policy['order']}",
            "the adjudicator may be one of the voters"
            if policy["adjudicator_may_be_voter"]
            else "",
        ]
        st.caption(plain(words.joined(said)))
        st.markdown("**Reasons for exclusion, in order**")
        st.markdown("\n".join(f"1. {plain(r['label'])}" for r in content["reasons"]) or "None.")


def _versions(db: Database) -> None:
    st.markdown("#### Versions")
    for version in reversed(actions.versions(db)):
        st.markdown(
            f"**Version {version['version']}** · {words.moment(version['at'])} · "
            f"{plain(version['change'])} {plain(version['note'])}"
        )
        st.download_button(
            "Protocol file",
            version["text"].encode(),
            file_name=f"protocol-{version['version']}.yaml",
            mime="application/yaml",
            on_click="ignore",
            key=f"protocol-{version['version']}",
        )
