"""Which terms a record's own words suggest, each with those words; a person confirms or not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from review.ingest.record import Record
from review.protocol import Codebook, Term

# Longer than any abstract: bounds what an expensive cue can cost.
LONGEST_TEXT = 20_000
SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A term, and the words of the record that caused it, each once, in order of appearance."""

    facet: str
    code: str
    label: str
    words: tuple[str, ...]


def suggest(codebook: Codebook, record: Record) -> list[Suggestion]:
    """The terms suggested by title, abstract, keywords, MeSH and publication types.

    In codebook order. A veto cue found anywhere cancels its term. Nothing is tagged by this.
    """
    texts = [record.title, record.abstract, *record.keywords, *record.mesh]
    texts = [" ".join(text[:LONGEST_TEXT].split()) for text in texts if text]
    headings = {_heading(m): m.strip("*") for m in record.mesh}
    types = {t.casefold(): t for t in record.publication_types}
    found = []
    for facet in codebook.facets:
        if facet.derived:
            continue
        for term in facet.terms:
            words = _words(term, texts)
            words += _named(term.mesh, headings) + _named(term.publication_types, types)
            if words and not _matches(term.veto, texts):
                unique = tuple(dict.fromkeys(words))
                found.append(
                    Suggestion(facet=facet.id, code=term.code, label=term.label, words=unique)
                )
    return found


def _words(term: Term, texts: Iterable[str]) -> list[str]:
    return [_short(words) for words in _matches(term.cues, texts)]


def _matches(cues: Iterable[str], texts: Iterable[str]) -> list[str]:
    patterns = [_compiled(cue) for cue in cues]
    return [m.group() for text in texts for p in patterns for m in p.finditer(text) if m.group()]


def _short(words: str) -> str:
    """The words themselves, or both ends of what a cue found far apart."""
    if len(words) <= 2 * SHOWN:
        return words
    return f"{words[:SHOWN].strip()} … {words[-SHOWN:].strip()}"


def _named(wanted: Iterable[str], present: dict[str, str]) -> list[str]:
    return [present[w.casefold()] for w in wanted if w.casefold() in present]


def _heading(mesh: str) -> str:
    """The descriptor of a MeSH entry, without the star of a major topic or its qualifiers."""
    return mesh.partition("/")[0].strip().strip("*").casefold()


@cache
def _compiled(cue: str) -> re.Pattern[str]:
    return re.compile(cue, re.IGNORECASE)
