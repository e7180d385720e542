"""How many studies and effects each term has among those picked: the counts beside a filter."""

from dataclasses import dataclass

import sqlalchemy as sa

from review.protocol import Codebook, Facet
from review.store.picking import Evidence
from review.store.tables import StudyRisk
from review.store.tables.base import table_of
from review.synthesis.fields import FIELDS

_RISK = table_of(StudyRisk)


@dataclass(frozen=True, slots=True)
class TermCount:
    """A term: how many of the picked studies and effects have it, or a term below it.

    `below` is whether terms stand below it, whose effects are counted with it.
    """

    code: str
    label: str
    depth: int
    below: bool
    studies: int
    effects: int


def facet_counts(evidence: Evidence, picked: int, facet: Facet) -> list[TermCount]:
    """Return the counts of a facet's terms, in the order of the codebook."""
    sets = {
        code: some for (name, code), some in evidence.sets({facet.id}).items() if name == facet.id
    }
    union: dict[str, int] = {}
    for code, some in sets.items():
        held = some & picked
        while code:
            union[code] = union.get(code, 0) | held
            code = code.rpartition(".")[0]
    known = {term.code for term in facet.terms}
    parents = {code.rpartition(".")[0] for code in known}
    least = min((code.count(".") for code in known), default=0)
    return [
        _term(evidence, union.get(t.code, 0), t.code, t.label, t.code.count(".") - least, parents)
        for t in facet.terms
    ]


def _term(
    evidence: Evidence, held: int, code: str, label: str, depth: int, parents: set[str]
) -> TermCount:
    studies = evidence.layout.studies(held) if held else 0
    return TermCount(code, label, depth, code in parents, studies, held.bit_count())


def counts(evidence: Evidence, picked: int, codebook: Codebook) -> dict[str, list[TermCount]]:
    """Return the counts of every facet by its id."""
    evidence.sets({facet.id for facet in codebook.facets})  # all at once
    return {facet.id: facet_counts(evidence, picked, facet) for facet in codebook.facets}


def risk_counts(evidence: Evidence, picked: int) -> list[TermCount]:
    """Return the counts by risk of bias of the study; `none` where no appraisal is settled."""
    at: dict[str, list[int]] = {}
    query = sa.select(_RISK.c.study_id, _RISK.c.overall)
    known = {study: risk.value for study, risk in evidence.conn.execute(query).all()}
    for block in evidence.blocks:
        at.setdefault(known.get(block.study, "none"), []).append(block.study)
    return [
        _term(evidence, picked & evidence.of_studies(at.get(name, ())), name, name, 0, set())
        for name in FIELDS["risk_of_bias"].choices
    ]
