"""How fast records go in, and what de-duplication and merges cost in the database.

    python -m tests.benchmarks.bench_store [--postgresql URL] [--records N] [--scale N]

Loading is timed beside the drivers' own `executemany` of the same rows (records, clusters,
standings, queue) into the same tables, in the same batches, each committed; the goal is half of
its speed. Then 60 % of the reports get two votes each, and flow, next record, vote and verify
are timed (goals: flow under 50 ms, next record p95 under 10 ms). Then a search of 500 is
de-duplicated against 50,000, and reports are merged and split by hand; the goal is a cost that
follows the 500, and the reports touched. `--scale` de-duplicates that many records on SQLite in
a process of its own and gives its peak memory (goal: 4 GB for a million). `--postgresql` names a
server on which databases may be made.
"""

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

from review import actions
from review.actions import Caller
from review.ingest.record import Record
from review.store import intake
from review.store.engine import Actor, Database
from review.store.tables import SearchEndRow, SearchRow, VoteRow
from review.vocab import Channel, SearchKind, Stage, Verdict
from tests.benchmarks.bench_dedup import made

HOLDER = Caller(None, Channel.API)
BATCH = 2000
SEARCH = {
    "source": "Made up",
    "kind": SearchKind.DATABASE,
    "limits": {},
    "date": "2026-01-01",
    "warnings": [],
}
TABLES = {"record": "id", "cluster": "record_id", "standing": "kept_id", "queue_entry": "kept_id"}


def records(count: int, *, source: str) -> Iterator[Record]:
    """Made-up records as PubMed gives them: 1,700 letters each, a quarter of them copies."""
    for row in made(count):
        yield Record(
            accession=f"{source}{row.id}",
            title=row.title,
            abstract=row.abstract,
            authors=tuple(row.authors),
            journal=row.journal,
            year=row.year,
            volume=row.volume,
            pages=row.pages,
            doi=row.doi,
            publication_types=("Journal Article",),
            keywords=("ageing", "motor unit"),
            mesh=("Aged", "Humans", "Muscle, Skeletal/physiology*"),
        )


def load(db: Database, some: Iterator[Record]) -> tuple[float, float]:
    """Store records in batches, each committed; return wall and CPU seconds without the making."""
    wall = cpu = 0.0
    actor = Actor(member_id=None, channel=Channel.API)
    with db.write(actor) as write:
        search = write.add(SearchRow, **SEARCH)
    occurrences = intake.Occurrences("Made up")
    while batch := list(islice(some, BATCH)):
        start, used = time.perf_counter(), time.process_time()
        with db.write(actor) as write:
            intake.add_records(write, search, batch, occurrences)
        wall, cpu = wall + time.perf_counter() - start, cpu + time.process_time() - used
    with db.write(actor) as write:
        write.add(SearchEndRow, search_id=search, complete=True, deleted=[])
    return wall, cpu


def raw(source: Database, url: str) -> tuple[float, float]:
    """The rows of `source` put into an empty review at `url` by the driver alone."""
    db = actions.init(url)
    with db.write(Actor(member_id=None, channel=Channel.API)) as write:
        write.add(SearchRow, **SEARCH)
    db.close()
    connection: Any
    if url.startswith("sqlite"):
        connection, mark = sqlite3.connect(url.removeprefix("sqlite:///")), "?"
        for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {setting}")
    else:
        connection, mark = psycopg.connect(url), "%s"
    wall = cpu = 0.0
    for part in _parts(source):
        start, used = time.perf_counter(), time.process_time()
        cursor = connection.cursor()
        for table, rows in part.items():
            marks = ", ".join([mark] * len(rows[0]))
            cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        connection.commit()
        wall, cpu = wall + time.perf_counter() - start, cpu + time.process_time() - used
    connection.close()
    return wall, cpu


def _parts(db: Database) -> Iterator[dict[str, list[tuple[Any, ...]]]]:
    with db.read() as conn:
        last = conn.exec_driver_sql("SELECT max(id) FROM record").scalar() or 0
        for start in range(0, last, BATCH):
            part = {}
            for table, key in TABLES.items():
                rows = conn.exec_driver_sql(
                    f"SELECT * FROM {table} WHERE {key} > {start} AND {key} <= {start + BATCH}"
                )
                part[table] = [tuple(map(_plain, row)) for row in rows]
            yield part


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


def loading(urls: Callable[[], str], count: int) -> Database:
    """One line: how fast records go in, beside the driver; returns the review they are in."""
    db = actions.init(urls())
    wall, cpu = load(db, records(count, source="a"))
    raw_wall, raw_cpu = raw(db, urls())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{db.engine.dialect.name}: {count:,} records at {count / wall:,.0f}/s, "
        f"the driver alone {count / raw_wall:,.0f}/s: {raw_wall / wall:.2f} of it "
        f"(of its CPU {raw_cpu / cpu:.2f}; goal 0.5); peak so far {peak:.0f} MB"
    )
    return db


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """What an act returns, its wall and its CPU seconds."""
    start, used = time.perf_counter(), time.process_time()
    result = act()
    return result, time.perf_counter() - start, time.process_time() - used


