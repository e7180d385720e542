"""The pages beside screening: what a member sees and does there is what the review holds."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.testing.v1 import AppTest

from review import actions
from review.actions import Caller
from review.ui.catalogue import PAGES
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.eutils_server import Server, serve
from tests.ui.conftest import hostile_records, import_rows, records
from tests.ui.serving import App

MEMBERS = [*actions.DEMO_MEMBERS, "Viewer"]
Visit = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('pages')}/demo.db"


@pytest.fixture(scope="module")
def demo(demo_url: str) -> Iterator[Any]:
    """The shipped review with a viewer more, and a pair that may be the same report."""
    db = actions.demo(demo_url)
    actions.add_member(db, HOLDER, "Viewer", ["viewer"])
    yield db
    db.close()


@pytest.fixture(scope="module")
def served(demo: Any, demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    app = App(demo_url, tmp_path_factory.mktemp("log") / "app.log")
    app.start()
    yield app
    app.stop()


@pytest.fixture
def visit(served: App, context: BrowserContext) -> Visit:
    """Sign in as a member of the demonstration and open a page."""

    def opened(name: str, path: str = "") -> Page:
        answer = context.request.post(
            f"{served.address}/sign-in",
            data={"name": name, "demo": True},
            headers={"Origin": served.address},
        )
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{served.address}/{path}")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return opened


def _script(url: str, module: str, name: str, parameters: dict[str, str]) -> None:
    """Run one page alone, as the app would for this member."""
    import os
    from importlib import import_module

    import streamlit as st

    from review import actions
    from review.ui import session
    from review.vocab import Channel, Role

    os.environ["REVIEW_DATABASE"] = url
    db = session.database()
    holder = actions.Caller(None, Channel.APP)
    member = next(m for m in actions.members(db, holder) if m["name"] == name)
    st.query_params.update(parameters)
    who = session.SignedIn(member["id"], name, frozenset(Role(r) for r in member["roles"]))
    import_module(f"review.ui.pages.{module}").page(db, who)


def alone(url: str, module: str, name: str, **parameters: str) -> AppTest:
    args = (url, module, name, parameters)
    return AppTest.from_function(_script, args=args, default_timeout=60).run()


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("module", [e.module for e in PAGES if e.exists() and e.module != "screen"])
def test_each_page_opens_alone_for_each_member(
    demo: Any, demo_url: str, module: str, name: str
) -> None:
    page = alone(demo_url, module, name)
    assert not page.exception, page.exception
    assert not page.error, [error.value for error in page.error]
    assert page.header or page.markdown


@pytest.mark.parametrize(
    ("module", "parameters"),
    [
        ("records", {"record": "1"}),
        ("records", {"box": "screened"}),
        ("full_text", {"record": "1"}),
        ("evidence", {"study": "1"}),
        ("extract", {"study": "1"}),
    ],
)
def test_what_an_address_names_opens(
    demo: Any, demo_url: str, module: str, parameters: dict[str, str]
) -> None:
    for name in MEMBERS:
        page = alone(demo_url, module, name, **parameters)
        assert not page.exception, (name, page.exception)
        assert not page.error, (name, page.error)


@pytest.mark.parametrize("module", [e.module for e in PAGES if e.exists() and e.module != "screen"])
def test_each_page_of_an_empty_review_says_what_to_do(tmp_path: Path, module: str) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    db = actions.init(url)
    actions.add_member(db, HOLDER, "Olga", ["owner", "adjudicator"])
    page = alone(url, module, "Olga")
    assert not page.exception, page.exception
    assert not page.error, page.error
    said = [*page.info, *page.success, *page.caption, *page.button]
    assert said
    db.close()


def test_every_number_of_the_flow_opens_that_many_records(visit: Visit, demo: Any) -> None:
    flow = actions.prisma(demo, Caller("Owner", Channel.APP))
    page = visit("Owner", "")
    links = page.locator(".flow a")
    expect(links.first).to_be_visible()
    linked = {link.get_attribute("data-box") for link in page.locator(".flow a text").all()}
    assert linked <= set(flow["boxes"])
    page.get_by_text("The same numbers as a list").click()
    listed = page.locator(".links a")
    expect(listed).to_have_count(sum(n > 0 for n in flow["boxes"].values()))
    for box in (
        "pending.title-abstract.conflict",
        "excluded_full_text.ex.noemg",
        "included.reports",
    ):
        page.get_by_role("link", name="Overview").first.click()
        n = f"{flow['boxes'][box]:,}"
        # a line of the picture may be written on two, its number on the second
        link = page.locator(f'.flow a:has(text[data-box="{box}"])', has_text=f"(n = {n})").first
        expect(link).to_be_visible()
        link.click()
        expect(page.get_by_text(f"{n} records", exact=True)).to_be_visible()
        assert actions.records(demo, HOLDER, box=box)["total"] == flow["boxes"][box]
        assert f"box={box}" in page.url


def test_a_reviewer_sees_no_number_that_tells_how_the_other_voted(visit: Visit) -> None:
    page = visit("Reviewer A", "")
    expect(page.locator(".flow a").first).to_be_visible()
    shown = page.locator("[data-testid=stMain]").inner_text()
    assert "onflict (" not in shown
    assert "Awaiting another vote" not in shown


def test_a_conflict_ruled_in_the_browser_is_a_ruling_in_the_database(
    visit: Visit, demo: Any
) -> None:
    who = Caller("Adjudicator", Channel.APP)
    conflict = actions.conflicts(demo, who, "title-abstract")[0]
    record = conflict["record"]
    page = visit("Adjudicator", "conflicts")
    expect(page.get_by_text("1. Judge blind")).to_be_visible()
    assert "Vote A" not in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_text("Exclude", exact=True).click()
    page.get_by_role("button", name="Keep my judgement").click()
    expect(page.get_by_text("Vote A")).to_be_visible()
    assert record in {c["record"] for c in actions.conflicts(demo, who, "title-abstract")}
    page.get_by_text("Include", exact=True).click()  # changed after seeing the votes
    page.get_by_label("Note").fill("seen both")
    page.get_by_role("button", name="Rule", exact=True).click()
    expect(page.get_by_text(f"Record {record}: ruled include.")).to_be_visible()
    history = actions.record(demo, HOLDER, record)["history"]
    ruling = next(fact for fact in history if fact["what"] == "ruling")
    assert (ruling["by"], ruling["verdict"], ruling["note"]) == (
        "Adjudicator",
        "include",
        "seen both",
    )
    assert record not in {c["record"] for c in actions.conflicts(demo, who, "title-abstract")}


def test_a_file_imported_in_the_browser_is_in_the_searches(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    path = tmp_path / "from the library.ris"
    path.write_text(
        "TY  - JOUR\nTI  - Jitter in <b>old</b> mice\nAU  - Roe, R\nPY  - 2011\nER  - \n\n"
        "TY  - JOUR\nTI  - Motor unit number in dogs\nAU  - Poe, P\nPY  - 2012\nER  - \n"
    )
    page = visit("Owner", "searches")
    page.get_by_role("tab", name="Import a file").click()
    page.locator("input[type=file]").first.set_input_files(path)
    page.get_by_label("Source").fill("Library")
    page.get_by_label("Strategy, as it was run").fill("jitter AND (mice OR dogs)")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("2 records read, 2 of them new")).to_be_visible()
    found = next(s for s in actions.searches(demo, HOLDER) if s["source"] == "Library")
    assert (found["file"], found["new"], found["by"]) == ("from the library.ris", 2, "Owner")
    assert found["strategy"] == "jitter AND (mice OR dogs)"
    page.get_by_role("tab", name="Searches").click()
    expect(page.get_by_text("Library", exact=True)).to_be_visible()


def test_nobody_but_an_owner_is_offered_an_import(visit: Visit) -> None:
    page = visit("Reviewer B", "searches")
    expect(page.get_by_text("The records were selected by hand").first).to_be_visible()
    assert page.get_by_role("tab").count() == 0


def test_a_question_about_duplicates_is_answered_and_undone_from_the_keyboard(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    first, second = records(2)
    first |= {"doi": "", "pmid": "", "title": "Jitter of motor units in old & young mice"}
    second |= first | {"accession": "other", "title": f"{first['title']}: a pilot study"}
    import_rows(demo, tmp_path, [first, second], source="Pair")
    actions.dedup(demo, HOLDER)
    (question,) = actions.duplicates(demo, HOLDER, "questions")
    a, b = question["a"], question["b"]
    page = visit("Owner", "duplicates")
    expect(page.get_by_role("columnheader", name=f"Record {a}")).to_be_visible()
    assert "a pilot study" in page.locator("table.pair mark").all_text_contents()[0]
    expect(page.get_by_role("cell", name=first["title"], exact=True)).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_text("No open questions")).to_be_visible()
    assert actions.record(demo, HOLDER, a)["cluster"] == [a, b]
    page.keyboard.press("z")
    expect(page.get_by_role("columnheader", name=f"Record {a}")).to_be_visible()
    assert actions.record(demo, HOLDER, a)["cluster"] == [a]
    page.keyboard.press("d")
    expect(page.get_by_text("No open questions")).to_be_visible()
    assert actions.record(demo, HOLDER, a)["cluster"] == [a]


def test_a_pdf_uploaded_in_the_browser_is_the_document_of_its_report(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n")
    page = visit("Reviewer A", "full-text?record=1")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("paper.pdf")).to_be_visible()
    page.get_by_role("button", name="Retrieved", exact=True).click()
    expect(page.get_by_role("link", name="Read the PDF")).to_be_visible()
    report = next(r for r in actions.sought(demo, HOLDER) if r["record"] == 1)
    stored = actions.document(demo, HOLDER, report["document"])
    assert stored["data"] == path.read_bytes()


def test_the_evidence_downloaded_is_what_the_expression_picks(visit: Visit, demo: Any) -> None:
    where = "population = human and outcome under out.nmj"
    expected = actions.evidence(demo, HOLDER, where=where)
    page = visit("Viewer", "evidence")
    page.get_by_label("Which evidence").fill(where)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{expected['effects']} effects")).to_be_visible()
    # a button of the run before would be gone before its file is made
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(caught.value.path().read_text("utf-8-sig"))))
    assert len(rows) == expected["effects"]
    assert {row["population"] for row in rows} == {row["population"] for row in expected["rows"]}


def test_a_wrong_expression_is_answered_with_the_character_at_fault(
    demo: Any, demo_url: str
) -> None:
    page = alone(demo_url, "evidence", "Owner")
    page.text_input(key="where").set_value("population = martian").run()
    assert not page.exception
    assert "martian" in page.error[0].value
    assert page.code[0].value.splitlines()[1].index("^") == len("population = ")


def test_a_member_added_in_the_browser_may_sign_in(visit: Visit, demo: Any) -> None:
    page = visit("Owner", "team")
    page.get_by_label("Name", exact=True).fill("Nora")
    page.get_by_label("First password").fill("a long enough word")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Nora is in the team.")).to_be_visible()
    assert actions.sign_in(demo, "Nora", "a long enough word")["member"] == "Nora"
    assert [m["roles"] for m in actions.members(demo, HOLDER) if m["name"] == "Nora"] == [
        ["reviewer"]
    ]


def test_a_form_with_a_fault_changes_nothing_and_names_it(demo: Any, demo_url: str) -> None:
    before = actions.evidence(demo, HOLDER, where="study = 1")
    page = alone(demo_url, "extract", "Owner", study="1")
    page.text_area[0].set_value('{"study": {"population": "martian"}}')
    button = next(b for b in page.button if b.label == "Store the extraction")
    button.click().run()
    assert not page.exception
    said = [error.value for error in page.error]
    assert any("martian" in sentence for sentence in said), said
    assert actions.evidence(demo, HOLDER, where="study = 1") == before


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A local PubMed that the app of one test asks."""
    with serve(hits=25) as server:
        monkeypatch.setenv("REVIEW_EUTILS_URL", server.url)
        yield server


