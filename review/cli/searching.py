"""Commands about searches: search pubmed, search update, searches, rejects."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import console, literal, pairs, progressing, table, telling
from review.cli.root import root, search
from review.cli.session import MaybeAs, Output, Session, command
from review.errors import NotFound


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
            preview=_preview(session),
            say=telling(quiet=session.as_json),
        )
    _show_search(session, found)


def _preview(session: Session) -> Callable[[dict[str, Any]], None] | None:
    """What shows on stderr, before anything is fetched, how PubMed took the search."""
    if session.as_json:
        return None

    def preview(found: dict[str, Any]) -> None:
        lines = [f"PubMed counts {found['count']:,} records."]
        lines += [f"Warning: {warning}" for warning in found["warnings"]]
        if found["warnings"]:
            lines.append(f"Understood as: {found['translation']}")
        for line in lines:
            console(stderr=True).print(literal(line), highlight=False)

    return preview


@command(search, "update")
def update(
    session: Session,
    id: Annotated[int | None, typer.Argument(metavar="[ID]", help="Else the last one.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Run a recorded PubMed search again; only what is new comes in.

    The whole search is listed again and compared id by id with what PubMed has brought, so that
    what was entered late, or changed to match only now, is not missed.
    """
    with progressing("PubMed", quiet=session.as_json) as progress:
        found = actions.update_search(
            session.db,
            session.who(as_),
            id,
            progress=progress,
            preview=_preview(session),
            say=telling(quiet=session.as_json),
        )
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


@command(root, "searches")
def searches(
    session: Session,
    id: Annotated[int | None, typer.Argument(metavar="[ID]", help="All of this one.")] = None,
    format: Annotated[
        str | None, typer.Option(help="csv, xlsx, docx, md or json: all that PRISMA-S asks.")
    ] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """List the searches and what each brought, as PRISMA-S asks; one of them with its strategy."""
    who = session.who(as_)
    if format is not None:
        data = actions.searches_file(session.db, who, format)
        session.hand_over(data, what="searches", format=format, output=output)
        return
    found = actions.searches(session.db, who)
    if id is not None:
        found = [one for one in found if one["id"] == id]
        if not found:
            raise NotFound(f"There is no search {id}.")
        session.show(found[0], pairs({key: value for key, value in found[0].items() if value}))
        return
    names = ("id", "source", "platform", "date", "reported", "imported", "new", "rejects")
    more = ("complete", "by", "file")
    notes = [f"Search {one['id']}: {one['differs']}" for one in found if one["differs"]]
    notes += [
        f"Search {one['id']} is not complete: review search pubmed --resume {one['id']}"
        for one in found
        if one["query"] and not one["complete"]
    ]
    rows = ([one[name] for name in (*names, *more)] for one in found)
    session.show(found, table((*names, *more), rows), *map(literal, notes))


@command(root, "rejects")
def rejects(
    session: Session, id: Annotated[int, typer.Argument(metavar="SEARCH")], as_: MaybeAs = None
) -> None:
    """List what a search could not read, and why."""
    found = actions.rejects(session.db, session.who(as_), id)
    names = ("position", "reason", "excerpt")
    session.show(found, table(names, ([one[n] for n in names] for one in found)))
