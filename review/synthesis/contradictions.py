"""Decides where the evidence contradicts itself, and what differs between the sides.

Three kinds, all computed: *between* studies (one population, species, contrast and outcome, and
not one direction); *within* a study (one outcome changed while another, tested too, did not); and
*order* (studies that put another stage of the cascade first). One direction is what the point
estimate does, whatever it means for health, so outcomes of ambiguous meaning are in it too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from review.synthesis.grouping import Item, by_family

WAYS = ("increase", "decrease", "no_change", "mixed")
CHANGED = frozenset({"increase", "decrease"})


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Effects of one outcome that do not go one way: `sides` by direction, in WAYS's order.

    `opposed`: some rise where others fall, else some change where others do not. `differs` maps
    what differs between the sides to what each side has.
    """

    population: str
    species: str
    contrast: str
    outcome: str
    sides: Mapping[str, tuple[Item, ...]]
    opposed: bool
    differs: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def families(self) -> int:
        """How many cohort families are in it."""
        return len(by_family(item for some in self.sides.values() for item in some))


def between_studies(items: Iterable[Item]) -> list[Contradiction]:
    """Every outcome on which studies of one population, species and contrast disagree.

    Those with sides that oppose each other come first, then those of the most families.
    """
    groups: dict[tuple[str, str, str, str], list[Item]] = {}
    for item in items:
        if item.direction in WAYS and item.outcome and item.contrast:
            key = (item.population, item.species, item.contrast, item.outcome)
            groups.setdefault(key, []).append(item)
    found = []
    for key, some in groups.items():
        sides = {
            way: tuple(item for item in some if item.direction == way)
            for way in WAYS
            if any(item.direction == way for item in some)
        }
        if len(sides) > 1 and len({item.study for item in some}) > 1:
            opposed = {"increase", "decrease"} <= sides.keys()
            found.append(Contradiction(*key, sides, opposed, differences(sides)))
    return sorted(found, key=lambda c: (not c.opposed, -c.families, c.population, c.outcome))


# what two sides may differ in: heading -> what an item has of it
def _traits(item: Item) -> dict[str, tuple[str, ...]]:
    facets = item.facets
    return {
        "cohort": (item.family,),
        "muscle": item.muscles,
        "method": item.methods,
        "age": tuple(ages(item)),
        "age band": tuple(facets.get("age_band", ())),
        "sex": tuple(facets.get("sex", ())),
        "strain": tuple(facets.get("strain", ())),
        "task": tuple(dict.fromkeys(str(n["task"]) for n in item.numbers if n.get("task"))),
        "contrast": (item.exact,),
        "modifier": item.modifiers,
        "criteria": item.criteria,
        "status": tuple(facets.get("status", ())),
        "unit of analysis": tuple(facets.get("unit_of_analysis", ())),
        "risk of bias": (item.risk,) if item.risk else (),
        "verified": (item.verified,) if item.verified else (),
    }


def ages(item: Item) -> list[str]:
    """The ages compared, as reported: from the numbers, else from what the arms are called."""
    told = [
        f"{row.get('group1_age') or '?'} against {row['group2_age']}"
        for row in item.numbers
        if row.get("group2_age")
    ]
    return list(dict.fromkeys(told)) or list(dict.fromkeys(item.arms))


def differences(
    sides: Mapping[str, Sequence[Item]],
) -> dict[str, dict[str, tuple[str, ...]]]:
    """What is not the same on every side, and what each side has of it.

    What no side or only some items tell is told as far as known; what is the same on all sides is
    left out.
    """
    by_trait: dict[str, dict[str, tuple[str, ...]]] = {}
    for way, some in sides.items():
        for item in some:
            for trait, values in _traits(item).items():
                have = by_trait.setdefault(trait, dict.fromkeys(sides, ()))
                have[way] = tuple(dict.fromkeys((*have[way], *values)))
    return {
        trait: have
        for trait, have in by_trait.items()
        if len({frozenset(values) for values in have.values()}) > 1
    }


