"""Decides how alike two records are, field by field; all pairs of a field are compared at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Prefix

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
    last page beyond the first, `english` that both titles are,
    `contrary` that they differ in words such as men and women.
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
    contrary: npt.NDArray[np.bool_]

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
        multipage=np.array(
            [
                bool(a.last and b.last and a.last != a.page)
                for a, b in zip(left, right, strict=True)
            ],
            np.bool_,
        ),
        contrary=np.array(
            [a.contrary != b.contrary for a, b in zip(left, right, strict=True)], np.bool_
        ),
        english=np.array(
            [a.english and b.english for a, b in zip(left, right, strict=True)], np.bool_
        ),
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
    overlap = a.last and b.last and int(a.page) < int(b.last) and int(b.page) < int(a.last)
    return CLOSE if overlap and a.prefix == b.prefix else DIFFERENT


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
    x, y = a.numbers.replace(" ", ""), b.numbers.replace(" ", "")
    if x == y:
        return SAME
    return CLOSE if x.startswith(y) or y.startswith(x) else DIFFERENT


_FILLER = {
    "the", "of", "and", "for", "in", "on", "a", "an", "de", "la", "le", "des", "du", "der", "die",
    "und", "fur", "et", "di", "e", "y", "del",
}  # fmt: skip


@lru_cache(maxsize=200_000)
def journals(a: str, b: str) -> float:
    """How alike two journal names are: 1 the same, .95 an abbreviation, else a token ratio.

    An abbreviation is found where every word of the one begins the next word of the other, in
    order ("j am coll cardiol"), or is its initials; -1 if either is missing.
    """
    if not (a and b):
        return -1.0
    if a == b:
        return 1.0
    best = max(_journal(x, y) for x in a.split("|") for y in b.split("|"))
    if "|" in a or "|" in b:
        best = max(best, _journal(a.replace("|", " "), b.replace("|", " ")))
    return best


def _journal(a: str, b: str) -> float:
    x = [w for w in a.split() if w not in _FILLER]
    y = [w for w in b.split() if w not in _FILLER]
    if x == y:
        return 1.0
    if len(x) > len(y):
        x, y = y, x
    if x and (_abbreviates(x, y) or "".join(x) == "".join(w[0] for w in y)):
        return 0.95
    short, full = " ".join(x), " ".join(y)
    if len(x) >= 3 and short in full:
        return 0.9
    return float(fuzz.token_sort_ratio(short, full)) / 100 * 0.94


def _abbreviates(short: list[str], full: list[str]) -> bool:
    """Whether the words of one begin words of the other, in order, at most a tail left over."""
    if len(short) == 1 and len(full) > 1:  # run together, as "jthoraccardiovascsurg"
        return len(short[0]) >= 9 and _begins(short[0], "".join(full))
    k = 0
    for word in full:
        if k == len(short):
            return len(full) - k <= 4 and k >= 2  # a place or subtitle follows
        if _begins(short[k], word) or _begins(word, short[k]):
            k += 1
        elif k == 0:
            return False
    return k == len(short)


def _begins(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    # contracted, as "natl" of national: same first letter, the rest in order
    if len(short) < 3 or short[0] != word[0]:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
