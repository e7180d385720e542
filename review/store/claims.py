"""Queries about claims and their readings, and about the documents shown beside the evidence."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.store.engine import Write
from review.store.tables import ClaimReadingRow, ClaimRow, WritingRow
from review.store.tables.base import table_of
from review.vocab import ClaimAct, Writing

_CLAIM = table_of(ClaimRow)
_READING = table_of(ClaimReadingRow)
_WRITING = table_of(WritingRow)


def versions(conn: sa.Connection, key: str | None = None) -> dict[str, list[sa.Row[Any]]]:
    """Return the versions of each claim (or of one), oldest first, in the order they were added."""
    query = sa.select(_CLAIM).order_by(_CLAIM.c.id)
    if key is not None:
        query = query.where(_CLAIM.c.key == key)
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.key, []).append(row)
    return found


def say(write: Write, key: str, act: ClaimAct, content: dict[str, Any], *, why: str = "") -> int:
    """Add a version of a claim; return the fact's number."""
    return write.add(ClaimRow, key=key, act=act, content=content, why=why)


def readings(
    conn: sa.Connection, claims: Collection[int], *, member: int | None = None
) -> list[sa.Row[Any]]:
    """Return the readings of these versions, oldest first; of one member, or of all."""
    query = sa.select(_READING).where(_READING.c.claim_id.in_(list(claims))).order_by(_READING.c.id)
    if member is not None:
        query = query.where(_READING.c.member_id == member)
    return list(conn.execute(query))


def say_read(write: Write, claim: int, basis: dict[str, Any]) -> int:
    """Add a reading of a version of a claim; return the fact's number."""
    return write.add(ClaimReadingRow, claim_id=claim, basis=basis)


def writing(conn: sa.Connection, kind: Writing) -> sa.Row[Any] | None:
    """Return the latest document of this kind, None where there is none."""
    query = sa.select(_WRITING).where(_WRITING.c.kind == kind).order_by(_WRITING.c.id.desc())
    return conn.execute(query.limit(1)).one_or_none()


def write_down(write: Write, kind: Writing, content: dict[str, Any]) -> int:
    """Add a document, which speaks from now on; return the fact's number."""
    return write.add(WritingRow, kind=kind, content=content)
