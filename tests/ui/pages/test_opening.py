"""Every page opens for every member, and shows what the review holds and no more."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from review import actions
from review.actions import Caller
from review.ui.catalogue import PAGES
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.ui.conftest import hostile_records, import_rows
from tests.ui.pages.alone import alone
from tests.ui.pages.conftest import Visit

MEMBERS = [*actions.DEMO_MEMBERS, "Viewer"]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("module", [e.module for e in PAGES if e.exists() and e.module != "screen"])
def test_each_page_opens_alone_for_each_member(
    demo: Any, demo_url: str, module: str, name: str
) -> None:
    page = alone(demo_url, module, name)
    assert not page.exception, page.exception
    assert not page.error, [error.value for error in page.error]
    assert page.header or page.markdown


@pytest.mark.parametrize(
    ("module", "parameters"),
    [
        ("records", {"record": "1"}),
        ("records", {"box": "screened"}),
        ("full_text", {"record": "1"}),
        ("evidence", {"study": "1"}),
        ("extract", {"study": "1"}),
    ],
)
def test_what_an_address_names_opens(
    demo: Any, demo_url: str, module: str, parameters: dict[str, str]
) -> None:
    for name in MEMBERS:
        page = alone(demo_url, module, name, **parameters)
        assert not page.exception, (name, page.exception)
        assert not page.error, (name, page.error)


@pytest.mark.parametrize("module", [e.module for e in PAGES if e.exists() and e.module != "screen"])
def test_each_page_of_an_empty_review_says_what_to_do(tmp_path: Path, module: str) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    db = actions.init(url)
    actions.add_member(db, HOLDER, "Olga", ["owner", "adjudicator"])
    page = alone(url, module, "Olga")
    assert not page.exception, page.exception
    assert not page.error, page.error
    said = [*page.info, *page.success, *page.caption, *page.button]
    assert said
    db.close()


def test_every_number_of_the_flow_opens_that_many_records(visit: Visit, demo: Any) -> None:
    flow = actions.prisma(demo, Caller("Owner", Channel.APP))
    page = visit("Owner", "")
    links = page.locator(".flow a")
    expect(links.first).to_be_visible()
    linked = {link.get_attribute("data-box") for link in page.locator(".flow a text").all()}
    assert linked <= set(flow["boxes"])
    page.get_by_text("The same numbers as a list").click()
    listed = page.locator(".links a")
    expect(listed).to_have_count(sum(n > 0 for n in flow["boxes"].values()))
    for box in (
        "pending.title-abstract.conflict",
        "excluded_full_text.ex.noemg",
        "included.reports",
    ):
        page.get_by_role("link", name="Overview").first.click()
        n = f"{flow['boxes'][box]:,}"
        # a line of the picture may be written on two, its number on the second
        link = page.locator(f'.flow a:has(text[data-box="{box}"])', has_text=f"(n = {n})").first
        expect(link).to_be_visible()
        link.click()
        expect(page.get_by_text(f"{n} records", exact=True)).to_be_visible()
        assert actions.records(demo, HOLDER, box=box)["total"] == flow["boxes"][box]
        assert f"box={box}" in page.url


def test_a_reviewer_sees_no_number_that_tells_how_the_other_voted(visit: Visit) -> None:
    page = visit("Reviewer A", "")
    expect(page.locator(".flow a").first).to_be_visible()
    shown = page.locator("[data-testid=stMain]").inner_text()
    assert "onflict (" not in shown
    assert "Awaiting another vote" not in shown


def test_nobody_but_an_owner_is_offered_an_import(visit: Visit) -> None:
    page = visit("Reviewer B", "searches")
    expect(page.get_by_text("The records were selected by hand").first).to_be_visible()
    assert page.get_by_role("tab").count() == 0


def test_no_field_of_a_record_becomes_markup_on_any_page(
    visit: Visit, demo: Any, tmp_path: Path
) -> None:
    import_rows(demo, tmp_path, hostile_records(), source="<img src=x onerror=window.ran=1>")
    hostile = actions.records(demo, HOLDER, text="window.ran")["records"]
    assert hostile
    for card in hostile[:2]:
        actions.vote(
            demo,
            Caller("Reviewer A", Channel.APP),
            card["record"],
            "include",
            stage="title-abstract",
            note=card["title"],
        )
    page = visit("Reviewer A", "searches")
    expect(page.get_by_text("<img src=x onerror=window.ran=1>").first).to_be_visible()
    for path in ("records", *(f"records?record={card['record']}" for card in hostile)):
        page.goto(f"{page.url.rsplit('/', 1)[0]}/{path}")
        expect(page.get_by_text("Record").first).to_be_visible()
        expect(
            page.locator("[data-testid=stMain] h2, [data-testid=stMain] h3").first
        ).to_be_visible()
        assert page.evaluate("window.ran") is None
        assert page.locator("[data-testid=stMain] iframe, [data-testid=stMain] img").count() == 0
