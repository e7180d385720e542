"""How fast screening is: key to painted, key to saved, and votes per second, at 50,000 records.

    python -m tests.benchmarks.bench_screening [--records N] [--postgresql URL] [--keys N]

The app is served by a process of its own. In Chromium one session presses keys at a human pace,
first alone, then beside nineteen others who vote over HTTP; the same is timed on a page that does
without the component, so that each key is a whole run of Streamlit. Then twenty clients vote
without a pause, and it is checked that each vote has its ledger row and its standing. Times are
milliseconds as the browser's own clock gives them, with the load of the machine beside them.
Goals: painted < 16 at the median, saved < 30 at p95, 200 votes/s on SQLite and 100 on PostgreSQL.
`--postgresql` names a server on which a database may be made.
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg
import sqlalchemy as sa
from playwright.sync_api import Page, expect, sync_playwright

from review import actions
from review.actions import Caller
from review.store.engine import Database
from review.store.tables import LedgerRow, VoteRow, VoterRow
from review.vocab import Channel
from tests.benchmarks.bench_store import load, records
from tests.ui.serving import App, Client

HOLDER = Caller(None, Channel.API)
PASSWORD = "correct horse battery"
STAGE = "title-abstract"
MEMBERS = [f"R{number}" for number in range(41)]

# notes, for each key, when the next record was painted and when the server said "saved"
TIMER = """
window.timed = [];
const deep = (node, what) => node.querySelector(what) || [...node.querySelectorAll("*")]
  .map((each) => each.shadowRoot && deep(each.shadowRoot, what)).find(Boolean);
document.addEventListener("keydown", (event) => {
  if (!["i", "e", "u"].includes(event.key)) return;
  const one = { began: performance.now() };
  window.timed.push(one);
  const card = deep(document, "MARK");
  const watch = new MutationObserver(() => {
    watch.disconnect();
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { one.painted = performance.now(); };
      after.port2.postMessage(0);
    });
  });
  watch.observe(card, { childList: true, subtree: true, characterData: true });
}, true);
const ask = window.fetch;
window.fetch = async (...given) => {
  const one = window.timed.find((each) => !each.sent);
  const isVote = String(given[0]).endsWith("/vote");
  if (isVote && one) one.sent = true;
  const answer = await ask(...given);
  if (isVote && one && answer.ok) one.saved = performance.now();
  return answer;
};
"""

RERUN = """
import streamlit as st
from review import actions
from review.actions import Caller
from review.ui.session import database
from review.vocab import Channel

db, who = database(), Caller("R40", Channel.APP)

def vote(verdict):
    record = st.session_state.record
    actions.vote(db, who, record, verdict, stage="title-abstract", key=f"r{record}")

card = actions.next_records(db, who, "title-abstract")[0]
st.session_state.record = card["record"]
st.title(card["title"])
st.markdown(card["abstract"])
st.text(f"record {card['record']}")
st.button("Include", shortcut="i", on_click=vote, args=("include",))
st.button("Exclude", shortcut="e", on_click=vote, args=("exclude",))
"""


def figures(values: list[float]) -> str:
    """Median and 95th percentile."""
    return f"{median(values):.1f} (p95 {quantiles(values, n=20)[-1]:.1f})"


def load_now() -> str:
    """The load of the machine during the last minute."""
    return f"load {os.getloadavg()[0]:.1f}"


@dataclass
class Votes:
    """One client that votes over HTTP on one connection, as a browser would."""

    app: App
    name: str
    pause: float
    seconds: list[float] = field(default_factory=list)
    connection: http.client.HTTPConnection = field(init=False)
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Sign in."""
        client = Client(self.app.port)
        assert client.sign_in(self.name, PASSWORD).status == 200
        self.connection = http.client.HTTPConnection("localhost", self.app.port, timeout=60)
        self.headers = {"Cookie": client.cookie, "Content-Type": "application/json"}

    def run(self, until: float, most: int) -> None:
        """Vote until a moment or a number of votes, with a pause before each."""
        waiting: list[int] = []
        while time.monotonic() < until and len(self.seconds) < most:
            if not waiting:
                told = self.ask("GET", f"/api/screening/next?stage={STAGE}&n=50")
                waiting = [card["record"] for card in told["cards"]]
            time.sleep(self.pause)
            given = {"record": waiting.pop(0), "verdict": "exclude", "stage": STAGE}
            body = json.dumps(given | {"key": str(uuid.uuid4()), "seconds": 4.2})
            start = time.perf_counter()
            if "vote" in self.ask("POST", "/api/screening/vote", body):
                self.seconds.append(time.perf_counter() - start)  # else two others were first
        self.connection.close()

    def ask(self, method: str, path: str, body: str | None = None) -> Any:
        """The answer to one request."""
        self.connection.request(method, path, body, self.headers)
        return json.loads(self.connection.getresponse().read())


