"""The queue: whom a record is open to, and an order of each reviewer's own, nothing of others."""

from itertools import pairwise

from hypothesis import given, strategies as st

from review.screening.queue import (
    PRIME,
    Opening,
    Seats,
    may_take,
    opening,
    ordered,
    place,
    round_of,
    shuffle,
)
from review.screening.standing import Standing
from review.vocab import Order, Stage, State

FIRST = Stage.TITLE_ABSTRACT
members = st.integers(1, 8)
groups = st.frozensets(members, max_size=5)


def stand(*voters):
    return Standing(state=State.AWAITING if voters else State.UNSCREENED, voters=voters)


def test_the_prime_is_prime_and_cubing_is_one_to_one_modulo_it():
    assert all(PRIME % factor for factor in range(2, 46_342))
    assert PRIME % 3 == 2
    assert PRIME < 2**31


@given(st.integers(0), st.sampled_from(Stage), st.sets(st.integers(0, PRIME - 1), max_size=50))
def test_every_record_has_a_place_of_its_own(seed, stage, records):
    circle = shuffle(stage, seed=seed)
    assert len({circle.key(record) for record in records}) == len(records)
    assert 1 <= circle.factor < PRIME


def test_the_order_is_the_same_again_another_for_another_member_and_looks_random():
    records = range(1, 1001)
    mine = ordered(records, member=1, seed=7)
    assert mine == ordered(reversed(records), member=1, seed=7)
    assert sorted(mine) == list(records)
    others = [ordered(records, member=member, seed=7) for member in range(2, 12)]
    assert len({*map(tuple, others), tuple(mine)}) == 11
    assert mine != ordered(records, member=1, seed=8)
    assert mine != ordered(records, member=1, seed=7, stage=Stage.FULL_TEXT)
    rising = sum(a < b for a, b in pairwise(mine))
    assert 440 < rising < 560
    assert 400 < sum(mine[:100]) / 100 < 600
    ways = {round_of(member, seed=7, order=Order.RANDOM).upwards for member in range(20)}
    assert ways == {True, False}


def test_the_order_of_ids_is_the_order_of_arrival():
    assert ordered([3, 1, 2], member=1, seed=7, order=Order.ID) == [1, 2, 3]


def test_a_place_in_the_order_does_not_depend_on_what_left_the_queue():
    records = list(range(200))
    kept = set(records[::3])
    thinned = [one for one in ordered(records, member=4, seed=1) if one in kept]
    assert thinned == ordered(kept, member=4, seed=1)


@given(st.lists(st.floats(0, 2), min_size=2, max_size=9), st.sampled_from(Order))
def test_what_has_a_score_comes_first_and_the_highest_before_all(scores, order):
    circle = shuffle(FIRST, seed=3)
    scored = [place(n, circle=circle, order=order, score=s) for n, s in enumerate(scores)]
    assert max(scored) < 0 <= place(7, circle=circle, order=order)
    for (a, at), (b, after) in pairwise(sorted(zip(scores, scored, strict=True), reverse=True)):
        assert at <= after or abs(a - b) < 1e-11


@given(groups, groups | st.none(), groups, st.booleans())
def test_an_opening_is_read_back_as_it_was_written(named, pool, voted, pilot):
    found = Opening(
        named=named, pool=pool, voted=voted if pool is None else frozenset(), pilot=pilot
    )
    assert Opening.read(found.text) == found


@given(
    st.integers(1, 4),
    groups,
    groups | st.none(),
    groups | st.none(),
    st.permutations(range(1, 9)),
)
def test_whoever_comes_when_a_record_ends_with_the_right_votes_and_those_named(
    required, named, pool, panel, comers
):
    seats = Seats(named=named, pool=pool)
    voted = []
    for member in [*comers, *comers]:  # who came too early comes once more
        found = opening(stand(*sorted(voted)), required=required, seats=seats, panel=panel)
        complete = len(voted) >= required and (panel or frozenset()) <= set(voted)
        if complete:
            break
        assert found is not None
        assert any(found.tier(one) is not None for one in range(1, 9) if one not in voted)
        if found.tier(member) is not None:
            assert member not in voted
            voted.append(member)
    if panel is None:
        assert len(voted) == required
        assert named <= set(voted) or len(named) > required
        if pool is not None and len(pool - named) >= required - len(named):
            assert set(voted) <= named | pool
    else:
        assert panel <= set(voted)
        assert len(voted) == max(required, len(panel))


def test_a_settled_or_disputed_report_is_open_to_nobody():
    for state in (State.CONFLICT, State.REASON_CONFLICT, State.INCLUDED, State.EXCLUDED):
        assert opening(Standing(state=state, voters=(1, 2)), required=2) is None


def test_a_pilot_keeps_the_rest_closed_and_an_assignment_keeps_others_out():
    everybody, pair = Opening(), Opening(named=frozenset({1, 2}), pool=frozenset())
    sampled = Opening(named=frozenset({1, 2, 3}), pool=frozenset(), pilot=True)
    about = {"record": 5, "stage": FIRST}
    assert may_take(3, everybody, closed=False, **about) is None
    assert "pilot" in may_take(3, everybody, closed=True, **about)
    assert may_take(3, sampled, closed=True, **about) is None
    assert may_take(1, pair, closed=False, **about) is None
    assert may_take(3, pair, closed=False, **about) == (
        "Record 5 is assigned to others at title-abstract."
    )


def test_what_is_open_depends_on_who_voted_never_on_what_they_said():
    assert {opening(stand(2), required=2).text} == {"-2"}
    assert opening(stand(2), required=2, seats=Seats(named=frozenset({3}))).text == "3+"
