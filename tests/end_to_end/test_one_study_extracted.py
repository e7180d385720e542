"""One study from its PDF to the evidence table in Chromium, by two extractors and a third."""

import json
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
from tests.ui.serving import settle

QUOTE = "units were fewer in the old"
TEAM = {"Anna": ["reviewer", "extractor"], "Ben": ["reviewer", "extractor"],
        "Cara": ["adjudicator"], "Olga": ["owner"]}  # fmt: skip
OF_BEN = {
    "study": {"population": "human"},
    "effects": [
        {
            "outcome": "out.mu.number", "contrast": "con.age", "direction": "decrease",
            "source": {"page": "1"},
            "numbers": [{"group1_mean": 150, "group2_mean": 91}],
        }
    ],
}  # fmt: skip


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
def test_a_study_is_carried_from_pdf_to_evidence(desks: Desks, tmp_path: Path) -> None:
    anna, ben, cara = (desks(name) for name in ("Anna", "Ben", "Cara"))
    page = anna.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to fill in."))
    see(page.get_by_text(QUOTE).first)  # the PDF stands beside the form
    choose(page, "Population", "Human")
    page.get_by_role("button", name="Add effect").click()
    choose(page, "Outcome construct *", "MU number")
    choose(page, "What is compared *", "Older vs younger")
    choose(page, "Direction of effect *", "Decrease")
    page.get_by_role("button", name="Add", exact=True).click()
    write(page, "Group 1: mean", "150")
    write(page, "Group 2: mean", "ninety")
    see(page.get_by_text("must be a number, not 'ninety'"))
    expect(page.get_by_role("button", name="Give the form")).to_be_disabled()
    page.reload()
    see(page.get_by_text("saved at"))
    expect(written(page, "Group 2: mean")).to_have_value("ninety", timeout=WAIT)
    write(page, "Group 2: mean", "90")
    write(page, "Page", "1")
    write(page, "Quote", QUOTE)
    expect(page.get_by_text("must be a number")).to_have_count(0, timeout=WAIT)
    page.get_by_role("button", name="Give the form").click()
    see(page.get_by_text("Stored. It is compared once both forms are in"))

    page = ben.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to fill in."))
    page.get_by_role("radio", name="Compare and settle").click()
    see(page.get_by_text("you are blind to what others extracted"))
    page.get_by_role("radio", name="Files").click()
    page.get_by_label("or paste JSON").fill(json.dumps(OF_BEN))
    page.get_by_role("button", name="Store the extraction").click()
    see(page.get_by_text("1 effect (not settled yet)"))

    page = cara.sign_in("extract")
    see(page.get_by_text("Waiting for you: 1 study to settle."))
    see(page.get_by_text("1 cell of"))
    see(page.get_by_text("Who is A and B is blind."))
    page.get_by_role("radio", name="91").click()
    done = page.get_by_role("button", name="Settle").last
    expect(done).to_be_enabled(timeout=WAIT)
    done.click()
    see(page.get_by_text("The study is settled."))
    see(page.get_by_text("settled by Cara"))
    with_facts(tmp_path)

    page = ben.open("Evidence")
    see(page.get_by_text("1 effect of 1 study"))


def with_facts(folder: Path) -> None:
    """What was settled on the page is what the database holds, with its source."""
    db = actions.open_review(f"sqlite:///{folder}/one.db")
    found = actions.extraction(db, HOLDER, 1)
    cells: dict[str, Any] = {one["cell"]: one for one in found["cells"]}
    mean = cells["effects 1, numbers 1, group2_mean"]
    assert (mean["value"], mean["agreed"]) in ((91, "A"), (91, "B"))
    assert {one["by"] for one in found["extracted"]} == {"Anna", "Ben"}
    assert QUOTE in json.dumps(found["form"])
    assert found["warnings"]
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
        settle(page)


def write(page: Page, label: str, value: str) -> None:
    """Type into a cell and leave it."""
    box = written(page, label)
    box.fill(value)
    box.press("Tab")


def written(page: Page, label: str) -> Locator:
    """The field of a cell that is typed, by the label in sight."""
    return page.get_by_test_id("stTextInput").filter(has_text=label).first.locator("input")
