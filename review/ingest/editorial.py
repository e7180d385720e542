"""Whether a report was retracted, put in doubt or corrected, or is the notice that says so.

Decided from what sources give: publication types (NLM, Web of Science, Scopus, Embase), links
to notices (NLM's RefType), index terms (Embase) and the marks publishers put on titles.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any


class EditorialStatus(StrEnum):
    """What has happened to a report since it was published; the gravest first."""

    RETRACTED = "retracted"
    RETRACTION_NOTICE = "retraction notice"
    CONCERN = "expression of concern"
    CORRECTED = "corrected"
    CORRECTION_NOTICE = "correction notice"


_KINDS = {
    "retracted publication": EditorialStatus.RETRACTED,
    "retracted article": EditorialStatus.RETRACTED,
    "retracted": EditorialStatus.RETRACTED,
    "withdrawn": EditorialStatus.RETRACTED,
    "withdrawn publication": EditorialStatus.RETRACTED,
    "retraction of publication": EditorialStatus.RETRACTION_NOTICE,
    "retraction notice": EditorialStatus.RETRACTION_NOTICE,
    "retraction": EditorialStatus.RETRACTION_NOTICE,
    "notice of retraction": EditorialStatus.RETRACTION_NOTICE,
    "withdrawal notice": EditorialStatus.RETRACTION_NOTICE,
    "expression of concern": EditorialStatus.CONCERN,
    "corrected and republished article": EditorialStatus.CORRECTED,
    "published erratum": EditorialStatus.CORRECTION_NOTICE,
    "erratum": EditorialStatus.CORRECTION_NOTICE,
    "correction": EditorialStatus.CORRECTION_NOTICE,
    "correction, addition": EditorialStatus.CORRECTION_NOTICE,
    "corrigendum": EditorialStatus.CORRECTION_NOTICE,
    "correction/republication": EditorialStatus.CORRECTION_NOTICE,
}
_LINKS = {
    "RetractionIn": EditorialStatus.RETRACTED,
    "PartialRetractionIn": EditorialStatus.RETRACTED,
    "RetractionOf": EditorialStatus.RETRACTION_NOTICE,
    "PartialRetractionOf": EditorialStatus.RETRACTION_NOTICE,
    "ExpressionOfConcernIn": EditorialStatus.CONCERN,
    "ExpressionOfConcernFor": EditorialStatus.CONCERN,
    "ErratumIn": EditorialStatus.CORRECTED,
    "CorrectedandRepublishedIn": EditorialStatus.CORRECTED,
    "RetractedandRepublishedIn": EditorialStatus.RETRACTED,
    "ErratumFor": EditorialStatus.CORRECTION_NOTICE,
}
_WHAT = r"(?:\s+(?:article|paper|chapter|publication|manuscript|study|proceeding))?"
_TITLES = (
    # as publishers mark the report itself: "RETRACTED: ...", "[Retracted] ...", "... (Retracted)"
    (EditorialStatus.RETRACTED, re.compile(
        rf"\W{{0,3}}(?:retracted|withdrawn|removed|temporary removal){_WHAT}\s*(?:[:\])]|[-–—]\s)"
        r"|\W{0,3}(?-i:(?:RETRACTED|WITHDRAWN)(?: ARTICLE| PAPER| CHAPTER)?)\s"
        rf"|.*[(\[]\s*(?:retracted|withdrawn){_WHAT}\s*(?:[.,:;].*)?[)\]]\W*$", re.I)),
    (EditorialStatus.RETRACTION_NOTICE, re.compile(
        r"\W{0,3}(?:retraction|withdrawal)\s*(?:(?:of|to|for)\s*)?[:\])]"
        r"|\W{0,3}(?:retraction|withdrawal) (?:notice|note|statement|announcement)\b"
        r"|\W{0,3}(?:notice|statement) of (?:retraction|withdrawal)\b", re.I)),
    (EditorialStatus.CONCERN, re.compile(
        r"\W{0,3}(?:editorial )?(?:expression|notice|note|statement) of (?:editorial )?concern\b",
        re.I)),
    (EditorialStatus.CORRECTION_NOTICE, re.compile(
        r"\W{0,3}(?:author|publisher(?:['’]s)?)?\s?(?:erratum|errata|corrigend(?:um|a))"
        r"(?:\s*[:.\])\-–—]|\s+(?:to|for|in|regarding)\b|\W*$)"
        r"|\W{0,3}(?:author |publisher(?:['’]s)? )?correction(?:\s*[:\])]|\s+(?:to|for)\s*[:\"“‘'«]"
        r"|\W*$)", re.I)),
)  # fmt: skip


def editorial_status(
    publication_types: Iterable[str],
    *,
    title: str = "",
    links: Iterable[Mapping[str, Any]] = (),
    keywords: Iterable[str] = (),
) -> EditorialStatus | None:
    """The gravest status a record's own facts give, None where they give none.

    A notice often carries the title of what it retracts: where the type says notice, the title
    is not asked. `links` are NLM's, as `extra["links"]`.
    """
    named = (one.lower().strip(" .") for one in publication_types)
    kinds = {_KINDS[kind] for kind in named if kind in _KINDS}
    found = kinds | {_LINKS[kind] for link in links if (kind := link.get("type", "")) in _LINKS}
    notices = {EditorialStatus.RETRACTION_NOTICE, EditorialStatus.CORRECTION_NOTICE}
    if not kinds & notices:
        found |= {status for status in [_said(title)] if status}
        if any(word.lower().strip("* ") == "retracted article" for word in keywords):
            found.add(EditorialStatus.RETRACTED)
    return next(status for status in EditorialStatus if status in found) if found else None


def _said(title: str) -> EditorialStatus | None:
    """The status a title's own mark gives."""
    return next((status for status, mark in _TITLES if mark.match(title)), None)
