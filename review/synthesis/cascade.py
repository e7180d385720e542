"""At which age each study first found each stage of the cascade changed, and where it did not.

An age is told by a row of numbers with its own direction, by a note ("unchanged at 24 mo; first
changed at 27 mo"), or by there being two ages only. Of more ages and one direction, the age of the
first change is not told. Only contrasts of age speak (`con.age` and below).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from review.extraction.ages import Age, Unit, ages, onset, share_of_life, unit_of
from review.protocol import Codebook
from review.synthesis.axes import Row
from review.synthesis.directions import Line, lines, of_contrast

State = Literal["changed", "changed, age not told", "unchanged", "ages not given", "not told"]
CONTRAST = "con.age"
STAGES = ("c1", "c2", "c3", "c4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One study at one stage; ages are % of lifespan. `first` is told only where it is known.

    `tested` are the middles of the groups' ages, `span` reaches from the youngest to the oldest.
    """

    stage: str
    line: Line
    state: State
    tested: tuple[float, ...]
    span: tuple[float, float] | None
    first: float | None
    unchanged: tuple[float, ...]
    effects: tuple[int, ...]


@dataclass(slots=True)
class _Seen:
    """What the effects of one study at one stage say, while they are read."""

    tested: set[float] = field(default_factory=set)
    changed: set[float] = field(default_factory=set)
    unchanged: set[float] = field(default_factory=set)
    some: bool = False  # a change at an age that is not told
    none: bool = False  # no change, at ages that are not given
    ends: set[float] = field(default_factory=set)
    effects: list[int] = field(default_factory=list)


def courses(
    rows: Sequence[Row], codebook: Codebook, *, stages: Sequence[str] = STAGES
) -> list[Course]:
    """The course of every study at every stage it speaks of, in the order of the stages."""
    rows = of_contrast(rows, CONTRAST)
    known = lines(rows)
    seen: dict[tuple[str, int], _Seen] = {}
    places: Places = {}
    for row in rows:
        place = _Place.of(row, codebook, places)
        for stage in row["facets"].get("timing", ()):
            if stage in stages:
                _read(seen.setdefault((stage, row["study_id"]), _Seen()), row, place)
    found = [_course(stage, known[study], one) for (stage, study), one in seen.items()]
    return sorted(found, key=lambda c: (stages.index(c.stage), c.line.year or 9999, c.line.label))


def _read(seen: _Seen, row: Row, place: "_Place") -> None:
    seen.effects.append(row["id"])
    tested = set(row["measures"].get("lifespan", ()))
    before, after = onset(row.get("note") or "", unit=place.unit)
    unchanged, changed = place.shares(before), place.shares(after)
    for number in row["numbers"]:
        older = place.older(number)
        match str(number.get("direction") or "").rpartition(".")[2]:
            case "increase" | "decrease" if older is not None:
                changed.add(older)
            case "no_change" if older is not None:
                unchanged.add(older)
    tested |= changed | unchanged
    seen.ends |= tested | place.ends(row)
    seen.tested |= tested
    seen.changed |= changed
    seen.unchanged |= unchanged
    if changed or unchanged:
        return
    later = sorted(tested)[1:]
    match next(iter(row["facets"].get("direction", ())), "").rpartition(".")[2]:
        case "increase" | "decrease" if len(tested) == 2:
            seen.changed.update(later)
        case "increase" | "decrease":
            seen.some = True
        case "no_change":
            seen.unchanged.update(later)
            seen.none = True


def _course(stage: str, line: Line, seen: _Seen) -> Course:
    first = min(seen.changed, default=None)
    state: State = "not told"
    if len(seen.ends) < 2:  # one age alone says nothing of before and after
        state = "ages not given"
    elif first is not None:
        state = "changed"
    elif seen.some:
        state = "changed, age not told"
    elif seen.unchanged or seen.none:
        state = "unchanged"
    unchanged = {age for age in seen.unchanged if first is None or age < first}
    return Course(
        stage=stage,
        line=line,
        state=state,
        tested=tuple(sorted(seen.tested)),
        first=first,
        unchanged=tuple(sorted(unchanged)),
        span=(min(seen.ends), max(seen.ends)) if seen.ends else None,
        effects=tuple(seen.effects),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where ages lie in the lifespan of a kind; what was read once is remembered."""

    codebook: Codebook
    species: str | None
    strain: str | None
    unit: Unit | None
    known: dict[float, float | None] = field(default_factory=dict)
    texts: dict[tuple[str, Unit | None], tuple[Age, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row, codebook: Codebook, places: "Places") -> "_Place":
        species, strain = row["facets"].get("species", ()), row["facets"].get("strain", ())
        one = species[0] if len(species) == 1 else None
        key = (one, strain[0] if len(strain) == 1 else None, unit_of(species))
        if key not in places:
            places[key] = cls(codebook, *key)
        return places[key]

    def read(self, text: object, unit: Unit | None) -> tuple[Age, ...]:
        """The ages of a cell."""
        key = (str(text or ""), unit)
        if key not in self.texts:
            self.texts[key] = ages(key[0], unit=unit)
        return self.texts[key]

    def shares(self, some: Iterable[Age]) -> set[float]:
        return self._shares(age.middle for age in some)

    def older(self, number: Mapping[str, Any]) -> float | None:
        """The age of the older of the two groups of a row, where it gives two ages."""
        both = set()
        for group in ("group1", "group2"):
            both |= self.shares(self.read(number.get(f"{group}_age"), self.unit))
        return max(both) if len(both) > 1 else None

    def ends(self, row: Row) -> set[float]:
        """The ends of the ages of the groups (`groups`: their cells) that an effect compares."""
        found = [
            age
            for group in row.get("groups", ())
            for age in self.read(group.get("age"), group.get("age_unit") or self.unit)
        ]
        return self._shares(end for age in found for end in age.months if end is not None)

    def _shares(self, months: Iterable[float]) -> set[float]:
        found = (self._share(one) for one in months)
        return {round(share, 4) for share in found if share is not None}

    def _share(self, months: float) -> float | None:
        if months not in self.known:
            self.known[months] = share_of_life(
                months, self.codebook, species=self.species, strain=self.strain
            )
        return self.known[months]


Places = dict[tuple[str | None, str | None, Unit | None], _Place]


@dataclass(frozen=True, slots=True)
class Order:
    """Which of two stages a study found changed first: `first`, `second`, `together` or unknown."""

    line: Line
    answer: Literal["first", "second", "together", "cannot be told"]


def order(found: Sequence[Course], one: str, other: str) -> list[Order]:
    """What the studies that speak of both stages say of their order."""
    by_study: dict[int, dict[str, Course]] = {}
    for course in found:
        by_study.setdefault(course.line.study, {})[course.stage] = course
    return [
        Order(some[one].line, _earlier(some[one], some[other]))
        for some in by_study.values()
        if one in some and other in some
    ]


def _earlier(a: Course, b: Course) -> Literal["first", "second", "together", "cannot be told"]:
    if a.first is not None and b.first is not None and len({*a.tested, *b.tested}) > 2:
        if a.first == b.first:
            return "together"
        return "first" if a.first < b.first else "second"
    if a.state == "changed" and b.state == "unchanged":
        return "first"
    if b.state == "changed" and a.state == "unchanged":
        return "second"
    return "cannot be told"
