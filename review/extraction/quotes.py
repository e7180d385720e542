"""Decides on which page of a document a quote stands, however its lines were broken or set."""

import re
from itertools import pairwise
from collections.abc import Sequence

from review.dedup.titles import fold

SHORTEST = 3
"""Letters and digits a quote needs to be looked for: fewer would be found anywhere."""
_HYPHEN = re.compile(r"[-\u00ad\u2010\u2011]\s*\n\s*")
_NOT_LETTER = re.compile(r"[\W_]+")
_SIGN = re.compile(r"(?<=\d)[.,·](?=\d)")


def page_of(pages: Sequence[str], quote: str) -> int | None:
    """Return the number (from 1) of the page on which `quote` stands, the first of several.

    Spaces, breaks of lines and of words, hyphens, quotation marks, ligatures, accents and case
    make no difference; letters, digits and decimal points do. A quote that runs on to the next
    page is on the page where it begins. None if it stands nowhere, or is too short.
    """
    wanted = _letters(quote)
    if len(wanted) < SHORTEST:
        return None
    folded = [_letters(page) for page in pages]
    for number, page in enumerate(folded, 1):
        if wanted in page:
            return number
    for number, (page, after) in enumerate(pairwise(folded), 1):
        # the foot of a page and the head of the next may part the two halves, so both may be left
        if wanted in page + after:
            return number
    return None


def _letters(text: str) -> str:
    """Return the letters and digits of a text, folded, a decimal point kept as one."""
    joined = fold(_HYPHEN.sub("", text))
    return _NOT_LETTER.sub("", _SIGN.sub("p0int", joined))
