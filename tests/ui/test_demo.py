"""A person who has never seen the app gets from the demonstration to a vote."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from tests.ui.conftest import caller
from tests.ui.serving import App

STAGE = "title-abstract"


@pytest.fixture(scope="module")
def demo(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The shipped review, served."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(demo_file, folder / "review.db")
    app = App(f"sqlite:///{folder}/review.db", folder / "app.log")
    app.start()
    yield app
    app.stop()


def choose(page: Page, demo: App, member: str) -> None:
    page.goto(demo.address)
    page.get_by_role("button", name=member).click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=20_000)


def test_from_one_click_sign_in_to_a_vote(demo: App, context: BrowserContext) -> None:
    db = actions.open_review(demo.url)
    before = {v["record"] for v in actions.my_votes(db, caller("Reviewer A"), STAGE)}
    page = context.new_page()
    choose(page, demo, "Reviewer A")
    page.get_by_role("link", name="Screen", exact=True).click()
    expect(page.locator(".card .number")).to_be_visible()
    record = int(page.locator(".card .number").inner_text().removeprefix("record "))
    page.keyboard.press("e")
    expect(page.locator(".card .number")).not_to_have_text(f"record {record}")
    expect(page.locator(".status")).to_have_text("All saved")
    latest = actions.my_votes(db, caller("Reviewer A"), STAGE)[0]
    assert record not in before
    assert (latest["record"], latest["verdict"]) == (record, "exclude")
    db.close()


@pytest.mark.parametrize("member", ["Reviewer B", "Adjudicator", "Owner"])
def test_every_page_says_that_the_votes_are_simulated(
    demo: App, context: BrowserContext, member: str
) -> None:
    db = actions.open_review(demo.url)
    notice = actions.about(db)["notice"]
    db.close()
    page = context.new_page()
    choose(page, demo, member)
    titles = page.get_by_role("navigation").get_by_role("link").locator("p").all_inner_texts()
    assert ("Screen" in titles) == (member == "Reviewer B")
    for title in titles:
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_text(notice)).to_be_visible()
        expect(page.locator("[data-testid=stException]")).to_have_count(0)


def test_signing_out_leads_back_to_the_choice(demo: App, context: BrowserContext) -> None:
    page = context.new_page()
    choose(page, demo, "Owner")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Reviewer A")).to_be_visible()


def test_an_address_of_another_role_says_whom_it_is_for(demo: App, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"{demo.address}/screen")
    page.get_by_role("button", name="Owner").click()
    expect(page.get_by_text("Screen is for the role reviewer.")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("link", name="Screen", exact=True)).to_have_count(0)
