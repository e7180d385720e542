"""Queries for the PRISMA flow: what became of each record, now or at a past moment."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.reporting.fates import RecordFate
from review.store import projection
from review.store.tables import (
    ClusterRow,
    RecordRow,
    RemovalRow,
    SearchRow,
    StandingRow,
    StudyReportRow,
)
from review.store.tables.base import table_of
from review.vocab import Removal, Stage

_RECORD = table_of(RecordRow)
_SEARCH = table_of(SearchRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_REMOVAL = table_of(RemovalRow)
_LINK = table_of(StudyReportRow)


def fates(
    conn: sa.Connection, protocol: Protocol, *, until: datetime | None = None
) -> Iterator[RecordFate]:
    """Yield what became of every record: from the projections, or by replay up to `until`."""
    of, standings = _now(conn) if until is None else _then(conn, protocol, until)
    removed = _removed(conn, of, until)
    studies = _studies(conn, of, until)
    searches = {
        row.id: row
        for row in conn.execute(sa.select(_SEARCH.c.id, _SEARCH.c.source, _SEARCH.c.kind))
    }
    query = sa.select(_RECORD.c.id, _RECORD.c.search_id).order_by(_RECORD.c.id)
    if until is not None:
        query = query.where(_RECORD.c.at <= until)
    for record, search_id in conn.execute(query):
        kept = of[record]
        search = searches[search_id]
        standing = standings.get(kept, {})
        first, second = standing.get(Stage.TITLE_ABSTRACT), standing.get(Stage.FULL_TEXT)
        yield RecordFate(
            record=record,
            kept=kept,
            source=search.source,
            kind=search.kind,
            removal=removed.get(kept),
            ta=first["state"] if first else None,
            retrieval=second["retrieval"] if second else None,
            ft=second["state"] if second else None,
            ft_reason=second["reason"] if second else None,
            study=studies.get(kept),
        )


Standings = dict[int, dict[Stage, Any]]


def _now(conn: sa.Connection) -> tuple[dict[int, int], Standings]:
    of = {r: k for r, k in conn.execute(sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id))}
    columns = ("kept_id", "stage", "state", "reason", "retrieval")
    standings: Standings = {}
    for row in conn.execute(sa.select(*(_STANDING.c[name] for name in columns))).mappings():
        standings.setdefault(row["kept_id"], {})[row["stage"]] = row
    return of, standings


def _then(
    conn: sa.Connection, protocol: Protocol, until: datetime
) -> tuple[dict[int, int], Standings]:
    standings: Standings = {}
    for kept, facts in projection.load(conn, until=until).items():
        for row in projection.fold(kept, facts, protocol):
            standings.setdefault(kept, {})[row["stage"]] = row
    return projection.replay_clusters(conn, until=until), standings


def _removed(conn: sa.Connection, of: dict[int, int], until: datetime | None) -> dict[int, Removal]:
    query = sa.select(_REMOVAL).order_by(_REMOVAL.c.id)
    if until is not None:
        query = query.where(_REMOVAL.c.at <= until)
    found: dict[int, Removal] = {}
    for row in conn.execute(query):
        if row.restored:
            found.pop(of[row.record_id], None)
        else:
            found[of[row.record_id]] = row.by
    return found


def _studies(conn: sa.Connection, of: dict[int, int], until: datetime | None) -> dict[int, int]:
    query = sa.select(_LINK).order_by(_LINK.c.id)
    if until is not None:
        query = query.where(_LINK.c.at <= until)
    found: dict[int, int] = {}
    for row in conn.execute(query):
        if row.joined:
            found[of[row.record_id]] = row.study_id
        elif found.get(of[row.record_id]) == row.study_id:
            del found[of[row.record_id]]
    return found
