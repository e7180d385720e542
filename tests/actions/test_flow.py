"""The flow through the actions: an update's lanes, past states, what a reviewer sees of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import HOLDER, fill
from tests.eutils_server import serve

TA, FT = "title-abstract", "full-text"
ANNA, BEN, CARA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga"))


@pytest.fixture
def pubmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A local E-utilities server with so many hits, asked in place of NCBI's."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("REVIEW_NCBI_API_KEY", "test")

    @contextmanager
    def holding(hits: int) -> Iterator[None]:
        with serve(hits=hits) as server:
            monkeypatch.setenv("REVIEW_EUTILS_URL", server.url)
            yield

    return holding


def both(db: Database, record: int, verdict: str, stage: str = TA, **more: str) -> None:
    for who in (ANNA, BEN):
        actions.vote(db, who, record, verdict, stage=stage, **more)


def test_an_update_of_a_finished_review_has_a_previous_and_a_new_lane(review, pubmed) -> None:
    with pubmed(3):
        first = actions.search_pubmed(review, OLGA, "jitter")
    assert (first["imported"], first["complete"]) == (3, True)
    one, two, three = (card["record"] for card in actions.records(review, HOLDER)["records"])
    both(review, one, "include")
    both(review, one, "include", FT)
    both(review, two, "exclude")
    both(review, three, "exclude")
    with pubmed(5):
        update = actions.update_search(review, OLGA)
    assert update["new"] == 2
    flow = actions.prisma(review, HOLDER)
    assert flow["previous"] == {"studies": 1, "reports": 1}
    assert (flow["identified"]["total"], flow["screened"]) == (2, 2)
    assert flow["total"]["studies"] == 1
    assert actions.verify(review, HOLDER)["ok"]


def test_an_update_of_an_unfinished_review_adds_to_the_same_flow(review, pubmed) -> None:
    with pubmed(3):
        actions.search_pubmed(review, OLGA, "jitter")
    with pubmed(5):
        actions.update_search(review, OLGA)
    flow = actions.prisma(review, HOLDER)
    assert flow["previous"] == {"studies": 0, "reports": 0}
    assert flow["identified"]["total"] == 5


def test_a_past_state_is_read_from_the_facts_alone(review: Database) -> None:
    (record,) = fill(review, 1)
    both(review, record, "include")
    today = actions.searches(review, HOLDER)[0]["at"][:10]
    assert (
        actions.prisma(review, HOLDER, as_of=today)["boxes"]
        == (actions.prisma(review, HOLDER)["boxes"])
    )
    assert actions.prisma(review, HOLDER, as_of="2001-01-01")["identified"]["total"] == 0


def test_a_reviewer_sees_what_is_undecided_as_one(review: Database) -> None:
    conflict, waiting, _ = fill(review, 3)
    actions.vote(review, ANNA, conflict, "include", stage=TA)
    actions.vote(review, BEN, conflict, "exclude", stage=TA)
    actions.vote(review, BEN, waiting, "include", stage=TA)
    assert actions.prisma(review, ANNA)["pending"][TA] == {
        "unscreened": 3,
        "awaiting": 0,
        "conflict": 0,
    }
    assert actions.prisma(review, CARA)["pending"][TA] == {
        "unscreened": 1,
        "awaiting": 1,
        "conflict": 1,
    }
    assert actions.verify(review, HOLDER)["ok"]
