"""The flow that only counts has the numbers of the flow that lists every record, whoever looks."""

import random

from review import actions
from review.actions import Caller
from review.actions.flow import current_flow
from review.errors import ReviewError
from review.ingest.record import Record
from review.reporting.identities import holds, identities
from review.store import intake, people
from review.store.engine import Actor, Database
from review.store.tables import SearchEndRow, SearchRow
from review.vocab import Channel, Removal, SearchKind
from tests.conftest import HOLDER

FIRST, FULL = "title-abstract", "full-text"
BOXES = (
    "removed.duplicates",
    "removed.other",
    "excluded_title_abstract",
    "excluded_full_text",
    "not_retrieved",
    "included",
    "other.included",
    "other.duplicates",
    "retracted",
    "pending.title-abstract",
    "pending.full-text.awaiting_retrieval",
)


def found(db: Database, chance: random.Random, *, records: int) -> list[int]:
    """Records from four kinds of sources, among them some that were retracted."""
    kinds = (SearchKind.DATABASE, SearchKind.REGISTER, SearchKind.WEBSITE, SearchKind.CITATION)
    ids: list[int] = []
    with db.write(Actor(member_id=None, channel=Channel.API)) as write:
        for n, kind in enumerate((*kinds, SearchKind.DATABASE)):
            source = f"Source {n % 4}"
            about = {"source": source, "kind": kind, "date": "2026-01-01"}
            search = write.add(SearchRow, **about, limits={}, warnings=[])
            some = [
                Record(
                    accession=f"{n}.{k}",
                    title=f"Title {n} {k}",
                    extra={"retracted": True} if chance.random() < 0.25 else {},
                )
                for k in range(records // 3)
            ]
            intake.add_records(write, search, some, intake.Occurrences(f"{source}{n}"))
            write.add(SearchEndRow, search_id=search, complete=True, deleted=[])
            ids += intake.accessions_of(write.conn, search).values()
    return ids


def screened(db: Database, ids: list[int], chance: random.Random) -> None:
    """Acts at random on random records; those that are refused are none."""
    anna, ben, cara, olga = (Caller(n, Channel.API) for n in ("Anna", "Ben", "Cara", "Olga"))

    def verdict() -> str:
        return chance.choice(["include", "include", "include", "maybe", "exclude"])

    def voted(record: int, stage: str) -> None:
        both = verdict()
        for who in (anna, ben)[: chance.choice([1, 2, 2, 2])]:
            said = both if chance.random() < 0.8 else verdict()
            reason = chance.choice(["population", "design"]) if said == "exclude" else None
            actions.vote(db, who, record, said, stage=stage, reason=reason)

    acts = [
        *[lambda record: voted(record, FIRST)] * 5,
        *[lambda record: voted(record, FULL)] * 4,
        *[lambda record: actions.merge(db, olga, record, chance.choice(ids))] * 2,
        lambda record: actions.split(db, olga, record),
        lambda record: actions.restore(db, olga, record, why="y"),
        *[lambda record: actions.report(db, olga, record, "retrieved", link="https://a.org")] * 3,
        lambda record: actions.report(db, olga, record, "not-retrieved", tried="library"),
        lambda record: actions.study(db, olga, [record]),
        lambda record: (
            actions.judge(db, cara, record, "include", stage=FIRST),
            actions.rule(db, cara, record, "include", stage=FIRST),
        ),
    ]
    for record in chance.sample(ids, len(ids) // 6):
        actions.remove(db, olga, record, by=chance.choice(list(Removal)), why="x")
    for record in ids:
        for _ in range(6):
            try:
                chance.choice(acts)(record)
            except ReviewError:
                continue


def test_what_is_counted_is_what_is_listed(review: Database) -> None:
    chance = random.Random(21)
    db = review
    ids = found(db, chance, records=36)
    screened(db, ids, chance)
    with db.read() as conn:
        viewers = [None, *(people.members(conn, name=name)[0] for name in ("Olga", "Anna"))]
        for viewer in viewers:
            whole = current_flow(conn, viewer, whole=True)
            numbers = current_flow(conn, viewer)
            assert numbers.more
            assert [box for box in BOXES if not whole.n(box)] == []
            assert whole.names == numbers.names
            assert [whole.n(box) for box in whole.names] == [numbers.n(box) for box in whole.names]
            for name in ("sources", "reasons", "other_reasons", "studies", "size", "under_way"):
                assert getattr(whole, name) == getattr(numbers, name)
            assert whole.retracted_reports == numbers.retracted_reports
            assert [(i.left, i.right) for i in identities(whole)] == [
                (i.left, i.right) for i in identities(numbers)
            ]
            assert holds(numbers)
    assert actions.verify(db, HOLDER)["ok"]
