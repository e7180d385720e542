"""Invariant 8 on pages and routes: what a reviewer is shown is the same, whatever others said."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from review import actions
from review.ui.catalogue import PAGES
from tests.actions.histories import FT, HOLDER, TA
from tests.actions.test_noninterference import IDS, shown, worlds
from tests.ui.pages.alone import alone
from tests.ui.serving import App, Client

MODULES = [entry.module for entry in PAGES if entry.exists()]
ADDRESSES = [(module, {}) for module in MODULES] + [
    *(("records", {"record": str(record)}) for record in IDS),
    *(("full_text", {"record": str(record)}) for record in IDS),
    *(("records", {"box": box}) for box in ("screened", "pending", "included")),
    *(("conflicts", {"record": str(record), "stage": TA}) for record in IDS),
]
ROUTES = [
    *(f"/api/screening/next?stage={stage}&n=20" for stage in (TA, FT)),
    *(f"/api/screening/progress?stage={stage}" for stage in (TA, FT)),
    *(f"/api/screening/mine?stage={stage}" for stage in (TA, FT)),
    *(f"/api/screening/card?record={record}&stage={TA}" for record in IDS),
    "/api/duplicates/next",
    "/api/document/1",
]


def elements(block: Any) -> Iterator[str]:
    """Every element of a page, in order, as it is sent to the browser."""
    for child in block.children.values():
        if hasattr(child, "children"):
            yield type(child).__name__
            yield from elements(child)
        else:
            yield f"{child.type}: {child.proto}"


def drawn(url: str, module: str, parameters: dict[str, str]) -> str:
    page = alone(url, module, "Anna", **parameters)
    assert not page.exception, (module, page.exception)
    whole = "\n".join([*elements(page.main), *elements(page.sidebar)])
    assert whole
    # Streamlit numbers what may be downloaded at random
    return shown(re.sub(r"[0-9a-f]{32,}", "ID", whole.replace(Path(url).stem, "DATABASE")))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [301, 302])
def test_8_no_page_shows_a_reviewer_what_others_said(tmp_path: Path, seed: int) -> None:
    dbs, _, _ = worlds(seed, tmp_path)
    for module, parameters in ADDRESSES:
        one, two = (drawn(db.url, module, parameters) for db in dbs)
        assert one == two, (seed, module, parameters)
    for db in dbs:
        db.close()


@pytest.mark.slow
def test_8_no_route_answers_a_reviewer_with_what_others_said(tmp_path: Path) -> None:
    dbs, _, _ = worlds(304, tmp_path)
    answers = []
    for number, db in enumerate(dbs):
        actions.set_password(db, HOLDER, "Anna", "correct horse battery")
        app = App(db.url, tmp_path / f"{number}.log")
        app.start()
        client = Client(app.port)
        client.sign_in("Anna", "correct horse battery")
        told = [client.get(route) for route in ROUTES]
        answers.append([(one.status, shown(one.body)) for one in told])
        app.stop()
        db.close()
    assert any(status == 200 and "Title number" in body for status, body in answers[0])
    for route, one, two in zip(ROUTES, *answers, strict=True):
        assert one == two, route
