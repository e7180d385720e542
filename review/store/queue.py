"""The queue as a projection: to whom each record is open and its place, kept in step with facts."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.screening.queue import (
    EVERYBODY,
    Opening,
    Seats,
    Shuffle,
    opening,
    place,
    shuffle,
)
from review.screening.standing import Standing
from review.store import bulk
from review.store.canonical import Columns
from review.store.tables import QueueEntryRow, RankScoreRow, VoterRow
from review.store.tables.base import table_of
from review.vocab import Order, Retrieval, Stage, State

if TYPE_CHECKING:
    from review.store.facts import ClusterFacts

_ENTRY = table_of(QueueEntryRow)
_VOTER = table_of(VoterRow)
_SCORE = table_of(RankScoreRow)
_CHUNK = 500
# made once: every vote puts its report in its place again
_SOME: sa.BindParameter[Any] = sa.bindparam("records", expanding=True)
_CLEAR = (
    _ENTRY.delete().where(_ENTRY.c.kept_id.in_(_SOME)),
    _VOTER.delete().where(_VOTER.c.kept_id.in_(_SOME)),
)
_SCORES = sa.select(_SCORE.c.record_id, _SCORE.c.score)
_SOME_SCORES = _SCORES.where(_SCORE.c.record_id.in_(_SOME))
_ADD_ENTRY, _ADD_VOTER = _ENTRY.insert(), _VOTER.insert()


@dataclass(frozen=True, slots=True)
class Places:
    """Where records stand in the order of each stage, as protocol, seed and ranking say."""

    circles: Mapping[Stage, Shuffle]
    orders: Mapping[Stage, Order]
    scores: Mapping[int, float]

    def of(self, record: int, stage: Stage) -> int:
        """Return the place of a record at a stage; the ranking speaks of the first stage only."""
        score = self.scores.get(record) if stage is Stage.TITLE_ABSTRACT else None
        return place(record, circle=self.circles[stage], order=self.orders[stage], score=score)


def chunks(records: Iterable[int]) -> Iterator[list[int]]:
    """Yield records in lists short enough to be bound in one statement, in order of id."""
    every = sorted(records)
    for first in range(0, len(every), _CHUNK):
        yield every[first : first + _CHUNK]


def places(
    conn: sa.Connection, protocol: Protocol, records: Collection[int] | None = None
) -> Places:
    """Return the places of `records`, or of all."""
    found: dict[int, float] = {}
    for some in [None] if records is None else chunks(records):
        rows = (
            conn.execute(_SCORES) if some is None else conn.execute(_SOME_SCORES, {"records": some})
        )
        found.update((record, score) for record, score in rows)
    policies = {stage: protocol.policy(stage) for stage in Stage}
    return Places(
        circles={stage: shuffle(stage, seed=one.seed) for stage, one in policies.items()},
        orders={stage: one.order for stage, one in policies.items()},
        scores=found,
    )


def put(
    conn: sa.Connection,
    found: "Mapping[int, ClusterFacts]",
    standings: Sequence[dict[str, Any]],
    protocol: Protocol,
) -> None:
    """Store the queue entries and voters of clusters, given their facts and standing rows."""
    for some in chunks(found):
        for clear in _CLEAR:
            conn.execute(clear, {"records": some})
    entries, voters = _rows(found, standings, protocol, places(conn, protocol, found))
    if entries:
        conn.execute(_ADD_ENTRY, entries)
    if voters:
        conn.execute(_ADD_VOTER, voters)


def _rows(
    found: "Mapping[int, ClusterFacts]",
    standings: Iterable[dict[str, Any]],
    protocol: Protocol,
    where: Places,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what follows from standing rows: queue entries, and a row for each voter."""
    entries, voters = [], []
    for row in standings:
        kept, stage, facts = row["kept_id"], row["stage"], found[row["kept_id"]]
        key = {"kept_id": kept, "stage": stage}
        voters += [key | {"member_id": member} for member in row["voters"]]
        if stage is Stage.FULL_TEXT and row["retrieval"] is not Retrieval.RETRIEVED:
            continue
        is_open = opening(
            Standing(state=row["state"], voters=tuple(row["voters"])),
            required=protocol.policy(stage).reviewers_per_record,
            seats=facts.seats.get(stage, EVERYBODY),
            panel=facts.panel(stage) or None,
        )
        if is_open is not None:
            entries.append(key | {"open_to": is_open.text, "place": where.of(kept, stage)})
    return entries, voters


def start(conn: sa.Connection, first: int, last: int, protocol: Protocol) -> None:
    """Put new records `first` to `last`, each its own report, in everybody's queue."""
    where = places(conn, protocol, ())
    stage = Stage.TITLE_ABSTRACT
    records = list(range(first, last + 1))
    columns: Columns = {
        "kept_id": records,
        "stage": [stage] * len(records),
        "open_to": [Opening().text] * len(records),
        "place": [where.of(record, stage) for record in records],
    }
    bulk.write(conn, _ENTRY, columns)


def seat(conn: sa.Connection, stage: Stage, plan: Mapping[int, Seats], *, required: int) -> None:
    """Open records that nobody has begun to those whom a plan names."""
    blank = Standing(state=State.UNSCREENED)
    groups: dict[Seats, list[int]] = {}
    for record, seats in plan.items():
        groups.setdefault(seats, []).append(record)
    for seats, records in groups.items():
        found = opening(blank, required=required, seats=seats) or Opening()
        for some in chunks(records):
            conn.execute(
                _ENTRY.update()
                .where(_ENTRY.c.stage == stage, _ENTRY.c.kept_id.in_(some))
                .values(open_to=found.text)
            )


def rescore(conn: sa.Connection, protocol: Protocol, records: Collection[int]) -> None:
    """Move records to the places that their scores, or the lack of one, give them now."""
    where, stage = places(conn, protocol, records), Stage.TITLE_ABSTRACT
    rows = [{"record": record, "now": where.of(record, stage)} for record in records]
    if rows:
        conn.execute(
            _ENTRY.update()
            .where(_ENTRY.c.kept_id == sa.bindparam("record"), _ENTRY.c.stage == stage)
            .values(place=sa.bindparam("now")),
            rows,
        )


def rebuild(
    conn: sa.Connection,
    found: "Mapping[int, ClusterFacts]",
    standings: Sequence[dict[str, Any]],
    protocol: Protocol,
) -> None:
    """Drop the queue and make it anew."""
    conn.execute(_ENTRY.delete())
    conn.execute(_VOTER.delete())
    entries, voters = _rows(found, standings, protocol, places(conn, protocol))
    if entries:
        conn.execute(_ENTRY.insert(), entries)
    if voters:
        conn.execute(_VOTER.insert(), voters)


def differences(
    conn: sa.Connection,
    found: "Mapping[int, ClusterFacts]",
    standings: Iterable[dict[str, Any]],
    protocol: Protocol,
) -> list[str]:
    """Return a sentence for each stored queue entry or voter that the facts do not give."""
    entries, voters = _rows(found, standings, protocol, places(conn, protocol))
    faults = []
    for table, rows, what in ((_ENTRY, entries, "place in the queue"), (_VOTER, voters, "voter")):
        right = {tuple(row[column.name] for column in table.c) for row in rows}
        stored = {tuple(row) for row in conn.execute(sa.select(table))}
        faults += [
            f"record {row[0]} has a {what} at {row[1]} that no fact gives"
            for row in sorted(stored - right)
        ]
        faults += [
            f"record {row[0]} lacks a {what} at {row[1]} that the facts give"
            for row in sorted(right - stored)
        ]
    return faults
