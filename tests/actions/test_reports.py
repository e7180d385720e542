"""Reports and studies: what became of each, its text, where it was sought, of which study it is."""

import csv
import io
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, NotFound, Refused
from review.ingest.open_access import OpenAccessService
from review.protocol.default import default_text
from review.store.engine import Database
from review.vocab import Channel
from tests import pdf_files
from tests.conftest import HOLDER
from tests.unpaywall_server import serve

CODEBOOK = """\
codebook:
  facets:
    - id: population
      label: Population
      level: study
      cardinality: many
      primary: true
      terms:
        - {code: pop.human, label: Human, definition: People.}
        - {code: pop.animal, label: Animal, definition: Animals.}
    - id: design
      label: Design
      level: study
      terms: [{code: des.trial, label: Trial}]
"""
ANNA, BEN = (Caller(name, Channel.API) for name in ("Anna", "Ben"))
TITLES = (
    "Motor unit number estimates in older men and women",
    "Jitter of the neuromuscular junction in old mice",
    "Motor unit number estimates in older men and women: a second report",
    "Grip strength and gardening in retired teachers",
)
DOIS = ("10.1000/found", "10.1000/none", "10.1000/500", "")


@pytest.fixture
def sought(review: Database, tmp_path: Path) -> Database:
    """Four records that advanced to full text."""
    return advanced(review, tmp_path)


def advanced(review: Database, tmp_path: Path) -> Database:
    path = tmp_path / "some.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["accession", "title", "authors", "year", "doi", "pmid"])
        for k, (title, doi) in enumerate(zip(TITLES, DOIS, strict=True)):
            writer.writerow([f"A{k}", title, f"Abel{k}, A", 2001 + k, doi, f"90{k}"])
    actions.import_file(review, HOLDER, path, source="Made")
    for record in range(1, 5):
        for who in (ANNA, BEN):
            actions.vote(review, who, record, "include", stage="title-abstract")
    return review


def test_the_text_of_a_pdf_is_kept_and_quotes_are_found_on_their_page(sought):
    data = pdf_files.pdf(
        "Motor units.\nThe neuromuscular junc-\ntion was un-\nstable (p = 0.05).",
        "In confirmed cases of sarcopenia the number was 91.",
    )
    done = actions.report(sought, ANNA, 1, "retrieved", pdf=data, name="one.pdf")
    assert done["text"] == "text of 2 pages."
    assert [one["page"] for one in actions.document_pages(sought, BEN, 1)] == [1, 2]
    quotes = {
        "neuromuscular junction was unstable": 1,
        "NEURO-MUSCULAR   junction": 1,
        "p = 0.05": 1,
        "p = 0.5": None,
        "the number was 91": 2,
        "the number was 19": None,
    }
    assert {q: actions.quote_found(sought, BEN, 1, q) for q in quotes} == quotes
    listed = actions.reports(sought, BEN, text="sarcopenia confirmed", in_pdfs=True)["reports"]
    assert [(one["record"], one["on_pages"]) for one in listed] == [(1, [2])]
    assert actions.reports(sought, BEN, text="sarcopenia")["total"] == 0
    assert actions.reports(sought, BEN, text="sarcopenia units", in_pdfs=True)["total"] == 0
    found = actions.find_in_document(sought, BEN, done["document"], "the number")
    assert [(hit["page"], hit["found"]) for hit in found["hits"]] == [(2, "the number")]
    with pytest.raises(BadInput, match="at least"):
        actions.quote_found(sought, BEN, 1, "a ")
    assert actions.verify(sought, HOLDER)["ok"]


def test_a_link_given_later_leaves_the_pdf_and_not_retrieved_leaves_neither(sought):
    def shown() -> tuple[str, bool, str]:
        (one,) = actions.reports(sought, ANNA, records=[1])["reports"]
        return one["status"], one["document"] is not None, one["link"]

    actions.report(sought, ANNA, 1, "retrieved", pdf=pdf_files.pdf("x"), name="a.pdf")
    actions.report(sought, ANNA, 1, "retrieved", link="https://example.org/a")
    assert shown() == ("retrieved", True, "https://example.org/a")
    assert actions.report_document(sought, ANNA, 1) is not None
    actions.report(sought, ANNA, 1, "not-retrieved", tried="it was another paper")
    assert shown() == ("not-retrieved", False, "")
    assert actions.report_document(sought, ANNA, 1) is None


