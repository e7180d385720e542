"""Decides what the evidence says of a claim: the side of each cohort family, and the verdict.

A family has one vote. It is *divided* where some of its effects support the claim and others
contradict it, or where fewer than 70 % of those that speak say one thing; an effect that speaks
for neither side is *no change* where its direction says so, else *silent*, as is one whose contrast
never votes. People and animals, and different contrasts, are never added up.

The verdict is of the families that speak (all but the silent): *too few* below three, *supported*
or *contradicted* where at least 70 % say so, else *mixed*. A direction says nothing of size.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from review.protocol import Codebook
from review.synthesis.bits import listed
from review.synthesis.grouping import JOINED, NEVER_VOTES
from review.synthesis.heard import Heard

LEAST = 3
ONE_WAY = 0.7

Say = Literal["support", "contradict", "no-change", "divided", "silent"]
Verdict = Literal["supported", "contradicted", "mixed", "too few", "no study here"]
SAYS: tuple[Say, ...] = ("support", "contradict", "no-change", "divided", "silent")


@dataclass(frozen=True, slots=True)
class Family:
    """What the effects of one cohort family in the claim's scope say of it.

    `effects` maps each of these effects to what it says; `studies` are their study ids.
    """

    name: str
    label: str
    say: Say
    studies: tuple[int, ...]
    effects: Mapping[int, Say]


@dataclass(frozen=True)
class Group:
    """The families of one population, and of one contrast where `contrast` is not None.

    Codes are those of the codebook; an empty one stands for a review without such a facet. `said`
    are the effects by what they say, as bits; `votes` what each family says.
    """

    population: str
    contrast: str | None
    heard: Heard = field(repr=False)
    said: Mapping[Say, int] = field(default_factory=dict, repr=False)
    votes: Mapping[str, Say] = field(default_factory=dict, repr=False)
    parts: tuple["Group", ...] = ()

    @property
    def effects(self) -> int:
        """All its effects, as bits."""
        return sum(self.said.values())  # no effect says two things

    @cached_property
    def counts(self) -> dict[Say, int]:
        """How many families say what."""
        counted = Counter(self.votes.values())
        return {say: counted[say] for say in SAYS}

    @property
    def speaking(self) -> int:
        """How many families say anything."""
        return len(self.votes) - self.counts["silent"]

    @cached_property
    def studies(self) -> dict[Say, list[int]]:
        """The studies of the families that say each thing, in order."""
        found: dict[Say, list[int]] = {say: [] for say in SAYS}
        for study in sorted(self.heard.studies(self.effects)):
            found[self.votes[self.heard.family_of[study]]].append(study)
        return found

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The families one by one, in the order of their names."""
        heard = self.heard
        studies: dict[str, list[int]] = {}
        for study in sorted(heard.studies(self.effects)):
            studies.setdefault(heard.family_of[study], []).append(study)
        effects: dict[str, list[tuple[int, int, Say]]] = {}
        for say, some in self.said.items():
            for place in listed(some):
                one = (heard.study_at[place], heard.effect_at[place], say)
                effects.setdefault(heard.family_at[place], []).append(one)
        return tuple(
            Family(
                name=name,
                label="; ".join(dict.fromkeys(map(heard.label, studies[name]))),
                say=say,
                studies=tuple(studies[name]),
                effects={effect: said for _, effect, said in sorted(effects[name])},
            )
            for name, say in sorted(self.votes.items())
        )

    @property
    def verdict(self) -> Verdict:
        """What may be said, never stronger than the data.

        Of several contrasts those with enough families to speak decide; where they differ, it is
        mixed.
        """
        if not self.votes:
            return "no study here"
        if self.parts:
            found = {one.verdict for one in self.parts} - {"too few", "no study here"}
            if len(found) > 1:
                return "mixed"
            return next(iter(found), "too few")
        if self.speaking < LEAST:
            return "too few"
        for say, verdict in _VERDICTS:
            if self.counts[say] >= ONE_WAY * self.speaking:
                return verdict
        return "mixed"


