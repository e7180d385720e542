"""A real review of 1,224 records screened again: two in Chromium at once, a third rules."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from review import actions
from review.actions import Caller
from review.ingest.decisions import read_decisions
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.end_to_end.desk import PASSWORD, Desk, see
from tests.ui.serving import App

TA = "title-abstract"
NAMES = {"R1": "Anna", "R2": "Ben"}

# votes one after the other, each once the one before is saved, as fast as the app answers
_VOTE_ALL = """
async (votes) => {
  const took = [];
  for (const vote of votes) {
    const began = performance.now();
    const answer = await fetch("/api/screening/vote", {
      method: "POST",
      headers: {"Content-Type": "application/json"},
      body: JSON.stringify(vote),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    await answer.json();
    took.push(performance.now() - began);
  }
  return took;
}
"""


def first_votes(log: Path) -> dict[str, dict[str, str]]:
    """Each reviewer's first verdict on each article of Rayyan's log."""
    found: dict[str, dict[str, str]] = {name: {} for name in NAMES.values()}
    for decision in read_decisions(log, format="rayyan").items:
        if decision.reviewer in NAMES and decision.verdict:
            said = found[NAMES[decision.reviewer]]
            said.setdefault(decision.subject.rayyan, decision.verdict.value)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_real_review_is_screened_again_by_two_at_once(
    database_url: str, review, shared_data: Path, tmp_path: Path, chromium: Browser
) -> None:
    folder = shared_data / "dual" / "rayyan_accident"
    actions.import_file(review, HOLDER, folder / "articles.csv", source="Rayyan")
    said = first_votes(folder / "customizations_log.csv")
    cards = [
        card
        for offset in range(0, 1224, 200)
        for card in actions.records(review, HOLDER, limit=200, offset=offset)["records"]
    ]
    record = {card["accession"].removeprefix("rayyan-"): card["record"] for card in cards}
    for name in ("Anna", "Ben", "Cara"):
        actions.set_password(review, HOLDER, name, PASSWORD)
    app = App(database_url, tmp_path / "app.log")
    app.start()
    try:
        desks = {name: Desk(chromium, app.address, name) for name in (*NAMES.values(), "Cara")}
        began = time.monotonic()
        for name in NAMES.values():
            votes = [
                {"record": record[article], "verdict": verdict, "stage": TA, "key": f"{name}{n}"}
                for n, (article, verdict) in enumerate(said[name].items())
            ]
            page = desks[name].sign_in("screen")
            see(page.locator(".card .number"))
            page.evaluate(f"(votes) => {{ window.done = ({_VOTE_ALL})(votes) }}", votes)
        took = [ms for name in NAMES.values() for ms in desks[name].page.evaluate("window.done")]
        seconds = time.monotonic() - began
        assert len(took) == 2 * 1224

        (first,) = [a for a in actions.agreement(review, HOLDER, stage=TA) if not a["pooled"]]
        assert (first["n"], round(first["kappa"], 3)) == (1224, 0.331)
        waiting = actions.conflicts(review, HOLDER, TA)
        assert waiting
        cara = desks["Cara"].sign_in("conflicts")
        see(cara.get_by_text("1. Judge blind"))
        ruling = Caller("Cara", Channel.APP)
        for number, conflict in enumerate(waiting):
            verdict = "include" if number % 2 else "exclude"
            actions.rule(review, ruling, conflict["record"], verdict, stage=TA)
        cara.reload()
        see(cara.get_by_text("No conflict to settle"))
        flow = actions.prisma(review, HOLDER)
        assert flow["screened"] == 1224
        assert flow["excluded_title_abstract"] + flow["sought"] == 1224
        assert actions.verify(review, HOLDER)["ok"]
        for desk in desks.values():
            assert desk.faults == []
        took.sort()
        figures = {
            "votes": len(took),
            "seconds": round(seconds, 1),
            "median ms": round(took[len(took) // 2], 1),
            "p95 ms": round(took[int(len(took) * 0.95)], 1),
            "conflicts": len(waiting),
            "verdicts": Counter(v for some in said.values() for v in some.values()),
        }
        print(json.dumps(figures))
    finally:
        app.stop()
