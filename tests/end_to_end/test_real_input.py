"""Real input, whole: a PubMed update file and a Rayyan export, at the app and the command line."""

from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from review import actions
from tests.conftest import HOLDER
from tests.end_to_end.conftest import Desks, served
from tests.end_to_end.desk import PASSWORD, WAIT, see
from tests.end_to_end.processes import Together, commands

pytestmark = pytest.mark.slow
TEAM = {"Olga": "owner", "Anna": "reviewer", "Ben": "reviewer", "Cara": "adjudicator"}
FIRST = ("--stage", "title-abstract")
# Of the file, counted apart from the program: MedlineCitations, and those whose Version is not 1.
RECORDS, LATER_VERSIONS, DELETED = 20_788, 5, 20
IN_THE_APP = 6


@pytest.fixture
def together(database_url: str, tmp_path: Path) -> Together:
    """The command line over an empty review with a team."""
    run = commands(database_url, tmp_path)
    run(("init",))
    for name, role in TEAM.items():
        run(("member", "add", name, "--role", role))
    return run


@pytest.fixture
def pubmed_file(shared_data: Path) -> Path:
    return shared_data / "pubmed" / "pubmed21n1298.xml.gz"


@pytest.fixture
def desks(
    pubmed_file: Path, together: Together, chromium: Browser, database_url: str, tmp_path: Path
) -> Iterator[Desks]:
    """The app over that review; its members have passwords."""
    db = actions.open_review(database_url)
    for name in TEAM:
        actions.set_password(db, HOLDER, name, PASSWORD)
    db.close()
    yield from served(chromium, database_url, tmp_path)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_pubmed_update_file_is_searched_and_screened(
    desks: Desks, together: Together, pubmed_file: Path, database_url: str
) -> None:
    def do(*command: object) -> Any:
        return together(command)[0]

    read = do("import", pubmed_file, "--source", "PubMed", "--as", "Olga")
    assert (read["records"], read["new"], read["rejects"]) == (RECORDS, RECORDS, [])
    assert len(set(read["deleted"])) == DELETED
    assert do("import", pubmed_file, "--source", "PubMed", "--as", "Olga")["new"] == 0
    assert do("dedup", "--as", "Olga")["merged"] == LATER_VERSIONS
    hits = do("records", "motor unit")["total"]
    assert hits > 0
    assert do("records", "zzzz no such word")["total"] == 0

    olga = desks("Olga")
    page = olga.sign_in("records")
    page.get_by_role("textbox", name="Search in title").fill("motor unit")
    page.keyboard.press("Enter")
    see(page.get_by_text(f"{hits:,} records", exact=True))
    expect(page.locator(".links a")).to_have_count(min(hits, 50), timeout=WAIT)
    olga.open("Searches")
    page.get_by_text("Search 1: the evidence").click()
    see(page.get_by_text(read["deleted"][0]))

    # each has an order of their own: the first of it are those that both are asked for
    do("assign", "pairs", "Anna,Ben", *FIRST, "-n", IN_THE_APP)
    in_the_app = screened_in_the_app(desks)
    in_commands = screened_by_commands(together, do("next", "-n", "4", "--as", "Anna", *FIRST))
    assert not set(in_the_app) & set(in_commands)

    flow, verified = together(("prisma",), ("verify",))
    n_excluded = sum(verdict == "exclude" for verdict in (in_the_app | in_commands).values())
    assert flow["boxes"]["removed.duplicates"] == LATER_VERSIONS
    assert flow["boxes"]["screened"] == RECORDS - LATER_VERSIONS
    assert flow["boxes"]["excluded_title_abstract"] == n_excluded
    assert flow["boxes"]["sought"] == len(in_the_app | in_commands) - n_excluded
    assert all(identity["ok"] for identity in flow["identities"])
    assert verified["ok"], verified["checks"]
    db = actions.open_review(database_url)
    for record, verdict in (in_the_app | in_commands).items():
        history = actions.record(db, HOLDER, record)["history"]
        votes = [(f["by"], f["verdict"]) for f in history if f["what"] == "vote"]
        assert sorted(name for name, _ in votes) == ["Anna", "Ben"]
        rulings = [(f["by"], f["verdict"]) for f in history if f["what"] == "ruling"]
        disagree = len({one == "exclude" for _, one in votes}) == 2
        assert rulings == ([("Cara", verdict)] if disagree else [])
    db.close()


