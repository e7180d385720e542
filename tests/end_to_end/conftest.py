"""A team at its desks: the app in a process of its own, and a browser profile for each member."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from review import actions
from tests.conftest import HOLDER
from tests.end_to_end import case
from tests.end_to_end.desk import PASSWORD, Desk
from tests.eutils_server import Server, serve
from tests.ui.serving import App

Desks = Callable[[str], Desk]


@pytest.fixture
def pubmed() -> Iterator[Server]:
    """A PubMed that finds the records of the case."""
    with serve(hits=case.FOUND_BY_PUBMED) as server:
        yield server


@pytest.fixture
def desks(chromium: Browser, database_url: str, pubmed: Server, tmp_path: Path) -> Iterator[Desks]:
    """Members at the app over the empty review of the case; the desk of a name."""
    db = actions.init(database_url, case.protocol(tmp_path))
    for name, role in case.TEAM.items():
        actions.add_member(db, HOLDER, name, [role])
        actions.set_password(db, HOLDER, name, PASSWORD)
    db.close()
    yield from served(chromium, database_url, tmp_path, REVIEW_EUTILS_URL=pubmed.url)


def served(browser: Browser, url: str, folder: Path, **settings: str) -> Iterator[Desks]:
    """Serve a review; yield what seats a member at it, and close everything after."""
    settings = {"XDG_CACHE_HOME": str(folder / "cache")} | settings
    app = App(url, folder / "app.log", **settings)
    app.start()
    taken: list[Desk] = []

    def desk(name: str) -> Desk:
        taken.append(Desk(browser, app.address, name))
        return taken[-1]

    try:
        yield desk
        for one in taken:
            one.close()
        assert "Traceback" not in app.log.read_text(), app.log.read_text()
    finally:
        for one in taken:
            one.context.close()
        app.stop()
