"""Where one record of a tagged text ends and the next begins, so that nothing is lost between."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from review.ingest.record import Reject


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one record and the number of its first line, from 1."""

    line: int
    lines: list[str]
    closed: bool = True


def lines_of(text: str) -> list[str]:
    """Lines without their ends, whether these are CRLF, LF or CR."""
    # a copy of the whole text is made only where there are other ends than LF
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def blocks(
    lines: list[str],
    *,
    starts: Callable[[str], object],
    ends: Callable[[str], object],
    furniture: re.Pattern[str],
) -> Iterator[Block | Reject]:
    """Records of a tagged text; text outside them that is no `furniture` becomes a reject.

    A record runs from a line that `starts` one to the line that `ends` it, to the next start,
    or to the end of the text (`closed` is then false).
    """
    first, inside, stray = 0, False, _Stray(furniture)
    for number, row in enumerate(lines):
        row = row.lstrip("\ufeff")
        if starts(row):
            if inside:
                yield Block(first + 1, lines[first:number])
            yield from stray.flush()
            first, inside = number, True
        elif inside and ends(row):
            yield Block(first + 1, lines[first:number])
            inside = False
        elif not inside:
            yield from stray.add(number + 1, row)
    if inside:
        yield Block(first + 1, lines[first:], closed=False)
    yield from stray.flush()


class _Stray:
    """Lines outside any record, gathered into one reject per run."""

    def __init__(self, furniture: re.Pattern[str]) -> None:
        self._furniture = furniture
        self._first = 0
        self._text: list[str] = []

    def add(self, number: int, row: str) -> Iterator[Reject]:
        if not row.strip():
            yield from self.flush()
        elif not self._furniture.match(row):
            self._first = self._first or number
            if len(self._text) < 5:
                self._text.append(row.strip())

    def flush(self) -> Iterator[Reject]:
        if self._first:
            excerpt = " ".join(self._text)[:120]
            reason = "this text is outside any record"
            yield Reject(position=f"line {self._first}", reason=reason, excerpt=excerpt)
        self._first, self._text = 0, []
