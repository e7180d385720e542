"""Everything said of the records of a cluster, read from the facts its standing follows from."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.screening.queue import Seats
from review.screening.standing import Ruling, Standing, Vote, standing
from review.store import assignments
from review.store.assignments import Sampled
from review.store.tables import (
    AssignedRow,
    DuplicateRow,
    PilotRecordRow,
    RemovalRow,
    ReopeningRow,
    RetrievalRow,
    RulingRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Duplicate, Retrieval, Stage

_CHUNK = 500
_KINDS = (VoteRow, ReopeningRow, RulingRow, RemovalRow, RetrievalRow, AssignedRow, PilotRecordRow)
_SOME: sa.BindParameter[Any] = sa.bindparam("records", expanding=True)


def _about(table: sa.Table, one: bool) -> sa.ColumnElement[bool]:
    """The condition that a fact is about one record, or about some.

    A ruling on several records is filed under the one that was kept, and goes on being about
    the others when a split has taken them away: such rulings are few, and all are looked at.
    """
    column = table.c.record_id
    about = column == sa.bindparam("record") if one else column.in_(_SOME)
    if table is not table_of(RulingRow):
        return about
    wide, said = table_of(RulingRow).alias("wide"), table_of(DuplicateRow)
    several = sa.select(wide.c.id).where(
        sa.text("json_array_length(wide.covers) > 1"),
        sa.exists().where(said.c.kind == sa.literal_column(f"'{Duplicate.SPLIT.value}'")),
    )
    return sa.or_(about, table.c.id.in_(several))


def _presence(one: bool) -> sa.CompoundSelect[Any]:
    tables = [table_of(kind) for kind in _KINDS]
    return sa.union_all(
        *(
            sa.select(sa.literal_column(f"'{table.name}'")).where(
                sa.exists().where(_about(table, one))
            )
            for table in tables
        )
    )


# made once: a vote asks for the facts of one record, and most kinds of facts are not there
_PRESENT = {one: _presence(one) for one in (True, False)}


@dataclass(slots=True)
class ClusterFacts:
    """Everything said of the records of one cluster that its standing depends on."""

    records: list[int] = field(default_factory=list)
    votes: list[tuple[Stage, int, Vote]] = field(default_factory=list)
    rulings: list[tuple[Stage, list[int], Ruling]] = field(default_factory=list)
    reopened: dict[tuple[int, Stage], int] = field(default_factory=dict)
    removed: bool = False
    retrieval: Retrieval | None = None
    seats: dict[Stage, Seats] = field(default_factory=dict)
    pilots: dict[Stage, list[Sampled]] = field(default_factory=dict)

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

    def panel(self, stage: Stage) -> frozenset[int]:
        """Those who must all vote in this round, as a record of the cluster is in a pilot."""
        drawn = self.pilots.get(stage, ())
        now = [panel for record, round_, panel in drawn if round_ == self.round_of(record, stage)]
        return frozenset().union(*now)

    def standing(self, stage: Stage, protocol: Protocol) -> Standing:
        """Apply the screening rule."""
        return standing(
            stage,
            self.current_votes(stage),
            self.current_rulings(stage),
            policy=protocol.policy(stage),
            reason_order=protocol.reason_order(stage),
            cluster=frozenset(self.records),
            panel=self.panel(stage),
        )


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
    present = _present(conn, some)
    for row in _facts(conn, VoteRow, some, until) if VoteRow in present else ():
        vote = Vote(
            record=row.record_id,
            member=row.member_id,
            verdict=row.verdict,
            reason=row.reason,
            seq=row.id,
            independent=row.independent,
        )
        found[of[row.record_id]].votes.append((row.stage, row.round, vote))
    for row in _facts(conn, ReopeningRow, some, until) if ReopeningRow in present else ():
        reopened = found[of[row.record_id]].reopened
        key = (row.record_id, row.stage)
        reopened[key] = reopened.get(key, 0) + 1
    for row in _facts(conn, RulingRow, some, until) if RulingRow in present else ():
        ruling = Ruling(
            covers=frozenset(row.covers),
            member=row.member_id or 0,
            verdict=row.verdict,
            reason=row.reason,
            kind=row.kind,
            seq=row.id,
        )
        for kept_id in {of[record] for record in row.covers if record in of}:
            found[kept_id].rulings.append((row.stage, row.rounds, ruling))
    for row in _facts(conn, RemovalRow, some, until) if RemovalRow in present else ():
        found[of[row.record_id]].removed = not row.restored
    for row in _facts(conn, RetrievalRow, some, until) if RetrievalRow in present else ():
        found[of[row.record_id]].retrieval = row.status
    if AssignedRow in present:
        for seats in assignments.seats(conn, of, some=some, until=until):
            found[of[seats.record]].seats[seats.stage] = seats.seats
    if PilotRecordRow in present:
        for stage, drawn in assignments.sampled(conn, some=some, until=until):
            found[of[drawn[0]]].pilots.setdefault(stage, []).append(drawn)
    return found


def _present(conn: sa.Connection, records: list[int] | None) -> set[Any]:
    """Return the kinds of facts there are about `records`; all where asking is not worth it."""
    if records is None or len(records) > _CHUNK:
        return set(_KINDS)
    one = len(records) == 1
    there = set(
        conn.scalars(_PRESENT[one], {"record": records[0]} if one else {"records": records})
    )
    return {kind for kind in _KINDS if table_of(kind).name in there}


def _facts(
    conn: sa.Connection, kind: Any, records: list[int] | None, until: datetime | None
) -> Iterator[Any]:
    """Yield fact rows of `kind` about `records` (None: all), in the order they were added."""
    every, some, one = _queries(kind)
    if until is not None:
        at = table_of(kind).c.at
        every, some, one = (query.where(at <= until) for query in (every, some, one))
    if records is None:
        yield from conn.execute(every)
        return
    if len(records) == 1:
        yield from conn.execute(one, {"record": records[0]})
        return
    for start in range(0, len(records), _CHUNK):
        yield from conn.execute(some, {"records": records[start : start + _CHUNK]})


@cache
def _queries(kind: Any) -> tuple[sa.Select[Any], sa.Select[Any], sa.Select[Any]]:
    """The queries of all facts of a kind, of those about some records, and about one."""
    table = table_of(kind)
    every = sa.select(table).order_by(table.c.id)
    return every, every.where(_about(table, False)), every.where(_about(table, True))
