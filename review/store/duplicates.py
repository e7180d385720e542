"""Queries about duplicates: what was said of records, and which of them are one report."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from review.dedup import Clusters, Fact, Pair, Row
from review.protocol import Protocol
from review.store import evidence, projection
from review.store.engine import Write
from review.store.many import listed
from review.store.tables import ClusterRow, DuplicateRow, RecordRow, UndoneRow
from review.store.tables.base import table_of
from review.vocab import Duplicate

_CLUSTER = table_of(ClusterRow)
_DUPLICATE = table_of(DuplicateRow)
_RECORD = table_of(RecordRow)
_SAID = sa.select(*(_DUPLICATE.c[name] for name in ("id", "kind", "a", "b", "records")))
_COMPARED = (
    "id",
    *("title", "abstract", "authors", "journal", "year", "volume", "issue", "pages"),
    *("doi", "pmid", "publication_types"),
)
_KEPT_OF = sa.select(_CLUSTER.c.kept_id).where(_CLUSTER.c.record_id == sa.bindparam("record"))
_CHUNK = 500
_LOCKED = 10_000


def kept_of(conn: sa.Connection, record: int) -> int | None:
    """Return the record kept for the report of `record`, or None if there is no such record."""
    found: int | None = conn.scalar(_KEPT_OF, {"record": record})
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


def rows(
    conn: sa.Connection,
    *,
    after: int = 0,
    upto: int | None = None,
    only: Collection[int] | None = None,
) -> Iterator[Row]:
    """Yield records as de-duplication reads them: all, those numbered in between, or `only`.

    What it does not compare (keywords, MeSH, links) is left out.
    """
    query = sa.select(*(_RECORD.c[name] for name in _COMPARED)).order_by(_RECORD.c.id)
    query = query.where(_RECORD.c.id > after)
    if upto is not None:
        query = query.where(_RECORD.c.id <= upto)
    if only is not None:
        query = query.where(_RECORD.c.id.in_(listed(conn, only)))
    for row in conn.execute(query.execution_options(yield_per=2000)):
        yield Row(**dict(zip(_COMPARED, row, strict=True)))


def together(conn: sa.Connection, records: Collection[int]) -> dict[int, int]:
    """Return record -> kept record for the whole cluster of each of `records`."""
    kept = sa.select(_CLUSTER.c.kept_id).where(_CLUSTER.c.record_id.in_(listed(conn, records)))
    query = sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id).where(_CLUSTER.c.kept_id.in_(kept))
    return {record: kept_id for record, kept_id in conn.execute(query)}


def merged(conn: sa.Connection) -> dict[int, int]:
    """Return record -> kept record for every record that another one is kept for."""
    query = sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
    query = query.where(_CLUSTER.c.record_id != _CLUSTER.c.kept_id)
    return {record: kept_id for record, kept_id in conn.execute(query)}


def merged_by_rule(conn: sa.Connection) -> set[int]:
    """Return the records that a merge in force, made by rule, names."""
    query = sa.select(_DUPLICATE.c.a, _DUPLICATE.c.b).where(
        _DUPLICATE.c.kind == Duplicate.MERGE, _DUPLICATE.c.automatic, projection.in_force()
    )
    return {record for pair in conn.execute(query) for record in pair}


def said_of(conn: sa.Connection, records: Iterable[int]) -> list[Fact]:
    """Return what was said of `records` and of all that was ever merged with them, in order.

    Replayed, it gives their clusters and what must stay apart as a replay of everything would.
    """
    standing = _SAID.where(projection.in_force())
    splits = conn.execute(standing.where(_DUPLICATE.c.kind == Duplicate.SPLIT)).all()
    found: dict[int, Fact] = {}
    known: set[int] = set()
    reach = set(records)
    while reach:
        known |= reach
        linked: set[int] = set()
        named = (
            standing.where(_DUPLICATE.c[side].in_(listed(conn, reach))).where(
                _DUPLICATE.c.kind.in_((Duplicate.MERGE, Duplicate.DIFFERENT))
            )
            for side in ("a", "b")
        )
        for row in (row for query in named for row in conn.execute(query)):
            found[row.id] = (row.kind.value, (row.a, row.b))
            if row.kind is Duplicate.MERGE:
                linked |= {row.a, row.b}
        for row in splits:
            if reach & set(row.records):
                found[row.id] = (row.kind.value, tuple(row.records))
                linked |= set(row.records)
        reach = linked - known
    return [found[id_] for id_ in sorted(found)]


def asked(conn: sa.Connection, records: Collection[int]) -> set[tuple[int, int]]:
    """Return every pair of `records` ever asked about."""
    query = sa.select(_DUPLICATE.c.a, _DUPLICATE.c.b).where(
        _DUPLICATE.c.a.in_(listed(conn, records)), _DUPLICATE.c.kind == Duplicate.QUESTION
    )
    return {(a, b) for a, b in conn.execute(query) if b in records}


def reasons(conn: sa.Connection, records: Iterable[int]) -> list[sa.Row[Any]]:
    """Return the duplicate facts that name any of `records`, oldest first.

    `undone` is whether what was said was taken back.
    """
    wanted = list(records)
    query = (
        sa.select(_DUPLICATE, (~projection.in_force()).label("undone"))
        .where(_DUPLICATE.c.a.in_(wanted) | _DUPLICATE.c.b.in_(wanted))
        .order_by(_DUPLICATE.c.id)
    )
    return list(conn.execute(query))


def merge(write: Write, pairs: Sequence[Pair], protocol: Protocol, *, automatic: bool) -> list[int]:
    """Add merges and unite the clusters they join; return the facts added."""
    facts = write.add_many(
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
    _regroup(write, [(Duplicate.MERGE, (pair.a, pair.b)) for pair in pairs], protocol)
    return facts


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


def differ(write: Write, a: int, b: int, why: list[str]) -> int:
    """Add that two records are different reports; return the fact added."""
    low, high = sorted((a, b))
    return write.add(DuplicateRow, kind=Duplicate.DIFFERENT, a=low, b=high, records=[], why=why)


def split(write: Write, records: Sequence[int], protocol: Protocol, why: list[str]) -> int:
    """Add that `records` leave their cluster together; return the fact added."""
    fact = write.add(
        DuplicateRow, kind=Duplicate.SPLIT, a=records[0], records=list(records), why=why
    )
    _regroup(write, [(Duplicate.SPLIT, tuple(records))], protocol)
    return fact


def hold(write: Write, records: Collection[int]) -> dict[int, int]:
    """Lock the reports of `records` until the transaction ends; return record -> kept record.

    A record that does not exist is left out.
    """
    held: set[int] = set()
    while True:
        found = together(write.conn, records)
        kept = {record: found[record] for record in records if record in found}
        more = sorted(set(kept.values()) - held)
        if not more:
            return kept
        # again, as they may have been merged or split while we waited for the lock
        for start in range(0, len(more), _LOCKED):
            write.lock_records(more[start : start + _LOCKED])
        held.update(more)


def undo(write: Write, facts: Sequence[int], protocol: Protocol) -> None:
    """Take back what was said by the duplicate facts numbered `facts`.

    The clusters become what a replay without them gives, so later merges and splits stand.
    """
    query = _SAID.where(_DUPLICATE.c.id.in_(facts))
    named = {r for row in write.conn.execute(query) for r in (row.a, row.b, *row.records) if r}
    named.update(r for _, records in said_of(write.conn, named) for r in records)
    before = together(write.conn, named)
    write.add_many(UndoneRow, [{"duplicate_id": fact} for fact in facts])
    _put(write, before, Clusters(said_of(write.conn, before)), protocol)


def _regroup(write: Write, facts: Sequence[Fact], protocol: Protocol) -> None:
    """Store again the clusters that new `facts` change; all others are not even read."""
    before = together(write.conn, {record for _, records in facts for record in records})
    members: dict[int, list[int]] = {}
    for record, kept in before.items():
        members.setdefault(kept, []).append(record)
    # a stored cluster is what the facts before made of it, so they need no replay
    now = Clusters((Duplicate.MERGE, (kept, *some)) for kept, some in members.items())
    for fact in facts:
        now.add(fact)
    _put(write, before, now, protocol)


def _put(write: Write, before: dict[int, int], now: Clusters, protocol: Protocol) -> None:
    """Store what the clusters of the records of `before` have become, and their standings."""
    after = {record: now.kept(record) for record in before}
    changed = [
        {"record": record, "kept": kept} for record, kept in after.items() if before[record] != kept
    ]
    if changed:
        write.conn.execute(
            _CLUSTER.update()
            .where(_CLUSTER.c.record_id == sa.bindparam("record"))
            .values(kept_id=sa.bindparam("kept")),
            changed,
        )
    projection.refresh(write.conn, sorted({*before.values(), *after.values()}), protocol)
    evidence.refresh_reports(write.conn, before.keys() if changed else (), protocol.codebook)
