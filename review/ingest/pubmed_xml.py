"""What a PubMed XML file holds: records, one at a time, and the PMIDs that NLM deleted.

The stream is cut at each closing tag and every record is parsed on its own by the C
ElementTree, so no document type, no entity and no network is ever involved: the parser
never sees the document's head, and an entity in a record is a reject.
"""

import codecs
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from review.errors import BadInput
from review.ingest.content import HEAD, UNREADABLE, open_file, xml_encoding
from review.ingest.pubmed_article import article
from review.ingest.pubmed_book import book
from review.ingest.record import Record, Reject

CHUNK = 1 << 20
LARGEST_RECORD = 32 << 20
TRUNCATED = "the input ends before its closing tag; records may be missing"

_ENDS = re.compile(rb"</Pubmed(?:Book)?Article\s*>")
_STARTS = re.compile(rb"<Pubmed(?:Book)?Article(?=[\s>/])")
_SET = re.compile(rb"<(/?)(Pubmed(?:Book)?ArticleSet)(?=[\s/>])[^>]{0,1000}?(/?)>")
_DELETED = re.compile(
    rb"<Delete(?:Citation|Document)[\s>].*?</Delete(?:Citation|Document)\s*>", re.S
)
_PMID = re.compile(rb"<PMID[^>]*>\s*(\d+)\s*</PMID>")
_FURNITURE = re.compile(
    rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|<Delete\w+\s*/>", re.S
)
_WRAP = (
    b'<r xmlns:mml="http://www.w3.org/1998/Math/MathML" '
    b'xmlns:xlink="http://www.w3.org/1999/xlink">%b</r>'
)
_LONGEST_END = len(b"</PubmedBookArticle>") + 8


def articles(stream: BinaryIO, *, deleted: list[str] | None = None) -> Iterator[Record | Reject]:
    """Records of an open UTF-8 PubMed XML stream, in order; never raises on what it holds.

    PMIDs of DeleteCitation are appended to `deleted`. An input that stops early ends with a
    Reject whose reason is `TRUNCATED`. Positions count records from 1.
    """
    outside = _Outside([] if deleted is None else deleted)
    count = 0
    for piece in _pieces(stream):
        if isinstance(piece, Reject):
            yield piece
            continue
        started = _STARTS.search(piece)
        yield from outside.take(piece[: started.start()] if started else piece)
        if not started:
            continue
        count += 1
        body = piece[started.start() :]
        if _ENDS.search(body[-64:]):
            yield _read(body, position=f"record {count}")
        else:
            outside.cut = True
            yield Reject(position=f"record {count}", reason=TRUNCATED, excerpt=_excerpt(body))
    yield from outside.end(count)


def read_path(path: Path, *, deleted: list[str]) -> Iterator[Record | Reject]:
    """As `articles`, for a file, packed or not and in any encoding it declares.

    The file is open only while this runs. One that breaks off (a damaged gzip) ends with a
    Reject, as does one that is gone by now.
    """
    try:
        with open_file(path) as stream:
            encoding = xml_encoding(stream.peek(HEAD))
            source = (
                codecs.EncodedFile(stream, "utf-8", encoding, "replace") if encoding else stream
            )
            yield from articles(source, deleted=deleted)
    except (BadInput, *UNREADABLE) as error:
        yield Reject(position="end", reason=f"the file is damaged from here on: {error}")


def read_bytes(data: bytes) -> tuple[list[Record | Reject], list[str]]:
    """One EFetch body: its records and rejects, and the PMIDs it deletes.

    Raises BadInput where the body is no PubMed XML or stops before its end.
    """
    if not _SET.search(data) and not _STARTS.search(data):
        raise BadInput(f"This is not PubMed XML: it begins {_excerpt(data.lstrip())!r}.")
    deleted: list[str] = []
    items = list(articles(io.BytesIO(data), deleted=deleted))
    if any(isinstance(item, Reject) and item.reason == TRUNCATED for item in items):
        raise BadInput("The PubMed XML stops before its closing tag; it was cut on the way.")
    return items, deleted


