"""Commands from report to extraction: report, sought, study, extract."""

import json
from pathlib import Path
from typing import Annotated

import typer

from review.cli.lazily import actions
from review.cli.printing import flagged, pairs, table
from review.cli.root import root
from review.cli.screening import Record
from review.cli.session import As, MaybeAs, Session, command, text_of
from review.errors import BadInput

Target = Annotated[
    str, typer.Argument(metavar="TARGET", help="12 or record:12, study:3, arm:4, effect:5")
]


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
        pdf=pdf.read_bytes() if pdf else None,
        name=pdf.name if pdf else None,
        link=link,
        tried=tried,
    )
    session.show(found, f"The report of record {found['record']} is {found['status']}.")


@command(root, "sought")
def sought(session: Session, as_: MaybeAs = None) -> None:
    """List the reports sought and what became of each."""
    found = actions.sought(session.db, session.who(as_))
    names = ("record", "title", "status", "document_name", "link", "study")
    session.show(
        found,
        table(names, ([flagged(one) if n == "title" else one[n] for n in names] for one in found)),
    )


@command(root, "study")
def study(
    session: Session,
    records: Annotated[list[int], typer.Argument(metavar="RECORD...")],
    label: Annotated[str | None, typer.Option(help="Else first author and year.")] = None,
    to: Annotated[int | None, typer.Option(metavar="STUDY", help="Join to this study.")] = None,
    as_: MaybeAs = None,
) -> None:
    """Join reports to one study."""
    found = actions.study(session.db, session.who(as_), records, study=to, label=label)
    session.show(found, f"Study {found['study']} ({found['label']}): records {found['records']}.")


@command(root, "studies")
def studies(session: Session, as_: MaybeAs = None) -> None:
    """List the studies and their reports."""
    found = actions.studies(session.db, session.who(as_))
    names = ("study", "label", "reports")
    session.show(found, table(names, ([one[n] for n in names] for one in found)))


@command(root, "extract")
def extract(
    session: Session,
    target: Target,
    as_: As,
    file: Annotated[Path, typer.Option(metavar="FORM.json", help="The filled form.")],
) -> None:
    """Store a filled extraction form: a study with its arms and effects."""
    try:
        form = json.loads(text_of(file))
    except ValueError as error:
        raise BadInput(f"{file} is not JSON: {error}.") from None
    except RecursionError:
        raise BadInput(f"{file} is nested too deeply.") from None
    found = actions.extract(session.db, session.who(as_), target, form)
    session.show(found, pairs(found))
