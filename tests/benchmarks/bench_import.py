"""How long anybody waits for the app while a file comes in.

    python -m tests.benchmarks.bench_import [FILE.xml.gz] [--postgresql URL] [--records N]

A file of N records is made (NBIB; the records of the FILE given, or made-up ones, over and over
under other numbers) and imported on the command line into a review of 2,000 records, while the
app serves the same review and a reviewer asks it for the next record, votes, and for a page that
counts, again and again. What each waited is given, alone and during the import; the goal is that
nobody waits longer than 300 ms. `--postgresql` names a server on which databases may be made.
"""

import argparse
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from itertools import count, islice
from pathlib import Path
from typing import Any

from review import actions
from review.actions import Caller
from review.ingest.read import read_file
from review.ingest.record import Record
from review.reporting.records_out import records_file
from review.vocab import Channel
from tests.benchmarks.bench_store import load, records, server
from tests.ui.serving import Answer, App, Client

HOLDER = Caller(None, Channel.API)
PASSWORD = "a password for measuring"
STAGE = "title-abstract"
PART = 5000
GOAL_MS = 300
_REVIEW = "from review.cli import main; main()"


def numbered(some: list[Record]) -> Iterator[Record]:
    """The same records for ever, each time under other numbers and another title."""
    for k in count():
        for number, record in enumerate(some):
            pmid = str(40_000_000 + k * len(some) + number)
            yield replace(
                record,
                accession=pmid,
                pmid=pmid,
                doi=f"10.5555/{pmid}",
                title=f"{record.title} ({k})" if k else record.title,
            )


def exported(path: Path, some: Iterator[Record], *, number: int) -> Path:
    """A file of `number` records as PubMed exports them."""
    with path.open("wb") as file:
        for start in range(0, number, PART):
            part = map(asdict, islice(some, min(PART, number - start)))
            file.write(records_file(part, "nbib") + b"\n")
    return path


class Waits:
    """How long each kind of request took, in ms."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.took: dict[str, list[float]] = {"next": [], "vote": [], "count": []}

    def once(self) -> None:
        of = f"?stage={STAGE}"
        card = self._timed("next", lambda: self.client.get(f"/api/screening/next{of}"))["cards"]
        given = {"record": card[0]["record"], "verdict": "include", "key": uuid.uuid4().hex}
        vote = {"stage": STAGE, **given}
        self._timed("vote", lambda: self.client.post("/api/screening/vote", vote))
        self._timed("count", lambda: self.client.get(f"/api/screening/progress{of}"))

    def _timed(self, what: str, ask: Callable[[], Answer]) -> Any:
        start = time.perf_counter()
        answer = ask()
        self.took[what].append(1000 * (time.perf_counter() - start))
        assert answer.status == 200, answer.body
        return answer.json

    def told(self) -> str:
        def one(took: list[float]) -> str:
            took = sorted(took)
            middle, most = took[len(took) // 2], took[int(len(took) * 0.99)]
            return f"{middle:.0f} / {most:.0f} / {took[-1]:.0f}"

        return ", ".join(f"{what} {one(took)}" for what, took in self.took.items())

    @property
    def longest(self) -> float:
        return max(max(took) for took in self.took.values())


def measure(url: str, path: Path, folder: Path, *, number: int) -> None:
    """Lines: what a reviewer waits alone, what during the import, and how fast that was."""
    db = actions.init(url)
    actions.add_member(db, HOLDER, "Anna", ["reviewer"])
    actions.set_password(db, HOLDER, "Anna", PASSWORD)
    load(db, records(2000, source="old"))
    name = db.engine.dialect.name
    db.close()
    app = App(url, folder / "app.log")
    app.start()
    try:
        client = Client(app.port)
        client.sign_in("Anna", PASSWORD)
        alone = Waits(client)
        for _ in range(50):
            alone.once()
        print(f"{name}: ms (median / p99 / longest) alone: {alone.told()}")
        command = [sys.executable, "-c", _REVIEW, "import", path, "--source", "PubMed"]
        started = time.perf_counter()
        importing = subprocess.Popen(
            [*command, "--database", url, "--json"], stdout=subprocess.PIPE
        )
        during = Waits(client)
        while importing.poll() is None:
            during.once()
            time.sleep(0.02)
        took = time.perf_counter() - started
        assert importing.returncode == 0
        print(
            f"{name}: ms during an import: {during.told()}; longest {during.longest:.0f} "
            f"(goal {GOAL_MS}); {number:,} records in {took:.0f} s, {number / took:,.0f}/s"
        )
    finally:
        app.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="a file of PubMed XML")
    parser.add_argument("--postgresql", help="a server, e.g. postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.file:
            read = read_file(options.file).items
            some = [item for item in read if isinstance(item, Record)]
        else:
            some = list(records(20_000, source="new"))
        path = exported(folder / "pubmed.nbib", numbered(some), number=options.records)
        print(f"{options.records:,} records in {path.stat().st_size / 1e6:.0f} MB")
        measure(f"sqlite:///{folder}/review.db", path, folder, number=options.records)
        if options.postgresql:
            fresh = server(options.postgresql.rstrip("/"))
            measure(fresh(), path, folder, number=options.records)


if __name__ == "__main__":
    main()
