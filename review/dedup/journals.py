"""Decides how alike two journal names are: the same, an abbreviation, or another journal."""

from functools import lru_cache

from rapidfuzz import fuzz

_FILLER = {
    "the", "of", "and", "for", "in", "on", "a", "an", "de", "la", "le", "des", "du", "der", "die",
    "und", "fur", "et", "di", "e", "y", "del",
}  # fmt: skip


@lru_cache(maxsize=200_000)
def journals(a: str, b: str) -> float:
    """How alike two journal names are: 1 the same, .95 an abbreviation, else a token ratio.

    An abbreviation is found where every word of the one begins the next word of the other, in
    order ("j am coll cardiol"), or is its initials; -1 if either is missing.
    """
    if not (a and b):
        return -1.0
    if a == b:
        return 1.0
    best = max(_journal(x, y) for x in a.split("|") for y in b.split("|"))
    if "|" in a or "|" in b:
        best = max(best, _journal(a.replace("|", " "), b.replace("|", " ")))
    return best


def _journal(a: str, b: str) -> float:
    x = [w for w in a.split() if w not in _FILLER]
    y = [w for w in b.split() if w not in _FILLER]
    if x == y:
        return 1.0
    if len(x) > len(y):
        x, y = y, x
    if x and (_abbreviates(x, y) or "".join(x) == "".join(w[0] for w in y)):
        return 0.95
    short, full = " ".join(x), " ".join(y)
    if len(x) >= 3 and short in full:
        return 0.9
    return float(fuzz.token_sort_ratio(short, full)) / 100 * 0.94


def _abbreviates(short: list[str], full: list[str]) -> bool:
    """Whether the words of one begin words of the other, in order, at most a tail left over."""
    if len(short) == 1 and len(full) > 1:  # run together, as "jthoraccardiovascsurg"
        return len(short[0]) >= 9 and _begins(short[0], "".join(full))
    k = 0
    for word in full:
        if k == len(short):
            return len(full) - k <= 4 and k >= 2  # a place or subtitle follows
        if _begins(short[k], word) or _begins(word, short[k]):
            k += 1
        elif k == 0:
            return False
    return k == len(short)


def _begins(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    # contracted, as "natl" of national: same first letter, the rest in order
    if len(short) < 3 or short[0] != word[0]:
        return False
    letters = iter(word)
    return all(letter in letters for letter in short)
