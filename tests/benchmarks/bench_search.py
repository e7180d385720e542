"""How long a search by words takes over many records, as the Records page and commands ask it.

    python -m tests.benchmarks.bench_search [--postgresql URL] [--records N]

N made-up records (100,000; words as unevenly frequent as in English, a quarter of the records
copies that de-duplication would merge) are loaded on each engine and searched: rare words, common
ones, several, phrases, a beginning, a hyphenated word, a DOI. Each line has the median and the
95th percentile of the whole action: found, ranked, counted, and the first page of cards made. The
goal is 100 ms. `--postgresql` names a server on which databases may be made.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from review import actions
from review.ingest.record import Record
from review.store.engine import Database
from tests.benchmarks.bench_store import load, records, server
from tests.conftest import HOLDER

GOAL_MS = 100
PAGE = 50
WORDS = 40_000
COMMON = ("muscle", "motor", "units", "ageing", "neuromuscular", "electromyography")


def english(count: int) -> Iterator[Record]:
    """Made-up records whose words are as frequent as in titles and abstracts of one field.

    The commonest stands in three of five records, the n-th word as often as 1 / (n + 30).
    """
    chance = random.Random(7)
    made = ["".join(chance.choices("aeioustrnlmdc", k=chance.randint(3, 11))) for _ in range(WORDS)]
    words = [*COMMON, *made]
    often = [1 / (n + 30) for n in range(len(words))]
    for record in records(count, source="s"):
        said = chance.choices(words, often, k=190)
        said[50:52] = ["neuro-muscular", "junction"] if chance.random() < 0.05 else said[50:52]
        yield replace(record, title=" ".join(said[:14]), abstract=" ".join(said[14:]))


def queries() -> dict[str, str]:
    """What is asked, by what kind of search it is."""
    chance = random.Random(7)
    made = ["".join(chance.choices("aeioustrnlmdc", k=chance.randint(3, 11))) for _ in range(WORDS)]
    return {
        "one of the commonest words": COMMON[2],
        "two such words": f"{COMMON[1]} {COMMON[3]}",
        "the commonest word": COMMON[0],
        "a common and a rare word": f"{COMMON[0]} {made[5000]}",
        "a rare word": made[20_000],
        "a phrase of common words": f'"{COMMON[0]} {COMMON[1]}"',
        "a phrase in every record": f'"{COMMON[3]} {COMMON[1]}"',
        "a phrase that may go on": f'"{COMMON[0]} mot*"',
        "two phrases": f'"{COMMON[0]} {COMMON[1]}" "{COMMON[1]} {COMMON[3]}"',
        "the beginning of a word": "neuromus*",
        "a hyphenated word": "neuro-muscular",
        "six words": " ".join([*COMMON[:4], made[3], made[9]]),
        "a DOI": "10.5555/77",
        "nothing": "zzzzzzzz",
    }


def measure(db: Database) -> float:
    """Lines: how long each kind of search takes; return the slowest median, in ms."""
    name = db.engine.dialect.name
    slowest = 0.0
    for kind, text in queries().items():
        took = []
        for _ in range(9):
            start = time.perf_counter()
            found = actions.records(db, HOLDER, text=text, limit=PAGE)
            took.append(1000 * (time.perf_counter() - start))
        took.sort()
        slowest = max(slowest, took[4])
        print(
            f"{name}: {kind}: {found['total']:,} found, "
            f"median {took[4]:.0f} ms, longest {took[-1]:.0f} ms",
            flush=True,
        )
    return slowest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", help="a server, e.g. postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--records", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        urls: list[Callable[[], str]] = [lambda: f"sqlite:///{folder}/search.db"]
        if options.postgresql:
            urls.append(server(options.postgresql.rstrip("/")))
        for fresh in urls:
            db = actions.init(fresh())
            wall, _ = load(db, english(options.records))
            print(f"{db.engine.dialect.name}: {options.records:,} records in {wall:.0f} s")
            if db.engine.dialect.name == "postgresql":
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                    conn.exec_driver_sql("VACUUM ANALYZE")
            print(f"slowest median {measure(db):.0f} ms (goal {GOAL_MS})")
            db.close()


if __name__ == "__main__":
    main()
