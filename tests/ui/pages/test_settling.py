"""Conflicts by keys, agreement, terms and amendments: what the pages do is what is stored."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from review.actions import Caller
from review.vocab import Channel
from tests.actions.rush import fill
from tests.conftest import HOLDER
from tests.ui.conftest import PASSWORD
from tests.ui.serving import App, settle

TA, FT = "title-abstract", "full-text"
TEAM = {"Olga": "owner", "Anna": "reviewer", "Ben": "reviewer", "Cara": "adjudicator"}


def caller(name: str) -> Caller:
    return Caller(name, Channel.APP)


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, App]]:
    """Twelve conflicts at title and abstract, two of reasons at full text, and an app over them."""
    folder = tmp_path_factory.mktemp("disputed")
    db = actions.init(f"sqlite:///{folder}/review.db")
    for name, role in TEAM.items():
        actions.add_member(db, HOLDER, name, [role])
        actions.set_password(db, HOLDER, name, PASSWORD)
    records = fill(db, 14)
    for n, record in enumerate(records[:14]):
        late = n >= 12
        for name, verdict in (("Anna", "include"), ("Ben", "include" if late else "exclude")):
            actions.vote(
                db,
                caller(name),
                record,
                verdict,
                stage=TA,
                reason="outcome" if verdict == "exclude" else None,
                note=f"{name}'s thought",
            )
    for record in records[12:]:
        for name, reason in (("Anna", "outcome"), ("Ben", "population")):
            actions.vote(db, caller(name), record, "exclude", stage=FT, reason=reason)
    app = App(f"sqlite:///{folder}/review.db", folder / "app.log")
    app.start()
    yield db, app
    app.stop()
    db.close()


def open_page(disputed: tuple[Any, App], context: BrowserContext, name: str, path: str) -> Page:
    address = disputed[1].address
    answer = context.request.post(
        f"{address}/sign-in",
        data={"name": name, "password": PASSWORD},
        headers={"Origin": address},
    )
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto(f"{address}/{path}")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def press(page: Page, key: str) -> None:
    """Press a key once the page has settled, as a person who reads would."""
    settle(page)
    page.keyboard.press(key)


def test_a_conflict_is_settled_from_the_keyboard(
    disputed: tuple[Any, App], context: BrowserContext
) -> None:
    db, _ = disputed
    first = actions.conflicts(db, caller("Cara"), TA, limit=1)[0]["record"]
    page = open_page(disputed, context, "Cara", "conflicts")
    expect(page.get_by_text("1 of 12 conflicts")).to_be_visible()
    expect(page.get_by_role("button", name="Keep my judgement")).to_be_visible()
    press(page, "ArrowRight")
    expect(page.get_by_text("2 of 12 conflicts")).to_be_visible()
    press(page, "ArrowLeft")
    expect(page.get_by_text("1 of 12 conflicts")).to_be_visible()
    assert "thought" not in page.locator("[data-testid=stMain]").inner_text()
    press(page, "1")  # exclude, for the first reason of the protocol
    expect(page.get_by_role("radio", name="Exclude")).to_be_checked()
    press(page, "k")
    expect(page.get_by_text("2. See the votes, then rule")).to_be_visible()
    # a note may name its author; the page does not
    expect(page.get_by_text("Anna's thought")).to_be_visible()
    expect(page.get_by_text("You, blind: exclude: Wrong population")).to_be_visible()
    page.reload()  # judged once, it stays judged
    expect(page.get_by_text("2. See the votes, then rule")).to_be_visible()
    page.get_by_label("Note").fill("i e s k 2: no key acts while typing")
    expect(page.get_by_role("radio", name="Exclude")).to_be_checked()
    page.get_by_label("Note").blur()
    press(page, "i")
    expect(page.get_by_role("radio", name="Include")).to_be_checked()
    press(page, "s")
    expect(page.get_by_text(f"Record {first}: ruled include.")).to_be_visible()
    told = actions.rulings(db, caller("Cara"), TA)["rulings"][0]
    assert (told["record"], told["blind"], told["verdict"]) == (first, "exclude", "include")
    assert told["note"].startswith("i e s k")
    page.get_by_text("Settled", exact=True).click()
    expect(page.get_by_text("1 ruling;")).to_be_visible()


def test_an_owner_settles_reasons_by_rule_after_seeing_what_it_does(
    disputed: tuple[Any, App], context: BrowserContext
) -> None:
    db, _ = disputed
    page = open_page(disputed, context, "Olga", f"conflicts?stage={FT}")
    page.get_by_text("Reasons by rule", exact=True).click()
    page.get_by_role("button", name="Settle 2 conflicts of reasons").click()
    expect(page.get_by_text("2 conflicts settled.")).to_be_visible()
    kinds = {one["kind"] for one in actions.rulings(db, HOLDER, FT)["rulings"]}
    assert kinds == {"rule"}
    page.get_by_text("Votes overturned", exact=True).click()
    expect(page.get_by_text("is shown once full-text is closed")).to_be_visible()
    page.get_by_text("What they are made of", exact=True).click()
    expect(page.get_by_text("2 of 2 records with independent votes")).to_be_visible()


def test_agreement_is_drawn_over_time_and_downloaded(
    disputed: tuple[Any, App], context: BrowserContext
) -> None:
    page = open_page(disputed, context, "Olga", "agreement")
    page.get_by_text("By week", exact=True).click()
    chart = page.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas")
    expect(chart.first).to_be_visible()
    settle(page)
    with page.expect_download() as caught:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert caught.value.path().read_text().startswith("stage,round,period")
    expect(page.get_by_text("Fleiss, Cohen and Everitt 1969")).to_be_visible()


def test_a_reviewer_has_a_term_marked_and_an_owner_amends_the_criteria(
    disputed: tuple[Any, App], context: BrowserContext, chromium: Any
) -> None:
    db, _ = disputed
    page = open_page(disputed, context, "Anna", "protocol")
    expect(page.get_by_role("tab", name="Amend", exact=True)).to_have_count(0)
    page.get_by_label("Another term").first.fill("/(a+)+b/")
    page.get_by_role("button", name="Mark it").first.click()
    expect(page.get_by_text("repeats a group")).to_be_visible()
    page.get_by_label("Another term").first.fill("motor unit*")
    page.get_by_role("button", name="Mark it").first.click()
    expect(page.get_by_role("listitem").filter(has_text="motor unit*")).to_be_visible()
    assert actions.highlight(db, HOLDER)["include"] == ["motor unit*"]
    other = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page = open_page(disputed, other, "Olga", "protocol")
    page.get_by_role("tab", name="Amend", exact=True).click()
    page.get_by_label("Included if all of these hold").fill("I1: answers it, in humans")
    page.get_by_text("Narrow: less is eligible than before").click()
    page.get_by_label("What was changed, and why").fill("Only humans are asked about.")
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_text("is now 'answers it, in humans'")).to_be_visible()
    page.get_by_role("button", name="Put version 2 in force").click()
    expect(page.get_by_text("Version 2 is in force;")).to_be_visible()
    about = actions.about(db)
    assert about["version"] == 2
    assert about["stages"][TA]["criteria"]["include"][0]["text"] == "answers it, in humans"
    assert about["highlight"]["include"] == ["motor unit*"]
    page.get_by_role("tab", name="Amendments").click()
    expect(page.get_by_text("the criteria were narrowed").first).to_be_visible()
    other.close()


def test_the_editor_names_the_line_that_is_wrong(tmp_path: Path) -> None:
    db = actions.init(f"sqlite:///{tmp_path}/review.db")
    lines = actions.editable(db, HOLDER)
    with pytest.raises(Exception, match=r"Line 2 of include is not CODE: words"):
        actions.edited(db, HOLDER, lines | {"include": ["I1: good", "no code here"]})
    db.close()
