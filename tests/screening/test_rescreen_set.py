"""What an amendment re-opens: against a plain reading of the rule, for any outcomes."""

from hypothesis import given, strategies as st

from review.protocol import StagePolicy
from review.screening.amendment import Choice, Outcome, again, effect, outcome
from review.screening.standing import Ruling, Standing, Vote, standing
from review.vocab import Change, RulingKind, Stage, State, Verdict

TA, FT = Stage
IN, OUT = Verdict.INCLUDE, Verdict.EXCLUDE
CODES = ("population", "outcome", "design")

outcomes = st.lists(
    st.builds(
        lambda stage, verdict, cited, later: (
            stage,
            verdict,
            cited if verdict is OUT else frozenset(),
            later if (stage, verdict) == (TA, IN) else None,
        ),
        st.sampled_from(Stage),
        st.sampled_from([IN, OUT]),
        st.frozensets(st.sampled_from(CODES)),
        st.sampled_from([None, IN, OUT]),
    ),
    max_size=30,
).map(
    lambda rows: [
        Outcome(report=n, stage=stage, verdict=verdict, cited=cited, later=later)
        for n, (stage, verdict, cited, later) in enumerate(rows)
    ]
)
choices = st.builds(
    Choice,
    change=st.sampled_from([Change.CLARIFY, Change.NARROW, Change.BROADEN]),
    criteria=st.lists(st.sampled_from(CODES), unique=True).map(tuple),
    stages=st.sampled_from([(TA,), (FT,), (TA, FT)]),
    every_stage=st.booleans(),
    citing=st.booleans(),
    sample=st.integers(0, 5),
)


@given(outcomes, choices)
def test_13_the_set_is_what_the_change_makes_doubtful_and_nothing_else(some, choice):
    found = {(one.report, one.stage) for one in again(some, choice)}
    assert len(found) == len(again(some, choice))
    at_stage = [o for o in some if o.stage in choice.stages and (choice.every_stage or not o.later)]
    if choice.change is Change.CLARIFY:
        assert len(found) == min(choice.sample, len(at_stage))
        assert found <= {(o.report, o.stage) for o in at_stage}
        return
    expected = set()
    for o in at_stage:
        through, criteria = o.verdict is IN, set(choice.criteria)
        if choice.change is Change.NARROW:
            doubtful = through or (choice.citing and bool(criteria & o.cited))
        else:  # nothing holds the exclusion up but what became broader
            doubtful = not through and not o.cited - criteria
        if doubtful:
            expected.add((o.report, o.stage))
    assert found == expected


@given(outcomes, choices, st.integers())
def test_the_set_does_not_depend_on_the_order_of_reports(some, choice, seed):
    assert again(some, choice, seed=seed) == again(some[::-1], choice, seed=seed)


votes = st.lists(
    st.builds(
        Vote,
        record=st.integers(1, 2),
        member=st.integers(1, 3),
        verdict=st.sampled_from([IN, OUT, None]),
        reason=st.sampled_from([None, *CODES]),
        seq=st.integers(1, 10**6),
    ),
    max_size=6,
    unique_by=lambda vote: vote.seq,
)


@given(votes, st.booleans(), st.sampled_from(CODES))
def test_what_a_decision_rests_on_is_what_counts_in_it(cast, ruled, reason):
    cluster = frozenset({1, 2})
    rulings = [
        Ruling(
            covers=cluster,
            member=9,
            verdict=OUT,
            reason=reason,
            kind=RulingKind.ADJUDICATION,
            seq=10**7,
        )
    ] * ruled
    now = standing(TA, cast, rulings, policy=StagePolicy(), reason_order=CODES, cluster=cluster)
    found = outcome(7, TA, now, votes=cast, rulings=rulings, cluster=cluster)
    assert (found is not None) is now.settled
    if found is None:
        return
    assert found.verdict is now.verdict
    last = {}
    for vote in sorted(cast, key=lambda vote: vote.seq):
        last[vote.record, vote.member] = vote
    counted = {vote.reason for vote in last.values() if vote.verdict is OUT} - {None}
    assert found.cited == ({reason} if ruled else counted)


def test_what_changed_is_counted_over_what_is_settled_again():
    included, excluded = (
        Standing(state=State.INCLUDED, verdict=IN),
        Standing(state=State.EXCLUDED, verdict=OUT),
    )
    waits = Standing(state=State.CONFLICT)
    pairs = [(included, included), (included, excluded), (excluded, included), (included, waits)]
    found = effect([*pairs, (included, None)])
    assert (found.n, found.settled, found.pending) == (4, 3, 1)
    assert (found.changed, found.included, found.excluded) == (2, 1, 1)
