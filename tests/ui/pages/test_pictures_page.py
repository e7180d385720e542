"""The page of pictures in a browser: a mark opens its studies, and a listener hears the numbers."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui.pages.conftest import Visit

pytestmark = pytest.mark.slow
CHART = "[data-testid=stVegaLiteChart]"
# a mark of the drawing itself, not of its legend
BUBBLE = f"{CHART} svg .role-mark path[fill='#E69F00']"


def test_a_bubble_opens_the_studies_behind_it_and_their_rows(visit: Visit) -> None:
    where = "outcome = out.mu.number and population = animal and contrast = con.age"
    page = visit("Owner", f"pictures?where={where.replace(' ', '%20')}&down=population")
    chart = page.locator(CHART)
    expect(chart).to_have_attribute("aria-label", re.compile("Animal: Motor-unit number 2 animal"))
    # the number in the bubble lies above it and belongs to the same mark
    page.locator(BUBBLE).click(force=True)
    expect(page.get_by_text("Animal, Motor-unit number, Animal: 2 studies")).to_be_visible()
    expect(page.get_by_role("link", name="Padilla 2021")).to_be_visible()
    page.get_by_text("Their rows in the evidence table").click()
    expect(page).to_have_url(re.compile(r"/evidence\?.*study"))
    # a drawing that is no chart opens what is behind it all the same, by keyboard too
    page.goto(page.url.partition("/evidence")[0] + "/pictures?picture=forest")
    page.get_by_role("link", name="Connelly 1999").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Connelly 1999: 1 study")).to_be_visible()
    page.goto(page.url.partition("/pictures")[0] + "/pictures?picture=prisma")
    page.locator(".flow a").first.click()
    expect(page).to_have_url(re.compile(r"/records\?box="))
