"""The sign-in form, and the member's name with the button to sign out."""

from typing import Any

import streamlit as st

from review import actions
from review.ui.components import asset
from review.ui.session import Database, SignedIn, review_id

_WHAT_FOR = {
    "Reviewer A": "screen, blind to the other",
    "Reviewer B": "screen, blind to the other",
    "Adjudicator": "settle what the two disagree on",
    "Owner": "see the whole review and its team",
}

_sign_in = st.components.v2.component(
    "review_sign_in",
    html='<div class="account"></div>',
    css=asset("account.css"),
    js=asset("drawing.js", "account_post.js", "sign_in.js"),
)
_member = st.components.v2.component(
    "review_member",
    html='<div class="account"></div>',
    css=asset("account.css"),
    js=asset("drawing.js", "account_post.js", "member.js"),
)


def sign_in_form(db: Database, *, demo: bool) -> None:
    """Draw the sign-in form; in a demonstration review one button for each of its members."""
    one_click: list[dict[str, Any]] = []
    if demo:
        one_click = [
            {"name": name, "for": _WHAT_FOR.get(name, "")} for name in actions.DEMO_MEMBERS
        ]
    _sign_in(key="sign_in", data={"demo": one_click, "review": review_id(db)})


def member_bar(db: Database, who: SignedIn, *, title: str) -> None:
    """Draw the review's title, who is signed in, and the button to sign out."""
    _member(
        key="member",
        data={
            "title": title,
            "name": who.name,
            "roles": ", ".join(sorted(who.roles)),
            "member": who.id,
            "review": review_id(db),
        },
    )
