"""Ranking and stopping through the actions, on both engines: who sees what, and what they move."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from review import actions, api
from review.actions import Caller, RankTrainer
from review.errors import BadInput, NotAllowed, Refused
from review.ingest.record import Record
from review.store import intake
from review.store.engine import Actor, Database
from review.store.tables import RecordRow, SearchEndRow, SearchRow
from review.vocab import Channel, SearchKind
from tests.actions.rush import HOLDER
from tests.command_line import done

TA = "title-abstract"
ANNA, BEN, CARA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga"))


def fill(db: Database, n: int, *, about: tuple[str, ...] = ("nothing much",)) -> list[int]:
    """Add `n` records whose titles are about one thing after the other; return their ids."""
    with db.write(Actor(member_id=None, channel=Channel.API)) as write:
        before = write.conn.scalar(sa.select(sa.func.count()).select_from(RecordRow)) or 0
        search = write.add(
            SearchRow,
            source="Made up",
            kind=SearchKind.DATABASE,
            limits={},
            date="2026-01-01",
            warnings=[],
        )
        records = [
            Record(accession=f"m{before + i}", title=f"{about[i % len(about)]} number {before + i}")
            for i in range(n)
        ]
        intake.add_records(write, search, records, intake.Occurrences("Made up"))
        write.add(SearchEndRow, search_id=search, complete=True, deleted=[])
        ids = sa.select(RecordRow.id).where(RecordRow.search_id == search)
        return sorted(write.conn.scalars(ids))


def both(db: Database, record: int, verdict: str) -> None:
    for who in (ANNA, BEN):
        actions.vote(db, who, record, verdict, stage=TA)


def order(db: Database, who: Caller = ANNA) -> list[int]:
    return [card["record"] for card in actions.next_records(db, who, TA, 50)]


def alike(db: Database, n: int) -> tuple[list[int], list[int]]:
    """Records about muscle, and about crops, by turns; one of each settled."""
    records = sorted(fill(db, n, about=("ageing muscle atrophy", "crop drought yield")))
    muscle, crop = records[::2], records[1::2]
    both(db, muscle[0], "include")
    both(db, crop[0], "exclude")
    return muscle[1:], crop[1:]


def sound(db: Database) -> bool:
    return bool(actions.verify(db, HOLDER)["ok"])


def test_off_until_an_owner_turns_it_on_and_off_again_leaves_no_trace(review: Database) -> None:
    muscle, _ = alike(review, 20)
    before = order(review)
    assert not actions.rank_status(review, OLGA)["on"]
    assert RankTrainer(review, HOLDER).step() is None
    with pytest.raises(Refused, match="is off"):
        actions.rank_run(review, OLGA)
    for who in (ANNA, CARA):
        with pytest.raises(NotAllowed):
            actions.rank_switch(review, who, on=True)
    actions.rank_switch(review, OLGA, on=True)
    assert order(review) == before  # nothing is trained yet
    assert actions.rank_run(review, OLGA)["trained"]["settled"] == 2
    for who in (ANNA, BEN):
        assert set(order(review, who)[: len(muscle)]) == set(muscle)
    assert sound(review)
    actions.rank_switch(review, OLGA, on=False)
    assert order(review) == before
    assert sound(review)


def test_it_trains_again_only_when_enough_is_new_and_one_server_at_a_time(
    review: Database,
) -> None:
    alike(review, 20)
    actions.rank_switch(review, OLGA, on=True)
    first, second = RankTrainer(review, HOLDER), RankTrainer(review, HOLDER)
    assert (first.step() or {})["model"] == 1
    assert second.step() is None
    both(review, order(review)[0], "include")
    assert (second.step() or {})["model"] == 2
    assert first.step() is None
    new = fill(review, 2, about=("ageing muscle atrophy",))
    assert (first.step() or {})["scored"] == 17 + len(new)


def test_it_waits_for_an_inclusion_and_an_exclusion(review: Database) -> None:
    (record, *_) = fill(review, 3)
    actions.rank_switch(review, OLGA, on=True)
    both(review, record, "include")
    with pytest.raises(Refused, match="waits for an exclusion"):
        actions.rank_run(review, OLGA)


def test_the_order_says_nothing_of_votes_that_are_not_settled(review: Database) -> None:
    """Ben's votes on what Anna has not judged, flipped: her order and pages are the same."""
    muscle, crop = alike(review, 16)
    actions.rank_switch(review, OLGA, on=True)

    def seen(of_muscle: str, of_crop: str) -> str:
        for some, verdict in ((muscle[:4], of_muscle), (crop[:4], of_crop)):
            for record in some:
                actions.vote(review, BEN, record, verdict, stage=TA)
        actions.rank_switch(review, OLGA, on=False)
        actions.rank_switch(review, OLGA, on=True)
        RankTrainer(review, HOLDER).step()
        shown = [
            actions.next_records(review, ANNA, TA, 50),
            actions.progress(review, ANNA, TA),
            actions.status(review, ANNA),
        ]
        return json.dumps(shown, sort_keys=True, default=str)

    assert seen("include", "exclude") == seen("exclude", "include")


