"""Commands that ask and report: evidence, prisma, methods, export."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import root
from review.cli.screening import AnyStage
from review.cli.session import MaybeAs, Output, Session, command, put_in_place
from review.errors import BadInput, ExpressionError
from review.synthesis.pointing import pointer

Where = Annotated[
    str | None,
    typer.Option(metavar="EXPR", help="e.g. 'population = human and direction = increase'"),
]
Columns = Annotated[list[str] | None, typer.Option(help="Names joined by commas; repeatable.")]
Everything = Annotated[bool, typer.Option("--all", help="Not only included studies speak.")]
Sort = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="e.g. year; --sort=-year from the largest.")
]


@command(root, "evidence")
def evidence(
    session: Session,
    where: Where = None,
    columns: Columns = None,
    format: Annotated[str, typer.Option(help="table, csv, json, xlsx, md or docx")] = "table",
    everything: Everything = False,
    query: Annotated[
        str | None, typer.Option(metavar="NAME", help="A saved query; --where narrows it.")
    ] = None,
    sort: Sort = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Rows to show at most.")] = None,
    offset: Annotated[int, typer.Option(min=0, help="Rows to leave out first.")] = 0,
    counts: Annotated[
        bool, typer.Option("--counts", help="How many studies and effects have each term.")
    ] = False,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Query the evidence: one row is one effect of an included study."""
    who = session.who(as_)
    asked = question(session, who, where, columns, everything, sort, query)
    with pointed(asked["where"]):
        if counts:
            _counts(session, who, asked)
        elif output is None and (format == "table" or (session.as_json and format == "json")):
            found = actions.evidence(session.db, who, **asked, limit=limit, offset=offset)
            shown = {column["name"]: column["label"] for column in found["columns"]}
            rows = ([row[name] for name in shown] for row in found["rows"])
            total = f"{found['effects']:,} effects of {found['studies']:,} studies."
            session.show(found, table(list(shown.values()), rows), total)
        elif output is not None:
            _written(session, who, asked, format, output)
        else:
            data = actions.evidence_file(session.db, who, **asked, format=format)
            session.hand_over(data, what="evidence", format=format, output=output)


def _written(session: Session, who: Any, asked: dict[str, Any], format: str, output: Path) -> None:
    """Write the table to a file row by row; a file of that name stays where that fails."""
    with put_in_place(output) as file:
        notes = actions.write_evidence_file(
            session.db, who, file, **asked, format=format, name=output.name
        )
    if format == "csv":
        output.with_name(f"{output.name}-metadata.json").write_bytes(notes)
    session.wrote(output, what="evidence", format=format)


def question(
    session: Session,
    who: Any,
    where: str | None,
    columns: list[str] | None,
    everything: bool,
    sort: str | None,
    query: str | None,
) -> dict[str, Any]:
    """Return what is asked: the options, over those of a saved query where one is named."""
    names = [name.strip() for text in columns or [] for name in text.split(",") if name.strip()]
    asked = {"where": where, "columns": names or None, "everything": everything, "sort": sort}
    if query is None:
        return asked
    saved = actions.query(session.db, who, query)
    both = [f"({one})" if where else one for one in (saved["where"], where) if one]
    return {
        "where": " and ".join(both) or None,
        "columns": names or saved["columns"] or None,
        "everything": everything or saved["everything"],
        "sort": sort or saved["sort"] or None,
    }


def _counts(session: Session, who: Any, asked: dict[str, Any]) -> None:
    found = actions.evidence_counts(
        session.db, who, where=asked["where"], everything=asked["everything"]
    )
    rows = (
        (facet["label"], "  " * term["depth"] + term["label"], term["studies"], term["effects"])
        for facet in found["facets"]
        for term in facet["terms"]
        if term["effects"]
    )
    total = f"{found['effects']:,} effects of {found['studies']:,} studies."
    session.show(found, table(("facet", "term", "studies", "effects"), rows), total)


@contextmanager
def pointed(where: str | None) -> Iterator[None]:
    """Show on a terminal where in an expression its fault is, above the sentence that says it."""
    try:
        yield
    except ExpressionError as fault:
        if where and sys.stderr.isatty():
            print(pointer(where, fault.position), file=sys.stderr)
        raise


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


@command(root, "methods")
def methods(session: Session, output: Output = None, as_: MaybeAs = None) -> None:
    """Write the methods section from the facts (PRISMA 2020 items 5 to 9 and 16a, PRISMA-S)."""
    found = actions.methods(session.db, session.who(as_))
    if session.as_json and output is None:
        session.show(found)
        return
    session.hand_over(found["text"].encode(), what="methods", format="md", output=output)


@command(root, "export")
def export(
    session: Session,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="records, reports, votes, decisions, searches, bundle"),
    ],
    format: Annotated[
        str,
        typer.Option(
            help="records, reports: ris, csv, nbib, xlsx; votes: csv, json; decisions: "
            "rayyan, asreview (RIS they read), covidence (a zip of its lists); "
            "searches: csv, xlsx, docx, md, json; a bundle has a form of its own"
        ),
    ] = "csv",
    stage: AnyStage = None,
    reviewer: Annotated[
        str | None, typer.Option(metavar="NAME", help="Whose labels ASReview is to have.")
    ] = None,
    output: Output = None,
    as_: MaybeAs = None,
) -> None:
    """Write records, votes, decisions for another tool, or the whole review (bundle) to a file."""
    who = session.who(as_)
    if what == "bundle":
        if output is None:
            raise BadInput("A bundle is a file of its own: name it with --output.")
        found = actions.export_bundle(session.db, who, output)
        session.show(found, f"{found['file']} holds the whole review ({found['bytes']:,} bytes).")
        return
    data = actions.export(session.db, who, what, format=format, stage=stage, reviewer=reviewer)
    written = "zip" if format == "covidence" else format
    session.hand_over(data, what=what, format=written, output=output)
