"""A retraction is known by whoever says so, shown with the report, and counted beside the flow."""

import csv
import io
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.store.engine import Database
from review.vocab import Channel
from tests.conftest import HOLDER

PAPER = """PMID- 111
TI  - Motor unit loss in ageing rats: a trial.
FAU - Smith, John
JT  - Journal of Examples
DP  - 2011
VI  - 12
PG  - 1-9
PT  - Journal Article

"""
OTHER = (
    PAPER.replace("111", "112")
    .replace("ageing rats", "old mice")
    .replace("PT  - Journal Article", "PT  - Journal Article\nEIN - J Ex. 2013;1:1. PMID: 119")
)
COPY = "title,authors,year,volume,pages,doi\n" + (
    'Motor unit loss in ageing rats: a trial,"Smith, John",2011,12,1-9,10.1000/x1\n'
)
NOTICE = """PMID- 200
TI  - Retraction: Motor unit loss in ageing rats: a trial.
DP  - 2015
PT  - Retraction of Publication
ROF - Smith J, J Ex. 2011;12:1-9. PMID: 111

"""
ERRATUM = """PMID- 119
TI  - Erratum in: Motor unit loss in old mice.
DP  - 2013
PT  - Published Erratum
EFR - J Ex. 2011;12:1-9. PMID: 112

"""


def bring(db: Database, folder: Path, text: str, *, source: str = "PubMed") -> None:
    kind = "csv" if text.startswith("title,") else "nbib"
    path = folder / f"{len(list(folder.iterdir()))}.{kind}"
    path.write_text(text, encoding="utf-8")
    actions.import_file(db, HOLDER, path, source=source)


@pytest.fixture
def included(review: Database, tmp_path: Path) -> Database:
    """A review with one report of two records included, another and nothing retracted yet."""
    bring(review, tmp_path, PAPER + OTHER)
    bring(review, tmp_path, COPY, source="Embase")
    assert actions.dedup(review, HOLDER)["merged"] == 1
    for stage in ("title-abstract", "full-text"):
        for name in ("Anna", "Ben"):
            actions.vote(review, Caller(name, Channel.API), 1, "include", stage=stage)
        if stage == "title-abstract":
            actions.report(review, HOLDER, 1, "retrieved")
    return review


def test_a_notice_that_comes_later_flags_and_counts_what_is_included(
    included: Database, tmp_path: Path
) -> None:
    before = actions.prisma(included, HOLDER)
    assert before["retracted"] == {"reports": 0, "included": 0, "boxes": {}}
    assert actions.retractions(included, HOLDER)["records"] == []
    bring(included, tmp_path, NOTICE)
    card = actions.record(included, HOLDER, 3)
    assert card["retracted"]
    assert [(one["kind"], one["record"]) for one in card["notices"]] == [("retraction", 4)]
    notice = actions.record(included, HOLDER, 4)
    assert not notice["retracted"]
    assert notice["notice_of"] == [{"kind": "retraction", "record": 1}]
    flow = actions.prisma(included, HOLDER)
    assert (flow["retracted"]["reports"], flow["retracted"]["included"]) == (1, 1)
    assert flow["retracted"]["boxes"]["removed.duplicates"] == 1
    assert all(identity["ok"] for identity in flow["identities"])
    assert flow["included"] == before["included"]
    assert actions.status(included, HOLDER)["retracted"] == {"reports": 1, "included": 1}
    listed = actions.records(included, HOLDER, box="retracted.included")
    assert [card["record"] for card in listed["records"]] == [1]
    (told,) = actions.retractions(included, HOLDER)["records"]
    assert (told["record"], told["said_by"], told["since"]) == (1, [4], True)
    text = actions.prisma_file(included, HOLDER, "text").decode()
    assert "1 included report has been retracted." in text


def test_every_file_of_records_says_which_are_retracted(included: Database, tmp_path: Path) -> None:
    bring(included, tmp_path, NOTICE)
    written = actions.export(included, HOLDER, "records", format="csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert {row["record"]: row["retracted"] for row in rows} == {
        "1": "yes",
        "2": "",
        "3": "yes",
        "4": "",
    }
    ris = actions.export(included, HOLDER, "records", format="ris").decode()
    assert ris.count("Editorial status: retracted\r\n") == 2
    nbib = actions.export(included, HOLDER, "records", format="nbib").decode()
    assert nbib.count("PT  - Retracted Publication") == 2


def test_a_known_record_that_comes_again_retracted_is_flagged_at_once(
    included: Database, tmp_path: Path
) -> None:
    bring(included, tmp_path, PAPER.replace("PT  - J", "PT  - Retracted Publication\nPT  - J"))
    assert actions.record(included, HOLDER, 1)["retracted"]
    assert actions.retractions(included, HOLDER)["included"] == 1
    assert actions.dedup(included, HOLDER)["merged"] == 1
    assert actions.prisma(included, HOLDER)["retracted"]["reports"] == 1
    assert actions.verify(included, HOLDER)["ok"]


def test_a_correction_is_linked_whether_the_notice_is_here_or_not(
    included: Database, tmp_path: Path
) -> None:
    away = {"kind": "correction", "record": None, "pmid": "119", "doi": ""}
    assert actions.record(included, HOLDER, 2)["notices"] == [away]
    bring(included, tmp_path, ERRATUM)
    card = actions.record(included, HOLDER, 2)
    assert card["notices"] == [{"kind": "correction", "record": 4, "pmid": "", "doi": ""}]
    assert not card["retracted"]
    assert actions.record(included, HOLDER, 4)["notice_of"] == [{"kind": "correction", "record": 2}]
