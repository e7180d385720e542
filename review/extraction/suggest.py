"""Which terms a record's own words suggest, each with those words; a person confirms or not."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from review.extraction.negation import is_negated
from review.ingest.record import Record
from review.protocol import Codebook, Term

# Longer than any abstract: bounds what an expensive cue can cost.
LONGEST_TEXT = 20_000
SHOWN = 40
TITLE, ABSTRACT, KEYWORD, MESH, TYPE = "title", "abstract", "keyword", "MeSH", "publication type"
_SHORTEST_LABEL = 4
_REST_OF_WORD = re.compile(r"\w*")


@dataclass(frozen=True, slots=True)
class Hit:
    """Words of a record, and the field they stand in."""

    field: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A term, and the words of the record that caused it, in order of appearance."""

    facet: str
    code: str
    label: str
    found: tuple[Hit, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words alone, each once."""
        return tuple(dict.fromkeys(hit.words for hit in self.found))


def suggest(codebook: Codebook, record: Record) -> list[Suggestion]:
    """The terms suggested by title, abstract, keywords, MeSH and publication types.

    In codebook order. A veto cue found anywhere cancels its term; words that the text denies
    ("no EMG") suggest nothing. Of a term and one below it only the narrower is suggested, since it
    implies the other; retired and derived terms never are. Nothing is tagged by this.
    """
    texts = list(_texts(record))
    headings = {_heading(m): m.strip("*") for m in record.mesh}
    keywords = {_folded(k): k for k in record.keywords}
    types = {_folded(t): t for t in _types(record.publication_types)}
    found = []
    for facet in codebook.facets:
        if facet.derived:
            continue
        some: dict[str, Suggestion] = {}
        for term in facet.terms:
            hits = [] if term.retired else list(_hits(term, texts))
            if not term.retired:
                hits += _named(MESH, term.mesh, headings)
                hits += _named(KEYWORD, term.mesh, keywords)
                hits += _named(TYPE, term.publication_types, types)
            if hits and not any(_matches(_patterns(term.veto), texts)):
                some[term.code] = Suggestion(
                    facet=facet.id, code=term.code, label=term.label, found=_unique(hits)
                )
        implied = {above for code in some for above in codebook.ancestors(code)}
        found += [one for code, one in some.items() if code not in implied]
    return found


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    yield TITLE, _line(record.title)
    yield ABSTRACT, _line(record.abstract)
    for keyword in record.keywords:
        yield KEYWORD, _line(keyword)
    for heading in record.mesh:
        yield MESH, _line(heading)


def _line(text: str) -> str:
    return " ".join((text or "")[:LONGEST_TEXT].split())


def _hits(term: Term, texts: Iterable[tuple[str, str]]) -> Iterator[Hit]:
    for field, text, match in _matches(_patterns(term.cues) or _of_label(term.label), texts):
        if not is_negated(text, match.start(), match.end()):
            yield Hit(field, _short(_whole(text, match)))


def _whole(text: str, match: re.Match[str]) -> str:
    """What a cue found, to the end of the word it ends in: a cue may be a stem."""
    tail = _REST_OF_WORD.match(text, match.end()) if match.group()[-1].isalnum() else None
    return text[match.start() : tail.end() if tail else match.end()]


def _matches(
    patterns: Iterable[re.Pattern[str]], texts: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, re.Match[str]]]:
    some = list(patterns)
    for field, text in texts:
        for pattern in some:
            for match in pattern.finditer(text):
                if match.group():
                    yield field, text, match


def _patterns(cues: Iterable[str]) -> list[re.Pattern[str]]:
    return [_compiled(cue) for cue in cues]


def _of_label(label: str) -> list[re.Pattern[str]]:
    """What finds a term that has no cues: its label as a phrase, singular or plural."""
    words = re.sub(r"\s*\(.*?\)", "", label).strip()
    if len(words) < _SHORTEST_LABEL or any(sign in words for sign in ",;/:"):
        return []
    phrase = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", words))
    return [_compiled(rf"\b{phrase}(?:e?s)?\b")]


def _short(words: str) -> str:
    """The words themselves, or both ends of what a cue found far apart."""
    if len(words) <= 2 * SHOWN:
        return words
    return f"{words[:SHOWN].strip()} … {words[-SHOWN:].strip()}"


def _unique(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Each words of a field once, where they stand first."""
    first: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        first.setdefault((hit.field, hit.words), hit)
    return tuple(first.values())


def _named(field: str, wanted: Iterable[str], present: dict[str, str]) -> list[Hit]:
    return [Hit(field, present[_folded(w)]) for w in wanted if _folded(w) in present]


def _heading(mesh: str) -> str:
    """The descriptor of a MeSH entry, without the star of a major topic or its qualifiers."""
    return _folded(mesh.partition("/")[0].strip().strip("*"))


def _types(given: Iterable[str]) -> Iterator[str]:
    """Publication types one by one: some sources give several in one cell."""
    for text in given:
        yield text
        if ";" in text:
            yield from text.split(";")


def _folded(text: str) -> str:
    """A name as it is compared: case, hyphens and British spelling do not count."""
    plain = " ".join(text.casefold().replace("-", " ").split())
    return re.sub(r"is(ed|ing|ation)\b", r"iz\1", plain)


@cache
def _compiled(cue: str) -> re.Pattern[str]:
    return re.compile(cue, re.IGNORECASE)
