"""Decides where two filled forms of a study differ: cell by cell, rows matched first.

Sources, notes and labels of the study are not compared: two people rarely copy the same words.
They are kept from both. A row that only one has is one difference.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.extraction import matching
from review.extraction.faults import Place, where
from review.extraction.sameness import Cells, folded, in_units_of, same
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.extraction import FormField
from review.protocol.form import Form, Section

# parts of a row that are no cells
APART = frozenset({"source", "sources", "numbers"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One row as both have it; None where a side lacks it. `place` counts the rows of both."""

    place: Place
    section: Section
    a: Cells | None
    b: Cells | None
    title: str

    @property
    def whole(self) -> bool:
        """Whether both have the row."""
        return self.a is not None and self.b is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a pair, or the row itself (`name` empty) where only one side has it."""

    pair: Pair
    name: str
    label: str
    a: Any
    b: Any
    equal: bool

    @property
    def cell(self) -> str:
        """How the cell is named: `effects 2, numbers 1, group1_mean`; a whole row `arms 3`."""
        return where((*self.pair.place, self.name) if self.name else self.pair.place)

    @property
    def field(self) -> FormField | None:
        """The definition of the cell, None for a whole row."""
        return self.pair.section.field(self.name) if self.name else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two forms side by side: the rows matched, every compared cell, and where they differ."""

    pairs: tuple[Pair, ...]
    cells: tuple[Cell, ...]
    arms: tuple[tuple[str | None, str | None], ...]

    @property
    def differences(self) -> tuple[Cell, ...]:
        """The cells that differ, in the order of the form."""
        return tuple(cell for cell in self.cells if not cell.equal)


def compare(
    a: Mapping[str, Any], b: Mapping[str, Any], *, definition: Form, codebook: Codebook
) -> Comparison:
    """Lay two forms side by side. compare(a, a) has no differences, and order does not matter."""
    comparing = _Comparing(definition, codebook)
    pairs = tuple(comparing.pairs(a, b))
    cells = tuple(cell for pair in pairs for cell in comparing.cells(pair))
    return Comparison(pairs=pairs, cells=cells, arms=tuple(comparing.arms))


class _Comparing:
    def __init__(self, definition: Form, codebook: Codebook) -> None:
        self.form = definition
        self.codebook = codebook
        self.arms: list[tuple[str | None, str | None]] = []

    def pairs(self, a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Pair]:
        yield self.pair(self.form.study, ("study",), a.get("study") or {}, b.get("study") or {})
        arms = self.rows(self.form.arms, ("arms",), a, b)
        self.arms = [(_label(pair.a), _label(pair.b)) for pair in arms]
        yield from arms
        for pair in self.rows(self.form.effects, ("effects",), a, b):
            yield pair
            if pair.whole:
                one, other = {"numbers": _numbers(pair.a)}, {"numbers": _numbers(pair.b)}
                yield from self.rows(self.form.numbers, (*pair.place, "numbers"), one, other)
        for group in self.form.groups:
            yield from self.rows(group, (group.id,), a, b)

    def rows(
        self, section: Section, at: Place, a: Mapping[str, Any], b: Mapping[str, Any]
    ) -> list[Pair]:
        one, other = (list(form.get(section.id) or ()) for form in (a, b))
        score = {"arms": matching.of_arms, "effects": matching.of_effects}.get(section.id)
        alone = len(one) == 1 and len(other) == 1
        scored = (
            score(section, self.codebook)
            if score
            else matching.of_rows(section, self.codebook, only=alone)
        )
        return [
            self.pair(
                section,
                (*at, number),
                one[i] if i is not None else None,
                other[j] if j is not None else None,
            )
            for number, (i, j) in enumerate(matching.matched(one, other, scored))
        ]

    def pair(self, section: Section, place: Place, a: Cells | None, b: Cells | None) -> Pair:
        if a is not None and b is not None:
            b = in_units_of(section, b, a)
        return Pair(place=place, section=section, a=a, b=b, title=self.title(section, a or b or {}))

    def title(self, section: Section, row: Cells) -> str:
        """What a row is called: an arm by its label, an effect by outcome, contrast and muscle."""
        if section.id == "arms":
            return str(row.get("label", ""))
        names = {
            "effects": ("outcome", "contrast", "muscle"),
            "numbers": ("group1_label", "group2_label", "task"),
        }.get(section.id, tuple(one.id for one in section.fields[:2]) if section.repeated else ())
        return " · ".join(filter(None, (self.shown(row.get(name)) for name in names)))

    def shown(self, value: Any) -> str:
        every = value if isinstance(value, list) else [value]
        terms = ((one, self.codebook.get(str(one))) for one in every if not empty(one))
        return ", ".join(term.label if term else str(one) for one, term in terms)

    def cells(self, pair: Pair) -> Iterator[Cell]:
        if pair.a is None or pair.b is None:
            yield Cell(pair=pair, name="", label=pair.title, a=pair.a, b=pair.b, equal=False)
            return
        for name in self.names(pair):
            a, b = pair.a.get(name), pair.b.get(name)
            field = pair.section.field(name)
            yield Cell(
                pair=pair,
                name=name,
                label=field.title if field else name.replace("_", " ").capitalize(),
                a=a,
                b=b,
                equal=self.equal(pair, name, a, b),
            )

    def names(self, pair: Pair) -> list[str]:
        """The compared cells that either side fills, in the order of the form."""
        ordered = [field.id for field in pair.section.fields]
        given = [*(pair.a or {}), *(pair.b or {})]
        skipped = {field.id for field in pair.section.fields if not field.compared} | APART
        every = [name for name in [*ordered, *given] if name in given and name not in skipped]
        return [
            name
            for name in dict.fromkeys(every)
            if not (empty((pair.a or {}).get(name)) and empty((pair.b or {}).get(name)))
        ]

    def equal(self, pair: Pair, name: str, a: Any, b: Any) -> bool:
        if name == "arms" and pair.section.id == "effects":
            return self.arm_set(a, 0) == self.arm_set(b, 1)
        both = not empty(a) and not empty(b)
        if name.endswith("_label") and both and (folded(a), folded(b)) in self.same_arms():
            return True
        if name.endswith("_unit") and (of := pair.section.field(name.removesuffix("_unit"))):
            return same(None, a or of.unit, b or of.unit, self.codebook)
        return same(pair.section.field(name), a, b, self.codebook)

    def same_arms(self) -> set[tuple[str, str]]:
        """What the two call each arm that both have."""
        return {(folded(a), folded(b)) for a, b in self.arms if a and b}

    def arm_set(self, labels: Any, side: int) -> frozenset[Any]:
        """The arms an effect compares, by their place among the arms of both."""
        known = {folded(arm[side]): place for place, arm in enumerate(self.arms) if arm[side]}
        return frozenset(known.get(folded(label), folded(label)) for label in labels or ())


def _label(arm: Cells | None) -> str | None:
    return None if arm is None else str(arm.get("label", ""))


def _numbers(effect: Cells | None) -> list[Cells]:
    given = (effect or {}).get("numbers") or []
    return [given] if isinstance(given, dict) else list(given)
