"""Queries about members, their roles, and the protocol in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.store.engine import Write
from review.store.tables import MemberEventRow, MemberRow, ProtocolVersionRow
from review.store.tables.base import table_of
from review.store.tables.people import MemberEvent
from review.vocab import Change, Role

_MEMBER = table_of(MemberRow)
_EVENT = table_of(MemberEventRow)
_PROTOCOL = table_of(ProtocolVersionRow)
# made once: every act asks for its member, and making a statement costs as much as running it
WITH_EVENTS = (
    sa.select(_MEMBER.c.id, _MEMBER.c.name, _EVENT.c.kind, _EVENT.c.role)
    .join(_EVENT, _EVENT.c.subject_id == _MEMBER.c.id, isouter=True)
    .order_by(_MEMBER.c.id, _EVENT.c.id)
)
_NAMED = WITH_EVENTS.where(sa.func.lower(_MEMBER.c.name) == sa.bindparam("name"))
_NUMBERED = WITH_EVENTS.where(_MEMBER.c.id == sa.bindparam("number"))
_IN_FORCE = (
    sa.select(_PROTOCOL.c.id, sa.cast(_PROTOCOL.c.content, sa.Text))
    .order_by(_PROTOCOL.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the events about them leave them now."""

    id: int
    name: str
    roles: frozenset[Role]
    active: bool


def members(conn: sa.Connection, *, name: str | None = None, id: int | None = None) -> list[Member]:
    """Return all members, or those of that name or id, roles folded from their events."""
    if id is not None:
        rows = conn.execute(_NUMBERED, {"number": id})
    elif name is not None:
        rows = conn.execute(_NAMED, {"name": name.strip().lower()})
    else:
        rows = conn.execute(WITH_EVENTS)
    return folded(rows)


def folded(rows: Iterable[Any]) -> list[Member]:
    """Return the members of rows of `WITH_EVENTS`: id, name, and kind and role of an event."""
    names: dict[int, str] = {}
    roles: dict[int, set[Role]] = {}
    inactive: set[int] = set()
    for subject, called, kind, role in rows:
        names[subject] = called
        held = roles.setdefault(subject, set())
        if kind is MemberEvent.GRANT:
            held.add(role)
        elif kind is MemberEvent.REVOKE:
            held.discard(role)
        elif kind is MemberEvent.DEACTIVATE:
            inactive.add(subject)
        else:
            inactive.discard(subject)
    return [
        Member(subject, called, frozenset(roles[subject]), subject not in inactive)
        for subject, called in names.items()
    ]


def add_member(write: Write, name: str, roles: Sequence[Role]) -> int:
    """Add a member with roles; return the member's id."""
    member = write.add(MemberRow, name=name.strip())
    for role in roles:
        write.add(MemberEventRow, subject_id=member, kind=MemberEvent.GRANT, role=role)
    return member


def add_event(write: Write, subject: int, kind: MemberEvent, role: Role | None = None) -> None:
    """Add a fact about a member."""
    write.add(MemberEventRow, subject_id=subject, kind=kind, role=role)


@lru_cache(maxsize=16)
def _parsed(content: str) -> Protocol:
    return Protocol.model_validate_json(content)


def protocol(conn: sa.Connection) -> tuple[int, Protocol]:
    """Return number and content of the protocol version in force."""
    version, text = conn.execute(_IN_FORCE).first() or (0, "{}")
    return int(version), _parsed(text)


def protocol_versions(conn: sa.Connection) -> list[sa.RowMapping]:
    """Return every version, oldest first."""
    return list(conn.execute(sa.select(_PROTOCOL).order_by(_PROTOCOL.c.id)).mappings())


def add_protocol(write: Write, text: str, content: Protocol, *, change: Change, note: str) -> int:
    """Add a protocol version; return its number."""
    return write.add(
        ProtocolVersionRow,
        text=text,
        content=content.model_dump(mode="json", by_alias=True),
        change=change,
        note=note,
    )
