"""Decides what a claim is: a sentence bound to a query over effects, and where it is stated.

    scope:       outcome = out.mu.number and contrast under con.age     which effects bear on it
    supports:    alignment = impaired                                   of these, what speaks for it
    contradicts: alignment = preserved                                  and what against it

`supports` and `contradicts` may each be a list: then a study speaks for that side where each
expression of the list holds of one of its effects (jitter changed, mass did not).
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from review.errors import BadInput, ExpressionError, ProtocolError
from review.protocol import Codebook, parse_as
from review.protocol.codebook import Strict
from review.synthesis.expression import parse

MOST_CLAIMS = 500

Key = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
Sentence = Annotated[str, Field(min_length=1, max_length=1000)]
Expression = Annotated[str, Field(min_length=1, max_length=10_000)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Side = Annotated[
    tuple[Expression, ...], BeforeValidator(_listed), Field(min_length=1, max_length=5)
]
Sources = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=500)], ...], BeforeValidator(_listed)
]


class Claim(Strict):
    """A sentence, the effects that bear on it (`scope`), and which of them speak for or against.

    `sources` are citations of who states it, never quotations; `note` says what the query
    cannot; `by_outcome` names the outcome and contrast under which its certainty is graded.
    """

    id: Key
    text: Sentence
    topic: Annotated[str, Field(max_length=100)] = "Claims"
    sources: Sources = ()
    scope: Expression
    supports: Side
    contradicts: Side
    note: Annotated[str, Field(max_length=2000)] = ""

    def expressions(self) -> Iterator[tuple[str, str]]:
        """Yield each expression with the name of its field."""
        yield "scope", self.scope
        for name in ("supports", "contradicts"):
            for one in getattr(self, name):
                yield name, one


class _Citation(Strict):
    id: Key
    citation: Annotated[str, Field(min_length=1, max_length=500)]


class ClaimFile(Strict):
    """A file of claims; `sources` gives the citation that each short name in a claim stands for."""

    claims: Annotated[tuple[Claim, ...], Field(min_length=1, max_length=MOST_CLAIMS)]
    sources: tuple[_Citation, ...] = ()


def read_claims(text: str, *, name: str) -> list[Claim]:
    """The claims of a YAML file, the citations of their sources written out.

    Raises BadInput naming file, line and key: an unknown key, a claim given twice, a source
    that the file does not cite.
    """
    try:
        file = parse_as(ClaimFile, text, name=name, what="a file of claims", check=_faults)
    except ProtocolError as fault:
        raise BadInput(str(fault)) from None
    cited = {one.id: one.citation for one in file.sources}
    return [
        claim.model_copy(update={"sources": tuple(cited.get(s, s) for s in claim.sources)})
        for claim in file.claims
    ]


def _faults(file: ClaimFile) -> Iterable[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    cited = {one.id for one in file.sources}
    for index, claim in enumerate(file.claims):
        if claim.id in seen:
            yield ("claims", index, "id"), f"is {claim.id!r}, as an earlier claim is called"
        seen.add(claim.id)
        for at, source in enumerate(claim.sources):
            if cited and source not in cited:
                known = ", ".join(sorted(cited))
                yield (
                    ("claims", index, "sources", at),
                    f"is {source!r}, which `sources` of the file does not cite; known: {known}",
                )


def checked(claim: Claim, codebook: Codebook) -> Claim:
    """The claim, if every expression of it can be read with the codebook.

    Raises BadInput naming claim, field and character.
    """
    for name, text in claim.expressions():
        try:
            parse(text, codebook)
        except ExpressionError as fault:
            raise BadInput(f"claim {claim.id}, {name}: {fault}") from None
    return claim
