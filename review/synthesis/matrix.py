"""Decides what a modifier does to an outcome: the direction of each cell, one vote a family.

Only contrasts that set the modifier against its absence count: an intervention against control,
before against after, trained against untrained. They are never added up: each has its own cells.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from review.extraction.conversions import NAIVE, count
from review.synthesis.grouping import Item
from review.synthesis.vote_groups import VoteGroup, vote_groups

MODIFYING = ("con.interv", "con.prepost", "con.athlete")
# what shows a direction of the outcome itself, where not one means better or worse
ARROWS = {"increase": "↑", "decrease": "↓", "no_change": "→", "mixed": "↕"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One modifier, contrast, population and outcome: its directions and what they mean.

    `ways` counts families by the direction of the outcome, `group` holds their votes.
    """

    modifier: str
    population: str
    contrast: str
    outcome: str
    ways: dict[str, int]
    group: VoteGroup

    @property
    def arrow(self) -> str:
        """The direction most families show, or ↕ where none leads."""
        best = max(self.ways.values(), default=0)
        leading = [way for way, n in self.ways.items() if n == best]
        return ARROWS[leading[0]] if len(leading) == 1 else (ARROWS["mixed"] if leading else "?")


def modifier_cells(items: Iterable[Item]) -> list[Cell]:
    """Every cell of the matrix that has an effect; an effect of several modifiers is in each."""
    by_modifier: dict[str, list[Item]] = {}
    for item in items:
        if item.exact in MODIFYING:
            for modifier in item.modifiers or ("",):
                by_modifier.setdefault(modifier, []).append(item)
    return [
        Cell(modifier, group.population, group.contrast, group.domain, _ways(group), group)
        for modifier, some in sorted(by_modifier.items())
        for group in vote_groups(some, by="outcome")
    ]


def _ways(group: VoteGroup) -> dict[str, int]:
    """How many families show which direction: a family with several shows `mixed`."""
    found: dict[str, int] = {}
    for family in group.families:
        said = {
            item.direction
            for item in group.items
            if item.family == family.family and item.direction in ARROWS
        }
        if said:
            way = said.pop() if len(said) == 1 else "mixed"
            found[way] = found.get(way, 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class Tested:
    """A row of numbers and the unit its test was over: people, or motor units as if people."""

    item: Item
    unit: str
    people: tuple[int | None, int | None]
    motor_units: str
    p: str

    @property
    def naive(self) -> bool:
        """Whether motor units were tested as if they were people."""
        return self.unit == NAIVE


def units_of_analysis(items: Iterable[Item]) -> list[Tested]:
    """What every effect was tested over: its unit of analysis, n of people, n of motor units.

    An effect without numbers is a row of its own where its unit of analysis is known.
    """
    found = []
    for item in items:
        own = next(iter(item.facets.get("unit_of_analysis", ())), "")
        for row in item.numbers or ({},):
            unit = str(row.get("unit_of_analysis") or own)
            if not unit:
                continue
            people = (count(row.get("group1_n")), count(row.get("group2_n")))
            units = str(row.get("n_motor_units") or "")
            found.append(Tested(item, unit, people, units, str(row.get("p_as_reported") or "")))
    return found
