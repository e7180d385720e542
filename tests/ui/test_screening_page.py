"""The screening page in Chromium: every key is one right vote, and none is lost on the way."""

import re
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from review import actions
from review.protocol import default_text
from review.vocab import Change
from tests.conftest import HOLDER
from tests.ui.conftest import PASSWORD, caller, hostile_records, import_rows, votes
from tests.ui.serving import App, settle

STAGE = "title-abstract"
VERDICTS = {"i": "include", "e": "exclude", "u": "maybe"}
VOTE = "**/api/screening/vote"


def upcoming(db: Any, name: str = "Anna", n: int = 20) -> list[int]:
    return [card["record"] for card in actions.next_records(db, caller(name), STAGE, n=n)]


def press(page: Page, keys: str | list[str], *, gap: int = 30) -> None:
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(gap)


def expect_saved(page: Page) -> None:
    expect(page.locator(".status")).to_have_text("All saved", timeout=30_000)


def shown(page: Page) -> int:
    """The record in view."""
    text = page.locator(".card .number").inner_text()
    return int(text.removeprefix("record "))


def facts(db: Any, record: int) -> list[str]:
    """Every vote ever cast on a record, changes and withdrawals included."""
    history = actions.record(db, HOLDER, record)["history"]
    return [entry["what"] for entry in history if entry["what"] in {"vote", "withdrawn"}]


def test_twenty_keys_at_30_ms_are_twenty_right_votes(page: Page, screening: Any) -> None:
    order = upcoming(screening)
    keys = "".join(islice(cycle("ieueiiue"), 20))
    press(page, keys)
    expect_saved(page)
    expected = {record: VERDICTS[key] for record, key in zip(order, keys, strict=True)}
    assert votes(screening, "Anna") == expected
    expect(page.locator(".progress")).to_have_text("20 screened · 40 to go")


def test_the_whole_queue_is_screened_from_the_keyboard_to_its_end(
    page: Page, screening: Any
) -> None:
    press(page, "e" * 60, gap=40)
    expect(page.locator(".card h2")).to_have_text("Nothing is left for you to screen here")
    expect_saved(page)
    expect(page.locator(".progress")).to_have_text("60 screened · 0 to go")
    assert list(votes(screening, "Anna").values()) == ["exclude"] * 60


def test_a_server_restarted_meanwhile_loses_no_vote(page: Page, screening: Any, app: App) -> None:
    order = upcoming(screening)
    app.stop()
    press(page, "ieuie")
    expect(page.locator(".status")).to_have_text("Offline: 5 votes waiting")
    assert votes(screening, "Anna") == {}
    app.start()
    expect_saved(page)
    expected = dict(zip(order, ("include", "exclude", "maybe", "include", "exclude"), strict=False))
    assert votes(screening, "Anna") == expected


def test_a_refresh_sends_what_was_waiting(page: Page, screening: Any) -> None:
    order = upcoming(screening)
    page.route(VOTE, lambda route: route.abort())
    press(page, "iee")
    expect(page.locator(".status")).to_have_text("Offline: 3 votes waiting")
    page.unroute(VOTE)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(".card h2")).to_be_visible()
    expect_saved(page)
    assert votes(screening, "Anna") == {
        order[0]: "include",
        order[1]: "exclude",
        order[2]: "exclude",
    }
    assert shown(page) == order[3]


def test_leaving_with_unsaved_votes_warns(page: Page) -> None:
    warned = []
    page.on("dialog", lambda dialog: (warned.append(dialog.type), dialog.accept()))
    page.route(VOTE, lambda route: route.abort())
    press(page, "i")
    expect(page.locator(".status")).to_have_text("Offline: 1 vote waiting")
    page.close(run_before_unload=True)
    page.wait_for_event("close")
    assert warned == ["beforeunload"]


def test_an_answer_lost_on_the_way_back_is_one_vote(page: Page, screening: Any) -> None:
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.post_data_json["key"])
        if len(keys) == 1:
            route.fetch()  # the server has cast the vote; the page never hears of it
            route.abort()
        else:
            route.continue_()

    record = upcoming(screening)[0]
    page.route(VOTE, lose_the_first)
    press(page, "i")
    expect_saved(page)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert facts(screening, record) == ["vote"]


