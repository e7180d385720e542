"""The evidence in Chromium: a click narrows, a heading sorts, a row opens, back keeps all."""

import re
from typing import Any

from playwright.sync_api import expect

from review import actions
from tests.conftest import HOLDER
from tests.ui.pages.conftest import Visit


def test_a_filter_stays_through_sorting_opening_a_row_and_going_back(
    visit: Visit, demo: Any
) -> None:
    page = visit("Reviewer A", "evidence")
    every = actions.evidence(demo, HOLDER)
    animals = actions.evidence(demo, HOLDER, where="population = animal", sort="-year")
    expect(page.get_by_text(f"{every['effects']} effects of")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Animal")).first.click()
    expect(page.get_by_text(f"{animals['effects']} effects of")).to_be_visible()
    expect(page).to_have_url(re.compile("where=population"))
    for way in ("ascending", "descending"):
        page.get_by_role("button", name="Year", exact=False).first.click()
        heading = page.get_by_role("columnheader", name="Year")
        expect(heading).to_have_attribute("aria-sort", way)
    first = page.locator("tbody tr").first
    expect(first).to_contain_text(animals["rows"][0]["study"])
    first.locator("td").nth(8).click()
    expect(page.get_by_text("Read at: ").or_(page.get_by_text("No place in the"))).to_be_visible()
    expect(page.get_by_text("Where it was read")).to_be_visible()
    expect(page.get_by_role("link", name="Record and its history")).to_be_visible()
    expect(page).to_have_url(re.compile(r"where=.*sort=-year.*effect=\d+"))
    page.go_back()
    expect(page.get_by_text("Where it was read")).to_be_hidden()
    expect(page).to_have_url(re.compile("where=population.*sort=-year$"))
    expect(page.get_by_text(f"{animals['effects']} effects of")).to_be_visible()


def test_a_saved_query_opens_by_its_address(visit: Visit, demo: Any) -> None:
    where = "outcome under out.nmj"
    actions.save_query(demo, HOLDER, "NMJ", where=where, columns=["study", "outcome"])
    page = visit("Viewer", "evidence?query=NMJ")
    n = actions.evidence(demo, HOLDER, where=where)["effects"]
    expect(page.get_by_text(f"{n} effects of")).to_be_visible()
    expect(page.get_by_label("Which evidence")).to_have_value(where)
    expect(page.get_by_role("columnheader")).to_have_count(2)
    expect(page).to_have_url(re.compile(r"\?where=outcome.*columns=study&columns=outcome"))
    page.goto(page.url)  # the address alone shows the same table to whoever it is passed on to
    expect(page.get_by_text(f"{n} effects of")).to_be_visible()
    expect(page.get_by_role("columnheader")).to_have_count(2)
