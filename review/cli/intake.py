"""Commands that bring records in and show them: search, import, searches, records."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import card, flagged, literal, plain, progressing, table
from review.cli.root import root, search
from review.cli.session import MaybeAs, Session, command, text_of
from review.errors import ReviewError
from review.vocab import Removal, SearchKind

_REJECTS_SHOWN = 20
Record = Annotated[int, typer.Argument(metavar="RECORD")]


@command(search, "pubmed")
def pubmed(
    session: Session,
    query: Annotated[str | None, typer.Argument(metavar="[QUERY]")] = None,
    strategy: Annotated[Path | None, typer.Option(help="A file that holds the query.")] = None,
    until: Annotated[str | None, typer.Option(help="Last date of entry, e.g. 2025-05-20.")] = None,
    since: Annotated[str | None, typer.Option(help="First date of entry.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    resume: Annotated[int | None, typer.Option(help="Go on with an earlier search.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Search PubMed and import what it finds."""
    with progressing("PubMed", quiet=session.as_json) as progress:
        found = actions.search_pubmed(
            session.db,
            session.who(as_),
            query,
            strategy=strategy,
            since=since,
            until=until,
            dry_run=dry_run,
            resume=resume,
            progress=progress,
        )
    _show_search(session, found)


@command(search, "update")
def update(
    session: Session,
    id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Else the last one.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Run a recorded PubMed search again; only what is new comes in."""
    with progressing("PubMed", quiet=session.as_json) as progress:
        found = actions.update_search(session.db, session.who(as_), id, progress=progress)
    _show_search(session, found)


def _show_search(session: Session, found: dict[str, Any]) -> None:
    if found["search"] is None:
        lines = [f"PubMed counts {found['count']:,} records; nothing was fetched."]
    else:
        state = "complete" if found["complete"] else "not complete"
        lines = [
            f"Search {found['search']} ({state}): PubMed counted {found['count']:,}, "
            f"{found['imported']:,} came, {found['new']:,} of them new, "
            f"{len(found['missing'])} missing."
        ]
    lines += [f"Warning: {warning}" for warning in found["warnings"]]
    if found["translation"]:
        lines.append(f"Understood as: {found['translation']}")
    session.show(found, *(literal(line) for line in lines))


@command(root, "import")
def import_(
    session: Session,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    source: Annotated[str, typer.Option(help="Where the file came from, e.g. Embase.")],
    kind: Annotated[str, typer.Option(help=", ".join(SearchKind))] = SearchKind.DATABASE.value,
    strategy: Annotated[Path | None, typer.Option(help="A file with the search strategy.")] = None,
    date: Annotated[str | None, typer.Option(help="When it was searched; else today.")] = None,
    format: Annotated[str | None, typer.Option(help="Else found from the content.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Import files of records, each as one search; the same file twice adds nothing."""
    text = text_of(strategy) if strategy else None
    done: list[dict[str, Any]] = []
    for path in files:
        try:
            with progressing(path.name, quiet=session.as_json) as progress:
                one = actions.import_file(
                    session.db,
                    session.who(as_),
                    path,
                    source=source,
                    kind=kind,
                    strategy=text,
                    date=date,
                    format=format,
                    progress=progress,
                )
        except ReviewError as error:
            if not done:
                raise
            before = ", ".join(earlier["file"] for earlier in done)
            raise type(error)(f"{error} Imported before it: {before}.") from None
        done.append(one)
    session.show(_together(done), *_lines(done))


def _together(done: list[dict[str, Any]]) -> dict[str, Any]:
    """One document: the file's own, or for several files their sums and each of them."""
    if len(done) == 1:
        return done[0]
    return {
        "search": [one["search"] for one in done],
        "records": sum(one["records"] for one in done),
        "new": sum(one["new"] for one in done),
        "rejects": [bad | {"file": one["file"]} for one in done for bad in one["rejects"]],
        "files": done,
    }


def _lines(done: list[dict[str, Any]]) -> list[Any]:
    lines = []
    for one in done:
        lines.append(
            f"{one['file']} ({one['format']}), search {one['search']}: {one['records']:,} records, "
            f"{one['new']:,} new, {len(one['rejects'])} rejected."
        )
        for bad in one["rejects"][:_REJECTS_SHOWN]:
            lines.append(f"  {bad['position']}: {bad['reason']}")
        if len(one["rejects"]) > _REJECTS_SHOWN:
            lines.append(f"  and more: review rejects {one['search']}")
    return [literal(line) for line in lines]


@command(root, "searches")
def searches(session: Session, as_: MaybeAs = None) -> None:
    """List the searches and what each brought."""
    found = actions.searches(session.db, session.who(as_))
    names = ("id", "source", "kind", "date", "reported", "read", "new", "rejects", "complete")
    session.show(found, table((*names, "file"), ([s[n] for n in (*names, "file")] for s in found)))


@command(root, "rejects")
def rejects(
    session: Session, id: Annotated[int, typer.Argument(metavar="SEARCH")], as_: MaybeAs = None
) -> None:
    """List what a search could not read, and why."""
    found = actions.rejects(session.db, session.who(as_), id)
    names = ("position", "reason", "excerpt")
    session.show(found, table(names, ([one[n] for n in names] for one in found)))


@command(root, "records")
def records(
    session: Session,
    text: Annotated[str | None, typer.Argument(metavar="[WORDS]")] = None,
    box: Annotated[str | None, typer.Option(help="A box of the PRISMA flow.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_: MaybeAs = None,
) -> None:
    """List records: all, those with the words, or those in a box of the flow."""
    found = actions.records(
        session.db, session.who(as_), box=box, text=text, limit=limit, offset=offset
    )
    names = ("record", "year", "title", "standing")
    rows = [
        (r["record"], r["year"], flagged(r), [f"{k}: {v}" for k, v in r["standing"].items()])
        for r in found["records"]
    ]
    session.show(found, table(names, rows), f"{len(rows)} of {found['total']:,} records.")


@command(root, "record")
def record(session: Session, record: Record, as_: MaybeAs = None) -> None:
    """Show one record and its history."""
    found = actions.record(session.db, session.who(as_), record)
    rows = []
    for fact in found["history"]:
        rest = {k: v for k, v in fact.items() if k not in ("at", "what", "by") and v}
        said = ", ".join(f"{key} {plain(value)}" for key, value in rest.items())
        rows.append((fact["at"][:19], fact["what"], fact["by"], said))
    session.show(found, card(found), table(("when (UTC)", "what", "by", ""), rows))


@command(root, "remove")
def remove(
    session: Session,
    record: Record,
    why: Annotated[str, typer.Option(help="The reason, reported with the flow.")],
    by: Annotated[str, typer.Option(help=" or ".join(Removal))] = Removal.OTHER.value,
    as_: MaybeAs = None,
) -> None:
    """Take a record out before screening."""
    found = actions.remove(session.db, session.who(as_), record, by=by, why=why)
    session.show(found, f"Record {found['record']} is removed before screening.")


@command(root, "restore-record")
def restore_record(
    session: Session,
    record: Record,
    why: Annotated[str, typer.Option(help="Why it comes back.")] = "",
    as_: MaybeAs = None,
) -> None:
    """Bring back a record that was removed before screening."""
    found = actions.restore(session.db, session.who(as_), record, why=why)
    session.show(found, f"Record {found['record']} is back.")
