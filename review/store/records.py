"""Queries for records as a person sees them: one card for each report, composed of its entries."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.store.tables import ClusterRow, FetchedAbstractRow, RecordRow, SearchRow, StandingRow
from review.store.tables.base import table_of

_RECORD = table_of(RecordRow)
_CLUSTER = table_of(ClusterRow)
_SEARCH = table_of(SearchRow)
_STANDING = table_of(StandingRow)
_FETCHED = table_of(FetchedAbstractRow)
_CHUNK = 500


def entries(conn: sa.Connection, records: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return raw records by id, each with the source that brought it."""
    found: dict[int, dict[str, Any]] = {}
    for start in range(0, len(records), _CHUNK):
        query = (
            sa.select(_RECORD, _SEARCH.c.source, _SEARCH.c.kind)
            .join(_SEARCH, _SEARCH.c.id == _RECORD.c.search_id)
            .where(_RECORD.c.id.in_(records[start : start + _CHUNK]))
            .order_by(_RECORD.c.id)
        )
        found.update({row["id"]: dict(row) for row in conn.execute(query).mappings()})
    return found


def abstracts(conn: sa.Connection, records: Sequence[int]) -> dict[int, sa.Row[Any]]:
    """Return what was last fetched from PubMed of records that came without an abstract."""
    found: dict[int, sa.Row[Any]] = {}
    for start in range(0, len(records), _CHUNK):
        some = records[start : start + _CHUNK]
        query = sa.select(_FETCHED).where(_FETCHED.c.record_id.in_(some)).order_by(_FETCHED.c.id)
        found.update({row.record_id: row for row in conn.execute(query)})
    return found


def accessions(conn: sa.Connection) -> dict[str, list[int]]:
    """Return every accession with its records."""
    found: dict[str, list[int]] = {}
    for accession, record in conn.execute(sa.select(_RECORD.c.accession, _RECORD.c.id)):
        if accession:
            found.setdefault(accession, []).append(record)
    return found


def stages(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return how many kept records stand in which state at which stage."""
    query = sa.select(
        _STANDING.c.stage, _STANDING.c.state, _STANDING.c.retrieval, sa.func.count().label("n")
    ).group_by(_STANDING.c.stage, _STANDING.c.state, _STANDING.c.retrieval)
    return list(conn.execute(query))
