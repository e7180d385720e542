"""Queries about amendments: what each re-opened, and the terms that the team has marked."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.store.engine import Write
from review.store.tables import (
    AmendmentRow,
    HighlightTermRow,
    RecordRow,
    ReopeningRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Stage

_AMENDMENT = table_of(AmendmentRow)
_REOPENING = table_of(ReopeningRow)
_TERM = table_of(HighlightTermRow)
_RECORD = table_of(RecordRow)
_VOTE = table_of(VoteRow)


def lock_all(write: Write) -> None:
    """Hold every record: no vote comes in between what is read and what is written after."""
    if write.conn.dialect.name == "postgresql":
        # as a vote locks its record before it adds to the ledger, in the order of records
        query = sa.select(_RECORD.c.id).order_by(_RECORD.c.id).with_for_update()
        write.conn.execute(query).all()
    write.only_writer()


def reopen(
    write: Write,
    version: int,
    records: Sequence[tuple[int, Stage]],
    *,
    criteria: Sequence[str],
    choice: dict[str, Any],
) -> None:
    """Open a new round of records, because of a protocol version; say how they were chosen."""
    why = f"protocol version {version}"
    ids = write.add_many(
        ReopeningRow,
        [{"record_id": record, "stage": stage, "why": why} for record, stage in records],
    )
    write.add(
        AmendmentRow,
        protocol_version=version,
        criteria=list(criteria),
        choice=choice,
        first=ids[0] if ids else None,
        last=ids[-1] if ids else None,
    )


def amendments(conn: sa.Connection) -> dict[int, sa.Row[Any]]:
    """Return how each amendment chose what to screen again, by protocol version."""
    rows = conn.execute(sa.select(_AMENDMENT).order_by(_AMENDMENT.c.id))
    return {row.protocol_version: row for row in rows}


def reopened(conn: sa.Connection, amendment: sa.Row[Any]) -> list[tuple[int, Stage]]:
    """Return the records that an amendment re-opened, each with its stage."""
    if amendment.first is None:
        return []
    query = sa.select(_REOPENING.c.record_id, _REOPENING.c.stage).where(
        _REOPENING.c.id.between(amendment.first, amendment.last)
    )
    return [(record, stage) for record, stage in conn.execute(query)]


def rounds(conn: sa.Connection) -> dict[tuple[int, Stage], int]:
    """Return the round that each re-opened record is in, by record and stage; others are in 1."""
    query = sa.select(_REOPENING.c.record_id, _REOPENING.c.stage, sa.func.count()).group_by(
        _REOPENING.c.record_id, _REOPENING.c.stage
    )
    return {(record, stage): 1 + n for record, stage, n in conn.execute(query)}


def secondary(conn: sa.Connection) -> dict[int, list[str]]:
    """Return the secondary reasons of votes that gave any, by the vote's number."""
    query = sa.select(_VOTE.c.id, _VOTE.c.secondary).where(
        sa.cast(_VOTE.c.secondary, sa.Text) != "[]"
    )
    return {id_: list(codes) for id_, codes in conn.execute(query)}


def team_terms(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return what members said of terms to mark, oldest first."""
    return list(conn.execute(sa.select(_TERM).order_by(_TERM.c.id)))


def say_term(write: Write, term: str, *, include: bool, present: bool) -> int:
    """Add a term to mark, or take one away; return the fact's number."""
    return write.add(HighlightTermRow, term=term, include=include, present=present)
