"""How an XML text is cut into its records, so that damage in one of them costs that one alone.

Each record is parsed on its own, so no document type and no entity is ever read.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from review.ingest import fields
from review.ingest.record import Record, Reject

_FURNITURE = r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|\s+|\ufeff"
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));",
    re.I,
)
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]{0,40}):[A-Za-z_]")
_OPEN = {"xml", "xmlns"}  # prefixes that need and allow no declaration


class _Piece(NamedTuple):
    """The text of one record, and where it stands."""

    position: str
    text: str

    def reject(self, reason: str) -> Reject:
        """This record as a reject."""
        return Reject(position=self.position, reason=reason, excerpt=excerpt(self.text))


def read_pieces(
    text: str,
    *,
    record: str,
    roots: tuple[str, ...],
    values: Callable[[ET.Element], dict[str, Any]],
) -> Iterator[Record | Reject]:
    """The records of a text in order, each as `values` reads its element.

    `record` is the record's element, `roots` are those around it, the last one its parent,
    all without prefix; positions count records from 1. Text outside records is a reject.
    """
    for piece in _pieces(text, record, roots):
        if isinstance(piece, Reject):
            yield piece
            continue
        try:
            found = fields.record(**values(_parse(piece.text)))
        except ET.ParseError as error:
            yield piece.reject(f"this record is not well-formed XML ({error})")
            continue
        nothing = "this record has neither title, abstract, authors nor DOI"
        yield found or piece.reject(nothing)


def _pieces(text: str, record: str, roots: tuple[str, ...]) -> Iterator[_Piece | Reject]:
    """The text of each record, from its start tag to its end tag, and what stands outside."""
    start = re.compile(rf"<(?:[\w.-]+:)?{record}(?:\s[^<>]{{0,2000}})?>", re.I)
    end = re.compile(rf"</(?:[\w.-]+:)?{record}\s*>", re.I)
    around = "|".join(roots)
    furniture = re.compile(
        rf"{_FURNITURE}|</?(?:[\w.-]+:)?(?:{around})(?:\s[^>]*)?/?>", re.I | re.S
    )
    at = count = 0
    for found in end.finditer(text):
        piece = text[at : found.end()]
        at = found.end()
        starts = list(start.finditer(piece))
        count += 1 if starts else 0
        before = piece[: starts[-1].start()] if starts else piece
        yield from _outside(before, count if starts else count + 1, furniture)
        if starts:
            yield _Piece(f"record {count}", piece[starts[-1].start() :])
    rest = text[at:]
    if start.search(rest):
        yield _Piece(f"record {count + 1}", rest).reject("the file ends inside this record")
        return
    yield from _outside(rest, count + 1, furniture)
    opened = re.compile(rf"<(/?)(?:[\w.-]+:)?{roots[-1]}\b", re.I)
    if opened.search(text[:5000]) and not any(one.group(1) for one in opened.finditer(rest)):
        reason = f"the file ends before </{roots[-1]}>; records may be missing"
        yield Reject(position=f"after record {count}", reason=reason)


def _outside(text: str, count: int, furniture: re.Pattern[str]) -> Iterator[Reject]:
    left = furniture.sub("", text)
    if left:
        reason = "this is outside any record"
        yield Reject(position=f"before record {count}", reason=reason, excerpt=excerpt(left))


def _parse(text: str) -> ET.Element:
    """The element of one record, its tags without prefix or namespace. ET.ParseError if broken.

    Prefixes may have been declared outside the record, so all it uses are declared here anew.
    """
    text = mended(text)
    used = dict.fromkeys(_PREFIX.findall(text))
    declared = "".join(f' xmlns:{prefix}="{prefix}"' for prefix in used if prefix not in _OPEN)
    try:
        root = ET.fromstring(f"<a{declared}>{text}</a>")  # noqa: S314 - no document type gets here
    except ValueError as error:
        raise ET.ParseError(str(error)) from error
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root[0]


def mended(text: str) -> str:
    """A text without what XML 1.0 cannot hold; "&" that begins no reference of XML is a letter."""
    return _BARE.sub("&amp;", _CONTROL.sub("", text))


def text_of(element: ET.Element | None) -> str:
    """All text of an element, that of the elements inside it too."""
    return "".join(element.itertext()).strip() if element is not None else ""


def excerpt(text: str) -> str:
    """The first words of a text, to show with a reject."""
    return fields.line(re.sub(_FURNITURE, " ", text[:600], flags=re.S | re.I))[:120]