def screened_in_the_app(desks: Desks) -> dict[int, str]:
    """Two members vote, a third rules on every other record; return what each came to."""
    anna, ben, cara = desks("Anna"), desks("Ben"), desks("Cara")
    anna.sign_in("screen")
    records = anna.screen(lambda title: ("include", None), n=IN_THE_APP)
    turns = cycle(("maybe", "exclude"))
    ben.sign_in("screen")
    screened = ben.screen(lambda title: (next(turns), None), n=IN_THE_APP)
    assert sorted(screened) == sorted(records)
    page = cara.sign_in("conflicts")
    ruled = {}
    for n in range(IN_THE_APP // 2, 0, -1):
        verdict = "Exclude" if n % 2 else "Include"
        see(page.get_by_text(f"1 of {n} conflict"))
        see(page.get_by_text("1. Judge blind"))
        shown = page.get_by_test_id("stMain")
        assert "Vote A" not in shown.inner_text()
        page.get_by_text(verdict, exact=True).click()
        page.get_by_role("button", name="Keep my judgement, show the votes").click()
        page.get_by_role("button", name="Rule", exact=True).click()
        said = page.get_by_text(f"ruled {verdict.lower()}")
        if n > 1:
            see(page.get_by_text(f"1 of {n - 1} conflict"))
        see(said)
        ruled[int(said.inner_text().split()[1].rstrip(":"))] = verdict.lower()
    see(page.get_by_text("No conflict to settle"))
    return {record: ruled.get(record, "include") for record in records}


def screened_by_commands(together: Together, queue: dict[str, Any]) -> dict[int, str]:
    """The same from the command line, on the next records of Anna's queue."""
    records = [card["record"] for card in queue["records"]]
    for record in records:
        theirs = {"Anna": "exclude", "Ben": "include" if record in records[:2] else "exclude"}
        together(*(("vote", record, v, "--as", name, *FIRST) for name, v in theirs.items()))
    (conflicts,) = together(("conflicts", *FIRST))
    assert {conflict["record"] for conflict in conflicts} == set(records[:2])
    for record, verdict in zip(records[:2], ("include", "exclude"), strict=True):
        together(("judge", record, verdict, "--as", "Cara", *FIRST))
        together(("rule", record, verdict, "--as", "Cara", *FIRST))
    return dict.fromkeys(records, "exclude") | {records[0]: "include"}


def test_a_rayyan_export_is_replayed(
    together: Together, shared_data: Path, database_url: str
) -> None:
    folder = shared_data / "dual" / "rayyan_accident"
    read, *_ = together(("import", folder / "articles.csv", "--source", "Rayyan"))
    assert (read["records"], read["new"], read["rejects"]) == (1224, 1224, [])
    names = {"R1": "Anna", "R2": "Ben", "R3": "Cara"}
    as_reviewer = [f"--as-reviewer={column}={name}" for column, name in names.items()]
    log = folder / "customizations_log.csv"
    replay = ("import-votes", log, "--format", "rayyan", *as_reviewer)
    found, *_ = together(replay)
    assert (found["matched"], found["votes"], found["unmatched"]) == (1224, 2448, [])
    assert found["rulings"] > 0
    told = ("votes", "changed", "rulings", "repeated", "unchanged")
    assert sum(found[name] for name in told) + len(found["skipped"]) == found["decisions"]

    agreed, conflicts, flow, verified = together(
        ("agreement", *FIRST, "--pair", "Anna,Ben"), ("conflicts",), ("prisma",), ("verify",)
    )
    (first,) = agreed
    both_exclude = first["table"][first["categories"].index("exclude")][
        first["categories"].index("exclude")
    ]
    assert (first["n"], round(first["kappa"], 3), both_exclude) == (1224, 0.331, 1097)
    assert len(first["categories"]) == 3
    assert verified["ok"], verified["checks"]
    boxes = flow["boxes"]
    assert boxes["identified"] == boxes["screened"] == 1224
    assert boxes.get("pending.title-abstract.conflict", 0) == len(conflicts)
    assert (
        boxes["excluded_title_abstract"] + boxes["sought"] + boxes.get("pending.title-abstract", 0)
        == 1224
    )
    assert all(identity["ok"] for identity in flow["identities"])
    again, *_ = together(replay)
    assert again["repeated"] == found["votes"] + found["changed"] + found["rulings"]
