"""Commands about saved queries: list, save, show, rename, retire."""

from typing import Annotated, Any

import typer

from review.cli.evidence import Columns, Everything, Sort, Where, pointed, question
from review.cli.lazily import actions
from review.cli.printing import pairs, table
from review.cli.root import queries
from review.cli.session import MaybeAs, Session, command

Name = Annotated[str, typer.Argument(metavar="NAME", help="Its name, or its number.")]


@command(queries, "list")
def listed(
    session: Session,
    retired: Annotated[bool, typer.Option("--retired", help="Those retired, too.")] = False,
    as_: MaybeAs = None,
) -> None:
    """List the saved queries, with how much each finds now."""
    found = actions.queries(session.db, session.who(as_), retired=retired)
    rows = (
        (
            one["name"] + (" (retired)" if one["retired"] else ""),
            one["where"] or "(everything)",
            one["fault"] or f"{one['effects']} effects of {one['studies']} studies",
            one["changed_by"],
            one["changed"][:10],
            one["address"],
        )
        for one in found
    )
    session.show(found, table(("name", "expression", "finds", "by", "on", "in the app"), rows))


@command(queries, "save")
def save(
    session: Session,
    name: Name,
    where: Where = None,
    columns: Columns = None,
    sort: Sort = None,
    everything: Everything = False,
    view: Annotated[str, typer.Option(help="evidence, pictures or synthesis")] = "evidence",
    note: Annotated[str, typer.Option(metavar="TEXT", help="What it is for.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Change the query that has this name.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Save a question to the evidence under a name."""
    who = session.who(as_)
    asked = question(session, who, where, columns, everything, sort, None)
    with pointed(where):
        found = actions.save_query(
            session.db, who, name, **asked, view=view, note=note, replace=replace
        )
    session.show(found, _line(found))


@command(queries, "show")
def show(session: Session, name: Name, as_: MaybeAs = None) -> None:
    """Show one saved query, and how it came to be."""
    found = actions.query(session.db, session.who(as_), name)
    shown = {key: value for key, value in found.items() if key != "history"}
    rows = ((one["at"][:16], one["by"], one["name"], one["expression"]) for one in found["history"])
    session.show(found, pairs(shown), table(("at", "by", "name", "expression"), rows))


@command(queries, "rename")
def rename(
    session: Session,
    name: Name,
    to: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    as_: MaybeAs = None,
) -> None:
    """Give a saved query another name."""
    found = actions.rename_query(session.db, session.who(as_), name, to)
    session.show(found, _line(found))


@command(queries, "retire")
def retire(
    session: Session,
    name: Name,
    back: Annotated[bool, typer.Option("--back", help="Bring it back.")] = False,
    as_: MaybeAs = None,
) -> None:
    """Retire a saved query, or bring it back; its history stays."""
    found = actions.retire_query(session.db, session.who(as_), name, back=back)
    session.show(found, _line(found))


def _line(found: dict[str, Any]) -> str:
    state = "retired" if found["retired"] else f"{found['effects']} effects"
    return (
        f"Query {found['query']} '{found['name']}': {found['where'] or '(everything)'} ({state})."
    )