def test_a_scan_is_kept_and_said_to_be_one_and_a_refused_pdf_changes_nothing(sought):
    actions.report(sought, ANNA, 1, "retrieved", pdf=pdf_files.pdf(""), name="scan.pdf")
    (one,) = actions.reports(sought, ANNA, records=[1])["reports"]
    assert one["text"].startswith("no text: scanned; the pages are shown, quotes cannot be checked")
    before = actions.sought(sought, ANNA)
    locked = pdf_files.encrypted(pdf_files.pdf("x"), password="secret")
    for data in (b"not a pdf", locked, pdf_files.pdf("Motor units " * 9)[:300]):
        with pytest.raises(BadInput, match=r"^paper\.pdf is"):
            actions.report(sought, ANNA, 1, "retrieved", pdf=data, name="paper.pdf")
    assert actions.sought(sought, ANNA) == before


def test_pdfs_are_matched_by_what_stands_on_their_first_page(sought):
    def matched(*pages: str) -> list[tuple[int, str, bool]]:
        found = actions.match_pdf(sought, ANNA, pdf_files.pdf(*pages), name="some.pdf")
        return [(one["record"], one["by"], one["sure"]) for one in found["matches"]]

    assert matched("Jitter. https://doi.org/10.1000/\nnone. Received 2001")[0] == (2, "doi", True)
    assert matched("doi:10.1000/nonesuch") == []
    assert matched("Grip strength\nand gardening in re-\ntired teachers") == [(4, "title", True)]
    assert matched("Another paper", "References: 10.1000/none, " + TITLES[3][:20]) == []
    long = "Motor unit number estimates in older men and women:\na second report\nPMID: 902"
    assert matched(long)[0] == (3, "pmid", True)
    # the title of another is the beginning of this one's
    assert [one[0] for one in matched(long.replace("PMID: 902", ""))] == [3]
    told = actions.match_pdfs(sought, ANNA, {"a.pdf": b"x", "b.pdf": pdf_files.pdf("PMID 900")})
    assert [bool(one["problem"]) for one in told] == [True, False]


def test_where_a_report_was_sought_is_listed_with_it_and_in_the_file(sought):
    actions.tried(sought, ANNA, 2, "library", "unavailable", day="2026-01-02", note="no licence")
    actions.tried(sought, ANNA, 2, "authors", "no-answer", day="2026-02-03")
    actions.report(sought, ANNA, 2, "not-retrieved")
    found = actions.reports(sought, BEN, status="not-retrieved")
    assert found["counts"] == {"sought": 3, "retrieved": 0, "not-retrieved": 1, "judged": 0}
    rows = csv.DictReader(
        io.StringIO(actions.reports_file(sought, BEN, "csv", status="not-retrieved").decode())
    )
    assert [row["attempts"] for row in rows] == [
        "library 2026-01-02: unavailable (no licence); authors 2026-02-03: no-answer"
    ]
    for wrong in (("shelf", "waiting", None), ("library", "lost", None), ("web", "waiting", "x")):
        with pytest.raises(BadInput):
            actions.tried(sought, ANNA, 2, wrong[0], wrong[1], day=wrong[2])
    with pytest.raises(BadInput, match="still to come"):
        actions.tried(sought, ANNA, 2, "library", "waiting", day="2999-01-01")


def test_open_copies_are_kept_and_a_service_that_fails_changes_nothing(sought):
    with serve() as server:
        service = OpenAccessService(server.url, email="a@example.org", attempts=1)
        found = actions.find_open_access(sought, ANNA, service=service)
    told = {one["record"]: (one["outcome"], bool(one["problem"])) for one in found["reports"]}
    assert told == {1: ("found", False), 2: ("none", False), 3: ("", True), 4: ("", True)}
    shown = {one["record"]: one for one in actions.sought(sought, ANNA)}
    assert shown[1]["open_copy"]["pdf_url"] == "https://repository.example/paper.pdf"
    assert shown[1]["status"] == "sought"
    assert shown[3]["open_copy"] is None
    gone = OpenAccessService(server.url, email="a@example.org", attempts=1)
    again = actions.find_open_access(sought, ANNA, [1, 2, 3], service=gone)
    assert (again["asked"], len(again["reports"])) == (0, 3)
    actions.add_member(sought, HOLDER, "Vera", ["viewer"])
    with pytest.raises(NotAllowed):
        actions.find_open_access(sought, Caller("Vera", Channel.API), [1], service=gone)


def listed(db: Database) -> dict[int, list[int]]:
    return {one["study"]: one["reports"] for one in actions.studies(db, HOLDER)}


