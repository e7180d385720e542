"""Queries about one member's own votes: those that count, page by page, and when they were cast."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa

from review.screening.finding import Term
from review.screening.standing import SETTLED
from review.store import word_hits
from review.store.many import listed
from review.store.queue import chunks
from review.store.tables import ClusterRow, RecordRow, ReopeningRow, StandingRow, VoteRow
from review.store.tables.base import table_of
from review.vocab import Stage, Verdict

_VOTE = table_of(VoteRow)
_RECORD = table_of(RecordRow)
_CLUSTER = table_of(ClusterRow)
_REOPENING = table_of(ReopeningRow)
_STANDING = table_of(StandingRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of their votes somebody asks for; what is empty asks for all."""

    stage: Stage | None = None
    verdict: Verdict | None = None
    reason: str | None = None
    words: tuple[Term, ...] = ()
    noted: bool | None = None
    day: tuple[date, tzinfo] | None = None


def page(
    conn: sa.Connection, member: int, wanted: Wanted, *, limit: int | None, offset: int
) -> list[sa.Row[Any]]:
    """Return one page of a member's votes that count and match, with titles, newest first."""
    # newest first from the end of the table: by its index of members SQLite would sort all first
    by_index = conn.dialect.name != "sqlite"
    query = _matching(conn, member, wanted, indexed=by_index).order_by(_VOTE.c.id.desc())
    return list(conn.execute(query.limit(limit).offset(offset)))


def count(conn: sa.Connection, member: int, wanted: Wanted) -> int:
    """Return how many of a member's votes count and match."""
    query = sa.select(sa.func.count()).select_from(_matching(conn, member, wanted).subquery())
    return conn.scalar(query) or 0


def _matching(
    conn: sa.Connection, member: int, wanted: Wanted, *, indexed: bool = True
) -> sa.Select[Any]:
    whose = _VOTE.c.member_id if indexed else _VOTE.c.member_id + 0
    later = _VOTE.alias("later")
    replaced = sa.exists().where(
        later.c.member_id == member,
        later.c.stage == _VOTE.c.stage,
        later.c.record_id == _VOTE.c.record_id,
        later.c.round == _VOTE.c.round,
        later.c.id > _VOTE.c.id,
    )
    query = (
        sa.select(_VOTE, _RECORD.c.title)
        .join(_RECORD, _RECORD.c.id == _VOTE.c.record_id)
        .where(whose == member, _VOTE.c.verdict.is_not(None), ~replaced, ~_judged_anew())
    )
    if wanted.stage is not None:
        query = query.where(_VOTE.c.stage == wanted.stage)
    if wanted.verdict is not None:
        query = query.where(_VOTE.c.verdict == wanted.verdict)
    if wanted.reason is not None:
        query = query.where(_VOTE.c.reason == wanted.reason)
    if wanted.noted is not None:
        query = query.where((_VOTE.c.note != "") if wanted.noted else (_VOTE.c.note == ""))
    if wanted.day is not None:
        day, zone = wanted.day
        begin = datetime.combine(day, time(), zone).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        query = query.where(_VOTE.c.cast >= begin, _VOTE.c.cast < end)
    for term in wanted.words:
        found = word_hits.found(conn, (term,)).tolist()
        noted = (sa.func.lower(_VOTE.c.note).contains(w, autoescape=True) for w in term.words)
        in_record = _VOTE.c.record_id.in_(listed(conn, found))
        query = query.where(sa.or_(in_record, sa.and_(*noted)))
    return query


def _judged_anew() -> sa.ColumnElement[bool]:
    """Whether a vote is of an earlier round while the report is open again: that is judged blind.

    So is a vote on the full text while title and abstract are open again.
    """
    reopened = (
        sa.select(sa.func.count())
        .select_from(_REOPENING)
        .where(_REOPENING.c.record_id == _VOTE.c.record_id, _REOPENING.c.stage == _VOTE.c.stage)
        .correlate(_VOTE)
        .scalar_subquery()
    )
    before = sa.and_(_STANDING.c.stage == _VOTE.c.stage, _VOTE.c.round <= reopened)
    first = sa.and_(_STANDING.c.stage == Stage.TITLE_ABSTRACT, _VOTE.c.stage == Stage.FULL_TEXT)
    return (
        sa.exists()
        .where(
            _CLUSTER.c.record_id == _VOTE.c.record_id,
            _STANDING.c.kept_id == _CLUSTER.c.kept_id,
            _STANDING.c.state.not_in(SETTLED),
            sa.or_(before, first),
        )
        .correlate(_VOTE)
    )


def kept(conn: sa.Connection, records: Collection[int]) -> dict[int, int]:
    """Return the kept record of each of some records."""
    found: dict[int, int] = {}
    for some in chunks(records):
        query = sa.select(_CLUSTER.c.record_id, _CLUSTER.c.kept_id)
        rows = conn.execute(query.where(_CLUSTER.c.record_id.in_(some)))
        found.update((row.record_id, row.kept_id) for row in rows)
    return found


def times(
    conn: sa.Connection, member: int, stage: Stage, *, since: datetime
) -> list[tuple[datetime, float | None]]:
    """Return when a member first judged each record at a stage, and the seconds, oldest first."""
    query = (
        sa.select(_VOTE.c.record_id, _VOTE.c.round, _VOTE.c.cast, _VOTE.c.seconds)
        .where(
            _VOTE.c.member_id == member,
            _VOTE.c.stage == stage,
            _VOTE.c.verdict.is_not(None),
            _VOTE.c.cast >= since,
        )
        .order_by(_VOTE.c.cast, _VOTE.c.id)
    )
    first: dict[tuple[int, int], tuple[datetime, float | None]] = {}
    for record, round_, at, seconds in conn.execute(query):
        first.setdefault((record, round_), (at, seconds))
    return list(first.values())
