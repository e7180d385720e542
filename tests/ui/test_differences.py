"""Marks on what differs lose nothing of a text, and let nothing of it become markup."""

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from review.ui.differences import marked

TEXT = st.text(st.sampled_from("ab1 <>&\"'é-"), max_size=60)


@given(TEXT, TEXT)
def test_without_its_marks_each_side_is_the_text_it_was_made_of(left: str, right: str) -> None:
    for text, shown in zip((left, right), marked(left, right), strict=True):
        assert unescape(re.sub(r'<mark style="[^"]*">|</mark>', "", shown)) == text


@given(TEXT)
def test_equal_texts_carry_no_mark(text: str) -> None:
    assert all("<mark" not in shown for shown in marked(text, text))


def test_only_the_characters_that_differ_are_marked() -> None:
    left, right = marked("Motor unit number", "Motor units number")
    assert "<mark" not in left
    assert re.findall(r"<mark[^>]*>([^<]*)", right) == ["s"]
