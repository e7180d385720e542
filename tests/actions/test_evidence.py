"""The evidence as people ask for it: saved queries, files with notes, who may see what."""

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn

from review import actions
from review.actions import Caller
from review.errors import BadInput, ExpressionError, NotFound, Refused
from review.store.engine import Database
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.ui.conftest import import_rows, records

OWNER, ANNA, BEN = (Caller(name, Channel.API) for name in ("Owner", "Reviewer A", "Reviewer B"))
JITTER = "outcome in (jitter, jiggle)"


@pytest.fixture(scope="module")
def demo(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A copy of the demonstration to write in."""
    path = tmp_path_factory.mktemp("evidence") / "demo.db"
    shutil.copy(demo_file, path)
    db = actions.open_review(f"sqlite:///{path}")
    yield db
    db.close()


def test_a_saved_query_keeps_what_it_was_and_who_said_so(demo: Database) -> None:
    saved = actions.save_query(demo, ANNA, "Jitter", where=JITTER, columns=["study"], sort="-year")
    assert (saved["where"], saved["columns"], saved["sort"]) == (JITTER, ["study"], "-year")
    with pytest.raises(Refused, match="already"):
        actions.save_query(demo, BEN, "jitter", where="outcome = jitter")
    actions.save_query(demo, BEN, "jitter", where="outcome = jitter", replace=True)
    before = actions.query(demo, ANNA, "jitter")["address"]
    actions.rename_query(demo, OWNER, "jitter", "Jitter alone")
    assert actions.query(demo, ANNA, "Jitter alone")["address"] == before
    now = actions.query(demo, ANNA, "jitter ALONE")
    assert (now["query"], now["saved_by"], now["changed_by"]) == (
        saved["query"],
        "Reviewer A",
        "Owner",
    )
    assert [(one["by"], one["name"]) for one in now["history"]] == [
        ("Reviewer A", "Jitter"),
        ("Reviewer B", "jitter"),
        ("Owner", "Jitter alone"),
    ]
    assert now["effects"] == actions.evidence(demo, ANNA, where="outcome = jitter")["effects"] > 0
    actions.retire_query(demo, ANNA, "Jitter alone")
    assert actions.queries(demo, ANNA) == []
    assert [one["name"] for one in actions.queries(demo, ANNA, retired=True)] == ["Jitter alone"]
    again = actions.save_query(demo, ANNA, "Jitter alone", where=JITTER)
    assert again["query"] != saved["query"]
    with pytest.raises(Refused, match="already"):
        actions.retire_query(demo, ANNA, str(saved["query"]), back=True)
    with pytest.raises(NotFound, match="did you mean 'Jitter alone'"):
        actions.query(demo, ANNA, "Jiter alone")
    assert actions.verify(demo, HOLDER)["ok"]


def test_a_query_that_cannot_be_asked_is_not_saved(demo: Database) -> None:
    before = len(actions.queries(demo, HOLDER))
    with pytest.raises(ExpressionError, match="did you mean 'jitter'"):
        actions.save_query(demo, ANNA, "x", where="outcome = jiter")
    with pytest.raises(BadInput, match="did you mean 'outcome'"):
        actions.save_query(demo, ANNA, "x", columns=["outcom"])
    with pytest.raises(BadInput, match="not sorted by 'number'"):
        actions.save_query(demo, ANNA, "x", sort="number")
    for name in ("", " ", "12", "x" * 101):
        with pytest.raises(BadInput, match="has a name"):
            actions.save_query(demo, ANNA, name)
    assert len(actions.queries(demo, HOLDER)) == before


def test_every_file_says_what_was_asked_how_much_there_is_and_in_which_order(
    demo: Database,
) -> None:
    asked: dict[str, Any] = {"where": JITTER, "sort": "-year", "columns": ["study", "year"]}
    found = actions.evidence(demo, OWNER, **asked)
    counts = f"{found['effects']} effects of {found['studies']} studies"
    said = [JITTER, counts, "by Year, from the largest", "protocol version 1"]

    def file(format: str, who: Caller = OWNER) -> bytes:
        return actions.evidence_file(demo, who, format=format, **asked)

    for format in ("table", "json"):
        text = file(format).decode()
        assert all(one in text for one in said), text
    assert "Counts: " + counts in file("md").decode()
    rows = json.loads(file("json"))["rows"]
    years = [row["year"] for row in rows]
    assert years == sorted(years, reverse=True)
    assert [row["year"] for row in csv.DictReader(io.StringIO(file("csv").decode()))] == [
        str(year) for year in years
    ]
    book = openpyxl.load_workbook(io.BytesIO(file("xlsx")))
    assert book.sheetnames == ["Evidence", "Notes"]
    notes = {row[0].value: row[1].value for row in book["Notes"].rows}
    assert (notes["Expression"], notes["Counts"]) == (JITTER, counts)
    assert book["Evidence"].max_row == len(rows) + 1
    word = Document(io.BytesIO(file("docx")))
    assert word.sections[0].orientation is WD_ORIENT.LANDSCAPE
    (table,) = word.tables
    assert len(table.rows) == len(rows) + 1
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert any(counts in paragraph.text for paragraph in word.paragraphs)
    out = io.BytesIO()
    beside = actions.write_evidence_file(demo, OWNER, out, format="csv", name="e.csv", **asked)
    assert out.getvalue() == file("csv")
    assert counts in beside.decode()
    # how much others have done is for those who may see it
    assert "ledger row" in file("md").decode()
    assert "ledger row" not in file("md", ANNA).decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_workbook_runs_whatever_a_form_says(
    sqlite_review: Database, tmp_path: Path, start: str
) -> None:
    import_rows(sqlite_review, tmp_path, records(1))
    evil = f'{start}HYPERLINK("http://example.org","x")'
    term = {"outcome": "a", "contrast": "b", "direction": "c"}
    known = {facet["id"]: facet["terms"] for facet in actions.codebook(sqlite_review)}
    effect = {facet: known[facet][0]["code"] for facet in term if facet in known}
    form = {"study": {"label": evil}, "effects": [effect | {"note": evil}]}
    actions.extract(sqlite_review, HOLDER, "1", form)
    data = actions.evidence_file(
        sqlite_review, HOLDER, format="xlsx", columns=["study", "note"], everything=True
    )
    cells = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(data))["Evidence"]["A2:B2"]
        for cell in row
    ]
    assert any(str(cell.value).strip().startswith(evil.strip()) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert all(cell.quotePrefix for cell in cells if str(cell.value).startswith(start))


def test_an_effect_says_where_it_comes_from(demo: Database) -> None:
    row = actions.evidence(demo, ANNA, where="outcome = out.mu.rate and n >= 1")["rows"][0]
    found = actions.effect(demo, ANNA, row["effect"])
    assert found["study"] == row["study_id"]
    assert found["origins"]["direction"].startswith("Read at: ")
    assert found["origins"]["alignment"].startswith("Follows from")
    assert found["origins"]["title"] == "From the record of the report."
    assert set(found["origins"]) == set(found["cells"])
    assert found["cells"]["outcome"] == row["outcome"]
    assert found["source"]
    assert found["numbers"]
    assert len(found["numbers"]) == len(found["derived"])
    assert found["reports"][0]["title"]
    assert found["extracted"]
    with pytest.raises(NotFound, match="no effect 99999"):
        actions.effect(demo, ANNA, 99_999)


def test_a_click_on_a_term_narrows_and_its_facet_still_counts_the_others(demo: Database) -> None:
    where = actions.narrowed(demo, "year >= 1990", "population", "pop.animal")
    assert where == "year >= 1990 and population = pop.animal"
    found = actions.evidence(demo, ANNA, where=where, limit=1, counts=True)
    (facet,) = [one for one in found["facets"] if one["id"] == "population"]
    by_code = {term["code"]: term["effects"] for term in facet["terms"]}
    assert by_code["pop.animal"] == found["effects"]
    both = actions.evidence(demo, ANNA, where="year >= 1990 and population = human")["effects"]
    assert by_code["pop.human"] == both
    pure = actions.evidence_counts(demo, ANNA, where=where)["facets"]
    (facet,) = [one for one in pure if one["id"] == "population"]
    assert {t["code"]: t["effects"] for t in facet["terms"]}["pop.human"] == 0


def test_evidence_of_an_unsettled_form_is_for_those_who_could_not_have_given_it(
    sqlite_review: Database, tmp_path: Path
) -> None:
    import_rows(sqlite_review, tmp_path, records(2))
    known = {facet["id"]: facet["terms"] for facet in actions.codebook(sqlite_review)}
    facets = [facet for facet in ("outcome", "contrast", "direction") if facet in known]
    effect = {facet: known[facet][0]["code"] for facet in facets} | {"note": "seen"}
    form = {"study": {"label": "One"}, "effects": [effect]}
    anna, ben, cara = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara"))
    study = actions.extract(sqlite_review, anna, "1", form)["study"]

    def seen(who: Caller) -> int:
        found = actions.evidence(sqlite_review, who, everything=True, counts=True)
        counted = actions.evidence_counts(sqlite_review, who, everything=True)
        assert len(found["rows"]) == found["effects"] == counted["effects"]
        assert found["of"]["effects"] == counted["of"]["effects"] == found["effects"]
        return int(found["effects"])

    assert [seen(who) for who in (HOLDER, cara, anna, ben)] == [1, 1, 1, 0]
    with pytest.raises(NotFound):
        actions.effect(sqlite_review, ben, 1)
    assert (
        actions.evidence(sqlite_review, HOLDER, columns=["checked"], everything=True)["rows"][0][
            "checked"
        ]
        == "no"
    )
    actions.extract(sqlite_review, ben, f"study:{study}", form)
    assert [seen(who) for who in (HOLDER, cara, anna, ben)] == [1, 1, 1, 1]
    assert actions.verify(sqlite_review, HOLDER)["ok"]


def test_evidence_follows_reports_that_are_merged_and_split(demo: Database) -> None:
    """The tags of all records of a report speak of its effects."""
    levels = {facet["id"]: facet for facet in actions.codebook(demo)}
    terms = [term["code"] for term in levels["look_again"]["terms"]]
    joined = {record: one for one in actions.studies(demo, HOLDER) for record in one["reports"]}
    last = max(joined)
    study = joined[last]["study"]
    free = min(r["record"] for r in actions.records(demo, HOLDER, limit=50)["records"]
               if r["record"] not in joined)  # fmt: skip
    assert free < last
    actions.tag(demo, HOLDER, f"record:{free}", [terms[0]])
    actions.tag(demo, HOLDER, f"record:{last}", [terms[1]])

    def spoken() -> set[str]:
        assert actions.verify(demo, HOLDER)["ok"]
        return {
            term
            for term in terms
            if actions.evidence(
                demo, HOLDER, where=f"study = {study} and look_again = {term}", everything=True
            )["effects"]
        }

    assert spoken() == {terms[1]}
    actions.merge(demo, HOLDER, free, last)
    assert spoken() == {terms[0], terms[1]}
    actions.split(demo, HOLDER, last)
    assert spoken() == {terms[1]}
