"""Queries about reports, their documents, and the studies they belong to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.store.studies import studies as studies
from review.store.tables import (
    AttemptRow,
    ClusterRow,
    DocumentRow,
    OpenCopyRow,
    RetrievalRow,
    StandingRow,
    StudyReportRow,
)
from review.store.tables.base import table_of
from review.vocab import Retrieval, Stage

_RETRIEVAL = table_of(RetrievalRow)
_DOCUMENT = table_of(DocumentRow)
_LINK = table_of(StudyReportRow)
_ATTEMPT = table_of(AttemptRow)
_COPY = table_of(OpenCopyRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)


@dataclass(frozen=True, slots=True)
class Obtained:
    """What was last said of a report, with the PDF and link that still stand."""

    status: Retrieval
    document_id: int | None
    name: str | None
    link: str
    tried: str


def retrievals(conn: sa.Connection) -> dict[int, Obtained]:
    """Return what was last said of the retrieval of each kept record's report.

    A link given after a PDF leaves the PDF, and the other way round; "not retrieved" neither.
    """
    query = (
        sa.select(_RETRIEVAL, _CLUSTER.c.kept_id, _DOCUMENT.c.name)
        .join(_CLUSTER, _CLUSTER.c.record_id == _RETRIEVAL.c.record_id)
        .join(_DOCUMENT, _DOCUMENT.c.id == _RETRIEVAL.c.document_id, isouter=True)
        .order_by(_RETRIEVAL.c.id)
    )
    found: dict[int, Obtained] = {}
    for row in conn.execute(query):
        before = found.get(row.kept_id)
        kept = before if before and row.status is Retrieval.RETRIEVED else None
        has_pdf = row.document_id is not None or kept is None
        found[row.kept_id] = Obtained(
            status=row.status,
            document_id=row.document_id if has_pdf or kept is None else kept.document_id,
            name=row.name if has_pdf or kept is None else kept.name,
            link=row.link or (kept.link if kept else ""),
            tried=row.tried,
        )
    return found


def sought(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the full-text standings: every report that is sought."""
    query = (
        sa.select(_STANDING)
        .where(_STANDING.c.stage == Stage.FULL_TEXT)
        .order_by(_STANDING.c.kept_id)
    )
    return list(conn.execute(query))


def study_links(conn: sa.Connection) -> dict[int, int]:
    """Return record -> study as the latest facts join them."""
    found: dict[int, int] = {}
    for row in conn.execute(sa.select(_LINK).order_by(_LINK.c.id)):
        if row.joined:
            found[row.record_id] = row.study_id
        elif found.get(row.record_id) == row.study_id:
            del found[row.record_id]
    return found


def study_of(conn: sa.Connection, records: Collection[int]) -> int | None:
    """Return the study that the report of `records` (one cluster) belongs to."""
    found = None
    query = sa.select(_LINK).where(_LINK.c.record_id.in_(list(records))).order_by(_LINK.c.id)
    for row in conn.execute(query):
        if row.joined:
            found = row.study_id
        elif found == row.study_id:
            found = None
    return found


def joined_at(conn: sa.Connection, at: datetime, member: int | None) -> list[sa.Row[Any]]:
    """Return the reports that a member joined to studies in the transaction of the moment `at`."""
    by = _LINK.c.member_id.is_(None) if member is None else _LINK.c.member_id == member
    query = sa.select(_LINK).where(_LINK.c.at == at, by, _LINK.c.joined.is_(True))
    return list(conn.execute(query.order_by(_LINK.c.id)))


def retrieval_facts(conn: sa.Connection, records: Collection[int]) -> list[sa.Row[Any]]:
    """Return what was said of the retrieval of records, oldest first."""
    query = (
        sa.select(_RETRIEVAL)
        .where(_RETRIEVAL.c.record_id.in_(list(records)))
        .order_by(_RETRIEVAL.c.id)
    )
    return list(conn.execute(query))


def attempts(conn: sa.Connection) -> dict[int, list[sa.Row[Any]]]:
    """Return where each kept record's report was sought, oldest first."""
    return _by_report(conn, _ATTEMPT)


def open_copies(conn: sa.Connection) -> dict[int, sa.Row[Any]]:
    """Return what was last answered about an open copy of each kept record's report."""
    return {kept: rows[-1] for kept, rows in _by_report(conn, _COPY).items()}


def _by_report(conn: sa.Connection, table: sa.Table) -> dict[int, list[sa.Row[Any]]]:
    query = (
        sa.select(table, _CLUSTER.c.kept_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == table.c.record_id)
        .order_by(table.c.id)
    )
    found: dict[int, list[sa.Row[Any]]] = {}
    for row in conn.execute(query):
        found.setdefault(row.kept_id, []).append(row)
    return found
