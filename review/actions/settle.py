"""Settling conflicts: judge blind, see the two votes, rule; or agree by discussion; or reopen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from review.actions.caller import Caller, acting, person, writing
from review.actions.casting import (
    Report,
    locked,
    reason_code,
    refuse,
    refuse_closed,
    stage_named,
    verdict_named,
)
from review.actions.conflicts import opened
from review.errors import Refused
from review.screening.permission import confirmed, indecisive, may_reopen, may_rule
from review.screening.standing import Ruling, Standing
from review.store import projection, screening
from review.store.engine import Database, Write
from review.store.people import Member
from review.store.tables import BlindJudgementRow, DiscussionRow, ReopeningRow, RulingRow
from review.vocab import Role, RulingKind, Stage, State, Verdict

_ACTS = {
    RulingKind.ADJUDICATION: (Role.ADJUDICATOR, "rule on conflicts"),
    RulingKind.DISCUSSION: (Role.REVIEWER, "agree by discussion"),
}
_UNSCREENED = Standing(state=State.UNSCREENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A report under lock, and what a member says of it at a stage."""

    write: Write
    report: Report
    stage: Stage
    member: Member
    kind: RulingKind
    verdict: Verdict
    reason: str | None
    note: str

    @property
    def round(self) -> int:
        return self.report.facts.round_of(self.report.kept, self.stage)

    @property
    def said(self) -> dict[str, Any]:
        """What is stored of it, whether as judgement, confirmation or ruling."""
        return {
            "record_id": self.report.kept,
            "stage": self.stage,
            "round": self.round,
            "verdict": self.verdict,
            "reason": self.reason,
            "note": self.note,
            "protocol_version": self.report.version,
        }

    @property
    def standing(self) -> Standing:
        reached = self.report.reached(self.stage)
        return self.report.standing(self.stage) if reached else _UNSCREENED

    @property
    def waiver(self) -> bool:
        """Whether one of the voters adjudicates, which only the protocol can allow."""
        return self.kind is RulingKind.ADJUDICATION and self.member.id in self.standing.voters

    def allow(self, *, decisive: bool = True) -> None:
        """Refuse what the rule does not allow; `decisive` where a verdict must settle."""
        refuse_closed(self.write.conn, self.stage)
        policy = self.report.protocol.policy(self.stage)
        refuse(may_rule(self.standing, member=self.member.id, policy=policy, kind=self.kind))
        if decisive:
            refuse(indecisive(self.stage, self.verdict, policy=policy))

    def judged(self) -> Any:
        """The member's blind judgement of this round, or None."""
        return screening.judgement(
            self.write.conn,
            record=self.report.kept,
            stage=self.stage,
            round=self.round,
            member=self.member.id,
        )

    def answer(self, ruling: int, **more: Any) -> dict[str, Any]:
        return {
            "record": self.report.kept,
            "stage": self.stage.value,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "ruling": ruling,
            "kind": self.kind.value,
            "waiver": self.waiver,
        } | more


def _case(
    write: Write,
    who: Caller,
    record: int,
    verdict: str,
    *,
    stage: str,
    reason: str | None,
    note: str | None,
    kind: RulingKind = RulingKind.ADJUDICATION,
) -> _Case:
    """Open a report to settle it: who may, which report, and what they say, in this order."""
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    role, act = _ACTS[kind]
    member = person(write.conn, who, role, act=act)
    report = locked(write, record)
    return _Case(
        write=write,
        report=report,
        stage=stage_,
        member=member,
        kind=kind,
        verdict=verdict_,
        reason=reason_code(report.protocol, stage_, verdict_, reason),
        note=note or "",
    )


