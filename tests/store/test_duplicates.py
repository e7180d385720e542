"""Duplicates in the database: new records cost what they are, merges cost what they touch."""

import random
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from review import actions
from review.actions import Caller
from review.dedup import Row
from review.errors import NotFound, Refused
from review.ingest.record import Record
from review.store import duplicates, intake, projection
from review.store.engine import Actor, Database
from review.store.tables import DuplicateRow, SearchEndRow, SearchRow
from review.store.tables.base import table_of
from review.vocab import Channel, SearchKind
from tests.benchmarks.bench_dedup import made
from tests.conftest import HOLDER
from tests.dedup.labelled import SETS, labelled

ACTOR = Actor(member_id=None, channel=Channel.API)
STAGE = "title-abstract"
_SHARED = {field.name for field in fields(Row)} & {field.name for field in fields(Record)}


def store(db: Database, rows: Iterable[Row], *, source: str = "Made up") -> None:
    """Put rows into a review as one search."""
    with db.write(ACTOR) as write:
        search = write.add(
            SearchRow,
            source=source,
            kind=SearchKind.DATABASE,
            limits={},
            date="2026-01-01",
            warnings=[],
        )
        records = []
        for row in rows:
            values = {name: getattr(row, name) for name in _SHARED}
            authors = row.authors
            values["authors"] = (authors,) if isinstance(authors, str) else authors
            records.append(Record(**values, accession=f"{source} {row.id}"))
        intake.add_records(write, search, records, intake.Occurrences(source))
        write.add(SearchEndRow, search_id=search, complete=True, deleted=[])


def clusters(db: Database) -> dict[int, int]:
    with db.read() as conn:
        return duplicates.all_kept(conn)


def sound(db: Database) -> bool:
    return bool(actions.verify(db, HOLDER)["ok"])


def paper(id: int, word: str, **more: object) -> Row:
    row = Row(
        id=id,
        title=f"Motor unit number estimation of the {word} muscle in older people",
        authors=("Smith, J", "Jones, K"),
        journal="Journal of Physiology",
        year=2011,
        volume="12",
        pages=f"{(page := 100 * ord(word[0]) + 10 * ord(word[1]))}-{page + 5}",
    )
    return replace(row, **more)


def generated(chance: random.Random, count: int) -> list[Row]:
    """Records of which many are copies of others with fields lost, changed or added."""
    base = list(made(count))
    rows: list[Row] = []
    for row in base:
        row = replace(row, pmid=str(row.id) if row.doi and chance.random() < 0.5 else "")
        rows.append(row)
        for _ in range(chance.choice((0, 0, 1, 2, 3))):
            copy = replace(row, doi="", pmid=chance.choice((row.pmid, "")))
            for name in chance.sample(("volume", "pages", "abstract", "journal"), 2):
                copy = replace(copy, **{name: ""})
            if chance.random() < 0.3:
                copy = replace(copy, title=copy.title.rpartition(" ")[0])
            rows.append(copy)
    chance.shuffle(rows)
    return [replace(row, id=k) for k, row in enumerate(rows)]