def test_a_sign_in_that_ended_keeps_the_votes_until_the_next_one(
    page: Page, screening: Any, sign_in: Callable[..., None]
) -> None:
    order = upcoming(screening)
    # a new password ends every sign-in
    actions.set_password(screening, caller("Anna"), "Anna", PASSWORD)
    press(page, "ie")
    expect(page.locator(".status")).to_contain_text("has ended; sign in again: 2 votes waiting")
    assert votes(screening, "Anna") == {}
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, "Anna")
    expect_saved(page)
    assert votes(screening, "Anna") == {order[0]: "include", order[1]: "exclude"}
    # who is let go is told so, and what they pressed a moment later is not lost
    actions.deactivate(screening, caller("Olga"), "Anna")
    press(page, "u")
    expect(page.locator(".status")).to_contain_text("You have left this review")
    expect(page.locator(".status")).to_contain_text("take you back: 1 vote waiting")
    actions.reactivate(screening, caller("Olga"), "Anna")
    sign_in(page, "Anna")
    expect_saved(page)
    assert votes(screening, "Anna")[order[2]] == "maybe"


def test_votes_waiting_for_one_member_are_not_cast_by_the_next(
    page: Page, context: BrowserContext, screening: Any, sign_in: Callable[..., None]
) -> None:
    order = upcoming(screening)
    page.route(VOTE, lambda route: route.abort())
    press(page, "i")
    expect(page.locator(".status")).to_have_text("Offline: 1 vote waiting")
    page.evaluate(
        "fetch('/sign-out', {method: 'POST', body: '{}', "
        "headers: {'Content-Type': 'application/json'}})"
    )
    second = context.new_page()
    sign_in(second, "Ben")
    page.unroute(VOTE)
    expect(page.locator(".status")).to_contain_text(
        "signed in as Ben; sign in again: 1 vote waiting"
    )
    press(second, "e")
    expect_saved(second)
    assert votes(screening, "Anna") == {}
    assert list(votes(screening, "Ben").values()) == ["exclude"]
    second.evaluate(
        "fetch('/sign-out', {method: 'POST', body: '{}', "
        "headers: {'Content-Type': 'application/json'}})"
    )
    sign_in(second, "Anna")
    expect_saved(second)
    assert votes(screening, "Anna") == {order[0]: "include"}


def test_a_vote_the_rule_refuses_is_shown_until_dismissed(page: Page, screening: Any) -> None:
    record = shown(page)
    actions.add_member(screening, caller("Olga"), "Dora", ["reviewer"])
    for name in ("Ben", "Dora"):
        actions.vote(screening, caller(name), record, "exclude", stage=STAGE)
    press(page, "ii")
    alert = page.locator(".refused")
    expect(alert).to_contain_text("Not saved: Include for “Motor unit study")
    expect_saved(page)
    page.reload()
    expect(alert).to_contain_text("Not saved")
    page.get_by_role("button", name="Dismiss").click()
    expect(alert).to_be_empty()
    assert len(votes(screening, "Anna")) == 1


def test_undo_takes_the_vote_back_and_the_next_one_counts(page: Page, screening: Any) -> None:
    record = shown(page)
    press(page, "i")
    assert shown(page) != record
    press(page, "z")
    assert shown(page) == record
    expect(page.locator(".past")).to_have_text("Undone: Include. Vote again.")
    expect_saved(page)
    assert votes(screening, "Anna") == {}
    press(page, "e")
    expect_saved(page)
    assert votes(screening, "Anna") == {record: "exclude"}


def test_undo_after_the_second_vote_says_that_the_vote_stands_and_changes_it(
    page: Page, screening: Any
) -> None:
    record = shown(page)
    actions.vote(screening, caller("Ben"), record, "include", stage=STAGE)
    press(page, "i")
    expect_saved(page)
    press(page, "z")
    expect(page.locator(".past")).to_contain_text("stands until you vote again")
    press(page, "e")
    expect_saved(page)
    assert votes(screening, "Anna") == {record: "exclude"}


