"""How a database is opened, read and written: settings, locks, and who is acting."""

import getpass
import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from review.errors import StoreError
from review.store import bulk
from review.store.canonical import Columns
from review.store.ledger import Ledger
from review.store.tables import Fact, RecordRow
from review.store.tables.base import table_of
from review.vocab import Channel

_LEDGER_LOCK = 7_270_553_117
_RECORD = table_of(RecordRow)
_SQLITE_SETTINGS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=60000",
)
# a deferred transaction would fail with SQLITE_BUSY when it turns from reading to writing
_SQLITE_WRITE = "BEGIN IMMEDIATE"
# readable as text, so that a search for a name with an accent finds it
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: a member (or nobody named), the operating-system user, and the door used."""

    member_id: int | None
    channel: Channel
    user: str = ""


def system_user() -> str:
    """Return the operating-system user, or an empty string where there is none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


class Write:
    """One write transaction: facts are added through it, each with its row in the ledger."""

    def __init__(self, conn: sa.Connection, actor: Actor) -> None:
        self.conn = conn
        self.actor = actor
        self.at = datetime.now(UTC)
        self._ledger: Ledger | None = None

    def lock_records(self, ids: Sequence[int]) -> bool:
        """Hold the rows of `ids` until the transaction ends; return whether it may have waited.

        A unique constraint with retries is not enough: two second votes would each compute a
        standing without the other. SQLite needs nothing here, BEGIN IMMEDIATE admits one writer.
        """
        if self.conn.dialect.name == "postgresql":
            self.conn.execute(
                sa.select(_RECORD.c.id)
                .where(_RECORD.c.id.in_(ids))
                .order_by(_RECORD.c.id)
                # not against who only refers to the record, as an import does that finds it again
                .with_for_update(key_share=True)
            )
            return True
        return False

    @property
    def ledger(self) -> Ledger:
        """The ledger, locked from the first fact of this transaction to its end."""
        if self._ledger is None:
            if self.conn.dialect.name == "postgresql":
                self.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LEDGER_LOCK)))
            self._ledger = Ledger(self.conn)
        return self._ledger

    def only_writer(self) -> None:
        """From here to the end nobody else adds facts: what is read now stays the last word."""
        _ = self.ledger

    def add(self, kind: type[Fact], /, **values: Any) -> int:
        """Add one fact and its ledger row; return the fact's id."""
        return self.add_many(kind, [values])[0]

    def add_many(self, kind: type[Fact], rows: Sequence[dict[str, Any]]) -> list[int]:
        """Add facts that came in together, covered by one ledger row; return their ids.

        Each row lacks only what every fact carries, and columns that have a default.
        """
        return self.add_columns(kind, bulk.columns_of(rows)) if rows else []

    def add_columns(self, kind: type[Fact], columns: Columns) -> list[int]:
        """Add facts given by their columns, as `add_many` does rows; there is at least one."""
        ledger = self.ledger
        table = table_of(kind)
        number = len(next(iter(columns.values())))
        common = {
            name: field.default
            for name, field in kind.model_fields.items()
            if not field.is_required()
        } | {"at": self.at, "member_id": self.actor.member_id}
        first = (self.conn.scalar(_last_id(table)) or 0) + 1
        ids = list(range(first, first + number))
        full = {name: [value] * number for name, value in common.items()} | columns | {"id": ids}
        # the digest is taken before the database turns 5 into 5.0
        for name in full:
            if isinstance(table.c[name].type, sa.Float):
                full[name] = [None if value is None else float(value) for value in full[name]]
        digest = bulk.put(self.conn, table, full)
        ledger.append(
            at=self.at,
            member_id=self.actor.member_id,
            actor=self.actor.user,
            channel=self.actor.channel,
            fact=table.name,
            first=first,
            last=ids[-1],
            digest=digest,
        )
        return ids


@cache
def _last_id(table: sa.Table) -> sa.Select[Any]:
    return sa.select(sa.func.max(table.c.id))


class Database:
    """One review's database; `read` and `write` are the only ways to a connection."""

    def __init__(self, url: str) -> None:
        self.url = normalise(url)
        if self.url.startswith("sqlite"):
            self.engine = sa.create_engine(self.url, json_serializer=_json)
            sa.event.listen(self.engine, "connect", _prepare_sqlite)
            sa.event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = sa.create_engine(
                self.url, pool_pre_ping=True, pool_size=20, json_serializer=_json
            )
        self._writer = self.engine.execution_options(review_write=True)
        # SQLite has writers wait by sleeping, ever longer; within a process they take turns
        self._turn: AbstractContextManager[Any] = (
            RLock() if self.url.startswith("sqlite") else nullcontext()
        )

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Give a connection for reading one consistent state."""
        with _told(self.url), self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self, actor: Actor) -> Iterator[Write]:
        """Give a write transaction: all of it is kept, or nothing."""
        with _told(self.url), self._turn, self._writer.begin() as conn:
            yield Write(conn, actor)

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn a failure of the database itself (gone, locked, full) into one sentence."""
    try:
        yield
    except sa.exc.OperationalError as error:
        raise StoreError(f"{shown(url)} failed: {reason(error)}; nothing was changed.") from error


def reason(error: sa.exc.DBAPIError) -> str:
    """Return what the database said, in its first line."""
    said = str(error.orig).strip() if error.orig else ""
    return said.splitlines()[0].rstrip(".") if said else "no answer"


def normalise(url: str) -> str:
    """Return `url` with the driver named; StoreError for anything but SQLite or PostgreSQL."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError:
        raise StoreError(
            f"'{url}' is not a database URL; use sqlite:///review.db or postgresql://user@host/name."
        ) from None
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if parsed.drivername in {"sqlite", "postgresql+psycopg"}:
        return url
    raise StoreError(f"Reviews live in SQLite or PostgreSQL, not in '{parsed.drivername}'.")


def sqlite_path(url: str) -> Path | None:
    """Return the file of a SQLite URL, or None for PostgreSQL."""
    parsed = make_url(normalise(url))
    if not parsed.drivername.startswith("sqlite"):
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("A review needs a file: sqlite:///NAME.db.")
    return Path(parsed.database)


def shown(url: str) -> str:
    """Return `url` without its password."""
    return make_url(normalise(url)).render_as_string(hide_password=True)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    # SQLite's own knows only ASCII, and people are called Müller
    connection.create_function("lower", 1, _lower, deterministic=True)
    cursor = connection.cursor()
    for setting in _SQLITE_SETTINGS:
        cursor.execute(setting)
    cursor.close()


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _begin_sqlite(conn: sa.Connection) -> None:
    write = conn.get_execution_options().get("review_write")
    conn.exec_driver_sql(_SQLITE_WRITE if write else "BEGIN")
