"""Two forms are compared cell by cell: by value, whatever the unit, the spelling or the order."""

import copy

import pytest
from hypothesis import given, settings, strategies as st

from review.errors import BadInput
from review.extraction.comparison import compare
from review.extraction.form import read_form
from review.extraction.settled_form import Choice, all_of, read_choices, settled
from tests.extraction.forms import FORM, forms, with_cell


def differences(a, b, shipped):
    protocol = shipped.protocol
    return compare(a, b, definition=protocol.form, codebook=protocol.codebook).differences


def read(form, shipped):
    protocol = shipped.protocol
    return read_form(form, codebook=protocol.codebook, definition=protocol.form).form


@settings(max_examples=40)
@given(form=forms())
def test_a_form_does_not_differ_from_itself(shipped, form):
    normal = read(form, shipped)
    assert not differences(normal, copy.deepcopy(normal), shipped)
    turned = {**normal, "arms": normal["arms"][::-1], "effects": normal["effects"][::-1]}
    assert not differences(normal, turned, shipped)


@settings(max_examples=40)
@given(a=forms(), b=forms(), data=st.data())
def test_settling_gives_the_form_that_was_chosen(shipped, a, b, data):
    a, b = read(a, shipped), read(b, shipped)
    comparison = compare(a, b, definition=shipped.protocol.form, codebook=shipped.protocol.codebook)
    for takes, form in (("A", a), ("B", b)):
        chosen = settled(comparison, all_of(comparison, takes))
        assert read(chosen, shipped)
        assert not differences(chosen, form, shipped)
    mixed = [
        Choice(cell=cell.cell, takes=data.draw(st.sampled_from(["A", "B"])))
        for cell in comparison.differences
    ]
    done = settled(comparison, mixed)
    kept = {c.cell: c.takes for c in mixed}
    for cell in compare(
        done, a, definition=shipped.protocol.form, codebook=shipped.protocol.codebook
    ).differences:
        assert "B" in kept.values(), cell.cell


@settings(max_examples=40)
@given(a=forms(), b=forms())
def test_who_comes_first_makes_no_difference(shipped, a, b):
    a, b = read(a, shipped), read(b, shipped)
    one, other = differences(a, b, shipped), differences(b, a, shipped)
    assert len(one) == len(other)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("effects.0.numbers", {"group1_mean": 0.05, "group1_spread": 0.01, "group2_mean": 0.07,
                               "group2_spread": 0.02, "spread_type": "sd", "unit": "ms"}),
        ("effects.0.p", "p<.05"),
        ("arms.0.label", "YOUNG "),
        ("arms.0.age_unit", "y"),
        ("study.temperature", "305.15 K"),
        ("effects.0.source", {"page": "5", "quote": "another place"}),
        ("effects.0.note", "my own words"),
        ("effects.0.muscle", "Tibialis anterior"),
    ],
)  # fmt: skip
def test_the_same_value_otherwise_written_is_no_difference(shipped, path, value):
    changed = read(with_cell(path, value), shipped)
    assert not differences(read(FORM, shipped), changed, shipped)


@pytest.mark.parametrize(
    ("path", "value", "cell"),
    [
        ("effects.0.numbers.0.group1_mean", 55, "effects 1, numbers 1, group1_mean"),
        ("effects.0.numbers.0.unit", None, "effects 1, numbers 1, unit"),
        ("effects.0.direction", "decrease", "effects 1, direction"),
        ("effects.0.arms", ["young"], "effects 1, arms"),
        ("arms.0.n", 13, "arms 1, n"),
        ("arms.1", None, "arms 2"),
        ("study.country", "Norway", "study, country"),
        ("study.temperature", "306 K", "study, temperature"),
        ("modifiers", [{"modifier": "mod.none", "dose": "80 % 1RM"}], "modifiers 1"),
    ],
)
def test_a_difference_is_named_by_its_cell(shipped, path, value, cell):
    b = with_cell(path, value)
    if path == "arms.1":
        b["effects"][0]["arms"] = ["young"]
    found = [one.cell for one in differences(read(FORM, shipped), read(b, shipped), shipped)]
    assert cell in found


def test_an_arm_called_otherwise_is_the_same_arm_and_effects_follow_its_name(shipped):
    b = copy.deepcopy(FORM)
    b["arms"][1]["label"] = "older adults"
    b["effects"][0]["arms"] = ["young", "older adults"]
    a, b = read(FORM, shipped), read(b, shipped)
    comparison = compare(a, b, definition=shipped.protocol.form, codebook=shipped.protocol.codebook)
    assert [one.cell for one in comparison.differences] == ["arms 2, label"]
    new = Choice(cell="arms 2, label", takes="new", value="old (60-81)", why="as in Table 1")
    form = settled(comparison, [new])
    assert form["arms"][1]["label"] == "old (60-81)"
    assert form["effects"][0]["arms"] == ["young", "old (60-81)"]


def test_a_cell_keeps_the_source_of_the_side_it_was_taken_from(shipped):
    b = with_cell("arms.0.n", 13)
    b["arms"][0]["sources"] = {"n": {"page": "2", "quote": "thirteen young men"}}
    a, b = read(FORM, shipped), read(b, shipped)
    comparison = compare(a, b, definition=shipped.protocol.form, codebook=shipped.protocol.codebook)
    form = settled(comparison, all_of(comparison, "B"))
    assert form["arms"][0]["n"] == 13
    assert form["arms"][0]["sources"]["n"]["quote"] == "thirteen young men"


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ([{"cell": "arms 1, n", "takes": "C"}], "takes A, B or new"),
        ([{"cell": "arms 1, n", "takes": "new", "value": 9}], "say why"),
        ([{"cell": "arms 1, m", "takes": "A"}], "is no difference.*did you mean 'arms 1, n'"),
        ([], "arms 1, n not settled yet"),
    ],
)
def test_a_choice_that_settles_nothing_is_refused(shipped, given_, said):
    a, b = read(FORM, shipped), read(with_cell("arms.0.n", 13), shipped)
    comparison = compare(a, b, definition=shipped.protocol.form, codebook=shipped.protocol.codebook)
    with pytest.raises(BadInput, match=said):
        settled(comparison, read_choices(given_))
