"""What an old binary Excel workbook (.xls) holds: the rows of every sheet, read as a table.

In a module of its own because few files need xlrd.
"""

import io
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import xlrd  # type: ignore[import-untyped]
from xlrd.compdoc import CompDocError  # type: ignore[import-untyped]
from xlrd.xldate import XLDateError, xldate_as_datetime  # type: ignore[import-untyped]

from review.errors import BadInput
from review.ingest.record import Record, Reject
from review.ingest.tabular import Row, plain_cell, records_of

_DAMAGED = (  # what xlrd raises on a damaged workbook
    xlrd.XLRDError, CompDocError, XLDateError, struct.error, AssertionError, ValueError,
    LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError,
)  # fmt: skip


def read_xls(data: bytes, *, name: str) -> Iterator[Record | Reject]:
    """Records of every sheet of a workbook that has a header row.

    Raises BadInput, before the first record, where the file is no workbook.
    """
    return (item for sheet in _sheets(data, name) for item in records_of(sheet))


def sheet_rows(data: bytes, *, name: str) -> Iterator[Row | Reject]:
    """Rows of the first sheet of a workbook as text, with their positions; BadInput as above."""
    return (row for sheet in _sheets(data, name)[:1] for row in sheet)


def _sheets(data: bytes, name: str) -> list[list[Row]]:
    try:
        # ragged: one stray cell in the last corner must not fill sixteen million others
        quiet = io.StringIO()
        with xlrd.open_workbook(file_contents=data, logfile=quiet, ragged_rows=True) as book:
            return [_rows(book, sheet) for sheet in book.sheets()]
    except _DAMAGED as error:
        if "encrypted" in str(error):
            raise BadInput(f"{name} is protected by a password; save it without one.") from error
        raise BadInput(
            f"{name} is not an Excel workbook that can be opened; save it as .xlsx or CSV."
        ) from error


def _rows(book: Any, sheet: Any) -> list[Row]:
    return [
        (f"sheet {sheet.name}, row {number + 1}", [_cell(book, one) for one in sheet.row(number)])
        for number in range(sheet.nrows)
    ]


def _cell(book: Any, cell: Any) -> str:
    """A cell as a person reads it; an error (#N/A) says nothing."""
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR):
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return plain_cell(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_DATE:
        return plain_cell(_date(cell.value, book.datemode))
    return plain_cell(cell.value)


def _date(value: float, mode: int) -> datetime | float:
    try:
        return xldate_as_datetime(value, mode)  # type: ignore[no-any-return]
    except (*_DAMAGED, OSError):
        return value
