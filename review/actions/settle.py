"""Settling conflicts: judge blind, see the two votes, rule; or agree by discussion; or reopen."""

from datetime import UTC, datetime
from typing import Any

from review.actions.caller import Caller, Viewer, acting, person, writing
from review.actions.cards import cards
from review.actions.casting import (
    Report,
    locked,
    reason_code,
    refuse,
    stage_named,
    verdict_named,
)
from review.errors import NotAllowed, Refused
from review.screening.blinding import mask, may_see_conflict, visible_votes
from review.screening.permission import confirmed, indecisive, may_reopen, may_rule
from review.screening.standing import Ruling
from review.store import ledger, projection, screening
from review.store.engine import Database, Write
from review.store.people import Member
from review.store.tables import BlindJudgementRow, DiscussionRow, ReopeningRow, RulingRow
from review.vocab import Role, RulingKind, Stage, State, Verdict


def conflicts(db: Database, who: Caller, stage: str | None = None) -> list[dict[str, Any]]:
    """Return what waits for a third person: record, stage, kind, round, title and the rest.

    Only owners and adjudicators see it, and never a report they could still vote on blind;
    the votes themselves are not in it.
    """
    wanted = stage_named(stage) if stage else None
    with db.read() as conn:
        viewer = acting(conn, who, Role.ADJUDICATOR, Role.OWNER, act="see the conflicts")
        seen = Viewer.of(viewer)
        rows = [
            row
            for row in screening.in_conflict(conn, wanted)
            # somebody who voted would learn from the list that the other disagrees
            if may_see_conflict(seen.id, screening.as_standing(row), roles=seen.roles)
        ]
        shown = cards(conn, [row.kept_id for row in rows], viewer)
    return [
        shown[row.kept_id]
        | {
            "record": row.kept_id,
            "stage": row.stage.value,
            "kind": "reason" if row.state is State.REASON_CONFLICT else "verdict",
            "round": row.round,
        }
        for row in rows
    ]


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
    """Store the adjudicator's own judgement, made blind, and then show the two votes as A and B."""
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    with writing(db, who) as write:
        member = person(write.conn, who, Role.ADJUDICATOR, act="adjudicate")
        report = locked(write, record)
        code = reason_code(report.protocol, stage_, verdict_, reason)
        _refuse_ruling(report, stage_, member)
        earlier = _judgement(write, report, stage_, member)
        if earlier is None:
            write.add(BlindJudgementRow, **_said(report, stage_, verdict_, code, note))
        votes = visible_votes(
            member.id,
            report.facts.current_votes(stage_),
            report.standing(stage_),
            roles=member.roles,
            judged=True,
            seed=ledger.seed(write.conn),
        )
        notes = _notes(write, report, stage_)
        return {
            "record": report.kept,
            "stage": stage_.value,
            "blind": earlier.verdict.value if earlier else verdict_.value,
            "votes": [
                {
                    "who": seen.label,
                    "verdict": seen.verdict.value if seen.verdict else None,
                    "reason": seen.reason,
                    "note": notes.get((seen.record, seen.label), ""),
                }
                for seen in votes
            ],
        }


