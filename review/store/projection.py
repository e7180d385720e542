"""What facts amount to: standings folded from votes and rulings, refreshed or rebuilt whole."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.dedup.cluster import Fact, clusters
from review.protocol import Protocol
from review.screening.standing import Standing
from review.store import people, queue
from review.store.facts import ClusterFacts, folded as folded
from review.store.tables import ClusterRow, DuplicateRow, RecordRow, StandingRow, UndoneRow
from review.store.tables.base import table_of
from review.vocab import Duplicate, Retrieval, Stage, State

_RECORD = table_of(RecordRow)
_DUPLICATE = table_of(DuplicateRow)
_UNDONE = table_of(UndoneRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_CHUNK = 500
# made once: every vote folds its report again
_CLUSTERS = (
    sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
    .where(_CLUSTER.c.kept_id.in_(sa.bindparam("kept", expanding=True)))
    .order_by(_CLUSTER.c.record_id)
)
_CLEAR = _STANDING.delete().where(_STANDING.c.kept_id.in_(sa.bindparam("kept", expanding=True)))
_STORE = _STANDING.insert()


def load(
    conn: sa.Connection, kept: Sequence[int] | None = None, *, until: datetime | None = None
) -> dict[int, ClusterFacts]:
    """Read the facts of the clusters `kept`, or of all; `until` reads the past by replay."""
    if kept is not None:
        pairs = conn.execute(_CLUSTERS, {"kept": list(kept)})
        of = {record: kept_id for record, kept_id in pairs}
    else:
        of = replay_clusters(conn, until=until)
    return folded(conn, of, None if kept is None else list(of), until)


def said(conn: sa.Connection, *, until: datetime | None = None) -> list[Fact]:
    """Return every duplicate fact in force but questions, as the replay reads it, oldest first."""
    columns = (_DUPLICATE.c[name] for name in ("kind", "a", "b", "records"))
    query = sa.select(*columns).order_by(_DUPLICATE.c.id)
    query = query.where(_DUPLICATE.c.kind != Duplicate.QUESTION, in_force(until))
    if until is not None:
        query = query.where(_DUPLICATE.c.at <= until)
    return [
        (kind.value, tuple(records) if kind is Duplicate.SPLIT else (a, b))
        for kind, a, b, records in conn.execute(query)
    ]


def in_force(until: datetime | None = None) -> sa.ColumnElement[bool]:
    """The condition that what was said of duplicates has not been taken back."""
    undone = sa.exists().where(_UNDONE.c.duplicate_id == _DUPLICATE.c.id)
    return ~(undone if until is None else undone.where(_UNDONE.c.at <= until))


def replay_clusters(conn: sa.Connection, *, until: datetime | None = None) -> dict[int, int]:
    """Return record -> kept record for every record, from the duplicate facts alone."""
    records = sa.select(_RECORD.c.id).order_by(_RECORD.c.id)
    if until is not None:
        records = records.where(_RECORD.c.at <= until)
    return {record: record for record in conn.scalars(records)} | clusters(said(conn, until=until))


def fold(kept: int, facts: ClusterFacts, protocol: Protocol) -> list[dict[str, Any]]:
    """Return the standing rows of one cluster: none if removed, full-text only if it advanced."""
    if facts.removed or not facts.records:
        return []
    first = facts.standing(Stage.TITLE_ABSTRACT, protocol)
    rows = [_row(kept, Stage.TITLE_ABSTRACT, first, facts.round(Stage.TITLE_ABSTRACT), None)]
    if first.state is State.INCLUDED:
        second = facts.standing(Stage.FULL_TEXT, protocol)
        number = facts.round(Stage.FULL_TEXT)
        rows.append(_row(kept, Stage.FULL_TEXT, second, number, facts.retrieval))
    return rows


def _row(
    kept: int, stage: Stage, result: Standing, round_: int, retrieval: Retrieval | None
) -> dict[str, Any]:
    return {
        "kept_id": kept,
        "stage": stage,
        "state": result.state,
        "verdict": result.verdict,
        "reason": result.reason,
        "maybe": result.maybe,
        "ruled": result.ruled,
        "round": round_,
        "voters": list(result.voters),
        "retrieval": retrieval,
    }


def refresh(conn: sa.Connection, kept: Iterable[int], protocol: Protocol) -> None:
    """Fold the clusters `kept` again and store their standings, in the caller's transaction."""
    wanted = list(kept)
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        put(conn, dict.fromkeys(some, _NOTHING) | load(conn, some), protocol)


