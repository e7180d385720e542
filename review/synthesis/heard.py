"""Decides what is known of each effect that somebody hears when effects are only counted.

Effects are bits (`synthesis.bits`): a study has one block of places, a term the set of places it
speaks of. Each effect counts in one population (the one its study is counted in, where it has
several) and in one contrast, so groups of effects never overlap.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain

from review.synthesis.bits import Blocks, listed, places

Key = tuple[str, str]


class Heard:
    """The effects heard, as bits, with the study, the cohort family and the number of each.

    `blocks` are (first place, places, study, number of the first effect) of each study; `names`
    maps a study to its label and cohort family; `sets` a facet and code to the effects it speaks
    of; `main` names the population that counts a study of several.
    """

    def __init__(
        self,
        blocks: Iterable[tuple[int, int, int, int]],
        names: Mapping[int, tuple[str, str]],
        sets: Mapping[Key, int],
        *,
        main: Mapping[int, str] | None = None,
    ) -> None:
        self.blocks = list(blocks)
        self.layout = Blocks.of((start, size) for start, size, _, _ in self.blocks)
        self.names = names
        self.sets = sets
        self._main = main or {}

    def label(self, study: int) -> str:
        """What a study is called; its number where it has no label."""
        label, _ = self.names.get(study, ("", ""))
        return str(label or f"study {study}")

    @cached_property
    def study_at(self) -> list[int]:
        """The study of each place; 0 between the blocks."""
        found = [0] * self.layout.body.bit_length()
        for start, size, study, _ in self.blocks:
            found[start : start + size] = [study] * size
        return found

    @cached_property
    def family_of(self) -> dict[int, str]:
        """The cohort family of each study, or the study itself where it belongs to none."""
        found = {}
        for _, _, study, _ in self.blocks:
            _, family = self.names.get(study, ("", ""))
            found[study] = str(family or f"study {study}")
        return found

    @cached_property
    def family_at(self) -> list[str]:
        """The cohort family of each place."""
        return [self.family_of.get(study, "") for study in self.study_at]

    @cached_property
    def effect_at(self) -> list[int]:
        """The number of the effect at each place."""
        found = [0] * self.layout.body.bit_length()
        for start, size, _, first in self.blocks:
            found[start : start + size] = range(first, first + size)
        return found

    def studies(self, effects: int) -> set[int]:
        """The studies of a set of effects."""
        return set(map(self.study_at.__getitem__, listed(effects)))

    def families(self, effects: int) -> set[str]:
        """The cohort families of a set of effects."""
        return set(map(self.family_at.__getitem__, listed(effects)))

    def codes(self, facet: str) -> dict[str, int]:
        """The effects that each code of a facet speaks of, in the order of the codes."""
        return {
            code: some & self.layout.body
            for (name, code), some in sorted(self.sets.items())
            if name == facet
        }

    def first(self, facet: str) -> dict[str, int]:
        """The same, but each effect only with its first code; those without one under ""."""
        return _apart(self.codes(facet).items(), self.layout.body)

    @cached_property
    def contrasts(self) -> dict[str, int]:
        """The effects of each contrast; those without one under ""."""
        return self.first("contrast")

    @cached_property
    def outcomes(self) -> dict[str, int]:
        """The effects of each outcome."""
        return self.codes("outcome")

    @cached_property
    def population(self) -> dict[str, int]:
        """The effects of each population; a study of several speaks of each."""
        return self.codes("population")

    @cached_property
    def directions(self) -> dict[str, int]:
        """The effects of each direction, by the last part of its code."""
        found: dict[str, int] = {}
        for code, some in self.first("direction").items():
            last = code.rpartition(".")[2]
            found[last] = found.get(last, 0) | some
        return found

    @cached_property
    def populations(self) -> dict[str, int]:
        """The effects of each population, a study of several under the one that counts it."""
        codes = self.population
        chosen: dict[str, list[int]] = {}
        for start, size, study, _ in self.blocks:
            if (main := self._main.get(study, "")) in codes:
                chosen.setdefault(main, []).extend(range(start, start + size))
        counted = ((code, places(some) & codes[code]) for code, some in chosen.items())
        return _apart(chain(counted, codes.items()), self.layout.body)


def of_several(sets: Iterable[int]) -> int:
    """The effects that are in more than one of the sets."""
    seen = twice = 0
    for some in sets:
        twice |= seen & some
        seen |= some
    return twice


def _apart(sets: Iterable[tuple[str, int]], every: int) -> dict[str, int]:
    found: dict[str, int] = {}
    rest = every
    for code, some in sets:
        found[code] = found.get(code, 0) | (some & rest)
        rest &= ~some
    return {code: some for code, some in [*found.items(), ("", rest)] if some}
