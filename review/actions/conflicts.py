"""What waits for a third person, one conflict at a time or all; and how the settled ones ended."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.casting import Report, stage_named
from review.errors import BadInput, NotFound, Refused
from review.screening.blinding import mask, may_see_conflict, visible_votes
from review.store import duplicates, ledger, people, projection, screening, settling
from review.store.engine import Database
from review.store.people import Member
from review.vocab import Role, Stage, State

_SEES = (Role.ADJUDICATOR, Role.OWNER)
_NO_CONFLICT = "There is no conflict on this report to rule on."


def conflicts(
    db: Database,
    who: Caller,
    stage: str | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """Return what waits for a third person: record, stage, kind, round, title and the rest.

    Only owners and adjudicators see it, and never a report they could still vote on blind;
    the votes themselves are not in it. `limit` and `offset` ask for one page of it.
    """
    if (limit is not None and limit < 1) or offset < 0:
        raise BadInput("A page of conflicts has at least one, counted from 0.")
    wanted = stage_named(stage) if stage else None
    with db.read() as conn:
        viewer = acting(conn, who, *_SEES, act="see the conflicts")
        rows = visible(conn, viewer, wanted)[offset : None if limit is None else offset + limit]
        shown = cards(conn, [row.kept_id for row in rows], viewer)
    return [_listed(shown[row.kept_id], row) for row in rows]


def conflict_counts(db: Database, who: Caller) -> dict[str, dict[str, int]]:
    """Return how many conflicts of verdicts and of reasons the caller could settle, by stage."""
    with db.read() as conn:
        viewer = acting(conn, who, *_SEES, act="see the conflicts")
        rows = visible(conn, viewer)
    found = {stage.value: {"verdict": 0, "reason": 0} for stage in Stage}
    for row in rows:
        found[row.stage.value][_kind(row)] += 1
    return found


def conflict(db: Database, who: Caller, record: int, *, stage: str) -> dict[str, Any]:
    """Return one conflict: its card, the caller's own blind judgement, and then the votes.

    `blind` is empty and `votes` is missing its entries until the caller has judged.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        viewer = acting(conn, who, *_SEES, act="see the conflicts")
        kept = duplicates.kept_of(conn, record)
        if kept is None:
            raise NotFound(f"There is no record {record}.")
        row = screening.standing(conn, kept, stage_)
        seen = Viewer.of(viewer)
        if row is None or not may_see_conflict(
            seen.id, screening.as_standing(row), roles=seen.roles
        ):
            raise Refused(_NO_CONFLICT)
        card = _listed(cards(conn, [kept], viewer)[kept], row)
        if viewer is None or Role.ADJUDICATOR not in viewer.roles:
            return card | {"blind": None, "votes": []}
        version, content = people.protocol(conn)
        report = Report(kept, projection.load(conn, [kept])[kept], version, content)
        return card | opened(conn, report, stage_, viewer)


def opened(conn: sa.Connection, report: Report, stage: Stage, member: Member) -> dict[str, Any]:
    """Return an adjudicator's own judgement of a conflict, and the votes once there is one."""
    own = screening.judgement(
        conn,
        record=report.kept,
        stage=stage,
        round=report.facts.round_of(report.kept, stage),
        member=member.id,
    )
    found: dict[str, Any] = {
        "record": report.kept,
        "stage": stage.value,
        "blind": own.verdict.value if own else None,
        "blind_reason": own.reason if own else None,
        "votes": [],
    }
    if own is None:
        return found
    seed = ledger.seed(conn)
    votes = visible_votes(
        member.id,
        report.facts.current_votes(stage),
        report.standing(stage),
        roles=member.roles,
        judged=True,
        seed=seed,
    )
    first = min(vote.record for vote in report.facts.current_votes(stage))
    labels = mask(report.standing(stage).voters, of=first, seed=seed)
    notes = {
        (row.record_id, labels.get(row.member_id)): (row.note, row.secondary)
        for row in screening.votes(conn, records=report.facts.records)
        if row.stage is stage and row.round == report.facts.round_of(row.record_id, stage)
    }
    for vote in votes:
        # a vote of the viewer's own, where the protocol waives the rule, carries no label
        label = vote.label or labels.get(member.id)
        note, secondary = notes.get((vote.record, label), ("", []))
        found["votes"].append(
            {
                "who": label,
                "verdict": vote.verdict.value if vote.verdict else None,
                "reason": vote.reason,
                "secondary": list(secondary),
                "note": note,
            }
        )
    return found


def rulings(
    db: Database, who: Caller, stage: str, *, limit: int = 50, offset: int = 0
) -> dict[str, Any]:
    """Return {total, rulings}: how conflicts of a stage were settled, newest first.

    Each with the blind judgement before it, and whether the rule that an adjudicator is no
    voter was waived. Rulings on reports that are open again to the caller are left out.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        viewer = acting(conn, who, *_SEES, act="see the rulings")
        rows = settling.rulings(conn, stage_)
        of = duplicates.all_kept(conn)
        standings = screening.standings(conn, {of[row.record_id] for row in rows})
        own = viewer.id if viewer else None
        settled = [
            row
            for row in rows
            if own is None
            or row.member_id == own
            or (now := standings.get(of[row.record_id], {}).get(stage_)) is None
            or screening.as_standing(now).settled
        ]
        page = settled[offset : offset + limit]
        blind = settling.judgements(
            conn, (r.blind_judgement_id for r in page if r.blind_judgement_id)
        )
        names = {member.id: member.name for member in people.members(conn)}
        shown = cards(conn, list(dict.fromkeys(of[row.record_id] for row in page)), viewer)
    return {
        "total": len(settled),
        "waivers": sum(row.waiver for row in settled),
        "rulings": [
            {
                "record": of[row.record_id],
                "title": shown[of[row.record_id]]["title"],
                "round": row.round,
                "kind": row.kind.value,
                "verdict": row.verdict.value,
                "reason": row.reason,
                "note": row.note,
                "by": names.get(row.member_id),
                "at": row.cast.isoformat(),
                "blind": blind[row.blind_judgement_id].verdict.value
                if row.blind_judgement_id
                else None,
                "waiver": row.waiver,
            }
            for row in page
        ],
    }


def visible(
    conn: sa.Connection, viewer: Member | None, stage: Stage | None = None
) -> list[sa.Row[Any]]:
    """Return the standings in conflict that a viewer may see: never of who voted on them.

    Somebody who voted would learn from the list that the other disagrees.
    """
    seen = Viewer.of(viewer)
    return [
        row
        for row in screening.in_conflict(conn, stage)
        if may_see_conflict(seen.id, screening.as_standing(row), roles=seen.roles)
    ]


def _kind(row: sa.Row[Any]) -> str:
    return "reason" if row.state is State.REASON_CONFLICT else "verdict"


def _listed(card: dict[str, Any], row: sa.Row[Any]) -> dict[str, Any]:
    place = {"record": row.kept_id, "stage": row.stage.value, "round": row.round}
    return card | place | {"kind": _kind(row)}
