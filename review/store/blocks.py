"""Queries about blocking keys: which records must be compared with new ones, and no others.

The keys are a projection of the records that de-duplication has compared, as the comparison facts
say. They are written by it, not by the import, so that loading stays as fast as the records are
written; an interrupted run may leave keys of records past the last comparison, which count for
nothing.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import sqlalchemy as sa

from review.dedup import keys
from review.store.duplicates import rows
from review.store.engine import Write
from review.store.many import listed
from review.store.tables import BlockKeyRow, ComparisonRow, RecordRow
from review.store.tables.base import table_of

_KEY = table_of(BlockKeyRow)
_COMPARISON = table_of(ComparisonRow)
_RECORD = table_of(RecordRow)
_PORTION = 200_000
_PART = 20_000


def compared(conn: sa.Connection) -> int:
    """Return the last record that has been compared with all before it; 0 if none has."""
    return conn.scalar(sa.select(sa.func.max(_COMPARISON.c.through))) or 0


def newest(conn: sa.Connection) -> int:
    """Return the last record there is; 0 if there is none."""
    return conn.scalar(sa.select(sa.func.max(_RECORD.c.id))) or 0


def add_comparison(write: Write, through: int) -> None:
    """Add that every record up to `through` has been compared; its keys must be stored."""
    write.add(ComparisonRow, through=through)


class Keyed:
    """Blocking keys of records, gathered as they are read: 16 bytes a key."""

    def __init__(self) -> None:
        self.records = array("q")
        self.keys = array("q")

    def add(self, record: int, found: list[int]) -> None:
        """Note the keys of one record."""
        self.keys.extend(found)
        self.records.extend([record] * len(found))

    def portions(self) -> Iterator[list[tuple[int, int]]]:
        """Yield (key, record), lowest key first: an index grows fastest in its own order."""
        order = np.argsort(np.frombuffer(self.keys, np.int64), kind="stable")
        for start in range(0, len(order), _PORTION):
            yield [(self.keys[k], self.records[k]) for k in order[start : start + _PORTION]]


def put(conn: sa.Connection, portion: list[tuple[int, int]]) -> None:
    """Store keys of records; those already stored stay."""
    if conn.dialect.name == "postgresql":
        every, records = zip(*portion, strict=True)
        conn.exec_driver_sql(
            "INSERT INTO block_key (key, record_id) "
            "SELECT * FROM unnest(%s::bigint[], %s::integer[]) ON CONFLICT DO NOTHING",
            (list(every), list(records)),
        )
    else:
        conn.exec_driver_sql(
            "INSERT OR IGNORE INTO block_key (key, record_id) VALUES (?, ?)", portion
        )


def sharing(conn: sa.Connection, wanted: Iterable[int], *, upto: int) -> set[int]:
    """Return the records up to number `upto` that have one of the keys `wanted`."""
    query = sa.select(_KEY.c.record_id).where(
        _KEY.c.key.in_(listed(conn, set(wanted))), _KEY.c.record_id <= upto
    )
    return set(conn.scalars(query))


def rebuild(conn: sa.Connection) -> None:
    """Drop the keys and make them anew from the records that have been compared."""
    conn.execute(_KEY.delete())
    keyed = Keyed()
    for row in rows(conn, upto=compared(conn)):
        keyed.add(row.id, keys(row))
    for portion in keyed.portions():
        put(conn, portion)


def differences(conn: sa.Connection) -> list[str]:
    """Return a sentence for each compared record whose stored keys are not its own."""
    upto = compared(conn)
    query = sa.select(_KEY.c.record_id, _KEY.c.key).where(_KEY.c.record_id <= upto)
    stored = conn.execute(query, execution_options={"yield_per": _PART})
    own = ((row.id, key) for row in rows(conn, upto=upto) for key in set(keys(row)))
    if _fingerprint(map(tuple, stored)) == _fingerprint(own):
        return []
    return _named(conn, upto)


def _fingerprint(pairs: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """Return how many pairs there are, and the sum of a hash of each: the same in any order.

    So a million keys are compared without holding them. The hash is the finaliser of splitmix64
    (Steele et al. 2014, doi:10.1145/2660193.2660195).
    """
    size = total = 0
    every = iter(pairs)
    while part := list(islice(every, _PART)):
        record, key = np.array(part, dtype=np.int64).astype(np.uint64).T
        mixed = key + record * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        size += len(part)
        total = (total + int(mixed.sum(dtype=np.uint64))) % 2**64
    return size, total


def _named(conn: sa.Connection, upto: int) -> list[str]:
    """Return a sentence for each record whose stored keys are not its own."""
    stored: dict[int, set[int]] = {}
    query = sa.select(_KEY.c.record_id, _KEY.c.key).where(_KEY.c.record_id <= upto)
    for record, key in conn.execute(query, execution_options={"yield_per": _PART}):
        stored.setdefault(record, set()).add(key)
    found = []
    for row in rows(conn, upto=upto):
        if stored.pop(row.id, set()) != set(keys(row)):
            found.append(f"the stored blocking keys of record {row.id} are not its own")
    found.extend(f"there are blocking keys of record {record}, which is none" for record in stored)
    return found
