"""What a reference written as one line says: journal, year, volume, issue and pages.

Written so by Ovid ("SO"), Embase ("Source") and PubMed ("Citation"), each in its own way.
"""

import re

from review.ingest import fields

_NUMBERED = re.compile(  # Ovid: "Neurology. 10(4):187-94, 2019 Feb 5."
    r"(?P<journal>.+?)[.,]?\s+"
    r"(?:Vol\.?\s*)?(?P<volume>\d{1,4})"
    r"(?:\s*\((?P<issue>[^()]*(?:\([^()]*\)[^()]*)*)\))?"
    r"(?:\s*[:,](?P<rest>.*))?$"
)
_DATED = re.compile(  # PubMed and others: "Neurology. 2019 Feb 5;10(4):187-94. doi: ..."
    r"(?P<journal>.+?)[.,]?\s+(?P<date>[A-Za-z/-]*\s*\d{0,2},?\s*(?:1[5-9]|20)\d\d"
    r"(?:\s[A-Za-z]{3}[\w\s/-]{0,16})?)\s*;\s*"
    r"(?P<volume>[\w-]+(?:\sSuppl(?:\s\w+)?)?)?(?:\s*\((?P<issue>[^()]*)\))?(?:\s*:\s*(?P<rest>.*))?$"
)
_BRACKETED = re.compile(  # Embase: "Neurology (2019) 10:4 SUPPL. 1 (187-194). Date of ..."
    r"(?P<journal>.+?)\s+\((?P<date>(?:1[5-9]|20)\d\d)\)\s*(?P<volume>[^\s:().]+)?"
    r"(?:\s*:\s*(?P<issue>(?:[^\s().]+\s?)?(?:SUPPL(?:\.\s?\w*)?)?))?\s*(?:\((?P<pages>[^()]*)\))?\s*"
    r"(?:(?:\.\s*)?Article Number:?\s*(?P<number>[\w.-]+?))?(?:[.,]\s.*)?\.?$"
)
_PAGES = re.compile(
    r"(?:pp\.\s*|^\s*|:\s*|\s)([A-Za-z]{0,4}\d+(?:-[A-Za-z]{0,4}\d+)?)(?=[.,;\s]*$|,|\.\s)"
)
_DATE_ONLY = re.compile(r"\.\s+(?:1[5-9]|20)\d\d(?:\s[A-Za-z]{3}[\w\s/-]{0,16})?$")


def taken_apart(text: str) -> dict[str, str]:
    """Journal, date, volume, issue and pages of a source line; only the journal if unclear."""
    source = fields.line(text[:1000]).rstrip(". ")
    found = _BRACKETED.match(source) or _DATED.match(source) or _NUMBERED.match(source)
    if not found:
        return {"journal": _DATE_ONLY.sub("", source)}
    parts = {key: (value or "").strip() for key, value in found.groupdict().items()}
    pages = _PAGES.search(parts.pop("rest", ""))
    number = parts.pop("number", "")
    return {**parts, "pages": parts.get("pages") or (pages.group(1) if pages else number)}
