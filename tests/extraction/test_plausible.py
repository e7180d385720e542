"""What cannot be true is refused in the cell where it stands; what is doubtful is told and kept."""

import copy

import pytest

from review.errors import FormError
from review.extraction.form import read_form
from tests.extraction.forms import FORM

CELLS = "effects.0.numbers.0"


def form_with(shipped, *changes):
    form = copy.deepcopy(FORM)
    for path, value in changes:
        *way, last = path.split(".")
        place = form
        for step in way:
            place = place[int(step) if step.isdigit() else step]
        place[last] = value
    return read_form(form, codebook=shipped.protocol.codebook, definition=shipped.protocol.form)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([(f"{CELLS}.group1_spread", "-3")], "group1_spread: must be zero or above"),
        ([(f"{CELLS}.group1_spread", "8-12")], "is two limits, but an SD is one number"),
        ([(f"{CELLS}.spread_type", "ci"), (f"{CELLS}.group1_spread", "60-70"),
          (f"{CELLS}.group2_spread", "60-80")], "group1_mean: is 50, outside its CI of 60 to 70"),
        ([(f"{CELLS}.group1_median", 9), (f"{CELLS}.group1_spread", "10-20"),
          (f"{CELLS}.spread_type", "iqr")], "group1_median: is 9, outside its IQR"),
        ([(f"{CELLS}.group1_spread", "20-10")], "has its higher limit first"),
        ([(f"{CELLS}.group1_label", "young"), (f"{CELLS}.group1_n", 13)],
         "group1_n: is 13, but the arm 'young' has 12"),
        ([(f"{CELLS}.group1_n", 12), (f"{CELLS}.group1_n_motor_units", 7)],
         "is 7, fewer than the 12 people"),
        ([(f"{CELLS}.group1_n", 3), (f"{CELLS}.group1_n_motor_units", 5000)],
         "more than 1,000 a person are not sampled"),
        ([("effects.0.n_motor_units", "9")], "n_motor_units: is 9, fewer than the 26"),
        ([("arms.0.percent_female", 130)], "percent_female: must be at most 100"),
        ([("arms.0.age", "250")], "beyond the longest life of the species .123 y"),
        ([("arms.0.species", "mouse"), ("arms.0.age", "30"), ("arms.0.age_unit", "y")],
         "beyond the longest life of the species .5 y"),
        ([("arms.0.age_unit", "years")], "age_unit: is 'years', which is none of y, mo, wk, d"),
        ([(f"{CELLS}.unit", "kg")], "measures mass; Jitter .* is measured in us .allowed: s, ms"),
        ([("study.temperature", "37 mV")], "measures voltage, not temperature: allowed: °C"),
        ([("study.temperature", 99)], "must be at most 45, not 99"),
        ([("study.anaesthesia", "isoflurane")], "asked only when population = pop.animal"),
        ([("effects.0.p", "p=1.2")], "a p lies in 0 to 1"),
        ([("effects.0.source", {"quote": "w " * 51})], "has 51 words; quote at most 50"),
        ([("arms.0.sources", {"nn": {"page": 3}})], "is the source of no cell"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(shipped, changes, said):
    with pytest.raises(FormError, match=said):
        form_with(shipped, *changes)


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ([("effects.0.direction", "decrease")], "effects 1, direction", "the means go from 50"),
        ([(f"{CELLS}.group1_spread", 1)], "effects 1, numbers 1, group1_spread", "is it an SE"),
        ([(f"{CELLS}.unit", "")], "effects 1, numbers 1, unit", "is missing"),
        ([("effects.0.source", {})], "effects 1, source", "is missing"),
        ([("effects.0.source", {"figure": "3", "digitised": True})], "effects 1, source", "tool"),
        ([("effects.0.unit_of_analysis", "uoa.mu_naive")],
         "effects 1, numbers 1, unit_of_analysis", "as if people"),
    ],
)  # fmt: skip
def test_what_is_doubtful_is_told_and_the_form_taken(shipped, changes, where, said):
    found = {str(one.where): one.said for one in form_with(shipped, *changes).warnings}
    assert said in found[where]


def test_every_fault_is_told_at_once_in_the_order_of_the_form(shipped):
    with pytest.raises(FormError, match=r"\(and 2 more\)$") as refused:
        form_with(shipped, (f"{CELLS}.unit", "kg"), ("effects.0.p", "2"), ("arms.0.n", 0))
    assert [fault["where"] for fault in refused.value.faults] == [
        "arms 1, n", "effects 1, p", "effects 1, numbers 1, unit",
    ]  # fmt: skip


def test_the_shipped_forms_are_sound(shipped):
    for study in shipped.studies:
        if study.form:
            form = read_form(
                study.form, codebook=shipped.protocol.codebook, definition=shipped.protocol.form
            )
            assert form.effects
