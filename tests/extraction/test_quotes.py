"""A quote is found on its page, however its lines were broken or its letters set."""

import pytest

from review.extraction.quotes import page_of, passages

PAGES = (
    "Motor units.\nIn con\ufb01rmed sar-\ncopenia the e\ufb00ect was 0.71 \u00b1 0.2 mV",
    "M\u00fcller: it rose to 12\u00b75 % of\u00a0the \u201cbase\nline\u201d and then to",
    "ninety per cent, 3,4 times.",
)


@pytest.mark.parametrize(
    ("quote", "page"),
    [
        ("confirmed sarcopenia the effect", 1),
        ("0.71 +/- 0.2 mV", 1),
        ("0.7", 1),
        ("071", None),
        ("Mueller", None),
        ("muller", 2),
        ("rose to 12.5% of the 'baseline'", 2),
        ("rose to 125 %", None),
        ("3.4 times", 3),
        ("and then to ninety per cent", 2),
        ("of", None),
        ("never said", None),
    ],
)
def test_a_quote_is_found_on_the_page_where_it_begins(quote, page):
    assert page_of(PAGES, quote) == page


def test_a_passage_is_shown_with_what_stands_around_it():
    assert list(passages(PAGES[1], "OF the base")) == [
        ("M\u00fcller: it rose to 12\u00b75 % ", "of the \u201cbase", " line\u201d and then to")
    ]
    assert list(passages("x", " ")) == []
