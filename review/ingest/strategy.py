"""Decides what one query a PubMed strategy file means: comments out, numbered lines put in.

A file is either one query over several lines, or numbered lines (`#1 ...`, `1. ...`) of which
the last is run; `#1 AND #2` (or `1 AND 2`, where that is all there is) names earlier lines.
A comment is a line, or the end of one, beginning with `#` and a blank (or `#` alone), or `//`
at the start of a line; `#` inside quotes is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from review.errors import BadInput

# No strategy is this long (characters, after lines are put into each other); a line that
# names earlier ones twice, which do the same, would double at every step.
LONGEST = 200_000

_LABEL = re.compile(r"#(\d+)(?:\s*[.:)]\s*|\s+|$)|(\d+)(?:\s*[.:)]\s+|\t\s*)")
_COMBINES = re.compile(r"#\d+\s+(?:AND|OR|NOT)\b|#\d+\s*$", re.IGNORECASE)
_BARE = re.compile(r"[\s()]*\d+[\s()]*(?:(?:AND|OR|NOT)[\s()]*\d+[\s()]*)*", re.IGNORECASE)
_PART = re.compile(r'("[^"]*")|#(\d+)\b')
_HITS = re.compile(r"\t\s*[\d,. ]+$")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """A strategy file: its text as written, the one query it means, and what to know of it."""

    text: str
    query: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Line:
    number: int | None  # the number the file gives it
    at: int  # its place in the file, from 1
    text: str


def read(path: Path) -> Strategy:
    """The strategy of a text file. BadInput where it is missing, not text, or makes no query."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error
    if b"\0" in data:
        raise BadInput(f"{path.name} is not a text file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return parse(text, name=path.name)


def parse(text: str, *, name: str = "The strategy") -> Strategy:
    """The query of a strategy's text; `name` is what messages call it.

    BadInput for an empty strategy, a line that names a line that is missing or comes after it,
    a number given twice, or brackets or quotes that do not pair up.
    """
    lines = list(_lines(text))
    if not lines:
        raise BadInput(f"{name} holds no query.")
    resolved: dict[int, str] = {}
    used: set[int] = set()
    query = ""
    for line in lines:
        query = _resolve(line, resolved, used, name=name)
        if line.number is None:
            continue
        if line.number in resolved:
            raise BadInput(f"{name}, line {line.at}: #{line.number} is given twice.")
        resolved[line.number] = query
    _check_pairs(query, name)
    return Strategy(text=text, query=query, notes=tuple(_notes(lines, used, text)))


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are not comments, continuation lines joined to the one they continue."""
    current: _Line | None = None
    for at, raw in enumerate(text.splitlines(), start=1):
        content = _without_comment(raw.translate(_CURLY)).strip()
        if not content:
            continue
        combines = _COMBINES.match(content) and not (current and _open(current.text))
        label = None if combines else _LABEL.match(content)
        if label and not (current and _open(current.text)):
            if current:
                yield current
            current = _Line(int(label[1] or label[2]), at, _HITS.sub("", content[label.end() :]))
        elif current and current.number is not None and combines:
            yield current  # a last line without a number of its own
            current = _Line(None, at, content)
        elif current:
            current.text = f"{current.text} {content}".strip()
        else:
            current = _Line(None, at, content)
    if current:
        yield current


def _without_comment(line: str) -> str:
    if line.lstrip().startswith("//"):
        return ""
    quoted = False
    for place, character in enumerate(line):
        if character == '"':
            quoted = not quoted
        elif character == "#" and not quoted and not re.match(r"#\d", line[place:]):
            before = line[place - 1 : place]
            if (not before or before.isspace()) and re.match(r"#(\s|#|$)", line[place:]):
                return line[:place]
    return line


def _open(text: str) -> bool:
    """Whether the text so far waits for more: an open bracket or quote, or a last operator."""
    bare = re.sub(r'"[^"]*"', "", text)
    return (
        bare.count("(") > bare.count(")")
        or '"' in bare
        or re.search(r"\b(AND|OR|NOT)\s*$", bare, re.IGNORECASE) is not None
    )


def _resolve(line: _Line, earlier: dict[int, str], used: set[int], *, name: str) -> str:
    text = line.text.strip()
    if earlier and _BARE.fullmatch(text):
        text = re.sub(r"\d+", lambda number: f"#{number[0]}", text)

    def put(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        number = int(match[2])
        if number not in earlier:
            raise BadInput(f"{name}, line {line.at}: there is no line #{number} before it.")
        used.add(number)
        return f"({earlier[number]})"

    query = _PART.sub(put, text)
    if not query:
        raise BadInput(f"{name}, line {line.at}: #{line.number} is empty.")
    if len(query) > LONGEST:
        raise BadInput(f"{name}, line {line.at}: the query grows past {LONGEST:,} characters.")
    return query


def _check_pairs(query: str, name: str) -> None:
    if query.count('"') % 2:
        raise BadInput(f"{name}: a quotation mark is not closed.")
    depth = 0
    for character in re.sub(r'"[^"]*"', "", query):
        depth += (character == "(") - (character == ")")
        if depth < 0:
            raise BadInput(f"{name}: a bracket is closed that was not opened.")
    if depth:
        raise BadInput(f"{name}: {depth} bracket{'s are' if depth > 1 else ' is'} not closed.")


def _notes(lines: list[_Line], used: set[int], text: str) -> Iterator[str]:
    last = lines[-1]
    unused = [f"#{n.number}" for n in lines[:-1] if n.number is not None and n.number not in used]
    if unused:
        run = f"#{last.number}" if last.number is not None else "the last line"
        yield f"Only {run} is run; {', '.join(unused)} is not part of it."
    if any(mark in text for mark in "“”„"):
        yield "Curly quotation marks were read as straight ones."
