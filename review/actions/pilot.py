"""A pilot: everybody screens a random sample, sees how far they agree, then the rest opens."""

from typing import Any

import sqlalchemy as sa

from review.actions.agreement import agreement_document, cast_vote, reason_labels
from review.actions.assign import seed_or
from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.casting import stage_named
from review.actions.dealing import reviewers
from review.errors import BadInput, NotFound, Refused
from review.protocol import Protocol
from review.screening import assignment
from review.screening.agreement import CastVote
from review.screening.blinding import Sight, sees_unsettled, sight, visible_for_agreement
from review.screening.pilot import Calibration, calibration, disagrees, said
from review.screening.standing import UNFINISHED, Standing, advancing
from review.store import assignments, people, projection, screening, upcoming
from review.store.assignments import Pilot
from review.store.engine import Database
from review.vocab import Role, Stage


def start_pilot(
    db: Database,
    who: Caller,
    *,
    stage: str,
    size: int,
    seed: int | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Draw a pilot: a random sample that all who screen now are to judge before the rest.

    Drawn are `size` records that nobody has begun. Until `open_rest` only pilots are screened
    at the stage. Returns {pilot, stage, size, seed, reviewers, records}. `seed` draws the same
    again from the same records, else it is the number of the pilot.
    """
    stage_ = stage_named(stage)
    with writing(db, who) as write:
        conn = write.conn
        acting(conn, who, Role.OWNER, act="start a pilot")
        write.only_writer()  # nobody begins a record while it is drawn
        _, content = people.protocol(conn)
        earlier = assignments.pilots(conn, stage_)
        is_open = upcoming.entries(conn, stage_)
        if any(one.pilot for one in is_open.values()):
            raise Refused(f"The last pilot of {stage_.value} is not finished; finish it first.")
        panel = reviewers(conn)
        if len(panel) < 2:
            raise Refused("A pilot takes two reviewers at least; add members who screen first.")
        fresh = sorted(is_open.keys() - upcoming.begun(conn, stage_))
        if not 1 <= size <= len(fresh):
            raise BadInput(
                f"{len(fresh):,} records at {stage_.value} have no vote yet; "
                "a pilot takes from one to all of them."
            )
        seed_ = seed_or(len(earlier) + 1, seed)
        drawn = assignment.draw(fresh, size, seed=seed_)
        facts = projection.load(conn, drawn)
        rounds = {record: facts[record].round_of(record, stage_) for record in drawn}
        ids = [member.id for member in panel]
        assignments.add_pilot(write, stage_, rounds, panel=ids, seed=seed_, note=note.strip())
        projection.refresh(conn, drawn, content)
    return {
        "pilot": len(earlier) + 1,
        "stage": stage_.value,
        "size": size,
        "seed": seed_,
        "reviewers": [member.name for member in panel],
        "records": drawn,
    }


def open_rest(db: Database, who: Caller, *, stage: str) -> dict[str, Any]:
    """Open the rest of a stage; what is left of its pilots is still screened by everybody."""
    stage_ = stage_named(stage)
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="open the rest of a stage")
        closing = [one for one in assignments.pilots(write.conn, stage_) if not one.opened]
        if not closing:
            raise Refused(f"No pilot keeps the rest of {stage_.value} closed.")
        for pilot in closing:
            assignments.open_rest(write, pilot.id)
        waiting = upcoming.waiting(write.conn, stage_)
    n = sum(n for one, n in waiting.items() if not one.pilot)
    return {"stage": stage_.value, "pilot": closing[-1].number, "records": n}


def pilots(db: Database, who: Caller, *, stage: str) -> list[dict[str, Any]]:
    """Return the pilots of a stage, oldest first, and how far each is as the caller may see."""
    stage_ = stage_named(stage)
    with db.read() as conn:
        seen = Viewer.of(acting(conn, who, act="see the pilots"))
        return [_about(conn, one, seen) for one in assignments.pilots(conn, stage_)]


def pilot_report(
    db: Database, who: Caller, *, stage: str, pilot: int | None = None
) -> dict[str, Any]:
    """Return how far everybody agreed in a pilot (the last, or number `pilot`).

    {about the pilot, n, agreed, share, kappa, pairs, reasons, clarify, disagreements, hidden}
    over its complete records; shares and coefficients with intervals, None where not defined.
    Who screens sees it once every record of the pilot is settled, before that `waits` says so;
    `disagreements` has a record's votes, with names, once it is settled, and `hidden` counts
    those that are not.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        seen = Viewer.of(acting(conn, who, act="see how a pilot went"))
        every = assignments.pilots(conn, stage_)
        chosen = [one for one in every if pilot in (None, one.number)]
        if not chosen:
            raise NotFound(
                f"There is no pilot {pilot} of {stage_.value}."
                if pilot is not None
                else f"No pilot was drawn at {stage_.value}; an owner starts one."
            )
        one = chosen[-1]
        _, content = people.protocol(conn)
        names = {member.id: member.name for member in people.members(conn)}
        about, labels = _about(conn, one, seen), reason_labels(conn)
        standings = _standings(conn, one)
        rows = [
            (standings[row.record], row) for row in _votes(conn, one) if row.record in standings
        ]
    complete = [(found, row) for found, row in rows if found.state not in UNFINISHED]
    visible = visible_for_agreement(seen.id, complete, roles=seen.roles)
    unsettled = sum(not found.settled for found in standings.values())
    if not sees_unsettled(seen.id, roles=seen.roles) and unsettled:
        # over the settled alone agreement would look better than it is
        return about | {"waits": f"{unsettled:,} of its records are not settled yet.", "n": None}
    through = advancing(stage_, content.policy(stage_))
    measured = calibration(visible, through=through, reasons=content.reason_order(stage_))
    settled = [
        (found, row)
        for found, row in complete
        if sight(seen.id, row.member, found, roles=seen.roles) is Sight.OPEN
    ]
    spread = _disagreements(settled, names, stage_, content)
    total = measured.n - measured.agreed
    return (
        about
        | {"waits": None}
        | _document(measured, names, labels)
        | {"disagreements": spread, "hidden": max(total - len(spread), 0)}
    )


def _about(conn: sa.Connection, one: Pilot, seen: Viewer) -> dict[str, Any]:
    """Return what a pilot is and how far it is; how far the others are only if it may be seen."""
    everything = sees_unsettled(seen.id, roles=seen.roles)
    names = {member.id: member.name for member in people.members(conn)}
    rows = screening.standings(conn, one.records)
    standings = [found[one.stage] for found in rows.values() if one.stage in found]
    left = {
        member: sum(row.state in UNFINISHED and member not in row.voters for row in standings)
        for member in one.panel
    }
    return {
        "pilot": one.number,
        "stage": one.stage.value,
        "size": len(one.records),
        "seed": one.seed,
        "note": one.note,
        "at": one.at.isoformat(),
        "opened": one.opened.isoformat() if one.opened else None,
        "reviewers": [names[member] for member in sorted(one.panel)],
        "left": {
            names[member]: n
            for member, n in sorted(left.items())
            if everything or member == seen.id
        },
        "finished": not any(left.values()),
    }


def _standings(conn: sa.Connection, one: Pilot) -> dict[int, Standing]:
    rows = screening.standings(conn, one.records)
    return {
        record: screening.as_standing(found[one.stage])
        for record, found in rows.items()
        if one.stage in found
    }


def _votes(conn: sa.Connection, one: Pilot) -> list[CastVote]:
    """Return the votes of the first round of a pilot's records."""
    votes = screening.votes(conn, records=one.records)
    first: dict[int, int] = {}
    for row in votes:
        if row.stage is one.stage:
            first.setdefault(row.record_id, row.round)
    return [
        cast_vote(row)
        for row in votes
        if row.stage is one.stage and row.round == first[row.record_id]
    ]


def _disagreements(
    rows: list[tuple[Standing, CastVote]], names: dict[int, str], stage: Stage, content: Protocol
) -> list[dict[str, Any]]:
    """Return the records over which a panel was divided, who said what, and how it ended."""
    through = advancing(stage, content.policy(stage))
    ended = {row.record: found for found, row in rows}
    found = []
    for record, one in sorted(said(row for _, row in rows).items()):
        reasons = {reason for verdict, reason in one.values() if verdict not in through}
        if not disagrees(one, through=through) and len(reasons) < 2:
            continue
        verdict = ended[record].verdict
        found.append(
            {
                "record": record,
                "kind": "verdict" if disagrees(one, through=through) else "reason",
                "votes": [
                    {"reviewer": names[member], "verdict": verdict.value, "reason": reason}
                    for member, (verdict, reason) in sorted(one.items())
                ],
                "settled": verdict.value if verdict else None,
            }
        )
    return found


def _document(
    measured: Calibration, names: dict[int, str], labels: dict[str, str]
) -> dict[str, Any]:

    def named(reason: str | None) -> str:
        return "no reason given" if reason is None else labels.get(reason, reason)

    reasons = [
        {
            "reason": one.reason,
            "label": named(one.reason),
            "records": one.records,
            "against_inclusion": one.against,
            "against_other_reasons": one.otherwise,
            "positive": one.positive,
            "positive_interval": list(one.positive_interval) if one.positive_interval else None,
        }
        for one in measured.cited
    ]
    return {
        "n": measured.n,
        "agreed": measured.agreed,
        "share": measured.share,
        "share_interval": list(measured.share_interval) if measured.share_interval else None,
        "kappa": measured.kappa,
        "kappa_interval": list(measured.kappa_interval) if measured.kappa_interval else None,
        "pairs": [agreement_document(one, names, labels) for one in measured.pairs],
        "reasons": reasons,
        "clarify": [
            named(one.reason) for one in measured.cited if one.reason is not None and one.disputed
        ],
    }
