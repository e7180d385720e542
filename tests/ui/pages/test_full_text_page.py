"""The full text in the browser: several PDFs matched, one read beside its form, a quote chosen."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from review import actions
from tests import pdf_files
from tests.conftest import HOLDER
from tests.ui.pages.conftest import Visit
from tests.ui.serving import settle


@pytest.mark.slow
def test_pdfs_are_matched_confirmed_and_read_page_by_page(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    report = next(r for r in actions.sought(demo, HOLDER) if r["doi"] and not r["document"])
    paper = tmp_path / "download.pdf"
    paper.write_bytes(
        pdf_files.pdf(
            f"A paper\ndoi: {report['doi']}\nOn motor units",
            "The endplate was un-\nstable in old mice",
        )
    )
    other = tmp_path / "other.pdf"
    other.write_bytes(b"<html>Please sign in</html>")
    page = visit("Reviewer A", "full-text")
    page.get_by_text("Attach several PDFs").click()
    page.locator("input[type=file]").set_input_files([paper, other])
    expect(page.get_by_text("other.pdf is not a PDF.")).to_be_visible()
    expect(page.get_by_text("Found by its DOI:")).to_be_visible()
    assert not actions.reports(demo, HOLDER, records=[report["record"]])["reports"][0]["document"]
    page.get_by_role("button", name="Attach it").click()
    expect(page.get_by_text(f"Attached to record {report['record']}.")).to_be_visible()

    page = visit("Reviewer A", f"full-text?record={report['record']}")
    leaf = page.locator(".leaf")
    expect(leaf).to_have_attribute("data-page", "1")
    expect(leaf.locator("img")).to_have_js_property("complete", True)
    page.get_by_label("Find in the text").first.fill("endplate was unstable")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Not found in the text")).to_be_visible()
    page.get_by_label("Find in the text").first.fill("ENDPLATE was")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Found 1 time.")).to_be_visible()
    expect(leaf).to_have_attribute("data-page", "2")
    expect(leaf.locator(".run.hit")).to_have_count(1)
    leaf.locator(".run").first.click(click_count=3)
    expect(page.locator(".quoting q")).to_contain_text("The endplate was un")
    expect(page.get_by_role("button", name="Copy the selected text")).to_be_in_viewport()
    settle(page)
    found = actions.quote_found(demo, HOLDER, report["record"], "the endplate was unstable")
    assert found == 2
