"""A PubMed search in the browser: counted, fetched, stopped, resumed while the page is reloaded."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from review import actions
from tests.conftest import HOLDER
from tests.eutils_server import serve
from tests.ui.serving import App

HITS = 1_600


@pytest.mark.slow
def test_a_search_stopped_on_the_page_is_resumed_there_and_outlives_a_reload(
    context: BrowserContext, demo_file: Path, tmp_path: Path
) -> None:
    shutil.copy(demo_file, tmp_path / "demo.db")
    url = f"sqlite:///{tmp_path}/demo.db"
    db = actions.open_review(url)
    with serve(HITS, faults={("efetch", 1): "503"}, slow=1.0) as server:
        settings = {
            "REVIEW_EUTILS_URL": server.url,
            "REVIEW_NCBI_API_KEY": "sesame-7",
            "REVIEW_RATE_FOLDER": str(tmp_path),
        }
        app = App(url, tmp_path / "app.log", **settings)
        app.start()
        try:
            answer = context.request.post(
                f"{app.address}/sign-in",
                data={"name": "Owner", "demo": True},
                headers={"Origin": app.address},
            )
            assert answer.ok, answer.text()
            page = context.new_page()
            page.goto(f"{app.address}/searches")
            page.get_by_role("tab", name="Search PubMed").click()
            page.get_by_label("Query, or a strategy").fill("#1 muscle\n#2 #1 AND zzztop[tiab]")
            page.get_by_role("button", name="Count (dry run)").click()
            expect(page.get_by_text("left out of the search: zzztop")).to_be_visible()
            assert not any(call.service == "efetch" for call in server.calls)
            page.get_by_role("button", name=f"Fetch {HITS:,} records").click()
            expect(page.get_by_text("(503). Waiting")).to_be_visible()
            page.get_by_role("button", name="Stop").click()
            expect(page.get_by_text("Stopped. What came is kept")).to_be_visible()
            search = actions.searches(db, HOLDER)[-1]
            assert not search["complete"]
            page.get_by_role("tab", name="Searches").click()
            page.get_by_role("button", name="Resume").click()
            expect(page.get_by_text("records,")).to_be_visible()  # a rate, and the time left
            page.reload()  # and nobody has to begin again
            expect(page.get_by_text(f"Complete: {HITS:,} records read.")).to_be_visible()
        finally:
            app.stop()
    search = actions.searches(db, HOLDER)[-1]
    assert (search["imported"], search["complete"], search["missing"]) == (HITS, True, [])
    db.close()