@pytest.mark.parametrize("seed", [1, 2])
def test_search_by_search_gives_the_clusters_of_one_comparison(
    review: Database, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    rows = generated(chance, 250)
    at_once = actions.init(f"sqlite:///{tmp_path}/at-once.db")
    store(at_once, rows)
    assert actions.dedup(at_once, HOLDER)["merged"] > 100
    cuts = sorted(chance.sample(range(1, len(rows)), 4))
    for start, end in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        store(review, rows[start:end])
        actions.dedup(review, HOLDER)
    assert clusters(review) == clusters(at_once)
    again = actions.dedup(review, HOLDER, everything=True)
    assert (again["merged"], again["questions"]) == (0, 0)
    assert sound(review)
    at_once.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("cut", ["halves", "alternate"])
def test_labelled_sets_in_two_searches_give_the_clusters_of_one(
    sqlite_review: Database, shared_data: Path, tmp_path: Path, name: str, cut: str
) -> None:
    rows, _ = labelled(shared_data / "dedup" / name)
    if cut == "alternate":
        rows = rows[::2] + rows[1::2]
    at_once = actions.init(f"sqlite:///{tmp_path}/at-once.db")
    store(at_once, rows)
    actions.dedup(at_once, HOLDER)
    for part in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
        store(sqlite_review, part)
        actions.dedup(sqlite_review, HOLDER)
    assert clusters(sqlite_review) == clusters(at_once)
    at_once.close()


def test_a_new_search_costs_what_it_brings(review: Database) -> None:
    old = list(made(2500))
    store(review, old)
    actions.dedup(review, HOLDER)
    store(review, [replace(row, id=k) for k, row in enumerate(old[:20])], source="Another")
    told: list[tuple[str, int]] = []
    found = actions.dedup(review, HOLDER, progress=lambda step, done: told.append((step, done)))
    assert found["merged"] >= 20
    assert max(done for step, done in told if step == "compared") < 500
    assert not [done for step, done in told if step == "read"]  # told every 1,000 records


def test_a_dry_run_leaves_the_records_new(review: Database) -> None:
    store(review, [paper(0, "thenar"), paper(1, "tibial")])
    actions.dedup(review, HOLDER)
    store(review, [paper(2, "thenar")], source="Another")
    would = actions.dedup(review, HOLDER, dry_run=True)
    assert (would["merged"], clusters(review)) == (1, {1: 1, 2: 2, 3: 3})
    did = actions.dedup(review, HOLDER)
    assert (did["pairs"], clusters(review)) == (would["pairs"], {1: 1, 2: 2, 3: 1})
    assert actions.dedup(review, HOLDER)["merged"] == 0


def test_a_new_record_does_not_bring_two_pmids_into_one_cluster(review: Database) -> None:
    store(review, [paper(0, "thenar", pmid="11", doi="10.1/a"), paper(1, "thenar")])
    actions.dedup(review, HOLDER)
    # it is like the second record, which shares no key with what names the first's PMID
    store(review, [paper(2, "thenar", pmid="22", journal="J Physiol")], source="Another")
    actions.dedup(review, HOLDER)
    kept = clusters(review)
    assert kept[3] == 3
    assert kept[2] == 1


def test_nothing_is_asked_twice_of_two_reports(review: Database) -> None:
    first, second = paper(0, "thenar"), paper(1, "thenar", volume="13", pages="")
    store(review, [first, second])
    assert actions.dedup(review, HOLDER)["questions"] == 1
    store(review, [replace(first, id=2), replace(second, id=3)], source="Another")
    found = actions.dedup(review, HOLDER)
    assert (found["merged"], found["questions"]) == (2, 0)
    assert len(actions.duplicates(review, HOLDER)) == 1
    actions.different(review, HOLDER, 1, 2)
    store(review, [replace(first, id=4), replace(second, id=5)], source="A third")
    assert actions.dedup(review, HOLDER)["questions"] == 0
    assert len(set(clusters(review).values())) == 2


def test_two_runs_at_once_say_each_thing_once(review: Database) -> None:
    store(review, made(600))
    at_once = threading.Barrier(3)

    def run() -> int:
        at_once.wait()
        return int(actions.dedup(review, HOLDER)["merged"])

    with ThreadPoolExecutor(3) as pool:
        merged = [future.result() for future in [pool.submit(run) for _ in range(3)]]
    assert sorted(merged)[:2] == [0, 0]
    with review.read() as conn:
        facts = conn.scalar(sa.select(sa.func.count()).select_from(table_of(DuplicateRow)))
    assert facts == sum(merged) > 100
    assert sound(review)


def test_what_a_person_split_stays_apart_when_more_comes(review: Database) -> None:
    store(review, [paper(0, "thenar"), paper(1, "thenar")])
    actions.dedup(review, HOLDER)
    actions.split(review, HOLDER, 2)
    store(review, [paper(2, "thenar")], source="Another")
    actions.dedup(review, HOLDER)
    kept = clusters(review)
    assert kept[1] != kept[2]
    assert sound(review)


def _votes(db: Database, count: int, chance: random.Random) -> None:
    for name in ("Anna", "Ben"):
        for record in range(1, count + 1):
            try:
                verdict = chance.choice(("include", "exclude"))
                actions.vote(db, Caller(name, Channel.API), record, verdict, stage=STAGE)
            except Refused:
                pass  # its report is settled already


@pytest.mark.parametrize("seed", [3, 4])
def test_merges_and_splits_one_by_one_are_what_their_replay_gives(
    review: Database, seed: int
) -> None:
    chance = random.Random(seed)
    words = ("thenar", "tibial", "soleus", "biceps", "vastus", "deltoid", "masseter", "abductor")
    store(review, [paper(k, word) for k, word in enumerate(words)])
    _votes(review, 4, chance)
    for _ in range(30):
        a, b = chance.sample(range(1, 9), 2)
        try:
            if chance.random() < 0.6:
                actions.merge(review, HOLDER, a, b)
            else:
                actions.split(review, HOLDER, a)
        except Refused:
            continue
        with review.read() as conn:
            assert duplicates.all_kept(conn) == projection.replay_clusters(conn)
    assert sound(review)


def test_splitting_off_the_kept_record_leaves_a_report_of_the_others(review: Database) -> None:
    store(review, [paper(k, "thenar") for k in range(3)])
    actions.merge(review, HOLDER, 1, 2)
    actions.merge(review, HOLDER, 1, 3)
    actions.split(review, HOLDER, 1)
    assert clusters(review) == {1: 1, 2: 2, 3: 2}
    assert sound(review)


def test_an_abstract_and_its_article_are_reports_of_one_study(review: Database) -> None:
    words = ("thenar", "thenar", "soleus", "biceps")
    store(review, [paper(k, word) for k, word in enumerate(words)])
    actions.merge(review, HOLDER, 1, 2)
    said = actions.same_study(review, HOLDER, 3, 2)
    assert [s["reports"] for s in actions.studies(review, HOLDER)] == [[1, 3]]
    assert actions.same_study(review, HOLDER, 3, 4)["study"] == said["study"]
    assert [s["reports"] for s in actions.studies(review, HOLDER)] == [[1, 3, 4]]
    assert len(set(clusters(review).values())) == 3
    with pytest.raises(Refused, match="merged; split"):
        actions.same_study(review, HOLDER, 1, 2)
    store(review, [paper(k, "vastus") for k in (5, 6)], source="Another")
    actions.study(review, HOLDER, [5])
    with pytest.raises(Refused, match="study 1 and record 5 of study 2"):
        actions.same_study(review, HOLDER, 1, 5)
    assert sound(review)


def test_a_record_that_does_not_exist_is_not_merged(review: Database) -> None:
    store(review, [paper(0, "thenar")])
    with pytest.raises(NotFound, match="There is no record 9"):
        actions.merge(review, HOLDER, 1, 9)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM block_key WHERE record_id = 1",
        "INSERT INTO block_key (key, record_id) VALUES (5, 1)",
        "UPDATE block_key SET record_id = 2 WHERE record_id = 1",
    ],
)
def test_a_blocking_key_that_is_not_its_records_is_found(review: Database, statement: str) -> None:
    store(review, [paper(0, "thenar"), paper(9, "tibial")])
    actions.dedup(review, HOLDER)
    assert sound(review)
    with review.write(ACTOR) as write:
        write.conn.exec_driver_sql("DELETE FROM block_key WHERE record_id = 2")
        write.conn.exec_driver_sql(statement)
    assert not sound(review)


