"""Amendments on both engines: what is re-opened, blind to before, and what is told of it."""

import json
from pathlib import Path

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, ProtocolError, Refused
from review.protocol import default_text
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import fill
from tests.conftest import HOLDER

TA, FT = "title-abstract", "full-text"
ANNA, BEN, CARA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga"))
NARROWER = default_text().replace("answers the review's question", "answers it in humans")
WIDER = default_text().replace("Wrong population", "Wrong population (mammals count)")


def votes(db: Database, record: int, verdict: str, stage: str = TA, **reasons: str) -> None:
    for name in ("Anna", "Ben"):
        reason = reasons.get(name, reasons.get("reason"))
        actions.vote(db, Caller(name, Channel.API), record, verdict, stage=stage, reason=reason)


def state(db: Database, record: int, stage: str = TA) -> str:
    return actions.record(db, HOLDER, record)["standing"][stage]


@pytest.fixture
def screened(review: Database) -> tuple[Database, list[int]]:
    """Included; excluded for population, for another reason, for both, for none; one vote; FT."""
    records = fill(review, 8)
    first, population, outcome, mixed, bare, half, included, out = records
    votes(review, first, "include")
    votes(review, population, "exclude", reason="population")
    votes(review, outcome, "exclude", reason="outcome")
    votes(review, mixed, "exclude", Anna="population", Ben="outcome")
    votes(review, bare, "exclude")
    actions.vote(review, ANNA, half, "include", stage=TA)
    for record, verdict in ((included, "include"), (out, "exclude")):
        votes(review, record, "include")
        reason = {"reason": "population"} if verdict == "exclude" else {}
        votes(review, record, verdict, FT, **reason)
    return review, records


def test_a_narrowing_reopens_what_was_let_through_at_the_last_stage_it_was_settled_at(
    screened: tuple[Database, list[int]],
) -> None:
    db, (first, _, _, _, _, half, included, out) = screened
    seen = actions.amend(db, OLGA, NARROWER, change="narrow", dry_run=True)
    expected = [(first, TA), (included, FT)]
    assert [(one["record"], one["stage"]) for one in seen["rescreen"]] == expected
    assert seen["begun"] == {TA: 1, FT: 0}
    assert actions.about(db)["version"] == 1  # a dry run changes nothing
    done = actions.amend(db, OLGA, NARROWER, change="narrow", note="Humans only.")
    assert done["rescreen"] == seen["rescreen"]
    assert (state(db, first), state(db, half)) == ("unscreened", "awaiting")
    assert (state(db, included), state(db, included, FT)) == ("included", "unscreened")
    assert state(db, out, FT) == "excluded"
    flow = actions.prisma(db, HOLDER)
    assert all(one["ok"] for one in flow["identities"])
    assert actions.verify(db, HOLDER)["ok"]


def test_a_broadening_reopens_what_was_excluded_for_nothing_else(
    screened: tuple[Database, list[int]],
) -> None:
    db, (_, population, outcome, mixed, bare, _, _, out) = screened
    done = actions.amend(db, OLGA, WIDER, change="broaden", note="Mammals count.")
    assert done["criteria"] == ["population"]
    found = {(one["record"], one["stage"]) for one in done["rescreen"]}
    assert found == {(population, TA), (bare, TA), (out, FT)}
    assert (state(db, outcome), state(db, mixed)) == ("excluded", "excluded")
    # old votes keep their version, new ones carry the new
    votes(db, population, "include")
    rows = json.loads(actions.export(db, HOLDER, "votes", format="json"))
    mine = [r for r in rows if int(r["record"]) == population]
    assert {(int(r["round"]), int(r["protocol_version"])) for r in mine} == {(1, 1), (2, 2)}
    assert state(db, population) == "included"
    [told] = actions.amendments(db, HOLDER)
    assert (
        told["effects"][TA] | {"pending": 1, "changed": 1, "now_included": 1, "n": 2}
        == (told["effects"][TA])
    )
    assert "Mammals count." in told["text"]
    assert "2 records were screened again at title and abstract" in told["text"]
    assert "1 decision changed (1 from excluded to included)" in told["text"]
    # the first complete round still says how well they agreed
    assert actions.agreement(db, HOLDER, stage=TA)[0]["n"] == 7


def test_a_clarification_reopens_nothing_or_a_sample(
    screened: tuple[Database, list[int]],
) -> None:
    db, _ = screened
    clearer = default_text().replace('question"', 'question, of course"')
    assert actions.amend(db, OLGA, clearer, change="clarify", dry_run=True)["rescreen"] == []
    done = actions.amend(db, OLGA, clearer, change="clarify", note="Said better.", sample=3)
    assert len(done["rescreen"]) == 3


