"""Queries about duplicates: what was said, which records are one report, what is still asked."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from review.dedup import Pair, Row
from review.protocol import Protocol
from review.store import projection
from review.store.engine import Write
from review.store.tables import ClusterRow, DuplicateRow, RecordRow
from review.store.tables.base import table_of
from review.vocab import Duplicate

_CLUSTER = table_of(ClusterRow)
_DUPLICATE = table_of(DuplicateRow)
_RECORD = table_of(RecordRow)
_CHUNK = 500


def kept_of(conn: sa.Connection, record: int) -> int | None:
    """Return the record kept for the report of `record`, or None if there is no such record."""
    found: int | None = conn.scalar(
        sa.select(_CLUSTER.c.kept_id).where(_CLUSTER.c.record_id == record)
    )
    return found


def all_kept(conn: sa.Connection) -> dict[int, int]:
    """Return record -> kept record for every record."""
    return {r: k for r, k in conn.execute(sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id))}


def clusters_of(conn: sa.Connection, kept: Sequence[int]) -> dict[int, list[int]]:
    """Return the records of each cluster, lowest first."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(kept), _CHUNK):
        query = (
            sa.select(_CLUSTER.c.kept_id, _CLUSTER.c.record_id)
            .where(_CLUSTER.c.kept_id.in_(kept[start : start + _CHUNK]))
            .order_by(_CLUSTER.c.record_id)
        )
        for kept_id, record in conn.execute(query):
            found.setdefault(kept_id, []).append(record)
    return found


def rows(conn: sa.Connection) -> Iterator[Row]:
    """Yield every record as de-duplication reads it."""
    names = tuple(name for name in Row.__dataclass_fields__ if name in _RECORD.c)
    query = sa.select(*(_RECORD.c[name] for name in names)).order_by(_RECORD.c.id)
    # on the query alone: the connection would keep the option, and write through it
    for row in conn.execute(query.execution_options(yield_per=2000)):
        yield Row(**dict(zip(names, row, strict=True)))


def questions(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the open questions: asked, never answered, and not yet in one cluster."""
    first, second = _CLUSTER.alias("first"), _CLUSTER.alias("second")
    answered = _DUPLICATE.alias("answered")
    query = (
        sa.select(_DUPLICATE.c.a, _DUPLICATE.c.b, _DUPLICATE.c.score, _DUPLICATE.c.why)
        .join(first, first.c.record_id == _DUPLICATE.c.a)
        .join(second, second.c.record_id == _DUPLICATE.c.b)
        .where(
            _DUPLICATE.c.kind == Duplicate.QUESTION,
            first.c.kept_id != second.c.kept_id,
            ~sa.exists().where(
                answered.c.a == _DUPLICATE.c.a,
                answered.c.b == _DUPLICATE.c.b,
                answered.c.kind == Duplicate.DIFFERENT,
            ),
        )
        .order_by(_DUPLICATE.c.id)
    )
    return list(conn.execute(query))


def asked(conn: sa.Connection) -> set[tuple[int, int]]:
    """Return every pair ever asked about."""
    query = sa.select(_DUPLICATE.c.a, _DUPLICATE.c.b).where(_DUPLICATE.c.kind == Duplicate.QUESTION)
    return {(a, b) for a, b in conn.execute(query)}


def reasons(conn: sa.Connection, records: Iterable[int]) -> list[sa.Row[Any]]:
    """Return the duplicate facts that name any of `records`, oldest first."""
    wanted = list(records)
    query = (
        sa.select(_DUPLICATE)
        .where(_DUPLICATE.c.a.in_(wanted) | _DUPLICATE.c.b.in_(wanted))
        .order_by(_DUPLICATE.c.id)
    )
    return list(conn.execute(query))


def merged_clusters(conn: sa.Connection) -> list[int]:
    """Return the kept records of clusters of two or more."""
    query = (
        sa.select(_CLUSTER.c.kept_id)
        .group_by(_CLUSTER.c.kept_id)
        .having(sa.func.count() > 1)
        .order_by(_CLUSTER.c.kept_id)
    )
    return list(conn.scalars(query))


def merge(write: Write, pairs: Sequence[Pair], protocol: Protocol, *, automatic: bool) -> None:
    """Add merges and unite the clusters they join."""
    write.add_many(
        DuplicateRow,
        [
            {
                "kind": Duplicate.MERGE,
                "a": pair.a,
                "b": pair.b,
                "records": [],
                "automatic": automatic,
                "score": pair.score,
                "why": pair.why,
            }
            for pair in pairs
        ],
    )
    _regroup(write, {record for pair in pairs for record in (pair.a, pair.b)}, protocol)


def ask(write: Write, pairs: Sequence[Pair]) -> None:
    """Queue pairs for a person to answer."""
    write.add_many(
        DuplicateRow,
        [
            {
                "kind": Duplicate.QUESTION,
                "a": pair.a,
                "b": pair.b,
                "records": [],
                "automatic": True,
                "score": pair.score,
                "why": pair.why,
            }
            for pair in pairs
        ],
    )


def differ(write: Write, a: int, b: int, why: list[str]) -> None:
    """Add that two records are different reports."""
    low, high = sorted((a, b))
    write.add(DuplicateRow, kind=Duplicate.DIFFERENT, a=low, b=high, records=[], why=why)


def split(write: Write, records: Sequence[int], protocol: Protocol, why: list[str]) -> None:
    """Add that `records` leave their cluster together."""
    write.add(DuplicateRow, kind=Duplicate.SPLIT, a=records[0], records=list(records), why=why)
    _regroup(write, set(records), protocol)


def _regroup(write: Write, touched: set[int], protocol: Protocol) -> None:
    """Store again the clusters that facts about `touched` records have changed."""
    conn = write.conn
    right = projection.replay_clusters(conn)
    stored = all_kept(conn)
    changed = [
        {"record": record, "kept": kept} for record, kept in right.items() if stored[record] != kept
    ]
    if changed:
        conn.execute(
            _CLUSTER.update()
            .where(_CLUSTER.c.record_id == sa.bindparam("record"))
            .values(kept_id=sa.bindparam("kept")),
            changed,
        )
    affected = {right[record] for record in touched} | {stored[record] for record in touched}
    projection.refresh(conn, sorted(affected), protocol)