def deduplicating(urls: Callable[[], str], *, old: int = 50_000, new: int = 500) -> None:
    """One line each: the first comparison, a new search, merges by hand."""
    db = actions.init(urls())
    name = db.engine.dialect.name
    load(db, records(old, source="a"))
    first, wall, cpu = timed(lambda: actions.dedup(db, HOLDER))
    print(f"{name}: first {old:,}: {wall:.2f} s, {cpu:.2f} CPU s, {first['merged']:,} merged")
    load(db, records(new, source="b"))
    next_, wall, cpu_new = timed(lambda: actions.dedup(db, HOLDER))
    print(
        f"{name}: {new:,} more: {wall:.2f} s, {cpu_new:.3f} CPU s, {next_['merged']:,} merged; "
        f"a record costs {cpu_new / new / (cpu / old):.1f} times what it cost at first"
    )
    with db.read() as conn:
        alone = conn.exec_driver_sql(
            "SELECT kept_id FROM cluster GROUP BY kept_id HAVING count(*) = 1 "
            "ORDER BY kept_id LIMIT 100"
        )
        ids = list(alone.scalars())
    merging = [lambda a=a, b=b: actions.merge(db, HOLDER, a, b) for a, b in pairwise(ids)]
    splitting = [lambda a=a: actions.split(db, HOLDER, a) for a in ids[1:]]
    for act, some in (("merge", merging), ("split", splitting)):
        took = sorted(timed(one)[1] for one in some)
        print(
            f"{name}: {act} by hand among {old:,}: median {1000 * took[len(took) // 2]:.1f} ms, "
            f"p95 {1000 * took[int(len(took) * 0.95)]:.1f} ms"
        )
    checked, wall, _ = timed(lambda: actions.verify(db, HOLDER)["ok"])
    print(f"{name}: verified {checked} in {wall:.1f} s")
    db.close()


def screening(db: Database, *, share: float = 0.6) -> None:
    """Lines: the flow, the next record and a vote where `share` of the reports is voted on twice.

    Each is timed a hundred times (the whole flow once); the p95 is what counts.
    """
    name = db.engine.dialect.name
    chance = random.Random(3)
    for member in ("Anna", "Ben"):
        actions.add_member(db, HOLDER, member, ["reviewer"])
    with db.read() as conn:
        clusters = conn.exec_driver_sql("SELECT DISTINCT kept_id FROM cluster ORDER BY kept_id")
        kept = list(clusters.scalars())
    done = sorted(chance.sample(kept, int(share * len(kept))))
    about = {"stage": Stage.TITLE_ABSTRACT, "round": 1, "revision": 0, "secondary": []}
    for member in (1, 2):
        with db.write(Actor(member_id=member, channel=Channel.APP)) as write:
            common = about | {"slot": member, "protocol_version": 1, "cast": write.at}
            include = [chance.random() < 0.08 for _ in done]
            verdicts = [Verdict.INCLUDE if yes else Verdict.EXCLUDE for yes in include]
            rows = [
                common | {"record_id": record, "verdict": verdict}
                for record, verdict in zip(done, verdicts, strict=True)
            ]
            write.add_many(VoteRow, rows)
    actions.rebuild(db, HOLDER)
    anna = Caller("Anna", Channel.APP)
    stage = Stage.TITLE_ABSTRACT.value
    waiting = [row["record"] for _ in range(2) for row in _next(db, anna, stage, 50)]
    acts: dict[str, list[Callable[[], Any]]] = {
        "the flow": [lambda: actions.prisma(db, HOLDER)] * 100,
        "the next record": [lambda: _next(db, anna, stage, 1)] * 100,
        "a vote": [
            lambda record=record: actions.vote(db, anna, record, "exclude", stage=stage)
            for record in dict.fromkeys(waiting)
        ],
        "the status": [lambda: actions.status(db, HOLDER)] * 20,
        "verify": [lambda: actions.verify(db, HOLDER)],
    }
    for what, some in acts.items():
        took = sorted(timed(act)[1:] for act in some)
        wall, cpu = took[int(len(took) * 0.95)]
        middle = took[len(took) // 2][0]
        print(
            f"{name}: {what} among {len(kept):,} reports, {share:.0%} voted on: "
            f"median {1000 * middle:.1f} ms, p95 {1000 * wall:.1f} ms (its CPU {1000 * cpu:.1f})"
        )


def _next(db: Database, who: Caller, stage: str, n: int) -> list[dict[str, Any]]:
    return actions.next_records(db, who, stage, n)


def scale(url: str) -> None:
    """De-duplicate the review at `url`; one line with its peak memory."""
    db = actions.open_review(url)
    with db.read() as conn:
        count = conn.execute(sa.text("SELECT count(*) FROM record")).scalar() or 0
    found, wall, cpu = timed(lambda: actions.dedup(db, HOLDER))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"sqlite: {count:,} records de-duplicated: {wall:.0f} s, {cpu:.0f} CPU s, "
        f"peak {peak:.2f} GB, {found['merged']:,} merged, {found['questions']:,} asked"
    )


def server(url: str) -> Callable[[], str]:
    def fresh() -> str:
        name = f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
        return f"{url}/{name}"

    return fresh


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postgresql", help="a server, e.g. postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--scale", type=int)
    parser.add_argument("--scale-of", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.scale_of:
        scale(options.scale_of)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = (f"sqlite:///{folder}/{k}.db" for k in range(1_000))
        engines: list[Callable[[], str]] = [lambda: next(files)]
        if options.postgresql:
            engines.append(server(options.postgresql.rstrip("/")))
        for urls in engines:
            db = loading(urls, options.records)
            screening(db)
            db.close()
            deduplicating(urls)
        if options.scale:
            db = actions.init(next(files))
            wall, _ = load(db, records(options.scale, source="a"))
            size = Path(db.url.removeprefix("sqlite:///")).stat().st_size / 2**30
            print(f"sqlite: {options.scale:,} records loaded in {wall:.0f} s, {size:.1f} GB")
            url = db.url
            db.close()
            subprocess.run([sys.executable, "-m", __spec__.name, "--scale-of", url], check=True)


if __name__ == "__main__":
    main()
