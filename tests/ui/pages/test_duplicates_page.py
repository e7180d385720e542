"""The Duplicates page in Chromium: what is pressed there is what the review then holds."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from tests.conftest import HOLDER
from tests.ui.conftest import PASSWORD, import_rows, records
from tests.ui.serving import App, settle

Open = Callable[[str], Page]


WORDS = ("thenar", "masseter", "soleus", "tibial", "vastus", "deltoid", "biceps", "triceps", "hand")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A review with two questions, about 2, 10 and 11 together and about 1 and 12."""
    folder = tmp_path_factory.mktemp("pairs")
    db = actions.init(f"sqlite:///{folder}/review.db")
    rows = [row | {"doi": "", "pmid": "", "abstract": ""} for row in records(len(WORDS))]
    for row, word in zip(rows, WORDS, strict=True):
        row["title"] = f"Jitter of {word} motor units in old & young mice"
    import_rows(db, folder, rows, source="First")
    ends = ((1, "a pilot study"), (1, "a trial"), (0, "a pilot study"))
    again = [
        rows[n] | {"title": f"{rows[n]['title']}: {end}", "accession": f"S{n}{end}"}
        for n, end in ends
    ]
    import_rows(db, folder, again, source="Second")
    actions.dedup(db, HOLDER)
    actions.add_member(db, HOLDER, "Olga", ["owner"])
    actions.set_password(db, HOLDER, "Olga", PASSWORD)
    yield db
    db.close()


@pytest.fixture(scope="module")
def app(pairs: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    served = App(pairs.url, tmp_path_factory.mktemp("log") / "app.log")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def opened(app: App, context: BrowserContext) -> Open:
    """Open a page of that review as Olga, its owner."""

    def visit(path: str) -> Page:
        answer = context.request.post(
            f"{app.address}/sign-in",
            data={"name": "Olga", "password": PASSWORD},
            headers={"Origin": app.address},
        )
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{app.address}/{path}")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return visit


def saved(page: Page) -> None:
    expect(page.locator(".duplicates .status")).to_have_text("All saved")


def kept(db: Any) -> dict[int, int]:
    return {
        record: card["record"]
        for card in actions.records(db, HOLDER)["records"]
        for record in card["cluster"]
    }


def asked(db: Any) -> list[list[int]]:
    found = actions.duplicate_questions(db, HOLDER)["questions"]
    return [[card["record"] for card in question["records"]] for question in found]


def test_questions_are_answered_and_undone_from_the_keyboard(pairs: Any, opened: Open) -> None:
    assert asked(pairs) == [[2, 10, 11], [1, 12]]
    page = opened("duplicates")
    expect(page.locator(".progress")).to_have_text("Question 1 of 2 · 0 answered")
    page.keyboard.press("k")
    expect(page.get_by_role("columnheader", name="Record 12")).to_be_visible()
    assert page.locator("mark").all_text_contents() == [" [differs: : a pilot study] "]
    page.keyboard.press("s")
    saved(page)
    assert kept(pairs)[12] == 1
    page.keyboard.press("z")
    saved(page)
    assert kept(pairs)[12] == 12
    assert asked(pairs) == [[2, 10, 11], [1, 12]]
    page.keyboard.press("d")
    saved(page)
    assert asked(pairs) == [[2, 10, 11]]
    page.keyboard.press("z")
    saved(page)
    assert asked(pairs) == [[2, 10, 11], [1, 12]]
    page.keyboard.press("d")
    expect(page.get_by_role("columnheader", name="Record 11")).to_be_visible()
    page.keyboard.press("3")  # record 11 is taken out
    page.keyboard.press("s")
    expect(page.get_by_text("No open questions")).to_be_visible()
    saved(page)
    assert {r: kept(pairs)[r] for r in (1, 2, 10, 11, 12)} == {1: 1, 2: 2, 10: 2, 11: 11, 12: 12}
    assert asked(pairs) == []
    page.keyboard.press("ArrowLeft")
    expect(page.locator("p.past", has_text="Your answer: Same report")).to_be_visible()
    assert actions.verify(pairs, HOLDER)["ok"]


def test_records_chosen_in_the_list_are_merged_by_hand_and_no_key_acts_while_typing(
    pairs: Any, opened: Open
) -> None:
    page = opened("duplicates?part=by-hand")
    field = page.get_by_label("Records that may be the same report")
    field.fill("3, 4")
    field.press("Enter")
    expect(page.get_by_role("columnheader", name="Record 4")).to_be_visible()
    field.press_sequentially("sd")
    page.wait_for_timeout(300)
    assert kept(pairs)[4] == 4
    field.fill("3, 4")
    field.press("Enter")
    page.get_by_role("button", name="Same report").click()
    expect(page.get_by_role("heading", name="Done.")).to_be_visible()
    saved(page)
    assert kept(pairs)[4] == 3


def test_a_group_is_split_off_and_put_back(pairs: Any, opened: Open) -> None:
    actions.merge(pairs, HOLDER, 6, 7, 8, 9)
    page = opened("duplicates?part=merged")
    page.get_by_label("Search", exact=True).fill("deltoid")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 report of several records")).to_be_visible()
    # while it runs again, what was drawn before may still be there beside what is drawn now
    settle(page)
    for record in (8, 9):
        page.locator("label").filter(has_text=f"{record} · First").click()
    page.get_by_role("button", name="Split off 8 and 9 as one report").click()
    expect(page.get_by_text("Split off 8 and 9.")).to_be_visible()
    assert [kept(pairs)[record] for record in (6, 7, 8, 9)] == [6, 6, 8, 8]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Split off 8 and 9.")).to_have_count(0)
    assert [kept(pairs)[record] for record in (6, 7, 8, 9)] == [6, 6, 6, 6]
