"""What a reader yields: one record as its source gave it, or a reject with its reason."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One index entry as one search returned it, text decoded, markup turned to text.

    `accession` is the source's own id (a PMID for PubMed), `authors` are "Family, Given",
    `doi` is lower case without resolver, `abstract` keeps section labels as "LABEL: text"
    lines, `extra` holds what has no column (vernacular title, links, versions ...).
    """

    accession: str | None = None
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
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
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Something in the input that is not a record: where (line, or position in words) and why."""

    position: str
    reason: str
    excerpt: str = ""