def together(clients: list[Votes], *, seconds: float, most: int = 10**9) -> list[threading.Thread]:
    """Start clients, each in a thread."""
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=one.run, args=(until, most)) for one in clients]
    for thread in threads:
        thread.start()
    return threads


def throughput(db: Database, app: App, *, each: int = 100) -> None:
    """One line: votes per second from twenty clients without a pause, each checked."""
    clients = [Votes(app, name, 0) for name in MEMBERS[:20]]
    before = _counted(db)
    start = time.perf_counter()
    for thread in together(clients, seconds=120, most=each):
        thread.join()
    wall = time.perf_counter() - start
    votes = sum(len(one.seconds) for one in clients)
    after = _counted(db)
    assert [b - a for a, b in zip(before, after, strict=True)] == [votes, votes, votes]
    times = [1000 * second for one in clients for second in one.seconds]
    print(
        f"{db.engine.dialect.name}: {votes / wall:.0f} votes/s from 20 clients, each with its "
        f"ledger row and standing; answered in {figures(times)} ms; {load_now()}"
    )


def _counted(db: Database) -> list[int]:
    """How many votes there are, ledger rows of votes, and voters in the projection."""
    with db.read() as conn:
        queries = (
            sa.select(sa.func.count()).select_from(VoteRow),
            sa.select(sa.func.count()).select_from(LedgerRow).where(LedgerRow.fact == "vote"),
            sa.select(sa.func.count()).select_from(VoterRow),
        )
        return [conn.scalar(query) or 0 for query in queries]


def keys(page: Page, card: str, count: int, *, gap: int) -> tuple[list[float], list[float]]:
    """Press keys; return the milliseconds to the next record painted, and to saved."""
    page.evaluate(TIMER.replace("MARK", card))
    for number in range(count):
        page.keyboard.press("ei"[number % 2])
        page.wait_for_timeout(gap)
    page.wait_for_timeout(2000)
    timed = page.evaluate("window.timed")
    painted = [one["painted"] - one["began"] for one in timed if "painted" in one]
    return painted, [one["saved"] - one["began"] for one in timed if "saved" in one]


def signed_in(page: Page, app: App, name: str) -> None:
    """Open the screening page as a member."""
    page.goto(f"{app.address}/screen")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".card h2")).to_be_visible(timeout=60_000)