def test_looking_back_shows_the_vote_and_changes_it_even_after_a_refresh(
    page: Page, screening: Any
) -> None:
    first = shown(page)
    press(page, "i2u")
    expect_saved(page)
    page.reload()
    expect(page.locator(".card h2")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_enabled()
    now = shown(page)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(300)
    assert shown(page) == first
    expect(page.locator(".past")).to_contain_text("Looking back, 3 of 3. Your vote: Include.")
    page.keyboard.press("e")
    expect_saved(page)
    assert shown(page) == now
    assert votes(screening, "Anna")[first] == "exclude"
    assert len(votes(screening, "Anna")) == 3


def test_no_key_acts_while_typing_and_the_note_survives_a_refresh_and_goes_with_the_vote(
    page: Page, screening: Any
) -> None:
    record = shown(page)
    press(page, "n")
    page.keyboard.type("i exclude? 12")
    page.reload()
    expect(page.get_by_label("Note")).to_have_value("i exclude? 12")
    press(page, "n")
    page.keyboard.type(" zero")
    assert shown(page) == record
    page.keyboard.press("Escape")
    press(page, "i")
    expect_saved(page)
    mine = actions.my_votes(screening, caller("Anna"), STAGE)
    assert [(v["record"], v["note"]) for v in mine] == [(record, "i exclude? 12 zero")]


def test_a_key_held_down_is_one_vote_a_shortcut_none_and_a_digit_its_reason(
    page: Page, screening: Any
) -> None:
    for _ in range(8):
        page.keyboard.down("e")  # without a release in between these are repeats
    page.keyboard.up("e")
    for keys in ("Control+i", "Alt+e", "Meta+u"):
        page.keyboard.press(keys)
    expect_saved(page)
    assert list(votes(screening, "Anna").values()) == ["exclude"]
    reasons = actions.about(screening)["stages"][STAGE]["reasons"]
    press(page, "2")
    expect_saved(page)
    mine = actions.my_votes(screening, caller("Anna"), STAGE)
    assert [(v["verdict"], v["reason"]) for v in mine] == [
        ("exclude", reasons[1]["code"]),
        ("exclude", None),
    ]


def test_another_run_of_the_page_does_not_multiply_votes(page: Page, screening: Any) -> None:
    for name in ("Full text", "Title and abstract") * 3:
        page.get_by_role("radio", name=name).click()
        page.wait_for_timeout(400)
    expect(page.locator(".card .number")).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "vote" in request.url else None)
    press(page, "iii")
    expect_saved(page)
    assert len(sent) == 3
    assert len(votes(screening, "Anna")) == 3


def test_two_tabs_of_one_member_share_the_work_and_cast_each_vote_once(
    page: Page, context: BrowserContext, screening: Any, app: App
) -> None:
    second = context.new_page()
    second.goto(f"{app.address}/screen")
    expect(second.locator(".card .number")).to_be_visible()
    order = upcoming(screening, n=6)
    assert shown(second) == order[0]
    press(page, "iii")
    expect_saved(page)
    second.keyboard.press("i")  # the record both tabs had in view: the same vote again
    second.wait_for_timeout(100)
    assert shown(second) == order[3]
    press(second, "ee")
    expect_saved(second)
    cast = ("include", "include", "include", "exclude", "exclude")
    assert votes(screening, "Anna") == dict(zip(order, cast, strict=False))
    # under test every tab is a focused one; one that nobody looks at moves on with the other
    second.evaluate("document.hasFocus = () => false")
    assert shown(second) == order[5]
    press(page, "uu")
    expect_saved(page)
    expect(second.locator(".card .number")).not_to_have_text(f"record {order[5]}")
    second.keyboard.press("ArrowLeft")
    expect(second.locator(".past")).to_contain_text("Your vote: Maybe.")
    assert shown(second) == order[5]


