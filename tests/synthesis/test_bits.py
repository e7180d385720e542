from hypothesis import given, strategies as st

from review.synthesis.bits import Blocks, listed, places

SIZES = st.lists(st.tuples(st.integers(1, 40), st.integers(1, 5)), min_size=1, max_size=30)


@st.composite
def studies_with_effects(draw):
    """Blocks with one free place or more behind each, and some of their places."""
    at, blocks = 0, []
    for size, gap in draw(SIZES):
        blocks.append((at, size))
        at += size + gap
    every = [place for start, size in blocks for place in range(start, start + size)]
    return blocks, draw(st.sets(st.sampled_from(every)))


@given(studies_with_effects())
def test_studies_are_counted_as_if_each_were_looked_at(made):
    blocks, some = made
    layout, bits = Blocks.of(blocks), places(some)
    hit = [(a, k) for a, k in blocks if some & set(range(a, a + k))]
    assert layout.studies(bits) == len(hit)
    assert set(listed(layout.whole(bits))) == {p for a, k in hit for p in range(a, a + k)}


@given(st.sets(st.integers(0, 500)))
def test_a_set_of_places_gives_its_places_back_in_order(some):
    assert list(listed(places(some))) == sorted(some)
    assert places(some).bit_count() == len(some)
