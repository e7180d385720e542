"""Decides what is counted together: votes by direction for each population, contrast and outcome.

Groups are population × contrast × outcome domain (or each outcome alone). Within a group each
cohort family has one vote; what is left out is counted and named. Where a group of animals holds
several species each is counted apart as well.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from review.synthesis.grouping import NEVER_VOTES, Item, by_family
from review.synthesis.votes import LEAST_FOR_P, Finding, Tally, count

By = Literal["domain", "outcome"]
NOT_GIVEN = "not given"
# what a family may say, in the order in which it is read
SAYS = ("worse", "better", "none", "conflicting", "ambiguous", NOT_GIVEN)


@dataclass(frozen=True, slots=True)
class FamilyVote:
    """What a cohort family says in one group, and by which studies and effects."""

    family: str
    label: str
    vote: str
    studies: tuple[int, ...]
    effects: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteGroup:
    """One cell of the synthesis: who says what, and what may be said of it.

    `refused` is why nothing votes here, else empty. `parts` are the same by species, where there
    are several.
    """

    population: str
    contrast: str
    domain: str
    outcomes: tuple[str, ...]
    species: tuple[str, ...]
    items: tuple[Item, ...]
    families: tuple[FamilyVote, ...]
    tally: Tally
    refused: str = ""
    parts: tuple["VoteGroup", ...] = ()

    def of(self, vote: str) -> tuple[FamilyVote, ...]:
        """The families that say this."""
        return tuple(one for one in self.families if one.vote == vote)

    @property
    def studies(self) -> tuple[int, ...]:
        """Every study of the group, silent ones too."""
        return tuple(sorted({item.study for item in self.items}))

    @property
    def why_no_p(self) -> str:
        """Why no p is stated, empty where one is."""
        if self.refused:
            return self.refused
        if self.tally.n >= LEAST_FOR_P:
            return ""
        return f"fewer than {LEAST_FOR_P} families with a direction"


def vote_groups(items: Iterable[Item], *, by: By = "domain") -> list[VoteGroup]:
    """Count the votes of every group; `by` outcome makes each outcome a group of its own.

    Groups are in the order of the items' codes. Items without an outcome or a contrast are in
    groups of their own, whose code is empty.
    """
    some: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        key = (item.population, item.contrast, item.domain if by == "domain" else item.outcome)
        some.setdefault(key, []).append(item)
    return [_group(*key, found) for key, found in sorted(some.items())]


def _group(
    population: str, contrast: str, domain: str, items: Sequence[Item], *, whole: bool = True
) -> VoteGroup:
    species = sorted({item.species for item in items})
    parts: list[VoteGroup] = []
    if whole and len(species) > 1:
        parts = [
            _group(
                population, contrast, domain, [i for i in items if i.species == one], whole=False
            )
            for one in species
        ]
    refused = NEVER_VOTES.get(contrast, "")
    families = tuple(_family(name, own) for name, own in by_family(items).items())
    return VoteGroup(
        population=population,
        contrast=contrast,
        domain=domain,
        outcomes=tuple(sorted({item.outcome for item in items})),
        species=tuple(species),
        items=tuple(items),
        families=families,
        tally=tally([] if refused else items),
        refused=refused,
        parts=tuple(parts),
    )


def tally(items: Iterable[Item]) -> Tally:
    """The votes of items of one population and contrast."""
    return count(
        Finding(
            family=item.family,
            alignment=heard(item),
            contrast=item.contrast,
            population=item.population,
        )
        for item in items
    )


def heard(item: Item) -> str:
    """What an item says to the count: its alignment, `mixed`, `ambiguous`, or nothing."""
    if item.direction in ("", "not_extracted", "not_reported"):
        return ""
    if item.ambiguous:
        return "ambiguous"
    return "mixed" if item.direction == "mixed" else item.alignment


def _family(name: str, items: Sequence[Item]) -> FamilyVote:
    refused = any(item.contrast in NEVER_VOTES for item in items)
    said = {} if refused else tally(items).votes
    return FamilyVote(
        family=name,
        label="; ".join(dict.fromkeys(item.label for item in items)),
        vote=said.get(name, "ambiguous" if refused else NOT_GIVEN),
        studies=tuple(sorted({item.study for item in items})),
        effects=tuple(sorted(item.id for item in items)),
    )


Keep = Callable[[Item], bool]


def prioritised(items: Iterable[Item]) -> list[Item]:
    """One study of each family and outcome: lowest risk of bias, longest follow-up, newest report.

    The muscle that most families of the group measured comes first, where a study has several.
    """
    kept: list[Item] = []
    by_outcome: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        by_outcome.setdefault((item.family, item.outcome), []).append(item)
    for some in by_outcome.values():
        best = min(some, key=_rank)
        kept += [item for item in some if item.study == best.study]
    return kept


def _rank(item: Item) -> tuple[float, ...]:
    return RISKS.get(item.risk, 4), -item.follow_up, -(item.year or 0), item.study


RISKS: dict[str | None, int] = {"low": 0, "some": 1, "high": 2, "unclear": 3, None: 4}
