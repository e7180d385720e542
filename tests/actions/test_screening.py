"""Screening through the actions, on both engines: the rule as people meet it."""

import re

import pytest

from review import actions
from review.actions import Caller
from review.errors import BadInput, NotAllowed, NotFound, Refused
from review.store.engine import Database
from review.vocab import Channel
from tests.actions.rush import HOLDER, fill

TA, FT = "title-abstract", "full-text"
ANNA, BEN, CARA, OLGA = (Caller(name, Channel.API) for name in ("Anna", "Ben", "Cara", "Olga"))


def state(db: Database, record: int, stage: str = TA) -> str:
    return actions.record(db, HOLDER, record)["standing"][stage]


def both(db: Database, record: int, verdict: str, stage: str = TA, **more: str) -> None:
    for who in (ANNA, BEN):
        actions.vote(db, who, record, verdict, stage=stage, **more)


def test_two_includes_advance_and_two_excludes_exclude(review: Database) -> None:
    first, second = fill(review, 2)
    both(review, first, "include")
    both(review, second, "exclude")
    assert (state(review, first), state(review, second)) == ("included", "excluded")


def test_a_disagreement_is_a_conflict_until_a_third_person_rules(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.vote(review, BEN, record, "exclude", stage=TA)
    assert [entry["record"] for entry in actions.conflicts(review, CARA)] == [record]
    seen = actions.judge(review, CARA, record, "exclude", stage=TA)
    assert sorted(vote["verdict"] for vote in seen["votes"]) == ["exclude", "include"]
    actions.rule(review, CARA, record, "include", stage=TA)
    assert state(review, record) == "included"
    assert actions.conflicts(review, CARA) == []
    history = actions.record(review, HOLDER, record)["history"]
    assert [entry["what"] for entry in history].count("vote") == 2  # both votes are kept


def test_the_same_key_again_is_the_same_vote(review: Database) -> None:
    (record, other) = fill(review, 2)
    first = actions.vote(review, ANNA, record, "include", stage=TA, key="k")
    again = actions.vote(review, ANNA, record, "include", stage=TA, key="k")
    assert (again["vote"], again["repeated"]) == (first["vote"], True)
    with pytest.raises(Refused, match="another vote"):
        actions.vote(review, ANNA, other, "include", stage=TA, key="k")


def test_a_vote_may_be_changed_until_something_rests_on_it(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.vote(review, ANNA, record, "include", stage=TA)
    assert actions.vote(review, ANNA, record, "exclude", stage=TA)["changed"]
    actions.vote(review, BEN, record, "include", stage=TA)
    actions.rule(review, CARA, record, "include", stage=TA)
    with pytest.raises(Refused, match="ruling rests"):
        actions.vote(review, ANNA, record, "include", stage=TA)


def test_reopening_begins_a_round_of_its_own(review: Database) -> None:
    (record,) = fill(review, 1)
    both(review, record, "exclude")
    with pytest.raises(NotAllowed):
        actions.reopen(review, ANNA, record, stage=TA, why="I erred")
    assert actions.reopen(review, OLGA, record, stage=TA, why="criteria misread")["round"] == 2
    assert state(review, record) == "unscreened"
    assert actions.vote(review, ANNA, record, "include", stage=TA)["round"] == 2
    assert actions.agreement(review, HOLDER)[0]["n"] == 1  # the first complete round counts


def test_merging_disagreeing_votes_is_a_conflict_and_splitting_restores(review: Database) -> None:
    first, second = fill(review, 2)
    both(review, first, "include")
    both(review, second, "exclude")
    actions.merge(review, HOLDER, first, second)
    assert state(review, first) == "conflict"
    assert actions.prisma(review, HOLDER)["removed"]["duplicates"] == 1
    actions.split(review, HOLDER, second)
    assert (state(review, first), state(review, second)) == ("included", "excluded")
    assert actions.verify(review, HOLDER)["ok"]


def test_full_text_needs_a_reason_and_differing_reasons_wait_only_for_the_breakdown(
    review: Database,
) -> None:
    (record,) = fill(review, 1)
    both(review, record, "include")
    actions.report(review, OLGA, record, "retrieved", link="https://example.org/1.pdf")
    reasons = [reason["code"] for reason in actions.about(review)["stages"][FT]["reasons"]]
    with pytest.raises(BadInput, match="reason"):
        actions.vote(review, ANNA, record, "exclude", stage=FT)
    actions.vote(review, ANNA, record, "exclude", stage=FT, reason=reasons[0])
    actions.vote(review, BEN, record, "exclude", stage=FT, reason=reasons[1])
    assert state(review, record, FT) == "reason-conflict"
    flow = actions.prisma(review, HOLDER)
    assert sum(flow["excluded_full_text"].values()) == 1
    actions.rule(review, CARA, record, "exclude", stage=FT, reason=reasons[1])
    assert state(review, record, FT) == "excluded"


def test_discussion_settles_once_both_confirm_the_same(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.vote(review, BEN, record, "exclude", stage=TA)
    assert not actions.discuss(review, ANNA, record, "include", stage=TA)["settled"]
    assert not actions.discuss(review, BEN, record, "exclude", stage=TA)["settled"]
    assert actions.discuss(review, BEN, record, "include", stage=TA)["settled"]
    assert state(review, record) == "included"


def test_a_withdrawn_vote_frees_its_place(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.withdraw(review, ANNA, record, stage=TA)
    assert state(review, record) == "unscreened"
    assert [card["record"] for card in actions.next_records(review, ANNA, TA)] == [record]
    both(review, record, "include")
    with pytest.raises(Refused, match="settled"):
        actions.withdraw(review, ANNA, record, stage=TA)
    assert actions.verify(review, HOLDER)["ok"]


def test_a_report_not_retrieved_is_not_judged(review: Database) -> None:
    (record,) = fill(review, 1)
    both(review, record, "include")
    actions.report(review, OLGA, record, "not-retrieved", tried="library, authors")
    with pytest.raises(Refused, match="not retrieved"):
        actions.vote(review, ANNA, record, "include", stage=FT)
    assert actions.prisma(review, HOLDER)["not_retrieved"] == 1


def test_who_leaves_keeps_their_votes_and_loses_their_seat(review: Database) -> None:
    (record, other) = fill(review, 2)
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.deactivate(review, OLGA, "Anna")
    with pytest.raises(NotAllowed, match="left"):
        actions.vote(review, ANNA, other, "include", stage=TA)
    actions.vote(review, BEN, record, "include", stage=TA)
    assert state(review, record) == "included"


REFUSALS = [
    (lambda db, r: actions.vote(db, CARA, r, "include", stage=TA), NotAllowed, "reviewer"),
    (lambda db, r: actions.vote(db, ANNA, r, "perhaps", stage=TA), BadInput, "no verdict"),
    (lambda db, r: actions.vote(db, ANNA, r, "include", stage="middle"), BadInput, "no stage"),
    (lambda db, r: actions.vote(db, ANNA, 999, "include", stage=TA), NotFound, "no record 999"),
    (lambda db, r: actions.vote(db, ANNA, r, "exclude", stage=TA, reason="x"), BadInput, "reason"),
    (lambda db, r: actions.vote(db, ANNA, r, "include", stage=FT), Refused, "not advanced"),
    (lambda db, r: actions.rule(db, CARA, r, "include", stage=TA), Refused, "no conflict"),
    (lambda db, r: actions.rule(db, ANNA, r, "include", stage=TA), NotAllowed, "adjudicator"),
    (lambda db, r: actions.vote(db, HOLDER, r, "include", stage=TA), Refused, "who you are"),
    (lambda db, r: actions.report(db, OLGA, r, "retrieved"), Refused, "not advanced"),
    (
        lambda db, r: actions.vote(db, Caller("Zoe", Channel.API), r, "include", stage=TA),
        NotFound,
        "no member 'Zoe'",
    ),
    (lambda db, r: actions.split(db, OLGA, r), Refused, "not merged"),
    (lambda db, r: actions.merge(db, OLGA, r, r), Refused, "two different"),
    (lambda db, r: actions.tag(db, OLGA, "planet:3", ["x"]), BadInput, "no target"),
]


@pytest.mark.parametrize(("act", "error", "words"), REFUSALS)
def test_what_the_rule_forbids_is_one_sentence_and_changes_nothing(
    sqlite_review: Database, act, error, words
) -> None:
    (record,) = fill(sqlite_review, 1)
    head = actions.verify(sqlite_review, HOLDER)["head"]
    with pytest.raises(error, match=words) as refused:
        act(sqlite_review, record)
    assert "\n" not in str(refused.value)
    assert actions.verify(sqlite_review, HOLDER)["head"] == head


def test_a_third_vote_is_refused(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.add_member(review, OLGA, "Dora", ["reviewer"])
    both(review, record, "include")
    with pytest.raises(Refused):
        actions.vote(review, Caller("Dora", Channel.API), record, "include", stage=TA)


def test_one_of_the_two_may_not_rule(review: Database) -> None:
    (record,) = fill(review, 1)
    actions.add_member(review, OLGA, "Anna", ["adjudicator"])
    actions.vote(review, ANNA, record, "include", stage=TA)
    actions.vote(review, BEN, record, "exclude", stage=TA)
    with pytest.raises(Refused, match="somebody else"):
        actions.rule(review, ANNA, record, "include", stage=TA)
    assert actions.conflicts(review, ANNA) == []  # nor is it listed to her


def everything_anna_sees(db: Database, record: int) -> list[object]:
    seen: list[object] = [
        actions.status(db, ANNA),
        actions.prisma(db, ANNA),
        actions.prisma_file(db, ANNA, "svg"),
        actions.records(db, ANNA),
        actions.my_votes(db, ANNA),
        actions.agreement(db, ANNA),
        actions.export(db, ANNA, "votes", format="csv"),
        actions.export(db, ANNA, "records", format="csv"),
        [
            {k: v for k, v in r.items() if k != "at"}
            for r in actions.record(db, ANNA, record)["history"]
        ],
        actions.record(db, ANNA, record)["standing"],
        actions.next_records(db, ANNA, TA, 5),
        actions.progress(db, ANNA, TA),
        actions.sought(db, ANNA),
        actions.duplicates(db, ANNA),
    ]
    for act in (
        lambda: actions.conflicts(db, ANNA),
        lambda: actions.judge(db, ANNA, record, "include", stage=TA),
    ):
        try:
            seen.append(act())
        except (NotAllowed, Refused) as error:
            seen.append(str(error))
    return seen


@pytest.mark.parametrize("own", ["include", "exclude", None])
def test_nothing_a_reviewer_can_reach_depends_on_the_others_vote(tmp_path, own: str | None) -> None:
    """Invariant 8: the same session with the other's vote flipped gives the same bytes."""
    outputs = []
    for flip, verdict in enumerate(["include", "exclude", "maybe"]):
        if own is not None and (own == "exclude") == (verdict == "exclude"):
            continue  # settled: it may be seen
        db = actions.init(f"sqlite:///{tmp_path}/{flip}.db")
        for name, role in (("Anna", "reviewer"), ("Ben", "reviewer"), ("Olga", "owner")):
            actions.add_member(db, HOLDER, name, [role])
        record, _ = fill(db, 2)
        actions.vote(db, BEN, record, verdict, stage=TA, note=f"Ben says {verdict}")
        if own:
            actions.vote(db, ANNA, record, own, stage=TA)
        seen = everything_anna_sees(db, record)
        db.close()
        outputs.append(_without_times(repr(seen)))
    assert len(set(outputs)) == 1


def _without_times(text: str) -> str:
    return re.sub(r"20\d\d-\d\d-\d\dT[\d:.+]+", "TIME", text)


def test_a_closed_stage_takes_no_judgement_until_it_is_opened(review: Database) -> None:
    record, other, _ = fill(review, 3)
    both(review, record, "include")
    actions.vote(review, ANNA, other, "include", stage=TA)
    actions.vote(review, BEN, other, "exclude", stage=TA)
    owner = Caller("Olga", Channel.APP)
    actions.close_stage(review, owner, TA, why="enough was screened")
    for attempt in (
        lambda: actions.vote(review, ANNA, record, "exclude", stage=TA),
        lambda: actions.withdraw(review, ANNA, other, stage=TA),
        lambda: actions.rule(review, CARA, other, "include", stage=TA),
        lambda: actions.discuss(review, ANNA, other, "include", stage=TA),
    ):
        with pytest.raises(
            Refused, match=r"title-abstract was closed on .* \(enough was screened\)"
        ):
            attempt()
    actions.close_stage(review, owner, TA, why="not yet", closed=False)
    actions.rule(review, CARA, other, "include", stage=TA)
    assert state(review, other) == "included"
