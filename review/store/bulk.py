"""How many rows go in at once: made storable, sealed by one digest, and written without detours."""

import hashlib
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Any

import sqlalchemy as sa

from review.store.ledger import canonical

MANY = 100
"""Rows from which writing them past SQLAlchemy's own bookkeeping is worth it."""


def sealed(rows: list[dict[str, Any]]) -> str:
    """Make `rows` storable, in place, and return the digest the ledger keeps of them."""
    total = hashlib.sha256()
    for row in rows:
        line = canonical(row)
        try:
            data = line.encode()
        except UnicodeEncodeError:  # half of a surrogate pair
            data = b""
        # looked for in the line, as each value on its own would cost more than the rest
        if not data or "\\u0000" in line:
            row.update({key: _storable(value) for key, value in row.items()})
            data = canonical(row).encode()
        total.update(data)
        total.update(b"\n")
    return total.hexdigest()


def _storable(value: Any) -> Any:
    """Drop what a database cannot hold in text: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        if "\x00" in value:
            value = value.replace("\x00", "")
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def insert(conn: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows`, which all have the same columns."""
    if len(rows) < MANY:
        conn.execute(table.insert(), rows)
        return
    names = [column.name for column in table.c if column.name in rows[0]]
    values = zip(*(_bound(conn.dialect, table.c[name], rows) for name in names), strict=True)
    columns = ", ".join(f'"{name}"' for name in names)
    if conn.dialect.name == "postgresql":
        driver: Any = conn.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy,
        ):
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608
        conn.exec_driver_sql(statement, list(values))


def _bound(dialect: sa.Dialect, column: sa.Column[Any], rows: Sequence[dict[str, Any]]) -> Any:
    """Return the values of one column as the driver takes them."""
    values = [row[column.name] for row in rows]
    bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    if isinstance(column.type, sa.JSON):
        return [_json(value, bind) for value in values]
    first = values[0]
    once = bind(first)
    return [once if value is first else bind(value) for value in values]


def _json(value: Any, bind: Callable[[Any], Any]) -> Any:
    """Return the JSON of a value; lists of words, which most are, without an encoder."""
    if not value and isinstance(value, list | tuple):
        return "[]"
    if isinstance(value, list | tuple) and all(type(item) is str for item in value):
        return f"[{', '.join(map(encode_basestring, value))}]"
    return bind(value)
