"""The queue's order: seeded, each reviewer's own, and nothing of the others in it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from review.screening.queue import PRIME, Order, is_open_to, ordered, shuffle
from review.screening.standing import Standing
from review.vocab import State


def test_the_prime_is_prime_and_cubing_is_one_to_one_modulo_it():
    assert all(PRIME % factor for factor in range(2, 46_342))
    assert PRIME % 3 == 2
    assert PRIME < 2**31


@given(st.integers(0), st.integers(1), st.sets(st.integers(0, PRIME - 1), max_size=50))
def test_every_record_has_a_place_of_its_own_that_a_database_can_compute(seed, member, records):
    own = shuffle(member, seed=seed)
    assert len({own.key(record) for record in records}) == len(records)
    assert 1 <= own.factor < PRIME
    assert own.factor * (PRIME - 1) + own.shift < 2**63


@given(st.integers(0), st.integers(1), st.integers(0, PRIME - 1))
def test_records_mirrored_about_the_shift_do_not_share_a_place(seed, member, record):
    own = shuffle(member, seed=seed)
    mirrored = (-record - 2 * own.shift * pow(own.factor, -1, PRIME)) % PRIME
    assert (own.key(record) == own.key(mirrored)) == (record == mirrored)


def test_the_order_is_the_same_again_another_for_another_member_and_looks_random():
    records = range(1, 1001)
    mine = ordered(records, member=1, seed=7)
    assert mine == ordered(reversed(records), member=1, seed=7)
    assert sorted(mine) == list(records)
    assert mine != ordered(records, member=2, seed=7)
    assert mine != ordered(records, member=1, seed=8)
    rising = sum(a < b for a, b in pairwise(mine))
    assert 440 < rising < 560
    assert 400 < sum(mine[:100]) / 100 < 600


def test_the_order_of_ids_is_the_order_of_arrival():
    assert ordered([3, 1, 2], member=1, seed=7, order=Order.ID) == [1, 2, 3]


def test_a_place_in_the_order_does_not_depend_on_what_left_the_queue():
    records = list(range(200))
    kept = set(records[::3])
    thinned = [one for one in ordered(records, member=4, seed=1) if one in kept]
    assert thinned == ordered(kept, member=4, seed=1)


def test_a_report_is_open_to_those_who_have_not_voted_until_it_is_complete():
    awaiting = Standing(state=State.AWAITING, voters=(1,))
    assert is_open_to(2, awaiting)
    assert not is_open_to(1, awaiting)
    assert not is_open_to(3, Standing(state=State.CONFLICT, voters=(1, 2)))
