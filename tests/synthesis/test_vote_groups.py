"""Votes are counted in groups that may be compared, one vote a cohort family."""

import csv
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from review.errors import BadInput
from review.extraction.shipped import folder
from review.synthesis.grouping import Item
from review.synthesis.sensitivity import check, sensitivity
from review.synthesis.vote_groups import prioritised, vote_groups
from tests.synthesis.shipped_items import shipped_items

WORSE = Item(
    id=1, study=1, label="A 2001", family="a", year=2001, population="pop.human",
    species="sp.human", contrast="con.age", exact="con.age", outcome="out.mu.number",
    domain="mu_number", cascade="c2", direction="decrease", alignment="impaired", ambiguous=False,
    muscles=("mus.leg.ta",), methods=("emg.mune.sta",), method_family="emg.mune", modifiers=(),
    criteria=(), risk=None, verified="yes",
)  # fmt: skip
BETTER = replace(WORSE, direction="increase", alignment="preserved")
SAME = replace(WORSE, direction="no_change", alignment="neutral")


def families(*some):
    """One item a family and study, in that order."""
    return [
        replace(item, id=n, study=n, family=f"f{n}", label=f"S{n}") for n, item in enumerate(some)
    ]


def only(items, **more):
    (group,) = vote_groups(items, **more)
    return group


def test_a_family_votes_once_however_many_reports_it_has():
    one = families(WORSE, WORSE, BETTER)
    twin = replace(one[0], id=90, study=90, label="the same people again")
    assert only([*one, twin]).tally == only(one).tally
    assert (only(one).tally.worse, only(one).tally.better) == (2, 1)


@given(st.lists(st.sampled_from([WORSE, BETTER, SAME]), min_size=1, max_size=9), st.randoms())
def test_the_order_of_the_effects_and_a_second_report_of_all_of_them_change_nothing(some, random):
    items = families(*some)
    shuffled = list(items)
    random.shuffle(shuffled)
    again = [replace(item, id=item.id + 100, study=item.study + 100) for item in items]
    assert only(items).tally == only(shuffled).tally == only([*items, *again]).tally


def test_contrasts_populations_and_outcome_domains_are_groups_of_their_own():
    other = [
        replace(WORSE, contrast="con.sarc", exact="con.sarc"),
        replace(WORSE, population="pop.animal", species="sp.mouse"),
        replace(WORSE, domain="strength", outcome="out.strength"),
    ]
    assert len(vote_groups(families(WORSE, *other))) == 4


def test_a_correlation_with_age_counts_with_a_comparison_of_ages_and_a_longitudinal_change_not():
    correlated = replace(WORSE, exact="con.age.corr")
    later = replace(WORSE, contrast="con.age.long", exact="con.age.long")
    tallies = {g.contrast: g.tally.worse for g in vote_groups(families(WORSE, correlated, later))}
    assert tallies == {"con.age": 2, "con.age.long": 1}


def test_what_the_direction_of_an_outcome_means_is_not_guessed():
    size = replace(WORSE, ambiguous=True, direction="no_change", alignment="neutral")
    group = only(families(size, WORSE))
    assert (group.tally.ambiguous, group.tally.none, group.tally.worse) == (1, 0, 1)
    mixed = replace(WORSE, direction="mixed", alignment="ambiguous")
    assert only(families(mixed)).tally.conflicting == 1
    unknown = replace(WORSE, direction="not_extracted", alignment="")
    group = only(families(unknown, WORSE))
    assert (group.tally.left_out, len(group.of("not given"))) == (0, 1)


def test_a_difference_between_the_sexes_never_votes():
    group = only(families(replace(WORSE, contrast="con.sexmeno", exact="con.sexmeno")))
    assert (group.tally.n, group.tally.left_out) == (0, 0)
    assert "neither worse nor better" in group.why_no_p


def test_species_are_counted_apart_within_animals():
    mouse = replace(WORSE, population="pop.animal", species="sp.mouse")
    rat = replace(BETTER, population="pop.animal", species="sp.rat")
    parts = {p.species: (p.tally.worse, p.tally.better) for p in only(families(mouse, rat)).parts}
    assert parts == {("sp.mouse",): (1, 0), ("sp.rat",): (0, 1)}


def test_no_p_below_six_families_and_the_reason_said():
    assert "fewer than 6" in only(families(*[WORSE] * 5)).why_no_p
    assert only(families(*[WORSE] * 6)).why_no_p == ""


def test_without_the_studies_at_risk_stands_beside_the_whole():
    low = replace(BETTER, risk="low")
    group = only(families(*[replace(WORSE, risk="high")] * 3, low, replace(WORSE, risk="some")))
    found = sensitivity(group, "risk_of_bias")
    assert [(s.name, s.tally.worse, s.tally.better) for s in (found.whole, *found.subsets)] == [
        ("all", 4, 1), ("low", 0, 1), ("low and some", 1, 1),
    ]  # fmt: skip
    assert found.changed == ("low", "low and some")


