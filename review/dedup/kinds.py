"""Decides what sort of report a record is: the article, a notice of it, a reply, a preprint."""

import re
from functools import lru_cache

from review.dedup.row import Row

NOTICE = re.compile(
    r"^\W*(?:(?:author|publisher)'?s?'?\W+)?(?:corrections?(?:\s*(?:[:.\-–—]|to\b)|\W*$)|"
    r"corrigend\w+|errat\w+|addend\w+)|"
    r"^\W*(?:expression of concern|retraction(?: note| notice)?)\s*"
    r"(?:[:.\-–—]|to\b|for\b|of\s+[\"'“‘:]|\W*$)|"
    r"^\W*(?:notice|statement) of (?:retraction|redundant)|"
    r"\((?:vol|retraction of vol)\b[^)]*\)?\s*\.?$|"
    r"\W(?:correction|corrigendum|erratum)\W*$",
    re.IGNORECASE,
)
REPLY = re.compile(
    r"^\W*(?:in )?(?:reply|re|authors?'?s?'? (?:reply|response)|rebuttal|rejoinder|comments?|"
    r"commentary|letters?|editorial(?: comment)?|in memoriam|obituary)"
    r"(?:\s*:|\s+(?:to|on|by|from|re|regarding)\b|\W*$)|"
    r"^\W*response to (?:the |a )?(?:letter|comment|editor|dr|prof|correspondence)|"
    r"[:.\-–—(\[]\s*(?:the )?(?:authors?'?s?'? )?(?:in )?"
    r"(?:reply|response|a? ?comment|rejoinder)\W*$|"
    r"\b(?:the )?authors?'? (?:reply|response|respond)|\breply (?:to|by|from)\b|"
    r"\bresponse to (?:the )?(?:letter|comment|editor)",
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


_HINTS = (
    "correct", "corrig", "errat", "addend", "concern", "retract", "redundant", "vol ", "reply",
    "re:", "re ", "respon", "rebut", "rejoin", "comment", "letter", "editorial", "memoriam",
    "obituary",
)  # fmt: skip
"""What a title must hold for the long patterns to be worth trying."""


def kind(row: Row) -> str:
    """What sort of report a record is, where its fields say so; "" is an ordinary one."""
    types = " ".join(row.publication_types or ()).lower()
    title = (row.title or "").lower()
    if any(hint in title for hint in _HINTS):
        if NOTICE.search(row.title):
            return "notice"
        if REPLY.search(row.title):
            return "reply"
    if "erratum" in types or "retraction of" in types:
        return "notice"
    if "preprint" in types or _PREPRINT_DOI.match(row.doi or ""):
        return "preprint"
    if "conference" in types or "meeting abstract" in types:
        return "meeting"
    return "preprint" if _preprint_place(row.journal or "") else ""


_COLUMN = re.compile(
    r"\W*(?:editorials?|guest editorial|preface|foreword|introduction to the|in this issue|"
    r"from the (?:editor|president)|(?:letter|message|note|remarks|a word) from|annual report|"
    r"news|book reviews?|calendar|announcements?|(?:abstracts|proceedings|papers|posters) (?:of|"
    r"from|presented)|(?:highlights|selected abstracts) |correspondence|letters? to the|"
    r"mitteilungen|journal club|(?:list|index) of|acknowledge?ments?|thanks to|table of contents)",
    re.IGNORECASE,
)
_COLUMN_WITHIN = re.compile(
    r"\b(?:editor'?s?'?|guest|president'?s?) (?:comments?|remarks|notes?|choice|message|page|"
    r"introduction|letter|column|perspective)|"
    r"\b(?:mini-?track|special (?:issue|section)|case records of)\b"
)
_WITHIN_HINTS = ("editor", "guest", "president", "track", "special ", "case records")


def is_column(title: str) -> bool:
    """Whether a title is one that returns, issue after issue or meeting after meeting."""
    if _COLUMN.match(title):
        return True
    low = title.lower()
    return any(hint in low for hint in _WITHIN_HINTS) and bool(_COLUMN_WITHIN.search(low))


_BEFORE = re.compile(
    r"^(?:the)?(?:authors?|publishers?)?s?(?:(?:correctionto|correction|corrigendumto|corrigendum|"
    r"erratumto|erratumfor|erratum|addendumto|retractionnoticeto|retractionnote(?:to|for)?|"
    r"retractionof|retraction|expressionofconcern(?:for|to|on)?|(?:in)?replyto|replyby|reply|"
    r"responseto|rejoinderto|commenton|commentson|commentto|commentaryon|letterto|editorialon|"
    r"re|in)(?:the|theletter|thearticle|article|paper|editorial|thestudy)?)+"
)


def bare(letters: str) -> str:
    """A notice's or reply's title (letters only) without what says so: the article's, if named."""
    return _BEFORE.sub("", letters, count=1)


@lru_cache(maxsize=100_000)
def _preprint_place(journal: str) -> bool:
    return bool(_PREPRINT_PLACE.search(journal))
