"""Queries about votes, rulings, and the standings they amount to."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.screening.standing import Standing
from review.store.tables import (
    BlindJudgementRow,
    DiscussionRow,
    MemberRow,
    RecordRow,
    ReopeningRow,
    RulingRow,
    StandingRow,
    VoteRow,
)
from review.store.tables.base import table_of
from review.vocab import Stage, State

_VOTE = table_of(VoteRow)
_STANDING = table_of(StandingRow)
_RULING = table_of(RulingRow)
_JUDGEMENT = table_of(BlindJudgementRow)
_DISCUSSION = table_of(DiscussionRow)
_REOPENING = table_of(ReopeningRow)
_RECORD = table_of(RecordRow)
_MEMBER = table_of(MemberRow)
# made once: every vote asks these
_BY_KEY = sa.select(_VOTE).where(
    _VOTE.c.member_id == sa.bindparam("member"), _VOTE.c.key == sa.bindparam("key")
)
_SLOTS = (
    sa.select(_VOTE.c.member_id, _VOTE.c.slot, _VOTE.c.revision, _VOTE.c.verdict)
    .where(
        _VOTE.c.record_id == sa.bindparam("record"),
        _VOTE.c.stage == sa.bindparam("stage", type_=_VOTE.c.stage.type),
        _VOTE.c.round == sa.bindparam("round"),
    )
    .order_by(_VOTE.c.id)
)


def vote_by_key(conn: sa.Connection, member: int, key: str) -> sa.Row[Any] | None:
    """Return the vote that `member` cast with this idempotency key."""
    return conn.execute(_BY_KEY, {"member": member, "key": key}).first()


def ruling_by_key(conn: sa.Connection, member: int, key: str) -> sa.Row[Any] | None:
    """Return the ruling that `member` made with this idempotency key."""
    return conn.execute(
        sa.select(_RULING).where(_RULING.c.member_id == member, _RULING.c.key == key)
    ).first()


def place(
    conn: sa.Connection, *, record: int, stage: Stage, round: int, member: int
) -> tuple[int, int]:
    """Return (slot, revision) for the next vote of `member` on `record`."""
    rows = conn.execute(_SLOTS, {"record": record, "stage": stage, "round": round}).all()
    latest = {row.slot: row for row in rows}
    for slot, row in latest.items():
        if row.member_id == member:
            return slot, row.revision + 1
    for slot, row in sorted(latest.items()):
        if row.verdict is None:  # a withdrawn vote has freed its slot
            return slot, row.revision + 1
    return len(latest) + 1, 0


def standing(conn: sa.Connection, kept: int, stage: Stage) -> sa.Row[Any] | None:
    """Return the stored standing of a kept record at a stage."""
    return conn.execute(
        sa.select(_STANDING).where(_STANDING.c.kept_id == kept, _STANDING.c.stage == stage)
    ).first()


def as_standing(row: sa.Row[Any]) -> Standing:
    """Return a stored standing as the rule of screening speaks of it."""
    return Standing(
        state=row.state,
        verdict=row.verdict,
        reason=row.reason,
        maybe=row.maybe,
        voters=tuple(row.voters),
        ruled=row.ruled,
    )


def standings(conn: sa.Connection, kept: Collection[int]) -> dict[int, dict[Stage, sa.Row[Any]]]:
    """Return the stored standings of kept records, by stage."""
    found: dict[int, dict[Stage, sa.Row[Any]]] = {}
    wanted = list(kept)
    for start in range(0, len(wanted), 500):
        query = sa.select(_STANDING).where(_STANDING.c.kept_id.in_(wanted[start : start + 500]))
        for row in conn.execute(query):
            found.setdefault(row.kept_id, {})[row.stage] = row
    return found


def in_conflict(conn: sa.Connection, stage: Stage | None = None) -> list[sa.Row[Any]]:
    """Return the standings that wait for a third person, in import order."""
    query = (
        sa.select(_STANDING)
        .where(_STANDING.c.state.in_((State.CONFLICT, State.REASON_CONFLICT)))
        .order_by(_STANDING.c.stage.desc(), _STANDING.c.kept_id)
    )
    if stage is not None:
        query = query.where(_STANDING.c.stage == stage)
    return list(conn.execute(query))


def votes(
    conn: sa.Connection, *, records: Collection[int] | None = None, member: int | None = None
) -> list[sa.Row[Any]]:
    """Return votes as cast, with member and accession, oldest first."""
    query = (
        sa.select(_VOTE, _MEMBER.c.name.label("reviewer"), _RECORD.c.accession)
        .join(_MEMBER, _MEMBER.c.id == _VOTE.c.member_id)
        .join(_RECORD, _RECORD.c.id == _VOTE.c.record_id)
        .order_by(_VOTE.c.id)
    )
    if records is not None:
        query = query.where(_VOTE.c.record_id.in_(list(records)))
    if member is not None:
        query = query.where(_VOTE.c.member_id == member)
    return list(conn.execute(query))


def rulings(conn: sa.Connection, *, records: Collection[int] | None = None) -> list[sa.Row[Any]]:
    """Return rulings, with member and accession, oldest first."""
    query = (
        sa.select(_RULING, _MEMBER.c.name.label("adjudicator"), _RECORD.c.accession)
        .join(_MEMBER, _MEMBER.c.id == _RULING.c.member_id, isouter=True)
        .join(_RECORD, _RECORD.c.id == _RULING.c.record_id)
        .order_by(_RULING.c.id)
    )
    if records is not None:
        query = query.where(_RULING.c.record_id.in_(list(records)))
    return list(conn.execute(query))


def judgement(
    conn: sa.Connection, *, record: int, stage: Stage, round: int, member: int | None
) -> sa.Row[Any] | None:
    """Return the last blind judgement of `member` on a record in a round."""
    return conn.execute(
        sa.select(_JUDGEMENT)
        .where(
            _JUDGEMENT.c.record_id == record,
            _JUDGEMENT.c.stage == stage,
            _JUDGEMENT.c.round == round,
            _JUDGEMENT.c.member_id == member,
        )
        .order_by(_JUDGEMENT.c.id.desc())
    ).first()


def discussion(
    conn: sa.Connection, *, record: int, stage: Stage, round: int
) -> dict[int, sa.Row[Any]]:
    """Return what each member last confirmed in discussion of a record in a round."""
    query = (
        sa.select(_DISCUSSION)
        .where(
            _DISCUSSION.c.record_id == record,
            _DISCUSSION.c.stage == stage,
            _DISCUSSION.c.round == round,
        )
        .order_by(_DISCUSSION.c.id)
    )
    return {row.member_id: row for row in conn.execute(query)}


def reopenings(conn: sa.Connection, records: Collection[int]) -> list[sa.Row[Any]]:
    """Return the reopenings of records, oldest first."""
    return list(
        conn.execute(
            sa.select(_REOPENING)
            .where(_REOPENING.c.record_id.in_(list(records)))
            .order_by(_REOPENING.c.id)
        )
    )