@pytest.mark.parametrize("seed", [5, 6])
def test_an_answer_taken_back_leaves_everything_as_it_was(review: Database, seed: int) -> None:
    chance = random.Random(seed)
    words = ("thenar", "tibial", "soleus", "biceps", "vastus", "deltoid", "masseter", "abductor")
    store(review, [paper(k, word) for k, word in enumerate(words)])
    _votes(review, 5, chance)

    def everything() -> object:
        cards = actions.records(review, HOLDER)["records"]
        asked = actions.duplicate_questions(review, HOLDER)
        return clusters(review), [card["standing"] for card in cards], asked

    before: list[tuple[list[int], object]] = []
    for _ in range(25):
        a, b, c = chance.sample(range(1, 9), 3)
        act = chance.choice(
            (
                lambda a=a, b=b, c=c: actions.merge(review, HOLDER, a, b, c),
                lambda a=a, b=b: actions.split(review, HOLDER, a, b),
                lambda a=a: actions.split(review, HOLDER, a),
                lambda a=a, b=b: actions.different(review, HOLDER, a, b),
                lambda a=a, b=b, c=c: actions.answer_duplicates(review, HOLDER, [a, b], [c]),
            )
        )
        was = everything()
        try:
            before.append((act()["facts"], was))
        except Refused:
            continue
    assert len(before) > 8
    for facts, was in reversed(before):
        actions.undo_duplicates(review, HOLDER, facts)
        actions.undo_duplicates(review, HOLDER, facts)  # once more changes nothing
        assert everything() == was
    assert clusters(review) == {n: n for n in range(1, 9)}
    assert sound(review)


