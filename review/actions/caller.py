"""Who is acting, through which door, and whether a role allows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from review.errors import NotAllowed, NotFound, Refused
from review.store.engine import Actor, Database, Write, system_user
from review.store.people import Member, members
from review.vocab import Channel, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """The member acting, or None for whoever holds the database file or its credentials.

    Whoever holds the database may do everything but what only a named person can: vote,
    judge and rule.
    """

    member: str | None
    channel: Channel


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as the rules of blinding ask it: a member's id and roles, or the holder."""

    id: int | None
    roles: frozenset[Role]

    @classmethod
    def of(cls, member: Member | None) -> "Viewer":
        """Return the viewer that a member is; None is whoever holds the database."""
        return cls(member.id, member.roles) if member else cls(None, frozenset(Role))


def member_named(conn: sa.Connection, name: str) -> Member:
    """Return the member called `name`; NotFound names the known ones."""
    found = members(conn, name=name)
    if not found:
        known = ", ".join(member.name for member in members(conn)) or "nobody yet"
        raise NotFound(f"There is no member '{name}'; members are: {known}.")
    return found[0]


def acting(conn: sa.Connection, who: Caller, *roles: Role, act: str) -> Member | None:
    """Return the member behind `who`, None for the holder of the database.

    NotAllowed if the member left, or holds none of `roles` (no roles: any active member).
    `act` completes the sentence "... may not {act}".
    """
    if who.member is None:
        return None
    member = member_named(conn, who.member)
    if not member.active:
        raise NotAllowed(f"{member.name} has left the review and may not {act}.")
    if roles and not member.roles & set(roles):
        needed = " or ".join(roles)
        raise NotAllowed(f"{member.name} may not {act}: that needs the role {needed}.")
    return member


def person(conn: sa.Connection, who: Caller, *roles: Role, act: str) -> Member:
    """Like `acting`, for acts that only a named person can do."""
    member = acting(conn, who, *roles, act=act)
    if member is None:
        raise Refused(f"Say who you are: only a named member can {act}.")
    return member


@contextmanager
def writing_as(db: Database, who: Caller, *roles: Role, act: str) -> Iterator[tuple[Write, Member]]:
    """Open a write transaction for what only a person can do, who is looked up once; see `person`.

    Gives the transaction and the member.
    """
    with db.write(Actor(member_id=None, channel=who.channel)) as write:
        member = person(write.conn, who, *roles, act=act)
        user = "" if who.channel is Channel.APP else system_user()
        write.actor = Actor(member_id=member.id, channel=who.channel, user=user)
        yield write, member


@contextmanager
def writing(db: Database, who: Caller) -> Iterator[Write]:
    """Open one write transaction in the name of `who`."""
    with db.write(Actor(member_id=None, channel=who.channel)) as write:
        member = members(write.conn, name=who.member) if who.member else []
        # inside the app the system user is the server's, which says nothing of who acted
        user = "" if who.channel is Channel.APP else system_user()
        write.actor = Actor(
            member_id=member[0].id if member else None, channel=who.channel, user=user
        )
        yield write
