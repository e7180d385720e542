"""Queries about passwords, signed-in browsers and failed sign-ins (not facts)."""

from datetime import datetime

import sqlalchemy as sa

from review.store import people
from review.store.tables import AccountRow, MemberRow, SessionRow, SignInFailureRow
from review.store.tables.base import table_of

_ACCOUNT = table_of(AccountRow)
_SESSION = table_of(SessionRow)
_FAILURE = table_of(SignInFailureRow)
_MEMBER = table_of(MemberRow)
# made once: every request asks it
_BY_TOKEN = (
    people.WITH_EVENTS.add_columns(_SESSION.c.created, _SESSION.c.seen)
    .join(_SESSION, _SESSION.c.member_id == _MEMBER.c.id)
    .where(_SESSION.c.token_sha256 == sa.bindparam("token"))
)


def password_hash(conn: sa.Connection, member: int) -> str | None:
    """Return the stored argon2id hash of a member, if they have a password."""
    found: str | None = conn.scalar(
        sa.select(_ACCOUNT.c.password_hash).where(_ACCOUNT.c.member_id == member)
    )
    return found


def set_password_hash(conn: sa.Connection, member: int, hashed: str) -> None:
    """Store a new hash and sign the member out everywhere."""
    conn.execute(_ACCOUNT.delete().where(_ACCOUNT.c.member_id == member))
    conn.execute(_ACCOUNT.insert().values(member_id=member, password_hash=hashed))
    conn.execute(_SESSION.delete().where(_SESSION.c.member_id == member))


def open_session(conn: sa.Connection, token_sha256: str, member: int, at: datetime) -> None:
    """Remember a signed-in browser."""
    conn.execute(
        _SESSION.insert().values(token_sha256=token_sha256, member_id=member, created=at, seen=at)
    )


def session(
    conn: sa.Connection, token_sha256: str
) -> tuple[people.Member, datetime, datetime] | None:
    """Return the member of a signed-in browser, when it signed in, and when it was last seen."""
    rows = conn.execute(_BY_TOKEN, {"token": token_sha256}).all()
    if not rows:
        return None
    return people.folded(row[:4] for row in rows)[0], rows[0].created, rows[0].seen


def touch_session(conn: sa.Connection, token_sha256: str, at: datetime) -> None:
    """Note that a signed-in browser was seen."""
    conn.execute(_SESSION.update().where(_SESSION.c.token_sha256 == token_sha256).values(seen=at))


def close_sessions(
    conn: sa.Connection, *, token_sha256: str | None = None, member: int | None = None
) -> None:
    """Forget one browser, or all of a member."""
    condition = (
        _SESSION.c.member_id == member
        if token_sha256 is None
        else _SESSION.c.token_sha256 == token_sha256
    )
    conn.execute(_SESSION.delete().where(condition))


def failures(conn: sa.Connection, account: str, since: datetime) -> int:
    """Return how often signing in to `account` has failed since a moment."""
    return (
        conn.scalar(
            sa.select(sa.func.count())
            .select_from(_FAILURE)
            .where(_FAILURE.c.account == account, _FAILURE.c.at >= since)
        )
        or 0
    )


def add_failure(conn: sa.Connection, account: str, at: datetime) -> None:
    """Note a failed sign-in."""
    conn.execute(_FAILURE.insert().values(account=account, at=at))


def clear_failures(conn: sa.Connection, account: str) -> None:
    """Forget the failed sign-ins of an account."""
    conn.execute(_FAILURE.delete().where(_FAILURE.c.account == account))
