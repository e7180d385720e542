"""Decides whether a file is a PDF that can be read, and what its text is, page by page."""

import json
import subprocess
import sys
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from review.errors import BadInput
from review.ingest.pdf_worker import MOST_PAGES, SECONDS
from review.vocab import PdfText

LARGEST = 100 * 1024 * 1024
"""Bytes of the largest PDF that is taken."""
WIDTH = 1000
"""Pixels a page is drawn wide unless asked otherwise."""
PAGE_SECONDS = 10
"""Seconds that the text of one page may take; it is left out then, and the next is read."""
_PATIENCE = SECONDS + 15.0
_AT_ONCE = BoundedSemaphore(2)
_COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("pdf_worker.py")))
_END = 64 * 1024
_NO_PAGE = "The file holds no page."


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of a PDF: its pages' text, by which library, and what was left out."""

    outcome: PdfText
    pages: list[str]
    reader: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One page as a picture, with its runs of text: (left, top, width, height, text), 0 to 1."""

    png: bytes
    width: int
    height: int
    pages: int
    words: list[list[Any]]


def read_pdf(data: bytes, name: str) -> Reading:
    """Return the text of a PDF, read apart with little time and memory.

    BadInput, naming the file, for what is too large, no PDF, encrypted, cut off or damaged. One
    that holds no text, or no page at all, is taken as it is (`PdfText.SCANNED`), one of which some
    pages cannot be read or that is too long in part (`PdfText.PART`).
    """
    if len(data) > LARGEST:
        raise BadInput(f"{name} is larger than {LARGEST // 2**20} MB.")
    if not data:
        raise BadInput(f"{name} is empty.")
    if b"%PDF-" not in data[:1024]:
        raise BadInput(f"{name} is not a PDF.")
    if b"/Page" not in data and b"stream" not in data:
        return Reading(PdfText.SCANNED, [], "", _NO_PAGE)
    end = data[-_END:]
    if b"%%EOF" not in end and b"startxref" not in end:
        raise BadInput(f"{name} is cut off: its end is missing; fetch it again.")
    lines = _asked(data, "text", PAGE_SECONDS)
    head = lines[0] if lines else {}
    if head.get("fault") == "encrypted":
        raise BadInput(
            f"{name} is encrypted and asks for a password; save a copy without the password, "
            "and attach that."
        )
    if head.get("pages") == 0:
        return Reading(PdfText.SCANNED, [], "", _NO_PAGE)
    if "pages" not in head:
        why = head.get("why") or "reading it took too long or too much memory"
        raise BadInput(f"{name} is damaged and cannot be read ({why}); fetch it again.")
    return _reading(head, lines[1:])


def _reading(head: dict[str, Any], lines: list[dict[str, Any]]) -> Reading:
    """Sum up the pages that came: those that did not are empty, and named in the note."""
    count = int(head["pages"])
    taken = min(count, MOST_PAGES)
    pages = [str(line.get("text", "")) for line in lines[:taken]]
    missing = [k + 1 for k, line in enumerate(lines[:taken]) if line.get("left_out")]
    missing += range(len(pages) + 1, count + 1)
    pages += [""] * (taken - len(pages))
    letters = any(char.isalnum() for page in pages for char in page)
    note = _left_out(missing)
    if not letters and len(missing) < count:
        return Reading(PdfText.SCANNED, pages, head["reader"], note)
    return Reading(PdfText.PART if missing else PdfText.TEXT, pages, head["reader"], note)


def _left_out(missing: list[int]) -> str:
    if not missing:
        return ""
    named = ", ".join(map(str, missing[:5])) + (" ..." if len(missing) > 5 else "")
    if len(missing) == 1:
        return f"The text of page {named} could not be read."
    return f"The text of {len(missing):,} pages could not be read: {named}."


def draw_page(data: bytes, number: int, *, width: int = WIDTH) -> Drawing | None:
    """Return page `number` (from 1) as a picture `width` pixels wide; None if it has none.

    BadInput where it cannot be drawn within the time and memory a page is given.
    """
    with _AT_ONCE:
        lines = _asked(data, "page", number, min(max(width, 100), 2000))
    found = lines[0] if lines else {}
    if found.get("fault") == "no such page":
        return None
    if "png" not in found:
        raise BadInput(f"Page {number} cannot be drawn; open the PDF itself.")
    return Drawing(
        png=b64decode(found["png"]),
        width=found["width"],
        height=found["height"],
        pages=found["pages"],
        words=found["words"],
    )


def _asked(data: bytes, *what: object) -> list[dict[str, Any]]:
    """Return the lines that the reading process printed before it ended or was ended."""
    command = [*_COMMAND, *map(str, what)]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=data, capture_output=True, timeout=_PATIENCE, check=False
        ).stdout
    except subprocess.TimeoutExpired as late:
        done = late.stdout or b""
    lines = []
    for line in done.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:  # cut off in the middle by the end of the process
            break
    return lines
