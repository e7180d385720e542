"""How many rows go in at once: made storable, sealed by one digest, and written without detours.

Each value is turned into JSON once, for the digest and for the column that holds JSON, a column at
a time: half of what a row at a time costs. `canonical` gives the same text, row by row.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import cache
from json.encoder import encode_basestring
from typing import Any

import sqlalchemy as sa

from review.store.ledger import canonical

MANY = 100
"""Rows from which writing them past SQLAlchemy's own bookkeeping is worth it."""

Columns = dict[str, list[Any]]
"""The values of rows by column, all columns of one length."""
Texts = dict[str, list[str]]


def columns_of(rows: Sequence[dict[str, Any]]) -> Columns:
    """Return rows, all of the same columns, as columns."""
    return {name: [row[name] for row in rows] for name in rows[0]}


def put(conn: sa.Connection, table: sa.Table, columns: Columns) -> str:
    """Insert rows given by their columns, and return the digest the ledger keeps of them.

    What a database cannot hold in text is dropped from them.
    """
    texts = _texts(columns)
    digest = _digest(texts)
    if digest is None:
        columns = {name: [storable(value) for value in columns[name]] for name in columns}
        texts = _texts(columns)
        digest = _digest(texts, clean=True)
    if len(texts[next(iter(columns))]) < MANY:
        names = list(columns)
        rows = zip(*columns.values(), strict=True)
        conn.execute(_insertion(table), [dict(zip(names, row, strict=True)) for row in rows])
    else:
        _insert(conn, table, columns, texts)
    return digest or ""


@cache
def _insertion(table: sa.Table) -> sa.Insert:
    return table.insert()


def _texts(columns: Columns) -> Texts:
    """Return the JSON of each value, by column, in the order of their names."""
    found = {}
    for name in sorted(columns):
        values = columns[name]
        first = values[0]
        once = _text(first)
        found[name] = [
            once
            if value is first
            else encode_basestring(value)
            if type(value) is str
            else _text(value)
            for value in values
        ]
    return found


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if type(value) is int:
        return str(value)
    if value and isinstance(value, list | tuple):
        try:
            return f"[{','.join(map(encode_basestring, value))}]"
        except TypeError:  # more than words
            return canonical(value)
    return canonical(value)


def _digest(texts: Texts, *, clean: bool = False) -> str | None:
    """Return the digest of rows, or None if a text in them cannot be stored."""
    template = "{" + ",".join(f'"{name}":%s' for name in texts) + "}\n"
    total = hashlib.sha256()
    for row in zip(*texts.values(), strict=True):
        line = template % row
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


def _insert(conn: sa.Connection, table: sa.Table, columns: Columns, texts: Texts) -> None:
    names = [column.name for column in table.c if column.name in texts]
    values = zip(
        *(
            texts[name]
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
