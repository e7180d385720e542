"""PDFs made for tests: small ones of given text, and some as nobody should send them."""

import zlib
from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter


def of_objects(objects: Sequence[bytes], *, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out = BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(data), more, data)


def pdf(*pages: str, contents: Sequence[bytes] = ()) -> bytes:
    """A PDF whose pages hold these texts, line by line; `contents` are streams instead."""
    streams = [*contents] or [stream(_shown(text)) for text in pages]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * k) for k in range(len(streams)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(streams)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for k, body in enumerate(streams):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (5 + 2 * k)
        )
        objects.append(body)
    return of_objects(objects)


def _shown(text: str) -> bytes:
    said = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    lines = [b"(%s) Tj T*" % line.encode("cp1252", "replace") for line in said.split("\n")]
    return b"BT /F1 11 Tf 60 760 Td 14 TL %s ET" % b" ".join(lines) if text else b""


def encrypted(data: bytes, *, password: str) -> bytes:
    """The same PDF under a password to open it; an empty one opens by itself."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(data)))
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    """A page of a few hundred bytes that unpack to a gigabyte, and one that does not."""
    inner = zlib.compress(b" " * (1 << 20), 9)
    packed = zlib.compress(inner * 1000, 9)
    more = b"/Filter [/FlateDecode /FlateDecode] "
    return pdf(contents=[stream(packed, more), stream(_shown("A page that can be read."))])


def nested() -> bytes:
    """Arrays within arrays, a hundred thousand deep."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return of_objects([b"<< /Type /Catalog /Pages 2 0 R /Deep 3 0 R >>", deep, deep])


def endless() -> bytes:
    """A tree of pages that is its own branch."""
    return of_objects(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R 3 0 R] /Count 3 >>",
            b"<< /Type /Page /Parent 3 0 R /Contents 3 0 R >>",
        ]
    )


def slow() -> bytes:
    """A page that takes minutes to read, then one that does not."""
    packed = zlib.compress(b"BT /F1 9 Tf " + b"(x) Tj T* " * 3_000_000 + b" ET", 9)
    return pdf(
        contents=[stream(packed, b"/Filter /FlateDecode "), stream(_shown("The next page."))]
    )
