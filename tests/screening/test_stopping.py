"""What may be said of stopping early: the guarantee counted out, and what makes it silent."""

import random
from math import comb

import pytest

from review.screening.stopping import (
    Sample,
    most_relevant,
    ranked_test,
    risk_of,
    size_needed,
    statement,
)


def chance_of_at_most(k: int, *, population: int, relevant: int, size: int) -> float:
    """The hypergeometric sum, by counting."""
    ways = sum(comb(relevant, i) * comb(population - relevant, size - i) for i in range(k + 1))
    return ways / comb(population, size)


@pytest.mark.parametrize("relevant", [0, 1, 7])
def test_the_bound_is_the_largest_number_that_is_not_too_unlikely(relevant: int) -> None:
    shape = {"population": 200, "size": 60}
    bound = most_relevant(relevant=relevant, risk=0.025, **shape)
    assert chance_of_at_most(relevant, relevant=bound, **shape) >= 0.025
    assert chance_of_at_most(relevant, relevant=bound + 1, **shape) < 0.025


def test_a_sample_of_everything_leaves_nothing_open() -> None:
    assert most_relevant(size=50, relevant=3, population=50, risk=0.01) == 3


def test_the_guarantee_holds_however_long_recall_is_watched() -> None:
    """In exact numbers: over all samples, the bound is below the truth no oftener than the risk."""
    population, size = 120, 40
    for truth in (1, 3, 10, 40):
        wrong = 0.0
        for k in range(min(size, truth) + 1):
            if most_relevant(size=size, relevant=k, population=population, risk=0.05) < truth:
                ways = comb(truth, k) * comb(population - truth, size - k)
                wrong += ways / comb(population, size)
        assert wrong <= 0.05


def test_samples_share_the_risk() -> None:
    shares = [risk_of(number, confidence=0.95) for number in range(1, 20)]
    assert shares[0] == pytest.approx(0.025)
    assert sum(shares) <= 0.05


def sample(**given: int) -> Sample:
    return Sample(
        **{
            "number": 1,
            "size": 300,
            "population": 1000,
            "before": 95,
            "relevant": 0,
            "open": 0,
            **given,
        }
    )


def test_recall_is_what_is_found_of_the_most_there_can_be() -> None:
    said = statement([sample()], found=95)
    bound = most_relevant(size=300, relevant=0, population=1000, risk=0.025)
    assert (said.most, said.recall) == (95 + bound, pytest.approx(95 / (95 + bound)))
    assert not said.reached


def test_no_sample_or_newer_records_leave_it_silent() -> None:
    assert statement([], found=10).recall is None
    assert statement([sample(newer=1)], found=95).recall is None


def test_what_is_open_or_reopened_counts_against_the_statement() -> None:
    plain = statement([sample()], found=95).recall or 0
    for worse in ({"open": 1}, {"reopened": 1}):
        assert (statement([sample(**worse)], found=95).recall or 0) < plain


def test_the_sample_needed_is_the_smallest_that_reaches_the_target() -> None:
    needed = size_needed(population=1000, found=95, number=1)
    for size, reached in ((needed, True), (needed - 1, False)):
        said = statement([sample(size=size)], found=95)
        assert said.reached is reached


def test_with_few_found_nearly_everything_is_needed() -> None:
    assert size_needed(population=1000, found=5, number=1) > 950
    assert size_needed(population=1000, found=0, number=1) > 950
    assert size_needed(population=1, found=1000, number=1) == 0


def test_the_ranked_test_grows_surer_with_every_exclusion_at_the_end() -> None:
    first = [True] * 20
    tested = [ranked_test(first + [False] * n, left=500 - n) for n in (10, 100, 300, 500)]
    assert tested == sorted(tested, reverse=True)
    assert tested[-1] < 0.05 < tested[0]
    assert ranked_test([False] * 10, left=100) == 1.0


def test_simulated_samples_are_wrong_no_oftener_than_the_risk() -> None:
    chance = random.Random(8)
    truth = [n < 60 for n in range(400)]
    wrong = 0
    for _ in range(300):
        drawn = chance.sample(range(400), 120)
        found = sum(truth[n] for n in drawn)
        shape = {"size": 120, "population": 400, "relevant": found, "before": 0}
        said = statement([sample(**shape)], found=found)
        wrong += (said.recall or 0) > found / 60
    assert wrong / 300 <= 0.05
