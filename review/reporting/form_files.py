"""How filled forms leave and come back as XLSX and CSV, and the blank workbook to fill in.

XLSX has a sheet for each part of the form; CSV has them all in one table, whose first column says
which. Text that a spreadsheet would run as a formula stays text in both: in CSV by an apostrophe
before it, which is taken off again when it is read.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from review.errors import BadInput
from review.extraction.sheets import EFFECT, STUDY, Filled, Sheet, blank, forms, tables
from review.ingest.xlsx import named_sheets
from review.protocol import Codebook
from review.protocol.extraction import FormField
from review.protocol.form import SOURCE, TERMS_OF_NUMBERS, Form
from review.reporting.office import saved
from review.reporting.sheets import write_cell

Forms = Mapping[str, Mapping[str, Any]]
HELP, LISTS, AUDIT = "help", "lists", "audit"
_GUARD = "'"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", _GUARD)
_NEEDED = PatternFill("solid", fgColor="FFF2CC")
_ROWS = 200


def forms_xlsx(
    filled: Forms,
    *,
    definition: Form,
    codebook: Codebook,
    audit: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """Forms as a workbook with a sheet for each part, drop-downs for terms, and a sheet of help.

    Without forms it is the blank template. `audit` are rows on who extracted and checked which
    cell, for a sheet that is not read back.
    """
    sheets = tables(filled, definition) if filled else blank(definition)
    book = Workbook()
    book.remove(book.worksheets[0])
    lists = _Lists(codebook)
    for sheet in sheets:
        _write(book, sheet, definition, lists)
    if audit:
        _audit(book, audit)
    _help(book, definition, codebook)
    lists.write(book)
    return saved(book)


def _audit(book: Workbook, rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(AUDIT)
    for column, name in enumerate(rows[0], start=1):
        write_cell(sheet.cell(1, column), name)
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 24
        for number, row in enumerate(rows, start=2):
            write_cell(sheet.cell(number, column), row[name])
    sheet.freeze_panes = "C2"


class _Lists:
    """The values to choose from, each list in a column of a hidden sheet."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.columns: dict[str, list[str]] = {}

    def reference(self, section: str, field: FormField) -> str | None:
        """Where in the workbook the values of a cell are listed; None for free ones."""
        name, values = self.values(section, field)
        if not values:
            return None
        self.columns.setdefault(name, values)
        column = get_column_letter(list(self.columns).index(name) + 1)
        return f"{LISTS}!${column}$2:${column}${len(values) + 1}"

    def values(self, section: str, field: FormField) -> tuple[str, list[str]]:
        facet = field.facet if field.type == "facet" else None
        if section == "numbers":
            facet = TERMS_OF_NUMBERS.get(field.id)
        known = next((one for one in self.codebook.facets if one.id == facet), None)
        if known is not None:
            return known.id, [term.code for term in known.terms if not term.retired]
        if field.type == "boolean":
            return "yes_no", ["yes", "no"]
        return f"{section}.{field.id}", list(field.values)

    def write(self, book: Workbook) -> None:
        sheet = book.create_sheet(LISTS)
        sheet.sheet_state = "hidden"
        for column, (name, values) in enumerate(self.columns.items(), start=1):
            for row, value in enumerate([name, *values], start=1):
                write_cell(sheet.cell(row, column), value)


def _write(book: Workbook, sheet: Sheet, definition: Form, lists: _Lists) -> None:
    made = book.create_sheet(sheet.name)
    section = definition.section(sheet.name)
    fields = {one.id: one for one in (section.fields if section else SOURCE)}
    for column, name in enumerate(sheet.columns, start=1):
        field = fields.get(name.removeprefix("source_"))
        cell = made.cell(1, column)
        write_cell(cell, name)
        cell.font = Font(bold=True)
        letter = get_column_letter(column)
        made.column_dimensions[letter].width = min(40, max(12, len(name) + 2))
        if field is None:
            continue
        cell.comment = Comment(_told(field), "Review", width=320, height=120)
        if field.required:
            cell.fill = _NEEDED
        if at := lists.reference(sheet.name, field):
            # several values stand in one cell, so what is chosen may be added to
            listed = DataValidation(type="list", formula1=at, allow_blank=True)
            listed.showErrorMessage = not (field.many or field.type == "choices")
            listed.add(f"{letter}2:{letter}{max(_ROWS, len(sheet.rows) + 50)}")
            made.add_data_validation(listed)
    for number, row in enumerate(sheet.rows, start=2):
        for column, name in enumerate(sheet.columns, start=1):
            if name in row:
                value = row[name]
                write_cell(made.cell(number, column), _yes(value))
    made.freeze_panes = made.cell(2, 3 if sheet.columns[1] == EFFECT else 2)


