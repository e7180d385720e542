"""The shipped review's effects as synthesis reads them, without a database."""

from functools import cache

from review.extraction.alignment import derived
from review.extraction.form import read_form
from review.extraction.shipped import read_shipped
from review.synthesis.grouping import Item, items


@cache
def shipped_items(*, everything: bool = False) -> tuple[Item, ...]:
    """Every effect of the included studies; `everything`: of all that were read."""
    review = read_shipped()
    codebook = review.protocol.codebook
    rows, number = [], 0
    for study_id, study in enumerate(review.studies, 1):
        if study.form is None or not (study.included or everything):
            continue
        form = read_form(study.form, codebook=codebook)
        for effect in form.effects:
            number += 1
            codes: dict[str, list[str]] = {}
            for terms in (form.terms, effect.terms):
                for facet, some in terms.items():
                    codes[facet] = sorted({*codes.get(facet, ()), *some})
            codes |= {facet: list(some) for facet, some in derived(codebook, codes).items()}
            rows.append(
                {
                    "id": number,
                    "study_id": study_id,
                    "study_label": study.record.accession,
                    "cohort_family": form.cohort_family,
                    "attributes": {"verified": study.record.extra.get("verified", "")},
                    "year": study.record.year,
                    "facets": codes,
                    "arms": list(effect.arms),
                    "numbers": [dict(row) for row in effect.numbers],
                    "source": effect.source,
                    "note": effect.note,
                    "risk_of_bias": None,
                    "retracted": False,
                }
            )
    return tuple(items(rows, codebook))


@cache
def shipped_codebook():
    """The codebook of the shipped review."""
    return read_shipped().protocol.codebook
