"""Decides how far two taggers agreed: facet by facet over whole answers, and term by term.

Counted are what each had put when they were done, in the first round, before either saw the
other's. A facet's answer is the set of its terms on a target, compared as a whole; a term's is
whether it was put. Targets on which neither put anything of a facet say nothing of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from review.extraction.tags import fits
from review.protocol import Codebook
from review.screening.agreement import Measures, measure
from review.vocab import Level

PUT, NOT_PUT, NOTHING = "put", "not put", "nothing"

Answers = Mapping[int, tuple[str, ...]]
"""What each tagger had put on one target when done: codes by member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagAgreement:
    """How far two taggers agreed on a facet (`term` empty) or on one term of it at a level.

    `pair` are the two, lower id first; empty where all pairs are taken together.
    """

    level: Level
    facet: str
    term: str = ""
    pair: tuple[int, ...]
    measures: Measures


def tag_agreement(
    answers: Mapping[Level, Iterable[Answers]], codebook: Codebook, *, terms: bool = False
) -> list[TagAgreement]:
    """Return agreement by level, facet and pair of taggers, and over all pairs where several.

    `terms` adds a line for each term that either of the two put anywhere.
    """
    found: list[TagAgreement] = []
    for level, targets in answers.items():
        by_pair: dict[tuple[int, ...], list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for said in targets:
            for one, other in combinations(sorted(said), 2):
                by_pair.setdefault((one, other), []).append((said[one], said[other]))
        if len(by_pair) > 1:
            by_pair[()] = [both for some in by_pair.values() for both in some]
        for pair, compared in by_pair.items():
            found += _of_pair(level, pair, compared, codebook, terms=terms)
    return found


def _of_pair(
    level: Level,
    pair: tuple[int, ...],
    compared: list[tuple[tuple[str, ...], tuple[str, ...]]],
    codebook: Codebook,
    *,
    terms: bool,
) -> list[TagAgreement]:
    spoken = [tuple(codebook.spoken({"": codes}) for codes in both) for both in compared]
    found: list[TagAgreement] = []

    def add(facet: str, term: str, measures: Measures) -> None:
        found.append(
            TagAgreement(level=level, facet=facet, term=term, pair=pair, measures=measures)
        )

    for facet in codebook.facets:
        if facet.derived or not fits(facet, level):
            continue
        said = [tuple(frozenset(one.get(facet.id, ())) for one in both) for both in spoken]
        said = [both for both in said if any(both)]
        if not said:
            continue
        whole = [tuple(" + ".join(sorted(one)) or NOTHING for one in both) for both in said]
        order = sorted({answer for both in whole for answer in both} | {NOTHING})
        add(facet.id, "", measure(whole, order=order))
        for code in (t.code for t in facet.terms if terms):
            if any(code in one for both in said for one in both):
                put = [tuple(PUT if code in one else NOT_PUT for one in both) for both in said]
                add(facet.id, code, measure(put, order=(PUT, NOT_PUT), out=NOT_PUT))
    return found
