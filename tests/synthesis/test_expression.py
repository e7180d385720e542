import pytest
from hypothesis import given, strategies as st

from review.errors import ExpressionError
from review.protocol import Codebook
from review.synthesis.expression import (
    FIELDS,
    Age,
    And,
    Compare,
    Has,
    Match,
    Not,
    Or,
    matches,
    parse,
    pointer,
    unparse,
)

CODEBOOK = Codebook.model_validate(
    {
        "facets": [
            {
                "id": "population",
                "label": "Population",
                "level": "study",
                "terms": [
                    {"code": "pop.human", "label": "Human"},
                    {"code": "pop.animal", "label": "Animal, of any kind"},
                ],
            },
            {
                "id": "outcome",
                "label": "Outcome",
                "level": "effect",
                "terms": [
                    {"code": "out.nmj", "label": "NMJ transmission"},
                    {"code": "out.nmj.jitter", "label": "Jitter", "definition": "of single fibres"},
                    {"code": "out.mu.number", "label": "MU number"},
                    {"code": "out.mu.size", "label": "MU size"},
                    {"code": "out.nmjx", "label": "Something else"},
                ],
            },
        ]
    }
)


def read(text):
    return parse(text, CODEBOOK)


@pytest.mark.parametrize("name", ["human", "pop.human", '"Human"', "'human'", "HUMAN", "“Human”"])
def test_a_term_is_named_by_code_last_part_or_quoted_label(name):
    assert read(f"population = {name}") == Compare("population", "in", ("pop.human",))


def test_and_binds_closer_than_or_and_not_closest():
    a, b, c = (Compare("year", "in", (n,), False) for n in (1, 2, 3))
    assert read("year = 1 or not year = 2 and year = 3") == Or((a, And((Not(b), c))))
    assert read("(year = 1 or year = 2) AND year = 3") == And((Or((a, b)), c))


def test_under_takes_a_term_or_a_stem_that_is_no_term():
    assert read("outcome under nmj") == Compare("outcome", "under", ("out.nmj",))
    assert read("outcome under out.mu") == read("outcome under mu")
    assert read("outcome under (out.mu, nmj)").values == ("out.mu", "out.nmj")


def test_under_follows_the_dots_not_the_letters():
    assert matches(read("outcome under out.nmj"), {"outcome": ["out.nmj.jitter"]})
    assert not matches(read("outcome under out.nmj"), {"outcome": ["out.nmjx"]})


def test_equals_is_the_term_itself_not_what_stands_below_it():
    assert not matches(read("outcome = out.nmj"), {"outcome": ["out.nmj.jitter"]})


def test_words_on_a_facet_become_the_terms_that_speak_of_them():
    assert read('outcome ~ "single FIBRES"') == Compare("outcome", "in", ("out.nmj.jitter",))


def test_a_study_is_named_by_number_or_label():
    assert read("study = 12") == Compare("study", "in", (12,), False)
    assert read("study = chung2018") == Compare("study_label", "in", ("chung2018",), False)


def test_a_term_may_be_named_by_any_end_of_its_code_with_spaces_for_underlines():
    assert read("outcome = nmj.jitter") == read("outcome = jitter")
    assert read('outcome = "mu.number"') == read("outcome = out.mu.number")


@pytest.mark.parametrize("text", ["24 mo", "24mo", '"24 months"', "2 y", "2 years", "24.0 mo"])
def test_ages_are_compared_whatever_their_unit(text):
    young, old = {"age": [3.0, 23.0]}, {"age": [3.0, 24.0]}
    assert matches(read(f"age >= {text}"), old)
    assert not matches(read(f"age >= {text}"), young)
    assert not matches(read(f"age >= {text}"), {})


def test_a_study_has_what_any_of_its_effects_has():
    jitter, cmap = {"outcome": ["out.nmj.jitter"], "year": 1}, {"outcome": ["out.mu.size"]}
    asked = read("study has (outcome = jitter and year = 1) and study has (outcome = mu.size)")
    assert matches(asked, cmap, [jitter, cmap])
    assert not matches(asked, cmap, [cmap])
    assert not matches(read("study has (outcome = jitter and year = 2)"), cmap, [jitter, cmap])


def test_different_from_holds_where_nothing_is_known():
    assert matches(read("population != human"), {})
    assert not matches(read("year >= 2000"), {})


