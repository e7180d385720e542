"""Two extract a study blind to each other; what differs is settled by a third, or by the two."""

import copy
import json

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, FormError, NotAllowed, Refused
from review.vocab import Channel
from tests.command_line import review as command
from tests.conftest import HOLDER
from tests.pdf_files import pdf

ANNA, BEN, CARA, OLGA = (Caller(n, Channel.APP) for n in ("Anna", "Ben", "Cara", "Olga"))
FORM = {
    "study": {"label": "Abel 2020"},
    "arms": [{"label": "young", "n": 12}, {"label": "old", "n": 14}],
    "effects": [{"arms": ["young", "old"], "task": "25% MVC", "source": {"page": "4"},
                 "numbers": [{"group1_mean": 10, "group2_mean": 8, "unit": "pps"}]}],
}  # fmt: skip
PROTOCOL = """
extraction:
  extractors: {n}
  form:
    study:
    - {{id: country, required: true}}
    - {{id: temperature, type: number, unit: °C, units: [K], max: 45}}
    groups:
    - {{id: harms, fields: [{{id: what}}, {{id: days, type: integer, min: 0}}]}}
"""
CSV = 'title,authors,year\nOne study,"Abel, A",2020\nAnother study,"Baker, B",2021\n'


def other(path="arms.0.n", value=13):
    form = copy.deepcopy(FORM)
    *way, last = path.split(".")
    place = form
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return form


def filled(db, tmp_path):
    """A review with two studies of one report each; returns the first."""
    file = tmp_path / "two.csv"
    file.write_text(CSV)
    actions.import_file(db, HOLDER, file, source="Embase")
    found = [actions.study(db, HOLDER, [record])["study"] for record in (1, 2)]
    return found[0]


@pytest.fixture
def study(review, tmp_path):
    return filled(review, tmp_path)


@pytest.fixture
def simple(sqlite_review, tmp_path):
    return filled(sqlite_review, tmp_path)


def stands(db, who, study):
    return next(s["stand"] for s in actions.extraction_queue(db, who) if s["study"] == study)


def speaks(db, who, study):
    found = actions.evidence(db, who, where=f"study = {study}", everything=True)
    return found["effects"]


def test_two_forms_that_agree_settle_a_study(review, study):
    target = f"study:{study}"
    assert not actions.extract(review, ANNA, target, FORM)["settled"]
    assert speaks(review, HOLDER, study) == 1
    assert (speaks(review, ANNA, study), speaks(review, BEN, study)) == (1, 0)
    assert stands(review, BEN, study) == "to-do"
    assert actions.extraction(review, BEN, study)["form"] is None
    assert actions.extract(review, BEN, target, other("arms.0.label", "Young "))["settled"]
    assert speaks(review, BEN, study) == 1
    found = actions.extraction(review, OLGA, study)
    assert [one["by"] for one in found["extracted"]] == ["Anna", "Ben"]
    assert {cell["agreed"] for cell in found["cells"]} == {"both"}
    assert found["cells"][-1]["source"] == {"page": "4"}
    with pytest.raises(Refused, match="is settled"):
        actions.extract(review, ANNA, target, FORM)
    assert all(check["ok"] for check in actions.verify(review, HOLDER)["checks"])


def test_a_value_keeps_the_source_of_whoever_read_it(simple, sqlite_review):
    db = sqlite_review
    theirs = other("effects.0.source", {"page": "9"})
    theirs["effects"][0]["numbers"][0]["group2_mean"] = 7
    actions.extract(db, ANNA, "study:1", FORM)
    actions.extract(db, BEN, "study:1", theirs)
    (cell,) = actions.compare_extractions(db, CARA, 1)["differences"]
    for side in ("A", "B"):
        actions.settle_extraction(db, CARA, 1, [{"cell": cell["cell"], "takes": side}])
        cells = actions.extraction(db, CARA, 1)["cells"]
        (told,) = (one for one in cells if one["cell"] == cell["cell"])
        assert told["source"] == {8: {"page": "4"}, 7: {"page": "9"}}[told["value"]]


def test_a_quote_that_the_pdf_does_not_hold_is_doubtful_as_typed_and_as_given(
    sqlite_review, tmp_path
):
    db, right = sqlite_review, "units were fewer in the old"
    filled(db, tmp_path)
    for who in (ANNA, BEN):
        actions.vote(db, who, 1, "include", stage="title-abstract")
    actions.report(db, HOLDER, 1, "retrieved", pdf=pdf("Title", "Units were fewer\nin the old."))
    for page, quote, said in (
        ("2", right, []),
        ("1", right, ["stands on page 2 of the PDF, not on 1"]),
        ("2", "units were many in the old", ["stands nowhere in the attached PDF"]),
    ):
        form = other("effects.0.source", {"page": page, "quote": quote})
        checked = actions.check_form(db, ANNA, form, study=1)
        given = actions.extract(db, ANNA, "study:1", form)
        for doubts in (checked["warnings"], given["warnings"]):
            assert [one["said"] for one in doubts] == said
    (doubt,) = actions.extraction(db, ANNA, 1)["warnings"]
    assert (doubt["cell"], doubt["said"]) == (["effects", 0, "source", "quote"], said[0])


