import pytest
from hypothesis import given, strategies as st

from review.synthesis.builder import put_together, taken_apart
from review.synthesis.expression import parse
from review.synthesis.narrowing import asked, narrowed, without
from review.synthesis.query import unparse
from tests.synthesis.test_expression import CODEBOOK, facet_comparisons, field_comparisons, read

SIMPLE = facet_comparisons() | field_comparisons()


@pytest.mark.parametrize(
    "text",
    [
        "population = human",
        'not population = human and year >= 2000 and title ~ "a b"',
        "(outcome = jitter or outcome = mu.size) and not (year = 1 and year = 2)",
        "study has (outcome = jitter and year >= 1) and not study has (outcome under nmj)",
        "age >= 24 mo or lifespan >= 80 or risk_of_bias in (low, some)",
    ],
)
def test_an_expression_goes_through_the_builder_unchanged(text):
    taken = taken_apart(read(text))
    assert put_together(taken, CODEBOOK) == unparse(read(text))


@given(st.lists(SIMPLE, min_size=1, max_size=4), st.sampled_from(["and", "or"]))
def test_any_list_of_conditions_goes_through_the_builder_unchanged(items, join):
    text = f" {join} ".join(map(unparse, items))
    assert put_together(taken_apart(read(text)), CODEBOOK) == unparse(read(text))


def test_what_nests_deeper_than_groups_of_conditions_has_no_builder():
    assert taken_apart(read("((year = 1 and year = 2) or year = 3) and year = 4")) is None


def test_conditions_that_are_not_filled_in_yet_are_left_out():
    empty = {"name": "outcome", "op": "in", "not": False, "values": []}
    group = {"join": "and", "not": False, "study": False, "conditions": [empty]}
    assert put_together({"join": "and", "groups": [group]}, CODEBOOK) == ""
    group["conditions"].append({"name": "year", "op": ">", "not": True, "values": ["1999"]})
    assert put_together({"join": "and", "groups": [group]}, CODEBOOK) == "not year > 1999"


def test_terms_of_one_facet_are_alternatives_and_facets_narrow_each_other():
    expr = narrowed(read("year >= 2000"), "outcome", "out.nmj.jitter")
    expr = narrowed(expr, "outcome", "out.mu.size")
    expr = narrowed(expr, "population", "pop.human")
    assert unparse(expr) == (
        "year >= 2000 and outcome in (out.nmj.jitter, out.mu.size) and population = pop.human"
    )
    assert asked(expr) == {
        "outcome": ("out.nmj.jitter", "out.mu.size"),
        "population": ("pop.human",),
    }
    assert unparse(without(expr, "outcome")) == "year >= 2000 and population = pop.human"
    assert narrowed(narrowed(None, "outcome", "out.mu.size"), "outcome", "out.mu.size") is None


def test_a_term_with_terms_below_takes_the_place_of_those():
    expr = narrowed(read("outcome = jitter"), "outcome", "out.nmj", below=True)
    assert unparse(expr) == "outcome under out.nmj"


def test_what_is_narrowed_stays_narrowed_where_alternatives_were_asked_for():
    expr = narrowed(read("year = 1 or year = 2"), "outcome", "out.mu.size")
    assert expr == parse("(year = 1 or year = 2) and outcome = mu.size", CODEBOOK)
