"""What a search asks for, and where it stands in a text."""

import pytest
from hypothesis import given, strategies as st

from review.screening.finding import excerpt, places, terms

TEXT = "Neuro-muscular junctions in Müller cells; single–fibre EMG of Mu\u0308ller, motor-unit 7"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("neuromuscular", ["Neuro-muscular"]),
        ("neuro-muscular", ["Neuro-muscular"]),
        ('"neuro muscular"', ["Neuro-muscular"]),
        ("muller", ["Müller", "Mu\u0308ller"]),
        ("singlefibre", ["single–fibre"]),
        ("single fibre", ["single", "fibre"]),
        ("“motor unit”", ["motor-unit"]),
        ('"unit motor"', []),
        ("junct*", ["junctions"]),
        ("junct", []),
        ("neuromus*", ["Neuro-muscular"]),
        ("motor AND 7", ["motor", "7"]),
    ],
)
def test_words_are_found_however_they_are_written(search, found):
    assert [TEXT[a:b] for a, b in places(TEXT, terms(search))] == found


@given(st.text(max_size=60), st.text(max_size=200))
def test_no_search_is_ever_wrong(search, text):
    wanted = terms(search)
    every = places(text, wanted)
    assert every == sorted(every)
    assert all(0 <= a < b <= len(text) for a, b in every)
    part = excerpt(text, wanted)
    assert (part is None) is (not every)


def test_an_excerpt_shows_the_words_where_they_stand():
    text = "before " * 60 + "the jitter rose" + " after" * 60
    said, found = excerpt(text, terms("jitter")) or ("", [])
    assert [said[a:b] for a, b in found] == ["jitter"]
    assert said.startswith("… ")
    assert said.endswith(" …")
    assert len(said) < 320
