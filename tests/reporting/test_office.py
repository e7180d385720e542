"""Files for Word and Excel: the same content gives the same bytes, whenever it is written."""

import io
import time

from docx import Document
from openpyxl import load_workbook

from review.reporting.office import saved
from review.reporting.sheets import rows_xlsx


def test_what_is_written_later_is_the_same_file() -> None:
    document = Document()
    document.add_paragraph("A sum that holds")
    first = rows_xlsx({"a": "A", "b": "B"}, [{"a": 1, "b": "=1+1"}]), saved(document)
    time.sleep(2.1)  # a zip tells moments to two seconds
    again = rows_xlsx({"a": "A", "b": "B"}, [{"a": 1, "b": "=1+1"}]), saved(document)
    assert first == again
    sheet = load_workbook(io.BytesIO(first[0])).worksheets[0]
    assert [cell.value for cell in sheet[2]] == [1, "=1+1"]
    assert sheet["B2"].data_type == "s" or sheet["B2"].quotePrefix
    assert Document(io.BytesIO(first[1])).paragraphs[0].text == "A sum that holds"
