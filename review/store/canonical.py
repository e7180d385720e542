"""The one text that stands for a row in a digest: JSON with sorted keys, row by row or by columns.

By columns is for many rows: each value is turned into JSON once, for the digest and for the
column that holds JSON, which costs half of what a row at a time does. The text is the same.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

Columns = dict[str, list[Any]]
"""The values of rows by column, all columns of one length."""
Texts = dict[str, list[str]]


def canonical(row: Any) -> str:
    """Return a row, or a value of one, as the JSON text that stands for it in a digest."""
    return _ENCODER.encode(row)


def digest(rows: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 of rows, each as canonical JSON on a line of its own."""
    total = hashlib.sha256()
    for row in rows:
        total.update(canonical(row).encode("utf-8", "replace"))
        total.update(b"\n")
    return total.hexdigest()


def texts(columns: Columns, *, as_stored: frozenset[str] = frozenset()) -> Texts:
    """Return the JSON of each value, by column, in the order of their names.

    Columns in `as_stored` hold JSON text already.
    """
    found = {}
    for name in sorted(columns):
        values = columns[name]
        if name in as_stored:
            found[name] = ["null" if value is None else value for value in values]
            continue
        first = values[0]
        once = text(first)
        found[name] = [
            once
            if value is first
            else encode_basestring(value)
            if type(value) is str
            else text(value)
            for value in values
        ]
    return found


def text(value: Any) -> str:
    """Return the JSON of one value."""
    if value is None:
        return "null"
    if type(value) is int:
        return str(value)
    if type(value) is datetime:
        return f'"{_moment(value)}"'
    if value and isinstance(value, list | tuple):
        try:
            return f"[{','.join(map(encode_basestring, value))}]"
        except TypeError:  # more than words
            return canonical(value)
    return canonical(value)


def lines(found: Texts) -> Iterator[str]:
    """Yield the canonical line of each row, given the JSON of its values."""
    template = "{" + ",".join(f'"{name}":%s' for name in found) + "}\n"
    for row in zip(*found.values(), strict=True):
        yield template % row


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
