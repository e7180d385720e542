"""One report under lock, and a vote cast on it: what every door that votes goes through."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from review.errors import BadInput, NotFound, Refused
from review.protocol import Protocol
from review.screening.blinding import is_independent
from review.screening.permission import ill_formed, may_change, may_vote
from review.screening.queue import EVERYBODY, Opening, opening
from review.screening.standing import Standing, Vote
from review.store import duplicates, projection, screening, settling
from review.store.engine import Write
from review.store.facts import ClusterFacts
from review.store.people import Member, protocol
from review.store.tables import RetrievalRow, VoteRow
from review.vocab import Retrieval, Role, Stage, Verdict

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

    def is_open(self, stage: Stage) -> bool:
        """Whether nothing was ever revealed of this round: it has not been settled so far."""
        return is_independent(
            stage,
            self.facts.current_votes(stage),
            (),  # a ruling ends the voting, so no vote comes after one
            policy=self.protocol.policy(stage),
            reason_order=self.protocol.reason_order(stage),
            cluster=frozenset(self.facts.records),
            panel=self.facts.panel(stage),
        )

    def opening(self, stage: Stage) -> Opening | None:
        """Return to whom the report is open at a stage, None where it takes no more votes."""
        return opening(
            self.standing(stage),
            required=self.protocol.policy(stage).reviewers_per_record,
            seats=self.facts.seats.get(stage, EVERYBODY),
            panel=self.facts.panel(stage) or None,
        )

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
        if not write.lock_records([kept]):
            break
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


def refuse_closed(conn: sa.Connection, stage: Stage) -> None:
    """Refuse any judgement at a stage that an owner has declared closed."""
    said = settling.declared(conn, stage)
    if said is not None and said.closed:
        raise Refused(
            f"The stage {stage.value} was closed on {said.at:%Y-%m-%d} ({said.why}); "
            "an owner can open it again."
        )


def reason_code(
    content: Protocol, stage: Stage, verdict: Verdict, reason: str | None
) -> str | None:
    """Return the full code of a reason as typed; BadInput if the protocol has no such reason."""
    code = content.reason(stage, reason).code if reason else None
    order = content.reason_order(stage)
    if sentence := ill_formed(stage, verdict, reason=code, reasons=order):
        raise BadInput(sentence)
    return code


def target_of(
    report: Report,
    record: int,
    stage: Stage,
    member: Member,
    *,
    withdrawing: bool = False,
    revealed: bool = False,
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
        target = mine[-1] if mine else report.kept
        refuse(why_not_changed(report.facts, target, stage, report.protocol, member=member.id))
        return target, True
    policy = report.protocol.policy(stage)
    refuse(may_vote(standing, member=member.id, policy=policy, revealed=revealed))
    return report.kept, False


def why_not_changed(
    facts: ClusterFacts, record: int, stage: Stage, content: Protocol, *, member: int
) -> str | None:
    """Say why a member may not change or withdraw their vote on a record now, or nothing."""
    following = _NEXT.get(stage)
    return may_change(
        record,
        member=member,
        standing=facts.standing(stage, content),
        rulings=facts.current_rulings(stage),
        next_stage_begun=bool(following and facts.current_votes(following)),
    )


def has_seen(write: Write, report: Report, stage: Stage, member: Member) -> bool:
    """Whether a member was shown the votes of this round, or has talked them over."""
    here: dict[str, Any] = {
        "record": report.kept,
        "stage": stage,
        "round": report.facts.round_of(report.kept, stage),
    }
    if Role.ADJUDICATOR in member.roles and screening.judgement(
        write.conn, member=member.id, **here
    ):
        return True
    disputed = len(report.standing(stage).voters) > 1
    return disputed and member.id in screening.discussion(write.conn, **here)


def cast(
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
    when: datetime | None = None,
) -> int:
    """Add a vote that `target_of` allowed, and fold the report again; return the vote's id.

    `when` is when the reviewer acted, where that was not now.
    """
    if stage is Stage.FULL_TEXT and report.facts.retrieval is None:
        # whoever judges the full text has it in hand
        write.add(RetrievalRow, record_id=report.kept, status=Retrieval.RETRIEVED)
        report.facts.retrieval = Retrieval.RETRIEVED
    round_ = report.facts.round_of(record, stage)
    slot, revision = 1, 0
    if any(vote.record == record for _, _, vote in report.facts.votes):
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
        cast=when or datetime.now(UTC),
        seconds=seconds,
        independent=independent,
        key=key,
    )
    vote = Vote(
        record=record,
        member=member.id,
        verdict=verdict,
        reason=reason,
        seq=vote_id,
        independent=independent,
    )
    report.facts.votes.append((stage, round_, vote))
    projection.put(write.conn, {report.kept: report.facts}, report.protocol)
    return vote_id
