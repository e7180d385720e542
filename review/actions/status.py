"""How far the review is, by stage and reviewer, and how well reviewers agree."""

from typing import Any

from review.actions.caller import Caller, Viewer, acting
from review.actions.casting import stage_named
from review.errors import BadInput
from review.screening.agreement import Agreement, CastVote
from review.screening.agreement import agreement as measured
from review.screening.blinding import sees_unsettled, visible_for_agreement
from review.store import duplicates, people, records, screening
from review.store.engine import Database
from review.vocab import Role, Stage, State

_UNSETTLED = {State.UNSCREENED, State.AWAITING, State.CONFLICT, State.REASON_CONFLICT}


def status(db: Database, who: Caller) -> dict[str, Any]:
    """Return {stages: {stage: counts by state}, reviewers: [...]} as the caller may see it.

    A reviewer sees what is settled, what is not (in one number), and their own progress only.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the status")
        seen = Viewer.of(viewer)
        everything = sees_unsettled(seen.id, roles=seen.roles)
        stages: dict[str, dict[str, int]] = {}
        standing = records.stages(conn)
        for stage in Stage:
            counts = dict.fromkeys(State, 0)
            retrieval = {"retrieved": 0, "not-retrieved": 0, "awaiting-retrieval": 0}
            for row in standing:
                if row.stage is stage:
                    counts[row.state] += row.n
                    name = row.retrieval.value if row.retrieval else "awaiting-retrieval"
                    retrieval[name] += row.n
            shown = {state.value: n for state, n in counts.items()}
            if not everything:
                shown = {
                    "undecided": sum(counts[state] for state in _UNSETTLED),
                    State.INCLUDED.value: counts[State.INCLUDED],
                    State.EXCLUDED.value: counts[State.EXCLUDED],
                }
            shown["total"] = sum(counts.values())
            stages[stage.value] = shown | (retrieval if stage is Stage.FULL_TEXT else {})
        reviewers = [
            {"name": member.name, "stage": stage.value, "voted": mine, "remaining": remaining}
            for member in people.members(conn)
            if Role.REVIEWER in member.roles and (everything or viewer == member)
            for stage in Stage
            for mine, remaining in [screening.progress(conn, member.id, stage)]
        ]
    return {"stages": stages, "reviewers": reviewers}


def agreement(
    db: Database, who: Caller, *, stage: str | None = None, pair: str | None = None
) -> list[dict[str, Any]]:
    """Return agreement per stage, round and pair, each with n and intervals.

    First complete rounds, independent votes only; late duplicates are left out. `pair` is
    "NAME,NAME". A reviewer sees it over settled records only: a figure that moves with each
    vote would tell how the other voted. Measures are shares; None where not defined.
    """
    wanted = stage_named(stage) if stage else None
    with db.read() as conn:
        seen = Viewer.of(acting(conn, who, act="see agreement"))
        names = {member.id: member.name for member in people.members(conn)}
        chosen = _pair(names, pair)
        kept = duplicates.all_kept(conn)
        votes = [
            vote
            for vote in screening.votes(conn)
            if kept[vote.record_id] == vote.record_id and wanted in (None, vote.stage)
        ]
        standings = screening.standings(conn, {vote.record_id for vote in votes})
        _, content = people.protocol(conn)
    rows = [
        (screening.as_standing(standings[vote.record_id][vote.stage]), _cast(vote))
        for vote in votes
        if vote.stage in standings.get(vote.record_id, {})
    ]
    visible = visible_for_agreement(seen.id, rows, roles=seen.roles)
    needed = {stage: content.policy(stage).reviewers_per_record for stage in Stage}
    return [
        _document(one, names)
        for one in measured(visible, reviewers_per_record=needed)
        if chosen is None or (set(one.reviewers) == chosen and not one.pooled)
    ]


def _cast(vote: Any) -> CastVote:
    return CastVote(
        record=vote.record_id,
        stage=vote.stage,
        round=vote.round,
        member=vote.member_id,
        verdict=vote.verdict,
        reason=vote.reason,
        seq=vote.id,
        independent=vote.independent,
    )


def _document(one: Agreement, names: dict[int, str]) -> dict[str, Any]:
    measures = ("percent", "kappa", "pabak", "ac1", "positive", "negative")
    found: dict[str, Any] = {
        "stage": one.stage.value,
        "round": one.round,
        "reviewers": [names[id_] for id_ in one.reviewers],
        "pooled": one.pooled,
        "n": one.n,
        "categories": [verdict.value for verdict in one.categories],
        "table": [list(row) for row in one.table],
    }
    for name in measures:
        found[name] = getattr(one, name)
        interval = getattr(one, f"{name}_interval")
        found[f"{name}_interval"] = list(interval) if interval else None
    return found


def _pair(names: dict[int, str], pair: str | None) -> set[int] | None:
    if pair is None:
        return None
    ids = {name.casefold(): id_ for id_, name in names.items()}
    wanted = [part.strip() for part in pair.split(",")]
    unknown = [name for name in wanted if name.casefold() not in ids]
    if len(wanted) != 2 or unknown:
        raise BadInput("A pair is two members: --pair ANNA,BEN.")
    return {ids[name.casefold()] for name in wanted}