def test_exclusion_at_full_text_asks_for_its_reason(
    context: BrowserContext, screening: Any, sign_in: Callable[..., None]
) -> None:
    for record in upcoming(screening, n=2):
        for name in ("Anna", "Ben"):
            actions.vote(screening, caller(name), record, "include", stage=STAGE)
        actions.report(screening, caller("Olga"), record, "retrieved")
    page = context.new_page()
    sign_in(page, "Anna", "full-text")
    press(page, "e")
    expect(page.locator(".reasons")).to_have_class(re.compile("asked"))
    page.keyboard.press("Escape")
    press(page, "e")
    press(page, "3")
    press(page, "1")
    expect_saved(page)
    reasons = actions.about(screening)["stages"]["full-text"]["reasons"]
    mine = actions.my_votes(screening, caller("Anna"), "full-text")
    assert [v["reason"] for v in mine] == [reasons[0]["code"], reasons[2]["code"]]


def test_the_text_of_a_record_runs_nothing_and_makes_no_element_but_marks(
    context: BrowserContext, sqlite_review: Any, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    import_rows(sqlite_review, tmp_path, hostile_records(), "Hostile")
    screening = request.getfixturevalue("screening")
    hostile = {
        r["record"]
        for r in actions.records(screening, caller("Olga"))["records"]
        if r["source"] == "Hostile"
    }
    page = context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))

    def with_hostile_addresses(route: Route) -> None:
        answer = route.fetch()
        cards = [
            card | {"url": "javascript:window.ran=1", "link": "data:text/html,x", "pmid": ""}
            for card in answer.json()["cards"]
        ]
        route.fulfill(response=answer, json={"cards": cards})

    page.route("**/api/screening/next?*", with_hostile_addresses)
    request.getfixturevalue("sign_in")(page, "Anna")
    allowed = {"H2", "H3", "P", "CITE", "A", "SPAN", "DIV", "DL", "DT", "DD", "MARK"}
    left = set(hostile)
    for _ in range(70):
        left.discard(shown(page))
        tags = page.locator(".card *").evaluate_all("all => all.map((one) => one.tagName)")
        links = page.locator(".card a").evaluate_all("all => all.map((one) => one.href)")
        assert set(tags) <= allowed
        assert all(link.startswith(("https://", "http://")) for link in links)
        if not left:
            break
        page.keyboard.press("e")
    assert left == set()
    expect_saved(page)
    assert page.evaluate("window.ran") is None
    assert said == []


def amend_highlights(db: Any, folder: Path, include: str, exclude: str) -> None:
    text = default_text()
    assert "  include: []\n  exclude: []" in text
    protocol = folder / "protocol.yaml"
    terms = f"  include: [{include}]\n  exclude: [{exclude}]"
    protocol.write_text(text.replace("  include: []\n  exclude: []", terms))
    actions.amend(db, HOLDER, protocol, change=Change.CLARIFY, note="Terms to mark")


def test_an_amendment_while_the_page_is_open_does_not_multiply_votes(
    page: Page, screening: Any, tmp_path: Path
) -> None:
    amend_highlights(screening, tmp_path, "EMG", "")
    settle(page)
    page.keyboard.press("r")  # Streamlit runs the page again, now with other terms
    expect(page.locator(".card mark").first).to_be_visible()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "vote" in request.url else None)
    press(page, "iii")
    expect_saved(page)
    assert len(sent) == 3
    assert len(votes(screening, "Anna")) == 3


def test_terms_are_marked_in_two_styles_and_the_switch_is_kept(
    context: BrowserContext, screening: Any, tmp_path: Path, sign_in: Callable[..., None]
) -> None:
    include = "motor unit*, EMG, '/gro[uo]p \\d+/'"
    amend_highlights(screening, tmp_path, include, "rat*")
    page = context.new_page()
    sign_in(page, "Anna")
    number = page.locator(".card h2").inner_text().rpartition(" ")[2]
    marks = page.locator(".card mark")
    found = marks.evaluate_all("all => all.map((one) => [one.className, one.textContent])")
    assert found == [
        ["include", "Motor unit"],
        ["include", "motor units"],
        ["include", "EMG"],
        ["include", f"group {number}"],
        ["exclude", "rats"],
        ["include", "EMG"],
    ]
    lines = marks.evaluate_all("all => all.map((one) => getComputedStyle(one).textDecorationStyle)")
    assert {"solid", "wavy"} == set(lines)
    press(page, "h")
    expect(page.locator(".screening.plain")).to_be_attached()
    page.reload()
    expect(page.locator(".screening.plain")).to_be_attached()


