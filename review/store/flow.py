"""Queries for the PRISMA flow: what became of each record, now or at a past moment."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.reporting.fates import RecordFate
from review.screening.standing import SETTLED
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
from review.vocab import Removal, Retrieval, Stage

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
    boundary = _previous_version_until(conn, protocol, until)
    searches = {
        row.id: row
        for row in conn.execute(sa.select(_SEARCH.c.id, _SEARCH.c.source, _SEARCH.c.kind))
    }
    query = sa.select(_RECORD.c.id, _RECORD.c.search_id, _RECORD.c.at).order_by(_RECORD.c.id)
    if until is not None:
        query = query.where(_RECORD.c.at <= until)
    for record, search_id, at in conn.execute(query):
        kept = of[record]
        search = searches[search_id]
        standing = standings.get(kept, {})
        first, second = standing.get(Stage.TITLE_ABSTRACT), standing.get(Stage.FULL_TEXT)
        yield RecordFate(
            record=record,
            kept=kept,
            source=search.source,
            kind=search.kind,
            previous=boundary is not None and at < boundary,
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


def _previous_version_until(
    conn: sa.Connection, protocol: Protocol, until: datetime | None
) -> datetime | None:
    """When the previous version of the review ended, or None where there is none.

    A search that is run again updates a review that was complete: then what was there before is
    PRISMA's previous version. While anything is still undecided it only adds to the same one.
    """
    query = (
        sa.select(_SEARCH.c.at).where(_SEARCH.c.rerun_of.is_not(None)).order_by(_SEARCH.c.id.desc())
    )
    if until is not None:
        query = query.where(_SEARCH.c.at <= until)
    for at in conn.scalars(query).all():
        _, standings = _then(conn, protocol, at - timedelta(microseconds=1))
        if standings and all(map(_is_decided, standings.values())):
            found: datetime = at
            return found
    return None


def _is_decided(standing: dict[Stage, Any]) -> bool:
    last = standing.get(Stage.FULL_TEXT) or standing[Stage.TITLE_ABSTRACT]
    return last["state"] in SETTLED or last["retrieval"] is Retrieval.NOT_RETRIEVED


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
