"""A small review served by the real app, and Chromium to use it."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from review.actions import Caller
from review.vocab import Channel
from tests.conftest import HOLDER
from tests.ui.serving import App, Client

PASSWORD = "correct horse battery"
FIELDS = ("accession", "title", "abstract", "authors", "journal", "year", "doi", "pmid", "keywords")

# Every field of these tries to become markup, a script or an address that runs one.
PAYLOADS = (
    "<script>window.ran = 1</script>",
    '<img src=x onerror="window.ran = 1">',
    "<svg/onload=window.ran=1>",
    '"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
    "EMG <mark onmouseover=window.ran=1>EMG</mark> <b>bold</b>",
    "<style>body{display:none}</style>&lt;script&gt;",
    "[link](javascript:window.ran=1) ![x](x) $x^2$ :material/info:",
)


def records(n: int) -> list[dict[str, str]]:
    return [
        {
            "accession": f"T{i}",
            "title": f"Motor unit study number {i}",
            "abstract": (
                f"BACKGROUND: Ageing changes motor units. METHODS: EMG was recorded in group {i}. "
                "RESULTS: Older rats had fewer units. CONCLUSION: More work is needed."
            ),
            "authors": "Abel, A; Baker, B",
            "journal": "Journal of Examples",
            "year": str(1990 + i % 30),
            "doi": f"10.1000/example.{i}",
            "pmid": str(9000000 + i),
            "keywords": "ageing; EMG",
        }
        for i in range(1, n + 1)
    ]


def hostile_records() -> list[dict[str, str]]:
    return [
        dict.fromkeys(FIELDS, payload)
        | {"accession": f"X{i}", "year": "2001", "pmid": "", "doi": "javascript:window.ran=1"}
        for i, payload in enumerate(PAYLOADS)
    ]


def import_rows(db: Any, folder: Path, rows: list[dict[str, str]], source: str = "Made") -> None:
    path = folder / f"{source}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    actions.import_file(db, HOLDER, path, source=source)


def caller(name: str) -> Caller:
    return Caller(name, Channel.APP)


def votes(db: Any, name: str, stage: str = "title-abstract") -> dict[int, str]:
    """The standing votes of a member: verdict by record."""
    return {v["record"]: v["verdict"] for v in actions.my_votes(db, caller(name), stage)}


@pytest.fixture
def screening(sqlite_review: Any, tmp_path: Path) -> Any:
    """A review of sixty records whose members have passwords."""
    import_rows(sqlite_review, tmp_path, records(60))
    for name in ("Olga", "Anna", "Ben", "Cara"):
        actions.set_password(sqlite_review, HOLDER, name, PASSWORD)
    return sqlite_review


@pytest.fixture
def app(screening: Any, tmp_path: Path) -> Iterator[App]:
    """The app over that review."""
    served = App(f"sqlite:///{tmp_path}/review.db", tmp_path / "app.log")
    served.start()
    yield served
    served.stop()


@dataclass
class Room:
    """One app for many tests, each with members of its own."""

    app: App
    db: Any

    def member(self, *roles: str) -> Client:
        """A client signed in as a new member of these roles."""
        name = f"Member {len(actions.members(self.db, HOLDER))}"
        actions.add_member(self.db, HOLDER, name, roles or ["reviewer"])
        actions.set_password(self.db, HOLDER, name, PASSWORD)
        client = Client(self.app.port, name=name)
        assert client.sign_in(name, PASSWORD).status == 200
        return client


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """An app over sixty records that the tests of one module share."""
    folder = tmp_path_factory.mktemp("room")
    db = actions.init(f"sqlite:///{folder}/review.db")
    import_rows(db, folder, records(60))
    served = App(f"sqlite:///{folder}/review.db", folder / "app.log")
    served.start()
    yield Room(served, db)
    served.stop()
    db.close()


@pytest.fixture
def reader(room: Room) -> Client:
    """A client signed in as a reviewer who has done nothing yet."""
    return room.member("reviewer")


@pytest.fixture
def sign_in(app: App) -> Callable[[Page, str], None]:
    """Sign in through the form and open the screening page."""

    def through_the_form(page: Page, name: str, stage: str = "title-abstract") -> None:
        page.goto(f"{app.address}/screen?stage={stage}")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator(".card h2")).to_be_visible(timeout=20_000)

    return through_the_form


@pytest.fixture
def page(context: BrowserContext, app: App) -> Page:
    """Anna at the screening page, signed in as the form would do it."""
    given = {"name": "Anna", "password": PASSWORD}
    answer = context.request.post(
        f"{app.address}/sign-in", data=given, headers={"Origin": app.address}
    )
    assert answer.ok, answer.text()
    made = context.new_page()
    made.goto(f"{app.address}/screen?stage=title-abstract")
    expect(made.locator(".card h2")).to_be_visible()
    return made
