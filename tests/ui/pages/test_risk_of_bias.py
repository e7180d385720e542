"""Risk of bias in the browser: two assessors by keys, a third who settles, and what is drawn."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from review import actions
from tests.actions.test_appraising import prepared
from tests.conftest import HOLDER
from tests.ui.conftest import PASSWORD, caller
from tests.ui.serving import App, settle

TEAM = ("Anna", "Ben", "Cara")


def signed_in(browser: Browser, app: App, name: str, path: str) -> Page:
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    context.set_default_timeout(20_000)
    answer = context.request.post(
        f"{app.address}/sign-in",
        data={"name": name, "password": PASSWORD},
        headers={"Origin": app.address},
    )
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto(f"{app.address}/{path}")
    expect(page.get_by_role("heading", name="Risk of bias")).to_be_visible()
    settle(page)
    return page


def answered(page: Page, keys: str) -> None:
    """Press a key for each question, when it is there."""
    for number, key in enumerate(keys, 1):
        expect(page.get_by_text(f"{number - 1} of 8 questions answered")).to_be_visible()
        settle(page)
        page.keyboard.press(key)
    expect(page.get_by_text("8 of 8 questions answered")).to_be_visible()
    settle(page)


def state(db: Any, name: str | None = None) -> str:
    who = caller(name) if name else HOLDER
    return str(next(row["state"] for row in actions.appraisals(db, who) if row["study"] == 1))


@pytest.mark.slow
def test_two_assess_by_keys_and_a_third_settles_what_differs(
    chromium: Browser, tmp_path: Path
) -> None:
    db = prepared(f"sqlite:///{tmp_path}/review.db", tmp_path)
    for name in TEAM:
        actions.set_password(db, HOLDER, name, PASSWORD)
    app = App(f"sqlite:///{tmp_path}/review.db", tmp_path / "app.log")
    app.start()
    try:
        anna = signed_in(chromium, app, "Anna", "risk-of-bias?study=1")
        expect(anna.get_by_text("calls for JBI, analytical cross-sectional")).to_be_visible()
        anna.keyboard.press("1")
        expect(anna.get_by_text("1 of 8 questions answered")).to_be_visible()
        settle(anna)
        # what is typed is kept: another browser of the same person goes on where this one stopped
        kept = actions.appraisal_form(db, caller("Anna"), 1)["draft"]
        assert kept["answers"] == {"1": {"answer": "yes"}}
        anna.reload()
        expect(anna.get_by_text("1 of 8 questions answered")).to_be_visible()
        for number in range(1, 8):
            expect(anna.get_by_text(f"{number} of 8 questions answered")).to_be_visible()
            settle(anna)
            anna.keyboard.press("1")
        expect(anna.get_by_text("By the rule")).to_be_visible()
        settle(anna)
        anna.keyboard.press("g")
        expect(anna.get_by_text("It is waiting for the other.")).to_be_visible()
        assert state(db, "Anna") == "waiting"
        ben = signed_in(chromium, app, "Ben", "risk-of-bias?study=1")
        answered(ben, "11111213")
        ben.keyboard.press("g")
        expect(ben.get_by_text("It is waiting for the other.")).to_be_visible()
        assert (state(db), state(db, "Ben"), state(db, "Anna")) == (
            "conflict", "waiting", "waiting")  # fmt: skip
        cara = signed_in(chromium, app, "Cara", "risk-of-bias")
        expect(cara.get_by_text("1 conflict to settle")).to_be_visible()
        for question in ("6. Was something done", "8. Was the statistical"):
            group = cara.get_by_role("radiogroup", name=question)
            group.get_by_text("Yes").click()
            settle(cara)
        cara.get_by_role("button", name="Settle").last.click()
        expect(cara.get_by_text("is settled: Low risk")).to_be_visible()
        assert state(db, "Anna") == "settled"
        cara.get_by_role("radio", name="Plots").click()
        expect(cara.get_by_text("In words, and how to read it")).to_be_visible()
        drawn = cara.locator(".st-key-picture-frame-traffic-light canvas")
        expect(
            drawn.or_(cara.locator(".st-key-picture-frame-traffic-light svg")).first
        ).to_be_visible()
        assert all(check["ok"] for check in actions.verify(db, HOLDER)["checks"])
    finally:
        app.stop()
        db.close()
