"""Commands of a reviewer at work, and of how far the work is: next, vote, withdraw, status."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import card, literal, table
from review.cli.root import root
from review.cli.session import As, MaybeAs, Session, command
from review.errors import BadInput

Record = Annotated[int, typer.Argument(metavar="RECORD")]
Verdict = Annotated[str, typer.Argument(metavar="VERDICT", help="include, maybe or exclude")]
StageName = Annotated[
    str, typer.Option("--stage", metavar="STAGE", help="title-abstract or full-text")
]
AnyStage = Annotated[
    str | None, typer.Option("--stage", metavar="STAGE", help="title-abstract or full-text")
]
Reason = Annotated[
    str | None, typer.Option(metavar="CODE", help="The reason for exclusion, from the protocol.")
]
Note = Annotated[str | None, typer.Option(metavar="TEXT")]
Key = Annotated[
    str | None,
    typer.Option(metavar="IDEMPOTENCY", help="The same key again is the same act, done once."),
]
_RECORDS_SHOWN = 8


@command(root, "next")
def next_(
    session: Session,
    as_: As,
    stage: StageName,
    n: Annotated[int, typer.Option("-n", min=1, max=50, help="How many.")] = 1,
) -> None:
    """Show the reviewer's next record."""
    who = session.who(as_)
    found = actions.next_records(session.db, who, stage, n)
    pace = actions.progress(session.db, who, stage)
    document: dict[str, Any] = {"record": found[0]["record"] if found else None}
    document |= {"records": found, **pace}
    lines: list[Any] = [card(one) for one in found] or ["Nothing is left to screen here."]
    session.show(document, *lines, f"{pace['mine']:,} done, {pace['remaining']:,} to do.")


@command(root, "abstract")
def abstract(session: Session, record: Record, as_: MaybeAs = None) -> None:
    """Fetch the abstract of a record that came without one from PubMed."""
    found = actions.fetch_abstract(session.db, session.who(as_), record)
    session.show(found, card(found))


@command(root, "vote")
def vote(
    session: Session,
    record: Record,
    verdict: Verdict,
    as_: As,
    stage: StageName,
    reason: Reason = None,
    note: Note = None,
    key: Key = None,
    seconds: Annotated[float | None, typer.Option(help="Time spent on the record.")] = None,
    round: Annotated[
        int | None, typer.Option(help="Only if the record is in this round, as it was seen in.")
    ] = None,
) -> None:
    """Cast the reviewer's vote on a record, or change it."""
    found = actions.vote(
        session.db,
        session.who(as_),
        record,
        verdict,
        stage=stage,
        reason=reason,
        note=note,
        key=key,
        seconds=seconds,
        round=round,
    )
    how = (
        "is stored already" if found["repeated"] else "is changed" if found["changed"] else "is in"
    )
    session.show(found, f"The vote {how}: record {found['record']}, {found['verdict']}.")


@command(root, "withdraw")
def withdraw(session: Session, record: Record, as_: As, stage: StageName, key: Key = None) -> None:
    """Take back the reviewer's vote."""
    found = actions.withdraw(session.db, session.who(as_), record, stage=stage, key=key)
    session.show(found, f"The vote on record {found['record']} is withdrawn.")


@command(root, "import-votes")
def import_votes(
    session: Session,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    format: Annotated[str, typer.Option(help="rayyan, asreview, covidence or csv")],
    as_reviewer: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=NAME", help="Who a name in the file is; repeatable."),
    ] = None,
    stage: AnyStage = None,
    dry_run: Annotated[bool, typer.Option(help="Try all of it and keep nothing.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Import decisions made elsewhere, each reviewer's for themselves."""
    names = {}
    for pair in as_reviewer or []:
        column, equals, name = pair.partition("=")
        if not equals or not column.strip() or not name.strip():
            raise BadInput(f"'{pair}' is not COLUMN=NAME, e.g. --as-reviewer R1=Anna.")
        names[column.strip()] = name.strip()
    found = actions.import_votes(
        session.db,
        session.who(as_),
        file,
        format=format,
        as_reviewer=names,
        stage=stage,
        dry_run=dry_run,
    )
    lines = ["Tried; nothing was kept."] if dry_run else []
    lines += [
        f"{found['matched']:,} records matched: {found['votes']:,} votes, {found['changed']:,} "
        f"changes and {found['rulings']:,} rulings came in; {found['repeated']:,} were in already."
    ]
    lines += _not_imported(found["unmatched"], "unmatched")
    lines += _not_imported(found["skipped"], "not imported")
    lines += [f"Unreadable, {bad['position']}: {bad['reason']}" for bad in found["rejects"]]
    if found["unknown_reasons"]:
        words = ", ".join(f"{word} ({n})" for word, n in found["unknown_reasons"].items())
        lines.append(f"Reasons the protocol does not have, now in the notes: {words}")
    lines += [f"Lost before it came here: {sentence}." for sentence in found["lost"]]
    session.show(found, *(literal(line) for line in lines))


def _not_imported(some: list[dict[str, Any]], what: str) -> list[str]:
    """One line for each reason, with the records it concerns."""
    records: dict[str, list[str]] = {}
    for one in some:
        records.setdefault(one["why"], []).append(str(one["record"]))
    return [
        f"{len(which)} {what}: {why} (records {', '.join(which[:_RECORDS_SHOWN])}"
        f"{' ...; --json lists them all' if len(which) > _RECORDS_SHOWN else ''})"
        for why, which in records.items()
    ]


@command(root, "status")
def status(session: Session, as_: MaybeAs = None) -> None:
    """Show progress by stage and reviewer, as the caller may see it."""
    found = actions.status(session.db, session.who(as_))
    shown = [
        table(("", ""), ((key, n) for key, n in counts.items()), title=stage)
        for stage, counts in found["stages"].items()
    ]
    names = ("name", "stage", "voted", "remaining")
    if found["reviewers"]:
        shown.append(table(names, ([one[n] for n in names] for one in found["reviewers"])))
    if found["retracted"]["reports"]:
        shown.append(table(("", ""), found["retracted"].items(), title="retracted"))
    session.show(found, *shown)
