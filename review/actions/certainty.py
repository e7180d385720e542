"""Certainty in the evidence, outcome by outcome: the summary of findings, and grading it."""

from collections.abc import Mapping
from typing import Any

from review.actions.caller import Caller, acting, writing_as
from review.actions.graded import (
    GRADERS,
    SETTLERS,
    Body,
    asked_for,
    evidence_found,
    grading_document,
    group_row,
    in_animals,
    sees,
)
from review.errors import BadInput, Refused
from review.extraction.judged_by_two import Amount
from review.protocol import Protocol
from review.reporting.certainty_out import certainty_file as written
from review.store import people
from review.store.engine import Database
from review.store.grading import Graded
from review.store.people import Member
from review.store.tables import GradeRow
from review.synthesis.certainty import (
    START_RULE,
    WORDS,
    certainty as certainty_of,
    digest,
    level_named,
    proposals,
    read_judgements,
    starting,
)
from review.synthesis.vote_groups import By, VoteGroup
from review.vocab import Certainty, RulingKind

_BY: dict[str, By] = {"domain": "domain", "outcome": "outcome"}
_GRADE = "grade the certainty of evidence"


def certainty(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    by: str = "domain",
    everything: bool = False,
) -> dict[str, Any]:
    """Return the summary of findings: {where, by, groups}, one group for each population × contrast
    × outcome domain (or outcome) of the effects that match, human and animal apart.

    Each: studies, families, people or animals, the vote count with proportion and interval,
    direction, certainty with its reasons where a person graded it, else what the facts propose.
    """
    if by not in _BY:
        raise BadInput(f"Certainty is by {' or '.join(_BY)}, not by '{by}'.")
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        found = evidence_found(conn, member, where=where, by=_BY[by], everything=everything)
        whole = (
            found if not where else evidence_found(conn, member, by=_BY[by], everything=everything)
        )
    rows = [group_row(key, group, found, whole) for key, group in found.groups.items()]
    graded = sum(row["graded"] for row in rows)
    return {"where": where, "by": by, "start_rule": START_RULE, "groups": rows, "graded": graded}


def certainty_file(db: Database, who: Caller, format: str = "csv", **more: Any) -> bytes:
    """Return the summary of findings as csv, docx, md or json; `more` as for `certainty`."""
    return written(certainty(db, who, **more), format)


def grade(
    db: Database,
    who: Caller,
    outcome: str,
    contrast: str,
    population: str,
    judgements: Mapping[str, Any] | None = None,
    *,
    start: str | None = None,
    start_reason: str = "",
    confirm: bool = False,
    settle: bool = False,
) -> dict[str, Any]:
    """Store a person's certainty in the evidence on an outcome (a term or a domain).

    `judgements` maps reasons of GRADE to steps, or to {steps, reason}; those to go down that are
    not named take what is proposed where `confirm` is set. `start` other than by the rule needs
    a reason. `settle` settles two gradings that differ, as somebody who gave neither.
    """
    roles = SETTLERS if settle else GRADERS
    with writing_as(db, who, *roles, act=_GRADE) as (write, member):
        write.only_writer()
        found, key = asked_for(write.conn, member, outcome, contrast, population)
        group = found.groups[key]
        covers = _allowed(found.graded.get(key), member, settle=settle, protocol=found.protocol)
        said = read_judgements(
            judgements or {}, proposals(group, animal=in_animals(found, key)), confirm=confirm
        )
        begin, why = _start(found, group, start, start_reason)
        level = certainty_of(begin, [one["steps"] for one in said.values()])
        id_ = write.add(
            GradeRow,
            outcome=key[0],
            contrast=key[1],
            population=key[2],
            start=begin,
            start_reason=why,
            judgements=said,
            certainty=level,
            effects=sorted(item.id for item in group.items),
            digest=digest(group.items),
            kind=RulingKind.ADJUDICATION if settle else None,
            covers=covers,
            protocol_version=found.version,
        )
        now, _ = asked_for(write.conn, member, outcome, contrast, population)
        return {"grade": id_} | group_row(key, group, now, now)


def certainty_group(
    db: Database, who: Caller, outcome: str, contrast: str, population: str
) -> dict[str, Any]:
    """Return one group whole: its row, the caller's own grading, and, once visible, everybody's.

    Two gradings that differ are listed without names to whoever may settle them.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        found, key = asked_for(conn, member, outcome, contrast, population)
        names = {one.id: one.name for one in people.members(conn)}
    graded = found.graded.get(key)
    row = group_row(key, found.groups[key], found, found)
    start, why = _start(found, found.groups[key], None, "")
    mine = next(
        (
            r
            for r in reversed(graded.rows if graded else ())
            if member is not None and r.member_id == member.id
        ),
        None,
    )
    every = graded.rows if graded and sees(member, graded.now, found.protocol) else ()
    open_ = graded is None or not graded.now.settled
    return row | {
        "start": start.value,
        "start_reason": why,
        "mine": grading_document(mine) if mine else None,
        "history": [
            grading_document(r) | {"by": None if open_ else names.get(r.member_id or 0)}
            for r in every
        ],
    }


def _allowed(
    graded: Graded | None, member: Member, *, settle: bool, protocol: Protocol
) -> list[int]:
    """Refuse what the order of grading does not allow; return the gradings a settlement covers."""
    now = graded.now if graded else None
    if settle:
        if now is None or now.amount is not Amount.CONFLICT:
            raise Refused("There are no two gradings here that differ.")
        if member.id in now.judges:
            raise Refused("You graded this yourself; somebody else settles it.")
        return [one.id for one in now.latest]
    needed = protocol.appraisal.graders
    if needed > 1 and now and now.amount is Amount.CONFLICT and member.id not in now.judges:
        raise Refused(
            f"This has its {needed} gradings already; they differ and wait to be settled."
        )
    return []


def _start(found: Body, group: VoteGroup, given: str | None, reason: str) -> tuple[Certainty, str]:
    rule, why = starting(
        group.items,
        found.protocol.codebook,
        tools=found.tools,
        starts_high=found.protocol.appraisal.starts_high,
    )
    if not given or level_named(given) is rule:
        return rule, reason.strip() or why
    if not reason.strip():
        raise BadInput(f"By the rule this starts at {WORDS[rule].lower()} ({why}) Say why not.")
    return level_named(given), reason.strip()
