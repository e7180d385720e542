"""Invariants 14 to 16: what was acknowledged survives kill -9, and nothing is half-written."""

import os
import random
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from review import actions
from review.actions import Caller
from review.errors import Refused
from review.store.engine import Database
from review.store.tables import VoteRow
from review.vocab import Channel
from tests.actions.rush import HOLDER, STAGE, fill, forking

CYCLES, WRITERS = 10, 4


def _vote_and_say(url: str, name: str, records: list[int], acks: str) -> None:
    db = actions.open_review(url)
    said = os.open(acks, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for record in records:
        try:
            vote = actions.vote(db, Caller(name, Channel.API), record, "include", stage=STAGE)
        except Refused:
            continue
        os.write(said, f"{vote['vote']}\n".encode())  # only after the commit


@pytest.mark.slow
def test_no_acknowledged_vote_is_lost_and_none_is_half_written(
    review: Database, database_url: str, tmp_path: Path
) -> None:
    names = [f"W{i}" for i in range(WRITERS)]
    for name in names:
        actions.add_member(review, HOLDER, name, ["reviewer"])
    records = fill(review, 600)
    acks = tmp_path / "acks"
    acks.touch()
    chance = random.Random(9)
    context = forking()
    for cycle in range(CYCLES):
        some = records[cycle * 60 : (cycle + 1) * 60]
        workers = [
            context.Process(target=_vote_and_say, args=(database_url, name, some, str(acks)))
            for name in names
        ]
        for worker in workers:
            worker.start()
        # some votes later, in the middle of whatever is going on then
        until = time.monotonic() + 20
        enough = acks.read_bytes().count(b"\n") + chance.randint(1, 25)
        while acks.read_bytes().count(b"\n") < enough and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.02))
        for worker in workers:
            worker.kill()  # SIGKILL; one that has finished already stays finished
        for worker in workers:
            worker.join()
    acknowledged = {int(line) for line in acks.read_text().split()}
    with review.read() as conn:
        stored = set(conn.scalars(sa.select(VoteRow.id)))
    assert len(acknowledged) > CYCLES  # else the test proved nothing
    assert acknowledged <= stored
    assert [c for c in actions.verify(review, HOLDER)["checks"] if not c["ok"]] == []
