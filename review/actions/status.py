"""How far the review is, by stage and reviewer."""

from typing import Any

from review.actions.caller import Caller, Viewer, acting
from review.actions.retractions import included
from review.screening.blinding import sees_unsettled
from review.store import notices, people, records, upcoming
from review.store.engine import Database
from review.vocab import Role, Stage, State

_UNSETTLED = {State.UNSCREENED, State.AWAITING, State.CONFLICT, State.REASON_CONFLICT}


def status(db: Database, who: Caller) -> dict[str, Any]:
    """Return {stages: {stage: counts by state}, reviewers: [...]} as the caller may see it.

    `retracted` counts the retracted reports, {reports, included}, beside the stages.
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
        waiting = {stage: upcoming.waiting(conn, stage) for stage in Stage}
        reviewers = [
            {
                "name": member.name,
                "stage": stage.value,
                "voted": upcoming.voted(conn, stage, member.id),
                "remaining": upcoming.remaining(waiting[stage], member.id),
            }
            for member in people.members(conn)
            if Role.REVIEWER in member.roles and (everything or viewer == member)
            for stage in Stage
        ]
        gone = notices.retracted_reports(conn, notices.known(conn))
        retracted = {"reports": len(gone), "included": len(included(conn, gone))}
    return {"stages": stages, "reviewers": reviewers, "retracted": retracted}
