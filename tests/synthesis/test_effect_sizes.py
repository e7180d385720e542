"""Effect sizes against worked examples that were published, in all digits printed."""

from math import exp, lgamma

import pytest
from hypothesis import given, strategies as st

from review.errors import BadInput
from review.extraction.conversions import Group
from review.synthesis.effect_sizes import (
    Size,
    combined,
    composite,
    exact_j,
    hedges_g,
    log_ratio,
    size_of,
    split,
)

# length of stay after stroke, specialist and routine care (Normand, Stat Med 1999;18:321-359)
STROKE_CARE = (
    ((155, 55, 47), (156, 75, 64)),
    ((31, 27, 7), (32, 29, 4)),
    ((75, 64, 17), (71, 119, 29)),
    ((18, 66, 20), (18, 137, 48)),
)


def group(n, mean, sd):
    return Group(mean, sd, n, "as reported")


def pairs():
    """Each pair so that the second is compared with the first, as metafor's m1 with its m2."""
    return [(group(*two), group(*one)) for one, two in STROKE_CARE]


def test_g_is_that_of_metafor():
    # metafor's own tests, escalc(measure="SMD")
    found = [hedges_g(*pair) for pair in pairs()]
    assert [s.y for s in found] == pytest.approx([-0.3552, -0.3479, -2.3176, -1.8880], abs=5e-5)
    assert [s.v for s in found] == pytest.approx([0.0131, 0.0645, 0.0458, 0.1606], abs=5e-5)


def test_the_log_ratio_of_means_is_that_of_metafor():
    # metafor's own tests, escalc(measure="ROM")
    found = [log_ratio(*pair) for pair in pairs()]
    assert [s.y for s in found] == pytest.approx([-0.3102, -0.0715, -0.6202, -0.7303], abs=5e-5)
    assert [s.v for s in found] == pytest.approx([0.0094, 0.0028, 0.0018, 0.0119], abs=5e-5)


def test_g_is_that_of_the_worked_example_of_borenstein():
    # Introduction to Meta-Analysis (2009), chapter 4: g 0.5924
    assert hedges_g(group(50, 100, 4.5), group(50, 103, 5.5)).y == pytest.approx(0.5924, abs=5e-5)


def test_the_log_ratio_is_that_of_the_worked_example_of_borenstein():
    # the same, chapter 4: ln R 0.1871 with variance 0.0246 (from one pooled SD)
    found = log_ratio(group(10, 51.015, 19.475), group(10, 61.515, 19.475))
    assert found == pytest.approx((0.1872, 0.0246), abs=1e-4)


@given(st.integers(2, 400))
def test_the_correction_is_the_exact_one(df):
    known = exp(lgamma(df / 2) - lgamma((df - 1) / 2) - 0.5 * (lgamma(1) + 0)) / (df / 2) ** 0.5
    assert exact_j(df) == pytest.approx(known)
    assert exact_j(df) == pytest.approx(1 - 3 / (4 * df - 1), abs=0.04 / df)


@given(
    st.floats(0.5, 100), st.floats(0.5, 100), st.floats(0.1, 20), st.floats(0.1, 20),
    st.integers(3, 60), st.integers(3, 60), st.floats(0.01, 100),
)  # fmt: skip
def test_neither_measure_knows_the_unit(m1, m2, s1, s2, n1, n2, unit):
    one, two = group(n1, m1, s1), group(n2, m2, s2)
    scaled = group(n1, m1 * unit, s1 * unit), group(n2, m2 * unit, s2 * unit)
    for measure in ("g", "rom"):
        assert size_of(measure, *scaled) == pytest.approx(size_of(measure, one, two), rel=1e-6)


@given(st.floats(0.5, 100), st.floats(0.5, 100), st.integers(3, 60), st.integers(3, 60))
def test_swapping_the_groups_turns_the_sign_and_nothing_else(m1, m2, n1, n2):
    one, two = group(n1, m1, 2.0), group(n2, m2, 3.0)
    for measure in ("g", "rom", "md"):
        a, b = size_of(measure, one, two), size_of(measure, two, one)
        assert (a.y, a.v) == pytest.approx((-b.y, b.v))


def test_the_correction_for_small_samples_moves_ratio_and_variance():
    plain = log_ratio(group(5, 10, 4), group(6, 8, 5))
    corrected = log_ratio(group(5, 10, 4), group(6, 8, 5), corrected=True)
    a, b = 16 / (5 * 100), 25 / (6 * 64)
    assert corrected.y == pytest.approx(plain.y + (b - a) / 2)
    assert corrected.v == pytest.approx(plain.v + (a * a + b * b) / 2)


@pytest.mark.parametrize(
    ("measure", "one", "two", "said"),
    [
        ("rom", (9, -1, 2), (9, 4, 2), "means above zero"),
        ("rom", (9, 3, 0), (9, 4, 0), "no variance"),
        ("g", (9, 3, 0), (9, 4, 0), "SDs are zero"),
        ("g", (1, 3, 1), (2, 4, 1), "2 degrees of freedom"),
        ("g", (5, 1, 1e200), (5, 2, 1), "too far apart"),
        ("rom", (5, 1, 1e-160), (5, 2, 1e-160), "too far apart"),
        ("md", (5, 1e308, 1), (5, 1, 1), "too large"),
        ("odds", (9, 3, 1), (9, 4, 1), "there are: g, rom, md"),
    ],
)
def test_what_has_no_effect_size_says_why(measure, one, two, said):
    with pytest.raises(BadInput, match=said):
        size_of(measure, group(*one), group(*two))


def test_outcomes_of_the_same_people_are_no_two_studies():
    # Borenstein 2009, chapter 24: basic and reading skills, r 0.5
    found = composite([Size(0.30, 0.05), Size(0.10, 0.05)], correlation=0.5)
    assert found == pytest.approx((0.20, 0.0375))
    # wholly correlated outcomes bring no more than one of them
    assert composite([Size(0.3, 0.05)] * 3, correlation=1.0) == pytest.approx((0.3, 0.05))


def test_a_shared_group_is_divided_never_counted_twice():
    assert split(group(21, 5, 1), 2).n == 10
    assert split(group(3, 5, 1), 4).n == 2
    assert split(group(21, 5, 1), 1).n == 21
    assert combined([Size(0.0, 0.5), Size(1.0, 0.5)]) == pytest.approx((0.5, 0.25))
