"""Which characters of two texts differ, marked in two styles that any eye can tell apart."""

from difflib import SequenceMatcher
from html import escape

LONGEST = 4000

# orange with a double underline, blue with a dotted one: told apart by line as well as by colour
_MARKS = (
    "background:rgba(230,159,0,.30);color:inherit;text-decoration:underline double",
    "background:rgba(0,114,178,.30);color:inherit;text-decoration:underline dotted",
)


def marked(left: str, right: str) -> tuple[str, str]:
    """Return both texts as HTML, escaped, what only one of them has in a `<mark>`.

    Texts over 4,000 characters are compared up to there.
    """
    left, right = left[:LONGEST], right[:LONGEST]
    if left == right:
        return escape(left), escape(right)
    # word by word first where texts are long: characters alone would align by chance
    a, b = _pieces(left), _pieces(right)
    found: tuple[list[str], list[str]] = ([], [])
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        parts = "".join(a[i:j]), "".join(b[k:m])
        if tag == "equal":
            found[0].append(escape(parts[0]))
            found[1].append(escape(parts[1]))
        elif tag == "replace" and SequenceMatcher(None, *parts).ratio() > 0.5:
            for side, text in enumerate(_characters(*parts)):
                found[side].append(text)
        else:
            for side, text in enumerate(parts):
                found[side].append(_mark(text, side))
    return "".join(found[0]), "".join(found[1])


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for character in text:
        if pieces and character.isalnum() and pieces[-1][-1].isalnum():
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _characters(left: str, right: str) -> tuple[str, str]:
    found: tuple[list[str], list[str]] = ([], [])
    for tag, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, text in enumerate((left[i:j], right[k:m])):
            found[side].append(escape(text) if tag == "equal" else _mark(text, side))
    return "".join(found[0]), "".join(found[1])


def _mark(text: str, side: int) -> str:
    return f'<mark style="{_MARKS[side]}">{escape(text)}</mark>' if text else ""
