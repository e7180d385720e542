"""What every command shares: the database, the caller, --json, and how an error ends it."""

import inspect
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from review.cli import INTERRUPTED
from review.cli.lazily import actions
from review.cli.printing import console, progressing
from review.errors import BadInput, ReviewError
from review.vocab import Channel

if TYPE_CHECKING:
    from rich.console import RenderableType

REFUSED = 1
LARGEST_NUMBER = 2**31 - 1

As = Annotated[str, typer.Option("--as", metavar="NAME", help="The member who acts.")]
MaybeAs = Annotated[
    str | None,
    typer.Option("--as", metavar="NAME", help="The member who acts; else who holds the database."),
]
_DATABASE = typer.Option(
    "--database",
    metavar="URL",
    help="SQLite file or PostgreSQL database; else REVIEW_DATABASE, else sqlite:///review.db.",
)
_JSON = typer.Option("--json", help="Print one JSON document.")
DatabaseUrl = Annotated[str | None, _DATABASE]
Output = Annotated[
    Path | None,
    typer.Option("--output", "--out", "-o", metavar="FILE", help="Else standard output."),
]
AsJson = Annotated[bool, _JSON]


@dataclass(slots=True)
class Session:
    """One run of a command: which database, how to print."""

    url: str
    as_json: bool
    _db: Any = field(default=None, init=False)

    @property
    def db(self) -> Any:
        """The review, opened at first use; StoreError where there is none."""
        if self._db is None:
            with progressing("Bringing the review up to date", quiet=self.as_json) as told:
                self._db = actions.open_review(self.url, told=told)
        return self._db

    def close(self) -> None:
        """Give back the database."""
        if self._db is not None:
            self._db.close()

    def who(self, name: str | None = None) -> Any:
        """Return the caller: the member called `name`, or whoever holds the database."""
        return actions.Caller(name, Channel.CLI)

    def show(self, document: Any, *lines: "RenderableType") -> None:
        """Print the document with --json, else the lines made for people."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, indent=2))
            return
        for line in lines or ("Nothing to list.",):
            if getattr(line, "row_count", None) == 0:
                line = "Nothing to list."
            console().print(line, markup=False, highlight=False, soft_wrap=isinstance(line, str))

    def hand_over(self, data: bytes, *, what: str, format: str, output: Path | None) -> None:
        """Write a file the command made: to `output`, or to standard output.

        BadInput for a binary format on a terminal.
        """
        text = None if format in BINARY else data.decode("utf-8")
        about: dict[str, Any] = {"what": what, "format": format, "bytes": len(data)}
        if output is not None:
            output.write_bytes(data)
            self.wrote(output, what=what, format=format)
        elif self.as_json:
            if text is None:
                raise BadInput(f"{format} is not text: name a file with --output.")
            self.show(about | {"content": text})
        elif text is None and sys.stdout.isatty():
            raise BadInput(f"{format} is not text: name a file with --output.")
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(data if text is None or data.endswith(b"\n") else data + b"\n")
            sys.stdout.buffer.flush()

    def wrote(self, output: Path, *, what: str, format: str) -> None:
        """Say that a file was written."""
        size = output.stat().st_size
        about = {"what": what, "format": format, "bytes": size, "file": str(output)}
        self.show(about, f"Wrote {output} ({size:,} bytes).")


@contextmanager
def put_in_place(output: Path) -> Iterator[BinaryIO]:
    """Give a file to write, which takes its place once it is whole: until then what was stays."""
    if output.exists() and not output.is_file():  # a pipe, or a device
        with output.open("wb") as file:
            yield file
        return
    whole = output.resolve()
    part = whole.with_name(f"{whole.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(whole)
    finally:
        part.unlink(missing_ok=True)


BINARY = frozenset({"xlsx", "docx", "bundle", "zip", "png"})


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a function of (session, ...) as a command with --database and --json.

    Whatever it raises that a person can mend ends in one line on stderr and status 1.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        def run(ctx: typer.Context, database: str | None, as_json: bool, **given: Any) -> None:
            before = ctx.find_root().obj or {}
            session = Session(
                url=database
                or before.get("database")
                or os.environ.get("REVIEW_DATABASE")
                or "sqlite:///review.db",
                as_json=as_json or bool(before.get("json")),
            )
            try:
                _refuse_giants(given.values())
                function(session, **given)
            except KeyboardInterrupt as stopped:  # an action may say how to go on
                _end(str(stopped) or "Interrupted.", INTERRUPTED)
            except BrokenPipeError:  # whoever read our output has gone
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(REFUSED) from None
            except ReviewError as error:
                _end(str(error), REFUSED)
            except OSError as error:
                _end(_file_problem(error), REFUSED)
            finally:
                session.close()

        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        keyword = inspect.Parameter.KEYWORD_ONLY
        shared = {"ctx": typer.Context, "database": DatabaseUrl, "as_json": AsJson}
        defaults = {"ctx": inspect.Parameter.empty, "database": None, "as_json": False}
        parameters = [one.replace(kind=keyword) for one in own] + [
            inspect.Parameter(key, keyword, annotation=kind, default=defaults[key])
            for key, kind in shared.items()
        ]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        run.__doc__, run.__name__ = function.__doc__, function.__name__
        run.__module__ = function.__module__
        app.command(name, help=inspect.getdoc(function))(run)
        return function

    return register


def _refuse_giants(values: Iterable[Any]) -> None:
    """Refuse numbers that no database column holds, before one is asked."""
    for value in values:
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, int) and abs(number) > LARGEST_NUMBER:
                raise BadInput(f"{number} is too large a number.")


def _end(sentence: str, status: int) -> None:
    line = " ".join(sentence.split())
    print(line if line.endswith((".", "?", "!")) else f"{line}.", file=sys.stderr)
    raise typer.Exit(status)


def _file_problem(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}." if error.filename else f"{reason}."


def text_of(path: Path) -> str:
    """Return the text of a file; BadInput if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not a text file in UTF-8.") from None
