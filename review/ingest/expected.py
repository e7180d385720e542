"""About how many records a file holds, counted before it is read: what progress is measured by."""

import re
from pathlib import Path

from review.errors import BadInput
from review.ingest import content

# what stands once in each record, at the start of a line or anywhere
_ONCE = {
    "ris": re.compile(rb"^ER  ?-", re.MULTILINE),
    "nbib": re.compile(rb"^PMID ?-", re.MULTILINE),
    "wos": re.compile(rb"^ER[ \r]*$", re.MULTILINE),
    "pubmed-xml": re.compile(rb"</Pubmed(?:Book)?Article>"),
    "endnote-xml": re.compile(rb"</record>"),
    "bibtex": re.compile(rb"^\s*@(?!comment|string|preamble)\w+\s*[{(]", re.MULTILINE | re.I),
    "ovid": re.compile(rb"^<\d+>", re.MULTILINE),
    "refer": re.compile(rb"^%0 ", re.MULTILINE),
}
_PART = 1 << 20
_OVERLAP = 64


def expected(path: Path, format: str) -> int | None:
    """Return about how many records a file of a format holds; None where that takes reading it.

    A quarter of a second for each hundred megabytes.
    """
    once = _ONCE.get(format)
    if once is None:
        return None
    found, tail = 0, b""
    try:
        with content.open_file(path) as stream:
            while part := stream.read(_PART):
                # a mark that the border between two parts cuts is found in the next
                held = tail + part
                cut = held.rfind(b"\n", max(0, len(held) - _OVERLAP)) + 1 or len(held)
                found += sum(1 for _ in once.finditer(held, 0, cut))
                tail = held[cut:]
    except (BadInput, *content.UNREADABLE):
        return None
    return found + sum(1 for _ in once.finditer(tail))
