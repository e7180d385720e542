"""Decides what sort of report a record is: the article, a notice of it, a reply, a preprint."""

import re

from review.dedup.row import Row

NOTICE = re.compile(
    r"^\W*(?:(?:author'?s?\W+|publisher'?s?\W+)?(?:correction|corrigend\w+|errat\w+|addendum)\b|"
    r"(?:expression of concern|retraction(?: note| notice)?)\s*(?:[:.]|to\b|of\b|for\b|$)|"
    r"(?:notice|statement) of (?:retraction|redundant))|"
    r"\((?:vol|retraction of vol)\b[^)]*\)?\s*\.?$|\W(?:correction|corrigendum|erratum)\W*$",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"^\W*(?:in )?(?:reply|re|authors?'?s?'? (?:reply|response)|rebuttal|rejoinder|comments?|"
    r"commentary|letters?|editorial(?: comment)?|in memoriam|obituary)"
    r"(?:\s*:|\s+(?:to|on|by|from|re|regarding)\b|\W*$)|"
    r"^\W*response to (?:the |a )?(?:letter|comment|editor|dr|prof|correspondence)|"
    r"[:.\-–—(\[]\s*(?:the )?(?:authors?'?s?'? )?(?:in )?(?:reply|response|a? ?comment|rejoinder)\W*$|"
    r"\b(?:the )?authors?'? (?:reply|response|respond)|\breply (?:to|by|from)\b|"
    r"\bresponse to (?:the )?(?:letter|comment|editor)",
    re.IGNORECASE,
)
_MEETING = re.compile(
    r"\b(?:conference|proceedings|symposium|congress|annual meeting|workshop|meeting abstracts?|"
    r"abstracts? of|scientific sessions?)\b",
    re.IGNORECASE,
)
_PREPRINT_DOI = re.compile(
    r"^10\.(?:1101/\d{4}\.\d\d|1101/\d{6}$|21203/rs|2139/ssrn|48550/|20944/preprints|31234/|31219/"
    r"|26434/chemrxiv|36227/techrxiv)"
)
_PREPRINT_PLACE = re.compile(
    r"\b(?:biorxiv|medrxiv|arxiv|ssrn|chemrxiv|psyarxiv|research square|preprints?)\b",
    re.IGNORECASE,
)


def kind(row: Row) -> str:
    """What sort of report a record is, where its fields say so; "" is an ordinary one."""
    place = row.journal
    types = " ".join(row.publication_types).lower()
    if NOTICE.search(row.title) or "erratum" in types or "retraction of" in types:
        return "notice"
    if REPLY.search(row.title):
        return "reply"
    if "preprint" in types or _PREPRINT_DOI.match(row.doi) or _PREPRINT_PLACE.search(place):
        return "preprint"
    if "conference" in types or "meeting abstract" in types or _MEETING.search(place):
        return "meeting"
    return ""
