"""The demonstration served to a browser, and a local PubMed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from review import actions
from tests.conftest import HOLDER
from tests.eutils_server import Server, serve
from tests.ui.serving import App

Visit = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def demo_url(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("pages") / "demo.db"
    shutil.copy(demo_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="module")
def demo(demo_url: str) -> Iterator[Any]:
    """The shipped review with a viewer more, and a pair that may be the same report."""
    db = actions.open_review(demo_url)
    actions.add_member(db, HOLDER, "Viewer", ["viewer"])
    yield db
    db.close()


@pytest.fixture(scope="module")
def served(demo: Any, demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    app = App(demo_url, tmp_path_factory.mktemp("log") / "app.log")
    app.start()
    yield app
    app.stop()


@pytest.fixture
def visit(served: App, context: BrowserContext) -> Visit:
    """Sign in as a member of the demonstration and open a page."""

    def opened(name: str, path: str = "") -> Page:
        answer = context.request.post(
            f"{served.address}/sign-in",
            data={"name": name, "demo": True},
            headers={"Origin": served.address},
        )
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{served.address}/{path}")
        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
        return page

    return opened


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A local PubMed that the app of one test asks."""
    with serve(hits=25) as server:
        monkeypatch.setenv("REVIEW_EUTILS_URL", server.url)
        yield server
