"""Blindness: what one may see of the others. Numbers in names are those of the invariants."""

from itertools import product

import pytest
from hypothesis import assume, given, strategies as st

from review.errors import NotAllowed
from review.protocol import StagePolicy
from review.screening.blinding import (
    Shown,
    Sight,
    is_independent,
    latest,
    mask,
    may_see_conflict,
    sees_unsettled,
    sight,
    visible_for_agreement,
    visible_state,
    visible_votes,
)
from review.screening.standing import Ruling, Standing, Vote, standing
from review.vocab import AgreementPolicy, ReasonPolicy, Role, RulingKind, Stage, State, Verdict

OWNER, REVIEWER, ADJUDICATOR = Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR
INCLUDE, MAYBE, EXCLUDE = Verdict.INCLUDE, Verdict.MAYBE, Verdict.EXCLUDE
REASONS = ("population", "outcome")


def votes_of(*said):
    return [
        Vote(record=1, member=member, verdict=verdict, reason=reason, seq=place)
        for place, (member, verdict, reason) in enumerate(said, start=1)
    ]


def stand(votes, *, stage=Stage.TITLE_ABSTRACT, rulings=(), **policy):
    return standing(
        stage,
        votes,
        rulings,
        policy=StagePolicy(**policy),
        reason_order=REASONS,
        cluster=frozenset({1}),
    )


CONFLICT = votes_of((1, INCLUDE, None), (2, EXCLUDE, "outcome"))
AGREED = votes_of((1, INCLUDE, None), (2, MAYBE, None))
HALF = votes_of((2, EXCLUDE, "outcome"))


def outputs(viewer, votes, found, roles, *, judged=False):
    """Everything the rule of blindness lets out about one report."""
    try:
        measured = visible_for_agreement(viewer, [(found, vote) for vote in votes], roles=roles)
    except NotAllowed as refusal:
        measured = str(refusal)
    return (
        visible_state(viewer, found, roles=roles),
        visible_votes(viewer, votes, found, roles=roles, judged=judged),
        may_see_conflict(viewer, found, roles=roles),
        measured,
    )


said = st.tuples(st.sampled_from(Verdict), st.sampled_from([*REASONS, None]))
policies = st.fixed_dictionaries(
    {
        "agreement_policy": st.sampled_from(AgreementPolicy),
        "reason_policy": st.sampled_from(ReasonPolicy),
    }
)


@given(
    st.sampled_from(Stage),
    policies,
    said,
    st.lists(said, max_size=3),
    st.lists(said, max_size=3),
    st.sets(st.sampled_from(Role)).map(lambda roles: frozenset(roles | {REVIEWER})),
)
def test_8_nothing_a_voter_sees_depends_on_the_other_until_the_report_is_settled(
    stage, policy, mine, theirs, flipped, roles
):
    def after(others):
        cast = [(2, *word) for word in others]
        votes = votes_of((1, *mine), *cast)
        return votes, stand(votes, stage=stage, **policy)

    (votes, found), (other_votes, other) = after(theirs), after(flipped)
    assume(not found.settled)
    assume(not other.settled)
    for judged in (False, True):
        assert (
            outputs(1, votes, found, roles, judged=judged)[:3]
            == (outputs(1, other_votes, other, roles, judged=judged)[:3])
        )
        assert outputs(1, votes, found, roles)[3] == []


@given(said, said, st.sets(st.sampled_from(Role)).map(frozenset))
def test_8_nothing_a_member_sees_depends_on_the_first_vote_while_the_second_is_awaited(
    one, other, roles
):
    seen = [
        outputs(3, votes, stand(votes), roles)
        for votes in (votes_of((2, *one)), votes_of((2, *other)))
    ]
    if not sees_unsettled(3, roles=roles):
        assert seen[0] == seen[1]
    assert seen[0][:3] == seen[1][:3]
    if REVIEWER in roles:
        empty = outputs(3, [], stand([]), roles)
        assert seen[0] == empty


def test_an_unsettled_report_is_to_do_or_waiting_to_a_reviewer_and_open_to_a_viewer():
    for votes in (HALF, CONFLICT):
        found = stand(votes)
        assert visible_state(2, found, roles={REVIEWER}) is Shown.WAITING
        assert visible_state(3, found, roles={REVIEWER}) is Shown.TO_DO
        assert visible_state(3, found, roles={Role.VIEWER, Role.EXTRACTOR}) is Shown.OPEN
        assert visible_state(None, found, roles=()) is found.state


def test_a_settled_report_shows_to_everybody_who_voted_what():
    found = stand(AGREED)
    for viewer, role in product((1, 3), Role):
        assert visible_state(viewer, found, roles={role}) is State.INCLUDED
        assert [vote.member for vote in visible_votes(viewer, AGREED, found, roles={role})] == [
            1,
            2,
        ]


def test_a_reason_conflict_is_not_settled_and_stays_hidden():
    votes = votes_of((1, EXCLUDE, "population"), (2, EXCLUDE, "outcome"))
    found = stand(votes, stage=Stage.FULL_TEXT)
    assert found.state is State.REASON_CONFLICT
    assert [vote.member for vote in visible_votes(1, votes, found, roles={REVIEWER})] == [1]
    assert visible_state(1, found, roles={REVIEWER}) is Shown.WAITING


