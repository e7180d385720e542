"""Commands that ask and report: evidence, prisma, export."""

from pathlib import Path
from typing import Annotated

import typer

from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import root
from review.cli.screening import AnyStage
from review.cli.session import MaybeAs, Session, command

Where = Annotated[
    str | None,
    typer.Option(metavar="EXPR", help="e.g. 'population = human and direction = increase'"),
]
Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Else standard output.")]


@command(root, "evidence")
def evidence(
    session: Session,
    where: Where = None,
    columns: Annotated[
        list[str] | None, typer.Option(help="Names joined by commas; repeatable.")
    ] = None,
    format: Annotated[str, typer.Option(help="table, csv, json, xlsx or md")] = "table",
    everything: Annotated[
        bool, typer.Option("--all", help="Not only included studies speak.")
    ] = False,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Query the evidence: one row is one effect of an included study."""
    who = session.who(as_)
    names = [name.strip() for text in columns or [] for name in text.split(",") if name.strip()]
    if output is None and (format == "table" or (session.as_json and format == "json")):
        found = actions.evidence(
            session.db, who, where=where, columns=names or None, everything=everything
        )
        shown = {column["name"]: column["label"] for column in found["columns"]}
        rows = ([row[name] for name in shown] for row in found["rows"])
        counts = f"{found['effects']:,} effects of {found['studies']:,} studies."
        session.show(found, table(list(shown.values()), rows), counts)
        return
    data = actions.evidence_file(
        session.db,
        who,
        where=where,
        columns=names or None,
        format=format,
        everything=everything,
    )
    session.hand_over(data, what="evidence", format=format, output=output)


@command(root, "prisma")
def prisma(
    session: Session,
    where: Where = None,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="The flow on that day.")] = None,
    format: Annotated[str, typer.Option(help="text, json, csv, svg, html or docx")] = "text",
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Show the PRISMA 2020 flow, counted from the facts."""
    who = session.who(as_)
    if session.as_json and output is None and format in ("text", "json"):
        session.show(actions.prisma(session.db, who, where=where, as_of=as_of))
        return
    data = actions.prisma_file(session.db, who, format, where=where, as_of=as_of)
    session.hand_over(data, what="prisma", format=format, output=output)


@command(root, "export")
def export(
    session: Session,
    what: Annotated[
        str, typer.Argument(metavar="WHAT", help="records, reports, votes, decisions, searches")
    ],
    format: Annotated[
        str,
        typer.Option(
            help="records, reports: ris, csv, nbib, xlsx; votes: csv, json; decisions: "
            "rayyan, asreview (RIS they read), covidence (a zip of its lists); "
            "searches: csv, xlsx, docx, md, json"
        ),
    ] = "csv",
    stage: AnyStage = None,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose labels ASReview is to have.")
    ] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Write records, votes, or decisions for another tool to a file."""
    who = session.who(as_)
    data = actions.export(session.db, who, what, format=format, stage=stage, reviewer=reviewer)
    written = "zip" if format == "covidence" else format
    session.hand_over(data, what=what, format=written, output=output)
