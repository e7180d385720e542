"""Commands that settle what reviewers disagree on: conflicts, judge, rule, discuss, reopen."""

from typing import Annotated

import typer

from review.cli.lazily import actions
from review.cli.printing import flagged, table
from review.cli.root import root
from review.cli.screening import AnyStage, Key, Note, Reason, Record, StageName, Verdict
from review.cli.session import As, MaybeAs, Session, command


@command(root, "conflicts")
def conflicts(
    session: Session,
    stage: AnyStage = None,
    limit: Annotated[int | None, typer.Option(help="At most so many.")] = None,
    offset: Annotated[int, typer.Option(help="Leave out so many first.")] = 0,
    as_: MaybeAs = None,
) -> None:
    """List what waits for a third person."""
    found = actions.conflicts(session.db, session.who(as_), stage, limit=limit, offset=offset)
    names = ("record", "stage", "kind", "round", "title")
    session.show(
        found,
        table(names, ([flagged(one) if n == "title" else one[n] for n in names] for one in found)),
    )


@command(root, "judge")
def judge(
    session: Session,
    record: Record,
    verdict: Verdict,
    as_: As,
    stage: StageName,
    reason: Reason = None,
    note: Note = None,
) -> None:
    """Judge a conflict blind, then see the two votes."""
    found = actions.judge(
        session.db, session.who(as_), record, verdict, stage=stage, reason=reason, note=note
    )
    names = ("who", "verdict", "reason", "note")
    votes = table(names, ([one[n] for n in names] for one in found["votes"]))
    session.show(
        found, votes, f"Your own judgement: {found['blind']}. Settle it with 'review rule'."
    )


@command(root, "rule")
def rule(
    session: Session,
    record: Record,
    verdict: Verdict,
    as_: As,
    stage: StageName,
    reason: Reason = None,
    note: Note = None,
    key: Key = None,
) -> None:
    """Settle a conflict, as somebody who did not vote on it."""
    found = actions.rule(
        session.db,
        session.who(as_),
        record,
        verdict,
        stage=stage,
        reason=reason,
        note=note,
        key=key,
    )
    waived = " You voted on it; the waiver is recorded." if found["waiver"] else ""
    session.show(found, f"Record {found['record']} is settled: {found['verdict']}.{waived}")


@command(root, "rule-reasons")
def rule_reasons(
    session: Session,
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE")] = "full-text",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what it would do.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Settle every conflict of reasons by the higher reason in the protocol's order; for owners."""
    who = session.who(as_)
    found = actions.rule_reasons(session.db, who, stage=stage, dry_run=dry_run)
    names = ("record", "reason", "label", "title")
    done = "would be settled" if dry_run else "are settled"
    session.show(
        found,
        table(names, ([one[n] for n in names] for one in found["settled"])),
        f"{len(found['settled']):,} conflicts of reasons {done}.",
    )


@command(root, "rulings")
def rulings(
    session: Session,
    stage: StageName,
    limit: Annotated[int, typer.Option(min=1)] = 50,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_: MaybeAs = None,
) -> None:
    """List how conflicts were settled, newest first, with the blind judgement before each."""
    found = actions.rulings(session.db, session.who(as_), stage, limit=limit, offset=offset)
    names = ("record", "round", "kind", "blind", "verdict", "reason", "by", "waiver", "title")
    rows = ([one[n] for n in names] for one in found["rulings"])
    waivers = f"Rulings: {found['total']:,}, of which {found['waivers']:,} by one of the voters."
    session.show(found, table(names, rows), waivers)


@command(root, "discuss")
def discuss(
    session: Session,
    record: Record,
    verdict: Verdict,
    as_: As,
    stage: StageName,
    reason: Reason = None,
    note: Note = None,
) -> None:
    """Confirm what the reviewers agreed on; once all of them have, it is settled."""
    found = actions.discuss(
        session.db, session.who(as_), record, verdict, stage=stage, reason=reason, note=note
    )
    done = f"Record {found['record']} is settled."
    session.show(found, done if found["settled"] else "Stored; the other reviewer confirms next.")


@command(root, "reopen")
def reopen(
    session: Session,
    record: Record,
    stage: StageName,
    why: Annotated[str, typer.Option(help="Why it is screened again.")],
    as_: MaybeAs = None,
) -> None:
    """Begin a new round on a record."""
    found = actions.reopen(session.db, session.who(as_), record, stage=stage, why=why)
    session.show(found, f"Record {found['record']} is in round {found['round']} of {stage}.")
