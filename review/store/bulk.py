"""How many rows go in at once: made storable, sealed by one digest, and written without detours."""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from review.store.canonical import Columns, Texts, lines, texts

MANY = 100
"""Rows from which writing them past SQLAlchemy's own bookkeeping is worth it."""


def columns_of(rows: Sequence[dict[str, Any]]) -> Columns:
    """Return rows, all of the same columns, as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def write(conn: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Insert rows of a projection, given by their columns."""
    _insert(conn, table, columns, texts(columns))


def put_stored(conn: sa.Connection, table: sa.Table, columns: Columns) -> None:
    """Insert rows given by their columns as they were stored elsewhere, JSON as its text."""
    _insert(conn, table, columns, columns)


def put(conn: sa.Connection, table: sa.Table, columns: Columns) -> str:
    """Insert rows given by their columns, and return the digest the ledger keeps of them.

    What a database cannot hold in text is dropped from them.
    """
    found = texts(columns)
    digest = _digest(found)
    if digest is None:
        columns = {name: [storable(value) for value in columns[name]] for name in columns}
        found = texts(columns)
        digest = _digest(found, clean=True)
    if len(next(iter(columns.values()))) < MANY:
        names = list(columns)
        rows = zip(*columns.values(), strict=True)
        conn.execute(_insertion(table), [dict(zip(names, row, strict=True)) for row in rows])
    else:
        _insert(conn, table, columns, found)
    return digest or ""


@cache
def _insertion(table: sa.Table) -> sa.Insert:
    return table.insert()


def _digest(found: Texts, *, clean: bool = False) -> str | None:
    """Return the digest of rows, or None if a text in them cannot be stored."""
    total = hashlib.sha256()
    for line in lines(found):
        # looked for in the line, as looking at every value would cost more than all the rest
        if not clean and "\\u0000" in line:
            return None
        try:
            total.update(line.encode())
        except UnicodeEncodeError:  # half of a surrogate pair
            return None
    return total.hexdigest()


def storable(value: Any) -> Any:
    """Drop what a database cannot hold in text: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        if "\x00" in value:
            value = value.replace("\x00", "")
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    return value


def _insert(conn: sa.Connection, table: sa.Table, columns: Columns, found: Columns | Texts) -> None:
    names = [column.name for column in table.c if column.name in found]
    values = zip(
        *(
            found[name]
            if isinstance(table.c[name].type, sa.JSON)
            else _bound(conn.dialect, table.c[name], columns[name])
            for name in names
        ),
        strict=True,
    )
    listed = ", ".join(f'"{name}"' for name in names)
    if conn.dialect.name == "postgresql":
        driver: Any = conn.connection.driver_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({listed}) FROM STDIN') as copy,
        ):
            for row in values:
                copy.write_row(row)
    else:
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608
        conn.exec_driver_sql(statement, list(values))


def _bound(dialect: sa.Dialect, column: sa.Column[Any], values: list[Any]) -> list[Any]:
    """Return the values of one column as the driver takes them."""
    bind: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return values
    first = values[0]
    once = bind(first)
    return [once if value is first else bind(value) for value in values]
