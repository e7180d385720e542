"""What bytes a file holds: gunzipped, capped, and decoded from whatever encoding it came in."""

import codecs
import gzip
import io
import re
import zlib
from pathlib import Path
from typing import BinaryIO, cast

from review.errors import BadInput

LARGEST_TEXT = 512 << 20
LARGEST_STREAM = 16 << 30
HEAD = 1 << 16
ZIP = b"PK\x03\x04"  # an Excel workbook among others
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # Excel, Word ... before 2007
UNREADABLE = (OSError, EOFError, zlib.error)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF-", "a PDF document"),
    (OLD_OFFICE, "an old Excel or Word file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"Rar!", "an archive; unpack it first"),
    (b"7z\xbc\xaf", "an archive; unpack it first"),
    (b"BZh", "an archive; unpack it first"),
    (b"\xfd7zXZ", "an archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "an archive; unpack it first"),
)
# Letters that a single-byte file of names and titles holds; symbols are unlikely beside letters.
_LIKELY = frozenset("äöüÄÖÜßéèêëàâáåãçñíìîïóòôõøúùûýÿæœÉÈÊÀÂÁÅÃÇÑÍÓÔÕØÚÆŒšžŠŽ")
_PLAUSIBLE = frozenset("–—‘’“”…•°±µ®©™€£§×²³¼½«»¿¡·\xa0")
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,100}encoding=["']([A-Za-z0-9._-]{1,40})["']""")


class Capped(io.RawIOBase):
    """A binary stream that stops with OSError once more bytes came out than allowed."""

    def __init__(self, raw: BinaryIO, *, limit: int) -> None:
        self._raw, self._left, self._limit = raw, limit, limit

    def readable(self) -> bool:
        """Always true: the stream is there to be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer; OSError beyond the limit."""
        data = self._raw.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise OSError(f"more than {self._limit >> 20} MB unpacked")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file underneath too."""
        self._raw.close()
        super().close()


def open_file(path: Path) -> io.BufferedReader:
    """The bytes of a file, gunzipped where its content is gzip. BadInput if it cannot be opened."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        raw = cast(BinaryIO, gzip.open(path) if packed else path.open("rb"))  # noqa: SIM115
    except OSError as error:
        raise BadInput(f"{path.name} cannot be opened: {error.strerror or error}.") from error
    return io.BufferedReader(Capped(raw, limit=LARGEST_STREAM), buffer_size=1 << 20)


def read_all(stream: BinaryIO, name: str) -> bytes:
    """Everything left in a stream, up to LARGEST_TEXT. BadInput beyond, or where it breaks."""
    try:
        data = stream.read(LARGEST_TEXT + 1)
    except UNREADABLE as error:
        raise BadInput(f"{name} is damaged and cannot be unpacked: {error}.") from error
    if len(data) > LARGEST_TEXT:
        raise BadInput(f"{name} holds more than {LARGEST_TEXT >> 20} MB; split it first.")
    return data


def refuse_binary(head: bytes, name: str) -> None:
    """BadInput, in one sentence, where the first bytes are no text at all."""
    if not head.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise BadInput(f"{name} is empty.")
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise BadInput(f"{name} is {what}, not an export of records.")
    if b"\x00\x00" in head[:64] and b".ENL" in head[:4096].upper():
        raise BadInput(f"{name} is an EndNote library; export it from EndNote as XML or RIS.")
    text = head if _utf16(head) is None else b""
    strange = len(re.findall(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text))
    if strange > max(8, len(text) // 50):
        raise BadInput(f"{name} is a binary file, not an export of records.")


def decode(data: bytes) -> str:
    """Text of bytes in UTF-8, UTF-16, UTF-32, Windows-1252, Latin-1 or Mac Roman; never fails.

    A mark of UTF-16 or UTF-32 is believed only where there are NULs: every format has ASCII.
    A line that is not UTF-8 in a file that otherwise is (exports pasted together) is read
    in the single-byte encoding that makes most sense of the file.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :]
            if encoding != "utf-8" and b"\x00" in data[:HEAD]:
                return data.decode(encoding, "replace")
            break
    wide = _utf16(data[:HEAD])
    if wide:
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        single = _single_byte(data)
        return "".join(_either(line, single) for line in data.splitlines(keepends=True))


def xml_encoding(head: bytes) -> str | None:
    """The encoding an XML file declares or shows, None where it is UTF-8 or unknown to Python."""
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return None if encoding == "utf-8" else encoding
    found = _XML_ENCODING.search(head[:200])
    name = found.group(1).decode() if found else ""
    try:
        codec = codecs.lookup(name).name if name else "utf-8"
    except LookupError:
        return None
    wide = _utf16(head)
    if wide or codec in ("utf-8", "ascii") or codec.startswith("utf-"):
        return wide
    return codec if codec.startswith(("iso8859", "cp", "latin", "mac")) else None


def _utf16(head: bytes) -> str | None:
    """UTF-16 with a mark, or without: nearly every second byte is NUL."""
    for bom, encoding in _BOMS[1:]:
        if head.startswith(bom) and b"\x00" in head:
            return encoding
    half = len(head) // 2
    if half < 4:
        return None
    if head[1::2].count(0) > half * 0.7 and head[0::2].count(0) < half * 0.05:
        return "utf-16-le"
    if head[0::2].count(0) > half * 0.7 and head[1::2].count(0) < half * 0.05:
        return "utf-16-be"
    return None


def _either(line: bytes, single: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(single, "replace")


def _single_byte(data: bytes) -> str:
    """The single-byte encoding under which the high bytes look most like words."""
    words = b" ".join(re.findall(rb"[A-Za-z]{0,20}[\x80-\xff]+[A-Za-z]{0,20}", data)[:20_000])
    return max(("cp1252", "latin-1", "mac-roman"), key=lambda name: _sense(words, name))


def _sense(words: bytes, encoding: str) -> int:
    text = words.decode(encoding, "replace")
    score = 0
    for character in text:
        if character in _LIKELY:
            score += 2
        elif character in _PLAUSIBLE:
            score += 1
        elif character > "\x7f":
            score -= 3
    return score