def put(conn: sa.Connection, found: dict[int, ClusterFacts], protocol: Protocol) -> None:
    """Store the standings of clusters whose facts are at hand, in place of any there are."""
    rows = [row for kept_id, facts in found.items() for row in fold(kept_id, facts, protocol)]
    for start in range(0, len(found), _CHUNK):
        some = list(found)[start : start + _CHUNK]
        conn.execute(_CLEAR, {"kept": some})
    if rows:
        conn.execute(_STORE, rows)
    queue.put(conn, found, rows, protocol)


def start(conn: sa.Connection, first: int, last: int) -> None:
    """Give new records `first` to `last` a cluster of their own and the first standing."""
    ids = sa.select(_RECORD.c.id).where(_RECORD.c.id.between(first, last))
    twice = ids.add_columns(_RECORD.c.id.label("kept_id"))
    conn.execute(_CLUSTER.insert().from_select(["record_id", "kept_id"], twice))
    blank = _row(0, Stage.TITLE_ABSTRACT, _UNSCREENED, 1, None)
    constants = [
        sa.literal(value, _STANDING.c[name].type).label(name)
        for name, value in blank.items()
        if name != "kept_id" and value is not None
    ]
    conn.execute(
        _STANDING.insert().from_select(
            ["kept_id", *(constant.name for constant in constants)], ids.add_columns(*constants)
        )
    )
    _, content = people.protocol(conn)
    queue.start(conn, first, last, content)


_NOTHING = ClusterFacts()  # of a record that no cluster is kept by any more
_UNSCREENED = Standing(
    state=State.UNSCREENED, verdict=None, reason=None, maybe=False, voters=(), ruled=False
)


def rebuild(conn: sa.Connection, protocol: Protocol) -> None:
    """Drop clusters, standings and queue and make them anew from the facts."""
    conn.execute(_STANDING.delete())
    conn.execute(_CLUSTER.delete())
    of = replay_clusters(conn)
    if of:
        conn.execute(
            _CLUSTER.insert(), [{"record_id": r, "kept_id": kept} for r, kept in of.items()]
        )
    found = load(conn)
    rows = [row for kept, facts in found.items() for row in fold(kept, facts, protocol)]
    if rows:
        conn.execute(_STANDING.insert(), rows)
    queue.rebuild(conn, found, rows, protocol)


def differences(conn: sa.Connection, protocol: Protocol) -> list[str]:
    """Return a sentence for each stored cluster or standing that the facts do not give."""
    found = []
    stored = {r: k for r, k in conn.execute(sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id))}
    right = replay_clusters(conn)
    for record in sorted(stored.keys() | right.keys()):
        if stored.get(record) != right.get(record):
            found.append(
                f"record {record} is stored in cluster {stored.get(record)}, "
                f"the facts say {right.get(record)}"
            )
    rows = {
        (row["kept_id"], row["stage"]): dict(row)
        for row in conn.execute(sa.select(_STANDING)).mappings()
    }
    for kept, facts in load(conn).items():
        for row in fold(kept, facts, protocol):
            if rows.pop((kept, row["stage"]), None) != row:
                found.append(
                    f"the stored {row['stage']} standing of record {kept} is not its votes'"
                )
    found.extend(f"record {kept} has a {stage} standing that no fact gives" for kept, stage in rows)
    return found


def rebuild_queue(conn: sa.Connection, protocol: Protocol) -> None:
    """Drop the queue and make it anew from the facts."""
    found = load(conn)
    rows = [row for kept, facts in found.items() for row in fold(kept, facts, protocol)]
    queue.rebuild(conn, found, rows, protocol)


def queue_differences(conn: sa.Connection, protocol: Protocol) -> list[str]:
    """Return a sentence for each stored place in the queue that the facts do not give."""
    found = load(conn)
    rows = [row for kept, facts in found.items() for row in fold(kept, facts, protocol)]
    return queue.differences(conn, found, rows, protocol)
