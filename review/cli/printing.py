"""How answers look on a terminal: tables and cards; text of records is never taken as markup."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table
    from rich.text import Text

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WIDTH_OF_PIPES = 160


@cache
def console(*, stderr: bool = False) -> "Console":
    """Return the console; a pipe gets lines long enough for a table."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _WIDTH_OF_PIPES)


def plain(value: Any) -> str:
    """Return a value as a person reads it, without anything a terminal would obey."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, list | tuple | set):
        return "; ".join(plain(item) for item in value) or "–"
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(value))


def literal(value: Any, style: str = "") -> "Text":
    """Return a value as text that rich does not interpret."""
    from rich.text import Text

    return Text(plain(value), style=style)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> "Table":
    """Return a table of values."""
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    # columns without names have no head to draw
    found = Table(box=SIMPLE, title=title or None, title_justify="left", show_header=any(columns))
    for column in columns:
        found.add_column(Text(column), overflow="fold")
    for row in rows:
        found.add_row(*(literal(value) for value in row))
    return found


def pairs(values: dict[str, Any], *, title: str = "") -> "Table":
    """Return a dictionary as a table of two columns."""
    return table(
        ("", ""), ((key.replace("_", " "), value) for key, value in values.items()), title=title
    )


def flagged(record: dict[str, Any]) -> str:
    """Return a record's title with what a list must warn of before it."""
    return f"RETRACTED. {record['title']}" if record["retracted"] else str(record["title"])


def card(record: dict[str, Any]) -> "Text":
    """Return one record as a reviewer reads it."""
    from rich.text import Text

    where = [record["journal"], record["year"], record["volume"], record["pages"]]
    about = [
        "; ".join(record["authors"]),
        ", ".join(str(part) for part in where if part),
        "  ".join(f"{key.upper()} {record[key]}" for key in ("pmid", "doi") if record[key]),
    ]
    words = [
        f"{name}: {'; '.join(record[key])}"
        for name, key in (("Keywords", "keywords"), ("MeSH", "mesh"))
        if record[key]
    ]
    text = Text(f"Record {record['record']}  ", "bold cyan")
    text.append(plain(record["title"]) + "\n", "bold")
    for part in (about, [record["abstract"] or "No abstract."], words):
        if lines := [plain(line) for line in part if line]:
            text.append("\n".join(lines) + "\n\n")
    if record["retracted"]:
        text.append("Retracted.\n", "bold red")
    for one in record["notices"]:
        by = f"record {one['record']}" if one["record"] else one["pmid"] or one["doi"]
        text.append(f"{one['kind'].capitalize()} notice: {plain(by)}.\n", "red")
    for one in record["notice_of"]:
        text.append(f"This is a {one['kind']} notice of record {one['record']}.\n", "yellow")
    text.append(_composed(record), "dim")
    standing = ", ".join(f"{stage}: {state}" for stage, state in record["standing"].items())
    return text.append(standing, "dim")


def _composed(record: dict[str, Any]) -> str:
    """Which of several raw records each field of a report is taken from, a line for each."""
    entries = {one["record"]: one["source"] for one in record.get("entries", ())}
    fields: dict[int, list[str]] = {}
    for name, number in record["sources"].items():
        if record[name]:
            fields.setdefault(number, []).append(name.replace("_", " "))
    return "".join(
        f"From record {number}{plain(f' ({entries[number]})') if number in entries else ''}: "
        f"{', '.join(names)}\n"
        for number, names in sorted(fields.items())
    )


@contextmanager
def progressing(what: str, *, quiet: bool) -> Iterator[Callable[..., None] | None]:
    """Give a callback of (done, total) or (step, done) that draws progress on stderr.

    Beside what is done it shows the rate, and the time left where the end is known. None where
    nobody watches: stderr is no terminal, or `quiet`.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as stack:
        bar: Progress | None = None  # drawn from the first call on, for most work is done before
        step = ""
        begun: list[tuple[float, int]] = []

        def told(first: int | str, second: int | None = None) -> None:
            nonlocal bar, step
            if bar is None:
                bar = stack.enter_context(_bar())
                bar.add_task(what, total=None, pace="")
            task = bar.task_ids[0]
            if isinstance(first, str):
                if first != step:  # of another kind, and of another speed
                    begun.clear()
                    step = first
                bar.update(task, description=f"{what}: {first}")
                done, total = second or 0, None
            else:
                done, total = first, second
            now = time.monotonic()
            if not begun:  # a run that goes on does not begin at 0
                begun.append((now, done))
            rate = (done - begun[0][1]) / max(now - begun[0][0], 0.001)
            bar.update(task, completed=done, total=total, pace=pace(rate, done, total))

        yield told


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[pace]}", markup=False),
        console=console(stderr=True),
        transient=True,
    )


def pace(rate: float, done: int, total: int | None) -> str:
    """Return records a second, and the time left where the end is known, in words."""
    if rate <= 0:
        return ""
    said = f"{rate:,.0f}/s"
    if total is None:
        return said
    minutes, seconds = divmod(round(max(0, total - done) / rate), 60)
    return f"{said}, {minutes} min {seconds} s left" if minutes else f"{said}, {seconds} s left"


def telling(*, quiet: bool) -> Callable[[str], None] | None:
    """Return what prints a sentence on stderr beside the progress; None if `quiet`.

    One sentence a second at most: several threads may have the same to say.
    """
    if quiet:
        return None
    last = [-1.0]

    def tell(sentence: str) -> None:
        now = time.monotonic()
        if now - last[0] >= 1:
            last[0] = now
            console(stderr=True).print(literal(sentence), highlight=False)

    return tell
