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
WEIGHED = {"sqlite": 20_000, "postgresql": 5_000}
"""How many reports are weighed against each other in less than a tenth of a second."""


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
    number. Of what more records have than can be weighed at once, those with all of it in the
    title come first, the best of them before the others, then the rest by number.
    """
    if not (text and text.strip()):
        return _paged(
            conn, sa.select(_CLUSTER.c.kept_id).distinct(), ids, limit=limit, offset=offset
        )
    wanted = terms(text)
    if not wanted:
        return 0, []
    with search_index.by_index(conn):
        hits = search_index.matching(conn, wanted).subquery()
        total, _ = _paged(conn, _reports(hits), ids, limit=0, offset=0, pages=False)
        if total <= WEIGHED[conn.dialect.name]:
            return total, _best(conn, hits, ids, limit=limit, offset=offset)
        titles = search_index.matching(conn, wanted, title=True).subquery()
        found = _best(conn, titles, ids, limit=limit + offset, offset=0)
        if len(found) == limit + offset:
            return total, found[offset:]
        others = _reports(hits).where(_CLUSTER.c.kept_id.not_in(_reports(titles)))
        skipped = max(0, offset - len(found))
        missing = limit + offset - max(offset, len(found))
        _, rest = _paged(conn, others, ids, limit=missing, offset=skipped, counted=False)
        return total, found[offset:] + rest


def _reports(hits: sa.Subquery) -> sa.Select[Any]:
    joined = _CLUSTER.join(hits, hits.c.record_id == _CLUSTER.c.record_id)
    return sa.select(_CLUSTER.c.kept_id).select_from(joined).group_by(_CLUSTER.c.kept_id)


def _paged(
    conn: sa.Connection,
    query: sa.Select[Any],
    ids: Sequence[int] | None,
    *,
    limit: int,
    offset: int,
    counted: bool = True,
    pages: bool = True,
) -> tuple[int, list[int]]:
    """Return how many kept records a query gives, of `ids` where given, and a page by number."""
    if ids is not None:
        query = query.where(_CLUSTER.c.record_id.in_(listed(conn, ids)))
    total = 0
    if counted:
        total = conn.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    if not pages:
        return total, []
    page = query.order_by(_CLUSTER.c.kept_id).limit(limit).offset(offset)
    return total, list(conn.scalars(page))


def _best(
    conn: sa.Connection, hits: sa.Subquery, ids: Sequence[int] | None, *, limit: int, offset: int
) -> list[int]:
    """Return a page of the kept records of hits, the best first."""
    query = _reports(hits).order_by(sa.func.min(hits.c.score), _CLUSTER.c.kept_id)
    if ids is not None:
        query = query.where(_CLUSTER.c.record_id.in_(listed(conn, ids)))
    return list(conn.scalars(query.limit(limit).offset(offset)))


def matching(conn: sa.Connection, text: str) -> sa.Select[Any]:
    """Return a query of the kept records of which one entry is found by a search."""
    wanted = terms(text)
    query = sa.select(_CLUSTER.c.kept_id)
    if not wanted:
        return query.where(sa.false())
    hits = search_index.matching(conn, wanted).subquery()
    return query.where(_CLUSTER.c.record_id.in_(sa.select(hits.c.record_id)))


def matched(conn: sa.Connection, text: str) -> set[int]:
    """Return the kept records that a search finds, all of them."""
    with search_index.by_index(conn):
        return set(conn.scalars(matching(conn, text)))
