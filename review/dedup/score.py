"""Decides how alike two records are, field by field; all pairs of a field are compared at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Prefix

from review.dedup.journals import journals
from review.dedup.normalise import Norm

Ints = npt.NDArray[np.int64]
Levels = npt.NDArray[np.int8]
Floats = npt.NDArray[np.float32]

MISSING, DIFFERENT, CLOSE, SAME = 0, 1, 2, 3
"""How one field of two records compares; CLOSE is explained per field in `Scores`."""


@dataclass(slots=True)
class Scores:
    """The comparison of many pairs (one array element per pair).

    Ratios are 0 to 1, -1 where either is missing. Levels are MISSING (in either), DIFFERENT,
    CLOSE, SAME. CLOSE means: pages overlapping or with the same first page, a first author among
    the other's authors, numbers of which one continues the other, kinds of which a page may hold
    several (notices, replies). `kinds` is MISSING where just one says it is a conference abstract.
    `years` is the difference, -1 if unknown. `within` is the share of the shorter title that
    begins the longer; `length` is the letters of the shorter title; `multipage` that both give a
    last page beyond the first, `english` that both titles are, `translated` that one is not or is
    in brackets, `contrary` that they differ in words such as men and women, `bare` that one has no
    journal, volume or page, `ahead` that one has no volume or page and is a year older than the
    other, which has, `meeting` that they are a year apart without a volume, as proceedings are,
    and one has no page, `column` that a title is one which returns in every issue, `trial`
    that both name the same trial registration, `cochrane` that both are Cochrane's, which prints
    each version of a review under the same title and number.
    """

    title: Floats
    within: Floats
    length: Ints
    names: Floats
    first: Levels
    abstract: Floats
    journal: Floats
    volume: Levels
    issue: Levels
    pages: Levels
    doi: Levels
    pmid: Levels
    numbers: Levels
    years: Ints
    kinds: Levels
    multipage: npt.NDArray[np.bool_]
    english: npt.NDArray[np.bool_]
    translated: npt.NDArray[np.bool_]
    contrary: npt.NDArray[np.bool_]
    bare: npt.NDArray[np.bool_]
    ahead: npt.NDArray[np.bool_]
    meeting: npt.NDArray[np.bool_]
    column: npt.NDArray[np.bool_]
    trial: npt.NDArray[np.bool_]
    cochrane: npt.NDArray[np.bool_]

    def take(self, at: Ints) -> "Scores":
        """The comparison of the pairs at the given positions only."""
        return Scores(**{f.name: getattr(self, f.name)[at] for f in fields(self)})

    def likeness(self) -> Floats:
        """How alike the pairs are over the fields both records have: a weighted mean, 0 to 1."""
        total = np.zeros(len(self.title), np.float32)
        weight = np.zeros(len(self.title), np.float32)
        parts = {"title": 4, "names": 2, "abstract": 2, "journal": 1}
        for name, points in parts.items():
            value = getattr(self, name)
            known = value >= 0
            total += np.where(known, value * points, 0)
            weight += known * points
        for name, points in {"doi": 2, "pmid": 3, "volume": 1, "pages": 2, "numbers": 1}.items():
            level = getattr(self, name)
            total += np.select([level == SAME, level == CLOSE], [points, points * 0.7], 0)
            weight += (level != MISSING) * points
        return (total / np.maximum(weight, 1)).astype(np.float32)


def joined(parts: Sequence[Scores]) -> Scores:
    """Several comparisons as one, in their order."""
    return Scores(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Scores)}
    )


def score(norms: Sequence[Norm], i: Ints, j: Ints) -> Scores:
    """Compares the records at positions i and j, pair by pair."""
    left, right = [norms[k] for k in i], [norms[k] for k in j]

    def ratio(field: str, scorer: Callable[..., float]) -> Floats:
        a = [getattr(n, field) for n in left]
        b = [getattr(n, field) for n in right]
        found = process.cpdist(a, b, scorer=scorer, dtype=np.float32) / np.float32(100)
        return np.where([bool(x and y) for x, y in zip(a, b, strict=True)], found, np.float32(-1))

    def same(field: str) -> Levels:
        return np.fromiter(
            (_same(getattr(a, field), getattr(b, field)) for a, b in zip(left, right, strict=True)),
            np.int8,
            len(left),
        )

    length = np.fromiter(
        (min(len(a.letters), len(b.letters)) for a, b in zip(left, right, strict=True)),
        np.int64,
        len(left),
    )
    begun = process.cpdist(
        [n.letters for n in left], [n.letters for n in right], scorer=Prefix.similarity
    )
    years = [
        abs(a.year - b.year) if a.year and b.year else -1 for a, b in zip(left, right, strict=True)
    ]
    return Scores(
        title=ratio("letters", fuzz.ratio),
        within=(begun / np.maximum(length, 1)).astype(np.float32),
        length=length,
        names=_swapped(ratio("names", fuzz.token_set_ratio), left, right),
        first=_each(_first, left, right),
        abstract=ratio("abstract", fuzz.ratio),
        journal=np.array(
            [journals(a.journal, b.journal) for a, b in zip(left, right, strict=True)], np.float32
        ),
        volume=same("volume"),
        issue=_each(_issue, left, right),
        pages=_each(_pages, left, right),
        doi=same("doi"),
        pmid=same("pmid"),
        numbers=_each(_numbers, left, right),
        years=np.array(years, np.int64),
        kinds=_each(_kinds, left, right),
        multipage=_whether(lambda a, b: bool(a.last and b.last and a.last != a.page), left, right),
        contrary=_whether(lambda a, b: a.contrary != b.contrary, left, right),
        english=_whether(lambda a, b: a.english and b.english, left, right),
        translated=_whether(lambda a, b: a.foreign or b.foreign, left, right),
        bare=_whether(lambda a, b: _bare(a) or _bare(b), left, right),
        ahead=_whether(_ahead, left, right),
        meeting=_whether(_meeting, left, right),
        column=_whether(lambda a, b: a.column or b.column, left, right),
        cochrane=_whether(
            lambda a, b: "cochrane" in a.journal and "cochrane" in b.journal, left, right
        ),
        trial=_whether(lambda a, b: bool(a.trial) and a.trial == b.trial, left, right),
    )


def _swapped(names: Floats, left: list[Norm], right: list[Norm]) -> Floats:
    """The names' likeness where one source took given names for surnames."""
    for k in np.flatnonzero((names >= 0) & (names < 0.6)):
        a, b = left[k], right[k]
        if a.given or b.given:
            both = fuzz.token_set_ratio(f"{a.names} {a.given}", f"{b.names} {b.given}") / 100
            if _first(a, b) == CLOSE:
                names[k] = max(names[k], both)
    return names


