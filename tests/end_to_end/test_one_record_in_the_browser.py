"""One record from search to evidence table in Chromium, by five people at the app."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from review import actions
from review.actions import Caller
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.end_to_end import case
from tests.end_to_end.conftest import Desks
from tests.end_to_end.desk import WAIT, Desk, see
from tests.eutils_server import Server
from tests.ui.serving import settle


@contextmanager
def opened(url: str) -> Iterator[Any]:
    db = actions.open_review(url)
    yield db
    db.close()


# the command line carries the same record on PostgreSQL
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_record_in_the_browser(
    desks: Desks, database_url: str, pubmed: Server, tmp_path: Path
) -> None:
    olga, anna, ben, cara, emma = (desks(name) for name in case.TEAM)
    olga.sign_in()
    searched(olga, pubmed)
    imported(olga, tmp_path)
    merged(olga)
    with opened(database_url) as db:
        records = case.by_title(actions.records(db, HOLDER)["records"])
        (cluster,) = actions.duplicates(db, HOLDER, "clusters")
    assert cluster["kept"] == records[case.TARGET]

    for desk in (anna, ben):
        desk.sign_in("screen?stage=title-abstract")
        desk.screen(lambda title, who=desk.name: (case.first_verdict(who, title), None), n=4)
        see(desk.page.get_by_text("Nothing is left for you to screen here"))
    with opened(database_url) as db:
        (conflict,) = actions.conflicts(db, HOLDER)
        assert conflict["record"] == records[case.TARGET]
    adjudicated(cara)
    retrieved(olga, case.pdf(tmp_path))

    for desk in (anna, ben):
        desk.page.get_by_role("radio", name="Full text").click()
        desk.screen(lambda title: case.full_verdict(title), n=2)
    extracted(emma)
    asked(emma)
    with opened(database_url) as db:
        holds_the_facts(db, records, tmp_path)
    opens_every_number(olga, database_url)


def searched(olga: Desk, pubmed: Server) -> None:
    page = olga.page
    page.get_by_role("link", name="Bring in the first records").first.click()
    page.get_by_role("tab", name="Search PubMed").click()
    page.get_by_label("Query").fill(case.QUERY)
    page.get_by_role("button", name="Count (dry run)").click()
    see(page.get_by_text("PubMed finds"))
    assert [call.service for call in pubmed.calls] == ["esearch"]
    page.get_by_role("button", name="Fetch 4 records").click()
    see(page.get_by_text("4 records read, 4 of them new."))


def imported(olga: Desk, folder: Path) -> None:
    page = olga.page
    file = folder / "index.ris"
    file.write_text(case.RIS, encoding="utf-8")
    page.get_by_role("tab", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(file)
    see(page.get_by_text("index.ris"))
    page.get_by_label("Source").fill("Made Up Index")
    page.get_by_role("button", name="Import", exact=True).click()
    see(page.get_by_text("1 record read, 1 of them new."))


def merged(olga: Desk) -> None:
    page = olga.page
    page.get_by_role("link", name="Next: find duplicates").click()
    page.get_by_role("radio", name="Find duplicates").click()
    page.get_by_role("button", name="Merge the certain, ask the rest").click()
    see(page.get_by_text("1 pair merged, 0 questions."))


def adjudicated(cara: Desk) -> None:
    """Judge blind, see A and B, rule."""
    page = cara.sign_in()
    page.get_by_role("link", name="Settle 1 conflict at title and abstract").click()
    see(page.get_by_text("1. Judge blind"))
    see(page.get_by_role("heading", name=case.TARGET))
    before = page.get_by_test_id("stMain").inner_text()
    for hidden in ("Vote A", "Vote B", "Anna", "Ben"):
        assert hidden not in before
    page.get_by_text("Include", exact=True).click()
    page.get_by_role("button", name="Keep my judgement, show the votes").click()
    see(page.get_by_text("2. See the votes, then rule"))
    see(page.get_by_role("button", name="Rule", exact=True))
    shown = page.get_by_test_id("stMain").inner_text()
    # A and B are drawn for each record: which of them included is not known beforehand
    assert sorted(re.findall(r"Vote ([AB]): (\w+)", shown)) in (
        [("A", "exclude"), ("B", "include")],
        [("A", "include"), ("B", "exclude")],
    )
    assert "Anna" not in shown
    assert "Ben" not in shown
    page.get_by_label("Note").fill("Old age is studied.")
    page.get_by_role("button", name="Rule", exact=True).click()
    see(page.get_by_text("ruled include"))


def retrieved(olga: Desk, paper: Path) -> None:
    """A PDF for one report, a link for the next, nothing for the third."""
    page = olga.open("Full text")
    _to_report(page, case.TARGET)
    page.locator("input[type=file]").set_input_files(paper)
    see(page.get_by_text(paper.name))
    page.get_by_role("button", name="Retrieved", exact=True).click()
    see(page.get_by_role("link", name="Read the PDF"))
    _to_report(page, case.WITHOUT_EMG)
    page.get_by_label("or a link to it").fill("https://example.org/2")
    page.get_by_role("button", name="Retrieved", exact=True).click()
    see(page.get_by_role("heading", name="Retrieved", exact=True))
    _to_report(page, case.NOT_HAD)
    page.get_by_label("or what was tried").fill("library, authors")
    page.get_by_role("button", name="Not retrieved", exact=True).click()
    see(page.get_by_role("heading", name="Not retrieved", exact=True))


def _to_report(page: Page, title: str, *, status: str = "Awaiting") -> None:
    back = page.get_by_role("link", name="All reports sought")
    if back.count():
        back.click()
    page.get_by_role("radio", name=re.compile(f"^{status} ")).click()
    page.get_by_role("link", name=title).click()
    see(page.get_by_role("heading", name=title))
    settle(page)  # until the list, with an upload of its own, is gone


def extracted(emma: Desk) -> None:
    page = emma.sign_in("full-text")
    _to_report(page, case.TARGET, status="Retrieved")
    page.get_by_label("Name of a new study").fill("Made30 2015")
    page.get_by_role("button", name="Join").click()
    see(page.get_by_role("link", name="Made30 2015"))
    emma.open("Extract")
    page.get_by_role("radio", name="Files").click()
    page.get_by_label("or paste JSON").fill(json.dumps(case.FORM))
    page.get_by_role("button", name="Store the extraction").click()
    see(page.get_by_text("2 arms, 1 effect (not settled yet)"))


def asked(emma: Desk) -> None:
    """The evidence for an expression holds the row; for its opposite it does not."""
    page = emma.open("Evidence")
    where = page.get_by_label("Which evidence")
    where.fill("direction = increase")
    where.press("Enter")
    see(page.get_by_text("No effect matches."))
    where.fill(case.WHERE)
    where.press("Enter")
    see(page.get_by_text("1 effect of 1 study"))
    cell = page.get_by_role("cell", name="Made30 2015")
    expect(cell.first).to_be_visible(timeout=WAIT)
    page.get_by_role("button", name="Take away").click()
    with page.expect_download() as caught:
        page.get_by_role("button", name="CSV", exact=True).click()
    (row,) = csv.DictReader(io.StringIO(caught.value.path().read_text("utf-8-sig")))
    assert (row["study"], row["direction"]) == ("Made30 2015", "Decrease")


def holds_the_facts(db: Any, records: dict[str, int], folder: Path) -> None:
    """What five people did is in the database, each fact with its author, through the app."""
    target = records[case.TARGET]
    history = actions.record(db, HOLDER, target)["history"]
    said = [
        (fact["by"], fact["stage"], fact["verdict"]) for fact in history if fact["what"] == "vote"
    ]
    assert said == [
        ("Anna", "title-abstract", "include"),
        ("Ben", "title-abstract", "exclude"),
        ("Anna", "full-text", "include"),
        ("Ben", "full-text", "include"),
    ]
    ((by, verdict, note, kind),) = [
        (fact["by"], fact["verdict"], fact["note"], fact["kind"])
        for fact in history
        if fact["what"] == "ruling"
    ]
    assert (by, verdict, note, kind) == ("Cara", "include", "Old age is studied.", "adjudication")
    reports = {one["record"]: one for one in actions.sought(db, HOLDER)}
    status = {title: reports[records[title]]["status"] for title in case.FIRST["Anna"]}
    assert status == {
        case.TARGET: "retrieved",
        case.WITHOUT_EMG: "retrieved",
        case.NOT_HAD: "not-retrieved",
    }
    document = actions.document(db, HOLDER, reports[target]["document"])
    assert document["data"] == (folder / document["name"]).read_bytes()
    assert "Fewer motor units" in PdfReader(io.BytesIO(document["data"])).pages[0].extract_text()
    for name in ("Anna", "Ben"):
        votes = actions.my_votes(db, Caller(name, Channel.API))
        first = {v["title"]: v["verdict"] for v in votes if v["stage"] == "title-abstract"}
        assert first == {title: case.first_verdict(name, title) for title in records}
        full = {v["title"]: (v["verdict"], v["reason"]) for v in votes if v["stage"] == "full-text"}
        assert full == case.FULL
    (effect,) = actions.evidence(db, HOLDER, where=case.WHERE)["rows"]
    assert (effect["reports"], effect["direction"]) == ([target], "Decrease")
    assert actions.agreement(db, HOLDER, stage="title-abstract")[0]["table"]
    verified = actions.verify(db, HOLDER)
    assert verified["ok"], verified["checks"]


def opens_every_number(olga: Desk, url: str) -> None:
    """The flow is right, and a click on each of its numbers lists as many records."""
    with opened(url) as db:
        flow = actions.prisma(db, HOLDER)
        within = {box: actions.records(db, HOLDER, box=box)["total"] for box in case.BOXES}
    assert {box: n for box, n in flow["boxes"].items() if n} == within == case.BOXES
    page = olga.open("Overview")
    links = page.locator(".flow a")
    see(links.first)
    drawn = {link.get_attribute("data-box") for link in page.locator(".flow a text").all()}
    assert set(case.DRAWN) <= drawn <= set(flow["boxes"])
    for box in sorted(drawn & set(case.BOXES)):
        n = case.BOXES[box]
        page.locator(f'.flow a:has(text[data-box="{box}"])').last.click()
        see(page.get_by_text(f"{n} record{'' if n == 1 else 's'}", exact=True))
        assert f"box={box.replace(' ', '%20')}" in page.url.replace("+", "%20")
        expect(page.locator(".links a")).to_have_count(n, timeout=WAIT)
        for title in (case.WITHOUT_EMG, case.NOT_HAD) if box == "sought" else ():
            page.get_by_role("link", name=title).click()
            see(page.get_by_role("heading", name=title))
            page.get_by_role("link", name="Back to the list").click()
        page.get_by_role("link", name="Overview").first.click()
        see(links.first)
