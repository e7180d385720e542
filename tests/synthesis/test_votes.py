import csv

import pytest
from hypothesis import given, strategies as st
from scipy.stats import binomtest

from review.errors import BadInput
from review.synthesis.votes import Finding, binomial_p, count, wilson


def finding(family, alignment, contrast="con.age", population="pop.human"):
    return Finding(family=family, alignment=alignment, contrast=contrast, population=population)


def test_a_cohort_family_votes_once():
    tally = count([finding("a", "aln.impaired")] * 5 + [finding("b", "aln.preserved")])
    assert (tally.worse, tally.better) == (1, 1)


def test_seventy_percent_one_way_is_a_vote_and_less_is_conflicting():
    def votes(worse, better):
        mixed = [finding("a", "impaired")] * worse + [finding("a", "preserved")] * better
        return count(mixed).votes["a"]

    assert votes(7, 3) == "worse"
    assert votes(2, 1) == "conflicting"
    assert votes(1, 4) == "better"


def test_what_is_ambiguous_never_votes():
    tally = count([finding("a", "ambiguous"), finding("b", "ambiguous"), finding("b", "impaired")])
    assert tally.votes == {"a": "ambiguous", "b": "worse"}
    assert (tally.n, tally.left_out) == (1, 1)


def test_no_p_below_six_families():
    assert count([finding(str(n), "impaired") for n in range(5)]).p is None
    assert count([finding(str(n), "impaired") for n in range(6)]).p == 0.03125


@pytest.mark.parametrize("other", [{"contrast": "con.sarc"}, {"population": "pop.animal"}])
def test_contrasts_and_populations_are_never_mixed(other):
    with pytest.raises(BadInput, match="within one contrast"):
        count([finding("a", "impaired"), finding("b", "impaired", **other)])


def test_nothing_found_is_no_proportion():
    tally = count([])
    assert (tally.n, tally.proportion, tally.interval, tally.p) == (0, None, None, None)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_p_and_interval_are_those_of_a_statistics_library(pair):
    k, n = pair
    known = binomtest(k, n)
    assert binomial_p(k, n) == pytest.approx(known.pvalue)
    interval = known.proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((interval.low, interval.high), abs=1e-9)


@pytest.mark.parametrize(
    ("domain", "worse", "better", "left_out", "p"),
    [("mu_number", 6, 0, 2, 0.03125), ("nmj", 3, 0, 1, None)],
)
def test_the_counts_known_for_the_first_128_reports_come_out(
    shared_data, domain, worse, better, left_out, p
):
    with (shared_data / "domain/studies.csv").open(encoding="utf-8") as file:
        first = {row["study_id"] for row in list(csv.DictReader(file))[:128]}
    with (shared_data / "domain/effects.csv").open(encoding="utf-8") as file:
        found = [
            Finding(
                family=row["cohort_family"] or row["study_id"],
                alignment=row["alignment"],
                contrast=row["contrast"],
                population=row["primary_population"],
            )
            for row in csv.DictReader(file)
            if row["study_id"] in first
            and row["domain"] == domain
            and row["primary_population"] == "pop.human"
            and row["eligibility"] == "include"
            and row["contrast"] in ("con.age", "con.age.corr")
        ]
    tally = count(found)
    assert (tally.worse, tally.better, tally.left_out, tally.p) == (worse, better, left_out, p)
    if domain == "mu_number":
        assert tally.interval == pytest.approx((0.61, 1.0), abs=0.005)
