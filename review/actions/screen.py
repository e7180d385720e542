"""A reviewer at work: the next record, a vote, a change of mind, one's own votes and pace."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, person, writing
from review.actions.cards import cards
from review.errors import BadInput, NotFound, Refused
from review.protocol import Protocol
from review.screening.permission import ill_formed, may_change, may_vote
from review.screening.standing import Standing
from review.store import duplicates, projection, screening
from review.store.engine import Database, Write
from review.store.people import Member, protocol
from review.store.projection import ClusterFacts
from review.store.tables import VoteRow
from review.vocab import Retrieval, Role, Stage, Verdict

MOST_AT_ONCE = 50
LONGEST_NOTE = 5000
_NEXT = {Stage.TITLE_ABSTRACT: Stage.FULL_TEXT}


def stage_named(text: str) -> Stage:
    """Return the stage called `text`; BadInput lists the stages."""
    try:
        return Stage(text)
    except ValueError:
        raise BadInput(f"'{text}' is no stage; say {' or '.join(Stage)}.") from None


def verdict_named(text: str) -> Verdict:
    """Return the verdict called `text`; BadInput lists the verdicts."""
    try:
        return Verdict(text)
    except ValueError:
        raise BadInput(f"'{text}' is no verdict; say {', '.join(Verdict)}.") from None


@dataclass(slots=True)
class Report:
    """One report under lock: its kept record, its facts, and the protocol in force."""

    kept: int
    facts: ClusterFacts
    version: int
    protocol: Protocol

    def standing(self, stage: Stage) -> Standing:
        """Return the standing at a stage, from the facts."""
        return self.facts.standing(stage, self.protocol)

    def reached(self, stage: Stage) -> bool:
        """Whether the report is to be judged at `stage`."""
        if self.facts.removed:
            return False
        return stage is Stage.TITLE_ABSTRACT or self.standing(Stage.TITLE_ABSTRACT).verdict is (
            Verdict.INCLUDE
        )


def locked(write: Write, record: int) -> Report:
    """Lock the report of `record` and return it; NotFound if there is no such record."""
    kept = duplicates.kept_of(write.conn, record)
    while True:
        if kept is None:
            raise NotFound(f"There is no record {record}.")
        write.lock_records([kept])
        again = duplicates.kept_of(write.conn, record)
        if again == kept:  # else it was merged or split while we waited for the lock
            break
        kept = again
    version, content = protocol(write.conn)
    return Report(kept, projection.load(write.conn, [kept])[kept], version, content)


def refuse(sentence: str | None) -> None:
    """Raise Refused with a sentence, if there is one."""
    if sentence:
        raise Refused(sentence)


def reason_code(
    content: Protocol, stage: Stage, verdict: Verdict, reason: str | None
) -> str | None:
    """Return the full code of a reason as typed; BadInput if the protocol has no such reason."""
    code = content.reason(stage, reason).code if reason else None
    order = content.reason_order(stage)
    if sentence := ill_formed(stage, verdict, reason=code, reasons=order):
        raise BadInput(sentence)
    return code


def next_records(
    db: Database, who: Caller, stage: str, n: int = 1, skip: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Return the caller's next `n` records at a stage, leaving out `skip`."""
    stage_ = stage_named(stage)
    with db.read() as conn:
        member = person(conn, who, Role.REVIEWER, act="screen")
        kept = screening.queue(
            conn, member.id, stage_, n=min(max(n, 1), MOST_AT_ONCE), skip=list(skip)[:500]
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
) -> dict[str, Any]:
    """Cast the caller's vote on a record, or change it where nothing was built on it yet.

    The same `key` again is the same vote and the same answer. Returns {record, stage, round,
    verdict, reason, vote, changed, repeated}, which says nothing of anybody else's vote.
    Refused for a third vote or a settled record; BadInput for an unknown stage, verdict or
    reason; NotAllowed without the role of reviewer.
    """
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    _check_input(note, key, seconds)
    with writing(db, who) as write:
        member = person(write.conn, who, Role.REVIEWER, act="vote")
        report = locked(write, record)
        code = reason_code(report.protocol, stage_, verdict_, reason)
        others = [reason_code(report.protocol, stage_, verdict_, text) or "" for text in secondary]
        if key and (earlier := screening.vote_by_key(write.conn, member.id, key)):
            return _repeated(write.conn, earlier, record, stage_, verdict_)
        target, changed = _target(report, record, stage_, member)
        before = report.standing(stage_)
        vote_id = _add(
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
            # whoever changes a vote on a settled report may have been shown the other's
            independent=not before.settled,
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
    """Take back the caller's vote while the report still waits for its other reviewer."""
    stage_ = stage_named(stage)
    _check_input(None, key, None)
    with writing(db, who) as write:
        member = person(write.conn, who, Role.REVIEWER, act="withdraw a vote")
        report = locked(write, record)
        if key and (earlier := screening.vote_by_key(write.conn, member.id, key)):
            return _repeated(write.conn, earlier, record, stage_, None)
        target, _ = _target(report, record, stage_, member, withdrawing=True)
        if (
            len(report.standing(stage_).voters)
            >= report.protocol.policy(stage_).reviewers_per_record
        ):
            raise Refused("Both votes are in; change yours instead of withdrawing it.")
        vote_id = _add(write, report, target, stage_, member, verdict=None, key=key)
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


def _check_input(note: str | None, key: str | None, seconds: float | None) -> None:
    if note and len(note) > LONGEST_NOTE:
        raise BadInput(f"A note has at most {LONGEST_NOTE} characters.")
    if key is not None and not 1 <= len(key) <= 100:
        raise BadInput("An idempotency key has 1 to 100 characters.")
    if seconds is not None and not 0 <= seconds < 1e6:
        raise BadInput("The seconds spent on a record are a number from 0.")


def _target(
    report: Report, record: int, stage: Stage, member: Member, *, withdrawing: bool = False
) -> tuple[int, bool]:
    """Return the record the vote goes to and whether it changes an earlier one; or refuse."""
    if not report.reached(stage):
        raise Refused(
            f"Record {record} was removed before screening."
            if report.facts.removed
            else f"Record {record} has not advanced to {stage.value}."
        )
    if stage is Stage.FULL_TEXT and report.facts.retrieval is Retrieval.NOT_RETRIEVED:
        raise Refused(f"Record {record} is marked as not retrieved; mark it retrieved first.")
    standing = report.standing(stage)
    mine = [v.record for v in report.facts.current_votes(stage) if v.member == member.id]
    if member.id in standing.voters or withdrawing:
        following = _NEXT.get(stage)
        target = mine[-1] if mine else report.kept
        refuse(
            may_change(
                target,
                member=member.id,
                standing=standing,
                rulings=report.facts.current_rulings(stage),
                next_stage_begun=bool(following and report.facts.current_votes(following)),
            )
        )
        return target, True
    refuse(may_vote(standing, member=member.id, policy=report.protocol.policy(stage)))
    return report.kept, False


def _add(
    write: Write,
    report: Report,
    record: int,
    stage: Stage,
    member: Member,
    *,
    verdict: Verdict | None,
    reason: str | None = None,
    secondary: Collection[str] = (),
    note: str = "",
    seconds: float | None = None,
    independent: bool = True,
    key: str | None = None,
    cast: datetime | None = None,
) -> int:
    """Add the vote and fold the report again, in one transaction."""
    round_ = report.facts.round_of(record, stage)
    slot, revision = screening.place(
        write.conn, record=record, stage=stage, round=round_, member=member.id
    )
    vote_id = write.add(
        VoteRow,
        record_id=record,
        stage=stage,
        round=round_,
        slot=slot,
        revision=revision,
        verdict=verdict,
        reason=reason,
        secondary=list(secondary),
        note=note,
        protocol_version=report.version,
        cast=cast or datetime.now(UTC),
        seconds=seconds,
        independent=independent,
        key=key,
    )
    projection.refresh(write.conn, [report.kept], report.protocol)
    return vote_id


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


def my_votes(db: Database, who: Caller, stage: str | None = None) -> list[dict[str, Any]]:
    """Return the caller's own standing votes, newest first."""
    with db.read() as conn:
        member = person(conn, who, act="see their own votes")
        rows = screening.votes(conn, member=member.id)
        latest = {(row.record_id, row.stage, row.round): row for row in rows}
        kept = [row.record_id for row in latest.values()]
        shown = cards(conn, list(dict.fromkeys(kept)), member, raw=True)
    wanted = stage_named(stage) if stage else None
    return [
        {
            "record": row.record_id,
            "title": shown[row.record_id]["title"],
            "stage": row.stage.value,
            "round": row.round,
            "verdict": row.verdict.value,
            "reason": row.reason,
            "note": row.note,
            "at": row.cast.isoformat(),
        }
        for row in sorted(latest.values(), key=lambda row: -int(row.id))
        if row.verdict and wanted in (None, row.stage)
    ]


def progress(db: Database, who: Caller, stage: str) -> dict[str, int]:
    """Return how many records the caller has voted on at a stage and how many wait for them."""
    with db.read() as conn:
        member = person(conn, who, act="see their own progress")
        mine, remaining = screening.progress(conn, member.id, stage_named(stage))
    return {"mine": mine, "remaining": remaining}
