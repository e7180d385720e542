import csv
import io
import json

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from review.errors import BadInput
from review.ingest.read import read_file
from review.ingest.record import Record
from review.reporting.records_out import COLUMNS, records_file
from review.reporting.table import evidence_file
from review.reporting.votes_out import votes_csv
from review.synthesis.evidence import Column

RECORD = {
    "record": 12,
    "kept": 7,
    "accession": "L123456",
    "title": "Jitter, “jiggle”; and β-blockers",
    "abstract": "AIM: first line\nTI  - second line\nlast",
    "authors": ["Chung, T", "O'Brien, Anne-Marie"],
    "journal": "J Physiol",
    "year": 2018,
    "volume": "5",
    "issue": "2",
    "pages": "187-94",
    "doi": "10.1/x",
    "pmid": "12345678",
    "url": "https://example.org/a?b=c",
    "language": "eng",
    "publication_types": ["Journal Article"],
    "keywords": ["ageing", "EMG"],
    "mesh": ["Aged", "EMG"],  # a word may be in both
    "pmcid": "PMC99001",
    "extra": {"issn": "1234-5678", "vernacular_title": "Zittern", "registry_ids": ["NCT01"]},
    "source": "Embase",
    "search": 3,
    "standing": {"title-abstract": "included", "full-text": "conflict"},
}
RECORD["doi"] = "10.1234/abc"
KEPT_BY_ALL = ("title", "authors", "journal", "year", "volume", "issue", "pages", "doi", "pmid")


def read_back(path, data):
    path.write_bytes(data)
    return list(read_file(path).items)


@pytest.mark.parametrize("format", ["ris", "nbib", "csv", "xlsx"])
def test_what_is_exported_is_read_back_the_same(format, tmp_path):
    found = read_back(tmp_path / f"out.{format}", records_file([RECORD, RECORD], format))
    assert len(found) == 2
    for record in found:
        assert isinstance(record, Record)
        for name in KEPT_BY_ALL:
            given = RECORD[name]
            assert getattr(record, name) == (tuple(given) if isinstance(given, list) else given)
        assert record.abstract.split() == RECORD["abstract"].split()
        assert (record.keywords, record.mesh) == (("ageing", "EMG"), ("Aged", "EMG"))
        assert record.pmcid == "PMC99001"
        if format in ("ris", "nbib"):
            assert {name: record.extra[name] for name in RECORD["extra"]} == RECORD["extra"]


@pytest.mark.parametrize("format", ["ris", "nbib", "csv"])
def test_records_with_almost_nothing_are_still_one_record_each(format, tmp_path):
    rows = [{"record": n, "title": f"Title {n} of a study"} for n in range(3)]
    found = read_back(tmp_path / f"out.{format}", records_file(rows, format))
    assert [record.title for record in found] == [row["title"] for row in rows]


def test_the_csv_names_the_record_kept_and_the_standing_of_each_stage():
    text = records_file([RECORD], "csv").decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert list(row) == list(COLUMNS)
    assert (row["record"], row["cluster"]) == ("12", "7")
    assert (row["standing_title_abstract"], row["standing_full_text"]) == ("included", "conflict")
    assert row["authors"] == "Chung, T; O'Brien, Anne-Marie"


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(CELLS, min_size=1, max_size=4))
def test_csv_gives_back_every_cell_unchanged(cells):
    columns = [Column(f"c{n}", "x") for n in range(len(cells))]
    text = evidence_file(columns, [{c.name: v for c, v in zip(columns, cells, strict=True)}], "csv")
    (_, *rows) = csv.reader(io.StringIO(text.decode(), newline=""))
    assert rows == [cells]


@settings(max_examples=30)
@given(st.sampled_from(["=", "+", "-", "@", "\t", "\r", ""]), st.text(max_size=20))
def test_no_cell_of_a_workbook_is_a_formula(start, text):
    data = evidence_file([Column("a", "A")], [{"a": f"{start}{text}"}], "xlsx")
    cell = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].cell(2, 1)
    assert cell.data_type != "f"
    if start in ("=", "+", "-", "@") and start:
        assert cell.quotePrefix


def test_a_cell_longer_than_excel_takes_is_cut_and_says_so():
    data = evidence_file([Column("a", "A")], [{"a": "x" * 40_000}], "xlsx")
    value = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].cell(2, 1).value
    assert len(value) == 32_767
    assert value.endswith("[cut]")


def test_markdown_takes_nothing_in_a_cell_for_markup():
    text = evidence_file([Column("a", "A|B")], [{"a": "<b>x</b> | *y*\nz"}], "md").decode()
    assert text.splitlines() == [r"| A\|B |", "| --- |", r"| \<b\>x\</b\> \| \*y\* z |"]


def test_the_terminal_table_is_aligned_cut_and_without_control_characters():
    columns = [Column("a", "A"), Column("b", "B")]
    rows = [{"a": "日本", "b": "\x1b[31mred"}, {"a": "x" * 50, "b": None}]
    lines = evidence_file(columns, rows, "table").decode().splitlines()
    assert "\x1b" not in "".join(lines)
    assert lines[3].endswith("…")
    assert lines[2] == "日本" + " " * 32 + "  [31mred"


def test_json_holds_the_chosen_columns_with_their_types():
    text = evidence_file([Column("a", "A")], [{"a": [1, 2], "b": 3}], "json")
    assert json.loads(text) == [{"a": [1, 2]}]


def test_an_unknown_format_is_named():
    with pytest.raises(BadInput, match="'doc' is no format"):
        evidence_file([], [], "doc")
    with pytest.raises(BadInput, match="'doc' is no format"):
        records_file([], "doc")


def test_votes_are_one_act_a_row_and_rulings_are_marked():
    text = votes_csv(
        [
            {"record": 1, "stage": "full-text", "round": 1, "reviewer": "A", "vote": "exclude"},
            {"record": 1, "kind": "ruling", "reviewer": "C", "vote": "include", "seconds": None},
        ]
    ).decode()
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert (first["kind"], first["vote"], first["seconds"]) == ("vote", "exclude", "")
    assert (second["kind"], second["reviewer"]) == ("ruling", "C")