def test_nobody_sees_a_page_before_signing_in(app: App, context: BrowserContext) -> None:
    page = context.new_page()
    for path in ("", "screen", "overview", "team"):
        page.goto(f"{app.address}/{path}")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        assert "Motor unit study" not in page.inner_text("body")
    page.get_by_label("Name").fill("Anna")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")


def test_a_half_written_outbox_is_told_and_holds_nothing_up(page: Page, screening: Any) -> None:
    with page.expect_request("**/api/screening/next?*") as asked:
        page.reload()
    headers = asked.value.headers
    prefix = f"review-outbox:{headers['x-review']}:{headers['x-member']}:"
    for name, cut in (("000-1:a", '{"path": "/api/scree'), ("000-2:b", "{}"), ("000-3:c", "null")):
        page.evaluate("([name, cut]) => localStorage.setItem(name, cut)", [prefix + name, cut])
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator(".card h2")).to_be_visible()
    expect(page.locator(".refused p")).to_have_count(3)
    expect(page.locator(".refused")).to_contain_text("was cut off")
    expect_saved(page)
    press(page, "i")
    expect_saved(page)
    assert len(votes(screening, "Anna")) == 1


def test_a_record_merged_or_removed_meanwhile_holds_nothing_up(page: Page, screening: Any) -> None:
    first, second, third, *_ = upcoming(screening)
    page.route(VOTE, lambda route: route.abort())
    press(page, "iee")
    expect(page.locator(".status")).to_have_text("Offline: 3 votes waiting")
    merged = actions.merge(screening, HOLDER, first, upcoming(screening)[5])
    actions.remove(screening, caller("Olga"), second, by="other", why="a test")
    page.unroute(VOTE)
    expect_saved(page)
    expect(page.locator(".refused")).to_contain_text(f"Record {second} was removed")
    cast = votes(screening, "Anna")
    assert cast == {merged["kept"]: "include", third: "exclude"}


def test_a_record_reopened_is_judged_anew_and_a_closed_stage_is_told(
    page: Page, screening: Any
) -> None:
    first, olga = shown(page), caller("Olga")
    press(page, "i")
    expect_saved(page)
    actions.vote(screening, caller("Ben"), first, "include", stage=STAGE)
    actions.reopen(screening, olga, first, stage=STAGE, why="looked again")
    assert first not in votes(screening, "Anna")
    # a change of mind about the round before is no vote in this one
    press(page, ["ArrowLeft", "u"])
    told = f"Not saved: Maybe for .* Record {first} was reopened since \\(round 2\\)"
    expect(page.locator(".refused")).to_contain_text(re.compile(told))
    page.get_by_role("button", name="Dismiss").click()
    assert first not in votes(screening, "Anna")
    press(page, "e" * 6)
    expect_saved(page)
    press(page, ["ArrowLeft"] * 8)
    # of the round before not even one's own vote is shown
    expect(page.locator(".past")).to_contain_text("Looking back, 6 of 6.")
    page.keyboard.press("Escape")
    actions.close_stage(screening, olga, STAGE, why="enough is enough")
    press(page, "ni am sure")
    page.keyboard.press("Escape")
    press(page, "i")
    told = "The stage title-abstract was closed on"
    expect(page.locator(".refused")).to_contain_text(re.compile(f"Not saved: Include for .*{told}"))
    expect(page.locator(".card")).to_contain_text(re.compile(f"No record to show.*{told}", re.S))
    assert len(votes(screening, "Anna")) == 6
    actions.close_stage(screening, olga, STAGE, closed=False, why="it is not")
    page.get_by_role("button", name="Look again").click()
    expect(page.locator(".card .number")).to_have_text(f"record {first}")
    press(page, "e")
    expect_saved(page)
    assert votes(screening, "Anna")[first] == "exclude"
    assert actions.record(screening, olga, first)["standing"][STAGE] == "awaiting"
