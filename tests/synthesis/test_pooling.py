"""What may be pooled is pooled; what may not is refused, condition by condition."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from review.extraction.shipped import folder
from review.synthesis.effect_sizes import hedges_g, log_ratio
from review.synthesis.grouping import items
from review.synthesis.pool_checks import cumulative, leave_one_out, subgroups
from review.synthesis.pooling import Options, candidates
from review.synthesis.random_effects import pool
from review.synthesis.vote_groups import prioritised
from tests.synthesis.shipped_items import shipped_codebook, shipped_items
from tests.synthesis.test_vote_groups import WORSE

RATE = replace(
    WORSE, outcome="out.mu.rate", domain="mu_drive", methods=("emg.im",), method_family="emg.im"
)


def row(n1=10, m1=20.0, sd1=4.0, n2=11, m2=16.0, sd2=5.0, **more):
    return {
        "group1_label": "young", "group1_n": n1, "group1_mean": m1, "group1_spread": sd1,
        "group1_spread_type": "sd", "group2_label": "old", "group2_n": n2, "group2_mean": m2,
        "group2_spread": sd2, "group2_spread_type": "sd", "unit": "Hz",
        "unit_of_analysis": "uoa.participant", **more,
    }  # fmt: skip


def study(n, *rows, **more):
    family = more.pop("family", f"f{n}")
    return replace(RATE, id=n, study=n, label=f"S{n}", family=family, numbers=rows, **more)


def pooled(items, **how):
    return candidates(items, shipped_codebook(), Options(**how))


def three(**more):
    return [study(n, row(m2=16.0 - n), **more) for n in range(3)]


def reasons(items, **how):
    (found,) = pooled(items, **how)
    return found.verdict, "; ".join(found.reasons)


def test_three_families_of_one_kind_are_pooled_and_fewer_are_not():
    assert pooled(three())[0].verdict == "pooled"
    assert reasons(three()[:2]) == (
        "shown", "only 2 cohort families have usable numbers, 3 are needed",
    )  # fmt: skip
    assert reasons(three()[:1])[0] == "refused"


def test_reports_of_one_family_bring_one_comparison():
    again = study(7, row(n1=4), family="f0")
    (found,) = pooled([*three(), again])
    assert [len(entry.of) for entry in found.entries] == [1, 1, 1]
    assert found.pooled.mu == pytest.approx(pooled(three())[0].pooled.mu)
    assert found.entries[0].others == 1


def test_of_one_family_the_longest_follow_up_counts_before_the_newest_report():
    short = study(7, row(n1=4, follow_up=3.0), family="f0", year=2024)
    long = study(8, row(n1=5, follow_up=1.0, follow_up_unit="y"), family="f0", year=2001)
    none = study(9, row(n1=6), family="f0", year=2025)
    (found,) = pooled([*three()[1:], none, short, long])
    assert [e.of[0].item.study for e in found.entries if e.family == "f0"] == [8]
    assert [item.study for item in prioritised([none, short, long])] == [8]
    (found,) = pooled([*three()[1:], none, replace(short, numbers=(row(n1=4),))])
    assert [e.of[0].item.study for e in found.entries if e.family == "f0"] == [9]


@given(st.permutations(range(5)))
def test_the_order_of_the_studies_says_nothing(order):
    items = [study(n, row(m2=19.0 - n)) for n in range(5)]
    (a,), (b,) = pooled(items), pooled([items[i] for i in order])
    assert (a.pooled.mu, a.pooled.tau2) == pytest.approx((b.pooled.mu, b.pooled.tau2))


@pytest.mark.parametrize(
    ("change", "row_change", "said"),
    [
        ({"exact": "con.prepost", "contrast": "con.prepost"}, {}, "same people twice"),
        ({"exact": "con.age.corr"}, {}, "compares no two groups"),
        ({"species": "sp.mouse; sp.rat"}, {}, "several: sp.mouse; sp.rat"),
        ({"outcome": "out.nmj.release"}, {}, "not one"),
        ({"outcome": "out.mu"}, {}, "not one"),
        ({"methods": ("emg.im", "emg.surface"), "method_family": "emg.im + emg.surface"}, {},
         "several: emg.im"),
        ({}, {"group2_mean": None}, "no mean"),
        ({}, {"group1_spread": None}, "no spread"),
        ({}, {"group1_n": None}, "no n of people"),
        ({}, {"poolable": "no", "note": "force not matched"}, "marked not to be pooled"),
        ({}, {"unit_of_analysis": "uoa.mu_naive"}, "motor units were tested as if"),
        ({}, {"group1_spread": 0.0, "group2_spread": 0.0}, "SDs are zero"),
    ],
)  # fmt: skip
def test_each_condition_that_is_not_met_is_named(change, row_change, said):
    items = [study(n, row(**row_change), **change) for n in range(3)]
    verdict, why = reasons(items)
    assert verdict == "refused"
    lost = "; ".join(one.why for one in pooled(items)[0].unsound)
    assert said in why + lost


def test_contrasts_species_methods_and_populations_are_never_in_one_pool():
    other = [
        study(5, row(), exact="con.athlete", contrast="con.athlete"),
        study(6, row(), population="pop.animal", species="sp.mouse"),
        study(7, row(method="emg.surface.hd")),
    ]
    found = pooled([*three(), *other])
    assert [len(one.entries) for one in found] == [3, 1, 1, 1]


def test_people_need_no_species_and_animals_do():
    row_of = {
        "id": 1, "study_id": 1, "study_label": "A", "cohort_family": "", "numbers": [],
        "facets": {"population": ["pop.human"], "outcome": ["out.mu.rate"]},
    }  # fmt: skip
    (human,) = items([row_of], shipped_codebook())
    (animal,) = items([row_of | {"facets": {"population": ["pop.animal"]}}], shipped_codebook())
    assert (human.species, animal.species) == ("sp.human", "")
    verdict, why = reasons([study(n, row(), species="") for n in range(3)])
    assert (verdict, why) == ("refused", "one species: none is given")


def test_numbers_from_another_teams_table_are_marked_and_can_be_switched_off():
    items = [*three()[:2], study(9, row(poolable="secondary"))]
    (found,) = pooled(items)
    assert (found.verdict, sum(e.secondary for e in found.entries)) == ("pooled", 1)
    assert pooled(items, secondary=False)[0].verdict == "shown"


def test_a_study_reporting_itself_comes_before_another_teams_table():
    own = study(0, row(m2=15.0, poolable="secondary"), row(m2=12.0))
    (found,) = pooled([own, *three()[1:]])
    assert found.entries[0].of[0].two.mean == 12.0


def test_all_of_a_family_together_shares_its_control_group_and_its_people():
    rows = (row(n1=20, n2=20, task="25%"), row(n1=20, n2=20, task="50%"),
            row(n1=20, n2=20, group2_label="very old", m2=10.0))  # fmt: skip
    (one,) = pooled([study(0, *rows), *three()[1:]])
    (all_,) = pooled([study(0, *rows), *three()[1:]], dependence="combine")
    # two outcomes of the same people and a second old group with a shared young one: more is
    # known than from one comparison, and less than from three studies
    entry, whole = one.entries[0].size, all_.entries[0].size
    assert whole.v < entry.v * 1.5
    assert whole.v > entry.v / 3
    assert len(all_.entries[0].of) == 3


def test_ratio_scales_are_pooled_as_ratios_and_the_rest_as_g():
    assert pooled(three())[0].measure == "rom"
    assert pooled([replace(i, outcome="out.strength") for i in three()])[0].measure == "g"
    below = [study(n, row(m1=-2.0)) for n in range(3)]
    assert pooled(below)[0].measure == "g"
    assert pooled(three(), measure="g")[0].measure == "g"
    mixed = [*three()[:2], study(2, row(unit="pps"))]
    assert "one unit" in reasons(mixed, measure="md")[1]


def test_without_each_family_by_subgroup_and_by_year():
    items = [study(n, row(m2=16.0 - n, muscle="mus.leg.ta" if n < 2 else "mus.arm.bb"),
                   year=2000 + n) for n in range(4)]  # fmt: skip
    (found,) = pooled(items)
    options = Options()
    assert [len(s.families) for s in leave_one_out(found.entries, options)] == [3] * 4
    assert [s.name for s in cumulative(found.entries, options)] == ["to 2001", "to 2002", "to 2003"]
    steps, between = subgroups(found.entries, "muscle", options)
    assert [(s.name, s.pooled.k) for s in steps] == [("mus.arm.bb", 2), ("mus.leg.ta", 2)]
    assert between.df == 1
    assert leave_one_out(found.entries[:2], options) == []


def test_the_one_pool_the_shipped_data_allow_is_the_discharge_rate_and_it_is_that_of_pandas():
    numbers = pd.read_csv(folder() / "numbers.csv")
    own = numbers[numbers.outcome.eq("out.mu.rate") & numbers.contrast.eq("con.age")
                  & numbers.poolable.isin(["yes", "secondary"])]  # fmt: skip
    n1, n2, m1, m2 = (
        own.group1_n.astype(int),
        own.group2_n.astype(int),
        own.group1_mean,
        own.group2_mean,
    )
    s1, s2 = own.group1_spread.astype(float), own.group2_spread.astype(float)
    df = n1 + n2 - 2
    g = (1 - 3 / (4 * df - 1)) * (m2 - m1) / (((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df) ** 0.5
    w = 1 / (1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2)))
    mean = (w * g).sum() / w.sum()

    found = pooled(shipped_items(), measure="g", estimator="DL", hartung_knapp=False)
    (rate,) = [one for one in found if one.verdict == "pooled"]
    assert (rate.outcome, rate.contrast, rate.method) == ("out.mu.rate", "con.age", "emg.im")
    assert (len(rate.entries), sum(e.secondary for e in rate.entries)) == (len(own), 5)
    assert rate.pooled.tau2 == 0  # so the mean is that of a common effect
    assert rate.pooled.mu == pytest.approx(mean, abs=2e-4)
    assert (rate.pooled.mu, *rate.pooled.interval) == pytest.approx((-0.71, -1.07, -0.35), abs=5e-3)


def test_of_the_shipped_data_motor_unit_number_is_shown_and_everything_else_refused():
    found = pooled(shipped_items(), measure="g")
    verdicts = {}
    for one in found:
        verdicts.setdefault(one.verdict, []).append(one)
    (number,) = verdicts["shown"]
    assert (number.outcome, number.method, len(number.entries)) == ("out.mu.number", "emg.mune", 2)
    assert number.pooled.mu == pytest.approx(-1.97, abs=0.01)
    assert all(one.reasons for one in verdicts["refused"])
    assert len(found) == len(verdicts["refused"]) + 2
    assert not [o for o in pooled(shipped_items(), secondary=False) if o.verdict == "pooled"]


def test_the_pool_is_the_model_of_its_effect_sizes():
    (found,) = pooled(three())
    known = pool([log_ratio(e.of[0].one, e.of[0].two) for e in found.entries])
    assert found.pooled == known
    (by_g,) = pooled(three(), measure="g")
    assert by_g.pooled == pool([hedges_g(e.of[0].one, e.of[0].two) for e in by_g.entries])