def browsing(db: Database, app: App, count: int, folder: Path) -> None:
    """One line each: alone, beside nineteen, twenty keys in a row, and a whole run for each key."""
    with sync_playwright() as playwright:
        path = os.environ.get("REVIEW_TEST_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for others in (0, 19):
            page = browser.new_context().new_page()
            signed_in(page, app, f"R{20 + others}")
            clients = [Votes(app, name, 1.0) for name in MEMBERS[:others]]
            threads = together(clients, seconds=20 + count * 0.3)
            page.wait_for_timeout(3000 if others else 500)
            painted, saved = keys(page, ".card", count, gap=250)
            for thread in threads:
                thread.join()
            print(
                f"{1 + others} sessions: key to painted {figures(painted)} ms, "
                f"key to saved {figures(saved)} ms, n = {len(saved)} of {count}; {load_now()}"
            )
            page.context.close()
        page = browser.new_context().new_page()
        signed_in(page, app, "R30")
        caller = Caller("R30", Channel.APP)
        order = [card["record"] for card in actions.next_records(db, caller, STAGE, n=20)]
        for number in range(20):
            page.keyboard.press("ei"[number % 2])
            page.wait_for_timeout(30)
        expect(page.locator(".status")).to_have_text("All saved", timeout=30_000)
        mine = {v["record"]: v["verdict"] for v in actions.my_votes(db, caller, STAGE)}
        right = {r: ("exclude", "include")[n % 2] for n, r in enumerate(order)}
        print(f"twenty keys at 30 ms gaps: {sum(mine.get(r) == right[r] for r in right)} right")
        page.context.close()
        with rerun_page(app.url, folder) as address:
            page = browser.new_context().new_page()
            page.goto(address)
            expect(page.locator("h1")).to_be_visible(timeout=60_000)
            painted, _ = keys(page, ".stMain", count, gap=1000)
            print(f"a whole run of Streamlit: key to painted {figures(painted)} ms; {load_now()}")
        browser.close()


@contextmanager
def rerun_page(url: str, folder: Path) -> Iterator[str]:
    """Serve the page that does without the component; gives its address."""
    script = folder / "rerun.py"
    script.write_text(RERUN, encoding="utf-8")
    served = Rerun(url, folder / "rerun.log", script)
    served.start()
    try:
        yield served.address
    finally:
        served.stop()


class Rerun(App):
    """A Streamlit script served as it is."""

    def __init__(self, url: str, log: Path, script: Path) -> None:
        super().__init__(url, log)
        self.script = script

    def launch(self) -> int:
        """Start the process that serves it; return its number."""
        options = ("--server.headless=true", f"--server.port={self.port}")
        command = [sys.executable, "-m", "streamlit", "run", str(self.script), *options]
        with self.log.open("ab") as log:
            environment = os.environ | self.settings
            self.own = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        return self.own.pid

    def stop(self) -> None:
        self.own.kill()
        self.own.wait()
        super().stop()


def filled(url: str, count: int) -> Database:
    """A review of `count` records with 41 reviewers who have passwords."""
    db = actions.init(url)
    load(db, records(count, source="a"))
    for name in MEMBERS:
        actions.add_member(db, HOLDER, name, ["reviewer"])
        actions.set_password(db, HOLDER, name, PASSWORD)
    return db


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--keys", type=int, default=60)
    parser.add_argument("--postgresql", metavar="URL")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="review-screening-") as name:
        folder = Path(name)
        measured(f"sqlite:///{folder}/review.db", folder, given, browser=True)
        if given.postgresql:
            made = f"screening_{uuid.uuid4().hex[:8]}"
            with psycopg.connect(f"{given.postgresql}/postgres", autocommit=True) as conn:
                conn.execute(f"CREATE DATABASE {made}")
            try:
                measured(f"{given.postgresql}/{made}", folder, given, browser=False)
            finally:
                with psycopg.connect(f"{given.postgresql}/postgres", autocommit=True) as conn:
                    conn.execute(f"DROP DATABASE {made} WITH (FORCE)")


def measured(url: str, folder: Path, given: argparse.Namespace, *, browser: bool) -> None:
    """All lines of one engine."""
    db = filled(url, given.records)
    app = App(url, folder / "app.log")
    app.start()
    try:
        if browser:
            browsing(db, app, given.keys, folder)
        throughput(db, app)
    finally:
        app.stop()
    faults = [check for check in actions.verify(db, HOLDER)["checks"] if not check["ok"]]
    print(f"{db.engine.dialect.name}: verify {faults or 'finds nothing'}")
    db.close()


if __name__ == "__main__":
    main()