def _each(compare: Callable[[Norm, Norm], int], left: list[Norm], right: list[Norm]) -> Levels:
    return np.fromiter(map(compare, left, right), np.int8, len(left))


def _whether(
    test: Callable[[Norm, Norm], bool], left: list[Norm], right: list[Norm]
) -> npt.NDArray[np.bool_]:
    return np.fromiter(map(test, left, right), np.bool_, len(left))


def _same(a: str, b: str) -> int:
    return MISSING if not (a and b) else SAME if a == b else DIFFERENT


def _first(a: Norm, b: Norm) -> int:
    if not (a.first and b.first):
        return MISSING
    if a.first == b.first:
        return SAME
    for x, y in ((a, b), (b, a)):
        if x.first in y.names or x.first in y.given:
            return CLOSE
    return CLOSE if fuzz.ratio(a.first, b.first) >= 80 else DIFFERENT


def _pages(a: Norm, b: Norm) -> int:
    if not (a.page and b.page):
        return MISSING
    if a.page == b.page:
        full = a.prefix == b.prefix and (a.last == b.last or not (a.last and b.last))
        return SAME if full else CLOSE
    if any(_article(x) and y.last and y.page == "1" for x, y in ((a, b), (b, a))):
        return MISSING  # an article's number beside its count of pages
    overlap = a.last and b.last and int(a.page) < int(b.last) and int(b.page) < int(a.last)
    return CLOSE if overlap and a.prefix == b.prefix else DIFFERENT


def _article(n: Norm) -> bool:
    return not n.last and (n.prefix == "e" or len(n.page) >= 5)


def _issue(a: Norm, b: Norm) -> int:
    level = _same(a.issue, b.issue)
    # above that it is a running number, in some exports the exporter's own
    return MISSING if level == DIFFERENT and max(int(a.issue), int(b.issue)) > 60 else level


def _kinds(a: Norm, b: Norm) -> int:
    if a.kind == b.kind:
        return CLOSE if a.kind in ("notice", "reply") else SAME
    return MISSING if {a.kind, b.kind} == {"", "meeting"} else DIFFERENT


def _numbers(a: Norm, b: Norm) -> int:
    if a.numbers == b.numbers:
        return SAME
    x, y = (n.numbers.replace(" ", "").replace("#", "") for n in (a, b))
    if x == y:
        return SAME
    if _parts(a) != _parts(b):
        return DIFFERENT
    return CLOSE if x.startswith(y) or y.startswith(x) else DIFFERENT


def _parts(n: Norm) -> list[str]:
    return [number for number in n.numbers.split() if number[0] == "#"] if "#" in n.numbers else []


def _unplaced(n: Norm) -> bool:
    return not (n.volume or n.page)


def _bare(n: Norm) -> bool:
    return not (n.journal or n.volume or n.page)


def _meeting(a: Norm, b: Norm) -> bool:
    unpaged = (not a.page) != (not b.page)
    return unpaged and not (a.volume or b.volume) and abs(a.year - b.year) == 1


def _ahead(a: Norm, b: Norm) -> bool:
    """Whether one of them, not yet in a volume, is a year older than the other, which is."""
    early, late = (a, b) if a.year < b.year else (b, a)
    return _unplaced(early) and not _unplaced(late) and 0 < early.year == late.year - 1
