"""Settling all conflicts of reasons at once, by the order of reasons in the protocol."""

from typing import Any

from review.actions.agreement import reason_labels
from review.actions.caller import Caller, acting, writing
from review.actions.casting import refuse, stage_named
from review.actions.conflicts import visible
from review.protocol import Protocol
from review.screening.permission import may_rule
from review.screening.standing import Ruling
from review.store import projection, records
from review.store.engine import Database, Write
from review.store.facts import ClusterFacts
from review.store.people import protocol
from review.store.tables import RulingRow
from review.vocab import ReasonPolicy, Role, RulingKind, Stage, State, Verdict

NOTE = "the first of the reasons given, in the protocol's order"


def rule_reasons(
    db: Database, who: Caller, *, stage: str = Stage.FULL_TEXT.value, dry_run: bool = False
) -> dict[str, Any]:
    """Settle every conflict of reasons by the higher reason in protocol order; owners only.

    Returns {stage, dry_run, settled: [{record, title, reason, label}], by_reason}; `dry_run`
    shows it and changes nothing. Conflicts on which the caller voted are left to somebody else.
    """
    stage_ = stage_named(stage)
    with writing(db, who) as write:
        viewer = acting(write.conn, who, Role.OWNER, act="settle reasons by rule")
        version, content = protocol(write.conn)
        waiting = [
            row.kept_id
            for row in visible(write.conn, viewer, stage_)
            if row.state is State.REASON_CONFLICT
        ]
        if not dry_run:
            write.lock_records(waiting)
            write.only_writer()
        found = projection.load(write.conn, waiting)
        outcome = {
            kept: reason
            for kept, facts in found.items()
            if (reason := _first(facts, stage_, content)) is not None
        }
        if not dry_run and outcome:
            refused = (
                may_rule(
                    found[kept].standing(stage_, content),
                    member=viewer.id if viewer else 0,
                    policy=content.policy(stage_),
                    kind=RulingKind.RULE,
                )
                for kept in outcome
            )
            refuse(next(filter(None, refused), None))
            _settle(write, {kept: found[kept] for kept in outcome}, outcome, stage_, version)
            projection.put(write.conn, {kept: found[kept] for kept in outcome}, content)
        labels = reason_labels(write.conn)
        entries = records.entries(write.conn, list(outcome))
    return {
        "stage": stage_.value,
        "dry_run": dry_run,
        "settled": [
            {
                "record": kept,
                "title": entries[kept]["title"],
                "reason": reason,
                "label": labels.get(reason, reason),
            }
            for kept, reason in sorted(outcome.items())
        ],
        "by_reason": {
            code: sum(reason == code for reason in outcome.values())
            for code in (*content.reason_order(stage_), *sorted(set(outcome.values())))
            if code in outcome.values()
        },
    }


def _first(facts: ClusterFacts, stage: Stage, content: Protocol) -> str | None:
    """The reason that the hierarchy would let stand, None where reasons are in no conflict."""
    if facts.standing(stage, content).state is not State.REASON_CONFLICT:
        return None
    policy = content.policy(stage).model_copy(update={"reason_policy": ReasonPolicy.HIERARCHY})
    policies = {**content.policies, stage: policy}
    return facts.standing(stage, content.model_copy(update={"policies": policies})).reason


def _settle(
    write: Write,
    found: dict[int, ClusterFacts],
    outcome: dict[int, str],
    stage: Stage,
    version: int,
) -> None:
    rows: list[dict[str, Any]] = []
    for kept, facts in found.items():
        covers = sorted(facts.records)
        rows.append(
            {
                "record_id": kept,
                "stage": stage,
                "round": facts.round_of(kept, stage),
                "verdict": Verdict.EXCLUDE,
                "reason": outcome[kept],
                "note": NOTE,
                "protocol_version": version,
                "kind": RulingKind.RULE,
                "covers": covers,
                "rounds": [facts.round_of(record, stage) for record in covers],
                "cast": write.at,
            }
        )
    for id_, row in zip(write.add_many(RulingRow, rows), rows, strict=True):
        ruling = Ruling(
            covers=frozenset(row["covers"]),
            member=write.actor.member_id or 0,
            verdict=Verdict.EXCLUDE,
            reason=row["reason"],
            kind=RulingKind.RULE,
            seq=id_,
        )
        found[row["record_id"]].rulings.append((stage, row["rounds"], ruling))
