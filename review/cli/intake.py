"""Commands that bring files in and show records: import, records, record, remove."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import card, flagged, literal, plain, progressing, table
from review.cli.root import root
from review.cli.screening import Record
from review.cli.session import MaybeAs, Session, command, text_of
from review.errors import ReviewError
from review.vocab import Removal, SearchKind

_REJECTS_SHOWN = 20


@command(root, "import")
def import_(
    session: Session,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...")],
    source: Annotated[str, typer.Option(help="Where the file came from, e.g. Embase.")],
    kind: Annotated[str, typer.Option(help=", ".join(SearchKind))] = SearchKind.DATABASE.value,
    strategy: Annotated[Path | None, typer.Option(help="A file with the search strategy.")] = None,
    date: Annotated[str | None, typer.Option(help="When it was searched; else today.")] = None,
    format: Annotated[str | None, typer.Option(help="Else found from the content.")] = None,
    platform: Annotated[str, typer.Option(help="What it was searched through, e.g. Ovid.")] = "",
    limits: Annotated[
        str | None, typer.Option(help="What the search was limited to, e.g. 'English; 2000-'.")
    ] = None,
    reported: Annotated[
        int | None, typer.Option(min=0, help="How many records the source said it found.")
    ] = None,
    update_of: Annotated[
        int | None, typer.Option(metavar="SEARCH", help="The search this is a later run of.")
    ] = None,
    as_: MaybeAs = None,
) -> None:
    """Import files of records, each as one search; the same file twice adds nothing."""
    if reported is not None and len(files) > 1:
        raise typer.BadParameter("--reported is for one file; import them one by one.")
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
                    platform=platform,
                    limits=limits,
                    reported=reported,
                    update_of=update_of,
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
        if one["differs"]:
            lines.append(f"  Warning: {one['differs']}")
        for bad in one["rejects"][:_REJECTS_SHOWN]:
            lines.append(f"  {bad['position']}: {bad['reason']}")
        if len(one["rejects"]) > _REJECTS_SHOWN:
            lines.append(f"  and more: review rejects {one['search']}")
    return [literal(line) for line in lines]


@command(root, "records")
def records(
    session: Session,
    text: Annotated[str | None, typer.Argument(metavar="[WORDS]")] = None,
    search: Annotated[
        str | None,
        typer.Option(help='The same: all words, "words together", begin*; best first.'),
    ] = None,
    box: Annotated[str | None, typer.Option(help="A box of the PRISMA flow.")] = None,
    limit: Annotated[int, typer.Option(min=1)] = 100,
    offset: Annotated[int, typer.Option(min=0)] = 0,
    as_: MaybeAs = None,
) -> None:
    """List records: all, those with the words, or those in a box of the flow."""
    words = " ".join(part for part in (text, search) if part) or None
    found = actions.records(
        session.db, session.who(as_), box=box, text=words, limit=limit, offset=offset
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
