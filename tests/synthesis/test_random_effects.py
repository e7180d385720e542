"""The random-effects model against published worked examples, and against statsmodels."""

from math import log

import numpy as np
import pytest
from hypothesis import given, strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from review.errors import BadInput
from review.extraction.conversions import Group
from review.synthesis.effect_sizes import Size, exact_j, hedges_g
from review.synthesis.random_effects import between, egger, pool

# vaccination against tuberculosis: cases and others, vaccinated then not (Colditz et al., JAMA
# 1994;271:698-702), the example of metafor's documentation
BCG = (
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
    (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
    (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
)  # fmt: skip
# means, SDs and n of six studies: Borenstein et al., Introduction to Meta-Analysis (2009), 14.1
BORENSTEIN_DATA = (
    (94, 22, 60, 92, 20, 60), (98, 21, 65, 92, 22, 65), (98, 28, 40, 88, 26, 40),
    (94, 19, 200, 82, 17, 200), (98, 21, 50, 88, 22, 45), (96, 21, 85, 92, 22, 85),
)  # fmt: skip


def as_borenstein(m1, s1, n1, m2, s2, n2):
    """g, with the variance that this book gives it: J² times that of d."""
    g = hedges_g(Group(m2, s2, n2, ""), Group(m1, s1, n1, "")).y
    j = exact_j(n1 + n2 - 2)
    return Size(g, j**2 * ((n1 + n2) / (n1 * n2) + (g / j) ** 2 / (2 * (n1 + n2))))


BORENSTEIN = [as_borenstein(*row) for row in BORENSTEIN_DATA]


def log_risk_ratios():
    return [
        Size(log((a / (a + b)) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        for a, b, c, d in BCG
    ]


def test_reml_is_that_of_metafor_to_four_decimals():
    # rma(yi, vi, data=dat.bcg): -0.7145, se 0.1798, ci -1.0669 to -0.3622, tau2 0.3132,
    # I2 92.22 %, H2 12.86, Q(12) 152.2330
    found = pool(log_risk_ratios(), hartung_knapp=False)
    printed = (found.mu, found.se, *found.interval, found.tau2)
    assert printed == pytest.approx((-0.7145, 0.1798, -1.0669, -0.3622, 0.3132), abs=5e-5)
    assert (found.i2, found.h2) == pytest.approx((92.22, 12.86), abs=5e-3)
    assert found.q == pytest.approx(152.2330, abs=5e-5)


def test_hartung_and_knapp_is_that_of_metafor_to_four_decimals():
    # rma(yi, vi, data=dat.bcg, test="knha"): se 0.1808, on 12 degrees of freedom
    found = pool(log_risk_ratios())
    assert (found.mu, found.se) == pytest.approx((-0.7145, 0.1808), abs=5e-5)
    assert found.interval == pytest.approx((-1.1084, -0.3206), abs=5e-5)
    assert not found.guarded


def test_dersimonian_and_laird_is_that_of_metafor_to_four_decimals():
    # metafor's own tests against metan: -0.7141, ci -1.0644 to -0.3638
    found = pool(log_risk_ratios(), estimator="DL", hartung_knapp=False)
    assert (found.mu, *found.interval) == pytest.approx((-0.7141, -1.0644, -0.3638), abs=5e-5)


def test_eggers_test_is_that_of_metafor_to_four_decimals():
    # regtest(model="lm") on dat.bcg: t -1.4013, df 11, p 0.1887
    found = egger(log_risk_ratios())
    assert (found.t, found.p) == pytest.approx((-1.4013, 0.1887), abs=5e-5)
    assert found.df == 11


def test_the_worked_example_of_borenstein_comes_out():
    # table 14.1 (g and its variance), then the mean 0.3582, T² 0.0373, Q 12.0033
    assert [s.y for s in BORENSTEIN] == pytest.approx(
        [0.095, 0.277, 0.367, 0.664, 0.462, 0.185], abs=5.1e-4
    )
    assert [s.v for s in BORENSTEIN] == pytest.approx(
        [0.033, 0.031, 0.050, 0.011, 0.043, 0.023], abs=5.1e-4
    )
    found = pool(BORENSTEIN, estimator="DL", hartung_knapp=False)
    assert (found.mu, found.tau2, found.q) == pytest.approx((0.3582, 0.0373, 12.0033), abs=5e-5)


SIZES = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.01, 2)).map(lambda pair: Size(*pair)),
    min_size=3,
    max_size=12,
)


# sets of studies that differ, since statsmodels lets a τ² below zero stand
@pytest.mark.parametrize("seed", range(2, 10))
def test_moments_and_hartung_knapp_are_those_of_statsmodels(seed):
    random = np.random.default_rng(seed)
    v = random.uniform(0.01, 1, 3 + seed)
    y = random.normal(0.3, 0.2 * seed + np.sqrt(v))
    sizes = [Size(float(a), float(b)) for a, b in zip(y, v, strict=True)]
    known = combine_effects(y, v, method_re="chi2")
    found = pool(sizes, estimator="DL", hartung_knapp=False)
    assert found.q == pytest.approx(known.q)
    assert found.tau2 == pytest.approx(known.tau2)
    assert (found.mu, found.se) == pytest.approx((known.mean_effect_re, known.sd_eff_w_re))
    free = pool(sizes, estimator="DL", guard=False)
    assert free.se == pytest.approx(known.sd_eff_w_re_hksj)


@given(SIZES)
def test_reml_is_where_its_likelihood_is_highest(sizes):
    def likelihood(tau2):
        w = np.array([1 / (s.v + tau2) for s in sizes])
        y = np.array([s.y for s in sizes])
        mu = (w * y).sum() / w.sum()
        return 0.5 * (np.log(w).sum() - np.log(w.sum()) - (w * (y - mu) ** 2).sum())

    found = pool(sizes).tau2
    near = (found * 1.01 + 1e-6, max(0.0, found * 0.99 - 1e-6))
    assert all(likelihood(found) >= likelihood(tau2) - 1e-9 for tau2 in near)


@given(SIZES, st.randoms())
def test_the_order_of_the_studies_says_nothing(sizes, random):
    shuffled = list(sizes)
    random.shuffle(shuffled)
    a, b = pool(sizes), pool(shuffled)
    assert (a.mu, a.se, a.tau2, a.q) == pytest.approx((b.mu, b.se, b.tau2, b.q), abs=1e-6)


@given(SIZES)
def test_no_interval_is_narrower_than_the_usual_one_because_of_hartung_and_knapp(sizes):
    guarded, usual = pool(sizes), pool(sizes, hartung_knapp=False)
    assert guarded.se >= usual.se * (1 - 1e-12)
    assert guarded.prediction[0] <= usual.interval[0] or usual.tau2 == 0
    assert sum(guarded.weights) == pytest.approx(1)


def test_prediction_needs_three_studies_and_eggers_test_ten():
    assert pool(BORENSTEIN[:2]).prediction is None
    low, high = pool(BORENSTEIN[:3], hartung_knapp=False).prediction
    assert low < 0 < high  # t with one degree of freedom is wide
    assert egger(BORENSTEIN) is None
    assert pool(BORENSTEIN[:1]).interval is None


def test_subgroups_that_are_alike_do_not_differ():
    halves = [pool(BORENSTEIN[:3]), pool(BORENSTEIN[3:])]
    assert between([halves[0], halves[0]]).q == pytest.approx(0)
    assert between(halves).p == pytest.approx(
        between([pool(BORENSTEIN[:3], hartung_knapp=False),
                 pool(BORENSTEIN[3:], hartung_knapp=False)]).p
    )  # fmt: skip
    assert between(halves[:1]) is None


def test_what_has_no_variance_cannot_be_pooled():
    with pytest.raises(BadInput, match="variance above zero"):
        pool([Size(0.1, 0.0), Size(0.2, 0.1)])
    with pytest.raises(BadInput, match="effect sizes"):
        pool([])