def test_reports_join_leave_and_studies_merge_and_nothing_empty_is_listed(sought):
    first = actions.study(sought, ANNA, [1])["study"]
    second = actions.study(sought, ANNA, [2, 3], cohort_family="Bonn")["study"]
    assert listed(sought) == {first: [1], second: [2, 3]}
    actions.merge_studies(sought, ANNA, first, [second])
    assert listed(sought) == {first: [1, 2, 3]}
    actions.study(sought, ANNA, [2], study=second)
    assert listed(sought) == {first: [1, 3], second: [2]}
    actions.leave_study(sought, ANNA, [2])
    assert listed(sought) == {first: [1, 3]}
    with pytest.raises(Refused, match="no study"):
        actions.leave_study(sought, ANNA, [2])
    with pytest.raises(NotFound):
        actions.merge_studies(sought, ANNA, first, [99])
    said = [one["what"] for one in actions.study_history(sought, ANNA, second)]
    assert said == ["joined", "joined", "left"] or said.count("joined") == 3


def test_a_study_taken_back_with_the_same_study_answer_is_listed_no_more(sought):
    done = actions.same_study(sought, ANNA, 1, 3)
    assert listed(sought) == {done["study"]: [1, 3]}
    actions.undo_duplicates(sought, ANNA, done["facts"])
    assert listed(sought) == {}
    assert actions.families(sought, ANNA)["studies"] == 0


def test_a_study_with_work_of_its_own_is_merged_only_when_that_is_set_aside(sought):
    first = actions.study(sought, ANNA, [1])["study"]
    second = actions.study(sought, ANNA, [2])["study"]
    actions.extract(sought, HOLDER, f"study:{second}", {"study": {"label": "Second"}})
    with pytest.raises(Refused, match=f"merge into study {second}"):
        actions.merge_studies(sought, ANNA, first, [second])
    actions.merge_studies(sought, ANNA, first, [second], set_aside=True)
    assert listed(sought) == {first: [1, 2]}


def test_a_studys_name_and_family_are_corrected_and_what_they_were_is_kept(sought):
    study = actions.study(sought, ANNA, [1], label="Abel 2001")["study"]
    other = actions.study(sought, ANNA, [2, 3])["study"]
    actions.name_study(sought, ANNA, study, cohort_family="Bonn", why="same people")
    actions.name_study(sought, BEN, other, cohort_family="Bonn", label="Baker 2002")
    found = actions.families(sought, ANNA)
    assert (found["reports"], found["studies"], found["families"]) == (3, 2, 1)
    assert [(one["family"], one["reports"]) for one in found["list"]] == [("Bonn", [1, 2, 3])]
    actions.name_study(sought, ANNA, study, cohort_family="")
    assert actions.families(sought, ANNA)["families"] == 2
    kept = [one for one in actions.study_history(sought, ANNA, study) if one["what"] == "named"]
    assert [one["cohort_family"] for one in kept] == ["Bonn", ""]
    assert kept[0]["why"] == "same people"
    with pytest.raises(BadInput, match="has a name"):
        actions.name_study(sought, ANNA, study, label="  ")


def test_each_included_study_counts_once_by_its_primary_population(tmp_path):
    text = default_text()
    protocol = tmp_path / "protocol.yaml"
    protocol.write_text(text[: text.index("codebook:")] + CODEBOOK, encoding="utf-8")
    db = actions.init(f"sqlite:///{tmp_path}/review.db", protocol)
    for name in ("Anna", "Ben"):
        actions.add_member(db, HOLDER, name, ["reviewer"])
    advanced(db, tmp_path)
    for record in (1, 2, 3):
        actions.report(db, ANNA, record, "retrieved")
        for who in (ANNA, BEN):
            actions.vote(db, who, record, "include", stage="full-text")
    both = {"population": ["pop.human", "pop.animal"], "primary": "pop.human"}
    first = actions.extract(db, HOLDER, "1", {"study": {"label": "Both"} | both})["study"]
    actions.extract(db, HOLDER, "2", {"study": {"label": "Mice", "population": "pop.animal"}})
    third = actions.study(db, ANNA, [3])["study"]
    actions.study(db, ANNA, [4], label="Not included")
    counted = actions.study_counts(db, ANNA)
    assert counted["populations"] == {"": 1, "pop.animal": 1, "pop.human": 1}
    assert counted["studies"] == sum(counted["populations"].values()) == 3
    assert {one["study"]: one["missing"] for one in actions.studies(db, HOLDER)}[third] == [
        "population",
        "extraction",
    ]
    actions.name_study(db, ANNA, third, population="Animal")
    actions.name_study(db, ANNA, first, population="pop.animal")
    (now,) = [one for one in actions.studies(db, HOLDER) if one["study"] == first]
    assert now["populations"] == ["pop.animal", "pop.human"]
    assert actions.study_counts(db, ANNA)["populations"] == {"pop.animal": 3}
    with pytest.raises(BadInput, match="no population"):
        actions.name_study(db, ANNA, first, population="des.trial")
    assert actions.verify(db, HOLDER)["ok"]
    db.close()
