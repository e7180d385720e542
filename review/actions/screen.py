"""A reviewer at work: the next record, a vote, a change of mind."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, person, writing_as
from review.actions.cards import cards
from review.actions.casting import (
    Report,
    cast,
    has_seen,
    locked,
    reason_code,
    refuse,
    refuse_closed,
    stage_named,
    target_of,
    verdict_named,
)
from review.errors import BadInput, Refused
from review.screening.queue import may_take
from review.store import assignments, duplicates, people, screening, upcoming
from review.store.engine import Database
from review.store.people import Member
from review.vocab import Role, Stage, Verdict

MOST_AT_ONCE = 50
LONGEST_NOTE = 5000


def next_records(
    db: Database, who: Caller, stage: str, n: int = 1, skip: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Return the caller's next `n` records at a stage, leaving out `skip`.

    A pilot's come first, then what is assigned to the caller, then what is anybody's; by the
    ranking where it is on, else in the caller's own random order or that of arrival. Refused at
    a stage that an owner closed.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        member = person(conn, who, Role.REVIEWER, act="screen")
        refuse_closed(conn, stage_)
        _, content = people.protocol(conn)
        kept = upcoming.upcoming(
            conn,
            member.id,
            stage_,
            n=min(max(n, 1), MOST_AT_ONCE),
            protocol=content,
            skip=list(skip)[:500],
        )
        shown = cards(conn, kept, member)
    return [shown[record] for record in kept]


def vote(
    db: Database,
    who: Caller,
    record: int,
    verdict: str,
    *,
    stage: str,
    reason: str | None = None,
    secondary: Collection[str] = (),
    note: str | None = None,
    key: str | None = None,
    seconds: float | None = None,
    round: int | None = None,
) -> dict[str, Any]:
    """Cast the caller's vote on a record, or change it where nothing was built on it yet.

    The same `key` again is the same vote and the same answer. Returns {record, stage, round,
    verdict, reason, vote, changed, repeated}, which says nothing of anybody else's vote.
    Refused for a third vote, a settled record, one assigned to others, or one that a pilot keeps
    closed, at a stage that an owner closed, and where `round` names the round that the caller saw
    the record in and it has been reopened since; BadInput for an unknown stage, verdict or reason;
    NotAllowed without the role of reviewer.
    """
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    _check_input(note, key, seconds)
    with writing_as(db, who, Role.REVIEWER, act="vote") as (write, member):
        report = locked(write, record)
        code = reason_code(report.protocol, stage_, verdict_, reason)
        others = [reason_code(report.protocol, stage_, verdict_, text) or "" for text in secondary]
        if key and (earlier := screening.vote_by_key(write.conn, member.id, key)):
            return _repeated(write.conn, earlier, record, stage_, verdict_)
        refuse_closed(write.conn, stage_)
        if round is not None and round != (now := report.facts.round(stage_)):
            if round > now:
                raise Refused(f"Record {record} is in round {now}; there is no round {round} yet.")
            raise Refused(f"Record {record} was reopened since (round {now}); judge it anew.")
        seen = has_seen(write, report, stage_, member)
        target, changed = target_of(report, record, stage_, member, revealed=seen)
        if not changed:
            _refuse_others(write.conn, report, record, stage_, member)
        vote_id = cast(
            write,
            report,
            target,
            stage_,
            member,
            verdict=verdict_,
            reason=code,
            secondary=others,
            note=note or "",
            seconds=seconds,
            independent=report.is_open(stage_) and not seen,
            key=key,
        )
        return {
            "record": record,
            "stage": stage_.value,
            "round": report.facts.round_of(target, stage_),
            "verdict": verdict_.value,
            "reason": code,
            "vote": vote_id,
            "changed": changed,
            "repeated": False,
        }


def withdraw(
    db: Database, who: Caller, record: int, *, stage: str, key: str | None = None
) -> dict[str, Any]:
    """Take back the caller's vote until the report is settled or something rests on the vote."""
    stage_ = stage_named(stage)
    _check_input(None, key, None)
    with writing_as(db, who, Role.REVIEWER, act="withdraw a vote") as (write, member):
        report = locked(write, record)
        if key and (earlier := screening.vote_by_key(write.conn, member.id, key)):
            return _repeated(write.conn, earlier, record, stage_, None)
        refuse_closed(write.conn, stage_)
        target, _ = target_of(report, record, stage_, member, withdrawing=True)
        if report.standing(stage_).settled:
            raise Refused("This report is settled; change your vote instead of withdrawing it.")
        vote_id = cast(write, report, target, stage_, member, verdict=None, key=key)
        return {
            "record": record,
            "stage": stage_.value,
            "round": report.facts.round_of(target, stage_),
            "verdict": None,
            "reason": None,
            "vote": vote_id,
            "changed": True,
            "repeated": False,
        }


def _refuse_others(
    conn: sa.Connection, report: Report, record: int, stage: Stage, member: Member
) -> None:
    """Refuse a first vote on a record that was given to others, or that is not open yet."""
    refuse(
        may_take(
            member.id,
            report.opening(stage),
            record=record,
            stage=stage,
            closed=assignments.closed(conn, stage),
        )
    )


def _check_input(note: str | None, key: str | None, seconds: float | None) -> None:
    if note and len(note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE} characters.")
    if key is not None and not 1 <= len(key) <= 100:
        raise BadInput("An idempotency key has 1 to 100 characters.")
    if seconds is not None and not 0 <= seconds < 1e6:
        raise BadInput("The seconds spent on a record are a number from 0.")


def _repeated(
    conn: sa.Connection, earlier: Any, record: int, stage: Stage, verdict: Verdict | None
) -> dict[str, Any]:
    """Answer again for a key that was used before; Refused if it was for something else."""
    same_report = duplicates.kept_of(conn, earlier.record_id) == duplicates.kept_of(conn, record)
    if not same_report or earlier.stage is not stage or earlier.verdict is not verdict:
        raise Refused("This idempotency key was used for another vote; make a new one.")
    return {
        "record": record,
        "stage": stage.value,
        "round": earlier.round,
        "verdict": verdict.value if verdict else None,
        "reason": earlier.reason,
        "vote": earlier.id,
        "changed": earlier.revision > 0,
        "repeated": True,
    }
