"""How rows become CSV and XLSX. CSV is the raw form that other programs read back unchanged;
XLSX is for people, and nothing in it is ever a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, TextIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from review.errors import BadInput
from review.reporting.office import save_to

JOINT = "; "
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
CUT = " [cut]"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def rows_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV (RFC 4180) with a heading; lists joined by `; `, nothing for None."""
    out = io.StringIO()
    write_csv(out, columns, rows)
    return out.getvalue()


def write_csv(out: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as `rows_csv`, each as it comes."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_plain(row.get(name)) for name in columns])


def rows_xlsx(
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    title: str = "Table",
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """Rows as the bytes of a workbook; see `write_xlsx`."""
    out = io.BytesIO()
    write_xlsx(out, headings, rows, title=title, notes=notes)
    return out.getvalue()


def write_xlsx(
    out: BinaryIO,
    headings: Mapping[str, str],
    rows: Iterable[Mapping[str, Any]],
    *,
    title: str = "Table",
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write rows as a workbook, each as it comes; `headings` maps a column's name to its heading.

    `notes` stand on a sheet of their own. Text that a spreadsheet would take for a formula stays
    text (a string cell with the quote prefix), control characters are dropped, text beyond Excel's
    limit is cut and says so; BadInput for more rows than a sheet of Excel has.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Table")
    sheet.freeze_panes = "A2"
    for column, heading in enumerate(headings.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = min(40, len(heading) + 12)
    sheet.append([_heading(sheet, heading) for heading in headings.values()])
    for number, row in enumerate(rows, start=2):
        if number > MOST_ROWS:
            book.close()
            raise BadInput(
                f"a sheet of Excel has {MOST_ROWS:,} rows and this table more; narrow the "
                "expression, or take csv"
            )
        sheet.append([_cell(sheet, row.get(name)) for name in headings])
    if notes:
        about = book.create_sheet("Notes")
        about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 100
        for name, said in notes.items():
            about.append([_cell(about, name), _cell(about, said)])
    save_to(book, out)


def _heading(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet)
    write_cell(cell, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    """What stands in a cell: a number as it is, text as a cell of its own where it needs one."""
    value = _plain(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value)
    if not text:
        return None
    # what may stand as it is saves a style looked up for each cell
    if text[0].isalnum() and len(text) <= LONGEST_CELL and text.isprintable():
        return text
    cell = WriteOnlyCell(sheet)
    write_cell(cell, text)
    return cell


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
