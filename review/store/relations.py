"""Queries about records that are no duplicates but likely reports of one study."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from review.dedup import Clusters, Pair
from review.store.duplicates import said_of
from review.store.engine import Write
from review.store.many import listed
from review.store.tables import ClusterRow, RelationRow
from review.store.tables.base import table_of

_RELATION = table_of(RelationRow)
_CLUSTER = table_of(ClusterRow)


def relate(write: Write, pairs: Sequence[Pair]) -> None:
    """Add pairs that are likely reports of one study, for a person to join or to dismiss."""
    write.add_many(
        RelationRow,
        [
            {"kind": pair.kind, "a": pair.a, "b": pair.b, "score": pair.score, "why": pair.why}
            for pair in pairs
        ],
    )


def related(conn: sa.Connection, records: Collection[int]) -> set[tuple[int, int]]:
    """Return every pair of `records` ever said to be of one study."""
    query = sa.select(_RELATION.c.a, _RELATION.c.b).where(_RELATION.c.a.in_(listed(conn, records)))
    return {(a, b) for a, b in conn.execute(query) if b in records}


def unanswered(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the pairs, with kept_a and kept_b, of which nobody has said what they are.

    Left out are those merged since, joined in one study by hand, or called different.
    """
    first, second = _CLUSTER.alias("first"), _CLUSTER.alias("second")
    query = (
        sa.select(_RELATION, first.c.kept_id.label("kept_a"), second.c.kept_id.label("kept_b"))
        .join(first, first.c.record_id == _RELATION.c.a)
        .join(second, second.c.record_id == _RELATION.c.b)
        .where(first.c.kept_id != second.c.kept_id)
        .order_by(_RELATION.c.id)
    )
    found = list(conn.execute(query))
    now = Clusters(said_of(conn, {record for row in found for record in (row.a, row.b)}))
    return [row for row in found if now.may_merge(row.a, row.b)]
