"""Decides which arm, effect or row of one extractor is which of the other's.

The best pair is taken first, then the best of what is left (a stable matching: no two rows left
apart would both rather have each other). What resembles nothing on the other side stays alone.
"""

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import Any

from review.extraction.conversions import number
from review.extraction.sameness import codes, folded, same
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.form import Section

Cells = dict[str, Any]
Score = Callable[[Cells, Cells], float]
Pairs = list[tuple[int | None, int | None]]

# A pair below this is no pair; an equal label, or an equal outcome and contrast, is far above.
LEAST = 4.0


def matched(one: Sequence[Cells], other: Sequence[Cells], score: Score) -> Pairs:
    """Positions that belong together, those of `one` in order, then what only `other` has."""
    scored = [
        (-points, abs(i - j), min(i, j), i, j)
        for i, row in enumerate(one)
        for j, with_ in enumerate(other)
        if (points := score(row, with_)) >= LEAST
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(scored):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    alone: Pairs = [(None, j) for j in range(len(other)) if j not in taken]
    return [*((i, found.get(i)) for i in range(len(one))), *alone]


def of_arms(section: Section, codebook: Codebook) -> Score:
    """Arms belong together by label, and where labels differ by n, age and terms as well."""

    def score(one: Cells, other: Cells) -> float:
        a, b = folded(one.get("label", "")), folded(other.get("label", ""))
        points = 12.0 if a == b else 4 * SequenceMatcher(None, min(a, b), max(a, b)).ratio()
        points += 2 * _equal(section, "n", one, other, codebook)
        points += 2 * max(
            _equal(section, name, one, other, codebook) for name in ("age", "age_mean")
        )
        for field in section.fields:
            if field.type == "facet":
                points += _equal(section, field.id, one, other, codebook)
        return points

    return score


def of_effects(section: Section, codebook: Codebook) -> Score:
    """Effects belong together by outcome and contrast, then by muscle, method and numbers.

    Two of unrelated outcomes are one effect only where a number is the same.
    """

    def score(one: Cells, other: Cells) -> float:
        kin = _kin(one.get("outcome"), other.get("outcome"))
        numbers = _shared_numbers(one, other)
        if not kin and not numbers:
            return 0.0
        points = 6 * kin + 2 * min(numbers, 2)
        points += 4 * _overlap(section, "contrast", one, other, codebook)
        for name in ("muscle", "emg_method"):
            points += 2 * _overlap(section, name, one, other, codebook)
        points += _equal(section, "direction", one, other, codebook)
        points += _equal(section, "task", one, other, codebook)
        labels = [{folded(label) for label in row.get("arms", ())} for row in (one, other)]
        return points + bool(labels[0] & labels[1])

    return score


def of_rows(section: Section, codebook: Codebook, *, only: bool) -> Score:
    """Rows of numbers, or of a further group, belong together by the cells they share.

    `only`: each side has a single row, which is then the same row whatever it says.
    """

    def score(one: Cells, other: Cells) -> float:
        if only:
            return LEAST
        both = [
            field.id
            for field in section.fields
            if not empty(one.get(field.id)) and not empty(other.get(field.id))
        ]
        equal = sum(_equal(section, name, one, other, codebook) > 0 for name in both)
        return 10.0 * equal / len(both) if both else 0.0

    return score


def _equal(section: Section, name: str, one: Cells, other: Cells, codebook: Codebook) -> float:
    """1 where both give a cell alike, -1 where they differ, 0 where one does not give it."""
    a, b = one.get(name), other.get(name)
    if empty(a) or empty(b):
        return 0.0
    return 1.0 if same(section.field(name), a, b, codebook) else -1.0


def _overlap(section: Section, name: str, one: Cells, other: Cells, codebook: Codebook) -> float:
    field = section.field(name)
    a, b = (
        codes(field, row[name], codebook) if not empty(row.get(name)) else frozenset()
        for row in (one, other)
    )
    return len(a & b) / len(a | b) if a | b else 0.0


def _kin(one: Any, other: Any) -> float:
    """1 for the same outcome, a half where one stands above the other, else 0."""
    best = 0.0
    for a in one or ():
        for b in other or ():
            if a == b:
                return 1.0
            if f"{a}.".startswith(f"{b}.") or f"{b}.".startswith(f"{a}."):
                best = 0.5
    return best


def _shared_numbers(one: Cells, other: Cells) -> int:
    return len(_means(one) & _means(other))


def _means(effect: Cells) -> set[float]:
    every = (
        number(row.get(f"group{group}_mean"))
        for row in effect.get("numbers", ())
        if isinstance(row, dict)
        for group in (1, 2)
    )
    return {value for value in every if value}
