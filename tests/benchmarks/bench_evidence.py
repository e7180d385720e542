"""How fast the evidence answers: filters with the counts of every term, and pages of the table.

    python -m tests.benchmarks.bench_evidence [--postgresql URL] [--studies N] [--effects N]

A review is made up (10,000 studies, 100,000 effects) and asked forty different expressions, each
three times: `counts` is what `review evidence --counts` does, `page` the first hundred rows sorted
and with counts, as the app asks. `cold` is the first question of a new process once Python has
its modules; `command` the whole of `review evidence --counts --json`. The goal is 200 ms for every
filter with its counts, and 50 ms for keeping the counts in step with one more form.
`--postgresql` names a server on which databases may be made.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg

from review import actions
from review.actions import Caller
from review.store import evidence, people
from review.store.engine import Actor, Database
from review.vocab import Channel
from tests.benchmarks.evidence_review import make

HOLDER = Caller(None, Channel.API)
MEMBER = Caller("Ben", Channel.API)
EXPRESSIONS = (
    "",
    "population = human",
    "population = animal",
    "species = mouse",
    "outcome under out.nmj",
    "outcome under out.mu",
    "outcome = jitter",
    "outcome in (jitter, jiggle, blocking, decrement)",
    "emg_method under emg.mune",
    "emg_method under emg.sfemg and outcome = jitter",
    "direction = increase",
    "not direction = increase",
    "direction != decrease and contrast = con.age",
    "contrast under con.age and alignment = impaired",
    "population = human and emg_method under emg.mune and outcome under out.nmj and year >= 2000",
    "population = human or species = mouse",
    "not (population = human or species = mouse)",
    "year >= 2000",
    "year < 1980",
    "year in (1990, 1995, 2000)",
    "title ~ motor",
    'abstract ~ "older"',
    'abstract ~ "muscle"',
    'abstract ~ "motor unit"',
    "author ~ smith",
    "journal ~ neurology",
    "doi = '10.1/77'",
    "record = 123",
    "note ~ older",
    "note ~ 'tested twice'",
    "study = 500",
    "study_label ~ 12",
    "not cohort = family-12",
    "verified = yes",
    "risk_of_bias = low",
    "risk_of_bias in (some, high) and population = human",
    "risk_of_bias = none",
    "species = mouse and age >= 24 mo",
    "lifespan >= 80% and n >= 30",
    "study has (outcome = jitter and direction = increase)"
    " and study has (outcome under cmap and direction = no_change)",
    "species = mouse and age >= 24 mo and study has (direction = increase)"
    " and not study has (direction = decrease)",
    "modifier under mod.ex and mechanism = neurogenic",
    "muscle under mus.leg and unit_of_analysis = mu_naive",
)
SORTS = ("", "year", "-outcome", "study", "n", "risk_of_bias")


def timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Milliseconds of wall and of own CPU that an act takes."""
    start, used = time.perf_counter(), time.process_time()
    act()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)


def said(name: str, times: Sequence[tuple[float, float]], slowest: str = "") -> None:
    """Print median, 95th percentile and maximum of wall and of CPU."""
    shown = []
    for kind, some in zip(("wall", "CPU"), zip(*times, strict=True), strict=True):
        ordered = sorted(some)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        middle = statistics.median(ordered)
        shown.append(f"{kind} p50 {middle:5.0f} p95 {p95:5.0f} max {ordered[-1]:5.0f} ms")
    print(f"  {name:34} {'  '.join(shown)}  {slowest}", flush=True)


def warm(db: Database, who: Caller) -> None:
    """Ask every expression three times of an open review."""
    counts: dict[str, list[tuple[float, float]]] = {}
    pages: dict[str, list[tuple[float, float]]] = {}
    for _ in range(3):
        for number, where in enumerate(EXPRESSIONS):
            counts.setdefault(where, []).append(
                timed(lambda where=where: actions.evidence_counts(db, who, where=where))
            )
            sort = SORTS[number % len(SORTS)]
            pages.setdefault(where, []).append(
                timed(
                    lambda where=where, sort=sort: actions.evidence(
                        db, who, where=where, sort=sort, limit=100, counts=True
                    )
                )
            )
    name = "the holder" if who.member is None else "a blind member"
    for what, times in (("counts", counts), ("page and counts", pages)):
        slowest = max(times, key=lambda where: max(times[where]))
        every = [one for some in times.values() for one in some]
        said(f"{what}, {name}", every, f"({slowest[:50] or 'everything'})")


def in_step(db: Database) -> None:
    """Store again what speaks of one study's effects, as each new form and tag does."""
    times = []
    for study in range(100, 120):
        with db.write(Actor(member_id=None, channel=Channel.API)) as write:
            write.only_writer()
            _, content = people.protocol(write.conn)
            times.append(
                timed(lambda: evidence.refresh(write.conn, [study], content.codebook))  # noqa: B023
            )
    said("one study's effects stored again", times)


_COLD = """
import sys, time, json
from review import actions
from review.vocab import Channel
db = actions.open_review(sys.argv[1])
start, used = time.perf_counter(), time.process_time()
actions.evidence_counts(db, actions.Caller(None, Channel.API), where=sys.argv[2])
print(json.dumps([1000 * (time.perf_counter() - start), 1000 * (time.process_time() - used)]))
"""


def cold(url: str) -> None:
    """The first question of a new process, and a whole command."""
    first, whole = [], []
    for where in EXPRESSIONS[::6]:
        ran = subprocess.run(
            [sys.executable, "-c", _COLD, url, where], capture_output=True, text=True, check=True
        )
        first.append(tuple(json.loads(ran.stdout)))
        command = ["evidence", "--counts", "--json", "--where", where]
        review = "import sys; from review.cli import main; sys.argv[0] = 'review'; main()"
        whole.append(
            timed(
                lambda command=command, review=review: subprocess.run(
                    [sys.executable, "-c", review, *command],
                    capture_output=True,
                    check=True,
                    env={**os.environ, "REVIEW_DATABASE": url},
                )
            )
        )
    said("cold, counts", first)
    said("command, start of Python and all", whole)


def measure(url: str, studies: int, effects: int) -> None:
    """Make a review at `url` and print what it takes to ask it."""
    start = time.perf_counter()
    db = make(url, studies=studies, effects=effects)
    print(f"{url.split(':')[0]}: made in {time.perf_counter() - start:.0f} s")
    warm(db, HOLDER)
    warm(db, MEMBER)
    in_step(db)
    start = time.perf_counter()
    found = actions.verify(db, HOLDER)
    print(f"  verified ({found['ok']}) in {time.perf_counter() - start:.0f} s")
    db.close()
    cold(url)


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where a server is named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", metavar="URL")
    parser.add_argument("--studies", type=int, default=10_000)
    parser.add_argument("--effects", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        measure(f"sqlite:///{Path(folder)}/review.db", given.studies, given.effects)
    if given.postgresql:
        name = f"bench_{uuid.uuid4().hex[:8]}"
        server = given.postgresql.rstrip("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
            try:
                measure(f"{server}/{name}", given.studies, given.effects)
            finally:
                conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    main()
