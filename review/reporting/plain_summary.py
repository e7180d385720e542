"""Decides how the review is told to everybody: its sections, numbers and verdicts in plain words.

The words are a document of the review (`PlainSummary`); every number in them is computed:

    {studies}                        studies with evidence, {families} and {effects} likewise
    {studies: population = human}    of those, the ones that an expression picks
    {claims: supported}              claims with that verdict in any population; {claims} all
    {first_year} {last_year} {date}  of the studies; when the evidence last changed

A claim of a section is followed by what the evidence says of it, by its verdict and never more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from review.errors import BadInput, ProtocolError
from review.protocol import parse_as
from review.protocol.codebook import Strict
from review.synthesis.votes import LEAST_FOR_P

COUNTED = ("studies", "families", "effects")
DATES = ("first_year", "last_year", "date")
VERDICTS = ("supported", "contradicted", "mixed", "too few", "no study here")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Line = Annotated[str, Field(min_length=1, max_length=3000)]
Heading = Annotated[str, Field(min_length=1, max_length=200)]


class Told(Strict):
    """A claim of the review, by its id, as it is said in plain words."""

    claim: Annotated[str, Field(max_length=60)]
    says: Line


class Section(Strict):
    """A heading, paragraphs, and claims that are told with what the evidence says of them."""

    heading: Heading
    paragraphs: tuple[Line, ...] = ()
    claims: tuple[Told, ...] = ()


class Word(Strict):
    """A term, other forms of it, and what it means in plain words."""

    term: Annotated[str, Field(min_length=1, max_length=80)]
    also: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = ()
    definition: Line


class PlainSummary(Strict):
    """The summary for everybody; `populations` says how a population is called in it."""

    title: Heading
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=40)]
    terms: tuple[Word, ...] = ()
    populations: dict[str, str] = Field(default_factory=dict)
    disclaimer: Line = "This is not medical advice."


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `definition` where it is a term, `where` where it is a computed number."""

    text: str
    definition: str = ""
    where: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a claim with its verdict lines below."""

    kind: str
    pieces: tuple[Piece, ...]
    claim: str = ""
    lines: tuple[tuple[str, str], ...] = ()


def read_summary(text: str, *, name: str) -> PlainSummary:
    """The summary in a YAML text. BadInput names file, line and key, also of a placeholder."""
    try:
        return parse_as(PlainSummary, text, name=name, what="a plain summary", check=_faults)
    except ProtocolError as fault:
        raise BadInput(str(fault)) from None


def _faults(given: PlainSummary) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for s, section in enumerate(given.sections):
        for p, paragraph in enumerate(section.paragraphs):
            for inner in _PLACEHOLDER.findall(paragraph):
                name, _, rest = (part.strip() for part in inner.partition(":"))
                if not _known(name, rest):
                    known = ", ".join((*COUNTED, *DATES, "claims"))
                    yield (
                        ("sections", s, "paragraphs", p),
                        f"has the placeholder {{{inner}}}; known: {known}",
                    )


def _known(name: str, rest: str) -> bool:
    if name == "claims":
        return not rest or rest in VERDICTS
    return name in COUNTED or (name in DATES and not rest)


def expressions(given: PlainSummary) -> set[str]:
    """Every expression that a number of the summary needs; the empty one for all studies."""
    found = {""}
    for section in given.sections:
        for paragraph in section.paragraphs:
            for inner in _PLACEHOLDER.findall(paragraph):
                name, _, rest = inner.partition(":")
                if name.strip() in COUNTED:
                    found.add(rest.strip())
    return found


@dataclass(frozen=True, slots=True)
class Facts:
    """What the numbers are: counts by expression, claims as `actions.claims` gives them, dates."""

    counts: Mapping[str, Mapping[str, int]]
    claims: Mapping[str, Mapping[str, Any]]
    dates: Mapping[str, str]

    def number(self, inner: str) -> Piece:
        """The number that stands for a placeholder, and the expression behind it."""
        name, _, rest = (part.strip() for part in inner.partition(":"))
        if name in COUNTED:
            return Piece(f"{self.counts[rest][name]:,}", where=rest)
        if name == "claims":
            held = sum(
                not rest or any(group["verdict"] == rest for group in one["groups"])
                for one in self.claims.values()
            )
            return Piece(f"{held:,}")
        return Piece(self.dates[name])


def blocks(given: PlainSummary, facts: Facts) -> list[Block]:
    """The summary with its numbers and verdicts; a term is explained where it first stands.

    A claim that the review does not have is told with a line that says so.
    """
    found: list[Block] = []
    for section in given.sections:
        explained: set[str] = set()
        mark = _marker(given.terms, explained)
        found.append(Block("heading", (Piece(section.heading),)))
        for paragraph in section.paragraphs:
            found.append(Block("paragraph", tuple(_pieces(paragraph, facts, mark))))
        for told in section.claims:
            claim = facts.claims.get(told.claim)
            lines = (
                _lines(claim, given) if claim else (("", "The review does not hold this claim."),)
            )
            said = tuple(_pieces(told.says, facts, mark))
            found.append(Block("claim", said, told.claim, tuple(lines)))
    return found


def _pieces(text: str, facts: Facts, mark: Callable[[str], Iterable[Piece]]) -> Iterator[Piece]:
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        yield from mark(text[at : found.start()])
        yield facts.number(found.group(1))
        at = found.end()
    yield from mark(text[at:])


def _marker(terms: Iterable[Word], explained: set[str]) -> Callable[[str], Iterable[Piece]]:
    """What cuts a text at the terms it holds, each explained once (`explained` remembers)."""
    by_form = {form.casefold(): word for word in terms for form in (word.term, *word.also)}
    if not by_form:
        return lambda text: [Piece(text)] if text else []
    longest = sorted(by_form, key=len, reverse=True)
    pattern = re.compile(
        r"(?<!\w)(?:" + "|".join(map(re.escape, longest)) + r")(?!\w)", re.IGNORECASE
    )

    def mark(text: str) -> Iterator[Piece]:
        at = 0
        for found in pattern.finditer(text):
            word = by_form[found.group().casefold()]
            if word.term in explained:
                continue
            explained.add(word.term)
            if found.start() > at:
                yield Piece(text[at : found.start()])
            yield Piece(found.group(), definition=word.definition)
            at = found.end()
        if text[at:]:
            yield Piece(text[at:])

    return mark


def _lines(claim: Mapping[str, Any], given: PlainSummary) -> Iterator[tuple[str, str]]:
    """What the evidence says of a claim, a line a population: who, and the verdict in words."""
    for group in claim["groups"]:
        who = given.populations.get(group["population"], group["label"])
        certainty = group.get("certainty") or {}
        sure = f" How sure: {certainty['sentence'].lower()}." if certainty.get("graded") else ""
        yield who, verdict_line(group) + sure


def verdict_line(group: Mapping[str, Any]) -> str:
    """One verdict in plain words with its counts, as strong as they are and no stronger."""
    n = group["counts"]
    speaking = sum(count for say, count in n.items() if say != "silent")
    match group["verdict"]:
        case "no study here":
            return "no study here has tested this."
        case "too few" if not speaking:
            return f"{_studies(n['silent'])} looked, but cannot tell."
        case "too few":
            return f"too few studies to tell: {_tally(n)}."
        case "supported":
            return f"{_how_many(n['support'], speaking)} studies here agree: {_tally(n)}."
        case "contradicted":
            many = _how_many(n["contradict"], speaking)
            return f"{many} studies here found the opposite: {_tally(n)}."
    return f"the studies here do not agree: {_tally(n)}."


def _how_many(n: int, speaking: int) -> str:
    few = speaking < LEAST_FOR_P
    if n == speaking:
        return "the few" if few else "all"
    return "most of the few" if few else "most"


def _tally(n: Mapping[str, int]) -> str:
    said = [f"{n['support']} for it", f"{n['contradict']} against it"]
    if n["no-change"]:
        said.append(f"{n['no-change']} saw no difference")
    if n["divided"]:
        said.append(f"{n['divided']} saw both")
    return ", ".join(said)


def _studies(n: int) -> str:
    return f"{n} study" if n == 1 else f"{n} studies"
