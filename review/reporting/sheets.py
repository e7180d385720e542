"""How rows become CSV and XLSX. CSV is the raw form that other programs read back unchanged;
XLSX is for people, and nothing in it is ever a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from review.reporting.office import saved

JOINT = "; "
LONGEST_CELL = 32_767
CUT = " [cut]"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def rows_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV (RFC 4180) with a heading; lists joined by `; `, nothing for None."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(row.get(name)) for name in columns])
    return out.getvalue()


def rows_xlsx(
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    title: str = "Table",
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """Rows as the bytes of a workbook; `headings` maps the name of a column to its heading.

    `notes` stand on a sheet of their own. Text that a spreadsheet would take for a formula stays
    text (a string cell with the quote prefix), control characters are dropped, text beyond Excel's
    limit is cut and says so.
    """
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Table"
    for column, heading in enumerate(headings.values(), start=1):
        write_cell(sheet.cell(1, column), heading)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = min(40, len(heading) + 12)
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(headings, start=1):
            write_cell(sheet.cell(number, column), row.get(name))
    sheet.freeze_panes = "A2"
    if notes:
        about = book.create_sheet("Notes")
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 100
        for number, (name, said) in enumerate(notes.items(), start=1):
            write_cell(about.cell(number, 1), name)
            write_cell(about.cell(number, 2), said)
    return saved(book)


def _plain(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return JOINT.join(str(one) for one in value)
    return value


def write_cell(cell: Any, value: Any) -> None:
    """Put a value into a cell of a workbook: never a formula, without control characters."""
    value = _plain(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        cell.value = value
        return
    text = _CONTROL.sub("", str(value))
    if len(text) > LONGEST_CELL:
        text = text[: LONGEST_CELL - len(CUT)] + CUT
    cell.value = text
    cell.data_type = "s"
    if text.startswith(_FORMULA):
        cell.quotePrefix = True
