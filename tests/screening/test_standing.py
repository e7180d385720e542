"""The rule: what votes and rulings amount to. Numbers in names are those of the invariants."""

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given, strategies as st

from review.protocol import StagePolicy
from review.screening.standing import (
    DISPUTED,
    SETTLED,
    UNFINISHED,
    Ruling,
    Vote,
    advancing,
    standing,
)
from review.vocab import (
    AgreementPolicy,
    MaybePolicy,
    ReasonPolicy,
    RulingKind,
    Stage,
    State,
    Verdict,
)

INCLUDE, MAYBE, EXCLUDE = Verdict.INCLUDE, Verdict.MAYBE, Verdict.EXCLUDE
TITLES, FULL = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
LETTER = {"I": INCLUDE, "M": MAYBE, "E": EXCLUDE}
REASONS = ("population", "outcome", "design")


def stand(stage, votes, rulings=(), *, cluster=(1,), **policy):
    return standing(
        stage,
        votes,
        rulings,
        policy=StagePolicy(**policy),
        reason_order=REASONS,
        cluster=frozenset(cluster),
    )


def votes_of(said, *, record=1, first_seq=1):
    """'IE' is an include by member 1 and an exclude by member 2; a reason may follow a colon."""
    votes = []
    for place, word in enumerate(said.split()):
        letter, _, reason = word.partition(":")
        seq = first_seq + place
        votes.append(
            Vote(
                record=record,
                member=1 + place,
                verdict=LETTER[letter],
                reason=reason or None,
                seq=seq,
            )
        )
    return votes


def ruling(verdict, *, covers=(1,), reason=None, seq=100, member=9):
    return Ruling(
        covers=frozenset(covers),
        member=member,
        verdict=verdict,
        reason=reason,
        kind=RulingKind.ADJUDICATION,
        seq=seq,
    )


@pytest.mark.parametrize(
    ("stage", "policy", "said", "state"),
    [
        (TITLES, {}, "", State.UNSCREENED),
        (TITLES, {}, "I", State.AWAITING),
        (TITLES, {}, "E", State.AWAITING),
        (TITLES, {}, "I I", State.INCLUDED),
        (TITLES, {}, "I M", State.INCLUDED),
        (TITLES, {}, "M M", State.INCLUDED),
        (TITLES, {}, "E E", State.EXCLUDED),
        (TITLES, {}, "I E", State.CONFLICT),
        (TITLES, {}, "M E", State.CONFLICT),
        (TITLES, {}, "E:population E:outcome", State.EXCLUDED),
        (TITLES, {"reviewers_per_record": 1}, "E", State.EXCLUDED),
        (TITLES, {"reviewers_per_record": 3}, "I I", State.AWAITING),
        (TITLES, {"reviewers_per_record": 3}, "I I E", State.CONFLICT),
        (TITLES, {"maybe_policy": MaybePolicy.AS_CONFLICT}, "I M", State.CONFLICT),
        (TITLES, {"maybe_policy": MaybePolicy.AS_CONFLICT}, "M M", State.CONFLICT),
        (TITLES, {"maybe_policy": MaybePolicy.AS_CONFLICT}, "I I", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.SAFETY_FIRST}, "I", State.AWAITING),
        (TITLES, {"agreement_policy": AgreementPolicy.SAFETY_FIRST}, "E M", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.SAFETY_FIRST}, "E E", State.EXCLUDED),
        (FULL, {"agreement_policy": AgreementPolicy.SAFETY_FIRST}, "I M", State.CONFLICT),
        (FULL, {"agreement_policy": AgreementPolicy.SAFETY_FIRST}, "I E", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "I", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "M", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "E", State.AWAITING),
        (TITLES, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "E I", State.INCLUDED),
        (TITLES, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "E E", State.EXCLUDED),
        (FULL, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "M", State.AWAITING),
        (FULL, {"agreement_policy": AgreementPolicy.LIBERAL_ACCELERATED}, "M E", State.CONFLICT),
        (FULL, {}, "I I", State.INCLUDED),
        (FULL, {}, "I E:design", State.CONFLICT),
        (FULL, {}, "I M", State.CONFLICT),
        (FULL, {}, "M M", State.CONFLICT),
        (FULL, {}, "E:design E:design", State.EXCLUDED),
        (FULL, {}, "E:design E:population", State.REASON_CONFLICT),
        (FULL, {"reason_policy": ReasonPolicy.HIERARCHY}, "E:design E:outcome", State.EXCLUDED),
        (FULL, {"reason_policy": ReasonPolicy.IGNORE}, "E:design E:outcome", State.EXCLUDED),
    ],
)
def test_votes_add_up_by_the_policy_of_the_stage(stage, policy, said, state):
    assert stand(stage, votes_of(said), **policy).state is state


def test_a_reason_conflict_is_excluded_already_and_only_its_reason_waits():
    found = stand(FULL, votes_of("E:design E:population"))
    assert (found.verdict, found.reason, found.disputed) == (EXCLUDE, None, True)


