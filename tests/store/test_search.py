"""The index of words: what the records say is found, on either engine, and proved to be whole."""

import csv
import random
from pathlib import Path

import pytest

from review import actions
from review.screening.finding import holds, terms
from review.store import search_index, searching
from review.store.engine import Actor, Database
from review.store.tables import FetchedAbstractRow
from review.vocab import Channel
from tests.conftest import HOLDER

ACTOR = Actor(member_id=None, channel=Channel.API)
ROWS = [
    {
        "accession": "A1",
        "title": "Neuro-muscular junctions in Müller cells",
        "abstract": "The single–fibre EMG of old rats; motor units",
        "authors": "Öst, Åsa; Baker, B",
        "journal": "J Gerontol",
        "year": "2001",
        "doi": "10.1016/j.exger.2012.06.002",
        "pmid": "123456",
        "keywords": "ageing; muscle",
        "mesh": "Aged",
    },
    {
        "accession": "A2",
        "title": "Neuromuscular transmission",
        "abstract": "Of the motor, and of the unit; junctions, and cells",
        "authors": "Abel, A",
    },
    {"accession": "A3", "title": "Jitter", "abstract": "", "authors": "Cole, C", "pmid": "77"},
]


@pytest.fixture
def searched(review: Database, tmp_path: Path) -> Database:
    path = tmp_path / "some.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ROWS[0])
        writer.writeheader()
        writer.writerows(ROWS)
    actions.import_file(review, HOLDER, path, source="Made")
    return review


def found(db: Database, text: str) -> list[int]:
    page = actions.records(db, HOLDER, text=text, limit=1000)
    assert page["total"] == len(page["records"])
    return [card["record"] for card in page["records"]]


SEARCHES = [
    ("neuromuscular", {1, 2}),
    ("NEURO-MUSCULAR", {1, 2}),
    ('"neuro muscular"', {1}),
    ("muller cells", {1}),
    ("öst", {1}),
    ("singlefibre", {1}),
    ("single-fibre", {1}),
    ("motor unit", {2}),
    ('"motor units"', {1}),
    ('"motor unit"', set()),
    ("unit*", {1, 2}),
    ("10.1016/j.exger.2012.06.002", {1}),
    ("123456", {1}),
    ("gerontol 2001 aged ageing", {1}),
    ("A3", {3}),
    ("***", set()),
    ('"', set()),
    ("title:motor NEAR(a b) -x & | ! <-> :* ' \\ (", set()),
]


def test_records_are_found_by_their_words(searched):
    assert {search: set(found(searched, search)) for search, _ in SEARCHES} == dict(SEARCHES)


def test_the_best_come_first_and_what_was_found_is_shown(searched):
    assert found(searched, "junctions") == [1, 2]
    card = actions.records(searched, HOLDER, text="junctions fibre")["records"][0]
    (start, end) = card["matches"]["title"][0]
    assert card["title"][start:end] == "junctions"
    part = card["matches"]["excerpt"]
    assert (part["field"], [part["text"][a:b] for a, b in part["places"]]) == (
        "abstract",
        ["fibre"],
    )


def test_common_words_are_found_in_titles_first_and_page_by_page(searched, monkeypatch):
    monkeypatch.setattr(
        "review.store.searching.WEIGHED", dict.fromkeys(("sqlite", "postgresql"), 0)
    )
    assert found(searched, "cells") == [1, 2]
    pages = [
        actions.records(searched, HOLDER, text="cells", limit=1, offset=n)["records"]
        for n in range(3)
    ]
    assert [[card["record"] for card in page] for page in pages] == [[1], [2], []]


@pytest.mark.parametrize("compared", [2_000, 0])
def test_a_phrase_is_found_where_its_words_stand_together(review, tmp_path, monkeypatch, compared):
    """Records of few words, so that most have those of a phrase apart."""
    monkeypatch.setattr("review.store.word_hits.COMPARED", compared)
    chance = random.Random(1)
    some = ("motor", "motif", "mo", "unit", "units", "of", "β2", "life")
    said = [chance.choices(some, k=chance.randint(4, 9)) for _ in range(200)]
    fields = [(" ".join(words[:3]), " ".join(words[3:])) for words in said]
    path = tmp_path / "phrases.csv"
    lines = (f"P{k},{title},{abstract}\n" for k, (title, abstract) in enumerate(fields))
    path.write_text("accession,title,abstract\n" + "".join(lines), encoding="utf-8")
    actions.import_file(review, HOLDER, path, source="Made")
    for search in (
        *('"motor unit"', '"unit unit"', '"mot*"', '"motor unit*"', '"of mot"*', '"life mo*"'),
        *('"unit of life"', '"of life" "motor unit"', '"β2 units" motor', '"unit of mot"*'),
    ):
        # a phrase runs over no field
        expected = [
            number
            for number, both in enumerate(fields, start=1)
            if all(any(holds(field, [one]) for field in both) for one in terms(search))
        ]
        assert expected, search
        assert sorted(found(review, search)) == expected, search
        with review.read() as conn:
            assert searching.matched(conn, search) == set(expected)


def test_an_index_in_many_parts_is_brought_together_after_an_import(review, tmp_path, monkeypatch):
    monkeypatch.setattr("review.store.search_index.SCATTERED", 1)
    for k in range(6):
        path = tmp_path / f"{k}.csv"
        path.write_text(f"accession,title\nB{k},Motor units {k}\n", encoding="utf-8")
        actions.import_file(review, HOLDER, path, source=f"Made {k}")
    with review.read() as conn:
        if conn.dialect.name == "sqlite":
            parts = "SELECT count(DISTINCT segid) FROM record_words_idx"
            assert conn.exec_driver_sql(parts).scalar_one() < 6
    assert len(found(review, "motor units")) == 6
    assert actions.verify(review, HOLDER)["ok"]


def test_an_abstract_fetched_later_is_found_too(searched):
    assert found(searched, "endplate") == []
    with searched.write(ACTOR) as write:
        write.add(FetchedAbstractRow, record_id=3, pmid="77", abstract="The endplate potential.")
        search_index.refresh(write.conn, 3, "")
    assert found(searched, "endplate jitter") == [3]
    assert actions.verify(searched, HOLDER)["ok"]


def test_a_word_missing_from_the_index_shows_and_is_mended(searched):
    with searched.engine.begin() as conn:
        if conn.dialect.name == "sqlite":
            row = (3, "jitter", "\ncole, c\n77\na3", "")
            conn.exec_driver_sql(
                "INSERT INTO record_words (record_words, rowid, title, body, joined) "
                "VALUES ('delete', ?, ?, ?, ?)",
                row,
            )
        else:
            conn.exec_driver_sql("UPDATE record_words SET words = '' WHERE record_id = 3")
    assert found(searched, "jitter") == []
    checks = {one["name"]: one["ok"] for one in actions.verify(searched, HOLDER)["checks"]}
    assert not checks["index of words = records"]
    actions.rebuild(searched, HOLDER)
    assert found(searched, "jitter") == [3]
    assert actions.verify(searched, HOLDER)["ok"]
