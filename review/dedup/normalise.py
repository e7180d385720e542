"""Decides what of a record's fields is compared: folded text, first pages, surnames, kinds."""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from urllib.parse import unquote

from review.dedup.kinds import kind
from review.dedup.row import Row

ABSTRACT_LETTERS = 400
"""Letters of the abstract kept: tells papers apart, and a million records still fit."""

ABSTRACT_LEAST = 60
"""Letters below which an abstract is none: "NA", "No abstract available", "[Figure: see text]"."""

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega",
}  # fmt: skip
_LETTERS = {
    "ı": "i",
    "’": "'",
    "\u00ad": "",
    "ß": "ss",
    "æ": "ae",
    "ø": "o",
    "œ": "oe",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
}


class _Folding(dict[int, str]):
    """What each character becomes; learnt as characters turn up, so one pass folds a text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        known = _GREEK.get(char) or _LETTERS.get(char)
        if known is None:
            parts = unicodedata.normalize("NFKD", char.lower()).lower()
            known = "".join(
                _GREEK.get(c) or _LETTERS.get(c, c) for c in parts if not unicodedata.combining(c)
            )
        self[code] = known
        return known


_FOLDING = _Folding()
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
_WORD = re.compile(r"[^\W_]+")
_AFTERTHOUGHT = re.compile(  # what databases add behind a title
    r"(?:\s*[\[(]\s*(?:\d+\s*refs?\.?|review|abstracts?(?:\s+(?:no|number)?[.:]?\s*\w*)?|"
    r"structured abstract|corrected|letter|poster|"
    r"in (?:process|press)|electronic resource|comment|see comments?|"
    r"(?:in\s+)?(?:chinese|french|german|spanish|russian|japanese|italian|polish|portuguese|"
    r"turkish|dutch|korean|czech|hungarian|danish|swedish|norwegian|persian|hebrew|croatian|"
    r"serbian|ukrainian|romanian|bulgarian|greek|english)(?:[;,/\s][^\])]*)?)\s*[\])]\s*\.?)+\s*$",
    re.IGNORECASE,
)
_NOTED = re.compile(  # Ovid's notes on a title, which are no part of it
    r"\s*\[(?:erratum|errata|comment|republished|retraction|retracted|corrected|update|reprint|"
    r"expression|original|summary|see)\b[^\]]*(?:appears?|in|of|for|comments?|on)?\b[^\]]*\]?\s*$|"
    r"\s*<original>.*$",
    re.IGNORECASE,
)
_RETRACTED = re.compile(r"^\W*retracted(?: article| paper)?\W+", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:(?:abstract|summary|background|introduction|objectives?|aims?|purpose|context|"
    r"importance|rationale|study|questions?|goals?|hypothes[ie]s|setting|methods?|problem|"
    r"of|and|the|research|review|data|patients|results)\b[\s/&]*){1,5}[:.\-]\s*",
    re.IGNORECASE,
)
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12",
}  # fmt: skip
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9", "ten": "10", "first": "1", "second": "2", "third": "3",
    "fourth": "4", "fifth": "5",
}  # fmt: skip
_COUNTED = {
    "part", "phase", "class", "stage", "type", "grade", "chapter", "volume", "study", "report",
    "paper", "section", "series", "no",
}  # fmt: skip
_CONTRARY = {
    "men", "women", "male", "female", "boy", "girl", "children", "increase", "decrease",
    "increased", "decreased", "low", "high", "lower", "upper", "left", "right", "acute", "chronic",
    "mild", "severe", "before", "after", "without", "young", "old", "older", "younger", "maternal",
    "paternal", "short", "long", "never", "not",
}  # fmt: skip
_ENGLISH = frozenset(("the", "of", "and", "with", "for", "by", "from", "on", "to", "is", "are"))
_NOBODY = frozenset(("and", "anonymous", "anon", "jnr", "2nd", "3rd", "none"))
_BRACKETS = re.compile(r"[\[(][^\])]*[\])]?")
_CONFERENCE = re.compile(r"\.\s*(?:conference\b|meeting(?: \w+)?:).*$", re.IGNORECASE | re.DOTALL)
_VARIANTS = re.compile(r"\s[=/]\s|[:;]\s|\.\s(?=[A-Z][a-z]+ [a-z])|-(?=(?i:journal of|british))")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_PAGE = re.compile(r"((?:\d{0,2}[a-z]{1,6})?)[\s.]?0*(\d{1,12})", re.IGNORECASE)
_DIGITS = re.compile(r"\d{1,12}")
_REGISTERS = ("NCT", "ISRCTN", "CTR", "DRKS", "UMIN", "EudraCT")
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
    title's function words are; `trial` is the trial registration, where just one is named.
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


def fold(text: str) -> str:
    """Lower case without accents, markup, Greek or ligatures; other scripts stay as they are."""
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def words(text: str) -> list[str]:
    """The letters-and-digits words of a text, folded."""
    return _WORD.findall(fold(text))


def title_words(title: str) -> list[str]:
    """A title's words without what databases add behind it ([Review] [45 refs], [Chinese])."""
    bare = title
    if "[" in bare or "<" in bare:
        bare = _NOTED.sub("", bare)
    if bare[-3:].rstrip(". ")[-1:] in ("]", ")"):
        bare = _AFTERTHOUGHT.sub("", bare)
    if bare[:14].lower().lstrip("[\"' ").startswith("retracted"):
        bare = _RETRACTED.sub("", bare)
    return words(bare) or words(title)


def title_numbers(title: list[str]) -> str:
    """The numbers of a title in order, so that part I and part II, 2009 and 2010 differ."""
    out: list[str] = []
    before = ""
    for word in title:
        if word.isalpha():
            if word in _ROMAN:
                out.append(_ROMAN[word])
            elif word in _SPELLED:
                out.append(_SPELLED[word])
            elif before in _COUNTED and word in ("i", "v", "x", "a", "b"):
                out.append({"i": "1", "v": "5", "x": "10"}.get(word, word))
        else:
            out.extend(_DIGITS.findall(word))
        before = word.removesuffix("s")
    return " ".join(out)


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
    return [folded] if folded.isalpha() else _WORD.findall(folded)


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
    abstract = "".join(words(_LABEL.sub("", given_abstract)))
    return Norm(
        letters="".join(title),
        longest=" ".join(sorted(set(title), key=lambda word: (-len(word), word))[:4]),
        numbers=intern(title_numbers(title)),
        contrary=intern(" ".join(w for w in title if w.removesuffix("s") in _CONTRARY)),
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
        english=sum(word in _ENGLISH for word in title) >= 2,
        trial=trial(row.abstract or ""),
    )


def trial(text: str) -> str:
    """The trial registration a text names, or "" if it names none or several."""
    if not any(name in text for name in _REGISTERS):
        return ""
    found = {re.sub(r"\W", "", name) for name in _REGISTERED.findall(text)}
    return intern(found.pop()) if len(found) == 1 else ""


def _number(text: str) -> str:
    found = _DIGITS.search(text) if text else None
    return intern(found.group().lstrip("0")) if found else ""
