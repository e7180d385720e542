"""Dealing records out: the right number of members each, nobody twice, loads even."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from review.screening.agreement import CastVote
from review.screening.assignment import balance, dealt, draw, loads, pairs, quota, split, without
from review.screening.pace import Cast, pace
from review.screening.pilot import calibration, fleiss
from review.screening.queue import Seats
from review.vocab import Stage, Verdict

records = st.sets(st.integers(1, 10_000), max_size=80)
seeds = st.integers(0, 2**31 - 1)
teams = st.sets(st.integers(1, 30), min_size=3, max_size=8)
needed = st.integers(1, 3)


def right(plan, required):
    assert all(
        len(seats.named) == required and seats.pool == frozenset() for seats in plan.values()
    )


@given(records, teams, needed, seeds)
def test_a_split_gives_every_record_its_reviewers_and_everybody_the_same_load(
    some, team, required, seed
):
    plan = split(some, team, required=required, seed=seed)
    assert plan.keys() == some
    right(plan, required)
    load = [loads(plan)[member] for member in team]
    assert max(load) - min(load) <= 1
    assert plan == split(sorted(some, reverse=True), sorted(team), required=required, seed=seed)


@given(records, st.lists(st.sets(st.integers(1, 9), min_size=2, max_size=2), min_size=1), seeds)
def test_pairs_share_the_records_evenly(some, groups, seed):
    plan = pairs(some, groups, seed=seed)
    assert plan.keys() == some
    count = Counter(seats.named for seats in plan.values())
    each = [
        count[frozenset(group)] // Counter(map(frozenset, groups))[frozenset(group)]
        for group in groups
    ]
    assert max(each) - min(each) <= 1
    right(plan, 2)


@given(records, st.dictionaries(st.integers(1, 9), st.integers(0, 60), min_size=2), needed, seeds)
def test_quotas_are_never_exceeded_and_filled_as_far_as_they_can_be(some, quotas, required, seed):
    plan = quota(some, quotas, required=required, seed=seed)
    right(plan, required)
    assert all(n <= quotas[member] for member, n in loads(plan).items())
    assert plan.keys() <= some
    count = len(plan)
    assert count == dealt(quotas, len(some), required=required)
    more = count + 1
    assert more > len(some) or sum(min(n, more) for n in quotas.values()) < required * more


@given(records, teams, st.sets(st.integers(31, 40), max_size=2), st.data())
def test_a_balance_is_even_moves_no_more_than_it_must_and_nobody_judges_twice(
    some, team, joining, data
):
    before = split(some, team, required=2, seed=1)
    begun = {one for one in some if data.draw(st.booleans(), label=f"{one} begun")}
    held = {record: seats.named for record, seats in before.items() if record not in begun}
    load = loads(before)
    shares = {member: load[member] for member in {*team, *joining}}
    plan = balance(held, shares, seed=2)
    assert plan.keys() <= held.keys()
    right(plan, 2)
    after = Counter(shares)
    for record, seats in plan.items():
        after.subtract(before[record].named)
        after.update(seats.named)
    assert sum(after.values()) == sum(shares.values())
    assert max(after.values()) <= max(shares.values())
    if not begun and len(held) >= len(shares):
        assert max(after.values()) - min(after.values()) <= 1


def test_whoever_leaves_gives_a_named_seat_to_everybody_and_leaves_a_pool():
    pair = Seats(named=frozenset({1, 2}), pool=frozenset())
    assert without(pair, 1) == Seats(named=frozenset({2}), pool=None)
    pool = Seats(pool=frozenset({1, 2, 3}))
    assert without(pool, 3) == Seats(pool=frozenset({1, 2}))


@given(records, st.integers(0, 90), seeds)
def test_a_sample_is_drawn_without_repeats_and_again_by_its_seed(some, n, seed):
    drawn = draw(some, n, seed=seed)
    assert len(drawn) == len(set(drawn)) == min(n, len(some))
    assert set(drawn) <= some
    assert drawn == draw(list(some)[::-1], n, seed=seed)


raters = st.lists(st.lists(st.sampled_from(Verdict), min_size=3, max_size=3), min_size=2)


@given(raters)
def test_fleiss_kappa_is_that_of_statsmodels_and_not_defined_where_all_say_one_thing(rated):
    value, interval = fleiss(rated)
    used = {verdict for one in rated for verdict in one}
    if len(used) == 1:
        assert value is None
        return
    order = list(Verdict)
    table, _ = aggregate_raters([[order.index(v) for v in one] for one in rated], n_cat=3)
    assert value == pytest.approx(fleiss_kappa(table, method="fleiss"))
    if interval:
        assert interval[0] <= value <= interval[1]


def test_fleiss_interval_is_that_of_gwet_on_his_formula_worked_by_hand():
    # three raters, four things: shares .75 and .25, expected .625, own 1, 1/3, 1, 1/3
    include, exclude = Verdict.INCLUDE, Verdict.EXCLUDE
    rated = [[include] * 3, [include, include, exclude], [include] * 3, [exclude, include, exclude]]
    value, interval = fleiss(rated)
    assert value == pytest.approx((2 / 3 - 0.625) / 0.375)
    # own parts .40741, -.58025, .40741, .20988; squares .66332; t(3) = 3.18245
    assert interval == pytest.approx((-0.63712, 0.85934), abs=1e-4)


def cast(record, member, verdict, reason=None):
    return CastVote(
        record=record,
        stage=Stage.TITLE_ABSTRACT,
        round=1,
        member=member,
        verdict=verdict,
        reason=reason,
        seq=record * 10 + member,
    )


def test_a_pilot_names_the_reasons_that_reviewers_differed_over_the_most_disputed_first():
    include, maybe, exclude = Verdict.INCLUDE, Verdict.MAYBE, Verdict.EXCLUDE
    rows = [
        *(
            cast(1, m, v, r)
            for m, v, r in ((1, include, None), (2, maybe, None), (3, include, None))
        ),
        *(
            cast(2, m, v, r)
            for m, v, r in ((1, exclude, "b"), (2, include, None), (3, exclude, "b"))
        ),
        *(
            cast(3, m, v, r)
            for m, v, r in ((1, exclude, "b"), (2, exclude, "a"), (3, exclude, "b"))
        ),
        *(cast(4, m, exclude, "a") for m in (1, 2, 3)),
    ]
    found = calibration(rows, through=frozenset({include, maybe}), reasons=("a", "b"))
    assert (found.n, found.agreed, found.share) == (4, 3, 0.75)
    assert [(one.reason, one.records, one.against, one.otherwise) for one in found.cited] == [
        ("b", 2, 1, 1),
        ("a", 2, 0, 1),
    ]
    # cited together by 1 + 1 pairs, by one of two in 2 + 2
    assert found.cited[0].positive == pytest.approx(2 * 2 / (2 * 2 + 4))
    assert [one.reviewers for one in found.pairs] == [(1, 2), (1, 3), (2, 3), (1, 2, 3)]


def test_pace_is_the_median_so_that_a_pause_does_not_slow_it_down():
    start = datetime(2026, 3, 4, 9, tzinfo=UTC)
    votes = [Cast(at=start + timedelta(seconds=20 * n)) for n in range(50)]
    votes += [Cast(at=start + timedelta(hours=3, seconds=20 * n)) for n in range(50)]
    found = pace(votes, done=300, left=190, now=start + timedelta(hours=5), zone=UTC)
    assert (found.today, found.week, found.total, found.seconds) == (100, 100, 300, 20)
    assert found.per_hour == 180
    assert found.per_day == 100
    assert found.until == date(2026, 3, 6)
    measured = [Cast(at=vote.at, seconds=8.0) for vote in votes]
    assert pace(measured, done=1, left=0, now=start, zone=UTC).seconds == 8


def test_a_day_begins_where_the_reviewer_lives_and_little_is_said_of_little():
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    here = pace([Cast(at=late)], done=1, left=5, now=late, zone=UTC)
    assert (here.today, here.per_hour, here.until) == (1, None, None)
    next_day = late + timedelta(hours=1)
    berlin = ZoneInfo("Europe/Berlin")
    assert pace([Cast(at=late)], done=1, left=5, now=next_day, zone=UTC).today == 0
    assert pace([Cast(at=late)], done=1, left=5, now=next_day, zone=berlin).today == 1
