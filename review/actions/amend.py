"""Amending the protocol: what changes, what must be screened again, and the act itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from review.actions.appraised import refuse_tools_in_use
from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.casting import stage_named
from review.actions.orphans import refuse_orphans
from review.errors import BadInput, Refused
from review.protocol import Protocol, parse, read
from review.protocol.codebook import nearest
from review.protocol.comparison import (
    Difference,
    Kind,
    Part,
    changed_criteria,
    compare,
)
from review.screening.amendment import Again, Choice, Outcome, again, outcome
from review.screening.blinding import sees_unsettled
from review.store import amending, appraisal, evidence, extractions, ledger, projection
from review.store.engine import Database
from review.store.facts import ClusterFacts
from review.store.people import Member, add_protocol, protocol
from review.vocab import Change, Role, Stage, State

_AMENDS = "amend the protocol"


@dataclass(slots=True, kw_only=True)
class _Plan:
    """What an amendment would do to the review as it is now."""

    version: int
    old: Protocol
    new: Protocol
    differences: list[Difference]
    choice: Choice
    found: dict[int, ClusterFacts]
    rescreen: list[Again]


def amend(
    db: Database,
    who: Caller,
    protocol_: Path | str,
    *,
    change: Change | str,
    note: str = "",
    criteria: Sequence[str] = (),
    stage: str | None = None,
    citing: bool = False,
    sample: int = 0,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Put a new version of the protocol in force and re-open what it makes doubtful.

    `protocol_` is a file, or the YAML itself as text. A clarification re-opens nothing, or
    `sample` settled reports at random; a narrowing what was let through, with `citing` also
    exclusions that cite the `criteria`; a broadening what was excluded only for the `criteria`
    or without a reason. `stage` keeps to one stage; else each report is taken at the last stage
    it was settled at. Criteria not named are those that the new text changes. `dry_run` tells
    all that and changes nothing. Votes keep the version they were cast under.

    ProtocolError for a file that cannot be read, BadInput for unknown criteria, Refused where
    nothing changes, NotAllowed but for owners.
    """
    text, new = _given(protocol_)
    kind = _change(change)
    if not dry_run and not note.strip():
        raise Refused("Say what the amendment does and why: PRISMA asks for it (item 24c).")
    asked = _Asked(kind, tuple(criteria), stage_named(stage) if stage else None, citing, sample)
    if dry_run:
        with db.read() as conn:
            viewer = acting(conn, who, Role.OWNER, act=_AMENDS)
            plan = _plan(conn, new, asked)
            return _document(plan, viewer, note) | {"dry_run": True}
    with writing(db, who) as write:
        viewer = acting(write.conn, who, Role.OWNER, act=_AMENDS)
        amending.lock_all(write)
        plan = _plan(write.conn, new, asked)
        if not plan.differences:
            raise Refused(f"This protocol says what version {plan.version} says; nothing changes.")
        version = add_protocol(write, text, new, change=kind, note=note.strip())
        told = _document(plan, viewer, note)
        some = [
            (record, one.stage)
            for one in plan.rescreen
            for record in sorted(plan.found[one.report].records)
        ]
        chosen = {"stage": stage, "citing": citing, "sample": sample}
        amending.reopen(write, version, some, criteria=plan.choice.criteria, choice=chosen)
        for one in plan.rescreen:
            facts = plan.found[one.report]
            for record in facts.records:
                key = (record, one.stage)
                facts.reopened[key] = facts.reopened.get(key, 0) + 1
        _project(write.conn, plan)
        return told | {"version": version, "dry_run": False}


def _project(conn: sa.Connection, plan: _Plan) -> None:
    """Store what follows: everything where votes are added up otherwise, else what re-opened."""
    old, new = plan.old, plan.new
    if any(
        old.policy(s) != new.policy(s) or old.reason_order(s) != new.reason_order(s) for s in Stage
    ):
        projection.rebuild(conn, new)
    else:
        projection.put(conn, {one.report: plan.found[one.report] for one in plan.rescreen}, new)
    if old.appraisal != new.appraisal:
        appraisal.rebuild(conn, new)
    if old.codebook != new.codebook or old.extraction != new.extraction:
        extractions.rebuild(conn, new)
        evidence.rebuild(conn, new.codebook)


@dataclass(frozen=True, slots=True)
class _Asked:
    change: Change
    criteria: tuple[str, ...]
    stage: Stage | None
    citing: bool
    sample: int


def _plan(conn: sa.Connection, new: Protocol, asked: _Asked) -> _Plan:
    version, old = protocol(conn)
    refuse_orphans(conn, old, new)
    refuse_tools_in_use(conn, old, new)
    differences = compare(old, new)
    choice = Choice(
        change=asked.change,
        criteria=_criteria(old, new, differences, asked),
        stages=(asked.stage,) if asked.stage else tuple(Stage),
        every_stage=asked.stage is not None,
        citing=asked.citing,
        sample=asked.sample,
    )
    found = projection.load(conn)
    outcomes = _outcomes(found, old, amending.secondary(conn))
    return _Plan(
        version=version,
        old=old,
        new=new,
        differences=differences,
        choice=choice,
        found=found,
        rescreen=again(outcomes, choice, seed=ledger.seed(conn) + version),
    )


