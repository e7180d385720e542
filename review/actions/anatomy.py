"""What conflicts are made of, and, once a stage is closed, whose votes the rulings overturned."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.agreement import independent_votes, reason_labels
from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.casting import stage_named
from review.errors import Refused
from review.screening import disagreement
from review.screening.agreement import first_complete_rounds
from review.screening.disagreement import Adjudicated, Said, Share
from review.screening.standing import Ruling, Vote, live_votes
from review.store import people, projection, settling
from review.store.engine import Database
from review.vocab import Role, RulingKind, Stage, Verdict


def anatomy(db: Database, who: Caller, stage: str) -> dict[str, Any]:
    """Return what the conflicts of a stage are made of: pairs, reasons, and who said what.

    First independent votes, conflicts settled and open alike, as far as the caller may see them
    (a reviewer: settled ones). Every share comes with its count, n and interval.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        seen = Viewer.of(acting(conn, who, act="see what conflicts are made of"))
        votes = independent_votes(conn, seen, stage_)
        _, content = people.protocol(conn)
        names = {member.id: member.name for member in people.members(conn)}
        labels = reason_labels(conn)
    policy = content.policy(stage_)
    panels = [
        panel
        for some in first_complete_rounds(
            votes, reviewers_per_record=policy.reviewers_per_record
        ).values()
        for panel in some
    ]
    found = disagreement.anatomy(panels, stage=stage_, policy=policy)
    order = {code: place for place, code in enumerate(content.reason_order(stage_))}
    return {
        "stage": stage_.value,
        "conflicts": _share(found.conflicts),
        "pairs": [
            {"reviewers": [names[one] for one in pair], **_share(share)}
            for pair, share in found.pairs.items()
        ],
        "reasons": [
            {"reason": reason, "label": labels.get(reason or "", reason), **_share(share)}
            for reason, share in sorted(
                found.reasons.items(), key=lambda item: order.get(item[0] or "", len(order))
            )
        ],
        "patterns": [
            {"said": [_who_said(names, pair[0], one), _who_said(names, pair[1], other)], "n": n}
            for (pair, one, other), n in found.patterns.items()
        ],
    }


def overturns(db: Database, who: Caller, stage: str) -> dict[str, Any]:
    """Return how often rulings overturned votes, by reviewer and by reason cited; for owners.

    Only once the stage is closed: nothing is pending there, or an owner declared it closed.
    Adjudications alone count, not what reviewers agreed on themselves or a rule settled.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="see whose votes were overturned")
        if not settling.is_closed(conn, stage_):
            left = settling.pending(conn, stage_)
            raise Refused(
                f"Whose votes were overturned is shown once {stage_.value} is closed: "
                f"{left} report{'s' * (left != 1)} are still pending there; an owner may declare "
                "it closed before."
                if left
                else f"Whose votes were overturned is shown once {stage_.value} is closed: "
                "it has not begun."
            )
        cases = _adjudicated(conn, stage_)
        names = {member.id: member.name for member in people.members(conn)}
        labels = reason_labels(conn)
    by_reason = disagreement.overturns_by_reason(cases)
    return {
        "stage": stage_.value,
        "adjudicated": len(cases),
        "interval_method": "score interval (Wilson 1927), 95 %",
        "reviewers": [
            {"reviewer": names[member], **_share(share)}
            for member, share in disagreement.overturns_by_reviewer(cases).items()
        ],
        "criteria": [
            {"criterion": code, "label": labels.get(code or "", code), **_share(by_reason[code])}
            for code in sorted(by_reason, key=lambda code: (code is None, code or ""))
        ],
    }


def close_stage(
    db: Database, who: Caller, stage: str, *, why: str, closed: bool = True
) -> dict[str, Any]:
    """Declare a stage closed although reports may be pending, or open again; owners only."""
    stage_ = stage_named(stage)
    if not why.strip():
        raise Refused(f"Say why {stage_.value} is {'closed' if closed else 'open again'}.")
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="close stages")
        said = settling.declared(write.conn, stage_)
        if bool(said and said.closed) is closed:
            raise Refused(
                f"{stage_.value} is {'closed' if closed else 'not declared closed'} already."
            )
        settling.declare(write, stage_, closed=closed, why=why.strip())
        left = settling.pending(write.conn, stage_)
    return {"stage": stage_.value, "closed": closed, "pending": left, "why": why.strip()}


def _adjudicated(conn: sa.Connection, stage: Stage) -> list[Adjudicated]:
    """Every adjudication of a stage, in whatever round, with the votes it was made on."""
    rulings: dict[int, Ruling] = {}
    votes: dict[int, list[Vote]] = {}
    for facts in projection.load(conn).values():
        for at, rounds, ruling in facts.rulings:
            if at is not stage or ruling.kind is not RulingKind.ADJUDICATION:
                continue
            covered = dict(zip(sorted(ruling.covers), rounds, strict=True))
            rulings[ruling.seq] = ruling
            votes.setdefault(ruling.seq, []).extend(  # after a split it is about two reports
                vote
                for voted_at, number, vote in facts.votes
                if voted_at is stage and covered.get(vote.record) == number
            )
    return [Adjudicated(ruling=r, votes=live_votes(votes[seq])) for seq, r in rulings.items()]


def _share(share: Share) -> dict[str, Any]:
    return {
        "count": share.count,
        "n": share.n,
        "share": share.share,
        "interval": list(share.interval) if share.interval else None,
    }


def _who_said(names: Mapping[int, str], member: int, said: Said) -> dict[str, Any]:
    verdict, reason = said
    return {
        "reviewer": names[member],
        "verdict": Verdict(verdict).value,
        "reason": reason,
    }
