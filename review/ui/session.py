"""Who is signed in: the cookie of this browser, looked up in the review at every run."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from typing import Any, NoReturn, TypeAlias

import streamlit as st

from review import actions
from review.actions import Caller
from review.errors import Refused
from review.vocab import Channel, Role

DEFAULT_DATABASE = "sqlite:///review.db"

# What actions.open_review returns; a page only hands it on.
Database: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The member behind this browser's cookie, at the moment it was looked up."""

    id: int
    name: str
    roles: frozenset[Role]

    @property
    def caller(self) -> Caller:
        """This member acting through the app: the second argument of every action."""
        return Caller(member=self.name, channel=Channel.APP)

    def may(self, *roles: Role) -> bool:
        """Whether the member holds one of `roles`; for what is shown, never for what is allowed."""
        return bool(self.roles.intersection(roles))


def database() -> Database:
    """Return the review of REVIEW_DATABASE, opened once in a process; StoreError if none is."""
    return _open(os.environ.get("REVIEW_DATABASE", DEFAULT_DATABASE))


@cache
def _open(url: str) -> Database:
    return actions.open_review(url)


@cache
def review_id(db: Database) -> str:
    """Return a short name of this review, the same on every server and in no other review.

    Browsers keep cookies and unsent votes by host, and one host may serve several reviews, or
    another one tomorrow: a vote must never reach a record of the wrong review.
    """
    first = actions.versions(db)[0]
    return hashlib.sha256(f"{first['at']}|{first['text']}".encode()).hexdigest()[:12]


def cookie_name(db: Database) -> str:
    """Return the name of the sign-in cookie of this review."""
    return f"review_{review_id(db)}"


def member_behind(db: Database, token: str | None) -> SignedIn | None:
    """Return who holds `token`, or None: unknown, expired, signed out or deactivated."""
    found = actions.signed_in(db, token) if token else None
    if found is None:
        return None
    roles = frozenset(Role(role) for role in found["roles"])
    return SignedIn(id=found["id"], name=found["name"], roles=roles)


def visitor(db: Database) -> SignedIn | None:
    """Return who is signed in in the browser this run is for, or None."""
    return member_behind(db, st.context.cookies.get(cookie_name(db)))


def current() -> tuple[Database, SignedIn]:
    """Return the review and who is signed in now; stops the run where nobody is.

    For callbacks and fragments, which run later than the page that made them.
    """
    db = database()
    who = visitor(db)
    if who is None:
        _stop()
    return db, who


def _stop() -> NoReturn:
    st.warning("Your sign-in has ended. Reload the page to sign in again.")
    st.stop()
    raise Refused("Your sign-in has ended.")  # st.stop only returns outside an app
