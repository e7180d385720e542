"""Queries about the ranking: what it learns from, who trains it, and the scores it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from review.protocol import Protocol
from review.screening.ranking import Text, is_due
from review.store import queue
from review.store.engine import Write
from review.store.tables import (
    ClusterRow,
    DuplicateRow,
    RankingSwitchRow,
    RankModelRow,
    RankScoreRow,
    RecordRow,
    StandingRow,
)
from review.store.tables.base import table_of
from review.vocab import Stage, State

_RECORD, _CLUSTER, _STANDING = table_of(RecordRow), table_of(ClusterRow), table_of(StandingRow)
_SWITCH, _MODEL, _SCORE = (table_of(k) for k in (RankingSwitchRow, RankModelRow, RankScoreRow))
_DUPLICATE = table_of(DuplicateRow)
_FIRST = Stage.TITLE_ABSTRACT
_SETTLED = (State.INCLUDED, State.EXCLUDED)
OF_SAMPLES = 1.0
"""Scores above this are those of samples for the stopping aid."""
_GIVEN_UP = timedelta(minutes=10)  # a training that has not ended by then never will


@dataclass(frozen=True, slots=True)
class Labels:
    """What title-abstract screening has come to: kept records settled (included or not), open."""

    settled: dict[int, bool]
    open: list[int]

    @property
    def relevant(self) -> int:
        """How many were included."""
        return sum(self.settled.values())


def is_on(conn: sa.Connection) -> bool:
    """Return whether the ranking is on."""
    last = sa.select(_SWITCH.c.on).order_by(_SWITCH.c.id.desc()).limit(1)
    return bool(conn.scalar(last))


def labels(conn: sa.Connection) -> Labels:
    """Return what is settled at title-abstract; nothing else may be learned from.

    A vote on a record that is not settled is no label: the order would tell of it.
    """
    settled, waiting = {}, []
    query = sa.select(_STANDING.c.kept_id, _STANDING.c.state).where(_STANDING.c.stage == _FIRST)
    for kept, state in conn.execute(query.order_by(_STANDING.c.kept_id)):
        if state in _SETTLED:
            settled[kept] = state is State.INCLUDED
        else:
            waiting.append(kept)
    return Labels(settled, waiting)


def counts(conn: sa.Connection) -> tuple[int, int, int]:
    """Return how many records title-abstract has, are settled there, and are included."""
    query = (
        sa.select(_STANDING.c.state, sa.func.count())
        .where(_STANDING.c.stage == _FIRST)
        .group_by(_STANDING.c.state)
    )
    found = {state: n for state, n in conn.execute(query)}
    included = found.get(State.INCLUDED, 0)
    return sum(found.values()), included + found.get(State.EXCLUDED, 0), included


def texts(conn: sa.Connection) -> dict[int, Text]:
    """Return what the ranking reads of every report, by kept record, in order of id.

    The longest abstract and all keywords and headings of its entries speak for a report.
    """
    columns = [_RECORD.c[name] for name in ("title", "abstract", "keywords", "mesh")]
    query = (
        sa.select(_CLUSTER.c.kept_id, *columns)
        .join(_RECORD, _RECORD.c.id == _CLUSTER.c.record_id)
        .order_by(_CLUSTER.c.kept_id, _RECORD.c.id != _CLUSTER.c.kept_id, _RECORD.c.id)
    )
    found: dict[int, Text] = {}
    for kept, title, abstract, keywords, mesh in conn.execute(query):
        before = found.get(kept, Text(""))
        rest = " ".join((*keywords, *mesh)).replace("/", " ").replace("*", "")
        found[kept] = Text(
            before.title or title,
            max(before.abstract, abstract, key=len),
            rest if rest in before.rest or not before.rest else f"{before.rest} {rest}",
        )
    return found


def version(conn: sa.Connection) -> tuple[int, int]:
    """Return numbers that change whenever the texts do: the newest record and merge or split."""
    newest = (sa.select(sa.func.max(table.c.id)) for table in (_RECORD, _DUPLICATE))
    record, duplicate = (conn.scalar(query) or 0 for query in newest)
    return record, duplicate


def begun(conn: sa.Connection) -> int:
    """Return how many records have a vote and are not settled at title-abstract."""
    done = (State.UNSCREENED, *_SETTLED)
    query = (
        sa.select(sa.func.count())
        .select_from(_STANDING)
        .where(_STANDING.c.stage == _FIRST, _STANDING.c.state.not_in(done))
    )
    return conn.scalar(query) or 0


def scores(conn: sa.Connection) -> dict[int, float]:
    """Return the model's scores of records that are not settled."""
    query = (
        sa.select(_SCORE.c.record_id, _SCORE.c.score)
        .join(_STANDING, _STANDING.c.kept_id == _SCORE.c.record_id)
        .where(
            _STANDING.c.stage == _FIRST,
            _STANDING.c.state.not_in(_SETTLED),
            _SCORE.c.score <= OF_SAMPLES,
        )
    )
    return {record: score for record, score in conn.execute(query)}


