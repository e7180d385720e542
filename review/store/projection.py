"""What facts amount to: standings folded from votes and rulings, refreshed or rebuilt whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.dedup.cluster import Fact, clusters
from review.protocol import Protocol
from review.screening.standing import Ruling, Standing, Vote, standing
from review.store.tables import (
    ClusterRow,
    DuplicateRow,
    RecordRow,
    RemovalRow,
    ReopeningRow,
    RetrievalRow,
    RulingRow,
    StandingRow,
    UndoneRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Duplicate, Retrieval, Stage, State

_RECORD = table_of(RecordRow)
_DUPLICATE = table_of(DuplicateRow)
_UNDONE = table_of(UndoneRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_CHUNK = 500


@dataclass(slots=True)
class ClusterFacts:
    """Everything said of the records of one cluster that its standing depends on."""

    records: list[int] = field(default_factory=list)
    votes: list[tuple[Stage, int, Vote]] = field(default_factory=list)
    rulings: list[tuple[Stage, list[int], Ruling]] = field(default_factory=list)
    reopened: dict[tuple[int, Stage], int] = field(default_factory=dict)
    removed: bool = False
    retrieval: Retrieval | None = None

    def round_of(self, record: int, stage: Stage) -> int:
        """The current round of one record at a stage."""
        return 1 + self.reopened.get((record, stage), 0)

    def round(self, stage: Stage) -> int:
        """The current round of the cluster: that of its most reopened record."""
        return max(self.round_of(record, stage) for record in self.records)

    def current_votes(self, stage: Stage) -> list[Vote]:
        """The votes of each record's current round, in order, superseded ones included."""
        return [
            vote
            for at_stage, round_, vote in self.votes
            if at_stage == stage and round_ == self.round_of(vote.record, stage)
        ]

    def current_rulings(self, stage: Stage) -> list[Ruling]:
        """The rulings on any record's current round, in order.

        A record that was reopened since, on its own after a split, has lapsed from its ruling.
        """
        found = []
        for at_stage, rounds, ruling in self.rulings:
            if at_stage != stage:
                continue
            covered = zip(sorted(ruling.covers), rounds, strict=True)
            lapsed = {record for record, round_ in covered if self.round_of(record, stage) > round_}
            if lapsed < ruling.covers:
                found.append(replace(ruling, lapsed=frozenset(lapsed)))
        return found

    def standing(self, stage: Stage, protocol: Protocol) -> Standing:
        """Apply the screening rule."""
        return standing(
            stage,
            self.current_votes(stage),
            self.current_rulings(stage),
            policy=protocol.policy(stage),
            reason_order=protocol.reason_order(stage),
            cluster=frozenset(self.records),
        )


def load(
    conn: sa.Connection, kept: Sequence[int] | None = None, *, until: datetime | None = None
) -> dict[int, ClusterFacts]:
    """Read the facts of the clusters `kept`, or of all; `until` reads the past by replay."""
    if kept is not None:
        pairs = conn.execute(
            sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
            .where(_CLUSTER.c.kept_id.in_(kept))
            .order_by(_CLUSTER.c.record_id)
        )
        of = {record: kept_id for record, kept_id in pairs}
    else:
        of = replay_clusters(conn, until=until)
    return folded(conn, of, None if kept is None else list(of), until)


def folded(
    conn: sa.Connection, of: dict[int, int], some: list[int] | None, until: datetime | None = None
) -> dict[int, ClusterFacts]:
    """Read the facts of records by the clusters that `of` (record -> kept) puts them in.

    `some` are the records to read, None for all of the review. The clusters need not be those
    that are: so it is foreseen what a merge or split would make of the votes.
    """
    found: dict[int, ClusterFacts] = {}
    for record, kept_id in of.items():
        found.setdefault(kept_id, ClusterFacts()).records.append(record)
    for row in _facts(conn, VoteRow, some, until):
        vote = Vote(
            record=row.record_id,
            member=row.member_id,
            verdict=row.verdict,
            reason=row.reason,
            seq=row.id,
            independent=row.independent,
        )
        found[of[row.record_id]].votes.append((row.stage, row.round, vote))
    for row in _facts(conn, ReopeningRow, some, until):
        reopened = found[of[row.record_id]].reopened
        key = (row.record_id, row.stage)
        reopened[key] = reopened.get(key, 0) + 1
    for row in _facts(conn, RulingRow, some, until):
        ruling = Ruling(
            covers=frozenset(row.covers),
            member=row.member_id or 0,
            verdict=row.verdict,
            reason=row.reason,
            kind=row.kind,
            seq=row.id,
        )
        found[of[row.record_id]].rulings.append((row.stage, row.rounds, ruling))
    for row in _facts(conn, RemovalRow, some, until):
        found[of[row.record_id]].removed = not row.restored
    for row in _facts(conn, RetrievalRow, some, until):
        found[of[row.record_id]].retrieval = row.status
    return found


def _facts(
    conn: sa.Connection, kind: Any, records: list[int] | None, until: datetime | None
) -> Iterator[Any]:
    """Yield fact rows of `kind` about `records` (None: all), in the order they were added."""
    table = table_of(kind)
    query = sa.select(table).order_by(table.c.id)
    if until is not None:
        query = query.where(table.c.at <= until)
    if records is None:
        yield from conn.execute(query)
        return
    for start in range(0, len(records), _CHUNK):
        yield from conn.execute(query.where(table.c.record_id.in_(records[start : start + _CHUNK])))


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
        conn.execute(_STANDING.delete().where(_STANDING.c.kept_id.in_(some)))
    if rows:
        conn.execute(_STANDING.insert(), rows)


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


_NOTHING = ClusterFacts()  # of a record that no cluster is kept by any more
_UNSCREENED = Standing(
    state=State.UNSCREENED, verdict=None, reason=None, maybe=False, voters=(), ruled=False
)


def rebuild(conn: sa.Connection, protocol: Protocol) -> None:
    """Drop clusters and standings and make them anew from the facts."""
    conn.execute(_STANDING.delete())
    conn.execute(_CLUSTER.delete())
    of = replay_clusters(conn)
    if of:
        conn.execute(
            _CLUSTER.insert(), [{"record_id": r, "kept_id": kept} for r, kept in of.items()]
        )
    rows = [row for kept, facts in load(conn).items() for row in fold(kept, facts, protocol)]
    if rows:
        conn.execute(_STANDING.insert(), rows)


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
