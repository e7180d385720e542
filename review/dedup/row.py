"""What the duplicate finder is given and what it answers: rows in, pairs with their reasons out."""

from dataclasses import dataclass, field

from review.vocab import Relation


@dataclass(slots=True, kw_only=True)
class Row:
    """One record as the store holds it, raw; every field but `id` may be empty.

    `authors` is a tuple of "Family, Given" or one string in any of the usual layouts;
    `year` is the year of publication as the source gave it.
    """

    id: int
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] | str = ()
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    language: str = ""
    publication_types: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records (a < b), how alike they are (0 to 1) and why, field by field in words.

    `kind` says how they are reports of one study, where they are that and no duplicates.
    """

    a: int
    b: int
    score: float
    why: list[str] = field(default_factory=list)
    kind: Relation | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: pairs to merge, and pairs to ask a person about; all others are different.

    `certain` spans each cluster (n - 1 pairs for n records); `uncertain` holds the best pair
    between two clusters, so a person is asked once. `related` are different reports, likely of
    one study (an article and its conference abstract, preprint, erratum, protocol).
    """

    certain: list[Pair]
    uncertain: list[Pair]
    related: list[Pair] = field(default_factory=list)
