"""What the direction of an effect means for health, derived and never typed in."""

from collections.abc import Iterable, Mapping
from typing import Literal

from review.protocol import Codebook, Facet

Alignment = Literal["impaired", "preserved", "neutral", "ambiguous"]


def alignment(direction: str, impairment: str | None) -> Alignment | None:
    """Worse, better, no difference or ambiguous; None when no direction was extracted.

    `direction` is a code of the direction facet or its last part; `impairment` is the direction
    that means worse for this outcome ("context" or None: it may be compensation or harm, as a
    growing motor unit may, so it never speaks for either side).
    """
    match direction.rpartition(".")[2]:
        case "no_change":
            return "neutral"
        case "mixed":
            return "ambiguous"
        case "increase" | "decrease" as way:
            if impairment not in ("increase", "decrease"):
                return "ambiguous"
            return "impaired" if way == impairment else "preserved"
    return None


def derived(codebook: Codebook, terms: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The terms an effect has by derivation: its alignment, and its outcome's place in the cascade.

    `terms` are the effect's own codes by facet id. Facets the codebook lacks are left out, and a
    place in the cascade that a person gave stays as given.
    """
    outcome = next((codebook.get(code) for code in terms.get("outcome", ())), None)
    direction = next(iter(terms.get("direction", ())), None)
    found: dict[str, tuple[str, ...]] = {}
    meaning = alignment(direction, outcome.impairment) if outcome and direction else None
    if meaning and (code := _code(codebook, "alignment", meaning)):
        found["alignment"] = (code,)
    if outcome and outcome.cascade and not terms.get("timing"):
        place = codebook.get(outcome.cascade)
        if place is not None:
            found[codebook.facet_of(place.code).id] = (place.code,)
    return found


def _code(codebook: Codebook, facet_id: str, last: str) -> str | None:
    facets: Iterable[Facet] = (f for f in codebook.facets if f.id == facet_id)
    return next((t.code for f in facets for t in f.terms if t.last == last), None)
