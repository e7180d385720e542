"""Which characters of two texts differ: the one place where texts are laid side by side."""

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import Levenshtein

LONGEST = 6000
_ALIKE = 0.5

Run = tuple[str, bool]
"""A stretch of text, and whether the other text lacks it."""


def differences(left: str, right: str) -> tuple[list[Run], list[Run]]:
    """Return both texts cut into runs that the other has too and runs that only one has.

    Texts are compared up to their 6,000th character; what comes after is one run each.
    """
    found: tuple[list[Run], list[Run]] = ([], [])
    # word by word first: characters alone would align by chance
    for equal, a, b in _runs(_pieces(left[:LONGEST]), _pieces(right[:LONGEST])):
        alike = a and b and Levenshtein.normalized_similarity(a, b) > _ALIKE
        for same, *texts in _runs(a, b) if alike and not equal else [(equal, a, b)]:
            for side, text in enumerate(texts):
                _add(found[side], text, not same)
    rest = left[LONGEST:], right[LONGEST:]
    for side, text in enumerate(rest):
        _add(found[side], text, rest[0] != rest[1])
    return found


def _add(runs: list[Run], text: str, differs: bool) -> None:
    if not text:
        return
    if runs and runs[-1][1] is differs:
        text = runs.pop()[0] + text
    runs.append((text, differs))


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
