"""Queries about searches and the records they brought; records go in by the thousand."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from review.ingest.record import Record, Reject
from review.store import projection, search_index
from review.store.canonical import Columns
from review.store.engine import Write
from review.store.tables import (
    LedgerRow,
    RecordRow,
    RefoundRow,
    RejectRow,
    RetractionToldRow,
    SearchBatchRow,
    SearchEndRow,
    SearchPlanRow,
    SearchRow,
)
from review.store.tables.base import table_of
from review.vocab import Channel

_RECORD = table_of(RecordRow)
_LEDGER = table_of(LedgerRow)
_SEARCH = table_of(SearchRow)
_PLAN = table_of(SearchPlanRow)
_BATCH = table_of(SearchBatchRow)
_END = table_of(SearchEndRow)
_REJECT = table_of(RejectRow)
_REFOUND = table_of(RefoundRow)
_CHUNK = 500
_COLUMNS = tuple(Record.__dataclass_fields__)
_VALUES = attrgetter(*_COLUMNS)
_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


def _content(record: Record) -> dict[str, Any]:
    return dict(zip(_COLUMNS, _VALUES(record), strict=True))


class _Letters(dict[int, int | None]):
    """Letters and digits stay, all else goes; learnt as characters turn up."""

    def __missing__(self, code: int) -> int | None:
        self[code] = code if chr(code).isalnum() else None
        return self[code]


_LETTERS = _Letters()


class Occurrences:
    """Counts how often an entry has come in one search: the k-th twin is a record of its own."""

    def __init__(self, source: str) -> None:
        self._source = source.strip().casefold()
        self._seen: dict[str, int] = {}

    def identity(self, record: Record) -> str:
        """Return the identity of `record` in its source (see RecordRow)."""
        # exports that merely number their rows would make "1" of two files one record,
        # so an accession counts only with the title it came with
        title = record.title.casefold().translate(_LETTERS)
        what = (
            f"{record.accession}\n{title}"
            if record.accession
            else _ENCODER.encode(_content(record))
        )
        if record.extra.get("retracted"):
            what += "\nretracted"  # known before its retraction, the entry says something new
        base = hashlib.sha256(f"{self._source}\n{what}".encode("utf-8", "replace")).hexdigest()
        times = self._seen[base] = self._seen.get(base, 0) + 1
        if times == 1:
            return base
        return hashlib.sha256(f"{base}\n{times}".encode()).hexdigest()


def add_records(
    write: Write, search: int, records: Sequence[Record], occurrences: Occurrences
) -> tuple[int, int]:
    """Store what is new of `records`, note what was known; return (new, known).

    Nothing is done twice: what this very search has already brought or found again is neither.
    """
    write.only_writer()  # or two imports of one entry would each think it new
    identities = [occurrences.identity(record) for record in records]
    known: dict[str, int] = {}
    again: list[int] = []
    for start in range(0, len(identities), _CHUNK):
        query = sa.select(_RECORD.c.identity, _RECORD.c.id, _RECORD.c.search_id).where(
            _RECORD.c.identity.in_(identities[start : start + _CHUNK])
        )
        for identity, record, brought_by in write.conn.execute(query):
            known[identity] = record
            if brought_by != search:
                again.append(record)
    again = _not_refound(write.conn, search, again)
    new = {
        identity: record
        for record, identity in zip(records, identities, strict=True)
        if identity not in known
    }
    if new:
        columns: Columns = {name: list(map(attrgetter(name), new.values())) for name in _COLUMNS}
        columns["accession"] = [accession or "" for accession in columns["accession"]]
        brought: Columns = {"search_id": [search] * len(new), "identity": list(new)}
        ids = write.add_columns(RecordRow, columns | brought)
        projection.start(write.conn, ids[0], ids[-1])
        search_index.add(write.conn, ids[0], columns)
    write.add_many(RefoundRow, [{"search_id": search, "record_id": record} for record in again])
    return len(new), len(again)


def tell_retracted(write: Write, search: int, records: Collection[int]) -> None:
    """Add that `search` found known records to be retracted now, which did not say so."""
    news = [{"search_id": search, "record_id": record} for record in sorted(records)]
    write.add_many(RetractionToldRow, news)


def _not_refound(conn: sa.Connection, search: int, records: Sequence[int]) -> list[int]:
    """Return those of `records` that `search` has not been noted to find again."""
    noted: set[int] = set()
    for start in range(0, len(records), _CHUNK):
        query = sa.select(_REFOUND.c.record_id).where(
            _REFOUND.c.search_id == search,
            _REFOUND.c.record_id.in_(records[start : start + _CHUNK]),
        )
        noted.update(conn.scalars(query))
    return [record for record in records if record not in noted]


def add_rejects(
    write: Write, search: int, rejects: Sequence[Reject], *, before: int | None = None
) -> None:
    """Store what could not be read, with its reason.

    `before` is how many rejects of the same input came before these: those that an interrupted
    import of it has already stored are left out.
    """
    if before is not None:
        stored = _per_search(write.conn, _REJECT, search).get(search, 0)
        rejects = rejects[max(0, stored - before) :]
    write.add_many(RejectRow, [{"search_id": search, **asdict(reject)} for reject in rejects])


def searches(conn: sa.Connection, *, id: int | None = None) -> list[dict[str, Any]]:
    """Return searches, oldest first, with what they brought counted from the facts."""
    query = sa.select(_SEARCH).order_by(_SEARCH.c.id)
    if id is not None:
        query = query.where(_SEARCH.c.id == id)
    new = _per_search(conn, _RECORD)
    known = _per_search(conn, _REFOUND)
    rejects = _per_search(conn, _REJECT)
    missing: dict[int, list[str]] = {}
    for search, ids in conn.execute(sa.select(_BATCH.c.search_id, _BATCH.c.missing)):
        missing.setdefault(search, []).extend(ids)
    ends: dict[int, Any] = {}
    deleted: dict[int, list[str]] = {}
    for one in conn.execute(sa.select(_END).order_by(_END.c.id)):
        ends[one.search_id] = one  # the last word
        deleted.setdefault(one.search_id, []).extend(one.deleted)
    found = []
    for row in conn.execute(query).mappings():
        end = ends.get(row["id"])
        found.append(
            dict(row)
            | {
                "new": new.get(row["id"], 0),
                "read": new.get(row["id"], 0) + known.get(row["id"], 0),
                "rejects": rejects.get(row["id"], 0),
                "missing": missing.get(row["id"], []),
                "complete": bool(end and end.complete),
                "ended": end.note if end else "",
                "deleted": deleted.get(row["id"], []),
            }
        )
    return found


def not_complete(conn: sa.Connection) -> list[tuple[int, str]]:
    """Return number and source of the searches that have not brought in all they found."""
    ended = sa.exists().where(_END.c.search_id == _SEARCH.c.id, _END.c.complete)
    query = sa.select(_SEARCH.c.id, _SEARCH.c.source).where(~ended).order_by(_SEARCH.c.id)
    return [(id_, source) for id_, source in conn.execute(query)]


def _per_search(conn: sa.Connection, table: sa.Table, search: int | None = None) -> dict[int, int]:
    query = sa.select(table.c.search_id, sa.func.count()).group_by(table.c.search_id)
    if search is not None:
        query = query.where(table.c.search_id == search)
    return {search: n for search, n in conn.execute(query)}


def search_of_file(
    conn: sa.Connection, sha256: str, source: str, *, complete: bool = True
) -> int | None:
    """Return the search that already holds this very file from this source, if it is complete.

    With `complete` false, the one whose import of it was interrupted.
    """
    ended = sa.exists().where(_END.c.search_id == _SEARCH.c.id, _END.c.complete)
    query = sa.select(sa.func.min(_SEARCH.c.id)).where(
        _SEARCH.c.file_sha256 == sha256,
        sa.func.lower(_SEARCH.c.source) == source.strip().lower(),
        ended if complete else ~ended,
    )
    found: int | None = conn.scalar(query)
    return found


def plan(conn: sa.Connection, search: int) -> list[str] | None:
    """Return the ids a PubMed search is to fetch, or None if it never got that far."""
    query = sa.select(_PLAN.c.ids).where(_PLAN.c.search_id == search).order_by(_PLAN.c.id)
    parts = list(conn.scalars(query))
    return [id_ for ids in parts for id_ in ids] if parts else None


def ever_ended(conn: sa.Connection, search: int, *, note: str) -> bool:
    """Return whether a run of a search ever ended with `note`."""
    query = sa.select(_END.c.id).where(_END.c.search_id == search, _END.c.note == note)
    return conn.scalar(query) is not None


def fetched(conn: sa.Connection, search: int) -> set[str]:
    """Return the ids that the finished batches of a search asked for."""
    rows = conn.scalars(sa.select(_BATCH.c.requested).where(_BATCH.c.search_id == search))
    return {id_ for requested in rows for id_ in requested}


def rejects(conn: sa.Connection, search: int) -> list[dict[str, str]]:
    """Return what one search could not read."""
    query = (
        sa.select(_REJECT.c.position, _REJECT.c.reason, _REJECT.c.excerpt)
        .where(_REJECT.c.search_id == search)
        .order_by(_REJECT.c.id)
    )
    return [dict(row) for row in conn.execute(query).mappings()]


def known(conn: sa.Connection, source: str) -> dict[str, int]:
    """Return accession -> record for what `source` has already brought; the first of several."""
    query = (
        sa.select(_RECORD.c.accession, _RECORD.c.id)
        .join(_SEARCH, _SEARCH.c.id == _RECORD.c.search_id)
        .where(sa.func.lower(_SEARCH.c.source) == source.strip().lower())
        .order_by(_RECORD.c.id.desc())
    )
    return {accession: record for accession, record in conn.execute(query)}


def found_by(conn: sa.Connection, search: int) -> set[str]:
    """Return the accessions that one search brought or found again."""
    found = sa.select(_REFOUND.c.record_id).where(_REFOUND.c.search_id == search)
    query = sa.select(_RECORD.c.accession).where(
        (_RECORD.c.search_id == search) | _RECORD.c.id.in_(found)
    )
    return set(conn.scalars(query))


def system_users(conn: sa.Connection) -> dict[int, str]:
    """Return the operating-system user who ran each search outside the app."""
    query = sa.select(_LEDGER.c.first_id, _LEDGER.c.actor).where(
        _LEDGER.c.fact == _SEARCH.name, _LEDGER.c.channel != Channel.APP
    )
    return {search: user for search, user in conn.execute(query)}


def accessions_of(conn: sa.Connection, search: int) -> dict[str, int]:
    """Return accession -> record for the records one search brought."""
    query = sa.select(_RECORD.c.accession, _RECORD.c.id).where(_RECORD.c.search_id == search)
    return {accession: record for accession, record in conn.execute(query)}
