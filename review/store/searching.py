"""Queries by words: which reports a search finds, the best first."""

from collections.abc import Sequence

import numpy as np
import sqlalchemy as sa

from review.screening.finding import Term, terms
from review.store import word_hits
from review.store.many import listed
from review.store.tables import ClusterRow
from review.store.tables.base import table_of
from review.store.word_hits import Numbers

_CLUSTER = table_of(ClusterRow)
WEIGHED = {"sqlite": 20_000, "postgresql": 2_000}
"""How many records are weighed by one term in a small part of a tenth of a second."""
_FEW = 500


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
    title come first, the best of them before the others, then the rest by number. A search is
    about what any record of a report says; with `ids`, of those records or their reports.
    """
    if not (text and text.strip()):
        return _listed(conn, ids, limit=limit, offset=offset)
    wanted = terms(text)
    if not wanted:
        return 0, []
    with word_hits.by_index(conn):
        found = word_hits.found(conn, wanted)
        if len(found) * len(wanted) <= WEIGHED[conn.dialect.name]:
            best = _best(conn, wanted, ids, among=found)
            return len(best), best[offset : offset + limit].tolist()
        kept = _kept(conn, found, ids)
        best = _best(conn, wanted, ids)
    every = np.zeros(1 + max(kept.max(initial=0), best.max(initial=0)), dtype=bool)
    every[kept] = True
    total = int(every.sum())
    page = best[offset : offset + limit]
    if len(page) < limit:
        every[best] = False
        skipped = max(0, offset - len(best))
        page = np.concatenate([page, np.flatnonzero(every)[skipped:][: limit - len(page)]])
    return total, page.tolist()


def _best(
    conn: sa.Connection,
    wanted: Sequence[Term],
    ids: Sequence[int] | None,
    *,
    among: Numbers | None = None,
) -> Numbers:
    """Return the kept records of the hits `among` some, or in titles, the best first."""
    if among is not None and not len(among):
        return among
    records, scores = word_hits.scored(conn, wanted, among=among, title=among is None)
    kept = _kept(conn, records, None)
    if ids is not None:
        inside = _inside(records, kept, ids)
        kept, scores = kept[inside], scores[inside]
    kept = kept[np.lexsort((kept, scores))]
    _, first = np.unique(kept, return_index=True)
    return kept[np.sort(first)]


def _kept(conn: sa.Connection, records: Numbers, ids: Sequence[int] | None) -> Numbers:
    """Return the record kept for the report of each of some; only of `ids` where given."""
    query = sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
    query = query.where(_CLUSTER.c.record_id != _CLUSTER.c.kept_id)
    if len(records) <= _FEW:
        query = query.where(_CLUSTER.c.record_id.in_(listed(conn, records.tolist())))
    merged = conn.execute(query).all()
    kept = np.arange(1 + max([int(records.max(initial=0)), *(row[0] for row in merged)]))
    if merged:
        kept[[row[0] for row in merged]] = [row[1] for row in merged]
    now = kept[records]
    return now if ids is None else now[_inside(records, now, ids)]


def _inside(records: Numbers, kept: Numbers, ids: Sequence[int]) -> np.ndarray:
    """Say of each record whether it, or the one kept for its report, is one of `ids`."""
    return np.isin(records, ids) | np.isin(kept, ids)


def _listed(
    conn: sa.Connection, ids: Sequence[int] | None, *, limit: int, offset: int
) -> tuple[int, list[int]]:
    """Return how many kept records there are, of `ids` where given, and a page by number."""
    query = sa.select(_CLUSTER.c.kept_id).distinct()
    if ids is not None:
        query = query.where(_CLUSTER.c.record_id.in_(listed(conn, ids)))
    total = conn.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    page = query.order_by(_CLUSTER.c.kept_id).limit(limit).offset(offset)
    return total, list(conn.scalars(page))


def matched(conn: sa.Connection, text: str) -> set[int]:
    """Return the kept records of which one entry is found by a search, all of them."""
    wanted = terms(text)
    if not wanted:
        return set()
    with word_hits.by_index(conn):
        return set(_kept(conn, word_hits.found(conn, wanted), None).tolist())