def _outcomes(
    found: dict[int, ClusterFacts], old: Protocol, secondary: dict[int, list[str]]
) -> list[Outcome]:
    outcomes = []
    for kept, facts in found.items():
        if facts.removed:
            continue
        first, second = (facts.standing(stage, old) for stage in Stage)
        reached = first.state is State.INCLUDED
        steps = [(Stage.TITLE_ABSTRACT, first, second if reached else None)]
        steps += [(Stage.FULL_TEXT, second, None)] if reached else []
        for stage, now, later in steps:
            one = outcome(
                kept,
                stage,
                now,
                votes=facts.current_votes(stage),
                rulings=facts.current_rulings(stage),
                cluster=frozenset(facts.records),
                secondary=secondary,
                later=later,
            )
            if one is not None:
                outcomes.append(one)
    return outcomes


def _criteria(
    old: Protocol, new: Protocol, differences: list[Difference], asked: _Asked
) -> tuple[str, ...]:
    """The codes the amendment is about, as named or as the text shows; BadInput if unknown."""
    reasons = {r.code for p in (old, new) for some in p.reasons.values() for r in some}
    eligible = {
        one.code for p in (old, new) for one in (*p.eligibility.include, *p.eligibility.exclude)
    }
    for code in asked.criteria:
        if code not in reasons | eligible:
            hint = nearest(code, sorted(reasons | eligible))
            known = ", ".join(sorted(reasons | eligible))
            raise BadInput(f"{code!r} is no criterion or reason{hint}; known: {known}.")
    before = [d for d in differences if d.kind is not Kind.ADDED or d.part is not Part.REASONS]
    codes = asked.criteria or tuple(changed_criteria(before))
    if asked.change is not Change.CLARIFY and asked.sample:
        raise BadInput("A sample is drawn for a clarification only; the other sets are whole.")
    if asked.sample < 0:
        raise BadInput("A sample has at least one report.")
    if asked.citing and (asked.change is not Change.NARROW or not reasons & set(codes)):
        raise BadInput(
            "Exclusions citing a criterion are added to a narrowing of that reason only."
        )
    unknown = sorted(set(codes) - reasons)
    if asked.change is Change.BROADEN and (not codes or (unknown and not asked.criteria)):
        what = f"{', '.join(unknown)} is no reason" if unknown else "No reason changed"
        known = ", ".join(sorted(reasons))
        raise BadInput(
            f"{what}, so which exclusions the broadening makes doubtful is not known; name the "
            f"reasons for exclusion that became broader with --criterion: {known}."
        )
    if asked.change is Change.BROADEN and not reasons & set(codes):
        raise BadInput(f"No vote cites {', '.join(codes)}: name reasons for exclusion instead.")
    return codes


def _document(plan: _Plan, viewer: Member | None, note: str) -> dict[str, Any]:
    seen = Viewer.of(viewer)
    counts = {s.value: sum(one.stage is s for one in plan.rescreen) for s in Stage}
    unsettled = {s.value: 0 for s in Stage}
    for facts in plan.found.values():
        for stage in Stage:
            if facts.current_votes(stage) and not facts.standing(stage, plan.old).settled:
                unsettled[stage.value] += 1
    everything = sees_unsettled(seen.id, roles=seen.roles)
    return {
        "version": plan.version + 1,
        "change": plan.choice.change.value,
        "note": note.strip(),
        "criteria": list(plan.choice.criteria),
        "differences": [
            {
                "part": one.part.value,
                "kind": one.kind.value,
                "where": one.where,
                "code": one.code,
                "before": one.before,
                "after": one.after,
                "text": one.sentence,
            }
            for one in plan.differences
        ],
        "rescreen": [
            {"record": one.report, "stage": one.stage.value, "why": one.why}
            for one in plan.rescreen
        ],
        "rescreen_counts": counts,
        # they go on under the new version, each vote with its own; told to who may know
        "begun": unsettled if everything else None,
    }


def _given(protocol_: Path | str) -> tuple[str, Protocol]:
    if isinstance(protocol_, Path):
        content = read(protocol_)
        return protocol_.read_text(encoding="utf-8-sig"), content
    return protocol_, parse(protocol_, name="the new protocol")


def _change(change: Change | str) -> Change:
    try:
        kind = Change(change)
    except ValueError:
        kind = Change.INITIAL
    if kind is Change.INITIAL:
        raise BadInput(f"'{change}' is no amendment; say clarify, narrow or broaden.")
    return kind
