"""How the PRISMA flow stands in a Word document: tables whose every cell can be edited."""

from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from review.reporting.boxes import Box, Row, Template, template
from review.reporting.office import saved
from review.reporting.prisma import Flow


def docx(flow: Flow) -> bytes:
    """The flow as the bytes of a .docx file: one table a lane, notes below."""
    filled = template(flow)
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = filled.title[:255]
    document.core_properties.author = ""
    document.add_heading(filled.title, level=1)
    if filled.previous:
        document.add_heading("Previous studies", level=2)
        _table(document, [(filled.previous, ())])
    document.add_heading("Identification of studies via databases and registers", level=2)
    _lane(document, filled.databases)
    if filled.other:
        document.add_heading("Identification of studies via other methods", level=2)
        _lane(document, filled.other)
    document.add_heading("Included", level=2)
    _table(document, _included(filled))
    for note in filled.notes:
        document.add_paragraph(note)
    return saved(document)


def _included(filled: Template) -> list[tuple[Box, tuple[Box, ...]]]:
    boxes = [filled.included, *([filled.total] if filled.total else [])]
    return [(box, ()) for box in boxes]


def _lane(document: Any, rows: tuple[Row, ...]) -> None:
    _table(document, [(row.main, row.sides) for row in rows if row.main])


def _table(document: Any, rows: list[tuple[Box, tuple[Box, ...]]]) -> None:
    table = document.add_table(rows=0, cols=2 if any(sides for _, sides in rows) else 1)
    table.style = "Table Grid"
    for main, sides in rows:
        cells = table.add_row().cells
        _unsplit(table.rows[-1])
        _write(cells[0], (main,))
        if sides:
            _write(cells[1], sides)


def _write(cell: Any, boxes: tuple[Box, ...]) -> None:
    paragraph = cell.paragraphs[0]
    started = False
    for box in boxes:
        for index, line in enumerate(box.lines):
            if started:
                paragraph = cell.add_paragraph()
            started = True
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.left_indent = Pt(10 * line.indent)
            run = paragraph.add_run(str(line))
            run.bold = index == 0
            run.italic = box.pending


def _unsplit(row: Any) -> None:
    """Keep a box on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
