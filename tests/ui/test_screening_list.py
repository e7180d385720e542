"""Screening in a list: several excludes at once, each a vote of its own, undone as one."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from tests.ui.conftest import PASSWORD, caller, votes
from tests.ui.serving import App

STAGE = "title-abstract"


@pytest.fixture
def page(context: BrowserContext, screening: Any, app: App) -> Page:
    """Anna at the list."""
    actions.mark_term(screening, caller("Anna"), "rat*", include=False)
    page = context.new_page()
    page.goto(f"{app.address}/list-screen")
    page.get_by_label("Name").fill("Anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".list tbody tr")).to_have_count(50, timeout=20_000)
    return page


def test_a_batch_is_a_vote_each_and_is_undone_whole(page: Page, screening: Any) -> None:
    order = [c["record"] for c in actions.next_records(screening, caller("Anna"), STAGE, n=50)]
    rows = page.locator(".list tbody tr")
    drawn = rows.evaluate_all("all => all.map((row) => Number(row.dataset.record))")
    assert drawn == order
    expect(rows.first.locator(".terms")).to_have_text("rats ")
    sent: list[dict[str, Any]] = []
    page.on(
        "request",
        lambda asked: sent.append(asked.post_data_json) if "/vote" in asked.url else None,
    )
    for key in ("j", "x", "ArrowDown", "j", "Shift+X", "2"):  # the second to the fourth
        page.keyboard.press(key)
    status = page.locator(".status")
    expect(status).to_have_text("All saved", timeout=20_000)
    assert votes(screening, "Anna") == dict.fromkeys(order[1:4], "exclude")
    reasons = actions.about(screening)["stages"][STAGE]["reasons"]
    mine = actions.my_votes(screening, caller("Anna"), STAGE)
    assert {vote["reason"] for vote in mine} == {reasons[1]["code"]}
    assert len({each["key"] for each in sent}) == len(sent) == 3
    expect(rows.first).to_have_attribute("data-record", str(order[0]))
    expect(rows.nth(1)).to_have_attribute("data-record", str(order[4]))
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")

    page.keyboard.press("e")  # nothing is selected: the record in focus
    page.keyboard.press("z")
    page.keyboard.press("z")
    expect(status).to_have_text("All saved", timeout=20_000)
    assert votes(screening, "Anna") == {}
    assert rows.evaluate_all("all => all.map((row) => Number(row.dataset.record))")[:6] == order[:6]


def test_what_is_refused_is_named_and_what_was_not_sent_is_sent_later(
    page: Page, screening: Any
) -> None:
    order = [c["record"] for c in actions.next_records(screening, caller("Anna"), STAGE, n=3)]
    actions.remove(screening, caller("Olga"), order[0], by="other", why="a test")
    page.route("**/api/screening/vote", lambda route: route.abort())
    for key in ("x", "j", "j", "Shift+X", "e"):
        page.keyboard.press(key)
    expect(page.locator(".status")).to_have_text("Offline: 3 votes waiting")
    page.unroute("**/api/screening/vote")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(".status")).to_have_text("All saved", timeout=30_000)
    expect(page.locator(".refused")).to_contain_text(
        f"(record {order[0]}). Record {order[0]} was removed before screening."
    )
    assert votes(screening, "Anna") == dict.fromkeys(order[1:], "exclude")
