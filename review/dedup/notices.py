"""Decides what a record says of a report: that it was retracted, corrected, or is of concern."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.ingest import fields
from review.ingest.editorial import EditorialStatus

RETRACTION, CONCERN, CORRECTION = "retraction", "concern", "correction"
KINDS = (RETRACTION, CONCERN, CORRECTION)
"""What a notice may say, the gravest first."""

# NLM's RefTypes: "...Of/For/From" stand on the notice, "...In" on the report it is about
_OF = {
    "RetractionOf": RETRACTION,
    "PartialRetractionOf": RETRACTION,
    "RetractedandRepublishedFrom": RETRACTION,
    "ExpressionOfConcernFor": CONCERN,
    "ErratumFor": CORRECTION,
    "CorrectedandRepublishedFrom": CORRECTION,
}
_IN = {
    "RetractionIn": RETRACTION,
    "PartialRetractionIn": RETRACTION,
    "RetractedandRepublishedIn": RETRACTION,
    "ExpressionOfConcernIn": CONCERN,
    "ErratumIn": CORRECTION,
    "CorrectedandRepublishedIn": CORRECTION,
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: its kind, and the PMID or DOI at its other end, as far as they are given."""

    kind: str
    pmid: str
    doi: str


def is_retracted(extra: Mapping[str, Any]) -> bool:
    """Whether a record says that its own report was retracted (see ingest.editorial)."""
    return bool(extra.get("retracted"))


def is_notice(extra: Mapping[str, Any]) -> bool:
    """Whether a record is a notice about another report."""
    status = str(extra.get("editorial_status") or "")
    return status == EditorialStatus.RETRACTION_NOTICE or any(True for _ in about(extra))


def about(extra: Mapping[str, Any]) -> Iterator[Notice]:
    """What a notice says of other reports, each named by its PMID or DOI."""
    return _linked(extra, _OF)


def of(extra: Mapping[str, Any]) -> Iterator[Notice]:
    """The notices about its own report that a record names."""
    return _linked(extra, _IN)


def _linked(extra: Mapping[str, Any], kinds: Mapping[str, str]) -> Iterator[Notice]:
    for link in extra.get("links") or ():
        kind = kinds.get(str(link.get("type", "")))
        if kind:
            doi = fields.doi(str(link.get("doi") or link.get("source") or ""))
            yield Notice(kind, str(link.get("pmid") or ""), doi)
