"""Queries about the groups that effects compare: the cells of each, as extracted."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.store.tables import ArmRow
from review.store.tables.base import table_of

_ARM = table_of(ArmRow)
_FEW = 500


def with_groups(conn: sa.Connection, effects: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the effects, each with `groups`: label and plain cells of the groups it compares.

    An effect that names no group compares all groups of its form.
    """
    forms = {row["extraction_id"] for row in effects}
    query = sa.select(_ARM.c.extraction_id, _ARM.c.label, _ARM.c.attributes).order_by(_ARM.c.id)
    if len(forms) <= _FEW:
        query = query.where(_ARM.c.extraction_id.in_(forms))
    by_form: dict[int, list[dict[str, Any]]] = {}
    for form, label, cells in conn.execute(query):
        by_form.setdefault(form, []).append({**(cells or {}), "label": label})
    return [
        row
        | {
            "groups": [
                group
                for group in by_form.get(row["extraction_id"], ())
                if not row["arms"] or group["label"] in row["arms"]
            ]
        }
        for row in effects
    ]