def test_the_new_round_is_blind_to_the_old(screened: tuple[Database, list[int]]) -> None:
    db, (first, *_) = screened
    actions.vote(db, ANNA, first, "include", stage=TA, note="as before")
    actions.amend(db, OLGA, NARROWER, change="narrow", note="Humans only.")
    for who in (ANNA, BEN):
        seen = actions.record(db, who, first)
        assert [one for one in seen["history"] if one["what"] in ("vote", "reopening")] == []
        assert first not in {one["record"] for one in actions.my_votes(db, who, TA)}
        assert "as before" not in str(actions.next_records(db, who, TA, n=9))
        rows = json.loads(actions.export(db, who, "votes", format="json"))
        assert first not in {int(row["record"]) for row in rows}
    votes(db, first, "exclude")
    history = actions.record(db, ANNA, first)["history"]
    assert [one["what"] for one in history].count("vote") == 5  # settled: all is open again


def test_a_reason_that_was_removed_stays_readable(screened: tuple[Database, list[int]]) -> None:
    db, (*_, out) = screened
    text = default_text()
    start = text.index("  full-text:\n    - {code: population")
    shorter = text[:start] + text[start:].replace(
        "    - {code: population, label: Wrong population}\n", "", 1
    )
    actions.amend(db, OLGA, shorter, change="clarify", note="Never used again.")
    assert actions.about(db)["stages"][FT]["former_reasons"]["population"] == "Wrong population"
    assert actions.prisma(db, HOLDER)["excluded_full_text"] == {"Wrong population": 1}
    assert state(db, out, FT) == "excluded"
    assert actions.verify(db, HOLDER)["ok"]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"change": "tighten"}, BadInput, "clarify, narrow or broaden"),
        ({"change": "narrow", "note": " "}, Refused, "24c"),
        ({"change": "narrow", "criteria": ["I9"]}, BadInput, "'I9' is no criterion"),
        ({"change": "broaden"}, BadInput, "--criterion"),
        ({"change": "narrow", "sample": 4}, BadInput, "clarification only"),
        ({"change": "broaden", "criteria": ["outcome"], "citing": True}, BadInput, "narrowing"),
        ({"change": "narrow", "stage": "abstract"}, BadInput, "no stage"),
    ],
)
def test_an_amendment_that_makes_no_sense_is_refused_in_a_sentence(
    sqlite_review: Database, given: dict[str, object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        actions.amend(sqlite_review, OLGA, NARROWER, **({"note": "why"} | given))
    assert actions.about(sqlite_review)["version"] == 1


def test_who_may_amend_and_with_what(sqlite_review: Database, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="role owner"):
        actions.amend(sqlite_review, ANNA, NARROWER, change="narrow", note="x")
    with pytest.raises(Refused, match="version 1 says"):
        actions.amend(sqlite_review, OLGA, default_text(), change="clarify", note="x")
    slow = default_text().replace("include: []\n  exclude: []", "include: ['/(a+)+b/']")
    (tmp_path / "slow.yaml").write_text(slow)
    with pytest.raises(ProtocolError, match=r"slow.yaml, line \d+: highlight.include.1 .*repeats"):
        actions.amend(sqlite_review, OLGA, tmp_path / "slow.yaml", change="clarify", note="x")


def test_the_team_marks_terms_and_a_version_that_changes_one_overrules_it(
    sqlite_review: Database,
) -> None:
    db = sqlite_review
    assert actions.mark_term(db, ANNA, "motor  unit*", include=True)["include"] == ["motor unit*"]
    actions.mark_term(db, BEN, "/gro[uo]p \\d+/", include=False)
    assert actions.about(db)["highlight"]["exclude"] == ["/gro[uo]p \\d{1,40}/"]
    for term, said in (("/(a+)+b/", "repeats a group"), ("  ", "is empty")):
        with pytest.raises(BadInput, match=said):
            actions.mark_term(db, ANNA, term, include=True)
    with pytest.raises(Refused, match="already"):
        actions.mark_term(db, BEN, "motor unit*", include=True)
    lines = actions.editable(db, OLGA)
    assert lines["terms-include"] == ["motor unit*"]
    text = actions.edited(db, OLGA, lines | {"terms-include": [], "terms-exclude": ["rat*"]})
    actions.amend(db, OLGA, text, change="clarify", note="Terms")
    assert actions.highlight(db, BEN) == {
        "include": ["motor unit*"],
        "exclude": ["/gro[uo]p \\d+/", "rat*"],
    }
    actions.mark_term(db, ANNA, "rat*", include=False, remove=True)
    assert actions.highlight(db, BEN)["exclude"] == ["/gro[uo]p \\d+/"]
    assert actions.verify(db, HOLDER)["ok"]
