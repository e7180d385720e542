"""Decides what the evidence says of a claim: the side of each cohort family, and the verdict.

A family has one vote. It is *divided* where some of its effects support the claim and others
contradict it, or where fewer than 70 % of those that speak say one thing; an effect that speaks
for neither side is *no change* where its direction says so, else *silent*, as is one whose contrast
never votes. People and animals, and different contrasts, are never added up.

The verdict is of the families that speak (all but the silent): *too few* below three, *supported*
or *contradicted* where at least 70 % say so, else *mixed*. A direction says nothing of size.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from review.protocol import Codebook
from review.synthesis.grouping import JOINED, NEVER_VOTES, family_of

LEAST = 3
ONE_WAY = 0.7

Say = Literal["support", "contradict", "no-change", "divided", "silent"]
Verdict = Literal["supported", "contradicted", "mixed", "too few", "no study here"]
SAYS: tuple[Say, ...] = ("support", "contradict", "no-change", "divided", "silent")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Family:
    """What the effects of one cohort family in the claim's scope say of it.

    `effects` maps each of these effects to what it says; `studies` are their study ids.
    """

    name: str
    label: str
    say: Say
    studies: tuple[int, ...]
    effects: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Group:
    """The families of one population, and of one contrast where `contrast` is not None.

    Codes are those of the codebook; an empty one stands for a review without such a facet.
    """

    population: str
    contrast: str | None
    families: tuple[Family, ...]
    parts: tuple["Group", ...] = field(default=())

    def of(self, say: Say) -> tuple[Family, ...]:
        """The families that say this."""
        return tuple(one for one in self.families if one.say == say)

    @property
    def counts(self) -> dict[str, int]:
        """How many families say what."""
        return {say: len(self.of(say)) for say in SAYS}

    @property
    def speaking(self) -> int:
        """How many families say anything."""
        return sum(one.say != "silent" for one in self.families)

    @property
    def verdict(self) -> Verdict:
        """What may be said, never stronger than the data.

        Of several contrasts those with enough families to speak decide; where they differ, it is
        mixed.
        """
        if not self.families:
            return "no study here"
        if self.parts:
            found = {one.verdict for one in self.parts} - {"too few", "no study here"}
            if len(found) > 1:
                return "mixed"
            return next(iter(found), "too few")
        if self.speaking < LEAST:
            return "too few"
        for say, verdict in _VERDICTS:
            if len(self.of(say)) >= ONE_WAY * self.speaking:
                return verdict
        return "mixed"


_VERDICTS: tuple[tuple[Say, Verdict], ...] = (
    ("support", "supported"),
    ("contradict", "contradicted"),
)


def weigh(
    rows: Iterable[Row],
    supports: Sequence[set[int]],
    contradicts: Sequence[set[int]],
    *,
    codebook: Codebook,
    main: Mapping[int, str] | None = None,
) -> list[Group]:
    """Weigh a claim's effects: one group a population, each with its parts by contrast.

    `rows` are the effects in scope (`id`, `study_id`, `study_label`, `cohort_family`, `facets`);
    `supports` and `contradicts` the ids that each expression of that side matches; `main` the
    population that counts a study of several. Every population of the codebook has its group.
    """
    by_group: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        population = _population(row, main or {})
        exact = _first(row, "contrast")
        contrast = JOINED.get(exact, exact)
        by_group.setdefault((population, contrast), []).append(row)
    known = [f for f in codebook.facets if f.id == "population"]
    order = [t.code for f in known for t in f.terms] or [""]
    order += sorted({population for population, _ in by_group} - set(order))
    found = []
    for population in order:
        parts = [
            Group(population, contrast, _families(some, supports, contradicts))
            for (whose, contrast), some in sorted(by_group.items())
            if whose == population
        ]
        if len(parts) == 1:
            found.append(parts[0])
            continue
        whose = [row for (who, _), some in by_group.items() if who == population for row in some]
        whole = _families(whose, supports, contradicts)
        found.append(Group(population, None, whole, tuple(parts)))
    return found


def _families(
    rows: Sequence[Row], supports: Sequence[set[int]], contradicts: Sequence[set[int]]
) -> tuple[Family, ...]:
    by_family: dict[str, list[Row]] = {}
    for row in rows:
        by_family.setdefault(family_of(row), []).append(row)
    found = []
    for name, some in sorted(by_family.items()):
        says = _says(some, supports, contradicts)
        labels = list(dict.fromkeys(str(row["study_label"] or row["study_id"]) for row in some))
        found.append(
            Family(
                name=name,
                label="; ".join(labels),
                say=_vote(list(says.values())),
                studies=tuple(sorted({int(row["study_id"]) for row in some})),
                effects=says,
            )
        )
    return tuple(found)


def _says(
    rows: Sequence[Row], supports: Sequence[set[int]], contradicts: Sequence[set[int]]
) -> dict[int, str]:
    """What each effect says; a side of several expressions must hold whole within one study."""
    studies: dict[int, set[int]] = {}
    for row in rows:
        studies.setdefault(row["study_id"], set()).add(row["id"])
    for_it, against = (
        {
            effect
            for ids in studies.values()
            if all(ids & matched for matched in side)
            for effect in ids & set().union(*side)
        }
        for side in (supports, contradicts)
    )
    whole_studies = len(supports) > 1 or len(contradicts) > 1
    return {row["id"]: _said(row, for_it, against, neutral=not whole_studies) for row in rows}


def _said(row: Row, for_it: set[int], against: set[int], *, neutral: bool) -> str:
    id_ = row["id"]
    if _first(row, "contrast") in NEVER_VOTES:
        return "silent"
    if id_ in for_it and id_ in against:
        return "divided"
    if id_ in for_it:
        return "support"
    if id_ in against:
        return "contradict"
    direction = _first(row, "direction").rpartition(".")[2] if neutral else ""
    return {"no_change": "no-change", "mixed": "divided"}.get(direction, "silent")


def _vote(says: list[str]) -> Say:
    speaking = [said for said in says if said != "silent"]
    if not speaking:
        return "silent"
    if "support" in speaking and "contradict" in speaking:
        return "divided"
    for say in SAYS[:3]:
        if speaking.count(say) >= ONE_WAY * len(speaking):
            return say
    return "divided"


def _population(row: Row, main: Mapping[int, str]) -> str:
    codes = [str(code) for code in row["facets"].get("population") or ("",)]
    counted = main.get(row["study_id"], "")
    return counted if counted in codes else codes[0]


def _first(row: Row, facet: str) -> str:
    return str(next(iter(row["facets"].get(facet) or ()), ""))