def _notes(write: Write, report: Report, stage: Stage) -> dict[tuple[int, str | None], str]:
    """The notes of the votes that count, by record and the label of their author."""
    first = min(vote.record for vote in report.facts.current_votes(stage))
    labels = mask(report.standing(stage).voters, of=first, seed=ledger.seed(write.conn))
    return {
        (row.record_id, labels.get(row.member_id)): row.note
        for row in screening.votes(write.conn, records=report.facts.records)
        if row.stage is stage and row.round == report.facts.round_of(row.record_id, stage)
    }


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
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    with writing(db, who) as write:
        member = person(write.conn, who, Role.ADJUDICATOR, act="rule on conflicts")
        report = locked(write, record)
        code = reason_code(report.protocol, stage_, verdict_, reason)
        if key and (earlier := screening.ruling_by_key(write.conn, member.id, key)):
            return _ruled(report, stage_, earlier.verdict, earlier.reason, earlier.id, earlier.kind)
        _refuse_ruling(report, stage_, member)
        refuse(indecisive(stage_, verdict_, policy=report.protocol.policy(stage_)))
        blind = _judgement(write, report, stage_, member)
        said = _said(report, stage_, verdict_, code, note)
        blind_id = blind.id if blind else write.add(BlindJudgementRow, **said)
        ruling = _add_ruling(
            write,
            report,
            said,
            kind=RulingKind.ADJUDICATION,
            blind_judgement_id=blind_id,
            waiver=member.id in report.standing(stage_).voters,
            key=key,
        )
        return _ruled(report, stage_, verdict_, code, ruling, RulingKind.ADJUDICATION)


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
    stage_, verdict_ = stage_named(stage), verdict_named(verdict)
    with writing(db, who) as write:
        member = person(write.conn, who, Role.REVIEWER, act="agree by discussion")
        report = locked(write, record)
        code = reason_code(report.protocol, stage_, verdict_, reason)
        standing = report.standing(stage_)
        kind = RulingKind.DISCUSSION
        refuse(
            may_rule(standing, member=member.id, policy=report.protocol.policy(stage_), kind=kind)
        )
        refuse(indecisive(stage_, verdict_, policy=report.protocol.policy(stage_)))
        said = _said(report, stage_, verdict_, code, note)
        write.add(DiscussionRow, **said)
        voices = screening.discussion(
            write.conn, record=report.kept, stage=stage_, round=said["round"]
        )
        agreed = [
            id_ for id_, row in voices.items() if (row.verdict, row.reason) == (verdict_, code)
        ]
        if not confirmed(standing, agreed=agreed):
            return {"record": report.kept, "stage": stage_.value, "settled": False}
        ruling = _add_ruling(write, report, said, kind=kind)
        return _ruled(report, stage_, verdict_, code, ruling, kind) | {"settled": True}


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


def _refuse_ruling(report: Report, stage: Stage, member: Member) -> None:
    if not report.reached(stage):
        raise Refused("There is no conflict on this report to rule on.")
    standing, policy = report.standing(stage), report.protocol.policy(stage)
    if member.id in standing.voters and not policy.adjudicator_may_be_voter:
        # said before anything that depends on the other's vote
        raise NotAllowed("You voted on this report, so somebody else must rule on it.")
    refuse(may_rule(standing, member=member.id, policy=policy))


def _judgement(write: Write, report: Report, stage: Stage, member: Member) -> Any:
    return screening.judgement(
        write.conn,
        record=report.kept,
        stage=stage,
        round=report.facts.round_of(report.kept, stage),
        member=member.id,
    )


def _said(
    report: Report, stage: Stage, verdict: Verdict, code: str | None, note: str | None
) -> dict[str, Any]:
    return {
        "record_id": report.kept,
        "stage": stage,
        "round": report.facts.round_of(report.kept, stage),
        "verdict": verdict,
        "reason": code,
        "note": note or "",
        "protocol_version": report.version,
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
) -> int:
    """Add a ruling made elsewhere, so without a blind judgement behind it; Refused as `rule` is."""
    _refuse_ruling(report, stage, member)
    refuse(indecisive(stage, verdict, policy=report.protocol.policy(stage)))
    return _add_ruling(
        write,
        report,
        _said(report, stage, verdict, reason, note) | {"cast": when or datetime.now(UTC)},
        kind=RulingKind.ADJUDICATION,
        waiver=member.id in report.standing(stage).voters,
        key=key,
    )


def _add_ruling(write: Write, report: Report, said: dict[str, Any], **more: Any) -> int:
    covers = sorted(report.facts.records)
    rounds = [report.facts.round_of(record, said["stage"]) for record in covers]
    values: dict[str, Any] = {"covers": covers, "rounds": rounds, "cast": datetime.now(UTC)}
    values |= said | more
    id_ = write.add(RulingRow, **values)
    ruling = Ruling(
        covers=frozenset(covers),
        member=write.actor.member_id or 0,
        verdict=values["verdict"],
        reason=values["reason"],
        kind=values["kind"],
        seq=id_,
    )
    report.facts.rulings.append((values["stage"], rounds, ruling))
    projection.put(write.conn, {report.kept: report.facts}, report.protocol)
    return id_


def _ruled(
    report: Report, stage: Stage, verdict: Verdict, code: str | None, id_: int, kind: RulingKind
) -> dict[str, Any]:
    return {
        "record": report.kept,
        "stage": stage.value,
        "verdict": verdict.value,
        "reason": code,
        "ruling": id_,
        "kind": kind.value,
    }
