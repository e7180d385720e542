"""Queries about assignments and pilots: what was decided of which record, and what is in force."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.screening.queue import Seats
from review.store.engine import Write
from review.store.tables import (
    AssignedRow,
    AssignmentRow,
    ClusterRow,
    PilotEventRow,
    PilotRecordRow,
    PilotRow,
)
from review.store.tables.base import table_of
from review.vocab import AssignmentKind, PilotEvent, Stage

_ASSIGNMENT = table_of(AssignmentRow)
_ASSIGNED = table_of(AssignedRow)
_CLUSTER = table_of(ClusterRow)
_PILOT = table_of(PilotRow)
_PILOT_RECORD = table_of(PilotRecordRow)
_EVENT = table_of(PilotEventRow)
_CHUNK = 500
# made once: every vote and every next record asks it
_CLOSED = (
    sa.select(_PILOT.c.id)
    .where(
        _PILOT.c.stage == sa.bindparam("stage", type_=_PILOT.c.stage.type),
        ~sa.exists().where(_EVENT.c.pilot_id == _PILOT.c.id, _EVENT.c.kind == PilotEvent.OPENED),
    )
    .limit(1)
)


Sampled = tuple[int, int, frozenset[int]]
"""A record drawn for a pilot, the round it was in, and who screens the pilot now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Who a record is assigned to at a stage."""

    record: int
    stage: Stage
    seats: Seats


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot:
    """One pilot: its number among those of its stage, its records, and who screens it now."""

    id: int
    number: int
    stage: Stage
    seed: int
    note: str
    at: datetime
    records: frozenset[int]
    panel: frozenset[int]
    opened: datetime | None


def seats(
    conn: sa.Connection,
    of: Mapping[int, int],
    *,
    some: Sequence[int] | None,
    until: datetime | None = None,
) -> list[Assigned]:
    """Return who the records of clusters are assigned to: for each stage the latest that holds.

    `of` gives the kept record of each record, `some` the records to read about (None: all). The
    last of several for one cluster comes last.
    """
    read: dict[int, Seats] = {}
    query = (
        sa.select(_ASSIGNED.c.record_id, _ASSIGNMENT)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _ASSIGNED.c.assignment_id)
        .order_by(_ASSIGNED.c.id)
    )
    found: dict[tuple[int, Stage], tuple[int, Assigned]] = {}
    for row in _about(conn, query, _ASSIGNED, some, until):
        key = (of[row.record_id], row.stage)
        if key in found and found[key][0] > row.id:
            continue  # a later plan, of another record of the cluster
        now = Assigned(record=row.record_id, stage=row.stage, seats=_seats(row, read))
        found[key] = (row.id, now)
    return [one for _, one in found.values()]


def sampled(
    conn: sa.Connection, *, some: Sequence[int] | None, until: datetime | None = None
) -> Iterator[tuple[Stage, Sampled]]:
    """Yield stage, record, round and present panel of every record that was drawn for a pilot."""
    query = (
        sa.select(_PILOT_RECORD, _PILOT.c.stage)
        .join(_PILOT, _PILOT.c.id == _PILOT_RECORD.c.pilot_id)
        .order_by(_PILOT_RECORD.c.id)
    )
    rows = list(_about(conn, query, _PILOT_RECORD, some, until))
    now = panels(conn, until=until) if rows else {}
    for row in rows:
        yield row.stage, (row.record_id, row.round, now.get(row.pilot_id, frozenset()))


def _about(
    conn: sa.Connection,
    query: sa.Select[Any],
    table: sa.Table,
    some: Sequence[int] | None,
    until: datetime | None,
) -> Iterable[sa.Row[Any]]:
    if until is not None:
        query = query.where(table.c.at <= until)
    if some is None:
        yield from conn.execute(query)
        return
    for start in range(0, len(some), _CHUNK):
        yield from conn.execute(query.where(table.c.record_id.in_(some[start : start + _CHUNK])))


def _seats(row: Any, read: dict[int, Seats]) -> Seats:
    """Return the seats of an assignment, made once for all its records."""
    if row.id not in read:
        pool = None if row.pool is None else frozenset(row.pool)
        read[row.id] = Seats(named=frozenset(row.named), pool=pool)
    return read[row.id]


def panels(conn: sa.Connection, *, until: datetime | None = None) -> dict[int, frozenset[int]]:
    """Return who screens each pilot, as last said."""
    query = sa.select(_EVENT).where(_EVENT.c.kind == PilotEvent.PANEL).order_by(_EVENT.c.id)
    if until is not None:
        query = query.where(_EVENT.c.at <= until)
    return {row.pilot_id: frozenset(row.panel) for row in conn.execute(query)}


def closed(conn: sa.Connection, stage: Stage) -> bool:
    """Return whether a pilot keeps the rest of a stage closed."""
    return conn.scalar(_CLOSED, {"stage": stage}) is not None


def pilots(conn: sa.Connection, stage: Stage) -> list[Pilot]:
    """Return the pilots of a stage, oldest first, their records as kept now."""
    records: dict[int, set[int]] = {}
    query = sa.select(_PILOT_RECORD.c.pilot_id, _CLUSTER.c.kept_id).join(
        _CLUSTER, _CLUSTER.c.record_id == _PILOT_RECORD.c.record_id
    )
    for pilot, kept in conn.execute(query):
        records.setdefault(pilot, set()).add(kept)
    opened = {
        row.pilot_id: row.at
        for row in conn.execute(
            sa.select(_EVENT).where(_EVENT.c.kind == PilotEvent.OPENED).order_by(_EVENT.c.id.desc())
        )
    }
    now = panels(conn)
    rows = conn.execute(sa.select(_PILOT).where(_PILOT.c.stage == stage).order_by(_PILOT.c.id))
    return [
        Pilot(
            id=row.id,
            number=number,
            stage=row.stage,
            seed=row.seed,
            note=row.note,
            at=row.at,
            records=frozenset(records.get(row.id, ())),
            panel=now.get(row.id, frozenset()),
            opened=opened.get(row.id),
        )
        for number, row in enumerate(rows, 1)
    ]


def add_pilot(
    write: Write,
    stage: Stage,
    records: Mapping[int, int],
    *,
    panel: Collection[int],
    seed: int,
    note: str,
) -> int:
    """Add a pilot of `records` (record -> round) to be screened by `panel`; return its id."""
    pilot = write.add(PilotRow, stage=stage, seed=seed, note=note)
    rows = [
        {"pilot_id": pilot, "record_id": record, "round": round_}
        for record, round_ in sorted(records.items())
    ]
    write.add_many(PilotRecordRow, rows)
    change_panel(write, pilot, panel)
    return pilot


def change_panel(write: Write, pilot: int, panel: Collection[int]) -> None:
    """Say who screens a pilot from now on."""
    write.add(PilotEventRow, pilot_id=pilot, kind=PilotEvent.PANEL, panel=sorted(panel))


def open_rest(write: Write, pilot: int) -> None:
    """Say that the rest of a pilot's stage is open."""
    write.add(PilotEventRow, pilot_id=pilot, kind=PilotEvent.OPENED)


