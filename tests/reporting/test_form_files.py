"""A form that leaves as XLSX or CSV comes back the same form, and runs nothing on the way."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given, settings

from review.errors import BadInput
from review.extraction.form import read_form
from review.extraction.shipped import read_shipped
from review.reporting.form_files import forms_csv, forms_xlsx, read_forms
from tests.extraction.forms import FORM, forms

PROTOCOL = read_shipped().protocol
BOOK, DEFINITION = PROTOCOL.codebook, PROTOCOL.form


def normal(form):
    return read_form(form, codebook=BOOK, definition=DEFINITION).form


def written(filled, kind):
    if kind == "csv":
        return forms_csv(filled, definition=DEFINITION)
    return forms_xlsx(filled, definition=DEFINITION, codebook=BOOK)


def read_back(data):
    found = read_forms(data, name="file", definition=DEFINITION)
    return {one.study: normal(one.form) for one in found}


FULL = normal(
    FORM
    | {
        "arms": [
            {"label": "=1+1; young", "n": "7-9", "age": "25", "age_unit": "y", "note": "-x"},
            {"label": "[old]", "n": 14, "sources": {"n": {"page": "3", "quote": "'=quoted"}}},
        ],
        "effects": [
            FORM["effects"][0]
            | {
                "arms": ["=1+1; young", "[old]"],
                "source": {"figure": "2", "digitised": True, "tool": "WebPlotDigitizer"},
                "task": "@10% MVC",
            }
        ],
        "modifiers": [{"modifier": "mod.none", "duration": "3 mo", "harm": "none"}],
    }
)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_form_comes_back_as_it_left(kind):
    both = {"study:1": FULL, "study:2": normal(FORM)}
    assert read_back(written(both, kind)) == both


@settings(max_examples=8)
@given(form=forms())
def test_any_form_comes_back_as_it_left(form):
    filled = {"study:7": normal(form)}
    assert read_back(written(filled, "csv")) == filled


def test_nothing_in_a_file_is_a_formula():
    book = openpyxl.load_workbook(io.BytesIO(written({"study:1": FULL}, "xlsx")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    for row in csv.reader(io.StringIO(written({"study:1": FULL}, "csv").decode("utf-8-sig"))):
        assert not [value for value in row if value[:1] in "=+@" and value]


def test_the_template_offers_terms_and_says_what_each_column_is():
    book = openpyxl.load_workbook(io.BytesIO(written({}, "xlsx")))
    assert book.sheetnames[:5] == ["study", "arms", "effects", "numbers", "modifiers"]
    heads = [cell.value for cell in book["effects"][1]]
    assert heads[:4] == ["study", "effect", "outcome", "contrast"]
    lists = book["effects"].data_validations.dataValidation
    assert len(lists) > 5
    assert (
        "Temperature" in book["study"].cell(1, _column(book["study"], "temperature")).comment.text
    )
    assert book["lists"].sheet_state == "hidden"
    with pytest.raises(BadInput, match="holds no filled row"):
        read_back(written({}, "xlsx"))


def _column(sheet, name):
    return next(cell.column for cell in sheet[1] if cell.value == name)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("section,study,labe\r\narms,study:1,young\r\n", "no column 'labe'.*did you mean 'label'"),
        ("study,label\r\n1,young\r\n", "no column 'section'"),
        ("section,study,label\r\narmz,1,young\r\n", "no sheet 'armz'.*did you mean 'arms'"),
        ("section,study,effect,unit\r\nnumbers,1,4,ms\r\n", "row 2: there is no effect '4'"),
        ("section,section\r\n", "stands there twice"),
        ("section,study,cell,page\r\nsources,1,\"arms 9, n\",3\r\n", "no cell of the form"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_the_form_is_refused(text, said):
    with pytest.raises(BadInput, match=said):
        read_forms(text.encode(), name="f.csv", definition=DEFINITION)


def test_a_fault_is_told_by_its_place_in_the_file():
    text = "section,study,label,n\r\narms,1,young,12\r\narms,1,old,-3\r\n"
    (filled,) = read_forms(text.encode(), name="f.csv", definition=DEFINITION)
    assert filled.located(("arms", 1, "n")) == "row 3, column n"
