"""How fast the next record comes, and what dealing records out costs, in a large review.

    python -m tests.benchmarks.bench_queue [--database URL] [--records N]

Of N records Anna has judged 60 % and Ben 30 %, each in their own order. Given are median and 95th
percentile of wall milliseconds, and the CPU this process took for one. The goal is a next record
within 10 ms at the 95th percentile at 100,000 records, on an otherwise idle machine.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

from review import actions
from review.actions import Caller
from review.screening.queue import ordered
from review.store import intake, people, projection
from review.store.engine import Actor, Database
from review.store.tables import SearchRow, VoteRow
from review.vocab import Channel, Stage, Verdict
from tests.benchmarks.bench_store import SEARCH, records

HOLDER = Caller(None, Channel.API)
TEAM = ("Anna", "Ben", "Cem", "Dora")
FIRST = Stage.TITLE_ABSTRACT
BATCH = 2000
AT = "title-abstract"


def filled(url: str, count: int) -> Database:
    """Make a review of `count` records of which two reviewers have judged a part."""
    db = actions.init(url)
    for name in TEAM:
        actions.add_member(db, HOLDER, name, ["reviewer"])
    actor = Actor(member_id=None, channel=Channel.API)
    some = list(records(count, source="m"))
    with db.write(actor) as write:
        search = write.add(SearchRow, **SEARCH)
        occurrences = intake.Occurrences("Made up")
        for first in range(0, count, BATCH):
            intake.add_records(write, search, some[first : first + BATCH], occurrences)
    with db.write(actor) as write:
        rows = votes(range(1, count + 1))
        for first in range(0, len(rows), BATCH):
            write.add_many(VoteRow, rows[first : first + BATCH])
        projection.rebuild(write.conn, people.protocol(write.conn)[1])
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("VACUUM ANALYZE")
    return db


def votes(ids: range) -> list[dict[str, object]]:
    """The votes of Anna on 60 % of the records and of Ben on 30 %, nine of ten excluding."""
    rng, slots, rows = random.Random(1), dict.fromkeys(ids, 0), list[dict[str, object]]()
    about = {"stage": FIRST, "round": 1, "revision": 0, "secondary": [], "protocol_version": 1}
    for member, share in ((1, 0.6), (2, 0.3)):
        for record in ordered(ids, member=member, seed=1)[: int(len(ids) * share)]:
            slots[record] += 1
            verdict = Verdict.INCLUDE if rng.random() < 0.1 else Verdict.EXCLUDE
            row = {"record_id": record, "member_id": member, "slot": slots[record]}
            rows.append(about | row | {"verdict": verdict, "cast": datetime.now(UTC)})
    return rows


def told(what: str, act: Callable[[], object], times: int) -> None:
    """Do something many times and print what it took."""
    walls, used = [], time.process_time()
    for _ in range(times):
        begin = time.perf_counter()
        act()
        walls.append(1000 * (time.perf_counter() - begin))
    cpu = 1000 * (time.process_time() - used) / times
    walls.sort()
    middle, late = walls[times // 2], walls[int(times * 0.95)]
    print(f"{what:<34}{middle:>9.1f}{late:>9.1f}{cpu:>9.1f}", flush=True)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database")
    parser.add_argument("--records", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        db = filled(given.database or f"sqlite:///{folder}/review.db", given.records)
        print(f"{'':<34}{'median':>9}{'p95':>9}{'CPU':>9}  ms")
        asked(db)
        told(
            "assign: split among four",
            lambda: actions.assign(db, HOLDER, "split", TEAM, stage=AT),
            1,
        )
        asked(db)
        told("balance", lambda: actions.balance(db, HOLDER, stage=AT, members=TEAM[1:]), 1)
        told("deactivate", lambda: actions.deactivate(db, HOLDER, "Dora"), 1)
        told("start a pilot of 100", lambda: actions.start_pilot(db, HOLDER, stage=AT, size=100), 1)
        asked(db)
        db.close()


def asked(db: Database) -> None:
    """What a reviewer's page asks, for each of the team."""
    for name in TEAM[:3]:
        who = Caller(name, Channel.API)

        def voted(who: Caller = who) -> None:
            found = actions.next_records(db, who, AT)
            if found:
                actions.vote(db, who, found[0]["record"], "exclude", stage=AT, seconds=5)

        told(f"{name}: next", lambda who=who: actions.next_records(db, who, AT), 200)
        told(f"{name}: next 20", lambda who=who: actions.next_records(db, who, AT, 20), 50)
        told(f"{name}: next and vote", voted, 50)
        told(f"{name}: progress", lambda who=who: actions.progress(db, who, AT), 20)
        told(
            f"{name}: my votes, a page", lambda who=who: actions.my_votes(db, who, AT, limit=25), 5
        )


if __name__ == "__main__":
    main()
