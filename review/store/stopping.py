"""Queries about stopping early: random samples, what became of them, and stops."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.screening.stopping import Sample
from review.store import projection, queue
from review.store.engine import Write
from review.store.ranking import OF_SAMPLES, Labels, is_on, labels
from review.store.tables import (
    ClusterRow,
    RankModelRow,
    RankScoreRow,
    RecordRow,
    RemovalRow,
    ReopeningRow,
    RulingRow,
    StandingRow,
    StoppingSampleRow,
    StopRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Removal, Stage, State

_RECORD, _CLUSTER, _STANDING = table_of(RecordRow), table_of(ClusterRow), table_of(StandingRow)
_MODEL, _SCORE = table_of(RankModelRow), table_of(RankScoreRow)
_SAMPLE, _STOP = table_of(StoppingSampleRow), table_of(StopRow)
_REOPENING, _VOTE, _RULING = table_of(ReopeningRow), table_of(VoteRow), table_of(RulingRow)
_FIRST = Stage.TITLE_ABSTRACT


def draw(write: Write, size: int, protocol: Protocol, *, seed: int) -> list[int]:
    """Draw a sample of the records that are not settled, and put it first in every queue."""
    now = labels(write.conn)
    drawn = random.Random(seed).sample(now.open, size)
    write.add(
        StoppingSampleRow,
        records=drawn,
        population=len(now.open),
        settled=len(now.settled),
        found=now.relevant,
        through=write.conn.scalar(sa.select(sa.func.max(_RECORD.c.id))) or 0,
        seed=seed,
    )
    _put_sample(write.conn, drawn)
    queue.rescore(write.conn, protocol, drawn)
    return drawn


def _put_sample(conn: sa.Connection, drawn: Sequence[int]) -> None:
    rows = _sample_scores(drawn)
    for start in range(0, len(drawn), 500):
        some = drawn[start : start + 500]
        conn.execute(_SCORE.delete().where(_SCORE.c.record_id.in_(some)))
        conn.execute(_SCORE.insert(), [{"record_id": r, "score": rows[r]} for r in some])


def _sample_scores(drawn: Sequence[int]) -> dict[int, float]:
    """Above every score of a model, in the order in which they were drawn."""
    return {record: 2 - n / (len(drawn) + 1) for n, record in enumerate(drawn)}


def samples(conn: sa.Connection, now: Labels) -> list[Sample]:
    """Return the samples drawn so far, oldest first, with what became of them."""
    found = []
    waiting = set(now.open)
    for number, row in enumerate(conn.execute(sa.select(_SAMPLE).order_by(_SAMPLE.c.id)), 1):
        kept = _kept(conn, row.records)
        reopened = conn.scalar(
            sa.select(sa.func.count())
            .select_from(_REOPENING)
            .where(_REOPENING.c.stage == _FIRST, _REOPENING.c.at > row.at)
        )
        found.append(
            Sample(
                number=number,
                size=len(row.records),
                population=row.population,
                before=row.found,
                relevant=sum(now.settled.get(record, False) for record in kept),
                open=len(kept & waiting),
                newer=sum(record > row.through for record in waiting),
                reopened=reopened or 0,
            )
        )
    return found


def _kept(conn: sa.Connection, records: Collection[int]) -> set[int]:
    found: set[int] = set()
    wanted = list(records)
    for start in range(0, len(wanted), 500):
        query = sa.select(_CLUSTER.c.kept_id).where(
            _CLUSTER.c.record_id.in_(wanted[start : start + 500])
        )
        found.update(conn.scalars(query))
    return found


def in_order(conn: sa.Connection, now: Labels) -> list[bool]:
    """Return what was settled, in the order in which it was."""
    when: dict[int, datetime] = {}
    for table in (_VOTE, _RULING):
        query = (
            sa.select(_CLUSTER.c.kept_id, sa.func.max(table.c.at))
            .join(_CLUSTER, _CLUSTER.c.record_id == table.c.record_id)
            .where(table.c.stage == _FIRST)
            .group_by(_CLUSTER.c.kept_id)
        )
        for kept, at in conn.execute(query):
            when[kept] = max(at, when.get(kept, at))
    dated = sorted((when[kept], kept) for kept in now.settled if kept in when)
    return [now.settled[kept] for _, kept in dated]


def stops(conn: sa.Connection) -> list[sa.Row[Any]]:
    """Return the stops that were not taken back, oldest first."""
    rows = list(conn.execute(sa.select(_STOP).order_by(_STOP.c.id)))
    lifted = {row.lifts for row in rows}
    return [row for row in rows if row.lifts is None and row.id not in lifted]


def untouched(conn: sa.Connection) -> list[int]:
    """Return the kept records that nobody has ever voted on at title-abstract."""
    voted = (
        sa.exists()
        .where(_CLUSTER.c.kept_id == _STANDING.c.kept_id, _VOTE.c.record_id == _CLUSTER.c.record_id)
        .correlate(_STANDING)
    )
    query = sa.select(_STANDING.c.kept_id).where(
        _STANDING.c.stage == _FIRST, _STANDING.c.state == State.UNSCREENED, ~voted
    )
    return list(conn.scalars(query.order_by(_STANDING.c.kept_id)))


def stop(
    write: Write, records: Sequence[int], statement: dict[str, Any], why: str, protocol: Protocol
) -> int:
    """Take `records` out of screening, as an automation tool would; return its number."""
    number = write.add(StopRow, records=list(records), statement=statement, why=why, lifts=None)
    _remove(write, records, f"Screening was stopped early (stop {number}): {why}", restored=False)
    projection.refresh(write.conn, records, protocol)
    return number


def resume(write: Write, stopped: sa.Row[Any], why: str, protocol: Protocol) -> list[int]:
    """Take a stop back; return the records that wait again."""
    write.add(StopRow, records=[], statement={}, why=why, lifts=stopped.id)
    there = _kept(write.conn, stopped.records)
    waiting = set(write.conn.scalars(sa.select(_STANDING.c.kept_id)))
    back = sorted(there - waiting)
    _remove(write, back, f"Screening went on (after stop {stopped.id}): {why}", restored=True)
    projection.refresh(write.conn, back, protocol)
    return back


def _remove(write: Write, records: Sequence[int], why: str, *, restored: bool) -> None:
    rows = [
        {"record_id": record, "by": Removal.AUTOMATION, "why": why, "restored": restored}
        for record in records
    ]
    write.add_many(RemovalRow, rows)


def rebuild(conn: sa.Connection) -> None:
    """Drop all scores and put those of samples back; the model's come with its next training."""
    conn.execute(_SCORE.delete())
    conn.execute(_MODEL.delete())
    for drawn in conn.scalars(sa.select(_SAMPLE.c.records).order_by(_SAMPLE.c.id)).all():
        _put_sample(conn, drawn)


def differences(conn: sa.Connection) -> list[str]:
    """Return a sentence for each score that neither a sample nor a ranking that is on gives."""
    right: dict[int, float] = {}
    for drawn in conn.scalars(sa.select(_SAMPLE.c.records).order_by(_SAMPLE.c.id)):
        right |= _sample_scores(drawn)
    stored = {r: s for r, s in conn.execute(sa.select(_SCORE.c.record_id, _SCORE.c.score))}
    faults = [
        f"record {record} of a sample does not come first"
        for record, score in right.items()
        if stored.get(record) != score
    ]
    ranking = is_on(conn)
    return faults + [
        f"record {record} has a score that nothing gives"
        for record, score in stored.items()
        if record not in right and not (ranking and 0 <= score <= OF_SAMPLES)
    ]
