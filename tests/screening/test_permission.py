"""Who may add to the facts, and when. Numbers in names are those of the invariants."""

from review.protocol import StagePolicy
from review.screening.permission import (
    confirmed,
    ill_formed,
    indecisive,
    may_change,
    may_reopen,
    may_rule,
    may_vote,
)
from review.screening.standing import Ruling, Standing
from review.vocab import MaybePolicy, RulingKind, Stage, State, Verdict

POLICY = StagePolicy()
WAIVER = StagePolicy(adjudicator_may_be_voter=True)
EMPTY = Standing(state=State.UNSCREENED)
ONE = Standing(state=State.AWAITING, voters=(1,))
CONFLICT = Standing(state=State.CONFLICT, voters=(1, 2))
REASONS = Standing(state=State.REASON_CONFLICT, verdict=Verdict.EXCLUDE, voters=(1, 2))
INCLUDED = Standing(state=State.INCLUDED, verdict=Verdict.INCLUDE, voters=(1, 2))
RULED = Ruling(
    covers=frozenset({7, 8}),
    member=3,
    verdict=Verdict.INCLUDE,
    kind=RulingKind.ADJUDICATION,
    seq=9,
)


def test_1_a_third_vote_is_refused():
    assert may_vote(EMPTY, member=3, policy=POLICY) is None
    assert may_vote(ONE, member=3, policy=POLICY) is None
    assert "2 votes already" in may_vote(CONFLICT, member=3, policy=POLICY)
    assert "2 votes already" in may_vote(REASONS, member=3, policy=POLICY)


def test_1_a_second_vote_of_one_member_is_a_change_not_a_vote():
    assert "change that vote" in may_vote(ONE, member=1, policy=POLICY)


def test_a_settled_report_takes_no_vote_however_few_settled_it():
    by_one = Standing(state=State.INCLUDED, verdict=Verdict.INCLUDE, voters=(1,))
    assert "settled" in may_vote(by_one, member=2, policy=POLICY)


def test_who_has_been_shown_the_votes_casts_none():
    assert "independent" in may_vote(ONE, member=3, policy=POLICY, revealed=True)


def may_change_7(standing=CONFLICT, *, member=1, record=7, rulings=(), begun=False):
    return may_change(
        record, member=member, standing=standing, rulings=rulings, next_stage_begun=begun
    )


def test_11_ones_own_vote_may_be_changed_until_something_rests_on_it():
    assert may_change_7() is None
    assert may_change_7(INCLUDED) is None
    assert "ruling" in may_change_7(rulings=[RULED])
    assert "next stage" in may_change_7(INCLUDED, begun=True)
    assert may_change_7(record=5, rulings=[RULED]) is None


def test_nobody_changes_a_vote_they_do_not_have():
    assert "no vote" in may_change_7(member=3)


def test_a_ruling_needs_a_conflict():
    for standing in (EMPTY, ONE, INCLUDED):
        for kind in (RulingKind.ADJUDICATION, RulingKind.RULE):
            assert "no conflict" in may_rule(standing, member=3, policy=POLICY, kind=kind)
    assert may_rule(CONFLICT, member=3, policy=POLICY) is None
    assert "no conflict" in may_rule(CONFLICT, member=3, policy=POLICY, kind=RulingKind.RULE)
    assert may_rule(REASONS, member=3, policy=POLICY) is None


def test_7_the_adjudicator_is_none_of_the_voters_unless_it_is_waived():
    assert "somebody else" in may_rule(CONFLICT, member=2, policy=POLICY)
    assert may_rule(CONFLICT, member=2, policy=WAIVER) is None


def test_a_discussion_is_between_the_voters_and_needs_them_all():
    discussion = RulingKind.DISCUSSION
    assert may_rule(CONFLICT, member=2, policy=POLICY, kind=discussion) is None
    # whether the other has voted, a refusal must not tell
    assert may_rule(ONE, member=ONE.voters[0], policy=POLICY, kind=discussion) is None
    assert "settled" in may_rule(INCLUDED, member=2, policy=POLICY, kind=discussion)
    assert "discussion" in may_rule(CONFLICT, member=3, policy=POLICY, kind=discussion)
    assert not confirmed(CONFLICT, agreed=[1])
    assert not confirmed(CONFLICT, agreed=[1, 3])
    assert confirmed(CONFLICT, agreed=[2, 1])
    assert not confirmed(INCLUDED, agreed=[1, 2])


def test_a_ruling_decides():
    strict = StagePolicy(maybe_policy=MaybePolicy.AS_CONFLICT)
    assert indecisive(Stage.TITLE_ABSTRACT, Verdict.MAYBE, policy=POLICY) is None
    assert "include or exclude" in indecisive(Stage.FULL_TEXT, Verdict.MAYBE, policy=POLICY)
    assert "include or exclude" in indecisive(Stage.TITLE_ABSTRACT, Verdict.MAYBE, policy=strict)
    assert indecisive(Stage.FULL_TEXT, Verdict.EXCLUDE, policy=strict) is None


def test_an_exclusion_at_full_text_names_a_reason_of_the_protocol():
    def fault(stage, verdict, reason):
        return ill_formed(stage, verdict, reason=reason, reasons=["population", "outcome"])

    assert fault(Stage.TITLE_ABSTRACT, Verdict.EXCLUDE, None) is None
    assert fault(Stage.FULL_TEXT, Verdict.EXCLUDE, "outcome") is None
    assert "needs its primary reason" in fault(Stage.FULL_TEXT, Verdict.EXCLUDE, None)
    assert "'fun' is not a reason" in fault(Stage.FULL_TEXT, Verdict.EXCLUDE, "fun")
    assert "belongs to an exclusion" in fault(Stage.FULL_TEXT, Verdict.INCLUDE, "outcome")


def test_only_what_is_complete_can_be_reopened():
    assert may_reopen(INCLUDED) is None
    assert may_reopen(CONFLICT) is None
    assert "nothing to reopen" in may_reopen(EMPTY)
    assert "nothing to reopen" in may_reopen(ONE)