_VERDICTS: tuple[tuple[Say, Verdict], ...] = (
    ("support", "supported"),
    ("contradict", "contradicted"),
)


def weigh(
    heard: Heard,
    scope: int,
    supports: Sequence[int],
    contradicts: Sequence[int],
    *,
    codebook: Codebook,
) -> list[Group]:
    """Weigh a claim's effects: one group a population, each with its parts by contrast.

    `scope` are the effects that bear on the claim, `supports` and `contradicts` those that each
    expression of that side matches, all as bits. Every population of the codebook has its group.
    """
    order = [t.code for f in codebook.facets if f.id == "population" for t in f.terms] or [""]
    order += sorted(
        code for code, some in heard.populations.items() if code not in order and some & scope
    )
    found = []
    for population in order:
        whole = scope & heard.populations.get(population, 0)
        by_contrast: dict[str, int] = {}
        for exact, some in heard.contrasts.items():
            if whole & some:
                joined = JOINED.get(exact, exact)
                by_contrast[joined] = by_contrast.get(joined, 0) | (whole & some)
        parts = [
            _group(population, contrast, heard, _said(heard, some, supports, contradicts))
            for contrast, some in sorted(by_contrast.items())
        ]
        if len(parts) == 1:
            found.append(parts[0])
            continue
        said = _said(heard, whole, supports, contradicts) if whole else {}
        found.append(_group(population, None, heard, said, tuple(parts)))
    return found


def _group(
    population: str,
    contrast: str | None,
    heard: Heard,
    said: Mapping[Say, int],
    parts: tuple[Group, ...] = (),
) -> Group:
    return Group(population, contrast, heard, said, _votes(heard, said), parts)


def _said(
    heard: Heard, group: int, supports: Sequence[int], contradicts: Sequence[int]
) -> dict[Say, int]:
    """The effects of a group by what they say; a side of several must hold within one study."""
    voting = group
    for contrast in NEVER_VOTES:
        voting &= ~heard.contrasts.get(contrast, 0)
    for_it, against = (_side(heard, group, side) & voting for side in (supports, contradicts))
    rest = voting & ~(for_it | against)
    if len(supports) > 1 or len(contradicts) > 1:
        rest = 0  # what did not change may be what a side asks for, so it says nothing by itself
    said: dict[Say, int] = {
        "support": for_it & ~against,
        "contradict": against & ~for_it,
        "no-change": rest & heard.directions.get("no_change", 0),
        "divided": (for_it & against) | (rest & heard.directions.get("mixed", 0)),
    }
    return said | {"silent": group & ~sum(said.values())}


def _side(heard: Heard, group: int, side: Sequence[int]) -> int:
    matched = [one & group for one in side]
    if len(matched) == 1:
        return matched[0]
    within, any_ = group, 0
    for one in matched:
        within &= heard.layout.whole(one)
        any_ |= one
    return within & any_


def _votes(heard: Heard, said: Mapping[Say, int]) -> dict[str, Say]:
    """What each family says by all its effects."""
    counted = {
        say: Counter(map(heard.family_at.__getitem__, listed(some))) for say, some in said.items()
    }
    found: dict[str, Say] = dict.fromkeys(counted.get("silent", ()), "silent")
    seen: set[str] = set()
    several: set[str] = set()
    for say in SAYS[:-1]:
        own = counted.get(say, Counter()).keys()
        several |= seen & own
        seen |= own
        found |= dict.fromkeys(own, say)
    for family in several:
        found[family] = _vote({say: counted[say][family] for say in SAYS[:-1]})
    return found


def _vote(said: Mapping[Say, int]) -> Say:
    if said["support"] and said["contradict"]:
        return "divided"
    speaking = sum(said.values())
    for say in SAYS[:3]:
        if said[say] >= ONE_WAY * speaking:
            return say
    return "divided"
