"""Decides what changed for a claim since somebody read it: which families speak otherwise now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from review.synthesis.claim_votes import Group

_ABSENT = ""
# what one study, and several, now do that they did not when it was read
_NOW = {
    "support": ("supports it", "support it"),
    "contradict": ("contradicts it", "contradict it"),
    "no-change": ("saw no change", "saw no change"),
    "divided": ("is divided", "are divided"),
    "silent": ("measured it and gives no direction", "measured it and give no direction"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A cohort family that spoke otherwise (`before`, empty where unknown) than it does `now`."""

    population: str
    family: str
    label: str
    before: str
    now: str


def basis(groups: Iterable[Group]) -> dict[str, Any]:
    """What a reading rests on, to be stored: the side of each family and of each effect."""
    families: dict[str, dict[str, str]] = {}
    labels: dict[str, str] = {}
    effects: dict[str, str] = {}
    verdicts: dict[str, str] = {}
    for group in groups:
        verdicts[group.population] = group.verdict
        for one in group.families:
            families.setdefault(group.population, {})[one.name] = one.say
            labels[one.name] = one.label
            effects |= {str(effect): said for effect, said in one.effects.items()}
    return {"families": families, "labels": labels, "effects": effects, "verdicts": verdicts}


def changes(read: Mapping[str, Any], groups: Iterable[Group]) -> list[Change]:
    """Which families say something else now than in the basis of a reading, in their order."""
    now = basis(groups)
    found = []
    for population in dict.fromkeys((*now["families"], *read["families"])):
        old = read["families"].get(population, {})
        new = now["families"].get(population, {})
        for name in sorted({*old, *new}):
            before, after = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if before != after:
                label = now["labels"].get(name) or read["labels"].get(name) or name
                found.append(Change(population, name, str(label), before, after))
    return found


def replaced(read: Mapping[str, Any], groups: Iterable[Group]) -> int:
    """How many effects are not the ones it was read from: new, gone, or speaking otherwise."""
    now = set(basis(groups)["effects"].items())
    before = set(read["effects"].items())
    return len({id_ for id_, _ in now ^ before})


def told(found: Iterable[Change]) -> list[str]:
    """The changes in words: "2 studies more support it (A; B)", "1 study gone (C)"."""
    arrived: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    for one in found:
        if one.now:
            arrived.setdefault(one.now, []).append(one.label)
        else:
            left.setdefault(one.before, []).append(one.label)
    sentences = []
    for say, (single, several) in _NOW.items():
        if labels := arrived.get(say):
            n = len(labels)
            does = f"1 study more {single}" if n == 1 else f"{n} studies more {several}"
            sentences.append(f"{does} ({'; '.join(sorted(labels))})")
    for say, labels in left.items():
        n = len(labels)
        kind = {"support": "that supported it", "contradict": "that contradicted it"}.get(say, "")
        gone = f"{n} {'study' if n == 1 else 'studies'} {kind}".strip()
        sentences.append(f"{gone} gone ({'; '.join(sorted(labels))})")
    return sentences
