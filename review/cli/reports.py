"""Commands about reports: report, attach, read, tried, open-access, sought."""

from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import flagged, literal, progressing, table
from review.cli.root import root
from review.cli.screening import Record
from review.cli.session import MaybeAs, Output, Session, command
from review.errors import BadInput
from review.vocab import Attempt, Tried

_SHOWN = 3


@command(root, "report")
def report(
    session: Session,
    record: Record,
    status: Annotated[str, typer.Argument(metavar="retrieved|not-retrieved")],
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Its full text.")] = None,
    link: Annotated[str | None, typer.Option(metavar="URL", help="Where it can be read.")] = None,
    tried: Annotated[str | None, typer.Option(metavar="TEXT", help="Where it was sought.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Say that a report was retrieved, or not."""
    found = actions.report(
        session.db,
        session.who(as_),
        record,
        status,
        pdf=_read(pdf) if pdf else None,
        name=pdf.name if pdf else None,
        link=link,
        tried=tried,
    )
    said = f"The report of record {found['record']} is {found['status']}"
    session.show(found, literal(f"{said}: {found['text']}" if found["text"] else f"{said}."))


def _read(path: Path) -> bytes:
    """Return a file; one that is too large to be taken is not read at all."""
    from review.ingest.pdf import LARGEST

    if path.stat().st_size > LARGEST:
        raise BadInput(f"{path.name} is larger than {LARGEST // 2**20} MB.")
    return path.read_bytes()


@command(root, "attach")
def attach(
    session: Session,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.pdf...")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Attach those that are surely a report's.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Say whose PDFs are, by DOI, PMID or title on their first pages; with --yes attach them."""
    told: list[dict[str, Any]] = []
    for path in files:
        try:
            one = actions.match_pdf(session.db, session.who(as_), _read(path), name=path.name)
        except BadInput as error:
            told.append({"name": path.name, "problem": str(error), "matches": [], "attached": None})
            continue
        best = one["matches"][0] if one["matches"] else None
        one |= {"problem": "", "attached": None}
        if yes and best and best["sure"] and best["document"] is None:
            done = actions.report(
                session.db,
                session.who(as_),
                best["record"],
                "retrieved",
                pdf=_read(path),
                name=path.name,
            )
            one["attached"] = done["record"]
        told.append(one)
    session.show(told, *(literal(line) for one in told for line in _matched(one)))


def _matched(one: dict[str, Any]) -> list[str]:
    if one["problem"]:
        return [one["problem"]]
    if one["attached"]:
        best = one["matches"][0]
        return [
            f"{one['name']}: attached to record {best['record']} by {best['by']}; {one['said']}"
        ]
    if not one["matches"]:
        return [f"{one['name']}: no report sought has its DOI, PMID or title; {one['said']}"]
    lines = []
    for match in one["matches"][:_SHOWN]:
        sure = "is" if match["sure"] else "may be"
        has = ", which has a PDF already" if match["document"] else ""
        whose = f"{sure} record {match['record']}{has}"
        lines.append(f"{one['name']}: {whose} by {match['by']}: {match['shown']}")
    return lines


@command(root, "read")
def read(
    session: Session,
    again: Annotated[bool, typer.Option("--again", help="All, not only those never read.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Read the text of attached PDFs that were attached before their text was kept."""
    found = actions.read_documents(session.db, session.who(as_), again=again)
    lines = [f"{one['name']}: {one['said']}" for one in found]
    lines = lines or ["The text of every PDF has been read."]
    session.show(found, *map(literal, lines))


@command(root, "tried")
def tried(
    session: Session,
    record: Record,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=", ".join(Tried))],
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help=", ".join(Attempt))],
    date: Annotated[str | None, typer.Option(help="The day, else today.")] = None,
    note: Annotated[str, typer.Option(help="Whom, where, what was said.")] = "",
    as_: MaybeAs = None,
) -> None:
    """Note where a report was sought, and what came of it."""
    found = actions.tried(
        session.db, session.who(as_), record, source, outcome, day=date, note=note
    )
    session.show(
        found,
        f"Record {found['record']}: {found['source']} on {found['day']}: {found['outcome']}.",
    )


@command(root, "open-access")
def open_access(
    session: Session,
    records: Annotated[list[int] | None, typer.Argument(metavar="[RECORD...]")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every report still awaited.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Look for open copies of reports by their DOI (Unpaywall); nothing else depends on it."""
    if bool(records) == every:
        raise typer.BadParameter("name records, or say --all.")
    with progressing("Asking for open copies", quiet=session.as_json) as progress:
        found = actions.find_open_access(
            session.db, session.who(as_), records or None, progress=progress
        )
    names = ("record", "doi", "outcome", "version", "url", "problem")
    rows = ([one["pdf_url"] or one[n] if n == "url" else one[n] for n in names]
            for one in found["reports"])  # fmt: skip
    session.show(
        found,
        table(names, rows),
        f"{found['asked']:,} asked of {found['service']}, {found['found']:,} with an open copy.",
        *([literal(found["stopped"])] if found["stopped"] else []),
    )


@command(root, "sought")
def sought(
    session: Session,
    status: Annotated[
        str | None, typer.Option(help="sought, retrieved, not-retrieved or judged.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Words, as review records takes them.")] = None,
    in_pdfs: Annotated[
        bool, typer.Option("--in-pdfs", help="Search in the attached PDFs, too.")
    ] = False,
    format: Annotated[str | None, typer.Option(help="csv, xlsx, json or md.")] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """List the reports sought, what became of each, and where it was looked for."""
    if format is not None:
        data = actions.reports_file(session.db, session.who(as_), format, status=status)
        session.hand_over(data, what="reports", format=format, output=output)
        return
    found = actions.reports(
        session.db,
        session.who(as_),
        status=status,
        text=search,
        in_pdfs=in_pdfs,
        limit=None,
    )["reports"]
    names = ("record", "title", "status", "document_name", "link", "tried", "study")
    session.show(found, table(names, (_row(one, names) for one in found)))


def _row(one: dict[str, Any], names: tuple[str, ...]) -> list[Any]:
    places = [f"{a['source']} {a['day']}: {a['outcome']}" for a in one["attempts"]]
    special = {
        "title": flagged(one),
        "tried": "; ".join([*places, one["tried"]] if one["tried"] else places),
    }
    return [special.get(name, one[name]) for name in names]
