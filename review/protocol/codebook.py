"""The codebook: facets, their hierarchical terms, and how a person may name one.

The dotted prefix of a code is its parent: `out.nmj.jitter` stands under `out.nmj`. The first part
alone (`out`) is a namespace and need not be a term.
"""

import difflib
import re
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from review.errors import BadInput
from review.vocab import Cardinality, Level

LONGEST_CUE = 1000

TermCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*(\.[a-z0-9][a-z0-9_]*)*$")]
FacetId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Label = Annotated[str, Field(min_length=1, max_length=300)]


class Strict(BaseModel):
    """Base of everything a protocol holds: unknown keys are refused, nothing changes later."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, coerce_numbers_to_str=True, str_strip_whitespace=True
    )


def _pattern(cue: str) -> str:
    if len(cue) > LONGEST_CUE:
        raise ValueError(f"is longer than {LONGEST_CUE} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(cue, re.IGNORECASE)
    except (re.error, FutureWarning, DeprecationWarning, RecursionError, OverflowError) as fault:
        raise ValueError(f"is not a regular expression: {fault}") from fault
    if re.search(cue, "", re.IGNORECASE):
        raise ValueError("matches an empty text, so it would match every record")
    return cue


Cue = Annotated[str, AfterValidator(_pattern)]


class Term(Strict):
    """One word of a facet. `cues` and `veto` are regular expressions, case ignored.

    `impairment` is the direction of an outcome that means worse health ("context": ambiguous);
    `attributes` holds what a review adds and the product does not interpret. `was` are codes that
    this one took the place of: what was tagged with them is tagged with this. A `retired` term
    keeps its tags and is not put anew.
    """

    code: TermCode
    label: Label
    was: tuple[TermCode, ...] = ()
    retired: bool = Field(default=False, strict=True)
    definition: str | None = None
    mesh: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    cues: tuple[Cue, ...] = ()
    veto: tuple[Cue, ...] = ()
    impairment: Literal["increase", "decrease", "context"] | None = None
    domain: str | None = None
    cascade: str | None = None
    unit: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)

    @property
    def last(self) -> str:
        """The last part of the code."""
        return self.code.rpartition(".")[2]

    @property
    def parent(self) -> str | None:
        """The code this one stands under, None for one at the top of its facet."""
        prefix = self.code.rpartition(".")[0]
        return prefix if "." in prefix else None


class Facet(Strict):
    """A question asked of every target at `level`, answered with one or many of its terms.

    `primary`: one of the terms given is marked primary, so that counts add up.
    `derived`: computed from other facts, never tagged by hand.
    `exact`: a term may be put on `level` only, not on anything that contains it.
    """

    id: FacetId
    label: Label
    level: Level
    cardinality: Cardinality = Cardinality.MANY
    primary: bool = False
    derived: bool = False
    exact: bool = False
    note: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    terms: tuple[Term, ...] = Field(min_length=1)

    def under(self, code: str) -> tuple[Term, ...]:
        """The term of that code and all that stand under it, in codebook order."""
        return tuple(t for t in self.terms if t.code == code or t.code.startswith(code + "."))

    def term(self, text: str) -> Term:
        """The term named by code (a former one too), last part of its code, or label.

        Raises BadInput when it names none (with the nearest) or several.
        """
        return _one(text, self.terms, where=f"facet {self.id}")


class Scale(Strict):
    """Terms that grade a synthesis (certainty): no record, study, arm or effect carries them."""

    id: FacetId
    label: Label
    note: str | None = None
    attributes: dict[str, Any] = Field(default_factory=dict)
    terms: tuple[Term, ...] = Field(min_length=1)


class Codebook(Strict):
    """All facets of a review; codes are unique across the whole codebook.

    `taggers` is how many people tag a target independently before its tags are settled.
    """

    taggers: int = Field(default=2, ge=1, le=2, strict=True)
    facets: tuple[Facet, ...] = ()
    scales: tuple[Scale, ...] = ()

    @cached_property
    def _facet_by_code(self) -> dict[str, Facet]:
        return {t.code: f for f in self.facets for t in f.terms}

    @cached_property
    def _term_by_code(self) -> dict[str, Term]:
        return {t.code: t for f in self.facets for t in f.terms}

    @cached_property
    def _former(self) -> dict[str, str]:
        return {old: t.code for f in self.facets for t in f.terms for old in t.was}

    def facet(self, id: str) -> Facet:
        """The facet of that id (case ignored). Raises BadInput, naming the nearest."""
        wanted = id.strip().casefold()
        for facet in self.facets:
            if facet.id == wanted:
                return facet
        raise BadInput(f"there is no facet {id!r}{nearest(wanted, [f.id for f in self.facets])}")

    def facet_of(self, code: str) -> Facet:
        """The facet a code belongs to. Raises BadInput for an unknown code."""
        return self._facet_by_code[self.find(code).code]

    def find(self, text: str, *, facet: str | None = None) -> Term:
        """The term named by code, last part of its code, or label, in one facet or in all.

        Raises BadInput when it names none (with the nearest) or several (with all of them).
        """
        if facet is not None:
            return self.facet(facet).term(text)
        exact = self.get(text.strip().casefold())
        return exact or _one(text, self._term_by_code.values(), where="the codebook")

    def get(self, code: str) -> Term | None:
        """The term in force for a code, be it the term's own or a former one; else None."""
        return self._term_by_code.get(code) or self._term_by_code.get(self._former.get(code, ""))

    def current(self, code: str) -> str:
        """The code in force for any code there ever was; an unknown one stays as it is."""
        return code if code in self._term_by_code else self._former.get(code, code)

    def spoken(self, terms: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
        """Stored codes by facet as the codes and facets in force, in order, each once.

        Facts are never rewritten: whoever reads terms from one reads them through this. A code
        that the codebook no longer knows stays under the facet it was stored with.
        """
        found: dict[str, list[str]] = {}
        for facet, codes in terms.items():
            for code in codes:
                now = self.current(code)
                owner = self._facet_by_code.get(now)
                some = found.setdefault(owner.id if owner else facet, [])
                if now not in some:
                    some.append(now)
        return found

    def under(self, code: str) -> tuple[str, ...]:
        """That code and every code below it, in codebook order; BadInput for an unknown one."""
        term = self.find(code)
        return tuple(t.code for t in self._facet_by_code[term.code].under(term.code))

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Every code above a code, nearest first: what a tag implies when counting."""
        above = []
        parent = self.find(code).parent
        while parent is not None:
            above.append(parent)
            prefix = parent.rpartition(".")[0]
            parent = prefix if "." in prefix else None
        return tuple(above)


def nearest(word: str, known: Iterable[str], *, least: float = 0.6) -> str:
    """A clause ` (did you mean 'x'?)`, or nothing when no known word is near."""
    folded: dict[str, str] = {}
    for one in known:
        folded.setdefault(one.casefold(), one)
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=least)
    return f" (did you mean {folded[close[0]]!r}?)" if close else ""


def _one(text: str, terms: Iterable[Term], *, where: str) -> Term:
    wanted = " ".join(text.strip().strip("\"'").split()).casefold()
    terms = list(terms)
    for same in (
        [t for t in terms if t.code == wanted or wanted in t.was],
        [t for t in terms if t.label.casefold() == wanted],
        [t for t in terms if t.last == wanted],
        [t for t in terms if any(old.rpartition(".")[2] == wanted for old in t.was)],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            codes = ", ".join(t.code for t in same)
            raise BadInput(f"{text!r} names several terms of {where}: {codes}; give the full code")
    words = [w for t in terms for w in (t.code, t.last, t.label)]
    raise BadInput(f"there is no term {text!r} in {where}{nearest(wanted, words)}")