def judge(
    db: Database,
    who: Caller,
    record: int,
    verdict: str,
    *,
    stage: str,
    reason: str | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """Store the adjudicator's own judgement, made blind, and then show the two votes as A and B.

    Only the first judgement of a round is kept; judging again shows the votes again.
    """
    with writing(db, who) as write:
        case = _case(write, who, record, verdict, stage=stage, reason=reason, note=note)
        case.allow(decisive=False)
        if case.judged() is None:
            write.add(BlindJudgementRow, **case.said)
        return opened(write.conn, case.report, case.stage, case.member)


def rule(
    db: Database,
    who: Caller,
    record: int,
    verdict: str,
    *,
    stage: str,
    reason: str | None = None,
    note: str | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """Settle a conflict. Where the caller has not judged blind before, this is that judgement too.

    Refused where there is no conflict, or for one of the voters unless the protocol waives it
    (the ruling then carries the waiver). The same `key` again is the same ruling.
    """
    with writing(db, who) as write:
        case = _case(write, who, record, verdict, stage=stage, reason=reason, note=note)
        if key and (earlier := screening.ruling_by_key(write.conn, case.member.id, key)):
            return _repeated(case, earlier)
        case.allow()
        waiver, blind = case.waiver, case.judged()
        blind_id = blind.id if blind else write.add(BlindJudgementRow, **case.said)
        ruling = _add_ruling(case, blind_judgement_id=blind_id, waiver=waiver, key=key)
        return case.answer(ruling, waiver=waiver)


def _repeated(case: _Case, earlier: Any) -> dict[str, Any]:
    """Answer again for a key that was used before; Refused if it was for something else."""
    said = (case.report.kept in earlier.covers, case.stage, case.verdict, case.reason)
    if said != (True, earlier.stage, earlier.verdict, earlier.reason):
        raise Refused("This idempotency key was used for another ruling; make a new one.")
    return case.answer(earlier.id, kind=earlier.kind.value, waiver=earlier.waiver)


def discuss(
    db: Database,
    who: Caller,
    record: int,
    verdict: str,
    *,
    stage: str,
    reason: str | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """Confirm what the reviewers agreed on in discussion; once all of them have, it is a ruling."""
    kind = RulingKind.DISCUSSION
    with writing(db, who) as write:
        case = _case(write, who, record, verdict, stage=stage, reason=reason, note=note, kind=kind)
        case.allow()
        write.add(DiscussionRow, **case.said)
        if not confirmed(case.standing, agreed=_agreed(case)):
            return {"record": case.report.kept, "stage": case.stage.value, "settled": False}
        return case.answer(_add_ruling(case), settled=True)


def _agreed(case: _Case) -> Collection[int]:
    """Who has last confirmed, in discussion, what this member confirms."""
    voices = screening.discussion(
        case.write.conn, record=case.report.kept, stage=case.stage, round=case.round
    )
    same = (case.verdict, case.reason)
    return [id_ for id_, row in voices.items() if (row.verdict, row.reason) == same]


def reopen(db: Database, who: Caller, record: int, *, stage: str, why: str) -> dict[str, Any]:
    """Begin a new round on a report at a stage; the earlier rounds are kept."""
    stage_ = stage_named(stage)
    if not why.strip():
        raise Refused("Say why the report is reopened.")
    with writing(db, who) as write:
        acting(write.conn, who, Role.ADJUDICATOR, Role.OWNER, act="reopen reports")
        report = locked(write, record)
        if not report.reached(stage_):
            raise Refused(f"Record {record} has not been screened at {stage_.value}.")
        refuse(may_reopen(report.standing(stage_)))
        for one in report.facts.records:
            write.add(ReopeningRow, record_id=one, stage=stage_, why=why.strip())
        projection.refresh(write.conn, [report.kept], report.protocol)
        return {
            "record": report.kept,
            "stage": stage_.value,
            "round": report.facts.round(stage_) + 1,
        }


def settle(
    write: Write,
    report: Report,
    stage: Stage,
    member: Member,
    verdict: Verdict,
    *,
    reason: str | None = None,
    note: str = "",
    key: str | None = None,
    when: datetime | None = None,
    kind: RulingKind = RulingKind.ADJUDICATION,
) -> int:
    """Add a ruling made elsewhere, so without a blind judgement behind it; Refused as `rule` is.

    One of kind discussion is by one of the voters, who all confirmed it where it was made.
    """
    case = _Case(
        write=write,
        report=report,
        stage=stage,
        member=member,
        kind=kind,
        verdict=verdict,
        reason=reason,
        note=note,
    )
    case.allow()
    return _add_ruling(case, waiver=case.waiver, key=key, cast=when or datetime.now(UTC))


def _add_ruling(case: _Case, **more: Any) -> int:
    facts = case.report.facts
    covers = sorted(facts.records)
    rounds = [facts.round_of(record, case.stage) for record in covers]
    values = case.said | {"kind": case.kind, "covers": covers, "rounds": rounds}
    id_ = case.write.add(RulingRow, **values | {"cast": datetime.now(UTC)} | more)
    ruling = Ruling(
        covers=frozenset(covers),
        member=case.write.actor.member_id or 0,
        verdict=case.verdict,
        reason=case.reason,
        kind=case.kind,
        seq=id_,
    )
    facts.rulings.append((case.stage, rounds, ruling))
    projection.put(case.write.conn, {case.report.kept: facts}, case.report.protocol)
    return id_