def test_the_hierarchy_takes_the_reason_first_in_the_protocol_and_ignoring_takes_none():
    votes = votes_of("E:design E:outcome")
    assert stand(FULL, votes, reason_policy=ReasonPolicy.HIERARCHY).reason == "outcome"
    assert stand(FULL, votes, reason_policy=ReasonPolicy.IGNORE).reason is None
    unknown = votes_of("E:zeal E:age")
    assert stand(FULL, unknown, reason_policy=ReasonPolicy.HIERARCHY).reason == "age"


def test_an_inclusion_keeps_the_mark_of_a_maybe():
    assert stand(TITLES, votes_of("I M")).maybe
    assert not stand(TITLES, votes_of("I I")).maybe
    assert stand(TITLES, votes_of("I E"), [ruling(MAYBE)]).maybe


def test_12_a_member_who_said_two_things_on_two_merged_records_makes_a_conflict_when_complete():
    twice = [*votes_of("I"), *votes_of("E", record=2, first_seq=2)]
    assert stand(TITLES, twice, cluster=(1, 2)).state is State.AWAITING
    second = Vote(record=1, member=2, verdict=INCLUDE, seq=3)
    for policy in AgreementPolicy:
        found = stand(TITLES, [*twice, second], cluster=(1, 2), agreement_policy=policy)
        assert found.state is State.CONFLICT


def test_12_a_member_who_voted_alike_on_two_merged_records_counts_once():
    twice = [*votes_of("I"), *votes_of("M", record=2, first_seq=2)]
    found = stand(TITLES, twice, cluster=(1, 2))
    assert (found.state, found.voters) == (State.AWAITING, (1,))


def test_12_votes_merged_in_that_gainsay_a_ruling_are_a_conflict_and_agreeing_ones_are_not():
    ruled = [*votes_of("I E"), Vote(record=2, member=3, verdict=EXCLUDE, seq=5)]
    for policy in AgreementPolicy:
        settled = stand(TITLES, ruled, [ruling(EXCLUDE)], cluster=(1, 2), agreement_policy=policy)
        disputed = stand(TITLES, ruled, [ruling(INCLUDE)], cluster=(1, 2), agreement_policy=policy)
        assert (settled.state, disputed.state) == (State.EXCLUDED, State.CONFLICT)
        assert disputed.ruled


def test_12_two_rulings_merged_that_differ_are_a_conflict_until_one_covers_both():
    votes = [*votes_of("I E"), *votes_of("I E", record=2, first_seq=3)]
    apart = [ruling(INCLUDE), ruling(EXCLUDE, covers=(2,), seq=101)]
    assert stand(TITLES, votes, apart, cluster=(1, 2)).state is State.CONFLICT
    over_both = ruling(INCLUDE, covers=(1, 2), seq=102)
    assert stand(TITLES, votes, [*apart, over_both], cluster=(1, 2)).state is State.INCLUDED
    assert stand(TITLES, votes, [*apart, over_both], cluster=(2,)).state is State.EXCLUDED


def test_11_a_ruling_does_not_hold_for_a_record_reopened_since():
    over_both = replace(ruling(INCLUDE, covers=(1, 2)), lapsed=frozenset({2}))
    again = votes_of("E E", record=2)
    found = stand(TITLES, [*votes_of("I E", first_seq=9), *again], [over_both], cluster=(1, 2))
    assert found.state is State.CONFLICT


verdicts = st.sampled_from([*Verdict, None])
reasons = st.sampled_from([*REASONS, None])
policies = st.builds(
    StagePolicy,
    reviewers_per_record=st.integers(1, 3),
    maybe_policy=st.sampled_from(MaybePolicy),
    reason_policy=st.sampled_from(ReasonPolicy),
    agreement_policy=st.sampled_from(AgreementPolicy),
)
stages = st.sampled_from(Stage)


@st.composite
def histories(draw, records=(1, 2), rulings=2):
    """Votes and rulings of one round on a few records, with seqs in the order made."""
    cast = draw(
        st.lists(
            st.tuples(st.sampled_from(records), st.integers(1, 4), verdicts, reasons), max_size=7
        )
    )
    votes = [
        Vote(record=record, member=member, verdict=verdict, reason=reason, seq=seq)
        for seq, (record, member, verdict, reason) in enumerate(cast, start=1)
    ]
    covers = st.frozensets(st.sampled_from(records), min_size=1)
    made = draw(st.lists(st.tuples(covers, st.sampled_from(Verdict), reasons), max_size=rulings))
    ruled = [
        ruling(verdict, covers=covered, reason=reason, seq=100 + place)
        for place, (covered, verdict, reason) in enumerate(made)
    ]
    return votes, ruled


def fold(stage, votes, rulings, policy, cluster=(1, 2)):
    return standing(
        stage, votes, rulings, policy=policy, reason_order=REASONS, cluster=frozenset(cluster)
    )


