"""The forest plot: of the group that is asked for, or of the largest pool there is."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from review.actions.meta import narrowed, options_of
from review.actions.offers import Choice, Material, Offer
from review.actions.synthesised import items_seen
from review.protocol import Codebook
from review.synthesis import pool_checks
from review.synthesis.pooling import Candidate, candidates

if TYPE_CHECKING:
    from review.reporting.pictures import Picture

_ANY = "any"


def _of(facet: str, otherwise: str) -> "Choice":
    def options(codebook: Codebook) -> Mapping[str, str]:
        found = {_ANY: otherwise}
        for one in codebook.facets:
            if one.id == facet:
                found |= {term.code: term.label for term in one.terms}
        return found

    return Choice(facet, _LABELS[facet], _ANY, options)


_NARROWING = ("outcome", "contrast", "population")
_LABELS = {
    "outcome": "Outcome",
    "contrast": "Contrast",
    "population": "Population",
    "emg_method": "Method family",
}


def _subgroups(codebook: Codebook) -> Mapping[str, str]:
    found = {"none": "Not divided", "muscle": "Muscle", "risk_of_bias": "Risk of bias"}
    found["secondary"] = "From the study, or from another team's table"
    return found | {one.id: one.label for one in codebook.facets if one.id not in found}


def _build(material: Material) -> "Picture":
    from review.reporting.pictures.forest import forest

    chosen = material.choices
    options = options_of(
        measure=chosen["measure"],
        secondary=chosen["secondary"] == "yes",
        dependence=chosen["dependence"],
        estimator=chosen["estimator"],
    )
    where = narrowed(
        material.codebook,
        material.where,
        *(None if chosen[one] == _ANY else chosen[one] for one in _NARROWING),
    )
    some = items_seen(material.conn, material.member, material.protocol, where, material.everything)
    method = chosen["emg_method"]
    found = [
        one
        for one in candidates(some, material.codebook, options)
        if method == _ANY or one.method == method or method.startswith(f"{one.method}.")
    ]
    best: Candidate | None = next(iter(found), None)
    steps: list[pool_checks.Step] = []
    if best is not None and best.entries and chosen["subgroup"] != "none":
        steps, _ = pool_checks.subgroups(best.entries, chosen["subgroup"], options)
    return forest(best, material.codebook, subgroups=steps, why="no effect matches")


OFFERS = {
    "forest": Offer(
        title="Forest plot",
        answers="How large the effect is in each cohort family, and together where that is sound",
        build=_build,
        choices=(
            _of("outcome", "The largest pool there is"),
            _of("contrast", "Any"),
            _of("population", "Any"),
            _of("emg_method", "Any"),
            Choice(
                "measure",
                "Measure",
                "auto",
                lambda _: {
                    "auto": "Ratio of means where it fits, else Hedges g",
                    "rom": "Log ratio of means",
                    "g": "Hedges g",
                    "md": "Mean difference",
                },
            ),
            Choice("secondary", "Numbers from another team's table", "yes",
                   lambda _: {"yes": "With", "no": "Without"}),
            Choice("subgroup", "Divided by", "none", _subgroups),
            Choice("dependence", "Within a family", "one",
                   lambda _: {"one": "One comparison, by rule", "combine": "All combined"}),
            Choice("estimator", "Estimator of τ²", "REML",
                   lambda _: {"REML": "REML", "DL": "DerSimonian-Laird"}),
        ),
    )
}  # fmt: skip
