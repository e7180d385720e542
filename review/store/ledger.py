"""The ledger: a hash chain that makes any change, removal or reordering of facts visible."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from review.store.tables import FACTS, LedgerRow
from review.store.tables.base import table_of
from review.vocab import Channel

GENESIS = "0" * 64
_TABLE = table_of(LedgerRow)
_LAST = sa.select(_TABLE.c.seq, _TABLE.c.hash).order_by(_TABLE.c.seq.desc()).limit(1)
_ADD = _TABLE.insert()


class Ledger:
    """The end of the chain, as one transaction that holds the ledger lock sees it."""

    def __init__(self, conn: sa.Connection) -> None:
        self._conn = conn
        self._seq, self._hash = head(conn)

    def append(
        self,
        *,
        at: datetime,
        member_id: int | None,
        actor: str,
        channel: Channel,
        fact: str,
        first: int,
        last: int,
        digest: str,
    ) -> None:
        """Add the ledger row that covers the rows `first` to `last` of the table `fact`."""
        entry: dict[str, Any] = {
            "seq": self._seq + 1,
            "at": at,
            "member_id": member_id,
            "actor": actor,
            "channel": channel,
            "fact": fact,
            "first_id": first,
            "last_id": last,
            "digest": digest,
            "previous": self._hash,
        }
        entry["hash"] = _link(entry)
        self._conn.execute(_ADD, entry)
        self._seq, self._hash = entry["seq"], entry["hash"]


def head(conn: sa.Connection) -> tuple[int, str]:
    """Return number and hash of the last ledger row; (0, zeros) where there is none.

    Kept outside the database, the head also shows a tail that was cut off.
    """
    last = conn.execute(_LAST).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def seed(conn: sa.Connection) -> int:
    """Return a number that is the review's own and that only holders of the database know."""
    first: str | None = conn.scalar(sa.select(_TABLE.c.hash).where(_TABLE.c.seq == 1))
    return int((first or GENESIS)[:15], 16)


def digest(rows: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 of rows, each as canonical JSON on a line of its own."""
    total = hashlib.sha256()
    for row in rows:
        total.update(canonical(row).encode("utf-8", "replace"))
        total.update(b"\n")
    return total.hexdigest()


def faults(conn: sa.Connection) -> Iterator[str]:
    """Walk the whole chain and yield a sentence for everything that does not hold."""
    previous, expected = GENESIS, 1
    covered: dict[str, list[Any]] = {table_of(kind).name: [] for kind in FACTS}
    for entry in conn.execute(sa.select(_TABLE).order_by(_TABLE.c.seq)).mappings():
        if entry["seq"] != expected:
            yield f"ledger row {expected} is missing"
            expected = entry["seq"]
        if entry["previous"] != previous or entry["hash"] != _link(dict(entry)):
            yield f"ledger row {entry['seq']} does not follow from the one before it"
        previous, expected = entry["hash"], expected + 1
        covered.setdefault(entry["fact"], []).append(entry)
    for kind in FACTS:
        table = table_of(kind)
        yield from _uncovered(conn, table, covered.pop(table.name))
    yield from (f"the ledger speaks of an unknown table {name}" for name in covered)


def _uncovered(conn: sa.Connection, table: sa.Table, entries: list[Any]) -> Iterator[str]:
    """Compare the rows of one table with the ledger rows that cover them."""
    last = 0
    for entry in sorted(entries, key=lambda entry: int(entry["first_id"])):
        first, end = entry["first_id"], entry["last_id"]
        if first <= last:
            yield f"{table.name} {first} is in the ledger twice"
        if first > last + 1 and _count(conn, table, last + 1, first - 1):
            yield f"{table.name} {last + 1} to {first - 1} is not in the ledger"
        rows = conn.execute(
            sa.select(table).where(table.c.id.between(first, end)).order_by(table.c.id)
        ).mappings()
        if digest(dict(row) for row in rows) != entry["digest"]:
            what = f"{first}" if first == end else f"{first} to {end}"
            yield f"{table.name} {what} differs from ledger row {entry['seq']}"
        last = end
    if extra := _count(conn, table, last + 1, None):
        yield f"{extra} rows of {table.name} after {last} are not in the ledger"


def _count(conn: sa.Connection, table: sa.Table, first: int, last: int | None) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.id >= first)
    if last is not None:
        query = query.where(table.c.id <= last)
    return conn.scalar(query) or 0


def _link(entry: dict[str, Any]) -> str:
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def canonical(row: Any) -> str:
    """Return a row, or a value of one, as the JSON text that stands for it in a digest."""
    return _ENCODER.encode(row)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    raise TypeError(f"{type(value).__name__} has no canonical form")


@lru_cache(maxsize=64)  # rows that come in together have one moment
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
)