def test_a_third_settles_what_differs_cell_by_cell_blind_to_who_is_who(review, study):
    target = f"study:{study}"
    actions.extract(review, ANNA, target, FORM)
    actions.extract(review, BEN, target, other())
    assert stands(review, ANNA, study) == "given"
    with pytest.raises(Refused, match="blind"):
        actions.compare_extractions(review, ANNA, study)
    found = actions.compare_extractions(review, CARA, study)
    (cell,) = found["differences"]
    assert (cell["cell"], {cell["A"], cell["B"]}, found["names"]) == ("arms 1, n", {12, 13}, {})
    with pytest.raises(NotAllowed, match="needs an adjudicator"):
        actions.settle_extraction(review, OLGA, study, rest="A")
    with pytest.raises(BadInput, match="not settled yet"):
        actions.settle_extraction(review, CARA, study)
    new = {"cell": "arms 1, n", "takes": "new", "value": 11, "why": "Table 1, one left"}
    assert actions.settle_extraction(review, CARA, study, [new])["settled"]
    found = actions.extraction(review, BEN, study)
    cell = next(one for one in found["cells"] if one["cell"] == "arms 1, n")
    assert (cell["value"], cell["agreed"], cell["why"]) == (11, "new", "Table 1, one left")
    assert (found["settled_by"], found["how"]) == ("Cara", "adjudication")
    assert actions.compare_extractions(review, ANNA, study)["names"].keys() == {"A", "B"}
    assert all(check["ok"] for check in actions.verify(review, HOLDER)["checks"])


def test_the_two_settle_in_discussion_once_both_asked_and_said_the_same(sqlite_review, simple):
    db, target = sqlite_review, f"study:{simple}"
    actions.extract(db, ANNA, target, FORM)
    assert not actions.discuss_extraction(db, ANNA, simple)["opened"]
    actions.extract(db, BEN, target, other())
    with pytest.raises(Refused, match="blind"):
        actions.compare_extractions(db, ANNA, simple)
    with pytest.raises(Refused, match="first ask"):
        actions.settle_extraction(db, BEN, simple, rest="A")
    assert actions.discuss_extraction(db, BEN, simple)["opened"]
    with pytest.raises(Refused, match="stays as you gave it"):
        actions.extract(db, ANNA, target, other())
    own = actions.compare_extractions(db, ANNA, simple)["own"]
    assert not actions.settle_extraction(db, ANNA, simple, rest=own)["settled"]
    not_own = "B" if own == "A" else "A"
    assert not actions.settle_extraction(db, BEN, simple, rest=not_own)["settled"]
    done = actions.settle_extraction(db, BEN, simple, rest=own)
    assert done["settled"]
    assert actions.extraction(db, BEN, simple)["how"] == "discussion"


def test_a_whole_form_of_an_adjudicator_settles_and_a_third_extractor_is_refused(
    sqlite_review, simple
):
    db, target = sqlite_review, f"study:{simple}"
    actions.extract(db, ANNA, target, FORM)
    actions.extract(db, BEN, target, other())
    actions.add_member(db, HOLDER, "Dora", ["extractor"])
    with pytest.raises(Refused, match="Two members have extracted"):
        actions.extract(db, Caller("Dora", Channel.APP), target, FORM)
    assert actions.extract(db, CARA, target, other("arms.0.n", 10))["settled"]
    assert actions.extraction(db, BEN, simple)["form"]["arms"][0]["n"] == 10


def test_what_nobody_in_particular_gave_is_settled_and_a_new_form_begins_a_round(
    sqlite_review, simple
):
    db, target = sqlite_review, f"study:{simple}"
    assert actions.extract(db, HOLDER, target, FORM)["settled"]
    assert speaks(db, BEN, simple) == 1
    actions.extract(db, ANNA, target, other())
    assert stands(db, HOLDER, simple) == "awaiting"
    heard = [actions.extraction(db, who, simple)["form"]["arms"][0]["n"] for who in (HOLDER, BEN)]
    assert heard == [13, 12]  # who is blind to Anna's form goes on hearing what is settled
    assert actions.reopen_extraction(db, CARA, simple, why="wrong table")["round"] == 3


def test_a_faulty_form_is_refused_with_every_fault_and_the_draft_stays(sqlite_review, simple):
    db = sqlite_review
    bad = other("arms.0.n", -1)
    bad["effects"][0]["numbers"][0] |= {"group1_spread": -2, "unit": 3, "group2_n": 40}
    bad["effects"][0]["p"] = "p = 1.4"
    actions.save_draft(db, ANNA, simple, bad)
    with pytest.raises(FormError) as refused:
        actions.extract(db, ANNA, f"study:{simple}", bad)
    cells = {fault["where"] for fault in refused.value.faults}
    assert cells == {"arms 1, n", "effects 1, numbers 1, group1_spread", "effects 1, p",
                     "effects 1, numbers 1, group2_n"}  # fmt: skip
    assert "(and 3 more)" in str(refused.value)
    assert speaks(db, HOLDER, simple) == 0
    assert actions.draft(db, ANNA, simple)["form"] == bad
    assert actions.draft(db, BEN, simple) is None
    actions.extract(db, ANNA, f"study:{simple}", FORM)
    assert actions.draft(db, ANNA, simple) is None


