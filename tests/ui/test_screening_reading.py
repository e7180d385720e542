"""Reading on the screening page: terms marked by the team, tags, a missing abstract fetched."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from review.protocol import default_text
from review.vocab import Change
from tests.conftest import HOLDER
from tests.eutils_records import FIRST_PMID
from tests.eutils_server import serve
from tests.ui.conftest import PASSWORD, caller, import_rows, records
from tests.ui.serving import App, Client

STAGE = "title-abstract"
FACETS = """\
  facets:
    - id: design
      label: Design
      level: report
      terms:
        - {code: design.cohort, label: Cohort}
        - {code: design.trial, label: Trial}
"""
SELECT = """words => {
  const deep = (node, what) => node.querySelector(what) || [...node.querySelectorAll("*")]
    .map((each) => each.shadowRoot && deep(each.shadowRoot, what)).find(Boolean);
  const text = deep(document, ".abstract p").firstChild;
  const range = document.createRange();
  const at = text.data.indexOf(words);
  range.setStart(text, at);
  range.setEnd(text, at + words.length);
  const tree = text.getRootNode();
  const selection = (tree.getSelection ? tree : document).getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}"""


@pytest.fixture
def app(screening: Any, tmp_path: Path) -> Iterator[App]:
    """The app over a review whose protocol has tags for reports, beside a PubMed of our own."""
    protocol = tmp_path / "protocol.yaml"
    assert "  facets: []\n" in default_text()
    protocol.write_text(default_text().replace("  facets: []\n", FACETS))
    actions.amend(screening, HOLDER, protocol, change=Change.CLARIFY, note="Tags for reports")
    with serve(hits=5) as pubmed:
        served = App(
            f"sqlite:///{tmp_path}/review.db",
            tmp_path / "app.log",
            REVIEW_EUTILS_URL=pubmed.url,
            REVIEW_NCBI_EMAIL="who@example.org",
        )
        served.start()
        yield served
        served.stop()


def test_selected_words_are_marked_for_the_team_and_typed_tags_are_ones_own(
    page: Page, screening: Any
) -> None:
    marks = page.locator(".card mark")
    expect(marks).to_have_count(0)
    page.evaluate(SELECT, "motor units")
    page.get_by_role("button", name="Mark for inclusion").click()
    expect(marks).to_have_text(["motor units"])
    page.evaluate(SELECT, "Ageing")
    page.get_by_role("button", name="Mark for exclusion").click()
    expect(page.locator(".hits")).to_have_text("1 for inclusion2 for exclusion")  # a keyword too
    assert actions.highlight(screening, caller("Ben")) == {
        "include": ["motor units"],
        "exclude": ["Ageing"],
    }
    page.get_by_text("Terms marked").click()
    page.get_by_label("No longer mark Ageing").click()
    expect(marks).to_have_text(["motor units"])
    page.get_by_label("Another: a word").fill("/(a+)+b/")
    page.get_by_role("button", name="For inclusion").click()
    expect(page.locator(".told")).to_contain_text("repeats a group")

    record = int(page.locator(".card .number").inner_text().removeprefix("record "))
    page.locator(".card h2").click()
    page.keyboard.press("t")
    page.keyboard.type("coh")
    page.keyboard.press("Enter")
    chosen = page.get_by_role("button", name="Design: Cohort", pressed=True)
    expect(chosen).to_be_visible()
    page.keyboard.press("Escape")
    found = actions.tags(screening, caller("Anna"), f"record:{record}")
    assert [one["code"] for one in found] == ["design.cohort"]
    assert actions.tags(screening, caller("Ben"), f"record:{record}") == []
    assert actions.my_votes(screening, caller("Anna"), STAGE) == []


def test_a_missing_abstract_is_fetched_by_its_pmid_and_never_another_reports(
    screening: Any, app: App, context: BrowserContext, sign_in: Callable[..., None], tmp_path: Path
) -> None:
    right, wrong, unknown = (
        row | {"accession": f"M{n}", "abstract": "", "pmid": str(FIRST_PMID + n), "doi": ""}
        for n, row in enumerate(records(3))
    )
    right["title"] = f"Motor unit number of muscle {FIRST_PMID} in ageing"
    wrong["title"] = "Something else entirely, of potatoes and their storage"
    unknown["pmid"] = "1"
    import_rows(screening, tmp_path, [right, wrong, unknown], "Bare")
    found = actions.records(screening, HOLDER)["records"]
    ids = {one["title"]: one["record"] for one in found if one["source"] == "Bare"}
    for name, row in (("another report", wrong), ("no record 1", unknown)):
        answer = refused(app, ids[row["title"]])
        assert name in answer
    page = context.new_page()
    sign_in(page, "Anna")
    for _ in range(70):
        if page.locator(".card h2").inner_text() == right["title"]:
            break
        page.keyboard.press("e")
    page.get_by_role("button", name="Fetch from PubMed").click()
    expect(page.locator(".abstract h3").first).to_have_text("AIM")
    expect(page.locator(".abstract")).to_contain_text(f"fetched from PubMed ({FIRST_PMID})")
    card = actions.record(screening, caller("Ben"), ids[right["title"]])
    assert card["abstract"].startswith("AIM: To count")
    assert card["entries"][0]["abstract"] == ""  # the record is as it came
    assert actions.verify(screening, HOLDER)["ok"]


def refused(app: App, record: int) -> str:
    client = Client(app.port)
    client.sign_in("Ben", PASSWORD)
    answer = client.post("/api/screening/abstract", {"record": record, "stage": STAGE})
    assert answer.status == 409
    return str(answer.json["error"])
