"""Which term may be put on what: existence, level, cardinality, and what a tag implies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from review.errors import BadInput
from review.protocol import Codebook, Facet, Term
from review.vocab import Cardinality, Level

# From the coarsest to the finest: a report tells of a study, which has arms and effects.
_DEPTH = {Level.REPORT: 0, Level.STUDY: 1, Level.ARM: 2, Level.EFFECT: 3}


@dataclass(frozen=True, slots=True)
class Placed:
    """A term found in the codebook and allowed where it was put."""

    facet: Facet
    term: Term


def fits(facet: Facet, level: Level) -> bool:
    """Whether a facet's terms may stand at a level: its own, or a coarser one unless exact."""
    return level is facet.level if facet.exact else _DEPTH[level] <= _DEPTH[facet.level]


def place(
    codebook: Codebook,
    text: str,
    *,
    level: Level,
    facet: str | None = None,
    keeping: bool = False,
) -> Placed:
    """The term that `text` names (code, last part, or label), if it may stand at `level`.

    A term may stand at its facet's level or at a coarser one (a method on a report says that it is
    used somewhere in it), unless the facet is exact. Raises BadInput for an unknown or ambiguous
    name, a level too fine, a derived facet, or a retired term, unless it is there already and
    the question is of `keeping` it.
    """
    term = codebook.find(text, facet=facet)
    owner = codebook.facet_of(term.code)
    if term.retired and not keeping:
        raise BadInput(
            f"{term.code} ({term.label}) is retired: what carries it keeps it, and it is put on "
            "nothing more"
        )
    if owner.derived:
        raise BadInput(f"{term.code} is derived from other tags and is never put by hand")
    if not fits(owner, level):
        article = "an" if owner.level in (Level.ARM, Level.EFFECT) else "a"
        raise BadInput(
            f"{term.code} ({owner.label}) belongs on {article} {owner.level}, not on the {level}"
        )
    return Placed(owner, term)


def together(codebook: Codebook, codes: Iterable[str], *, level: Level) -> dict[str, list[str]]:
    """The codes of one target grouped by facet, in codebook order, each once.

    Retired terms are let stand: whoever puts a term asks `place` of it first.
    Raises BadInput when a facet that takes one term at this level is given several. At a coarser
    level than its own a facet takes many: a study may have arms of two species.
    """
    given = {place(codebook, code, level=level, keeping=True).term.code for code in codes}
    grouped: dict[str, list[str]] = {}
    for facet in codebook.facets:
        own = [t.code for t in facet.terms if t.code in given]
        if facet.cardinality is Cardinality.ONE and facet.level is level and len(own) > 1:
            raise BadInput(f"{facet.label} takes one term on the {level}, not {', '.join(own)}")
        if own:
            grouped[facet.id] = own
    return grouped


def add(
    codebook: Codebook, present: Iterable[str], codes: Iterable[str], *, level: Level
) -> list[str]:
    """The codes of a target once `codes` are put on it; what was there stays.

    Raises BadInput as `place` and `together` do; the message then names what is there already.
    """
    present = list(present)
    new = [place(codebook, code, level=level, keeping=code in present).term.code for code in codes]
    together(codebook, [*present, *new], level=level)
    return list(dict.fromkeys([*present, *new]))


def implied(codebook: Codebook, codes: Iterable[str]) -> frozenset[str]:
    """The codes and everything above them: what counts count, and displays do not show."""
    found = list(codes)
    return frozenset(found).union(*(codebook.ancestors(code) for code in found))


def primary_of(
    codebook: Codebook, terms: Mapping[str, Iterable[str]], named: str | None
) -> str | None:
    """The one primary term of a study, so that counts by population add up.

    `terms` are codes by facet id. A single term of the primary facet is primary of itself; of
    several, `named` says which. Raises BadInput if it does not, or names one not given.
    """
    for facet in codebook.facets:
        codes = list(terms.get(facet.id, ()))
        if not facet.primary or not codes:
            continue
        if named is None and len(codes) > 1:
            raise BadInput(f"several terms of {facet.label} are given; say which one is primary")
        chosen = facet.term(named).code if named is not None else codes[0]
        if chosen not in codes:
            raise BadInput(f"the primary term {chosen} is not among those given")
        return chosen
    if named is not None:
        raise BadInput(f"the primary term {named!r} is not among those given")
    return None