def test_an_owner_who_reviews_is_a_reviewer_first():
    both = {OWNER, ADJUDICATOR, REVIEWER}
    assert visible_state(3, stand(HALF), roles=both) is Shown.TO_DO
    assert visible_state(2, stand(CONFLICT), roles=both) is Shown.WAITING
    assert visible_state(3, stand(HALF), roles={OWNER}) is State.AWAITING
    assert not sees_unsettled(3, roles=both)
    assert sees_unsettled(3, roles={OWNER})


def test_an_owner_sees_states_but_no_vote_before_it_is_settled():
    assert visible_votes(3, CONFLICT, stand(CONFLICT), roles={OWNER}, judged=True) == []


def test_an_adjudicator_sees_a_and_b_only_after_judging_blind_and_never_a_name_or_a_time():
    found = stand(CONFLICT)
    assert visible_votes(3, CONFLICT, found, roles={ADJUDICATOR}) == []
    seen = visible_votes(3, CONFLICT, found, roles={ADJUDICATOR}, judged=True)
    assert [vote.label for vote in seen] == ["A", "B"]
    assert {vote.verdict for vote in seen} == {INCLUDE, EXCLUDE}
    assert [(vote.member, vote.seq) for vote in seen] == [(None, None)] * 2


def test_an_adjudicator_sees_nothing_of_a_report_they_voted_on_or_that_is_no_conflict():
    found = stand(CONFLICT)
    roles = {ADJUDICATOR, REVIEWER}
    assert [
        vote.member for vote in visible_votes(1, CONFLICT, found, roles=roles, judged=True)
    ] == [1]
    assert sight(1, 2, found, roles={ADJUDICATOR}, judged=True) is Sight.HIDDEN
    assert visible_votes(3, HALF, stand(HALF), roles={ADJUDICATOR}, judged=True) == []


def test_10_conflicts_are_listed_to_owner_and_adjudicator_but_to_no_voter():
    found = stand(CONFLICT)
    for roles in ({OWNER}, {ADJUDICATOR}, {ADJUDICATOR, REVIEWER}):
        assert may_see_conflict(3, found, roles=roles)
        assert not may_see_conflict(1, found, roles=roles)
    for role in (REVIEWER, Role.VIEWER, Role.EXTRACTOR):
        assert not may_see_conflict(3, found, roles={role})
    assert not may_see_conflict(None, stand(AGREED), roles=())


def test_10_agreement_is_over_settled_reports_to_a_reviewer_and_not_for_viewers():
    rows = [(stand(CONFLICT), "conflict"), (stand(AGREED), "agreed")]
    assert visible_for_agreement(3, rows, roles={REVIEWER, OWNER}) == ["agreed"]
    assert visible_for_agreement(3, rows, roles={OWNER}) == ["conflict", "agreed"]
    assert visible_for_agreement(1, rows, roles={OWNER}) == ["agreed"]
    assert visible_for_agreement(None, rows, roles=()) == ["conflict", "agreed"]
    with pytest.raises(NotAllowed, match="Agreement is shown to"):
        visible_for_agreement(3, rows, roles={Role.VIEWER})


def test_labels_do_not_follow_the_order_of_members_and_stay_the_same():
    firsts = [mask([4, 9], of=record, seed=5)[4] for record in range(400)]
    assert 150 < firsts.count("A") < 250
    assert mask([9, 4], of=8, seed=5) == mask([4, 9], of=8, seed=5)
    assert firsts != [mask([4, 9], of=record, seed=6)[4] for record in range(400)]


def test_a_vote_is_independent_until_the_report_was_once_settled():
    def independent(votes, rulings=()):
        return is_independent(
            Stage.TITLE_ABSTRACT,
            votes,
            rulings,
            policy=StagePolicy(),
            reason_order=REASONS,
            cluster=frozenset({1}),
        )

    assert independent(CONFLICT)
    assert not independent(AGREED)
    changed = [*AGREED, Vote(record=1, member=2, verdict=EXCLUDE, seq=3)]
    assert stand(changed).state is State.CONFLICT
    assert not independent(changed)
    ruling = Ruling(
        covers=frozenset({1}), member=3, verdict=EXCLUDE, kind=RulingKind.ADJUDICATION, seq=9
    )
    assert not independent(CONFLICT, [ruling])


def test_a_tag_is_hidden_by_the_last_stage_the_report_has_reached():
    included, excluded = stand(AGREED), stand(votes_of((1, EXCLUDE, None), (2, EXCLUDE, None)))
    full = Standing(state=State.AWAITING, voters=(2,))
    both = {Stage.TITLE_ABSTRACT: included, Stage.FULL_TEXT: full}
    assert latest(both) is full
    assert latest({Stage.TITLE_ABSTRACT: included}).state is State.UNSCREENED
    assert latest({**both, Stage.TITLE_ABSTRACT: excluded}) is excluded
    assert sight(1, 2, latest(both), roles={REVIEWER}) is Sight.HIDDEN
