"""How a table stands in a Word document: landscape, its header on every page, notes below."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.shared import Cm, Pt

from review.reporting.office import saved

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def table_docx(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """A table as the bytes of a .docx file; every cell is text that can be edited."""
    document = Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(1.5)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(8)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.add_heading(title, level=1)
    table = document.add_table(rows=1 + len(rows), cols=len(headings))
    table.style = "Table Grid"
    # the cells of a table are looked up anew at each access, which is slow beyond a few rows
    for number, line in enumerate(table.rows):
        _fill(line, headings if number == 0 else rows[number - 1], bold=number == 0)
        _mark(line, "w:cantSplit")
        if number == 0:
            _mark(line, "w:tblHeader")
    for name, said in (notes or {}).items():
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(f"{name}: ").bold = True
        paragraph.add_run(_CONTROL.sub("", said))
    return saved(document)


def _fill(line: Any, texts: Sequence[str], *, bold: bool) -> None:
    for cell, text in zip(line.cells, texts, strict=True):
        run = cell.paragraphs[0].add_run(_CONTROL.sub("", text))
        run.bold = bold
        run.font.size = Pt(7.5)


def _mark(line: Any, name: str) -> None:
    line._tr.get_or_add_trPr().append(OxmlElement(name))
