"""A form is taken whole or refused, and the message names the cell."""

import copy
import json

import pytest

from review.errors import BadInput
from review.extraction.form import read_form

FORM = {
    "study": {"population": "human", "design": "des.xs.age", "modifier": ["mod.none"]},
    "arms": [
        {"label": "young", "n": 22, "age": 25.3, "age_unit": "y", "sex": "sex.male"},
        {"label": "old", "n": "20"},
    ],
    "effects": [
        {
            "outcome": "out.mu.number", "contrast": "con.age", "muscle": "ta",
            "method": ["emg.mune.desta"], "direction": "decrease", "arms": ["young", "old"],
            "unit_of_analysis": "participant",
            "numbers": {"group1_mean": 150, "group1_spread": 43, "group2_mean": "91",
                        "spread_type": "sd", "method": "desta"},
            "source": {"page": 4, "table": "2", "quote": "fewer units in the old"},
        }
    ],
}  # fmt: skip


def with_cell(path: str, value: object) -> dict:
    form = copy.deepcopy(FORM)
    *way, last = path.split(".")
    place = form
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return form


def test_a_sound_form_gives_codes_by_facet(codebook):
    extraction = read_form(FORM, codebook=codebook)
    assert extraction.terms["population"] == ("pop.human",)
    assert extraction.primary == "pop.human"
    young, old = extraction.arms
    assert (young.terms["sex"], young.attributes["n"], young.attributes["age"]) == (
        ("sex.male",), 22, "25.3",
    )  # fmt: skip
    assert old.attributes == {"n": 20}
    (effect,) = extraction.effects
    assert effect.terms["muscle"] == ("mus.leg.ta",)
    assert effect.terms["emg_method"] == ("emg.mune.desta",)
    assert effect.numbers[0]["group2_mean"] == 91
    assert effect.numbers[0]["group2_spread_type"] == "sd"
    assert effect.numbers[0]["method"] == "emg.mune.desta"
    assert effect.source["page"] == "4"
    json.dumps([effect.numbers, effect.source, young.attributes])


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("effects.0.direction", "incrase", "effects 1, direction: .*did you mean 'increase'"),
        ("effects.0.direction", None, "effects 1, direction: is missing"),
        ("effects.0.contrast", None, "effects 1, contrast: is missing"),
        ("effects.0.direction", ["increase", "decrease"], "effects 1: .* takes one term"),
        ("effects.0.outcome", 7, "effects 1, outcome: must be a term"),
        ("effects.0.muscel", "ta", "effects 1, muscel: there is no facet.*did you mean 'muscle'"),
        ("effects.0.alignment", "impaired", "effects 1, alignment: .*derived"),
        ("effects.0.species", "mouse", "effects 1, species: .*belongs on an arm"),
        ("effects.0.arms", ["yung"], "effects 1, arms: there is no arm 'yung'.*'young'"),
        ("effects.0.numbers.group1_spread", -1, "numbers 1, group1_spread: must be zero or above"),
        ("effects.0.numbers.group1_spread", "nan", "group1_spread: must be zero or above"),
        ("effects.0.numbers.group1_n", 0, "group1_n: must be a whole number above zero"),
        ("effects.0.numbers.group1_n", 2.5, "group1_n: must be a whole number above zero"),
        ("effects.0.numbers.group1_n", True, "group1_n: must be a number"),
        ("effects.0.numbers.group1_mean", "many", "group1_mean: must be a number"),
        ("effects.0.numbers.group1_mean", float("inf"), "group1_mean: .*finite"),
        ("effects.0.numbers.gruop1_mean", 2, "gruop1_mean: is not a cell of the form"),
        ("effects.0.numbers.spread_type", "sem", "group1_spread_type: .*'se'"),
        ("effects.0.numbers.muscle", "nose", "numbers 1, muscle: there is no term"),
        ("effects.0.source.quote", "word " * 60, "source, quote: has 60 words"),
        ("effects.0.source.leaf", "4", "source, leaf: is not a cell"),
        ("arms.1.label", "young", "arms 2, label: 'young' is the label of another arm"),
        ("arms.1.label", "", "arms 2, label: "),
        ("arms.0.age_unit", "years", "arms 1, age_unit: "),
        ("study.population", ["human", "animal"], "study, primary: .*say which one is primary"),
        ("study.direction", "increase", "study, direction: .*belongs on an effect"),
        ("effects", "x", "effects: must be a list"),
        ("effects", [3], "effects 1: must be a mapping of cells"),
        ("extra", 1, "extra: is not a cell of the form"),
    ],
)
def test_a_faulty_cell_is_named(codebook, path, value, said):
    with pytest.raises(BadInput, match=said):
        read_form(with_cell(path, value), codebook=codebook)


@pytest.mark.parametrize("form", [None, [], "text", 3])
def test_what_is_no_form_is_refused(codebook, form):
    with pytest.raises(BadInput, match="form: must be a mapping of cells"):
        read_form(form, codebook=codebook)


def test_several_faults_are_counted(codebook):
    form = with_cell("effects.0.direction", "sideways")
    form["study"]["population"] = "martian"
    with pytest.raises(BadInput, match=r"\(and 1 more\)$"):
        read_form(form, codebook=codebook)


def test_an_empty_form_holds_nothing(codebook):
    extraction = read_form({}, codebook=codebook)
    assert (extraction.arms, extraction.effects, extraction.terms) == ((), (), {})
