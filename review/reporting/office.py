"""How a document of Word or Excel becomes a file: the same content gives the same bytes.

A file that tells when it was written would differ from the next one though nothing else did:
two exports could not be compared, and a reader could tell that something they may not see was
looked up meanwhile.
"""

import io
import re
import shutil
import tempfile
import zipfile
from typing import Any, BinaryIO, Protocol

_MOMENT = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
_CORE = "docProps/core.xml"
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of the years that a zip can tell


class Saves(Protocol):
    """A document that writes itself as a zip, as those of python-docx and openpyxl do."""

    def save(self, file: Any, /) -> Any:
        """Write the document to an open file."""


def saved(document: Saves) -> bytes:
    """Return the document as the bytes of its file, without the moments it was made at."""
    steady = io.BytesIO()
    save_to(document, steady)
    return steady.getvalue()


def save_to(document: Saves, out: BinaryIO) -> None:
    """Write the document to an open file, part by part, without the moments it was made at."""
    with tempfile.TemporaryFile() as written:
        document.save(written)
        with (
            zipfile.ZipFile(written) as parts,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in parts.infolist():
                entry = zipfile.ZipInfo(part.filename, _BEGINNING)
                entry.compress_type = zipfile.ZIP_DEFLATED
                if part.filename == _CORE:
                    new.writestr(entry, _MOMENT.sub(b"", parts.read(part)))
                    continue
                with parts.open(part) as old, new.open(entry, "w") as into:
                    shutil.copyfileobj(old, into)
