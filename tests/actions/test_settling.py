"""Settling on both engines: pages of conflicts, reasons by rule, and what is told afterwards."""

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, Refused
from review.protocol import default_text
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import fill
from tests.conftest import HOLDER

TA, FT = "title-abstract", "full-text"
ANNA, BEN, CARA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga"))


def vote(db: Database, record: int, a: str, b: str, stage: str = TA, **reasons: str) -> None:
    for who, verdict in (("Anna", a), ("Ben", b)):
        reason = reasons.get(who) if verdict == "exclude" else None
        actions.vote(db, Caller(who, Channel.API), record, verdict, stage=stage, reason=reason)


def excluded_apart(db: Database, records: list[int]) -> None:
    for record in records:
        vote(db, record, "include", "include")
        vote(db, record, "exclude", "exclude", FT, Anna="outcome", Ben="population")


def test_conflicts_come_in_pages_and_one_is_opened_by_judging_it(review: Database) -> None:
    records = fill(review, 5)
    for record in records:
        vote(review, record, "include", "exclude", Ben="outcome")
    pages = [actions.conflicts(review, CARA, TA, limit=2, offset=n) for n in (0, 2, 4)]
    assert [one["record"] for page in pages for one in page] == records
    assert actions.conflict_counts(review, CARA)[TA] == {"verdict": 5, "reason": 0}
    with pytest.raises(BadInput, match="page"):
        actions.conflicts(review, CARA, limit=0)
    first = records[0]
    assert actions.conflict(review, CARA, first, stage=TA)["votes"] == []
    actions.judge(review, CARA, first, "exclude", stage=TA, reason="population")
    again = actions.judge(review, CARA, first, "include", stage=TA)  # the first is kept
    shown = actions.conflict(review, CARA, first, stage=TA)
    assert (
        (shown["blind"], shown["blind_reason"])
        == ("exclude", "population")
        == (
            again["blind"],
            again["blind_reason"],
        )
    )
    assert {(v["verdict"], v["reason"]) for v in shown["votes"]} == {
        ("include", None),
        ("exclude", "outcome"),
    }
    assert {v["who"] for v in shown["votes"]} == {"A", "B"}
    assert "Anna" not in str(shown)
    actions.rule(review, CARA, first, "include", stage=TA)
    with pytest.raises(Refused, match="no conflict"):
        actions.conflict(review, CARA, first, stage=TA)
    told = actions.rulings(review, OLGA, TA)
    assert [(r["blind"], r["verdict"], r["waiver"]) for r in told["rulings"]] == [
        ("exclude", "include", False)
    ]


def test_confirming_a_discussion_tells_nothing_of_the_other(review: Database) -> None:
    half, apart = fill(review, 2)
    actions.vote(review, ANNA, half, "include", stage=TA)
    vote(review, apart, "include", "exclude")
    told = [actions.discuss(review, ANNA, one, "exclude", stage=TA) for one in (half, apart)]
    assert [one["settled"] for one in told] == [False, False]
    assert told[0].keys() == told[1].keys()
    actions.vote(review, BEN, half, "exclude", stage=TA)
    assert actions.discuss(review, BEN, half, "exclude", stage=TA)["settled"]
    with pytest.raises(Refused, match="settled"):
        actions.discuss(review, BEN, half, "exclude", stage=TA)


def test_what_was_ruled_on_a_merged_report_holds_its_votes_after_a_split(review: Database) -> None:
    kept, taken = fill(review, 2)
    for record in (kept, taken):
        vote(review, record, "include", "exclude")
    actions.merge(review, HOLDER, kept, taken)
    actions.rule(review, CARA, kept, "include", stage=TA)
    actions.split(review, HOLDER, taken)
    assert {row["record"] for row in actions.conflicts(review, CARA, TA)} == {kept, taken}
    for record in (kept, taken):
        with pytest.raises(Refused, match="A ruling rests on this vote"):
            actions.vote(review, BEN, record, "include", stage=TA)
        with pytest.raises(Refused, match="A ruling rests on this vote"):
            actions.withdraw(review, ANNA, record, stage=TA)
    # reopening the one that was taken away gives it a round of its own, and no other
    actions.reopen(review, CARA, taken, stage=TA, why="It is another report.")
    assert actions.vote(review, BEN, taken, "include", stage=TA)["round"] == 2
    with pytest.raises(Refused, match="A ruling rests on this vote"):
        actions.vote(review, BEN, kept, "include", stage=TA)
    assert actions.verify(review, HOLDER)["ok"]


