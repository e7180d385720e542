"""Drafts of forms and of settlements: what a member has typed and not given yet (not facts)."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from review.store.engine import Write
from review.store.tables import ExtractionDraftRow
from review.store.tables.base import table_of
from review.vocab import Draft

_DRAFT = table_of(ExtractionDraftRow)


def draft(
    conn: sa.Connection, member: int, study: int, purpose: Draft
) -> tuple[dict[str, Any], datetime] | None:
    """Return a member's own draft for a study and when it was saved, or None."""
    query = sa.select(_DRAFT.c.form, _DRAFT.c.saved).where(*_key(member, study, purpose))
    found = conn.execute(query).first()
    return (found.form, found.saved) if found else None


def drafts(conn: sa.Connection, member: int) -> dict[tuple[int, Draft], datetime]:
    """Return when each of a member's drafts was saved, by study and purpose."""
    query = sa.select(_DRAFT.c.study_id, _DRAFT.c.purpose, _DRAFT.c.saved)
    found = conn.execute(query.where(_DRAFT.c.member_id == member))
    return {(row.study_id, row.purpose): row.saved for row in found}


def save(write: Write, member: int, study: int, purpose: Draft, form: dict[str, Any]) -> datetime:
    """Keep a draft in place of the one before; return when."""
    now = datetime.now(UTC)
    changed = write.conn.execute(
        _DRAFT.update().where(*_key(member, study, purpose)).values(form=form, saved=now)
    )
    if not changed.rowcount:
        write.conn.execute(
            _DRAFT.insert(),
            {
                "member_id": member,
                "study_id": study,
                "purpose": purpose,
                "form": form,
                "saved": now,
            },
        )
    return now


def drop(write: Write, member: int, study: int, purpose: Draft) -> None:
    """Forget a draft: it was given, or thrown away."""
    write.conn.execute(_DRAFT.delete().where(*_key(member, study, purpose)))


def _key(member: int, study: int, purpose: Draft) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _DRAFT.c.member_id == member,
        _DRAFT.c.study_id == study,
        _DRAFT.c.purpose == purpose,
    )
