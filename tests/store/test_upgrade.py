"""Invariant 21: a review made by an earlier version opens as what it was, whole, whatever happens.

`released/NNNN.json` holds a review as the version with that schema left it: a row of every fact,
and what that version said of it. It is never written again.
"""

import json
import os
import signal
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from review import actions
from review.store.engine import Actor, Database
from review.store.migrations import HEAD, upgrade
from review.store.opening import schema_version
from review.vocab import Channel
from tests.actions.rush import forking
from tests.conftest import HOLDER

RELEASED = sorted((Path(__file__).parent / "released").glob("*.json"))
ACTOR = Actor(member_id=None, channel=Channel.API)


def _stored(value: Any, column: sa.Column[Any]) -> Any:
    if value is None:
        return None
    if isinstance(column.type, sa.DateTime):
        return datetime.fromisoformat(value)
    return b64decode(value) if isinstance(column.type, sa.LargeBinary) else value


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, database_url: str) -> dict[str, Any]:
    """What an earlier version said of the review that is now, as it left it, at `database_url`."""
    document = json.loads(request.param.read_text(encoding="utf-8"))
    db = Database(database_url)
    with db.write(ACTOR) as write:
        upgrade(write.conn, request.param.stem)
        old = sa.MetaData()
        old.reflect(write.conn)
        for name, rows in document["tables"].items():
            table = old.tables[name]
            some = [{key: _stored(row[key], table.c[key]) for key in row} for row in rows]
            if some:
                write.conn.execute(table.insert(), some)
    assert schema_version(db) == request.param.stem != HEAD
    db.close()
    expected: dict[str, Any] = document["expected"]
    return expected


def holds(url: str, expected: dict[str, Any]) -> None:
    """Open the review; it says what the earlier version said, and work goes on."""
    db = actions.open_review(url)
    assert schema_version(db) == HEAD
    checks = actions.verify(db, HOLDER)
    assert checks["ok"], checks
    assert checks["head"] == expected["head"]
    assert _part_of(expected["status"]["stages"], actions.status(db, HOLDER)["stages"])
    assert _part_of(expected["prisma"], actions.prisma(db, HOLDER))
    vote = actions.vote(
        db, actions.Caller("Ben", Channel.APP), 6, "include", stage="title-abstract"
    )
    assert actions.status(db, HOLDER)["stages"] != expected["status"]["stages"], vote
    assert actions.verify(db, HOLDER)["ok"]
    db.close()


def _part_of(old: Any, new: Any) -> bool:
    """Whether everything the earlier version said is still said; there may be more."""
    if isinstance(old, dict):
        return old.keys() <= new.keys() and all(_part_of(old[key], new[key]) for key in old)
    return bool(old == new)


def test_a_review_of_an_earlier_version_opens_as_what_it_was(
    released: dict[str, Any], database_url: str
) -> None:
    steps: list[str] = []
    actions.open_review(database_url, told=lambda step, _: steps.append(step)).close()
    assert steps[0] == f"schema {HEAD}"
    holds(database_url, released)


def _open(url: str, kill_at: int) -> None:
    """Open the review, and die at the `kill_at`th statement of doing so."""
    done = 0

    @sa.event.listens_for(sa.Engine, "after_cursor_execute")
    def count(*_: Any) -> None:
        nonlocal done
        done += 1
        if done == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    actions.open_review(url).close()


def test_killed_while_it_is_brought_up_to_date_a_review_is_old_or_new_never_between(
    released: dict[str, Any], database_url: str
) -> None:
    context = forking()
    before = _shape(database_url)
    ends, kill_at = [], 3
    while not ends or ends[-1]:
        opening = context.Process(target=_open, args=(database_url, kill_at))
        opening.start()
        opening.join()
        ends.append(opening.exitcode)
        kill_at *= 4
        assert (_shape(database_url) == before) == (ends[-1] != 0)
    assert ends[:-1] == [-signal.SIGKILL] * (len(ends) - 1)
    assert len(ends) > 2
    holds(database_url, released)


def _shape(url: str) -> tuple[str | None, dict[str, frozenset[str]]]:
    db = Database(url)
    with db.read() as conn:
        tables = sa.inspect(conn)
        found = {
            name: frozenset(column["name"] for column in tables.get_columns(name))
            for name in tables.get_table_names()
        }
    version = schema_version(db)
    db.close()
    return version, found


def test_several_who_open_it_at_once_bring_it_up_to_date_once(
    released: dict[str, Any], database_url: str
) -> None:
    context = forking()
    opening = [context.Process(target=_open, args=(database_url, 0)) for _ in range(4)]
    for process in opening:
        process.start()
    for process in opening:
        process.join()
    assert [process.exitcode for process in opening] == [0] * 4
    holds(database_url, released)
