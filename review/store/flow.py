"""Queries for the PRISMA flow: what became of each record, now or at a past moment."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.reporting.fates import Alike, RecordFate
from review.screening.standing import SETTLED
from review.store import ledger, people, projection
from review.store.many import listed
from review.store.tables import (
    ClusterRow,
    RecordRow,
    RemovalRow,
    SearchRow,
    StandingRow,
    StudyReportRow,
)
from review.store.tables.base import table_of
from review.vocab import DATABASE_LANE, Removal, Retrieval, SearchKind, Stage, State

_RECORD = table_of(RecordRow)
_SEARCH = table_of(SearchRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_REMOVAL = table_of(RemovalRow)
_LINK = table_of(StudyReportRow)
_SOURCE = (_SEARCH.c.source, _SEARCH.c.kind)
# at title-abstract no more than what the index has
_DECIDED: dict[Stage, tuple[sa.Column[Any], ...]] = {
    Stage.TITLE_ABSTRACT: (_STANDING.c.state,),
    Stage.FULL_TEXT: (_STANDING.c.state, _STANDING.c.retrieval, _STANDING.c.reason),
}


def fates(
    conn: sa.Connection, protocol: Protocol, *, until: datetime | None = None
) -> Iterator[RecordFate]:
    """Yield what became of every record: from the projections, or by replay up to `until`."""
    of, standings = _now(conn) if until is None else _then(conn, protocol, until)
    boundary = previous_version_until(conn, protocol, until)
    query = sa.select(_RECORD.c.id, _RECORD.c.search_id, _RECORD.c.at).order_by(_RECORD.c.id)
    if until is not None:
        query = query.where(_RECORD.c.at <= until)
    yield from _fates(conn, query, of, standings, boundary=boundary, until=until)


def counted(
    conn: sa.Connection, *, retracted: Collection[int] = ()
) -> tuple[list[RecordFate], Alike]:
    """Return the fates of now of the few that PRISMA lists apart, and the numbers of the many.

    Apart are reports that were included, removed, `retracted`, or found by other methods too; of
    all others it is enough to know how many stand where. Only where there is no previous version
    of the review; equal to the sum of `fates`, without reading them.
    """
    searches = _searches(conn)
    apart = _apart(conn, searches, retracted)
    of, standings = _now(conn, apart)
    query = sa.select(_RECORD.c.id, _RECORD.c.search_id, _RECORD.c.at)
    query = query.where(_RECORD.c.id.in_(listed(conn, of))).order_by(_RECORD.c.id)
    fates = list(_fates(conn, query, of, standings)) if of else []
    records: Counter[tuple[str, SearchKind]] = Counter()
    brought = sa.select(_RECORD.c.search_id, sa.func.count()).group_by(_RECORD.c.search_id)
    for search, n in conn.execute(brought):
        records[searches[search].source, searches[search].kind] += n
    records.subtract((fate.source, fate.kind) for fate in fates)
    reports: Counter[tuple[Any, ...]] = Counter()
    for stage, columns in _DECIDED.items():
        query = sa.select(*columns, sa.func.count()).where(_STANDING.c.stage == stage)
        for *key, n in conn.execute(query.group_by(*columns)):
            reports[stage, *key] += n
    for stages in standings.values():
        reports.subtract(
            (stage, *(row[column.name] for column in _DECIDED[stage]))
            for stage, row in stages.items()
        )
    return fates, Alike(
        reports=[
            (_like(*key), n)
            for key, n in reports.items()
            # who advanced is counted at full text
            if n and key[:2] != (Stage.TITLE_ABSTRACT, State.INCLUDED)
        ],
        records=+records,
    )


def _like(
    stage: Stage, state: State, retrieval: Retrieval | None = None, reason: str | None = None
) -> RecordFate:
    """The fate of any report that stands so, of which nothing else matters."""
    if stage is Stage.TITLE_ABSTRACT:
        return RecordFate(record=0, kept=0, source="", ta=state)
    return RecordFate(
        record=0,
        kept=0,
        source="",
        ta=State.INCLUDED,
        ft=state,
        retrieval=retrieval,
        ft_reason=reason,
    )


def _searches(conn: sa.Connection) -> dict[int, Any]:
    return {row.id: row for row in conn.execute(sa.select(_SEARCH.c.id, *_SOURCE))}


def _apart(conn: sa.Connection, searches: dict[int, Any], retracted: Collection[int]) -> set[int]:
    """The kept records of the reports that are listed one by one."""
    other = [id_ for id_, search in searches.items() if search.kind not in DATABASE_LANE]
    entries = sa.or_(
        _CLUSTER.c.record_id.in_(listed(conn, retracted)),
        _CLUSTER.c.record_id.in_(sa.select(_REMOVAL.c.record_id)),
        _CLUSTER.c.record_id.in_(sa.select(_RECORD.c.id).where(_RECORD.c.search_id.in_(other))),
    )
    found = set(conn.scalars(sa.select(_CLUSTER.c.kept_id).where(entries)))
    included = sa.select(_STANDING.c.kept_id).where(
        _STANDING.c.stage == Stage.FULL_TEXT, _STANDING.c.state == State.INCLUDED
    )
    return found | set(conn.scalars(included))


def _fates(
    conn: sa.Connection,
    query: sa.Select[Any],
    of: dict[int, int],
    standings: "Standings",
    *,
    boundary: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[RecordFate]:
    """Yield the fates of the records that `query` gives; `of` has the kept record of each."""
    removed = _removed(conn, of, until)
    studies = _studies(conn, of, until)
    searches = _searches(conn)
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


def _now(
    conn: sa.Connection, kept: Collection[int] | None = None
) -> tuple[dict[int, int], Standings]:
    """Return record -> kept record and the standings, of all clusters or those of `kept`."""
    clusters = sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
    columns = ("kept_id", "stage", "state", "reason", "retrieval")
    rows = sa.select(*(_STANDING.c[name] for name in columns))
    if kept is not None:
        clusters = clusters.where(_CLUSTER.c.kept_id.in_(listed(conn, kept)))
        rows = rows.where(_STANDING.c.kept_id.in_(listed(conn, kept)))
    of = {record: kept_id for record, kept_id in conn.execute(clusters)}
    standings: Standings = {}
    for row in conn.execute(rows).mappings():
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


def previous_version_until(
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
        if _was_complete(conn, protocol, at):
            found: datetime = at
            return found
    return None


_COMPLETE: dict[tuple[int, int, datetime], bool] = {}


def _was_complete(conn: sa.Connection, protocol: Protocol, at: datetime) -> bool:
    """Whether everything was decided just before `at`: remembered, as the past does not change."""
    key = (ledger.seed(conn), people.protocol(conn)[0], at)
    if key not in _COMPLETE:
        _, standings = _then(conn, protocol, at - timedelta(microseconds=1))
        _COMPLETE[key] = bool(standings) and all(map(_is_decided, standings.values()))
    return _COMPLETE[key]


def _is_decided(standing: dict[Stage, Any]) -> bool:
    last = standing.get(Stage.FULL_TEXT) or standing[Stage.TITLE_ABSTRACT]
    return last["state"] in SETTLED or last["retrieval"] is Retrieval.NOT_RETRIEVED


def _removed(conn: sa.Connection, of: dict[int, int], until: datetime | None) -> dict[int, Removal]:
    query = sa.select(_REMOVAL).order_by(_REMOVAL.c.id)
    if until is not None:
        query = query.where(_REMOVAL.c.at <= until)
    found: dict[int, Removal] = {}
    for row in conn.execute(query):
        kept = of.get(row.record_id)
        if kept is None:
            continue
        if row.restored:
            found.pop(kept, None)
        else:
            found[kept] = row.by
    return found


def _studies(conn: sa.Connection, of: dict[int, int], until: datetime | None) -> dict[int, int]:
    query = sa.select(_LINK).order_by(_LINK.c.id)
    if until is not None:
        query = query.where(_LINK.c.at <= until)
    found: dict[int, int] = {}
    for row in conn.execute(query):
        kept = of.get(row.record_id)
        if kept is None:
            continue
        if row.joined:
            found[kept] = row.study_id
        elif found.get(kept) == row.study_id:
            del found[kept]
    return found
