"""One study from its PDF to the forest plot in Chromium, by two extractors and a third."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from review import actions
from review.actions import Caller
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.end_to_end import case
from tests.end_to_end.conftest import Desks, served
from tests.end_to_end.desk import PASSWORD, WAIT, see
from tests.pdf_files import pdf

QUOTE = "units were fewer in the old"
BENS = "units were many in the old"
TEAM = {"Anna": ["reviewer", "extractor"], "Ben": ["reviewer", "extractor"],
        "Cara": ["adjudicator"], "Olga": ["owner"]}  # fmt: skip
ARMS = (("young", "12", "24 ± 3"), ("old", "11", "71 ± 5"))
EFFECT = {
    "Outcome construct *": "MU firing (discharge) rate",
    "What is compared *": "Older vs younger",
    "Direction of effect *": "Decrease",
    "Muscle *": "Tibialis anterior",
    "EMG / electrophysiology method *": "Quantitative EMG",
}
CARDS = "[class*='st-key-card-form-1-arms']"


@pytest.fixture
def desks(chromium: Browser, tmp_path: Path) -> Iterator[Desks]:
    """The app over a review with one included study, its PDF attached."""
    url = f"sqlite:///{tmp_path}/one.db"
    db = actions.init(url, case.protocol(tmp_path))
    for name, roles in TEAM.items():
        actions.add_member(db, HOLDER, name, roles)
        actions.set_password(db, HOLDER, name, PASSWORD)
    file = tmp_path / "one.csv"
    file.write_text('title,authors,year\nMotor units of old muscle,"Abel, A",2020\n')
    actions.import_file(db, HOLDER, file, source="Embase")
    anna, ben = (Caller(name, Channel.API) for name in ("Anna", "Ben"))
    for stage in ("title-abstract", "full-text"):
        for who in (anna, ben):
            actions.vote(db, who, 1, "include", stage=stage)
        if stage == "title-abstract":
            data = pdf(f"Table 2\nMotor {QUOTE}.")
            actions.report(db, HOLDER, 1, "retrieved", pdf=data, name="abel.pdf")
    actions.study(db, HOLDER, [1])
    db.close()
    yield from served(chromium, url, tmp_path)


@pytest.mark.slow
def test_a_study_is_carried_from_pdf_to_forest_plot(desks: Desks, tmp_path: Path) -> None:
    """Both fill in arms, values and an effect without pause; a third settles what differs."""
    anna, ben, cara = (desks(name) for name in ("Anna", "Ben", "Cara"))
    page = anna.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to fill in."))
    see(page.get_by_text(QUOTE).first)  # the PDF stands beside the form
    fill(page, mean="ninety")
    see(page.get_by_text("must be a number, not 'ninety'"))
    expect(page.get_by_role("button", name="Give the form")).to_be_disabled()
    page.reload()
    see(page.get_by_text("saved at"))
    expect(written(page, "Group 2: mean")).to_have_value("ninety", timeout=WAIT)
    assert arms(page) == [[*one] for one in ARMS]
    write(page, "Group 2: mean", "11.8")
    write(page, "Page", "1")
    write(page, "Quote", QUOTE)
    expect(page.get_by_text("must be a number")).to_have_count(0, timeout=WAIT)
    page.get_by_role("button", name="Give the form").click()
    see(page.get_by_text("Stored. It is compared once both forms are in"))

    page = ben.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to fill in."))
    page.get_by_role("radio", name="Compare and settle").click()
    see(page.get_by_text("you are blind to what others extracted"))
    page.get_by_role("radio", name="Fill").click()
    fill(page, mean="11.6")
    write(page, "Quote", BENS)
    page.get_by_role("button", name="Give the form").click()
    see(page.get_by_text("stands nowhere in the attached PDF").first)

    page = cara.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to settle."))
    see(page.get_by_text("Who is A and B is blind."))
    page.get_by_role("radio", name="11.6").click()
    done = page.get_by_role("button", name="Settle").last
    expect(done).to_be_enabled(timeout=WAIT)
    done.click()
    see(page.get_by_text("The study is settled."))
    see(page.get_by_text("settled by Cara"))
    with_facts(tmp_path)

    page = ben.open("Evidence")
    see(page.get_by_text("1 effect of 1 study"))
    page.goto("pictures?picture=forest")
    drawn = page.locator("svg text")
    see(drawn.filter(has_text="MU firing (discharge) rate: older vs younger"))
    see(drawn.filter(has_text="Abel 2020"))


def fill(page: Page, *, mean: str) -> None:
    """Fill in a whole form as fast as the keys go down, but for what is not on the page yet."""
    choose(page, "Population", "Human")
    for place, cells in enumerate(ARMS):
        page.locator(CARDS).nth(place).get_by_label("Name of the arm").click()
        tabbed(page, *cells)
    page.get_by_role("button", name="Add effect").click()
    for label, term in EFFECT.items():
        choose(page, label, term)
    choose(page, "Arms compared", "young", "old")
    page.get_by_role("button", name="Add", exact=True).click()
    written(page, "Group 1: n").click()
    tabbed(page, "12", "11", "", "", "15.2", mean, "", "", "2.1", "2.4")
    for group in (1, 2):
        choose(page, f"Group {group}: what spread", "sd")


def tabbed(page: Page, *cells: str) -> None:
    """Type into one cell after the other, going on by the Tab key."""
    for cell in cells:
        page.keyboard.type(cell)
        page.keyboard.press("Tab")


def arms(page: Page) -> list[list[str]]:
    """What stands in the first cells of each arm."""
    cards = page.locator(CARDS)
    boxes = (cards.nth(place).locator("input") for place in range(len(ARMS)))
    return [[some.nth(cell).input_value() for cell in range(3)] for some in boxes]


def with_facts(folder: Path) -> None:
    """What was settled on the page is what the database holds, with its source."""
    db = actions.open_review(f"sqlite:///{folder}/one.db")
    found = actions.extraction(db, HOLDER, 1)
    cells: dict[str, Any] = {one["cell"]: one for one in found["cells"]}
    mean = cells["effects 1, numbers 1, group2_mean"]
    assert (mean["value"], mean["agreed"]) in ((11.6, "A"), (11.6, "B"))
    assert [(arm["label"], arm["n"], arm["age"]) for arm in found["form"]["arms"]] == [
        (label, int(n), age) for label, n, age in ARMS
    ]
    assert {one["by"] for one in found["extracted"]} == {"Anna", "Ben"}
    assert mean["source"]["quote"] == BENS
    assert all(c["ok"] for c in actions.verify(db, HOLDER)["checks"])
    db.close()


def choose(page: Page, label: str, *values: str) -> None:
    """Choose terms by typing what they are called."""
    for value in values:
        box = page.get_by_role("combobox", name=label, exact=True)
        box.click()
        box.fill(value)
        page.get_by_role("option", name=value).first.click()
        page.keyboard.press("Tab")


def write(page: Page, label: str, value: str) -> None:
    """Type into a cell and leave it."""
    box = written(page, label)
    box.fill(value)
    box.press("Tab")


def written(page: Page, label: str) -> Locator:
    """The field of a cell that is typed, by the label in sight."""
    text = page.get_by_test_id("stTextInput").or_(page.get_by_test_id("stTextArea"))
    named = text.filter(has=page.get_by_text(label, exact=True))
    return named.first.locator("input, textarea")
