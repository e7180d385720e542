"""Queries about how conflicts were settled, and whether a stage is closed."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from review.screening.standing import SETTLED
from review.store.engine import Write
from review.store.tables import (
    BlindJudgementRow,
    RulingRow,
    StageClosureRow,
    StandingRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Retrieval, Stage, State

_STANDING = table_of(StandingRow)
_CLOSURE = table_of(StageClosureRow)
_RULING = table_of(RulingRow)
_JUDGEMENT = table_of(BlindJudgementRow)
_VOTE = table_of(VoteRow)
_PENDING = (State.UNSCREENED, State.AWAITING, State.CONFLICT, State.REASON_CONFLICT)


def pending(conn: sa.Connection, stage: Stage) -> int:
    """Return how many reports are not settled at a stage, or may still come to it.

    A report that was not retrieved waits for nobody.
    """
    not_settled = sa.and_(
        _STANDING.c.state.in_(_PENDING),
        _STANDING.c.retrieval.is_distinct_from(Retrieval.NOT_RETRIEVED),
    )
    stages = list(Stage)[: list(Stage).index(stage) + 1]
    query = sa.select(sa.func.count()).select_from(_STANDING)
    return conn.scalar(query.where(_STANDING.c.stage.in_(stages), not_settled)) or 0


def settled(conn: sa.Connection, stage: Stage) -> set[int]:
    """Return the reports that are settled at a stage, by their kept records."""
    query = sa.select(_STANDING.c.kept_id).where(
        _STANDING.c.stage == stage, _STANDING.c.state.in_(SETTLED)
    )
    return set(conn.scalars(query))


def reached(conn: sa.Connection, stage: Stage) -> int:
    """Return how many reports are, or have been settled, at a stage."""
    query = sa.select(sa.func.count()).select_from(_STANDING).where(_STANDING.c.stage == stage)
    return conn.scalar(query) or 0


def declared(conn: sa.Connection, stage: Stage) -> sa.Row[Any] | None:
    """Return the last declaration of an owner that a stage is closed or open, or None."""
    query = sa.select(_CLOSURE).where(_CLOSURE.c.stage == stage).order_by(_CLOSURE.c.id.desc())
    return conn.execute(query.limit(1)).first()


def is_closed(conn: sa.Connection, stage: Stage) -> bool:
    """Return whether a stage is closed: an owner says so, or it has reports and none is pending."""
    said = declared(conn, stage)
    if said is not None and said.closed:
        return True
    return reached(conn, stage) > 0 and pending(conn, stage) == 0


def declare(write: Write, stage: Stage, *, closed: bool, why: str) -> int:
    """Add an owner's declaration; return its number."""
    return write.add(StageClosureRow, stage=stage, closed=closed, why=why)


def as_cast(conn: sa.Connection, stage: Stage | None = None) -> Sequence[sa.Row[Any]]:
    """Return what agreement needs of every vote, superseded ones too, oldest first."""
    whose = (_VOTE.c.id, _VOTE.c.record_id, _VOTE.c.member_id, _VOTE.c.stage, _VOTE.c.round)
    what = (_VOTE.c.verdict, _VOTE.c.reason, _VOTE.c.independent, _VOTE.c.cast)
    columns: tuple[sa.ColumnElement[Any], ...] = (*whose, *what)
    query: sa.Select[Any] = sa.select(*columns).order_by(_VOTE.c.id)
    if stage is not None:
        query = query.where(_VOTE.c.stage == stage)
    return conn.execute(query).all()


def judgements(conn: sa.Connection, ids: Iterable[int]) -> dict[int, sa.Row[Any]]:
    """Return blind judgements by number."""
    wanted = list(ids)
    found: dict[int, sa.Row[Any]] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        for row in conn.execute(sa.select(_JUDGEMENT).where(_JUDGEMENT.c.id.in_(some))):
            found[row.id] = row
    return found


def rulings(conn: sa.Connection, stage: Stage) -> Sequence[sa.Row[Any]]:
    """Return the rulings of a stage, newest first."""
    query = sa.select(_RULING).where(_RULING.c.stage == stage).order_by(_RULING.c.id.desc())
    return conn.execute(query).all()
