"""Decides what the words of a search ask for, and where in a text they stand.

A search is words, all of which must occur; "several in quotes" stand together, and a word ending
in * begins the words it finds. Case, accents and Greek letters make no difference, and what is
hyphenated is found written either way: neuro-muscular, neuromuscular, "neuro muscular". Whatever
else is typed means nothing: no search is ever wrong, it only finds less.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from review.dedup.titles import fold

MOST_TERMS = 30
LONGEST_WORD = 500
_QUOTES = str.maketrans("“”„«»″", '""""""')
_PART = re.compile(r'"([^"]*)"?(\*?)|([^\s"]+)')
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = {code: " " for code in range(128) if not chr(code).isalnum()}
_HYPHENS = re.compile(r"[\u00ad\u2010\u2011\u2012\u2013\u2212]")
_HYPHENATED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
# scripts written without spaces: each character is a word, and several are a phrase
_UNSPACED = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])")
_SHOWN = re.compile("(?:[^\\W_][\u0300-\u036f]*)+")
_AROUND = 90


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand together, folded; `joined` is how they are written without hyphens.

    With `prefix` the last word, and `joined`, may go on.
    """

    words: tuple[str, ...]
    joined: str = ""
    prefix: bool = False


def terms(search: str) -> tuple[Term, ...]:
    """Return what a search asks for, at most `MOST_TERMS`; nothing where it holds no letter."""
    found: list[Term] = []
    for phrase, star, word in _PART.findall(search.translate(_QUOTES)):
        part = phrase or word
        if not phrase and part == "AND":  # as other databases want it written
            continue
        said = readable(part)
        words = tuple(one[:LONGEST_WORD] for one in _WORD.findall(said))
        if words:
            whole = said.strip("*-()[]{}.,;:!?'/ ")
            joined = whole.replace("-", "") if _HYPHENATED.fullmatch(whole) else ""
            found.append(Term(words, joined, bool(star) or part.endswith("*")))
    return tuple(dict.fromkeys(found))[:MOST_TERMS]


def readable(text: str) -> str:
    """Return a text as it is searched: folded, one kind of hyphen, unspaced scripts spaced."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _UNSPACED.sub(r" \1 ", _HYPHENS.sub("-", folded))


def joined(readable: str) -> list[str]:
    """Return the hyphenated words of a readable text as they are written without hyphens."""
    if "-" not in readable:
        return []
    found: list[str] = []
    for part in readable.split():
        if "-" in part:
            found += (one.replace("-", "") for one in _HYPHENATED.findall(part))
    return [one for one in dict.fromkeys(found) if not one.isdigit()]


def words(readable: str) -> list[str]:
    """Return the words of a readable text, in order."""
    # four times as fast as the expression, and an import splits every abstract
    found: list[str] = (
        readable.translate(_BETWEEN).split() if readable.isascii() else _WORD.findall(readable)
    )
    if found and len(max(found, key=len)) > LONGEST_WORD:
        return [word[:LONGEST_WORD] for word in found]
    return found


def holds(text: str, wanted: Sequence[Term]) -> bool:
    """Return whether a text has all terms, wherever they stand."""
    said = readable(text)
    found = f" {' '.join(words(said))} {' '.join(joined(said))} "

    def stands(part: str, term: Term) -> bool:
        return bool(part) and f" {part}{'' if term.prefix else ' '}" in found

    return all(stands(" ".join(term.words), term) or stands(term.joined, term) for term in wanted)


def places(text: str, wanted: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where terms stand in a text as it was written: (start, end), in order, not nested."""
    shown = [(match.start(), match.end()) for match in _SHOWN.finditer(text)]
    said = ["".join(_WORD.findall(fold(text[start:end]))) for start, end in shown]
    found = sorted({place for term in wanted for place in _of(term, text, shown, said)})
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _of(
    term: Term, text: str, shown: Sequence[tuple[int, int]], said: Sequence[str]
) -> Iterator[tuple[int, int]]:
    first, *rest = term.words
    for k, word in enumerate(said):
        last = k + len(rest)
        if word == first and rest and last < len(said):
            inner, end = said[k + 1 : last], said[last]
            if inner == rest[:-1] and _is(end, rest[-1], term.prefix):
                yield shown[k][0], shown[last][1]
        elif not rest and _is(word, first, term.prefix):
            yield shown[k]
        if term.joined and _is(word, term.joined, term.prefix):
            yield shown[k]
        elif not rest and first.startswith(word) and first != word:
            yield from _hyphenated(first, term.prefix, k, text, shown, said)


def _is(word: str, wanted: str, prefix: bool) -> bool:
    return word.startswith(wanted) if prefix else word == wanted


def _hyphenated(
    wanted: str,
    prefix: bool,
    k: int,
    text: str,
    shown: Sequence[tuple[int, int]],
    said: Sequence[str],
) -> Iterator[tuple[int, int]]:
    """Yield the place of a word that is written there with hyphens, from the k-th word on."""
    together = said[k]
    for after in range(k + 1, len(said)):
        between = _HYPHENS.sub("-", text[shown[after - 1][1] : shown[after][0]])
        if between != "-":
            return
        together += said[after]
        if _is(together, wanted, prefix):
            yield shown[k][0], shown[after][1]
            return
        if not wanted.startswith(together):
            return


def excerpt(text: str, wanted: Sequence[Term]) -> tuple[str, list[tuple[int, int]]] | None:
    """Return the part of a text around the first place of the terms, and the places in it.

    None where none of them stands there.
    """
    every = places(text, wanted)
    if not every:
        return None
    first = every[0][0]
    start = max(0, first - _AROUND)
    start = text.find(" ", start, first) + 1 or start if start else 0
    end = min(len(text), first + 2 * _AROUND)
    end = text.rfind(" ", first, end) if end < len(text) and " " in text[first:end] else end
    end = max(end, every[0][1])
    head, tail = "… " if start else "", " …" if end < len(text) else ""
    shift = len(head) - start
    inside = [(a + shift, min(b, end) + shift) for a, b in every if start <= a < end]
    return head + text[start:end] + tail, inside
