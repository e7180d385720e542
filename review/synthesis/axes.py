"""Along what evidence is laid out: a facet of the codebook, whole or by branch, or outcome domains.

A domain groups outcomes that measure one thing (`domain` of a term); domains stand in the order of
the cascade, then in that of the codebook.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import BadInput
from review.protocol import Codebook, Facet, Term

Row = Mapping[str, Any]
NONE = ""
NOT_SAID = "(not given)"
DOMAIN = "outcome_domain"
# how the words of a domain are written out
_WORDS = {"nmj": "NMJ", "mu": "motor-unit", "emg": "EMG", "cmap": "CMAP"}


@dataclass(frozen=True, slots=True)
class Axis:
    """Places in their order, with labels; `place` says which a code of the facet belongs to."""

    id: str
    label: str
    labels: Mapping[str, str]
    facet: str
    place: Mapping[str, str]

    def of(self, row: Row) -> list[str]:
        """The places of one effect, each once; the empty one where it has no term here."""
        codes: Iterable[str] = row["facets"].get(self.facet, ())
        found = dict.fromkeys(self.place.get(code, code) for code in codes)
        return list(found) or [NONE]

    def name(self, place: str) -> str:
        """The label of a place."""
        return self.labels.get(place, place) or NOT_SAID

    @property
    def names(self) -> list[str]:
        """The labels of all places, in order."""
        return list(self.labels.values())

    def order(self, places: Iterable[str]) -> list[str]:
        """Those places in the order of the axis; what it does not know follows, then none."""
        rank = {place: i for i, place in enumerate(self.labels)}
        return sorted(set(places), key=lambda p: (p == NONE, rank.get(p, len(rank)), p))


def axes(codebook: Codebook) -> dict[str, str]:
    """Every axis a codebook gives: its name and label."""
    found = {facet.id: facet.label for facet in codebook.facets}
    if any(term.domain for facet in codebook.facets for term in facet.terms):
        found[DOMAIN] = "Outcome domain"
    return found


def axis(codebook: Codebook, id: str, *, every: bool = False) -> Axis:
    """The axis of that name: by branches (the highest terms), or of every term.

    Raises BadInput for an unknown one.
    """
    if id == DOMAIN:
        return _domains(codebook)
    facet = codebook.facet(id)
    codes = {term.code for term in facet.terms}
    place = {code: code if every else _top(code, codes) for code in codes}
    labels = {t.code: t.label for t in facet.terms if t.code in place.values()}
    return Axis(id, facet.label, _distinct(labels), facet.id, place)


def codes_of(codebook: Codebook, facet: str) -> list[str]:
    """The codes of a facet in order; none where the codebook lacks it."""
    return [term.code for one in codebook.facets if one.id == facet for term in one.terms]


def distinct(labels: Mapping[Any, str]) -> dict[Any, str]:
    """The labels, those that several share told apart by what they stand for."""
    some = list(labels.values())
    return {k: f"{v} ({k})" if some.count(v) > 1 else v for k, v in labels.items()}


def _distinct(labels: Mapping[str, str]) -> dict[str, str]:
    return distinct(labels) if len(set(labels.values())) < len(labels) else dict(labels)


def _top(code: str, codes: set[str]) -> str:
    parts = code.split(".")
    return next(p for n in range(1, len(parts) + 1) if (p := ".".join(parts[:n])) in codes)


def _domains(codebook: Codebook) -> Axis:
    facets = [f for f in codebook.facets if any(term.domain for term in f.terms)]
    if not facets:
        raise BadInput("the codebook gives its outcomes no domain")
    facet = facets[0]
    terms = [term for term in facet.terms if term.domain]
    order = sorted(
        dict.fromkeys(term.domain or "" for term in terms), key=lambda d: _rank(codebook, terms, d)
    )
    labels = {domain: _written(domain) for domain in order}
    place = {term.code: term.domain or "" for term in terms}
    return Axis(DOMAIN, "Outcome domain", labels, facet.id, place | _headings(facet, place))


def _headings(facet: Facet, place: Mapping[str, str]) -> dict[str, str]:
    """A heading without domain has that of the terms under it, if they share one."""
    found = {}
    for term in facet.terms:
        below = {place[t.code] for t in facet.under(term.code) if t.code in place}
        if term.code not in place and len(below) == 1:
            found[term.code] = below.pop()
    return found


def _rank(codebook: Codebook, terms: Sequence[Term], domain: str) -> tuple[int, int]:
    mine = [(i, term) for i, term in enumerate(terms) if term.domain == domain]
    stages = [stage_order(codebook, term.cascade) for _, term in mine if term.cascade]
    # blood markers follow what they mark: a domain that no EMG stands for is no step of its own
    return (min(stages, default=99) if domain != "biomarker" else 98, mine[0][0])


def stage_order(codebook: Codebook, stage: str | None) -> int:
    """The place of a stage in the cascade: its attribute `order`, else its place in the facet."""
    term = codebook.get(stage) if stage else None
    if term is None:
        return 99
    order = term.attributes.get("order")
    if isinstance(order, int):
        return order
    return [t.code for t in codebook.facet_of(term.code).terms].index(term.code)


def _written(domain: str) -> str:
    words = " ".join(_WORDS.get(word, word) for word in re.split(r"[_\s]+", domain))
    return words[:1].upper() + words[1:]
