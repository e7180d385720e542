"""What a member does on a page is what the review then holds."""

import csv
import io
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from review import actions
from review.actions import Caller
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.eutils_server import Server
from tests.ui.pages.alone import alone
from tests.ui.pages.conftest import Visit
from tests.ui.serving import settle


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
    settle(page)
    page.get_by_role("button", name="Take away").click()
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
    page.button_group[0].set_value("files").run()
    page.text_area[0].set_value('{"study": {"population": "martian"}}')
    button = next(b for b in page.button if b.label == "Store the extraction")
    button.click().run()
    assert not page.exception
    said = [error.value for error in page.error]
    assert any("martian" in sentence for sentence in said), said
    assert actions.evidence(demo, HOLDER, where="study = 1") == before


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


def test_builder_and_expression_change_each_other(demo: Any, demo_url: str) -> None:
    page = alone(demo_url, "evidence", "Viewer")
    page.toggle(key="building").set_value(True).run()
    page.text_input(key="where").set_value("year >= 2000 or year < 1980").run()
    conditions = [box.value for box in page.selectbox if box.label == "Facet or field"]
    assert conditions == ["year", "year"]
    next(b for b in page.button if b.label == "Another group").click().run()
    *_, name = [box for box in page.selectbox if box.label == "Facet or field"]
    name.set_value("population").run()
    *_, terms = [box for box in page.multiselect if box.label == "Terms"]
    terms.set_value(["pop.human"]).run()
    where = page.text_input(key="where").value
    assert where == "(year >= 2000 or year < 1980) and population = pop.human"
    assert not page.error
    n = actions.evidence(demo, HOLDER, where=where)["effects"]
    assert any(f"{n} effects" in text.value for text in page.markdown)
    page.text_input(key="where").set_value("population = animal").run()
    (terms,) = [box for box in page.multiselect if box.label == "Terms"]
    assert terms.value == ["pop.animal"]
