"""Marks on what differs lose nothing of a text, and let nothing of it become markup."""

from html import unescape
from re import sub

from hypothesis import given, strategies as st

from review.ui.comparison import FIELDS, table
from review.ui.differences import differences
from tests.ui.conftest import PAYLOADS

TEXT = st.text(st.sampled_from("ab1 <>&\"'é-"), max_size=60)


@given(TEXT, TEXT)
def test_each_side_in_its_runs_is_the_text_it_was_made_of(left: str, right: str) -> None:
    for text, runs in zip((left, right), differences(left, right), strict=True):
        assert "".join(run for run, _ in runs) == text


@given(TEXT)
def test_equal_texts_carry_no_mark(text: str) -> None:
    assert not any(differs for runs in differences(text, text) for _, differs in runs)


def test_only_the_characters_that_differ_are_marked() -> None:
    left, right = differences("Motor unit number", "Motor units number")
    assert left == [("Motor unit number", False)]
    assert right == [("Motor unit", False), ("s", True), (" number", False)]


def test_what_lies_beyond_the_part_compared_is_still_shown() -> None:
    left, right = differences("a" * 7000, "a" * 7000 + "b")
    assert "".join(text for text, _ in right) == "a" * 7000 + "b"
    assert left[-1][1]
    assert right[-1][1]


def test_no_field_becomes_markup_in_a_comparison() -> None:
    blank: dict[str, object] = dict.fromkeys(FIELDS, "")
    cards = [blank | {"record": n, "title": text} for n, text in enumerate(PAYLOADS)]
    drawn = table(cards, kept=0)
    cells = sub(r"</?(?:mark|td|th|tr|table|div|style)[^>]*>|<style>.*?</style>", "", drawn)
    assert "<" not in cells
    assert all(text in unescape(cells) for text in PAYLOADS[:1])
