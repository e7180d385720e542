"""A form is defined in the protocol; what is wrong with it is one sentence with file and line."""

import pytest

from review.errors import ProtocolError
from review.protocol import parse
from review.protocol.default import default_text
from review.protocol.units import convert, matching, unit

BASE = default_text().partition("\ncodebook:")[0]
CODEBOOK = """
codebook:
  facets:
  - {id: population, label: Population, level: study, terms: [{code: pop.human, label: Human}]}
"""


def parsed(form: str):
    return parse(BASE + CODEBOOK + "extraction:\n" + form, name="p.yaml")


def test_without_a_definition_the_form_is_that_of_every_review():
    form = parse(BASE + CODEBOOK).form
    assert (form.extractors, form.defined, form.groups) == (2, False, ())
    assert "population" in form.study.shown
    assert {"group1_mean", "group1_spread_type", "unit_of_analysis"} <= set(form.numbers.shown)


def test_a_section_asks_for_the_cells_it_names_and_takes_those_of_every_form():
    form = parsed(
        "  form:\n    arms:\n    - {id: n, required: true, label: Number}\n"
        "    - {id: diet, type: choice, values: [yes, no]}\n"
    ).form
    assert form.arms.shown == ("label", "n", "diet")
    n = form.arms.field("n")
    assert n is not None
    assert (n.type, n.required, n.title) == ("count", True, "Number")
    assert form.arms.field("age") is not None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("  extractors: 3\n", r"line \d+: extraction.extractors is 3, which is none of 1 or 2"),
        ("  form:\n    study:\n    - {id: x, tpye: text}\n", "tpye is an unknown key.*'type'"),
        ("  form:\n    study:\n    - {id: x, type: choice}\n", "values is missing: choice needs"),
        ("  form:\n    study:\n    - {id: x}\n    - {id: x}\n", "2.id 'x' is given twice"),
        ("  form:\n    study:\n    - {id: sources}\n", "is a part of every form"),
        ("  form:\n    study:\n    - {id: x, type: number, unit: ms, units: [mV]}\n",
         "units mixes time and voltage"),
        ("  form:\n    study:\n    - {id: x, type: number, unit: ms, units: [blinks]}\n",
         "'blinks', which cannot be converted"),
        ("  form:\n    study:\n    - {id: x, type: number, min: 5, max: 1}\n", "below the min"),
        ("  form:\n    study:\n    - {id: x, type: facet, facet: populaton}\n",
         "names no facet: 'populaton' .did you mean 'population'"),
        ("  form:\n    study:\n    - {id: x, when: y = 1}\n", "when names 'y', no cell of study"),
        ("  form:\n    study:\n    - {id: x, when: population = ape}\n", "no term 'ape'"),
        ("  form:\n    study:\n    - {id: x, when: soon}\n", "write FIELD = VALUE"),
        ("  form:\n    arms:\n    - {id: n, type: text}\n", "but n is 'count' always"),
        ("  form:\n    groups:\n    - {id: arms, fields: [{id: x}]}\n", "another part of the form"),
    ],
)  # fmt: skip
def test_a_fault_in_the_definition_is_one_sentence_with_its_line(form, said):
    with pytest.raises(ProtocolError, match=said) as refused:
        parsed(form)
    assert str(refused.value).startswith("p.yaml, line ")


@pytest.mark.parametrize(
    ("value", "from_", "to", "there"),
    [
        (50, "µs", "ms", 0.05),
        (300.15, "K", "°C", 27),
        (98.6, "°F", "°C", 37),
        (2, "y", "mo", 24),
        (1, "N·m", "mNm", 1000),
        (3, "ms", "mV", None),
        (3, "MUNIX", "ms", None),
    ],
)
def test_units_convert_within_their_dimension_alone(value, from_, to, there):
    found = convert(value, from_, to)
    assert found == (None if there is None else pytest.approx(there))


def test_a_unit_is_known_however_it_is_spelt_but_not_by_case_where_that_tells():
    assert matching("msec", ["us", "ms"]) == "ms"
    assert unit("mM") != unit("mm")
    assert unit("UV") == unit("uV")