def test_a_reviewer_is_never_shown_what_the_model_thinks(review: Database) -> None:
    alike(review, 12)
    actions.rank_switch(review, OLGA, on=True)
    RankTrainer(review, HOLDER).step()
    shown = json.dumps(
        [
            actions.next_records(review, ANNA, TA, 50),
            actions.records(review, ANNA),
            actions.status(review, ANNA),
            actions.export(review, ANNA, "records", format="csv").decode(),
        ],
        default=str,
    )
    for word in ("score", "chance", "rank", "probab"):
        assert word not in shown
    for act in (actions.rank_status, actions.stopping):
        with pytest.raises(NotAllowed):
            act(review, ANNA)


def test_a_sample_comes_first_for_everybody_and_speaks_once_it_is_screened(
    review: Database,
) -> None:
    muscle, _ = alike(review, 40)
    assert actions.stopping(review, OLGA)["statement"]["recall"] is None
    drawn = actions.draw_sample(review, OLGA, 20)
    assert drawn == {"sample": 1, "size": 20, "population": 38}
    first = order(review)[:20]
    assert order(review, BEN)[:20] == first
    assert sound(review)
    with pytest.raises(Refused, match="not settled yet"):
        actions.draw_sample(review, OLGA, 5)
    for record in first:
        both(review, record, "include" if record in muscle else "exclude")
    said = actions.stopping(review, OLGA, target=0.5)
    assert said["samples"][0]["open"] == 0
    assert said["included"] == 1 + len(set(first) & set(muscle))
    assert 0 < said["statement"]["recall"] <= 1
    fill(review, 1)  # which the sample could not draw
    assert actions.stopping(review, OLGA)["statement"]["recall"] is None


def test_a_stop_leaves_out_what_nobody_voted_on_and_can_be_taken_back(review: Database) -> None:
    muscle, crop = alike(review, 12)
    actions.vote(review, ANNA, muscle[0], "include", stage=TA)
    with pytest.raises(BadInput, match="Say why"):
        actions.stop(review, OLGA, why=" ")
    with pytest.raises(NotAllowed):
        actions.stop(review, CARA, why="enough")
    stopped = actions.stop(review, OLGA, why="time is up")
    assert stopped["records"] == len(muscle) + len(crop) - 1
    assert order(review) == []
    assert order(review, BEN) == [muscle[0]]  # what has a vote is finished
    flow = actions.prisma(review, HOLDER)
    assert flow["removed"]["automation"] == stopped["records"]
    assert sound(review)
    with pytest.raises(Refused, match="nothing to leave out"):
        actions.stop(review, OLGA, why="again")
    assert actions.resume(review, OLGA, why="a new reviewer")["records"] == stopped["records"]
    assert actions.prisma(review, HOLDER)["removed"]["automation"] == 0
    assert sound(review)
    with pytest.raises(Refused, match="not stopped"):
        actions.resume(review, OLGA, why="twice")


@pytest.mark.parametrize("share", [0, 1, -1, 95])
def test_a_share_out_of_range_is_told(review: Database, share: float) -> None:
    with pytest.raises(BadInput, match="out of range"):
        actions.stopping(review, OLGA, target=share)


def test_the_interface_and_the_command_line_do_the_same(review: Database) -> None:
    alike(review, 12)
    opened = api.open(review.url)
    with pytest.raises(BadInput, match="no act of ranking"):
        opened.rank("maybe")
    assert opened.rank("on", as_="Olga")["on"]
    assert opened.rank("run")["trained"]["scored"] == 10
    assert done("rank", "status", database=review.url)["model"]["number"] == 1
    assert opened.sample(3)["size"] == 3
    assert done("stopping", "--target", "0.9", database=review.url)["samples"][0]["open"] == 3
    assert opened.stop(why="enough")["records"] == 10
    assert done("resume", "--why", "more time", database=review.url) == {"stop": 1, "records": 10}
    opened.close()


def test_the_app_trains_beside_the_screening_until_the_ranking_is_off(
    sqlite_review: Database,
) -> None:
    """The process that the app starts: it trains, trains again, and ends when told."""
    alike(sqlite_review, 20)
    actions.rank_switch(sqlite_review, OLGA, on=True)
    trains = [sys.executable, "-m", "review.ui.keeping", str(os.getpid())]
    with subprocess.Popen(trains, env=os.environ | {"REVIEW_DATABASE": sqlite_review.url}) as kept:
        wait_for(lambda: finished(sqlite_review) == 1)
        both(sqlite_review, order(sqlite_review)[0], "include")
        wait_for(lambda: finished(sqlite_review) == 2)
        actions.rank_switch(sqlite_review, OLGA, on=False)
        assert kept.wait(timeout=30) == 0


def test_it_ends_with_the_app_that_started_it(sqlite_review: Database) -> None:
    actions.rank_switch(sqlite_review, OLGA, on=True)
    trains = [sys.executable, "-m", "review.ui.keeping", "1"]  # as if handed on to another
    environment = os.environ | {"REVIEW_DATABASE": sqlite_review.url}
    assert subprocess.run(trains, env=environment, timeout=60, check=False).returncode == 0


def finished(db: Database) -> int:
    model = actions.rank_status(db, HOLDER)["model"]
    return int(model["number"]) if model and model["finished"] else 0


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)