def test_a_question_about_three_is_one_and_may_be_answered_in_part(review: Database) -> None:
    first = paper(0, "thenar")
    store(review, [first, replace(first, id=1, volume="13"), replace(first, id=2, volume="14")])
    actions.dedup(review, HOLDER)
    found = actions.duplicate_questions(review, HOLDER)
    assert found["open"] == 1
    (question,) = found["questions"]
    assert [card["record"] for card in question["records"]] == [1, 2, 3]
    done = actions.answer_duplicates(review, HOLDER, [1, 3], [2])
    assert actions.answer_duplicates(review, HOLDER, [1, 3], [2]) == done
    assert clusters(review) == {1: 1, 2: 2, 3: 1}
    assert actions.duplicate_questions(review, HOLDER)["open"] == 0
    with pytest.raises(Refused, match="same report as another, and not"):
        actions.answer_duplicates(review, HOLDER, [1, 2], [3])


def test_what_a_merge_makes_of_the_votes_is_foreseen_only_by_who_may_know(
    review: Database,
) -> None:
    store(review, [paper(k, word) for k, word in enumerate(("thenar", "tibial", "soleus"))])
    anna, ben, cara, olga = (Caller(n, Channel.API) for n in ("Anna", "Ben", "Cara", "Olga"))
    for who in (anna, ben):
        actions.vote(review, who, 1, "include", stage=STAGE)
    unseen = {"hidden": True, "stages": {}}
    # nobody, one, or the reviewer alone has voted on record 2: to a reviewer it is all one
    assert actions.foresee(review, anna, merge=[1, 2]) == unseen
    actions.vote(review, ben, 2, "exclude", stage=STAGE)
    assert actions.foresee(review, anna, merge=[1, 2]) == unseen
    actions.vote(review, anna, 2, "exclude", stage=STAGE)
    foreseen = {
        "now": [{"record": 1, "state": "included"}, {"record": 2, "state": "excluded"}],
        "then": [{"record": 1, "state": "conflict"}],
    }
    for who in (anna, cara, olga, HOLDER):
        said = actions.foresee(review, who, merge=[1, 2])
        assert said["stages"][STAGE] == foreseen
    merged = actions.merge(review, olga, 1, 2)
    assert merged["votes"]["stages"][STAGE] == foreseen
    (conflict,) = actions.conflicts(review, HOLDER, STAGE)
    assert conflict["record"] == 1
    apart = actions.foresee(review, olga, split=[2])["stages"][STAGE]
    assert apart == {"now": foreseen["then"], "then": foreseen["now"]}
    assert actions.foresee(review, anna, split=[2]) == unseen


def test_the_merged_are_found_by_words_and_by_who_merged_them(review: Database) -> None:
    store(review, [paper(0, "thenar"), paper(1, "thenar"), paper(2, "tibial"), paper(3, "soleus")])
    actions.dedup(review, HOLDER)
    actions.merge(review, HOLDER, 3, 4)
    found = {
        how: [cluster["kept"] for cluster in actions.merged(review, HOLDER, **how_)["clusters"]]
        for how, how_ in {
            "all": {},
            "hand": {"by_hand": True},
            "program": {"by_hand": False},
            "apart": {"text": "SOLEUS tibial"},
            "older": {"text": "soleus older"},
            "latest": {"order": "latest"},
        }.items()
    }
    assert found == {
        "all": [1, 3],
        "hand": [3],
        "program": [1],
        "apart": [],
        "older": [3],
        "latest": [3, 1],
    }
    with pytest.raises(Refused, match="not answered by hand"):
        actions.undo_duplicates(review, HOLDER, [1])
