"""Reports of one study that are no duplicates: found with their kind, joined or dismissed."""

from dataclasses import replace
from typing import Any

import pytest

from review import actions
from review.dedup import Row, find
from review.store.engine import Database
from review.vocab import Relation
from tests.conftest import HOLDER
from tests.dedup.hard_cases import ARTICLE, BARE
from tests.store.test_duplicates import store

TRIAL = "Registered as NCT01234567. " + ARTICLE.abstract


@pytest.mark.parametrize(
    ("kind", "a", "changed"),
    [
        (
            Relation.CONFERENCE_ABSTRACT,
            BARE,
            {"journal": "Neurology", "volume": "84", "issue": "14", "pages": "S101", "year": 2014},
        ),
        (
            Relation.PREPRINT,
            ARTICLE,
            {"journal": "bioRxiv", "volume": "", "pages": "", "doi": "10.1101/2014.09.01.008888"},
        ),
        (Relation.NOTICE, BARE, {"title": f"Erratum: {BARE.title}", "pages": "402"}),
        (Relation.NOTICE, BARE, {"title": f"Retraction notice to: {BARE.title}", "pages": "9"}),
        (
            Relation.COMMENT,
            BARE,
            {"title": f"Comment on: {BARE.title}", "authors": ("Petrov, I",), "pages": "300"},
        ),
        (
            Relation.PROTOCOL,
            replace(BARE, title="Motor unit loss in older runners (MULOR): a randomised trial"),
            {
                "title": "Motor unit loss in older runners (MULOR): protocol for a trial",
                "journal": "Trials",
                "volume": "3",
                "pages": "14",
                "year": 2011,
            },
        ),
        (
            Relation.VERSION,
            replace(
                BARE,
                journal="Cochrane Database of Systematic Reviews",
                pages="CD001",
                doi="10.1002/14651858.CD001.pub2",
            ),
            {"year": 2019, "volume": "", "issue": "7", "doi": "10.1002/14651858.CD001.pub3"},
        ),
        (
            Relation.VERSION,
            replace(
                BARE,
                title="Exercise for sarcopenia",
                journal="Cochrane Database of Systematic Reviews",
                pages="CD001",
                doi="10.1002/14651858.CD001.pub2",
            ),
            {"year": 2019, "volume": "", "issue": "7", "doi": "10.1002/14651858.CD001.pub3"},
        ),
        (
            Relation.TRIAL,
            replace(BARE, abstract=TRIAL),
            {
                "title": "Grip strength after two years of running in the same forty people",
                "journal": "Gait",
                "year": 2017,
                "volume": "44",
                "pages": "7-12",
                "abstract": "Two years later grip had not changed at all. NCT01234567." + " x" * 30,
            },
        ),
        (Relation.REPORT, BARE, {"journal": "Clinics", "volume": "3", "pages": "1-9"}),
    ],
)
def test_reports_of_one_study_are_found_with_their_kind(
    kind: Relation, a: Row, changed: dict[str, object]
):
    found = find([a, replace(a, id=2, **changed)])
    assert not found.certain
    assert not found.uncertain
    assert [(p.a, p.b, p.kind) for p in found.related] == [(1, 2, kind)]


def test_a_column_that_returns_in_every_issue_is_not_one_study():
    column = replace(BARE, title="Remarks from the editor: what this journal is for")
    found = find([column, replace(column, id=2, volume="13", pages="1-2", year=2016)])
    assert (found.certain, found.uncertain, found.related) == ([], [], [])


def test_many_reports_of_one_article_are_told_in_a_chain():
    notices = [
        replace(BARE, id=k, title=f"Erratum: {BARE.title}", pages=str(400 + k), volume=str(20 + k))
        for k in range(2, 6)
    ]
    told = find([BARE, *notices]).related
    assert len(told) == 4


def test_other_reports_are_told_beside_the_article_and_not_beside_each_other():
    others: list[dict[str, Any]] = [
        {"journal": "bioRxiv", "doi": "10.1101/2014.09.01.008888", "pages": ""},
        {"title": f"Reply to: {ARTICLE.title}", "pages": "300", "doi": ""},
        {"title": f"Erratum: {ARTICLE.title}", "pages": "402", "doi": ""},
    ]
    told = find([replace(ARTICLE, id=k, **one) for k, one in enumerate(others, 2)] + [ARTICLE])
    found = {(p.a, p.b): p.kind for p in told.related}
    assert found == {
        (1, 2): Relation.PREPRINT,
        (1, 3): Relation.COMMENT,
        (1, 4): Relation.NOTICE,
    }


@pytest.fixture
def related(review: Database) -> Database:
    erratum = replace(BARE, id=2, title=f"Erratum: {BARE.title}", pages="402")
    store(review, [BARE, erratum])
    actions.dedup(review, HOLDER)
    return review


def test_related_records_are_listed_once_however_often_one_looks(related: Database):
    actions.dedup(related, HOLDER, everything=True)
    [one] = actions.duplicates(related, HOLDER, "related")
    assert (one["a"], one["b"], one["kind"]) == (1, 2, "notice")
    assert [card["record"] for card in one["records"]] == [1, 2]
    assert "one is a notice, reply or preprint" in one["why"]


@pytest.mark.parametrize("answer", [actions.same_study, actions.different, actions.merge])
def test_an_answer_takes_related_records_off_the_list(related: Database, answer):
    answer(related, HOLDER, 1, 2)
    actions.dedup(related, HOLDER, everything=True)
    assert actions.duplicates(related, HOLDER, "related") == []
    assert actions.verify(related, HOLDER)["ok"]
