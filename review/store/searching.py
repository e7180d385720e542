"""Queries by words: which reports a search finds, the best first."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.screening.finding import terms
from review.store import search_index
from review.store.duplicates import listed
from review.store.tables import ClusterRow
from review.store.tables.base import table_of

_CLUSTER = table_of(ClusterRow)


def find(
    conn: sa.Connection,
    *,
    text: str | None = None,
    ids: Sequence[int] | None = None,
    limit: int,
    offset: int,
) -> tuple[int, list[int]]:
    """Return how many kept records match, and the ids of one page of them.

    `text` is a search as `screening.finding` reads it: then the best come first, else all by
    number.
    """
    if text and text.strip():
        wanted = terms(text)
        if not wanted:
            return 0, []
        hits = search_index.matching(conn, wanted).subquery()
        score = sa.func.min(hits.c.score)
        query = (
            sa.select(_CLUSTER.c.kept_id)
            .join(hits, hits.c.record_id == _CLUSTER.c.record_id)
            .group_by(_CLUSTER.c.kept_id)
            .order_by(score, _CLUSTER.c.kept_id)
        )
    else:
        query = sa.select(_CLUSTER.c.kept_id).distinct().order_by(_CLUSTER.c.kept_id)
    if ids is not None:
        query = query.where(_CLUSTER.c.record_id.in_(listed(conn, ids)))
    total = conn.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))
    return total or 0, list(conn.scalars(query.limit(limit).offset(offset)))


def matching(conn: sa.Connection, text: str) -> sa.Select[Any]:
    """Return a query of the kept records of which one entry is found by a search."""
    wanted = terms(text)
    query = sa.select(_CLUSTER.c.kept_id)
    if not wanted:
        return query.where(sa.false())
    hits = search_index.matching(conn, wanted).subquery()
    return query.where(_CLUSTER.c.record_id.in_(sa.select(hits.c.record_id)))