def test_what_nobody_appraised_is_of_no_risk_that_is_known():
    found = sensitivity(only(families(WORSE, WORSE)), check("risk-of-bias"))
    assert found.empty == ("low", "low and some")
    assert "none is known to be of low risk" in found.note


def test_one_family_after_the_other_is_left_out():
    found = sensitivity(only(families(WORSE, BETTER, BETTER)), "family")
    assert [(s.tally.worse, s.tally.better) for s in found.subsets] == [(0, 2), (1, 1), (1, 1)]


def test_of_a_family_the_study_with_the_lowest_risk_speaks_then_the_newest():
    old = replace(WORSE, id=1, study=1, year=1999, risk="low")
    new = replace(BETTER, id=2, study=2, year=2020, risk="high")
    assert prioritised([old, new]) == [old]
    assert prioritised([replace(old, risk=None), replace(new, risk=None)])[0].year == 2020


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(BadInput, match="risk_of_bias"):
        check("risk_of_bia")


@pytest.mark.parametrize("domain", ["mu_number", "nmj", "strength", "mu_drive"])
def test_the_shipped_counts_are_those_of_pandas_on_its_files(domain):
    """Counted a second way: from the files themselves, with pandas."""
    effects, numbers, studies = (
        pd.read_csv(folder() / f"{name}.csv", dtype=str, keep_default_na=False)
        for name in ("effects", "numbers", "studies")
    )
    key = ["study_id", "outcome", "contrast"]
    # numbers of an outcome that no effect tells are an effect of their own, one where they agree
    alone = numbers.merge(effects[key].drop_duplicates(), on=key, how="left", indicator=True)
    alone = alone[alone._merge.eq("left_only") & alone.direction.eq("decrease")]
    alone = alone.drop_duplicates(key).assign(alignment="impaired")
    table = pd.concat([effects, alone]).merge(
        studies[["study_id", "eligibility", "primary_population", "cohort_family"]], on="study_id"
    )
    group = next(
        g for g in vote_groups(shipped_items())
        if (g.population, g.contrast, g.domain) == ("pop.human", "con.age", domain)
    )  # fmt: skip
    clear = {"impaired": "worse", "preserved": "better", "neutral": "none"}
    own = table[
        (table.eligibility == "include")
        & (table.primary_population == "pop.human")
        & table.contrast.isin(["con.age", "con.age.corr"])
        & table.outcome.isin(group.outcomes)
        & ~table.outcome.isin(["out.mu.sync", "out.mu.recruit"])  # their direction means nothing
        & table.alignment.isin(clear)
    ]
    family = own.cohort_family.where(own.cohort_family != "", own.study_id)
    said = {"worse": 0, "better": 0, "none": 0, "conflicting": 0}
    for _, some in own.groupby(family):
        shares = some.alignment.map(clear).value_counts(normalize=True)
        said[shares.index[0] if shares.iloc[0] >= 0.7 else "conflicting"] += 1
    tally = group.tally
    assert (tally.worse, tally.better, tally.none) == (said["worse"], said["better"], said["none"])
    # what goes both ways within one effect is conflicting too, and has no direction in the file
    assert tally.conflicting >= said["conflicting"]


@pytest.mark.parametrize(
    ("domain", "worse", "better", "left_out", "p"),
    [("mu_number", 6, 0, 2, 0.03125), ("nmj", 3, 0, 1, None)],
)
def test_the_counts_known_for_the_first_128_reports_come_out_of_the_groups(
    shared_data, domain, worse, better, left_out, p
):
    with (shared_data / "domain/studies.csv").open(encoding="utf-8") as file:
        first = {row["study_id"] for row in list(csv.DictReader(file))[:128]}
    with (shared_data / "domain/effects.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["study_id"] in first]
    items = [
        replace(
            WORSE,
            id=n,
            study=n,
            family=row["cohort_family"] or row["study_id"],
            population=row["primary_population"],
            contrast="con.age" if row["contrast"] == "con.age.corr" else row["contrast"],
            outcome=row["outcome"],
            domain=row["domain"],
            direction=row["direction"],
            alignment=row["alignment"],
            ambiguous=row["impairment_direction"] not in ("increase", "decrease"),
        )
        for n, row in enumerate(rows)
        if row["eligibility"] == "include"
    ]
    group = next(
        g for g in vote_groups(items)
        if (g.population, g.contrast, g.domain) == ("pop.human", "con.age", domain)
    )  # fmt: skip
    tally = group.tally
    assert (tally.worse, tally.better, tally.left_out, tally.p) == (worse, better, left_out, p)
