"""Many processes voting on the same records at once: what each does, and what must hold after."""

import multiprocessing
import multiprocessing.context
import sys
from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from review import actions
from review.actions import Caller
from review.errors import Refused, StoreError
from review.ingest.record import Record
from review.store import engine, intake
from review.store.engine import Actor, Database, Write
from review.store.tables import SearchEndRow, SearchRow, VoteRow
from review.vocab import Channel, SearchKind, State

HOLDER = Caller(None, Channel.API)
STAGE = "title-abstract"


# what a process that acts would load first: the actions load when they are asked for
_LOADED = [
    "review.actions.screen",
    "review.actions.reviews",
    "review.actions.duplicates",
    "review.actions.evidence",
    "review.cli.commands",
    "alembic.command",
    __name__,
]


def forking() -> multiprocessing.context.ForkServerContext:
    """What starts processes at once, that have loaded what they need."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_LOADED)
    return context


def fill(db: Database, n: int) -> list[int]:
    """Put `n` records into a review; return their ids."""
    with db.write(Actor(member_id=None, channel=Channel.API)) as write:
        search = write.add(
            SearchRow,
            source="Made up",
            kind=SearchKind.DATABASE,
            limits={},
            date="2026-01-01",
            warnings=[],
        )
        records = [Record(accession=f"m{i}", title=f"Title number {i}") for i in range(n)]
        intake.add_records(write, search, records, intake.Occurrences("Made up"))
        write.add(SearchEndRow, search_id=search, complete=True, deleted=[])
        return list(intake.accessions_of(write.conn, search).values())


def _vote_on_all(url: str, name: str, records: list[int], locked: bool) -> None:
    if not locked:
        _unlock()
    db = actions.open_review(url)
    errors: Counter[str] = Counter()
    for record in records:
        verdict = "include" if (record + int(name[1:])) % 3 else "exclude"
        try:
            actions.vote(db, Caller(name, Channel.API), record, verdict, stage=STAGE)
        except Refused:
            pass  # a third vote, or settled: what the rule is for
        except (sa.exc.DBAPIError, StoreError) as error:
            errors[type(error).__name__] += 1
    db.close()
    if errors:
        sys.exit(f"{name}: {dict(errors)}")


def _unlock() -> None:
    """The control: the same code without its locks."""
    Write.lock_records = lambda self, ids: None  # type: ignore[method-assign]
    engine._SQLITE_WRITE = "BEGIN"


def rush(url: str, *, processes: int, records: list[int], locked: bool = True) -> int:
    """Let `processes` members vote on all records at once, in the same order.

    Returns how many of them met an error of the database.
    """
    context = forking()
    workers = [
        context.Process(target=_vote_on_all, args=(url, f"R{i:02}", records, locked))
        for i in range(processes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(worker.exitcode != 0 for worker in workers)


def anomalies(db: Database) -> Iterator[str]:
    """Yield a sentence for everything that must not be, counted from the votes alone."""
    with db.read() as conn:
        votes = conn.execute(sa.select(VoteRow.record_id, VoteRow.member_id, VoteRow.verdict)).all()
    said: dict[int, dict[int, str]] = {}
    for record, member, verdict in votes:
        if member in said.setdefault(record, {}):
            yield f"record {record} has two votes of one member"
        said[record][member] = verdict
    conflicts = {entry["record"] for entry in actions.conflicts(db, HOLDER)}
    for record, by in said.items():
        if len(by) > 2:
            yield f"record {record} has {len(by)} voters"
        disagree = len(by) == 2 and len(set(by.values())) == 2
        if disagree is not (record in conflicts):
            yield f"record {record}: votes {sorted(by.values())}, in the conflicts: {not disagree}"
    for check in actions.verify(db, HOLDER)["checks"]:
        if not check["ok"]:
            yield f"{check['name']}: {check['detail']}"


def undecided(db: Database) -> int:
    """How many records still lack a vote."""
    counts = actions.status(db, HOLDER)["stages"][STAGE]
    return int(counts[State.UNSCREENED] + counts[State.AWAITING])