def test_pubmed_is_counted_before_it_is_fetched(pubmed: Server, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/pubmed.db"
    db = actions.init(url)
    actions.add_member(db, HOLDER, "Olga", ["owner"])
    page = alone(url, "searches", "Olga")
    query = next(area for area in page.text_area if area.label.startswith("Query"))
    query.set_value("jitter")
    next(b for b in page.button if b.label == "Count (dry run)").click().run()
    assert not page.exception
    assert page.metric[0].value == "25"
    assert actions.searches(db, HOLDER) == []
    page.button(key="fetch").click().run()
    assert not page.exception
    (search,) = actions.searches(db, HOLDER)
    assert (search["query"], search["read"], search["complete"]) == ("jitter", 25, True)
    assert any("25 records read" in said.value for said in page.success)
    db.close()


def test_the_builder_appends_a_condition_that_the_expression_language_reads(
    demo: Any, demo_url: str
) -> None:
    page = alone(demo_url, "evidence", "Viewer")
    page.text_input(key="where").set_value("year >= 2000 or year < 1980").run()
    page.selectbox(key="build-facet").select("population").run()
    next(button for button in page.button if button.label == "And").click().run()
    where = page.text_input(key="where").value
    assert where == "(year >= 2000 or year < 1980) and population = pop.human"
    assert not page.error
    n = actions.evidence(demo, HOLDER, where=where)["effects"]
    assert any(f"{n} effects" in text.value for text in page.markdown)


def test_no_field_of_a_record_becomes_markup_on_any_page(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    import_rows(demo, tmp_path, hostile_records(), source="<img src=x onerror=window.ran=1>")
    hostile = actions.records(demo, HOLDER, text="window.ran")["records"]
    assert hostile
    for card in hostile[:2]:
        actions.vote(
            demo,
            Caller("Reviewer A", Channel.APP),
            card["record"],
            "include",
            stage="title-abstract",
            note=card["title"],
        )
    page = visit("Reviewer A", "searches")
    expect(page.get_by_text("<img src=x onerror=window.ran=1>").first).to_be_visible()
    for path in ("records", *(f"records?record={card['record']}" for card in hostile)):
        page.goto(f"{page.url.rsplit('/', 1)[0]}/{path}")
        expect(page.get_by_text("Record").first).to_be_visible()
        expect(
            page.locator("[data-testid=stMain] h2, [data-testid=stMain] h3").first
        ).to_be_visible()
        assert page.evaluate("window.ran") is None
        assert page.locator("[data-testid=stMain] iframe, [data-testid=stMain] img").count() == 0
