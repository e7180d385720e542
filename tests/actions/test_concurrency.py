"""Invariants 1 to 4: at most two votes of a round, every standing right, no conflict missing."""

import pytest

from review import actions
from review.store.engine import Database
from tests.actions.rush import HOLDER, anomalies, fill, rush, undecided

PROCESSES = 20


@pytest.fixture
def crowd(review: Database) -> Database:
    for i in range(PROCESSES):
        actions.add_member(review, HOLDER, f"R{i:02}", ["reviewer"])
    return review


@pytest.mark.slow
def test_twenty_processes_leave_two_votes_a_record_and_every_standing_right(
    crowd: Database, database_url: str
) -> None:
    records = fill(crowd, 300)
    assert rush(database_url, processes=PROCESSES, records=records) == 0
    assert list(anomalies(crowd)) == []
    assert undecided(crowd) == 0


@pytest.mark.slow
def test_the_same_without_the_locks_fails(crowd: Database, database_url: str) -> None:
    records = fill(crowd, 60)
    failed = rush(database_url, processes=PROCESSES, records=records, locked=False)
    assert failed or list(anomalies(crowd))


def test_three_processes_leave_two_votes_a_record(crowd: Database, database_url: str) -> None:
    records = fill(crowd, 15)
    assert rush(database_url, processes=3, records=records) == 0
    assert list(anomalies(crowd)) == []
    assert undecided(crowd) == 0
