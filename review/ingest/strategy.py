"""Decides what one query a PubMed strategy file means: comments out, numbered lines put in.

A file is either one query over several lines, or numbered lines (`#1 ...`, `1. ...`, `1 ...`) of
which the last is run; `#1 AND #2`, `1 or 2` and `or/1-3` name earlier lines. PubMed's own history,
downloaded as CSV, is read too.
A comment is a line, or the end of one, beginning with `#` and a blank (or `#` alone), or `//`
at the start of a line; `#` inside quotes is text.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from review.errors import BadInput

# No strategy is this long (characters, after lines are put into each other); a line that
# names earlier ones twice, which do the same, would double at every step.
LONGEST = 200_000

_LABEL = re.compile(r"#(\d+)(?:\s*[.:)]\s*|\s+|$)|(\d+)(?:\s*[.:)]\s+|\t\s*)")
_COMBINES = re.compile(r"#\d+\s+(?:AND|OR|NOT)\b|#\d+\s*$", re.IGNORECASE)
_NEXT = re.compile(r"(\d+)\s+(?=\S)")
# a number that stands where a term would
_OPERAND = re.compile(
    r"(?:^|(?<=\()|(?<=\bAND)|(?<=\bOR)|(?<=\bNOT))(\s*)(\d+)(?=\s*(?:$|\)|(?:AND|OR|NOT)\b))",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"(and|or)\s*/\s*(.+)", re.IGNORECASE)
_RANGE = re.compile(r"#(\d+)\s*-\s*#?\d+")
_PART = re.compile(r'("[^"]*")|#(\d+)\b')
_HISTORY = re.compile(r"\ufeff?\"?Search number\"?,\"?Query\"?", re.IGNORECASE)
_MOST_LINES = 1_000
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
    lines, said = _history(text, name) if _HISTORY.match(text) else (list(_lines(text)), [])
    if not lines:
        raise BadInput(f"{name} holds no query.")
    numbers = {line.number for line in lines if line.number is not None}
    resolved: dict[int, str] = {}
    used: set[int] = set()
    query = ""
    for line in lines:
        query = _resolve(line, resolved, used, name=name, numbers=numbers)
        if line.number is None:
            continue
        if line.number in resolved:
            raise BadInput(f"{name}, line {line.at}: #{line.number} is given twice.")
        resolved[line.number] = query
    _check_pairs(query, name)
    return Strategy(text=text, query=query, notes=(*said, *_notes(lines, used, text)))


def _lines(text: str) -> Iterator[_Line]:
    """The lines that are not comments, continuation lines joined to the one they continue."""
    current: _Line | None = None
    plain = _is_numbered_plainly(text)
    for at, raw in enumerate(text.splitlines(), start=1):
        content = _without_comment(raw.translate(_CURLY)).strip()
        if not content:
            continue
        combines = _COMBINES.match(content) and not (current and _open(current.text))
        label = None if combines else _LABEL.match(content) or _next(content, current, plain)
        if label and not (current and _open(current.text)):
            if current:
                yield current
            number = next(int(group) for group in label.groups() if group)
            current = _Line(number, at, _HITS.sub("", content[label.end() :]))
        elif current and current.number is not None and combines:
            yield current  # a last line without a number of its own
            current = _Line(None, at, content)
        elif current:
            current.text = f"{current.text} {content}".strip()
        else:
            current = _Line(None, at, content)
    if current:
        yield current


def _is_numbered_plainly(text: str) -> bool:
    """Whether lines begin with 1, 2 ... and a blank, with no other mark that these are numbers."""
    found = [_NEXT.match(line.strip()) for line in text.splitlines()]
    numbers = [int(one[1]) for one in found if one]
    return numbers[:2] == [1, 2]


def _next(content: str, current: _Line | None, plain: bool) -> re.Match[str] | None:
    """The number before a line, if it is the next one and cannot be a term of the query."""
    label = _NEXT.match(content)
    if label is None or not (plain or re.search(r"#\d", content)):
        return None
    before = current.number if current else 0
    return label if before is not None and int(label[1]) == before + 1 else None


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


def _resolve(
    line: _Line, earlier: dict[int, str], used: set[int], *, name: str, numbers: Collection[int]
) -> str:
    text = re.sub(r"^Search:\s*", "", line.text.strip())
    if several := _ALL_OF.fullmatch(text):
        text = _joined(several, f"{name}, line {line.at}")
    elif _RANGE.search(re.sub(r'"[^"]*"', "", text)):
        raise BadInput(f"{name}, line {line.at}: write a range of lines as or/1-3.")
    elif numbers:
        # a number that no line bears may be a term, but one that it bears is that line
        text = _OPERAND.sub(
            lambda one: f"{one[1]}#{one[2]}" if int(one[2]) in numbers else one[0], text
        )

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


def _joined(several: re.Match[str], where: str) -> str:
    """`or/1-3,5` as `#1 OR #2 OR #3 OR #5`."""
    numbers: list[int] = []
    for part in several[2].replace("#", "").split(","):
        ends = [end.strip() for end in part.split("-")]
        if not all(end.isdecimal() for end in ends) or len(ends) > 2:
            raise BadInput(f"{where}: '{several[0]}' is not a list of lines like or/1-3,5.")
        first, last = int(ends[0]), int(ends[-1])
        if not first <= last <= first + _MOST_LINES:
            raise BadInput(f"{where}: there are no lines from {first} to {last}.")
        numbers += range(first, last + 1)
    return f" {several[1].upper()} ".join(f"#{number}" for number in numbers)


def _history(text: str, name: str) -> tuple[list[_Line], list[str]]:
    """The searches of a history as PubMed hands it out, and what to know of them.

    PubMed lists the last first. Filters are no part of the query as typed, so where there are
    any the search details, which hold them, take its place.
    """
    lines, notes = [], []
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    for row in reader:
        number = (row.get("Search number") or "").strip().lstrip("#")
        query = (row.get("Query") or "").strip()
        if not number.isdecimal():
            raise BadInput(f"{name}, line {reader.line_num}: a search without a number.")
        if filters := (row.get("Filters") or "").strip():
            query = (row.get("Search Details") or "").strip()
            if not query:
                raise BadInput(f"{name}, line {reader.line_num}: filters without search details.")
            notes.append(f"#{number} was run with filters ({filters}), taken from its details.")
        lines.append(_Line(int(number), reader.line_num, query.translate(_CURLY)))
    return sorted(lines, key=lambda line: line.number or 0), notes


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
        are = "are" if len(unused) > 1 else "is"
        yield f"Only {run} is run; {', '.join(unused)} {are} not part of it."
    if any(mark in text for mark in "“”„"):
        yield "Curly quotation marks were read as straight ones."