def last_model(conn: sa.Connection) -> sa.Row[Any] | None:
    """Return the newest training, finished or not."""
    return conn.execute(sa.select(_MODEL).order_by(_MODEL.c.number.desc()).limit(1)).first()


def due(conn: sa.Connection, now: datetime) -> bool:
    """Return whether it is time to train: on, nobody at it, and enough is new since the last."""
    if not is_on(conn):
        return False
    records, settled, relevant = counts(conn)
    last = last_model(conn)
    if last is not None and last.finished is None and now - last.started < _GIVEN_UP:
        return False
    finished = last is not None and last.finished is not None and last.records == records
    return is_due(settled, relevant, trained_on=last.labels if last and finished else 0)


def claim(write: Write) -> int | None:
    """Take the next training upon oneself; return its number, None if another server has it."""
    write.only_writer()
    if not due(write.conn, write.at):
        return None
    records, settled, relevant = counts(write.conn)
    last = last_model(write.conn)
    number = last.number + 1 if last else 1
    write.conn.execute(
        _MODEL.insert(),
        {
            "number": number,
            "started": write.at,
            "labels": settled,
            "relevant": relevant,
            "records": records,
        },
    )
    return number


def finish(write: Write, number: int, seconds: float, *, calibrated: bool) -> None:
    """Say that a training is done, and drop scores that no open record needs."""
    write.conn.execute(
        _MODEL.update()
        .where(_MODEL.c.number == number)
        .values(finished=write.at, seconds=seconds, calibrated=calibrated)
    )
    waiting = sa.select(_STANDING.c.kept_id).where(
        _STANDING.c.stage == _FIRST, _STANDING.c.state.not_in(_SETTLED)
    )
    write.conn.execute(
        _SCORE.delete().where(_SCORE.c.score <= OF_SAMPLES, _SCORE.c.record_id.not_in(waiting))
    )


def put_scores(write: Write, scores: Mapping[int, float], protocol: Protocol) -> bool:
    """Store some scores and move their records in the queue; False once the ranking is off."""
    if not is_on(write.conn):
        return False
    some = list(scores)
    mine = _SCORE.c.record_id.in_(some)
    sampled = set(
        write.conn.scalars(sa.select(_SCORE.c.record_id).where(mine, _SCORE.c.score > OF_SAMPLES))
    )
    write.conn.execute(_SCORE.delete().where(mine, _SCORE.c.score <= OF_SAMPLES))
    rows = [{"record_id": r, "score": s} for r, s in scores.items() if r not in sampled]
    if rows:
        write.conn.execute(_SCORE.insert(), rows)
    queue.rescore(write.conn, protocol, some)
    return True


def switch(write: Write, *, on: bool, protocol: Protocol) -> None:
    """Turn the ranking on or off; off puts every record back where chance had put it."""
    write.add(RankingSwitchRow, on=on)
    write.conn.execute(_MODEL.delete())
    if not on:
        ranked = list(
            write.conn.scalars(sa.select(_SCORE.c.record_id).where(_SCORE.c.score <= OF_SAMPLES))
        )
        write.conn.execute(_SCORE.delete().where(_SCORE.c.score <= OF_SAMPLES))
        queue.rescore(write.conn, protocol, ranked)
