"""Queries about appraisals typed and not given yet (not facts): each its writer's alone."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.store.tables import ExtractionDraftRow
from review.store.tables.base import table_of
from review.vocab import Draft

_DRAFT = table_of(ExtractionDraftRow)


def appraisal(conn: sa.Connection, member: int, study: int) -> dict[str, Any] | None:
    """Return what a member has typed of an appraisal of a study, or None."""
    found: dict[str, Any] | None = conn.scalar(sa.select(_DRAFT.c.form).where(_of(member, study)))
    return found


def of_member(conn: sa.Connection, member: int) -> set[int]:
    """Return the studies that a member has begun to appraise."""
    query = sa.select(_DRAFT.c.study_id).where(
        _DRAFT.c.member_id == member, _DRAFT.c.purpose == Draft.APPRAISE
    )
    return set(conn.scalars(query))


def save(
    conn: sa.Connection, member: int, study: int, form: dict[str, Any], *, at: datetime
) -> None:
    """Keep what a member has typed, in place of what was kept before."""
    drop(conn, member, study)
    row = {"member_id": member, "study_id": study, "purpose": Draft.APPRAISE}
    conn.execute(_DRAFT.insert(), row | {"form": form, "saved": at})


def drop(conn: sa.Connection, member: int, study: int) -> None:
    """Throw a draft away."""
    conn.execute(_DRAFT.delete().where(_of(member, study)))


def _of(member: int, study: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        _DRAFT.c.member_id == member,
        _DRAFT.c.study_id == study,
        _DRAFT.c.purpose == Draft.APPRAISE,
    )