def test_all_words_must_occur_in_a_text_field():
    row = {"title": "Jitter in OLD mice", "author": ["Chung, A", "Berg, B"]}
    assert matches(read('title ~ "mice jitter" and author ~ berg'), row)
    assert not matches(read('title ~ "rat"'), row)


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 0, "empty"),
        ("population = humn", 13, "did you mean"),
        ("populaton = human", 0, "did you mean 'population'"),
        ("human", 5, "ends too early"),
        ("human = 1", 0, "write population = human"),
        ("population = human andd year = 2", 19, "'andd' is not expected"),
        ("year >= old", 8, "whole number"),
        ("year >= 99999999999", 8, "whole number"),
        ("year ~ x", 0, "is a number"),
        ("title > x", 0, "is a text field"),
        ("population > human", 0, "has no order"),
        ('population = "human', 13, "never closed"),
        ("(population = human", 19, "ends too early"),
        ("population = human)", 18, "not expected"),
        ("year = 1; drop table record", 8, "not expected"),
        ("population in ()", 15, "not expected"),
        ('title ~ " "', 8, "at least one word"),
        ("title = '\0'", 9, "NUL"),
        ('outcome ~ "zebra"', 10, "speaks of"),
        ("age >= 24", 7, "with its unit"),
        ("lifespan >= lots", 12, "takes a number"),
        ("risk_of_bias = lo", 15, "did you mean 'low'"),
        ("outcome = human", 10, "it is a term of population"),
        ("outcome = mu", 10, "write outcome under out.mu"),
        ("study has (outcome = jiter)", 21, "did you mean 'jitter'"),
        ("cohort has (year = 1)", 0, "only a study has effects"),
        ("study has ()", 11, "not expected"),
    ],
)
def test_a_fault_points_at_its_character(text, position, said):
    with pytest.raises(ExpressionError) as caught:
        read(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.position == position
    assert pointer(text, position).splitlines()[-1].endswith("^")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "(" * 60 + "year = 1" + ")" * 0,
        "not " * 60 + "year = 1",
        " and ".join(["year = 1"] * 201),
        f"year in ({','.join(map(str, range(501)))})",
        "year = 1 or " * 2000,
    ],
)
def test_what_is_too_large_or_too_deep_is_refused(text):
    with pytest.raises(ExpressionError):
        read(text)


def fault_position(text):
    try:
        read(text)
    except ExpressionError as fault:
        return fault.position
    return 0


@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_an_expression_error(text):
    assert 0 <= fault_position(text) <= len(text)


WORDS = st.sampled_from(
    ["human", "and", "or", "not", "in", "under", "~", "=", ">=", "year", "2000"]
)


@given(st.lists(WORDS | st.sampled_from(list('(),"')) | st.just("population"), max_size=15))
def test_any_heap_of_its_words_is_an_expression_or_an_expression_error(words):
    assert 0 <= fault_position(" ".join(words)) <= len(" ".join(words))


CODES = [(f.id, t.code) for f in CODEBOOK.facets for t in f.terms]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
NUMBER_FIELDS = [f.name for f in FIELDS.values() if f.kind == "number"]
TEXT_FIELDS = [f.name for f in FIELDS.values() if f.kind == "text"]
WORD_LIST = st.lists(TEXT.map(lambda t: "".join(t.split())).filter(bool), min_size=1, max_size=3)


@st.composite
def facet_comparisons(draw):
    facet = draw(st.sampled_from(CODEBOOK.facets))
    codes = draw(st.lists(st.sampled_from([t.code for t in facet.terms]), min_size=1, unique=True))
    return Compare(facet.id, draw(st.sampled_from(["in", "under"])), tuple(codes))


def field_comparisons():
    years = st.integers(-3, 3)
    return st.one_of(
        st.builds(
            lambda n, op, v: Compare(n, op, (v,), False),
            st.sampled_from(NUMBER_FIELDS),
            st.sampled_from(["<", "<=", ">", ">="]),
            years,
        ),
        st.builds(
            lambda n, v: Compare(n, "in", tuple(dict.fromkeys(v)), False),
            st.sampled_from(NUMBER_FIELDS),
            st.lists(years, min_size=1, max_size=3),
        ),
        st.builds(
            lambda n, v: Compare(n, "in", tuple(dict.fromkeys(v)), False),
            st.sampled_from(TEXT_FIELDS),
            st.lists(TEXT, min_size=1, max_size=3),
        ),
        st.builds(lambda n, w: Match(n, tuple(w)), st.sampled_from(TEXT_FIELDS), WORD_LIST),
        st.builds(
            lambda n, op, v: Compare(n, op, (v / 4,), False),
            st.sampled_from([f.name for f in FIELDS.values() if f.kind == "amount"]),
            st.sampled_from(["in", "<", "<=", ">", ">="]),
            st.integers(0, 400),
        ),
        st.builds(
            lambda op, n, unit: Compare("age", op, (Age(n / 2, unit),), False),
            st.sampled_from(["in", "<", "<=", ">", ">="]),
            st.integers(0, 200),
            st.sampled_from(["y", "mo", "wk", "d"]),
        ),
        st.lists(st.sampled_from(FIELDS["risk_of_bias"].choices), min_size=1, unique=True).map(
            lambda some: Compare("risk_of_bias", "in", tuple(some), False)
        ),
    )


EXPRESSIONS = st.recursive(
    facet_comparisons() | field_comparisons(),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Has, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda i: And(tuple(i))),
        st.lists(inner, min_size=2, max_size=3).map(lambda i: Or(tuple(i))),
    ),
    max_leaves=8,
)


@given(EXPRESSIONS)
def test_an_expression_written_out_reads_the_same(expr):
    assert read(unparse(expr)) == expr


@given(EXPRESSIONS, st.sets(st.sampled_from([c for _, c in CODES])), st.integers(-3, 3))
def test_not_is_always_the_opposite(expr, codes, year):
    row = {f.id: [c for c in codes if c in {t.code for t in f.terms}] for f in CODEBOOK.facets}
    row["year"] = year
    assert matches(Not(expr), row) is not matches(expr, row)
