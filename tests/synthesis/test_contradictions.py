"""Contradictions are computed, and each that the shipped data hold can be seen."""

from dataclasses import replace

import pytest

from review.synthesis.contradictions import between_studies, order_conflicts, within_studies
from review.synthesis.matrix import modifier_cells, units_of_analysis
from tests.synthesis.shipped_items import shipped_items
from tests.synthesis.test_vote_groups import BETTER, SAME, WORSE, families


def sides(found):
    return {way: {item.label for item in some} for way, some in found.sides.items()}


def disagreement(outcome, contrast, species, *, everything=True):
    """Who says what of one outcome, by the labels of the shipped studies."""
    (found,) = [
        one
        for one in between_studies(shipped_items(everything=everything))
        if (one.outcome, one.contrast, one.species) == (outcome, contrast, species)
    ]
    return found, sides(found)


def test_studies_that_agree_are_no_contradiction_and_one_study_alone_is_none():
    assert between_studies(families(WORSE, WORSE)) == []
    one = [replace(WORSE, id=1), replace(BETTER, id=2)]
    assert between_studies(one) == []
    assert len(between_studies(families(WORSE, BETTER))) == 1


def test_contrasts_species_and_populations_do_not_contradict_each_other():
    assert between_studies(families(WORSE, replace(BETTER, contrast="con.sarc"))) == []
    assert between_studies(families(WORSE, replace(BETTER, species="sp.rat"))) == []


def test_what_differs_between_the_sides_is_told_and_what_is_the_same_is_not():
    (found,) = between_studies(families(WORSE, replace(SAME, muscles=("mus.leg.sol",))))
    assert found.differs["muscle"] == {"decrease": ("mus.leg.ta",), "no_change": ("mus.leg.sol",)}
    assert "method" not in found.differs
    assert not found.opposed


@pytest.mark.parametrize(
    ("outcome", "contrast", "species", "said"),
    [
        ("out.nmj.release", "con.age", "sp.mouse",
         {"increase": {"kelly1983", "willadt2016", "alshuaib1990ca"}, "no_change": {"chugh2020"},
          "decrease": {"lee2017lama4"}}),
        ("out.mu.number", "con.athlete", "sp.human",
         {"increase": {"power2010", "power2012", "power2016"}, "no_change": {"piasecki2016ta"}}),
        ("out.nmj.jiggle", "con.age", "sp.human",
         {"increase": {"hourigan2015", "piasecki2016vl"}, "no_change": {"piasecki2016ta"}}),
        ("out.mu.number", "con.sarc", "sp.human",
         {"no_change": {"gilmore2017"}, "decrease": {"drey2013"}}),
        ("out.mu.size", "con.sarc", "sp.human",
         {"increase": {"drey2013"}, "decrease": {"piasecki2018"}}),
        ("out.mu.number", "con.age", "sp.human",
         {"no_change": {"dalton2008"}, "mixed": {"galea1996"}, "decrease": {"mcneil2005"}}),
        ("out.mu.sync", "con.age", "sp.human",
         {"increase": {"mucoherence2003"}, "decrease": {"guo2024pic"}}),
        ("out.nmj.general", "con.interv", "sp.mouse",
         {"no_change": {"greising2017"}, "increase": {"chugh2021"}}),
    ],
)  # fmt: skip
def test_each_contradiction_of_the_shipped_data_is_found(outcome, contrast, species, said):
    found, who = disagreement(outcome, contrast, species)
    for way, labels in said.items():
        assert labels <= who[way]
    assert "cohort" in found.differs


def test_unit_number_falls_at_an_age_at_which_strength_holds():
    (found,) = [one for one in within_studies(shipped_items()) if one.label == "mcneil2005"]
    assert [item.outcome for item in found.changed] == ["out.mu.number"]
    assert [item.outcome for item in found.unchanged] == ["out.strength"]


def test_where_the_junction_fails_while_release_holds_the_fault_may_lie_in_the_fibre():
    found = within_studies(shipped_items(everything=True))
    (chugh,) = [one for one in found if (one.label, one.contrast) == ("chugh2020", "con.age")]
    assert "out.nmj.blocking" in {item.outcome for item in chugh.changed}
    assert "out.nmj.release" in {item.outcome for item in chugh.unchanged}
    assert ("payne2009", "out.muscle_excit") in {(i.label, i.outcome) for i in chugh.elsewhere}


def test_in_mice_the_junction_comes_first_in_one_study_and_not_in_another():
    (found,) = [one for one in order_conflicts(shipped_items()) if one.species == "sp.mouse"]
    assert found.stage == "c1"
    assert {one.label for one in found.first} == {"chung2018"}
    assert "chugh2020" in {one.label for one in found.not_first}


def test_training_betters_transmission_and_leaves_the_number_of_units():
    cells = {
        (cell.modifier, cell.outcome): cell
        for cell in modifier_cells(shipped_items())
        if cell.contrast == "con.interv" and cell.population == "pop.animal"
    }
    better, same = (cells["mod.ex.endurance", o] for o in ("out.nmj.general", "out.mu.number"))
    assert (better.arrow, better.group.tally.better) == ("↑", 1)
    assert (same.arrow, same.group.tally.none) == ("→", 1)


def test_tests_over_units_as_if_people_are_told_with_both_numbers():
    naive = [one for one in units_of_analysis(shipped_items()) if one.naive]
    assert len(naive) == 7
    assert {one.item.label for one in naive} >= {"tracy2005", "connelly1999"}
    tracy = next(one for one in naive if one.item.label == "tracy2005")
    assert (tracy.people, tracy.motor_units) == ((11, 14), "78 in all")
