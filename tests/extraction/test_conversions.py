"""Values derived from what papers print are those of the published worked examples."""

import statistics

import pytest
from hypothesis import given, strategies as st

from review.errors import BadInput
from review.extraction import formulas
from review.extraction.calculator import CALCULATIONS, convert
from review.extraction.conversions import Group, group_mean_sd

NEAR = pytest.approx


def row(**cells: object) -> dict[str, object]:
    return {f"group1_{name}": value for name, value in cells.items()}


@pytest.mark.parametrize(
    ("found", "published"),
    [
        # Cochrane Handbook 6.5.2.2: the divisor of a 95 % CI is 3.92, and 4.128 with 25 people
        (2 * formulas.quantile(1000), NEAR(3.92, abs=0.001)),
        (2 * formulas.quantile(25), NEAR(4.128, abs=0.001)),
        # 6.5.2.3: MD 3.8, p = 0.008, 25 and 22 people: t 2.78, SE 1.37, SD 4.69
        (formulas.t_from_p(0.008, 25, 22), NEAR(2.78, abs=0.005)),
        (formulas.sd_from_p(3.8, 0.008, 25, 22), NEAR(4.69, abs=0.01)),
        (formulas.sd_from_t(3.8, formulas.t_from_f(2.78**2), 25, 22), NEAR(4.69, abs=0.015)),
        # 6.5.2.8: the correlations behind the SDs 6.4, 7.1, 4.5 and 7.0, 6.9, 4.2
        (formulas.correlation_of_change(6.4, 7.1, 4.5), NEAR(0.78, abs=0.005)),
        (formulas.correlation_of_change(7.0, 6.9, 4.2), NEAR(0.82, abs=0.005)),
        (formulas.sd_of_change(6.4, 7.1, 0.78), NEAR(4.5, abs=0.03)),
        # Wan 2014, tables 1 and 2: the expected range is 3.078 SD at n = 10, 4.498 at n = 50
        (1 / formulas.sd_from_range(0, 1, 10), NEAR(3.078, rel=0.01)),
        (1 / formulas.sd_from_range(0, 1, 50), NEAR(4.498, rel=0.01)),
        (1 / formulas.sd_from_iqr(0, 1, 100_000), NEAR(1.349, abs=0.001)),
        # Luo 2018: with many people the quartiles weigh 0.7 together, the ends nothing
        (formulas.mean_from_iqr(0, 0, 2, 1e9), NEAR(0.7, abs=1e-6)),
        (formulas.mean_from_range(0, 0, 2, 1e9), NEAR(0, abs=1e-4)),
        (formulas.mean_from_five(0, 5, 5, 5, 10, 20), NEAR(5)),
    ],
)  # fmt: skip
def test_formulas_give_what_their_sources_print(found, published):
    assert found == published


@given(st.lists(st.lists(st.floats(-50, 50), min_size=2, max_size=6), min_size=1, max_size=4))
def test_pooled_subgroups_are_the_whole_group(groups):
    parts = [(statistics.fmean(g), statistics.stdev(g), len(g)) for g in groups]
    whole = [value for group in groups for value in group]
    mean, sd, n = formulas.pooled(parts)
    assert (mean, n) == (NEAR(statistics.fmean(whole), abs=1e-9), len(whole))
    assert sd == NEAR(statistics.stdev(whole), abs=1e-6)


@given(st.floats(0.1, 1e4), st.floats(0.01, 3))
def test_the_log_scale_and_back_changes_nothing(mean, cv):
    assert formulas.from_log_scale(*formulas.to_log_scale(mean, cv * mean)) == (
        NEAR(mean), NEAR(cv * mean),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (row(mean=10, spread=2, spread_type="sd", n=12), Group(10, 2, 12, "as reported")),
        (row(mean=10, spread=2, spread_type="se", n=16), (10, 8, 16, "SE × √n")),
        (row(mean=10, spread="8-12", spread_type="ci", n=25), (10, 4.845, 25, "× t)")),
        (row(mean=10, spread="9.02 to 10.98", spread_type="ci", n=100), (10, 5, 100, "1.96")),
        (row(mean=10, spread=2, spread_type="se", n="16-20"), (10, 8, 16, "smaller of 16-20")),
        (row(median=10, spread="8-12", spread_type="iqr", n=100), (10, 3, 100, "Luo 2018, eq. 11")),
        (row(median=5, spread="0-10", spread_type="range", n=50), (5, 2.2, 50, "Wan 2014, eq. 9")),
        (
            row(median=5, spread="4-6", spread_type="iqr", range="0-10", n=50),
            (5, 1.9, 50, "eq. 15"),
        ),
    ],
)
def test_a_group_has_mean_sd_n_and_the_formula_of_what_was_derived(cells, expected):
    mean, sd, n, how = expected
    found = group_mean_sd(cells, 1)
    assert isinstance(found, Group)
    assert (found.mean, found.n) == (NEAR(mean), n)
    assert found.sd == NEAR(sd, rel=0.02)
    assert how in found.how
    assert found.derived == (how != "as reported")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (row(spread=2, spread_type="sd", n=12), "no mean"),
        (row(mean=10, n=12), "no spread"),
        (row(mean=10, spread=2, spread_type="sd"), "no n of people"),
        (row(median=10, spread=2, spread_type="sd", n=9), "median with an SD gives no mean"),
        (row(mean=10, spread=2, spread_type="iqr", n=9), "IQR has two limits"),
        (
            row(mean=10, spread=2, spread_type="se", n=9) | {"unit_of_analysis": "uoa.mu_naive"},
            "over motor units",
        ),
    ],
)
def test_what_cannot_be_derived_says_why(cells, reason):
    found = group_mean_sd(cells, 1)
    assert isinstance(found, str)
    assert reason in found


def test_every_conversion_may_be_asked_for_by_name_and_says_its_source():
    for name, one in CALCULATIONS.items():
        values = {need: 2.0 + place for place, need in enumerate(one.needs)}
        values |= {"p": 0.008} if "p" in values else {}
        values |= {"correlation": 0.5} if "correlation" in values else {}
        found = convert(name, values)
        assert "20" in found["how"] or "Handbook" in found["how"], name
    assert convert("ci-to-sd", {"low": 8, "high": 12, "n": 25})["sd"] == NEAR(4.845, abs=0.001)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("ci-to-sdd", {}, "did you mean 'ci-to-sd'"),
        ("ci-to-sd", {"low": 8}, "high is missing"),
        ("se-to-sd", {"se": 1, "n": 1}, "at least 2"),
        ("se-to-sd", {"se": 1, "n": 4, "p": 1}, "not p"),
        ("to-log", {"mean": 0, "sd": 1}, "no answer"),
        ("se-to-sd", {"se": -1, "n": 4}, "below zero"),
        ("ci-to-sd", {"low": 12, "high": 8, "n": 25}, r"low \(12\) is above high \(8\)"),
        ("iqr-to-mean", {"q1": 1, "median": 5, "q3": 4, "n": 9}, "median .* is above q3"),
        ("p-to-sd", {"difference": 1, "p": 1.2, "n1": 9, "n2": 9}, "between 0 and 1"),
        ("change-sd", {"before": 1, "after": 1, "correlation": 2}, "between -1 and 1"),
        ("change-correlation", {"before": 1, "after": 1, "change": 5}, "No correlation"),
    ],
)
def test_a_conversion_that_cannot_be_done_says_why(name, values, said):
    with pytest.raises(BadInput, match=said):
        convert(name, values)