def test_reasons_are_settled_by_the_order_of_the_protocol_after_a_preview(
    review: Database,
) -> None:
    records = fill(review, 3)
    excluded_apart(review, records)
    with pytest.raises(NotAllowed, match="role owner"):
        actions.rule_reasons(review, CARA)
    seen = actions.rule_reasons(review, OLGA, dry_run=True)
    assert {one["reason"] for one in seen["settled"]} == {"population"}
    assert seen["by_reason"] == {"population": 3}
    assert actions.conflict_counts(review, OLGA)[FT]["reason"] == 3
    done = actions.rule_reasons(review, OLGA)
    assert done["settled"] == seen["settled"]
    assert actions.prisma(review, HOLDER)["excluded_full_text"] == {"Wrong population": 3}
    assert {r["kind"] for r in actions.rulings(review, OLGA, FT)["rulings"]} == {"rule"}
    assert actions.rule_reasons(review, OLGA)["settled"] == []
    assert actions.verify(review, HOLDER)["ok"]
    assert actions.agreement(review, HOLDER, stage=FT)[0]["n"] == 3  # the votes stay as cast


def test_an_owner_who_voted_leaves_those_reasons_to_somebody_else(review: Database) -> None:
    actions.add_member(review, HOLDER, "Anna", ["owner"])
    excluded_apart(review, fill(review, 2))
    assert actions.rule_reasons(review, ANNA)["settled"] == []


def test_whose_votes_were_overturned_is_told_to_owners_once_the_stage_is_closed(
    review: Database,
) -> None:
    first, second, third, last = fill(review, 4)
    for record in (first, second, third):
        vote(review, record, "include", "exclude", Ben="outcome")
    vote(review, last, "exclude", "exclude")
    for record, verdict in ((first, "include"), (second, "include"), (third, "exclude")):
        with pytest.raises(Refused, match="once title-abstract is closed"):
            actions.overturns(review, OLGA, TA)
        actions.rule(review, CARA, record, verdict, stage=TA)
    found = actions.overturns(review, OLGA, TA)
    assert found["adjudicated"] == 3
    assert [(r["reviewer"], r["count"], r["n"]) for r in found["reviewers"]] == [
        ("Anna", 1, 3),
        ("Ben", 2, 3),
    ]
    assert [(c["criterion"], c["count"], c["n"]) for c in found["criteria"]] == [("outcome", 2, 3)]
    low, high = found["reviewers"][0]["interval"]
    assert (round(low, 4), round(high, 4)) == (0.0615, 0.7923)  # Wilson, 1 of 3
    for who in (ANNA, CARA):
        with pytest.raises(NotAllowed):
            actions.overturns(review, who, TA)
    with pytest.raises(Refused, match="full-text is closed"):
        actions.overturns(review, OLGA, FT)
    with pytest.raises(Refused, match="Say why"):
        actions.close_stage(review, OLGA, FT, why=" ")
    assert actions.close_stage(review, OLGA, FT, why="No time left.")["pending"] == 2
    assert actions.overturns(review, OLGA, FT)["adjudicated"] == 0
    actions.close_stage(review, OLGA, FT, why="There is.", closed=False)
    with pytest.raises(Refused, match="still pending"):
        actions.overturns(review, OLGA, FT)


def test_7_a_waiver_is_recorded_and_shown(sqlite_review: Database) -> None:
    db = sqlite_review
    actions.add_member(db, HOLDER, "Anna", ["adjudicator"])
    waived = default_text().replace("may_be_voter: false", "may_be_voter: true")
    actions.amend(db, OLGA, waived, change="clarify", note="There are only two of us.")
    (record,) = fill(db, 1)
    vote(db, record, "include", "exclude")
    assert actions.conflicts(db, ANNA) == []  # it would tell how the other voted
    assert actions.rule(db, ANNA, record, "include", stage=TA, key="k")["waiver"]
    assert actions.rule(db, ANNA, record, "include", stage=TA, key="k")["waiver"]
    with pytest.raises(Refused, match="another ruling"):
        actions.rule(db, ANNA, record, "exclude", stage=TA, key="k")
    told = actions.rulings(db, OLGA, TA)
    assert (told["waivers"], told["rulings"][0]["waiver"]) == (1, True)


def test_what_conflicts_are_made_of_is_counted_by_pair_and_reason(review: Database) -> None:
    records = fill(review, 4)
    for record in records[:2]:
        vote(review, record, "include", "exclude", Ben="outcome")
    vote(review, records[2], "exclude", "exclude", Anna="population", Ben="outcome")
    vote(review, records[3], "maybe", "include")
    found = actions.anatomy(review, OLGA, TA)
    assert (found["conflicts"]["count"], found["conflicts"]["n"]) == (2, 4)
    assert [(p["reviewers"], p["count"], p["n"]) for p in found["pairs"]] == [
        (["Anna", "Ben"], 2, 4)
    ]
    assert {r["reason"]: (r["count"], r["n"]) for r in found["reasons"]} == {
        "population": (0, 1),
        "outcome": (2, 3),
    }
    assert found["patterns"][0]["n"] == 2
    assert actions.anatomy(review, ANNA, TA)["conflicts"]["count"] == 0  # settled records only
