"""Decides on which page of a document a quote stands, however its lines were broken or set."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from review.dedup.titles import fold

SHORTEST = 3
"""Letters and digits a quote needs to be looked for: fewer would be found anywhere."""
_AROUND = 60
_SPACE = re.compile(r"\s+")
_HYPHEN = re.compile(r"[-\u00ad\u2010\u2011]\s*\n\s*")
_WORD = re.compile(r"[^\W_]+")
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


def passages(text: str, words: str) -> Iterator[tuple[str, str, str]]:
    """Yield where a run of words stands in a text: (before, found, after), on one line each.

    Spaces, case and accents make no difference; the last word may go on.
    """
    wanted = _WORD.findall(fold(words))
    if not wanted:
        return
    folded, places = _with_places(text)
    for match in re.finditer(r"[\W_]+".join(wanted), folded):
        first, last = places[match.start()], places[match.end() - 1] + 1
        parts = (text[max(0, first - _AROUND) : first], text[first:last])
        before, found, after = (_SPACE.sub(" ", one) for one in (*parts, text[last:][:_AROUND]))
        yield before, found, after


def _with_places(text: str) -> tuple[str, list[int]]:
    """Return the folded text, and for each of its characters the place it comes from."""
    parts, places = [], []
    for place, char in enumerate(text):
        said = char.lower() if char.isascii() else fold(char)
        parts.append(said)
        places.extend([place] * len(said))
    return "".join(parts), places
