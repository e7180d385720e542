"""Queries about forms one by one: who gave them, who talked them over, how they were settled."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.extraction.settling import Extracted
from review.store.tables import (
    ExtractionDiscussionRow,
    ExtractionReopeningRow,
    ExtractionRow,
    ExtractionSettlementRow,
    MemberRow,
)
from review.store.tables.base import table_of

_EXTRACTION = table_of(ExtractionRow)
_SETTLEMENT = table_of(ExtractionSettlementRow)
_DISCUSSION = table_of(ExtractionDiscussionRow)
_REOPENING = table_of(ExtractionReopeningRow)
_MEMBER = table_of(MemberRow)


def rows(conn: sa.Connection, ids: Collection[int]) -> dict[int, sa.Row[Any]]:
    """Return extractions by number: with the form, who gave it (`name`) and when (`at`)."""
    query = (
        sa.select(_EXTRACTION, _MEMBER.c.name)
        .outerjoin(_MEMBER, _MEMBER.c.id == _EXTRACTION.c.member_id)
        .where(_EXTRACTION.c.id.in_(list(ids)))
    )
    return {row.id: row for row in conn.execute(query)}


def settlement(conn: sa.Connection, extraction: int) -> sa.Row[Any] | None:
    """Return how an extraction settled two others, with who settled (`name`), or None."""
    query = (
        sa.select(_SETTLEMENT, _MEMBER.c.name)
        .outerjoin(_MEMBER, _MEMBER.c.id == _SETTLEMENT.c.member_id)
        .where(_SETTLEMENT.c.extraction_id == extraction)
    )
    return conn.execute(query).first()


def discussions(conn: sa.Connection, study: int, now: Extracted) -> dict[int, Any]:
    """Return the last word of each extractor who asked to talk over the form as it is now.

    By member: None where they only asked, else the choices they made.
    """
    query = (
        sa.select(_DISCUSSION)
        .where(_DISCUSSION.c.study_id == study, _DISCUSSION.c.member_id.in_(list(now.own)))
        .order_by(_DISCUSSION.c.id)
    )
    return {
        row.member_id: row.choices
        for row in conn.execute(query)
        if now.own[row.member_id] == row.extraction_id
    }


def asked(conn: sa.Connection) -> set[tuple[int, int]]:
    """Return which forms their givers asked to talk over: (member, extraction)."""
    query = sa.select(_DISCUSSION.c.member_id, _DISCUSSION.c.extraction_id)
    return {(row.member_id, row.extraction_id) for row in conn.execute(query)}


def last(conn: sa.Connection, study: int) -> int | None:
    """Return the last extraction given for a study, or None."""
    query = sa.select(sa.func.max(_EXTRACTION.c.id)).where(_EXTRACTION.c.study_id == study)
    found: int | None = conn.scalar(query)
    return found


def reopenings(conn: sa.Connection, study: int) -> list[sa.Row[Any]]:
    """Return when a study was opened again, by whom (`name`) and why."""
    query = (
        sa.select(_REOPENING, _MEMBER.c.name)
        .outerjoin(_MEMBER, _MEMBER.c.id == _REOPENING.c.member_id)
        .where(_REOPENING.c.study_id == study)
        .order_by(_REOPENING.c.id)
    )
    return list(conn.execute(query))


def names(conn: sa.Connection) -> dict[int, str]:
    """Return every member's name."""
    return {row.id: row.name for row in conn.execute(sa.select(_MEMBER.c.id, _MEMBER.c.name))}
