"""Decides how a search too large for one answer is cut: by entry date, then by PMID.

ESearch lists the first 9,999 ids of a PubMed result, no more. A larger one is asked for again
in spans of entry dates (EDAT), the newest first, cut where the records probably lie, until each
fits; a single day that is still too large is cut by ranges of PMIDs.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from review.errors import BadInput
from review.ingest.answers import Hits

CAP = 9_999
# PubMed's oldest entry date is older than this is likely to be asked; 3000 is its "no end".
_EARLIEST, _LATEST = date(1700, 1, 1), date(3000, 12, 31)
_PILOT = 7_000  # hits aimed at in a slice, so that one uneven year does not break every slice
_GROWTH = 0.04  # PubMed's entries grow by about 4 % a year
_LAST_PMID = 999_999_999


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a search: entry dates from `first` to `last`, both in it, and a PMID range."""

    first: date
    last: date
    pmids: tuple[int, int] | None = None

    def term(self, query: str) -> str:
        """The query narrowed to the PMID range, if there is one."""
        return f"({query}) AND {self.pmids[0]}:{self.pmids[1]}[uid]" if self.pmids else query


EVERYTHING = Slice(_EARLIEST, _LATEST)


def one_line(query: str) -> str:
    """A query as it is sent; BadInput where there is none."""
    line = " ".join(query.split())
    if not line:
        raise BadInput("The query is empty.")
    return line


def span(since: str | None, until: str | None) -> Slice:
    """The slice from `since` to `until` (ISO dates, both in it); BadInput for anything else."""
    first = _iso(since) if since else EVERYTHING.first
    last = _iso(until) if until else EVERYTHING.last
    if first > last:
        raise BadInput(f"The search would end ({until}) before it begins ({since}).")
    return Slice(first, last)


def _iso(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a date like 2025-05-20.") from None


Ask = Callable[[list[Slice]], Iterator[Hits]]


def collect(whole: Slice, found: Hits, *, ask: Ask) -> set[str]:
    """Every id of the slice `whole`, of which `found` is what one search of it returned.

    `ask` searches slices and gives their answers in turn. The set is smaller than
    `found.count` only where PubMed's own figures do not add up; who calls compares.
    """
    ids: set[str] = set()
    waiting = [(whole, found)]
    while waiting:
        part, answer = waiting.pop()
        ids.update(i for i in answer.ids if _belongs(i, part))
        if answer.count <= CAP:
            continue
        waiting += _answers(part, answer, ask)
    return ids


def _answers(part: Slice, whole: Hits, ask: Ask) -> Iterator[tuple[Slice, Hits]]:
    """The pieces of a slice and their answers, as far as they hold all that the slice counts."""
    left = whole.count
    pieces = _pieces(part, whole)
    for piece, answer in zip(pieces, ask(pieces), strict=False):
        outside = [i for i in answer.ids if not _belongs(i, piece)]
        if outside:  # the server does not know PMID ranges: cutting on would never end
            return
        yield piece, answer
        left -= answer.count
        if left <= 0:
            return


def _belongs(pmid: str, part: Slice) -> bool:
    return part.pmids is None or part.pmids[0] <= int(pmid) <= part.pmids[1]


def _pieces(part: Slice, whole: Hits) -> list[Slice]:
    """What a slice is cut into, the newest first."""
    if part.first < part.last and part.pmids is None:
        edges = _edges(part.first, part.last, math.ceil(whole.count / _PILOT))
        starts = [part.first, *edges]
        ends = [edge - timedelta(days=1) for edge in edges] + [part.last]
        return [Slice(a, b) for a, b in zip(starts, ends, strict=True)][::-1]
    low, high = part.pmids or (1, _LAST_PMID)
    known = sorted(int(i) for i in whole.ids if low <= int(i) <= high)
    if len(known) < 2:
        return []
    middle = known[len(known) // 2 - 1]
    return [
        replace(part, pmids=(middle + 1, high)),
        replace(part, pmids=(low, middle)),
    ]


def _edges(first: date, last: date, pieces: int) -> list[date]:
    """The first days of all pieces but the first; at least one, strictly after `first`.

    Records are taken to lie between 1945 and today with `_GROWTH` a year.
    """
    begin = max(first, min(date(1945, 1, 1), last))
    end = min(last, max(date.today() + timedelta(days=1), first + timedelta(days=1)))
    if begin >= end:
        begin, end = first, last
    days = (end - begin).days
    rate = _GROWTH / 365.25
    total = math.expm1(rate * days)
    marks = (math.log1p(total * k / pieces) / rate for k in range(1, pieces))
    edges = {begin + timedelta(days=min(max(round(mark), 1), days)) for mark in marks}
    return sorted(edge for edge in edges if first < edge <= last)
