"""Decides what the kept record of a cluster says, field by field, and which record said it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from review.dedup.row import Row

PLACE = ("year", "volume", "issue", "pages")
"""Taken together from the record that fills most of them, so that an online-first year never
meets a printed volume; what it lacks comes from the first that has it."""
AGREED = ("doi", "pmid", "pmcid")
"""Identifiers: the one that most records give; of as many, the first."""
FIRST = ("url", "language")
"""Taken from the kept record, or else the first that has it."""
WRITTEN = ("title", "journal")
"""The first that is written in full: neither all in capitals nor cut off by dots."""
FULLEST = ("abstract", "authors", "publication_types", "keywords", "mesh")
"""Taken from the record that says most: the longest abstract, the longest list, of lists as long
the one with most letters (given names rather than initials)."""


def compose(rows: Sequence[Row]) -> dict[str, tuple[Any, int]]:
    """The kept record of a cluster: field to (value, id of the record it comes from).

    The kept record is the one with the lowest id; raw records are never changed. A field that no
    record fills is empty, with the kept record as its source. ValueError if `rows` is empty.
    """
    ordered = sorted(rows, key=lambda row: row.id)
    if not ordered:
        raise ValueError("A cluster has at least one record.")
    source = {name: _first(ordered, name) for name in FIRST}
    source |= {name: _agreed(ordered, name) for name in AGREED}
    source |= {name: _written(ordered, name) for name in WRITTEN}
    source |= {name: _fullest(ordered, name) for name in FULLEST}
    placed = max(ordered, key=lambda row: sum(bool(getattr(row, name)) for name in PLACE))
    for name in PLACE:
        source[name] = placed if getattr(placed, name) else _first(ordered, name)
    return {name: (getattr(row, name), row.id) for name, row in source.items()}


def _first(rows: Sequence[Row], name: str) -> Row:
    return next((row for row in rows if getattr(row, name)), rows[0])


def _agreed(rows: Sequence[Row], name: str) -> Row:
    given = Counter(value for row in rows if (value := getattr(row, name)))
    most = max(given.values(), default=0)
    return next((row for row in rows if given.get(getattr(row, name)) == most), rows[0])


def _written(rows: Sequence[Row], name: str) -> Row:
    first = _first(rows, name)
    return next((row for row in rows if _is_whole(getattr(row, name))), first)


def _is_whole(text: str) -> bool:
    bare = text.strip()
    return bool(bare) and not bare.isupper() and not bare.endswith(("...", "…"))


def _fullest(rows: Sequence[Row], name: str) -> Row:
    def size(row: Row) -> tuple[int, int]:
        value = getattr(row, name)
        return len(value), len(value if isinstance(value, str) else "".join(value))

    return max(rows, key=size)
