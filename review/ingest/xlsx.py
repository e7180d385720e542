"""What an Excel workbook holds: the rows of every sheet, read as a table.

In a module of its own because openpyxl brings numpy, which no other format needs.
"""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from review.errors import BadInput
from review.ingest.content import LARGEST_TEXT
from review.ingest.record import Record, Reject
from review.ingest.tabular import Row, plain_cell, records_of

DAMAGED = (  # what zipfile, the XML parser and openpyxl raise on a damaged workbook
    zipfile.BadZipFile, InvalidFileException, ParseError, ValueError, KeyError, IndexError,
    TypeError, AttributeError, OSError, EOFError, NotImplementedError, OverflowError,
    RuntimeError, SyntaxError, zlib.error, struct.error, AssertionError,
)  # fmt: skip


def read_xlsx(data: bytes, *, name: str) -> Iterator[Record | Reject]:
    """Records of every sheet of a workbook that has a header row.

    Raises BadInput, before the first record, where the file is no workbook or unpacks to more
    than LARGEST_TEXT.
    """
    return (item for sheet in _sheets(data, name) for item in records_of(_sheet_rows(sheet)))


def sheet_rows(data: bytes, *, name: str) -> Iterator[Row | Reject]:
    """Rows of the first sheet of a workbook as text, with their positions; BadInput as above."""
    return (row for sheet in _sheets(data, name)[:1] for row in _sheet_rows(sheet))


def named_sheets(data: bytes, *, name: str) -> dict[str, list[list[object]]]:
    """The values of every sheet by its title, row by row; BadInput as above, or if damaged."""
    try:
        found: dict[str, list[list[object]]] = {}
        for sheet in _sheets(data, name):
            rows = sheet.iter_rows(values_only=True)
            some = found.setdefault(sheet.title, [])
            while (row := _next_row(rows)) is not None:
                some.append(list(row))
        return found
    except DAMAGED as error:
        raise BadInput(f"{name} is damaged and cannot be read to its end.") from error


def _sheets(data: bytes, name: str) -> list[Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            _refuse_other(archive.namelist(), name)
        if size > LARGEST_TEXT:
            raise BadInput(f"{name} unpacks to more than {LARGEST_TEXT >> 20} MB.")
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return list(book.worksheets)
    except DAMAGED as error:
        raise BadInput(f"{name} is not an Excel workbook that can be opened.") from error


def _refuse_other(members: list[str], name: str) -> None:
    """BadInput, saying what to do, where the archive is something else than a workbook."""
    if "xl/workbook.xml" in members or (
        "[Content_Types].xml" in members
        and not any(one.startswith(("word/", "ppt/")) for one in members)
    ):
        return
    if any(one.startswith("word/") for one in members):
        raise BadInput(f"{name} is a Word document; export the references as RIS instead.")
    if any(one.endswith((".enl", "sdb.eni")) for one in members):
        raise BadInput(f"{name} is an EndNote library; export it from EndNote as XML or RIS.")
    if "content.xml" in members and "mimetype" in members:
        raise BadInput(f"{name} is an OpenDocument file; save it as .xlsx or CSV.")
    if members:
        raise BadInput(f"{name} is an archive; unpack it first and import what is inside.")


def _sheet_rows(sheet: Any) -> Iterator[Row | Reject]:
    """Rows of a sheet as text; a sheet damaged on the way ends with a reject."""
    number = 0
    try:
        rows = sheet.iter_rows(values_only=True)
        while (row := _next_row(rows)) is not None:
            number += 1
            yield f"sheet {sheet.title}, row {number}", [plain_cell(value) for value in row]
    except DAMAGED as error:
        reason = f"the sheet is damaged from here on ({type(error).__name__})"
        yield Reject(position=f"sheet {sheet.title}, row {number + 1}", reason=reason)


def _next_row(rows: Iterator[Sequence[object]]) -> Sequence[object] | None:
    """The next row, without openpyxl's warnings on dates and styles."""
    with warnings.catch_warnings(action="ignore"):
        return next(rows, None)