def _yes(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _told(field: FormField) -> str:
    """What a person needs to know of a cell, in a few lines."""
    lines = [field.title, field.help or ""]
    if field.allowed_units:
        lines.append(f"Unit: {', '.join(field.allowed_units)}")
    if field.min is not None or field.max is not None:
        least = f"{field.min:g}" if field.min is not None else "…"
        most = f"{field.max:g}" if field.max is not None else "…"
        lines.append(f"From {least} to {most}")
    if field.many or field.type == "choices":
        lines.append("Several: separated by ;")
    if field.when:
        lines.append(f"Only when {field.when}")
    if field.required:
        lines.append("Required")
    return "\n".join(line for line in lines if line)


def _help(book: Workbook, definition: Form, codebook: Codebook) -> None:
    sheet = book.create_sheet(HELP)
    rows = [("sheet", "column", "type", "what it is")]
    for section in definition.sections:
        rows += [
            (section.id, one.id, one.type, _told(one).replace("\n", ". ")) for one in section.asked
        ]
    rows += [("", "", "", ""), ("facet", "code", "label", "definition")]
    rows += [
        (facet.id, term.code, term.label, term.definition or "")
        for facet in codebook.facets
        if not facet.derived
        for term in facet.terms
        if not term.retired
    ]
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            write_cell(sheet.cell(number, column), value)
    for letter, width in zip("ABCD", (16, 28, 28, 90), strict=True):
        sheet.column_dimensions[letter].width = width


def forms_csv(filled: Forms, *, definition: Form) -> bytes:
    """Forms as one CSV table: the column `section` says which part of the form a row is of."""
    sheets = tables(filled, definition) if filled else blank(definition)
    names = dict.fromkeys([STUDY, EFFECT, *(name for sheet in sheets for name in sheet.columns)])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["section", *names])
    for sheet in sheets:
        for row in sheet.rows:
            writer.writerow([sheet.name, *(_guarded(row.get(name)) for name in names)])
    return out.getvalue().encode("utf-8-sig")


def _guarded(value: Any) -> str:
    if value is None:
        return ""
    text = str(_yes(value))
    if isinstance(value, str) and text.startswith(_DANGEROUS):
        return f"{_GUARD}{text}"
    return text


def read_forms(data: bytes, *, name: str, definition: Form) -> list[Filled]:
    """The forms in an XLSX or CSV file, by study. Raises BadInput naming sheet and row."""
    if data[:2] == b"PK":
        return forms(_from_xlsx(data, name), definition, name=name)
    return forms(_from_csv(data, name), definition, name=name)


def _from_xlsx(data: bytes, name: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for title, rows in named_sheets(data, name=name).items():
        sheet = title.strip().lower()
        if sheet in (HELP, LISTS, AUDIT) or not rows:
            continue
        heads = [str(one).strip() if one is not None else "" for one in rows[0]]
        _refuse_twice(heads, f"{name}, sheet {sheet}")
        found[sheet] = [
            _row(heads, row, f"sheet {sheet}, row {number}")
            for number, row in enumerate(rows[1:], start=2)
        ]
    return found


def _row(heads: Sequence[str], row: Sequence[Any], at: str) -> dict[str, Any]:
    made = {head: value for head, value in zip(heads, row, strict=False) if head}
    return {key: value for key, value in made.items() if value is not None} | {"": at}


def _from_csv(data: bytes, name: str) -> dict[str, list[dict[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{name} is neither an Excel workbook nor CSV in UTF-8.") from None
    try:
        rows = list(csv.reader(io.StringIO(text), strict=True, delimiter=_delimiter(text)))
    except csv.Error as fault:
        raise BadInput(f"{name} is not CSV: {fault}.") from None
    heads = [head.strip() for head in rows[0]] if rows else []
    if "section" not in heads:
        raise BadInput(f"{name} has no column 'section', which says what a row is of.")
    _refuse_twice(heads, name)
    found: dict[str, list[dict[str, Any]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        cells = _row(heads, [_unguarded(value) for value in row], f"row {number}")
        filled = {key: value for key, value in cells.items() if value != "" or not key}
        section = str(filled.pop("section", "")).strip().lower()
        if len(filled) > 1 and not section:
            raise BadInput(f"{name}, row {number}: which section it is of is not said.")
        if section:
            found.setdefault(section, []).append(filled)
    return found


def _delimiter(text: str) -> str:
    head = text.splitlines()[0] if text else ""
    return max(",;\t", key=head.count)


def _unguarded(value: str) -> str:
    return value[1:] if value.startswith(_GUARD) and value[1:].startswith(_DANGEROUS) else value


def _refuse_twice(heads: Sequence[str], where: str) -> None:
    for head in heads:
        if head and heads.count(head) > 1:
            raise BadInput(f"{where}: the column {head!r} stands there twice.")