def test_the_form_is_what_the_protocol_says(sqlite_review, simple, tmp_path):
    db = sqlite_review
    text = actions.versions(db)[-1]["text"]
    new = tmp_path / "new.yaml"
    new.write_text(text + PROTOCOL.format(n=1), encoding="utf-8")
    actions.amend(db, OLGA, new, change="clarify", note="one extractor")
    form = actions.extraction_form(db)
    assert (form["extractors"], form["sections"][-1]["id"]) == (1, "harms")
    given = {**FORM, "study": {"temperature": "300 K"}, "harms": [{"what": "pain", "days": 3}]}
    done = actions.extract(db, ANNA, f"study:{simple}", given)
    assert done["settled"]  # one extractor is enough
    (lacks,) = actions.missing_extractions(db, ANNA, study=simple)
    assert [lack["where"] for lack in lacks["missing"]] == ["study, country"]
    faulty = {**given, "study": {"temperature": "99"}, "harms": [{"days": 1.5}]}
    faults = actions.check_form(db, ANNA, faulty)["faults"]
    assert [fault["where"] for fault in faults] == ["study, temperature", "harms 1, days"]
    data = actions.extraction_file(db, ANNA, [simple], format="csv")
    assert b"harms" in data


def test_forms_come_back_from_a_workbook_all_or_none(sqlite_review, simple, tmp_path):
    db = sqlite_review
    for study in (simple, simple + 1):
        actions.extract(db, HOLDER, f"study:{study}", FORM)
    data = actions.extraction_file(db, HOLDER, format="xlsx")
    done = actions.extract_file(db, HOLDER, data, "all.xlsx")
    assert [one["study"] for one in done] == [simple, simple + 1]
    rows = f"section,study,label,n\narms,study:{simple},young,12\narms,study:{simple + 1},old,-3\n"
    with pytest.raises(FormError, match="row 3, column n: must be a whole number") as refused:
        actions.extract_file(db, HOLDER, rows.encode(), "two.csv")
    assert len(refused.value.faults) == 1
    assert len(actions.extraction(db, HOLDER, simple)["form"]["arms"]) == 2


def test_a_quote_that_is_not_in_the_text_is_doubted(sqlite_review, simple):
    form = copy.deepcopy(FORM)
    form["effects"][0]["source"] |= {"quote": "no such words", "digitised": True}
    found = actions.extract(sqlite_review, ANNA, f"study:{simple}", form)["warnings"]
    # without a PDF nothing is said of the quote; that the tool is missing is
    assert [one["said"] for one in found if "tool" in one["said"]]


def test_nothing_reaches_an_extractor_that_depends_on_the_others_form(
    sqlite_review, simple, tmp_path
):
    """Two worlds in which Ben gave different forms: Anna reads the same in both."""
    db = sqlite_review
    actions.extract(db, ANNA, f"study:{simple}", FORM)
    seen = []
    for form in (other(), other("effects.0.task", "10% MVC")):
        actions.extract(db, BEN, f"study:{simple}", form)
        reads = [
            lambda: actions.extraction_queue(db, ANNA),
            lambda: {**actions.extraction(db, ANNA, simple), "at": ""},
            lambda: actions.missing_extractions(db, ANNA),
            lambda: actions.extraction_file(db, ANNA, [simple], format="json"),
            lambda: actions.evidence(db, ANNA, everything=True)["rows"],
            lambda: actions.compare_extractions(db, ANNA, simple),
            lambda: actions.settle_extraction(db, ANNA, simple, rest="A"),
        ]
        seen.append([_answer(read) for read in reads])
    assert seen[0] == seen[1]


def _answer(read):
    try:
        return repr(read())
    except Refused as refusal:
        return str(refusal)


def test_a_study_is_carried_by_two_and_a_third_on_the_command_line(sqlite_review, simple, tmp_path):
    url = sqlite_review.url
    for name, form in (("a", FORM), ("b", other()), ("bad", other("arms.0.n", 0))):
        (tmp_path / f"{name}.json").write_text(json.dumps(form))
    target = f"study:{simple}"
    for who, name in (("Anna", "a"), ("Ben", "b")):
        command("extract", target, "--as", who, "--file", tmp_path / f"{name}.json", database=url)
    told = command(
        "extract", target, "--as", "Anna", "--file", tmp_path / "bad.json",
        database=url, as_json=True,
    )  # fmt: skip
    assert "whole number" in str(told)
    command("extraction", "settle", target, "--as", "Cara", "--take", "arms 1, n=A", database=url)
    assert stands(sqlite_review, ANNA, simple) == "settled"
    out = tmp_path / "out.xlsx"
    command("extraction", "export", simple, "--format", "xlsx", "--out", out, database=url)
    assert out.read_bytes()[:2] == b"PK"