@given(stages, histories(), policies, st.randoms(use_true_random=False))
def test_2_the_order_in_which_facts_are_read_never_matters(stage, history, policy, random):
    votes, rulings = history
    expected = fold(stage, votes, rulings, policy)
    random.shuffle(votes)
    random.shuffle(rulings)
    assert fold(stage, votes, rulings, policy) == expected


@given(stages, histories(), policies)
def test_2_a_superseded_or_withdrawn_vote_never_matters(stage, history, policy):
    votes, rulings = history
    last = {(vote.record, vote.member): vote for vote in votes}
    kept = [vote for vote in last.values() if vote.verdict is not None]
    assert fold(stage, votes, rulings, policy) == fold(stage, kept, rulings, policy)


def test_who_was_faster_never_matters():
    policies_of_a_kind = [
        StagePolicy(agreement_policy=kind, reason_policy=reason, maybe_policy=maybe)
        for kind, reason, maybe in product(AgreementPolicy, ReasonPolicy, MaybePolicy)
    ]
    words = ("I", "M", "E:outcome", "E:design")
    for stage, policy, said in product(Stage, policies_of_a_kind, product(words, repeat=3)):
        outcomes = {
            (found.state, found.verdict, found.reason, found.maybe)
            for order in permutations(said)
            for found in [fold(stage, votes_of(" ".join(order)), [], policy)]
        }
        assert len(outcomes) == 1


@given(stages, histories(), policies, st.permutations([1, 2, 3, 4]))
def test_nobody_counts_for_more_than_another(stage, history, policy, names):
    votes, rulings = history
    renamed = [
        Vote(
            record=vote.record,
            member=names[vote.member - 1],
            verdict=vote.verdict,
            reason=vote.reason,
            seq=vote.seq,
        )
        for vote in votes
    ]
    found, other = fold(stage, votes, rulings, policy), fold(stage, renamed, rulings, policy)
    assert (found.state, found.verdict, found.reason) == (other.state, other.verdict, other.reason)
    assert sorted(names[member - 1] for member in found.voters) == list(other.voters)


@given(stages, histories(), policies, st.sampled_from(Verdict), reasons)
def test_a_decisive_ruling_over_the_whole_report_settles_it_as_ruled(
    stage, history, policy, verdict, reason
):
    votes, rulings = history
    over_all = ruling(verdict, covers=(1, 2), reason=reason, seq=999)
    found = fold(stage, votes, [*rulings, over_all], policy)
    assert found.ruled
    if verdict is EXCLUDE:
        assert (found.state, found.reason) == (State.EXCLUDED, reason)
    else:
        through = verdict in advancing(stage, policy)
        assert found.state is (State.INCLUDED if through else State.CONFLICT)


@given(stages, histories(), policies, histories(records=(2, 3)))
def test_12_what_is_merged_in_leaves_no_trace_after_a_split(stage, history, policy, merged):
    votes, rulings = history
    on_one = [vote for vote in votes if vote.record == 1]
    of_one = [ruling for ruling in rulings if ruling.covers == {1}]
    before = fold(stage, on_one, of_one, policy, cluster=(1,))
    votes_while, rulings_while = merged
    reaching = [ruling(r.verdict, covers=r.covers | {1}, seq=r.seq + 50) for r in rulings_while]
    after = fold(stage, [*votes, *votes_while], [*rulings, *reaching], policy, cluster=(1,))
    assert after == before


@given(stages, histories(), policies)
def test_states_part_all_reports_and_say_what_they_must(stage, history, policy):
    votes, rulings = history
    found = fold(stage, votes, rulings, policy)
    assert [found.state in part for part in (SETTLED, DISPUTED, UNFINISHED)].count(True) == 1
    certain = {
        State.INCLUDED: INCLUDE,
        State.EXCLUDED: EXCLUDE,
        State.REASON_CONFLICT: EXCLUDE,
    }
    assert found.verdict is certain.get(found.state)
    assert found.ruled == bool(rulings)
    assert (found.state is State.UNSCREENED) == (not found.voters and not rulings)
    assert found.reason is None or found.state is State.EXCLUDED
    assert found.state is not State.REASON_CONFLICT or stage is FULL
    if found.state in {State.EXCLUDED, *DISPUTED} and not rulings:
        assert len(found.voters) >= policy.reviewers_per_record


@given(stages, histories(rulings=0), policies)
def test_nothing_is_excluded_that_anybody_would_let_through(stage, history, policy):
    votes, _ = history
    found = fold(stage, votes, [], policy)
    last = {(vote.record, vote.member): vote.verdict for vote in votes}
    if found.verdict is EXCLUDE:
        assert set(last.values()) <= {EXCLUDE, None}
    if policy.agreement_policy is AgreementPolicy.UNANIMOUS and found.verdict is INCLUDE:
        assert EXCLUDE not in last.values()
