"""Terms to mark: what is refused could take very long, and what is left cannot."""

import re
import time

import pytest
from hypothesis import given, strategies as st

from review.protocol.highlight import fault, safe

GOOD = [
    "EMG",
    "motor unit*",
    "β-agonist",
    "/gro[uo]p \\d+/",
    "/\\bage(d|ing)?\\b/",
    "/neuro.{0,60}junction/",
    "/\\w+\\s+\\w+x/",
    "/a{2,3}b/",
]
BAD = {
    "": "empty",
    "***": "no letter",
    "x" * 201: "longer than",
    "/(unclosed/": "no regular expression",
    "/a*/": "empty text",
    "/(a+)+b/": "repeats a group",
    "/(a|a)*b/": "repeats a group",
    "/(a{1,30}){1,30}/": "repeats a group",
    "/.+x/": "beyond a word",
    "/[\\w\\s]+x/": "beyond a word",
    "/.{0,50}.{0,50}x/": "more than one",
    "/a+b+c+d+e/": "more than 3",
    "/(a)\\1/": "escape",
    "/(?=x)y/": "group of another kind",
    "/[]x]/": "empty class",
    "/a{x/": "no repeat",
}


@pytest.mark.parametrize("term", GOOD)
def test_a_term_of_the_four_kinds_is_taken(term):
    assert fault(term) is None


@pytest.mark.parametrize(("term", "said"), BAD.items())
def test_a_term_that_could_not_be_marked_is_refused_with_its_reason(term, said):
    assert said in fault(term)


@pytest.mark.parametrize(
    ("term", "tried"),
    [
        ("/motor\\w*\\s+unit\\w*?/", "/motor\\w{0,40}\\s{1,40}unit\\w{0,40}?/"),
        ("/\\+[+*]b{2,}c{3}/", "/\\+[+*]b{2,40}c{3}/"),
        ("rat*", "rat*"),
        ("/(a+)+b/", None),
    ],
)
def test_a_browser_tries_repeats_as_far_as_words_reach(term, tried):
    assert safe(term) == tried


def test_a_text_made_to_take_long_does_not():
    pattern = re.compile(safe("/a+a+.{0,50}x/")[1:-1])
    begin = time.thread_time()
    assert not pattern.search("a" * 1500)
    assert time.thread_time() - begin < 5


sources = st.lists(
    st.sampled_from(
        [
            "a",
            " ",
            "\\w",
            "\\s",
            "\\b",
            ".",
            "[a-z]",
            "[^x]",
            "(",
            ")",
            "+",
            "*",
            "?",
            "{0,100}",
            "{3}",
            "(?:",
            "x",
            "|",
        ]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(sources, st.sampled_from(["a" * 3000, "a b " * 750, "x a" * 1000]))
def test_no_expression_that_is_taken_takes_long_on_an_abstract(source, abstract):
    term = safe(f"/{source}/")
    if term is None or len(term) < 3:
        return
    pattern = re.compile(term[1:-1], re.IGNORECASE)
    begin = time.thread_time()
    for _ in pattern.finditer(abstract):
        if time.thread_time() - begin > 2:
            break
    assert time.thread_time() - begin < 2, source
