"""Queries behind the Duplicates page: what is still asked, and the merged clusters to browse."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.dedup import Clusters
from review.store import duplicates, projection, searching
from review.store.many import listed
from review.store.tables import ClusterRow, DuplicateRow
from review.store.tables.base import table_of
from review.vocab import Duplicate

_CLUSTER = table_of(ClusterRow)
_DUPLICATE = table_of(DuplicateRow)

ORDERS = ("record", "least-sure", "latest")
"""How merged clusters may be ordered: by kept record, by likeness, by when they were merged."""


def questions(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the open questions as (a, b, score, why, kept_a, kept_b), in the order asked.

    Open is a pair that was asked, is not in one cluster, and of whose clusters nobody has said
    that they are different.
    """
    first, second = _CLUSTER.alias("first"), _CLUSTER.alias("second")
    columns = (_DUPLICATE.c[name] for name in ("a", "b", "score", "why"))
    query = (
        sa.select(*columns, first.c.kept_id.label("kept_a"), second.c.kept_id.label("kept_b"))
        .join(first, first.c.record_id == _DUPLICATE.c.a)
        .join(second, second.c.record_id == _DUPLICATE.c.b)
        .where(_DUPLICATE.c.kind == Duplicate.QUESTION, first.c.kept_id != second.c.kept_id)
        .order_by(_DUPLICATE.c.id)
    )
    asked: list[sa.Row[Any]] = list(conn.execute(query))
    said = duplicates.said_of(conn, {record for row in asked for record in (row.a, row.b)})
    now = Clusters(said)
    return [row for row in asked if now.may_merge(row.a, row.b)]


def grouped(pairs: list[sa.Row[Any]]) -> list[list[sa.Row[Any]]]:
    """Return the open questions by the reports they hang together by, the first asked first.

    Where a may be b and b may be c, one look at the three answers both questions.
    """
    of: dict[int, int] = {}

    def top(kept: int) -> int:
        while of.setdefault(kept, kept) != kept:
            of[kept] = kept = of[of[kept]]
        return kept

    for row in pairs:
        of[top(row.kept_b)] = top(row.kept_a)
    found: dict[int, list[sa.Row[Any]]] = {}
    for row in pairs:
        found.setdefault(top(row.kept_a), []).append(row)
    return list(found.values())


def merged_clusters(
    conn: sa.Connection,
    *,
    text: str | None = None,
    by_hand: bool | None = None,
    order: str = "record",
) -> list[int]:
    """Return the kept records of clusters of two or more.

    `text` picks those of which one record is found by the search, `by_hand` those that a person did
    or did not merge.
    """
    query = (
        sa.select(_CLUSTER.c.kept_id)
        .group_by(_CLUSTER.c.kept_id)
        .having(sa.func.count() > 1)
        .order_by(_CLUSTER.c.kept_id)
    )
    if text:
        query = query.where(_CLUSTER.c.kept_id.in_(listed(conn, searching.matched(conn, text))))
    found = list(conn.scalars(query))
    if by_hand is None and order == "record":
        return found
    merges = _merges(conn)
    if by_hand is not None:
        found = [kept for kept in found if _by_hand(merges.get(kept, ())) is by_hand]
    if order == "least-sure":
        found.sort(key=lambda kept: min((m.score or 0.0 for m in merges.get(kept, ())), default=0))
    elif order == "latest":
        found.sort(key=lambda kept: -max((m.id for m in merges.get(kept, ())), default=0))
    return found


def _by_hand(merges: Collection[sa.Row[Any]]) -> bool:
    return any(not merge.automatic for merge in merges)


def _merges(conn: sa.Connection) -> dict[int, list[sa.Row[Any]]]:
    """Return the merges in force of each cluster, by its kept record."""
    columns = (_DUPLICATE.c[name] for name in ("id", "automatic", "score"))
    query = (
        sa.select(*columns, _CLUSTER.c.kept_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == _DUPLICATE.c.a)
        .where(_DUPLICATE.c.kind == Duplicate.MERGE, projection.in_force())
    )
    found: dict[int, list[sa.Row[Any]]] = {}
    rows: list[sa.Row[Any]] = list(conn.execute(query))
    for row in rows:
        found.setdefault(row.kept_id, []).append(row)
    return found


def last_answer(conn: sa.Connection, member: int | None, among: Collection[int]) -> list[int]:
    """Return the facts of the last answer that a member gave about the records `among`."""
    query = (
        sa.select(_DUPLICATE.c.id, _DUPLICATE.c.at)
        .where(
            _DUPLICATE.c.a.in_(among),
            _DUPLICATE.c.b.in_(among),
            _DUPLICATE.c.kind.in_((Duplicate.MERGE, Duplicate.DIFFERENT)),
            _DUPLICATE.c.automatic.is_(False),
            _DUPLICATE.c.member_id.is_(None)
            if member is None
            else _DUPLICATE.c.member_id == member,
            projection.in_force(),
        )
        .order_by(_DUPLICATE.c.id.desc())
    )
    rows = conn.execute(query).all()
    return sorted(row.id for row in rows if row.at == rows[0].at)


def facts(conn: sa.Connection, ids: Collection[int]) -> list[sa.Row[Any]]:
    """Return the duplicate facts numbered `ids`, each with whether it is `undone`."""
    query = sa.select(_DUPLICATE, (~projection.in_force()).label("undone"))
    return list(conn.execute(query.where(_DUPLICATE.c.id.in_(list(ids)))))
