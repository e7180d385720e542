"""The ledger: a hash chain that makes any change, removal or reordering of facts visible."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from review.store.canonical import canonical, digest, lines, texts
from review.store.tables import FACTS, LedgerRow
from review.store.tables.base import table_of
from review.vocab import Channel

Told = Callable[[str, int | None], None]
"""Hears of long work: which step has begun, and how much of it is done."""
GENESIS = "0" * 64
_TABLE = table_of(LedgerRow)
_LAST = sa.select(_TABLE.c.seq, _TABLE.c.hash).order_by(_TABLE.c.seq.desc()).limit(1)
_ADD = _TABLE.insert()
_PART = 1000
_BEYOND = 1 << 62
_END = (_BEYOND, b"")


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


def faults(conn: sa.Connection, told: Told | None = None) -> Iterator[str]:
    """Walk the whole chain and every fact; yield a sentence for everything that does not hold.

    `told("ledger", n)` hears now and then how many rows of ledger and facts are read.
    """
    done = 0

    def read(rows: int) -> None:
        nonlocal done
        done += rows
        if told:
            told("ledger", done)

    previous, expected = GENESIS, 1
    covered: dict[str, list[_Entry]] = {table_of(kind).name: [] for kind in FACTS}
    query = sa.select(_TABLE).order_by(_TABLE.c.seq)
    chain = conn.execute(query, execution_options={"yield_per": _PART})
    for part in chain.mappings().partitions():
        read(len(part))
        for entry in part:
            if entry["seq"] != expected:
                yield f"ledger row {expected} is missing"
                expected = entry["seq"]
            if entry["previous"] != previous or entry["hash"] != _link(dict(entry)):
                yield f"ledger row {entry['seq']} does not follow from the one before it"
            previous, expected = entry["hash"], expected + 1
            covers = _Entry(entry["first_id"], entry["last_id"], entry["seq"], entry["digest"])
            covered.setdefault(entry["fact"], []).append(covers)
    for kind in FACTS:
        table = table_of(kind)
        yield from _uncovered(conn, table, sorted(covered.pop(table.name)), read)
    yield from (f"the ledger speaks of an unknown table {name}" for name in covered)


class _Entry(NamedTuple):
    """The rows that one ledger row covers, and their digest."""

    first: int
    last: int
    seq: int
    digest: str


def _uncovered(
    conn: sa.Connection, table: sa.Table, entries: list[_Entry], read: Callable[[int], None]
) -> Iterator[str]:
    """Compare the rows of one table, in one pass, with the ledger rows that cover them."""
    rows = _lines(conn, table, read)
    id_, line = next(rows, _END)
    last = extra = 0
    for entry in entries:
        if entry.first <= last:
            yield f"{table.name} {entry.first} is in the ledger twice"
            continue
        if id_ < entry.first:
            yield f"{table.name} {last + 1} to {entry.first - 1} is not in the ledger"
        while id_ < entry.first:
            id_, line = next(rows, _END)
        total = hashlib.sha256()
        while id_ <= entry.last:
            total.update(line)
            id_, line = next(rows, _END)
        if total.hexdigest() != entry.digest and not _holds(conn, table, entry):
            one = entry.first == entry.last
            what = f"{entry.first}" if one else f"{entry.first} to {entry.last}"
            yield f"{table.name} {what} differs from ledger row {entry.seq}"
        last = entry.last
    while id_ < _BEYOND:
        extra += 1
        id_, line = next(rows, _END)
    if extra:
        yield f"{extra} rows of {table.name} after {last} are not in the ledger"


def _lines(
    conn: sa.Connection, table: sa.Table, read: Callable[[int], None]
) -> Iterator[tuple[int, bytes]]:
    """Yield id and canonical line of each row, JSON and enumerations as they are stored.

    Where something else than this version of Review wrote it, JSON may be stored otherwise; such
    rows are looked at again, value by value.
    """
    plain = [column for column in table.c if not isinstance(column.type, sa.JSON | sa.Enum)]
    as_text = [column for column in table.c if isinstance(column.type, sa.JSON)]
    words = [column for column in table.c if isinstance(column.type, sa.Enum)]
    query = sa.select(
        *plain,
        *(sa.cast(column, sa.Text).label(column.name) for column in as_text),
        *(sa.type_coerce(column, sa.String).label(column.name) for column in words),
    ).order_by(table.c.id)
    stored = frozenset(column.name for column in as_text)
    result = conn.execute(query, execution_options={"yield_per": _PART})
    names = list(result.keys())
    for part in result.partitions():
        read(len(part))
        columns = dict(zip(names, map(list, zip(*part, strict=True)), strict=True))
        found = lines(texts(columns, as_stored=stored))
        for id_, line in zip(columns["id"], found, strict=True):
            yield id_, line.encode("utf-8", "replace")


def _holds(conn: sa.Connection, table: sa.Table, entry: _Entry) -> bool:
    """Whether rows are what a ledger row says, read value by value."""
    query = sa.select(table).where(table.c.id.between(entry.first, entry.last))
    try:
        rows = conn.execute(query.order_by(table.c.id)).mappings()
        return digest(dict(row) for row in rows) == entry.digest
    except (LookupError, ValueError):  # a word that is none, JSON that is none
        return False


def _link(entry: dict[str, Any]) -> str:
    body = {key: value for key, value in entry.items() if key != "hash"}
    return hashlib.sha256(canonical(body).encode()).hexdigest()