def add(
    write: Write,
    stage: Stage,
    plan: Mapping[int, Seats],
    *,
    kind: AssignmentKind,
    seed: int = 0,
    note: str = "",
) -> int:
    """Add what one person decided of some records; return the number of the plan."""
    number = last_plan(write.conn) + 1
    groups: dict[Seats, list[int]] = {}
    for record, seats in sorted(plan.items()):
        groups.setdefault(seats, []).append(record)
    about = {"plan": number, "stage": stage, "kind": kind, "seed": seed, "note": note}
    ids = write.add_many(
        AssignmentRow,
        [
            about
            | {
                "named": sorted(seats.named),
                "pool": None if seats.pool is None else sorted(seats.pool),
            }
            for seats in groups
        ],
    )
    rows = [
        {"assignment_id": id_, "record_id": record}
        for id_, records in zip(ids, groups.values(), strict=True)
        for record in records
    ]
    write.add_many(AssignedRow, rows)
    return number


def last_plan(conn: sa.Connection) -> int:
    """Return the number of the last plan, 0 where there is none."""
    return conn.scalar(sa.select(sa.func.max(_ASSIGNMENT.c.plan))) or 0


def in_force(conn: sa.Connection, stage: Stage) -> dict[int, Seats]:
    """Return who the kept records of a stage are assigned to; others are everybody's."""
    read: dict[int, Seats] = {}
    found: dict[int, tuple[int, Seats]] = {}
    query = (
        sa.select(_CLUSTER.c.kept_id, _ASSIGNMENT)
        .select_from(_ASSIGNED)
        .join(_ASSIGNMENT, _ASSIGNMENT.c.id == _ASSIGNED.c.assignment_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == _ASSIGNED.c.record_id)
        .where(_ASSIGNMENT.c.stage == stage)
    )
    for row in conn.execute(query):
        if row.kept_id not in found or found[row.kept_id][0] <= row.id:
            found[row.kept_id] = (row.id, _seats(row, read))
    return {record: seats for record, (_, seats) in found.items()}


def plans(conn: sa.Connection, stage: Stage | None = None) -> list[dict[str, Any]]:
    """Return every plan as it was decided: kind, when, who decided, seats and their records."""
    counts = (
        sa.select(_ASSIGNED.c.assignment_id, sa.func.count().label("n"))
        .group_by(_ASSIGNED.c.assignment_id)
        .subquery()
    )
    query = (
        sa.select(_ASSIGNMENT, counts.c.n)
        .join(counts, counts.c.assignment_id == _ASSIGNMENT.c.id)
        .order_by(_ASSIGNMENT.c.id)
    )
    if stage is not None:
        query = query.where(_ASSIGNMENT.c.stage == stage)
    return [dict(row) for row in conn.execute(query).mappings()]