@dataclass(frozen=True, slots=True)
class Discord:
    """A study in which some outcomes changed and others, compared alike, did not.

    `elsewhere`: where outcomes of one stage disagree, effects of other studies (same population,
    species and contrast) that were worse outside the cascade: another place the fault may lie.
    """

    study: int
    label: str
    population: str
    species: str
    contrast: str
    changed: tuple[Item, ...]
    unchanged: tuple[Item, ...]
    elsewhere: tuple[Item, ...]


def within_studies(items: Iterable[Item]) -> list[Discord]:
    """Every study that saw one outcome change while another did not, or went both ways."""
    groups: dict[tuple[int, str], list[Item]] = {}
    outside: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        groups.setdefault((item.study, item.contrast), []).append(item)
        if item.alignment == "impaired" and not item.cascade:
            place = (item.population, item.species, item.contrast)
            outside.setdefault(place, []).append(item)
    found = []
    for (study, contrast), some in groups.items():
        changed = tuple(item for item in some if item.direction in CHANGED)
        still = tuple(item for item in some if item.direction in ("no_change", "mixed"))
        if not (contrast and changed and still):
            continue
        one = some[0]
        stages = {item.cascade for item in changed} & {item.cascade for item in still} - {""}
        others = outside.get((one.population, one.species, contrast), []) if stages else []
        elsewhere = tuple(item for item in others if item.study != study)
        found.append(
            Discord(
                study, one.label, one.population, one.species, contrast, changed, still, elsewhere
            )
        )
    return sorted(found, key=lambda one: (one.population, one.contrast, one.label))


@dataclass(frozen=True, slots=True)
class OrderConflict:
    """Studies that do not agree on whether a stage of the cascade comes first.

    `first`: studies in which the stage had changed where a later one had not. `not_first`: studies
    in which it was tested and unchanged, or changed only with others, while another had changed.
    """

    population: str
    species: str
    contrast: str
    stage: str
    first: tuple["Order", ...]
    not_first: tuple["Order", ...]


@dataclass(frozen=True, slots=True)
class Order:
    """What one study shows of a stage: which other stages it came before, after, or with."""

    study: int
    label: str
    before: tuple[Item, ...]
    after: tuple[Item, ...]
    together: tuple[Item, ...]
    own: tuple[Item, ...]


def order_conflicts(items: Iterable[Item]) -> list[OrderConflict]:
    """Every stage that one study finds changed before another stage, and another study does not.

    A stage is *before* another where one of its outcomes was worse while one of the other's was
    unchanged in the same study and contrast; *after* the other way round; *together* where both
    were worse.
    """
    groups: dict[tuple[str, str, str], dict[int, list[Item]]] = {}
    for item in items:
        if item.contrast and item.cascade and item.alignment in ("impaired", "neutral"):
            key = (item.population, item.species, item.contrast)
            groups.setdefault(key, {}).setdefault(item.study, []).append(item)
    found = []
    for key, studies in groups.items():
        stages = sorted({item.cascade for some in studies.values() for item in some})
        for stage in stages:
            told = [order for some in studies.values() if (order := _order(stage, some))]
            first = tuple(one for one in told if one.before and not one.after)
            rest = tuple(one for one in told if not (one.before and not one.after))
            if first and rest:
                found.append(OrderConflict(*key, stage, first, rest))
    return found


def _order(stage: str, some: Sequence[Item]) -> Order | None:
    own = [item for item in some if item.cascade == stage]
    other = [item for item in some if item.cascade != stage]
    if not own or not other:
        return None
    worse = any(item.alignment == "impaired" for item in own)
    still = any(item.alignment == "neutral" for item in own)
    after = [item for item in other if still and item.alignment == "impaired"]
    before = [item for item in other if worse and item.alignment == "neutral"]
    together = [item for item in other if worse and item.alignment == "impaired"]
    if not (before or after or together):
        return None
    return Order(
        some[0].study, some[0].label, tuple(before), tuple(after), tuple(together), tuple(own)
    )
