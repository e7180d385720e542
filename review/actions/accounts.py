"""Signing in to the app: passwords, browsers that are signed in, and slowing down guesses."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from review.actions.caller import Caller, acting, member_named, writing
from review.errors import BadInput, NotAllowed
from review.store import accounts, people
from review.store.engine import Actor, Database
from review.vocab import Channel, Role

SHORTEST_PASSWORD = 8
IDLE = timedelta(hours=12)
ABSOLUTE = timedelta(days=7)
ATTEMPTS, WINDOW = 5, timedelta(minutes=15)
_TOUCH = timedelta(minutes=5)
_HASHER = PasswordHasher()
_WRONG = "The name or the password is wrong."
LEFT = "You have left this review; an owner can take you back."
_SERVER = Actor(member_id=None, channel=Channel.APP)


def set_password(db: Database, who: Caller, name: str, password: str) -> dict[str, Any]:
    """Set a member's password (one's own, or anybody's for an owner) and end their sign-ins.

    BadInput below 8 characters; 15 or more are recommended.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            f"A password needs at least {SHORTEST_PASSWORD} characters; 15 or more are better."
        )
    with writing(db, who) as write:
        member = member_named(write.conn, name)
        if who.member is None or who.member.lower() != member.name.lower():
            acting(write.conn, who, Role.OWNER, act="set another member's password")
        accounts.set_password_hash(write.conn, member.id, _HASHER.hash(password))
    return {"member": member.name}


def sign_in(db: Database, name: str, password: str, *, ip: str = "") -> dict[str, Any]:
    """Check a password and return {token, member}; the token is stored only as its SHA-256.

    NotAllowed with the same words for an unknown name and a wrong password, after five failures
    within 15 minutes from one address, and for a member who has left.
    """
    account = f"{name.strip().lower()[:200]}|{ip}"
    now = datetime.now(UTC)
    with db.read() as conn:
        if accounts.failures(conn, account, now - WINDOW) >= ATTEMPTS:
            raise NotAllowed("Too many failed attempts; try again in 15 minutes.")
        found = people.members(conn, name=name)
        member = found[0] if found else None
        stored = accounts.password_hash(conn, member.id) if member else None
    try:
        _HASHER.verify(stored or _nobody(), password)
        right = stored is not None
    except (VerifyMismatchError, InvalidHashError):
        right = False
    with db.write(_SERVER) as write:
        if not right or member is None:
            accounts.add_failure(write.conn, account, now)
        else:
            accounts.clear_failures(write.conn, account)
    if not right or member is None:
        raise NotAllowed(_WRONG)
    if not member.active:  # told to nobody but who knows the password
        raise NotAllowed(LEFT)
    return {"token": _open(db, member.id), "member": member.name}


def demo_sign_in(db: Database, name: str) -> dict[str, Any]:
    """Sign in to a demonstration review without a password; NotAllowed in any other review."""
    with db.read() as conn:
        _, content = people.protocol(conn)
        if not content.demo:
            raise NotAllowed("This review is not a demonstration; sign in with a password.")
        member = member_named(conn, name)
    if not member.active:
        raise NotAllowed(LEFT)
    return {"token": _open(db, member.id), "member": member.name}


def _open(db: Database, member: int) -> str:
    token = secrets.token_urlsafe(32)
    with db.write(_SERVER) as write:
        accounts.open_session(write.conn, _sha256(token), member, datetime.now(UTC))
    return token


def signed_in(db: Database, token: str | None) -> dict[str, Any] | None:
    """Return {id, name, roles} of the member behind a token, or None: unknown, expired, left."""
    if not token:
        return None
    now = datetime.now(UTC)
    with db.read() as conn:
        found = accounts.session(conn, _sha256(token))
    if found is None:
        return None
    member, created, seen = found
    if not member.active or now - seen > IDLE or now - created > ABSOLUTE:
        return None
    if now - seen > _TOUCH:
        with db.write(_SERVER) as write:
            accounts.touch_session(write.conn, _sha256(token), now)
    return {
        "id": member.id,
        "name": member.name,
        "roles": sorted(role.value for role in member.roles),
    }


def why_signed_out(db: Database, token: str | None) -> str:
    """Return the sentence for somebody whose token opens nothing: they left, or it has ended."""
    with db.read() as conn:
        found = accounts.session(conn, _sha256(token)) if token else None
    if found is not None and not found[0].active:
        return LEFT
    return "Your sign-in has ended; sign in again."


def sign_out(db: Database, token: str) -> None:
    """Forget the browser that holds `token`."""
    with db.write(_SERVER) as write:
        accounts.close_sessions(write.conn, token_sha256=_sha256(token))


@cache
def _nobody() -> str:
    """A hash to check when the name is unknown, so that it takes as long as a wrong password."""
    return _HASHER.hash(secrets.token_hex(16))


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