def _pieces(stream: BinaryIO) -> Iterator[bytes | Reject]:
    """The stream cut after each record; the last piece is what follows the last record."""
    rest = b""
    searched = 0
    while chunk := stream.read(CHUNK):
        buffer = rest + chunk
        start = 0
        for end in _ENDS.finditer(buffer, searched):
            yield buffer[start : end.end()]
            start = end.end()
        rest = buffer[start:]
        searched = max(0, len(rest) - _LONGEST_END)
        if len(rest) > LARGEST_RECORD:
            reason = f"no record ends within {LARGEST_RECORD >> 20} MB; these bytes were skipped"
            yield Reject(position=f"{len(rest)} bytes", reason=reason, excerpt=_excerpt(rest))
            rest, searched = b"", 0
    yield rest


def _read(body: bytes, *, position: str) -> Record | Reject:
    """One record, or why it is none."""
    try:
        root = _parse(body)
        found = book(root) if root.tag == "PubmedBookArticle" else article(root)
    except (ET.ParseError, ValueError, LookupError) as error:
        reason = f"this record is not well-formed XML ({error})"
        return Reject(position=position, reason=reason, excerpt=_excerpt(body))
    if found is None:
        reason = "this record has no PMID, or nothing in it that could be screened"
        return Reject(position=position, reason=reason, excerpt=_excerpt(body))
    return found


def _parse(body: bytes) -> ET.Element:
    """The element of one record; what no field is read from, often half the bytes, stays unparsed.

    That is affiliations, history and references.
    """
    data = body.find(b"<PubmedData")
    if data > 0:
        head, tail = body[:data], body[data:]
        tail = _without(tail, b"<History>", b"</History>")
        tail = _without(tail, b"<ReferenceList", b"</ReferenceList>")
        body = _without_each(head, b"<AffiliationInfo>", b"</AffiliationInfo>") + tail
    try:
        return ET.fromstring(body)  # noqa: S314 - no document type reaches this parser
    except ET.ParseError as error:
        if "unbound prefix" not in str(error):
            raise
        return ET.fromstring(_WRAP % body)[0]  # noqa: S314


def _without(body: bytes, first: bytes, last: bytes) -> bytes:
    """The bytes without what stands from the first opening to the last closing tag."""
    start = body.find(first)
    end = body.rfind(last)
    return body[:start] + body[end + len(last) :] if 0 < start < end else body


def _without_each(body: bytes, first: bytes, last: bytes) -> bytes:
    """The bytes without each element of a kind; unchanged where one of them is not closed."""
    before, *pieces = body.split(first)
    kept = [before]
    for piece in pieces:
        _, closed, after = piece.partition(last)
        if not closed:
            return body
        kept.append(after)
    return b"".join(kept)


class _Outside:
    """What stands between records: the set's own tags, deletions, and anything that should not."""

    def __init__(self, deleted: list[str]) -> None:
        self.deleted = deleted
        self.open: list[bytes] = []
        self.cut = False
        self.position = 0

    def take(self, text: bytes) -> Iterator[Reject]:
        self.position += 1
        if text.isspace() or not text:
            return
        for block in _DELETED.findall(text):
            self.deleted.extend(number.decode() for number in _PMID.findall(block))
        text = _FURNITURE.sub(b"", _DELETED.sub(b"", text))
        for slash, name, empty in _SET.findall(text):
            if not slash and not empty:
                self.open.append(name)
            elif name in self.open:
                self.open.remove(name)
        left = _SET.sub(b"", text).strip(b"\xef\xbb\xbf \t\r\n")
        if left:
            where = f"before record {self.position}"
            yield Reject(
                position=where, reason="this is outside any record", excerpt=_excerpt(left)
            )

    def end(self, count: int) -> Iterator[Reject]:
        if self.open and not self.cut:
            yield Reject(position=f"after record {count}", reason=TRUNCATED)


def _excerpt(data: bytes) -> str:
    return " ".join(data[:200].decode("utf-8", "replace").replace("\x00", "").split())[:120]
