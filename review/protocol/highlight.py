"""Which terms may be marked in a record: words, phrases, `word*`, and /regular expressions/.

A browser tries every expression at every place of every abstract, so one that could backtrack
without end is refused: what is repeated must be a single character or class, only a few repeats
may be open-ended, and those that could run beyond a word must say how far. What is left means the
same in Python and in JavaScript.
"""

import re
from importlib import import_module
from typing import Any

LONGEST = 200
MOST_OPEN = 3
LONG_REPEAT = 20
FARTHEST = 100
LONGEST_WORD = 40
_WORD = re.compile(r"\w", re.UNICODE)
# escapes that both languages know, JavaScript in its strict (unicode) mode
_ESCAPES = frozenset("dDwWsSbBnt.\\/()[]{}*+?^$|")


def is_expression(term: str) -> bool:
    """Return whether a term is a regular expression between slashes."""
    return len(term) > 2 and term.startswith("/") and term.endswith("/")


def fault(term: str) -> str | None:
    """Say what is wrong with a term, to follow its place in a sentence, or nothing."""
    text = term.strip()
    if not text:
        return "is empty"
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if "\n" in text or "\r" in text:
        return "is on several lines"
    if is_expression(text):
        said = _expression_fault(text[1:-1])
        return f"({text}) {said}" if said else None
    if not _WORD.search(text):
        return f"({text}) has no letter and no digit"
    return None


def safe(term: str) -> str | None:
    """Return a term as a browser may try it, or None for one that it must not.

    Repeats without an end reach as far as the longest words do, so that even a text made for
    the purpose cannot keep a page busy.
    """
    text = term.strip()
    if fault(text) is not None:
        return None
    return f"/{_bounded(text[1:-1])}/" if is_expression(text) else text


def _bounded(source: str) -> str:
    found, in_class, at = [], False, 0
    while at < len(source):
        sign = source[at]
        taken = 1
        if sign == "\\":
            taken = 2
        elif in_class or sign == "[":
            in_class = sign != "]"
        elif sign in "*+":
            found.append(f"{{{int(sign == '+')},{LONGEST_WORD}}}")
            at += 1
            continue
        elif sign == "{" and (least := re.match(r"\{(\d+),\}", source[at:])):
            found.append(f"{{{least[1]},{LONGEST_WORD}}}")
            at += least.end()
            continue
        found.append(source[at : at + taken])
        at += taken
    return "".join(found)


def _expression_fault(source: str) -> str | None:
    if said := _foreign(source):
        return said
    # the only reader of the language of expressions that Python has; it has no public name
    parser: Any = import_module("re._parser")
    try:
        tree = parser.parse(source, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        return f"is no regular expression: {error}"
    if re.search(source, "", re.IGNORECASE):
        return "matches an empty text, so it would match everywhere"
    walk = _Walk()
    try:
        walk.sequence(tree)
    except _Unsafe as unsafe:
        return str(unsafe)
    if walk.wide > 1:
        return "has more than one long repeat beyond a word, which can take very long"
    if walk.open > MOST_OPEN:
        return f"has more than {MOST_OPEN} open-ended repeats, which can take very long"
    return None


def _foreign(source: str) -> str | None:
    """Say what JavaScript would read otherwise than Python, or nothing."""
    in_class, at = False, 0
    while at < len(source):
        sign = source[at]
        if sign == "\\":
            following = source[at + 1 : at + 2]
            if following not in _ESCAPES and not (in_class and following == "-"):
                return f"has the escape \\{following}, which is not supported"
            at += 1
        elif in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
            if source[at + 1 : at + 2] == "]" or source[at + 1 : at + 3] == "^]":
                return "has an empty class []"
        elif source.startswith("(?", at) and not source.startswith("(?:", at):
            return "has a group of another kind than ( ) and (?: ), which is not supported"
        elif sign in "{}" and not re.match(r"\{\d+(,\d*)?\}", source[at:] if sign == "{" else ""):
            before = source[:at]
            if sign == "{" or not re.search(r"\{\d+(,\d*)?$", before):
                return f"has a {sign} that is no repeat; write \\{sign}"
        elif sign == "]":
            return "has a ] without its [; write \\]"
        at += 1
    return None


class _Unsafe(Exception):
    """What of an expression could take very long."""


class _Walk:
    """Goes over a parsed expression and counts its open-ended repeats."""

    def __init__(self) -> None:
        self.open = 0
        self.wide = 0

    def sequence(self, tree: Any) -> None:
        for kind, given in tree:
            self.part(str(kind), given)

    def part(self, kind: str, given: Any) -> None:
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            self.repeat(*given)
        elif kind == "SUBPATTERN":
            self.sequence(given[3])
        elif kind == "BRANCH":
            for choice in given[1]:
                self.sequence(choice)
        elif kind not in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"):
            raise _Unsafe("has something else than characters, classes, groups and repeats")

    def repeat(self, least: int, most: int, what: Any) -> None:
        if most == 1:
            self.sequence(what)
            return
        if len(what) != 1 or str(what[0][0]) not in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            raise _Unsafe("repeats a group, which can take very long; repeat single characters")
        if int(least) > LONG_REPEAT:
            raise _Unsafe(f"repeats something more than {LONG_REPEAT} times")
        if int(most) <= LONG_REPEAT:
            return
        self.open += 1
        if _beyond_a_word(*what[0]):
            self.wide += 1
            if int(most) > FARTHEST:
                raise _Unsafe(f"repeats without end beyond a word; write .{{0,{FARTHEST}}} or less")


def _beyond_a_word(kind: Any, given: Any) -> bool:
    """Whether a single item may match both blanks and letters, and so run through a text."""
    if str(kind) != "IN":
        return str(kind) != "LITERAL"
    names = [f"{item} {value}" for item, value in given]
    blank = any("CATEGORY_SPACE" in name or name == "LITERAL 32" for name in names)
    wide = any("NEGATE" in name or "CATEGORY_NOT" in name for name in names)
    wide = wide or any(str(item) == "RANGE" and value[0] <= ord(" ") for item, value in given)
    return wide or (blank and len(names) > 1)
