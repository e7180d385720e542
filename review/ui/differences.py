"""Which characters of two texts differ, marked in two styles that any eye can tell apart."""

from collections.abc import Iterator, Sequence
from html import escape

from rapidfuzz.distance import Levenshtein

LONGEST = 4000
_ALIKE = 0.5

# orange with a double underline, blue with a dotted one: told apart by line as well as by colour
_MARKS = (
    "background:rgba(230,159,0,.30);color:inherit;text-decoration:underline double",
    "background:rgba(0,114,178,.30);color:inherit;text-decoration:underline dotted",
)


def marked(left: str, right: str) -> tuple[str, str]:
    """Return both texts as HTML, escaped, what only one of them has in a `<mark>`.

    Texts are compared, and shown, up to their 4,000th character.
    """
    left, right = left[:LONGEST], right[:LONGEST]
    found: tuple[list[str], list[str]] = ([], [])
    # word by word first: characters alone would align by chance
    for equal, a, b in _runs(_pieces(left), _pieces(right)):
        alike = a and b and Levenshtein.normalized_similarity(a, b) > _ALIKE
        for same, *texts in _runs(a, b) if alike and not equal else [(equal, a, b)]:
            for side, text in enumerate(texts):
                found[side].append(escape(text) if same else _mark(text, side))
    return "".join(found[0]), "".join(found[1])


def _runs(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    """Yield (whether equal, left text, right text), neighbouring differences as one."""
    a = b = ""
    for step in Levenshtein.opcodes(left, right):
        one = "".join(left[step.src_start : step.src_end])
        other = "".join(right[step.dest_start : step.dest_end])
        if step.tag != "equal":
            a, b = a + one, b + other
            continue
        if a or b:
            yield False, a, b
            a = b = ""
        yield True, one, other
    if a or b:
        yield False, a, b


def _pieces(text: str) -> list[str]:
    """Words, and each character between them."""
    pieces: list[str] = []
    for character in text:
        if pieces and character.isalnum() and pieces[-1][-1].isalnum():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _mark(text: str, side: int) -> str:
    return f'<mark style="{_MARKS[side]}">{escape(text)}</mark>' if text else ""
