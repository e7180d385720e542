"""Decides what of a record's fields is compared: folded text, first pages, surnames, kinds."""

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from urllib.parse import unquote

from review.dedup.kinds import is_column, kind
from review.dedup.row import Row
from review.dedup.titles import (
    contrary,
    english,
    fold,
    foreign,
    letters,
    title_numbers,
    title_words,
    words,
)

ABSTRACT_LETTERS = 400
"""Letters of the abstract kept: tells papers apart, and a million records still fit."""

ABSTRACT_LEAST = 60
"""Letters below which an abstract is none: "NA", "No abstract available", "[Figure: see text]"."""

_LABEL = re.compile(
    r"^\W*(?:(?:abstract|summary|background|introduction|objectives?|aims?|purpose|context|"
    r"importance|rationale|study|questions?|goals?|hypothes[ie]s|setting|methods?|problem|"
    r"of|and|the|research|review|data|patients|results)\b[\s/&]*){1,5}[:.\-]\s*",
    re.IGNORECASE,
)
_NOBODY = frozenset(("and", "anonymous", "anon", "jnr", "2nd", "3rd", "none"))
_BRACKETS = re.compile(r"[\[(][^\])]*[\])]?")
_CONFERENCE = re.compile(r"\.\s*(?:conference\b|meeting(?: \w+)?:).*$", re.IGNORECASE | re.DOTALL)
_VARIANTS = re.compile(r"\s[=/]\s|[:;]\s|\.\s(?=[A-Z][a-z]+ [a-z])|-(?=(?i:journal of|british))")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PAGE = re.compile(r"((?:\d{0,2}[a-z]{1,6})?)[\s.]?0*(\d{1,12})", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,12}")
_REGISTERS = ("CT", "DRKS", "UMIN")  # in the name of every register
_REGISTERED = re.compile(
    r"NCT ?0\d{7}|ISRCTN ?\d{8}|ACTRN ?\d{14}|ChiCTR[-A-Z]*-?\d{8,10}|DRKS ?\d{8}|UMIN ?\d{9}|"
    r"PACTR ?\d{15,}|(?<=EudraCT)\W*(?:[Nn]umber|[Nn]o\.?)?\W*20\d\d-\d{6}-\d\d"
)
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_EXCEL = re.compile(rf"^(?:\d+-(?:{_MONTH})|(?:{_MONTH})-\d+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Norm:
    """One record as it is compared.

    `letters` is the title without spaces, `longest` its four longest words, `numbers` its digits
    in order (roman ones translated), `contrary` its words that turn a title into another paper's
    (men, women); `names` are the authors' surname-like words, `first` the
    first of them, `given` the given names of the first three (some sources swap the two);
    `page` and `last` are without letters and leading zeros, `prefix` the letters before the
    first page; `kind` is "", "notice", "reply", "meeting" or "preprint"; `english` whether the
    title's function words are; `trial` is the trial registration, where just one is named;
    `column` whether the title is one that returns in every issue ("Editor's remarks").
    """

    letters: str
    longest: str
    numbers: str
    contrary: str
    names: str
    first: str
    given: str
    journal: str
    year: int
    volume: str
    issue: str
    page: str
    last: str
    prefix: str
    doi: str
    pmid: str
    abstract: str
    kind: str
    english: bool
    trial: str
    column: bool
    foreign: bool


def surnames(authors: tuple[str, ...] | str) -> tuple[list[str], list[str]]:
    """Surname-like words of all authors in order, and the given names of the first three.

    Reads "Family, Given", "Given Family", "Family FG" and lists of them in one string; initials
    are dropped everywhere, given names from the surnames where a comma shows them.
    """
    people = _people(authors) if isinstance(authors, str) else authors
    family: list[str] = []
    given: list[str] = []
    for place, person in enumerate(fold("\n".join(people[:30])).split("\n")):
        before, _, after = person.partition(",")
        found = [w for w in _parts(before) if len(w) > 2]
        if not found:
            found = [w for w in _parts(person) if len(w) > 1]
        family.extend(w for w in found if w not in _NOBODY)
        if place < 3 and len(after) > 3:
            given.extend(w for w in _parts(after) if len(w) > 2)
    return family, given


def _parts(folded: str) -> list[str]:
    return [folded] if folded.isalpha() else words(folded)


def _people(authors: str) -> tuple[str, ...]:
    for separator in (" and ", ";", "\n"):
        if separator in authors:
            return tuple(authors.split(separator))
    if authors.count(",") > 1 and ".," in authors:
        return tuple(authors.split(".,"))
    return (authors.replace(",", " ") if authors.count(",") > 1 else authors,)


@lru_cache(maxsize=100_000)
def journal(text: str) -> str:
    """A journal's name, its variants ("Ai zheng = Chinese journal of cancer") joined by "|"."""
    if not text:
        return ""
    bare = _CONFERENCE.sub("", _BRACKETS.sub(" ", text)) or text
    parts = [" ".join(words(part)) for part in _VARIANTS.split(bare)]
    return "|".join(part for part in parts if part) or " ".join(words(text))


def doi(text: str) -> str:
    """The bare lower-case DOI in a text, or ""."""
    if not text:
        return ""
    found = _DOI.search(unquote(text).lower())
    return found.group().rstrip(".,;)]>") if found else ""


def pages(text: str) -> tuple[str, str, str]:
    """First page, last page and letters before the first ("S73-8" is 73, 78, s); all may be ""."""
    if not text:
        return "", "", ""
    if _EXCEL.match(text.strip()):  # a spreadsheet read "8-21" as a date: either way round
        return "", "", ""
    found = _PAGE.findall(text)
    if not found:
        return "", "", ""
    prefix, first = found[0][0].lower(), found[0][1]
    last = found[1][1] if len(found) > 1 else ""
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last, prefix if prefix not in ("p", "pp", "page", "pages", "art", "no") else ""


def normalise(row: Row) -> Norm:
    """A row as it is compared; never fails, missing fields are empty (year 0)."""
    title = title_words(row.title or "")
    names, given = surnames(row.authors or ())
    first, last, prefix = pages(row.pages or "")
    volume = row.volume or ""
    if ")" in volume and "(" not in volume:  # "1)" is the torn end of "57 (SUPPL. 1)"
        volume = ""
    given_abstract = (row.abstract or "")[: ABSTRACT_LETTERS * 3 // 2]
    abstract = letters(_LABEL.sub("", given_abstract))
    return Norm(
        letters="".join(title),
        longest=" ".join(sorted(set(title), key=lambda word: (-len(word), word))[:4]),
        numbers=intern(title_numbers(title)),
        contrary=intern(contrary(title)),
        names=" ".join(names[:40]),
        first=intern(names[0]) if names else "",
        given=" ".join(given),
        journal=journal(row.journal or ""),
        year=row.year or 0,
        volume=_number(volume),
        issue=_number(row.issue or ""),
        page=intern(first),
        last=intern(last),
        prefix=intern(prefix),
        doi=doi(row.doi or ""),
        pmid=(row.pmid or "").strip(),
        abstract=abstract[:ABSTRACT_LETTERS] if len(abstract) >= ABSTRACT_LEAST else "",
        kind=kind(row),
        english=english(title),
        trial=trial(row.abstract or ""),
        column=is_column(row.title or ""),
        foreign=foreign(row.title or "", title),
    )


def trial(text: str) -> str:
    """The trial registration a text names, or "" if it names none or several."""
    if not any(sign in text for sign in _REGISTERS):
        return ""
    found = {re.sub(r"\W", "", name) for name in _REGISTERED.findall(text)}
    return intern(found.pop()) if len(found) == 1 else ""


def _number(text: str) -> str:
    found = _DIGITS.search(text) if text else None
    return intern(found.group().lstrip("0")) if found else ""
