"""Decides what the kept record of a cluster says, field by field, and which record said it."""

from collections.abc import Sequence
from typing import Any

from review.dedup.row import Row

PLACE = ("year", "volume", "issue", "pages")
"""Taken together from one record, so that an online-first year never meets a printed volume."""
FIRST = ("title", "journal", "doi", "pmid", "pmcid", "url", "language")
"""Taken from the kept record, or else the first that has it."""
FULLEST = ("abstract", "authors", "publication_types", "keywords", "mesh")
"""Taken from the record that says most: the longest abstract, the longest list."""


def compose(rows: Sequence[Row]) -> dict[str, tuple[Any, int]]:
    """The kept record of a cluster: field to (value, id of the record it comes from).

    The kept record is the one with the lowest id; raw records are never changed. A field that no
    record fills is empty, with the kept record as its source. ValueError if `rows` is empty.
    """
    ordered = sorted(rows, key=lambda row: row.id)
    if not ordered:
        raise ValueError("A cluster has at least one record.")
    source = {name: _first(ordered, name) for name in FIRST}
    source |= {name: _fullest(ordered, name) for name in FULLEST}
    placed = max(ordered, key=lambda row: sum(bool(getattr(row, name)) for name in PLACE))
    for name in PLACE:
        source[name] = placed if getattr(placed, name) else _first(ordered, name)
    return {name: (getattr(row, name), row.id) for name, row in source.items()}


def _first(rows: Sequence[Row], name: str) -> Row:
    return next((row for row in rows if getattr(row, name)), rows[0])


def _fullest(rows: Sequence[Row], name: str) -> Row:
    return max(rows, key=lambda row: len(getattr(row, name)))
