"""The command `review` itself: the options before a command, and the groups of commands."""

from typing import Any, ClassVar

import typer
import typer.core

from review.cli.session import AsJson, DatabaseUrl

_WHOLE = 10_000  # characters: no sentence of ours is cut


class Chaptered(typer.core.TyperGroup):
    """A group whose help tells what each command does in a whole sentence, by chapter."""

    # the headings of modules, in their order; commands of other modules come under "Commands"
    chapters: ClassVar[dict[str, str]] = {}

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands of a chapter under its heading."""
        rows: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            found: Any = self.get_command(ctx, name)
            first = next(iter(getattr(found, "commands", {}).values()), found)
            heading = self.chapters.get(first.callback.__module__, "") if ctx.parent is None else ""
            rows.setdefault(heading, []).append((name, found.get_short_help_str(_WHOLE)))
        for heading in dict.fromkeys([*self.chapters.values(), *rows]):
            if heading in rows:
                with formatter.section(heading or "Commands"):
                    formatter.write_dl(rows[heading])


class ShownByDefault(Chaptered):
    """A group that shows what it is about (its command `show`) where no command is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `show` before options that stand alone."""
        if not args or (args[0].startswith("-") and args[0] != "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


_STYLE: dict[str, Any] = {
    "cls": Chaptered,
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
tagging = typer.Typer(help="Two people's tags: done, compared, settled; agreement.", **_STYLE)
codebook = typer.Typer(
    help="The codebook: its terms, its versions, and changing it without losing a tag.",
    **_STYLE | {"cls": ShownByDefault, "no_args_is_help": False},
)
root.add_typer(tagging, name="tagging")
root.add_typer(codebook, name="codebook")
root.add_typer(search, name="search")
root.add_typer(queries, name="queries")
root.add_typer(pilot, name="pilot")

extraction = typer.Typer(help="Extractions: compare, settle, what is missing, files.", **_STYLE)
root.add_typer(extraction, name="extraction")


@root.callback()
def options(ctx: typer.Context, database: DatabaseUrl = None, as_json: AsJson = False) -> None:
    """An evidence database for systematic reviews."""
    ctx.obj = {"database": database, "json": as_json}
