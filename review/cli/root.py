"""The command `review` itself: the options before a command, and the groups of commands."""

from typing import Any

import typer

from review.cli.session import AsJson, DatabaseUrl

_STYLE: dict[str, Any] = {
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
    "no_args_is_help": True,
}
root = typer.Typer(name="review", add_completion=False, **_STYLE)
member = typer.Typer(help="The team: add members, see them, change roles, let go.", **_STYLE)
search = typer.Typer(help="Search PubMed, or run a recorded search again.", **_STYLE)
root.add_typer(member, name="member")
pilot = typer.Typer(help="A random sample everybody screens before the rest.", **_STYLE)
queries = typer.Typer(help="Saved queries: list, save, show, rename, retire.", **_STYLE)
root.add_typer(search, name="search")
root.add_typer(queries, name="queries")
root.add_typer(pilot, name="pilot")


@root.callback()
def options(ctx: typer.Context, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """An evidence database for systematic reviews."""
    ctx.obj = {"database": database, "json": as_json}
