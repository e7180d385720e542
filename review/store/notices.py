"""Queries for what records say of reports: which were retracted, and where that is said."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.dedup import notices
from review.store import duplicates
from review.store.tables import RecordRow, RetractionToldRow
from review.store.tables.base import table_of
from review.store.tables.intake import SAYS

_RECORD = table_of(RecordRow)
_TOLD = table_of(RetractionToldRow)
_CHUNK = 500


@dataclass(slots=True)
class Known:
    """By record: the records that say it was retracted, and the notices (kind, record) about it.

    `at` is when each of the records that say so came in, or a later search said it of them.
    """

    retracted: dict[int, set[int]] = field(default_factory=dict)
    about: dict[int, set[tuple[str, int]]] = field(default_factory=dict)
    concerns: dict[int, set[tuple[str, int]]] = field(default_factory=dict)
    at: dict[int, datetime] = field(default_factory=dict)


def known(conn: sa.Connection, *, until: datetime | None = None) -> Known:
    """Read every notice and retracted record, and find the records they concern.

    A record concerns another by PMID or DOI, so one that a later search brings is enough.
    """
    columns = (_RECORD.c[name] for name in ("id", "at", "pmid", "doi", "extra"))
    says = sa.text(SAYS[conn.dialect.name])  # as the index has it, word for word
    query = sa.select(*columns).where(says).order_by(_RECORD.c.id)
    if until is not None:
        query = query.where(_RECORD.c.at <= until)
    found = Known()
    by_key: dict[tuple[str, str], set[tuple[str, int]]] = {}
    issued: set[int] = set()
    for row in conn.execute(query):
        extra = row.extra or {}
        found.at[row.id] = row.at
        if notices.is_notice(extra):
            issued.add(row.id)
        elif notices.is_retracted(extra):
            found.retracted.setdefault(row.id, set()).add(row.id)
            _note(by_key, "retracted", row.id, pmid=row.pmid, doi=row.doi)
        for said in notices.about(extra):
            _note(by_key, said.kind, row.id, pmid=said.pmid, doi=said.doi)
    for row in conn.execute(_told(until)):
        if row.id not in found.retracted:
            found.at[row.id] = row.at
            found.retracted[row.id] = {row.id}
            _note(by_key, "retracted", row.id, pmid=row.pmid, doi=row.doi)
    for row in _named(conn, by_key, until):
        record = row.id
        for key in (("pmid", row.pmid), ("doi", row.doi)):
            for kind, by in by_key.get(key, ()):
                # a notice may share the DOI of what it retracts, and retracts not itself
                if by != record and not (kind == "retracted" and record in issued):
                    _say(found, record, kind, by)
    return found


def _told(until: datetime | None) -> sa.Select[Any]:
    """The records that a later search said are retracted, and when."""
    query = (
        sa.select(_RECORD.c.id, _RECORD.c.pmid, _RECORD.c.doi, _TOLD.c.at)
        .join(_TOLD, _TOLD.c.record_id == _RECORD.c.id)
        .order_by(_TOLD.c.id)
    )
    return query if until is None else query.where(_TOLD.c.at <= until)


def _say(found: Known, record: int, kind: str, by: int) -> None:
    if kind in ("retracted", notices.RETRACTION):
        found.retracted.setdefault(record, set()).add(by)
    if kind != "retracted":
        found.about.setdefault(record, set()).add((kind, by))
        found.concerns.setdefault(by, set()).add((kind, record))


def _note(
    by_key: dict[tuple[str, str], set[tuple[str, int]]], kind: str, by: int, *, pmid: str, doi: str
) -> None:
    for key in (("pmid", pmid), ("doi", doi.lower())):
        if key[1]:
            by_key.setdefault(key, set()).add((kind, by))


def _named(
    conn: sa.Connection, keys: Collection[tuple[str, str]], until: datetime | None
) -> list[sa.Row[Any]]:
    """Return (id, pmid, doi) of the records with one of these PMIDs or DOIs."""
    found: dict[int, sa.Row[Any]] = {}
    for name in ("pmid", "doi"):
        values = [value for key, value in keys if key == name]
        for start in range(0, len(values), _CHUNK):
            query = sa.select(_RECORD.c.id, _RECORD.c.pmid, _RECORD.c.doi).where(
                _RECORD.c[name].in_(values[start : start + _CHUNK])
            )
            if until is not None:
                query = query.where(_RECORD.c.at <= until)
            found.update({row.id: row for row in conn.execute(query)})
    return list(found.values())


def retracted_reports(conn: sa.Connection, said: Known) -> set[int]:
    """Return the kept records of the reports that are retracted."""
    return set(duplicates.together(conn, said.retracted).values())
