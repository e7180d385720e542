"""Queries for what was excluded: each report with where, why, and the words it is found by."""

from typing import Any

import sqlalchemy as sa

from review.store.tables import RecordRow, StandingRow
from review.store.tables.base import table_of
from review.vocab import Stage, State

_STANDING = table_of(StandingRow)
_RECORD = table_of(RecordRow)


def excluded(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the standings of excluded reports with title, abstract, keywords, mesh and year.

    What stands excluded at full-text is left out while its title and abstract are judged anew.
    """
    early = sa.select(_STANDING.c.kept_id).where(
        _STANDING.c.stage == Stage.TITLE_ABSTRACT, _STANDING.c.state == State.INCLUDED
    )
    query = (
        sa.select(
            _STANDING,
            _RECORD.c.title,
            _RECORD.c.abstract,
            _RECORD.c.keywords,
            _RECORD.c.mesh,
            _RECORD.c.year,
        )
        .join(_RECORD, _RECORD.c.id == _STANDING.c.kept_id)
        .where(
            _STANDING.c.state == State.EXCLUDED,
            sa.or_(_STANDING.c.stage == Stage.TITLE_ABSTRACT, _STANDING.c.kept_id.in_(early)),
        )
        .order_by(_STANDING.c.kept_id, _STANDING.c.stage)
    )
    return list(conn.execute(query))
