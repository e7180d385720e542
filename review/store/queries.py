"""Queries about saved questions: what each is now, and how it came to be."""

from typing import Any

import sqlalchemy as sa

from review.store.tables import MemberRow, SavedQueryRow
from review.store.tables.base import table_of

_SAVED = table_of(SavedQueryRow)
_MEMBER = table_of(MemberRow)
_SAID = ("name", "expression", "columns", "sort", "everything", "view", "note", "retired")


def saved(conn: sa.Connection) -> dict[int, list[dict[str, Any]]]:
    """Return what was said of each question, oldest first, by its number.

    Each has the columns of the fact, `by` (the member's name or "") and `at`.
    """
    query = (
        sa.select(_SAVED, _MEMBER.c.name.label("by"))
        .outerjoin(_MEMBER, _MEMBER.c.id == _SAVED.c.member_id)
        .order_by(_SAVED.c.id)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(query).mappings():
        said = {name: row[name] for name in _SAID} | {"by": row["by"] or "", "at": row["at"]}
        found.setdefault(row["query_id"] or row["id"], []).append(said)
    return found
