"""Decides where a meta-analysis is allowed, what goes into it, and why not where it is not.

One construct, one method family, one contrast, one species; at least three independent cohort
families with mean, SD and n of people; dependence handled: one comparison a family, chosen by a
stated rule, or all of a family's combined. With two families the estimate is shown and nothing is
concluded.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from review.errors import BadInput
from review.protocol import Codebook
from review.synthesis.comparisons import Comparison, Unsound, comparisons
from review.synthesis.effect_sizes import CORRELATION, Size, combined, composite, size_of, split
from review.synthesis.grouping import Item, branch, follow_up
from review.synthesis.pool_conditions import INDEPENDENT, Condition, Entry, conditions_of
from review.synthesis.random_effects import Pooled, pool
from review.synthesis.vote_groups import RISKS

SHOWN_FAMILIES = 2
Dependence = Literal["one", "combine"]
Verdict = Literal["pooled", "shown", "refused"]

RULE = (
    "One comparison a cohort family: what the study itself reports before what came from another "
    "team's table; then the muscle that most families of the group measured; then the lowest risk "
    "of bias; then the longest follow-up, where the forms tell one; then the newest report; then "
    "the most people; then the first that was extracted."
)
COMBINED = (
    "All comparisons of a cohort family combined: those of the same people as one outcome with a "
    f"correlation of {CORRELATION} between them (Borenstein 2009, ch. 24), those that share a "
    "group with its people divided among them (Cochrane Handbook 23.3.4), weighed by precision."
)
# units of outcomes that are ratios in nature: zero means none, and twice is twice
RATIO_UNITS = frozenset(
    {"us", "ms", "s", "m/s", "%", "% fibres", "% mvc", "fibres", "count", "count or index", "hz",
     "hz or pps", "pps", "mv", "uv", "uv or uv.ms", "ng/ml", "ng/ml or pm", "pg/ml"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How to pool. `measure` auto: log ratio of means for ratio-scale measures, else Hedges g."""

    measure: str = "auto"
    estimator: Literal["REML", "DL"] = "REML"
    hartung_knapp: bool = True
    guard: bool = True
    dependence: Dependence = "one"
    secondary: bool = True
    corrected: bool = False
    correlation: float = CORRELATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A group that might be pooled: what it holds, the verdict and its reasons."""

    population: str
    species: str
    contrast: str
    outcome: str
    method: str
    items: tuple[Item, ...]
    entries: tuple[Entry, ...]
    unsound: tuple[Unsound, ...]
    conditions: tuple[Condition, ...]
    verdict: Verdict
    measure: str
    pooled: Pooled | None

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not pooled: what each unmet condition found.

        Where no family has numbers, that these are too few goes without saying.
        """
        return tuple(
            one.found
            for one in self.conditions
            if not one.met and (self.entries or one.name != INDEPENDENT)
        )

    @property
    def families(self) -> int:
        """How many cohort families have any effect here."""
        return len({item.family for item in self.items})


def candidates(
    items: Iterable[Item], codebook: Codebook, options: Options | None = None
) -> list[Candidate]:
    """Every group of effects of one outcome, contrast, population, species and method family.

    Those pooled come first, then those shown, then the refused, each with the most families first.
    Raises BadInput for an unknown measure.
    """
    options = options or Options()
    every = list(items)
    sound, unsound = comparisons(every, secondary=options.secondary)
    groups: dict[tuple[str, ...], tuple[list[Item], list[Comparison], list[Unsound]]] = {}
    for one in sound:
        groups.setdefault(_key(one.item, one.method), ([], [], []))[1].append(one)
    for lost in unsound:
        groups.setdefault(_key(lost.item, _method(lost)), ([], [], []))[2].append(lost)
    for own, some, without in groups.values():
        every = [one.item for one in some] + [lost.item for lost in without]
        own += {item.id: item for item in every}.values()
    found = [_candidate(key, *some, codebook, options) for key, some in groups.items()]
    order = {"pooled": 0, "shown": 1, "refused": 2}
    return sorted(
        found,
        key=lambda c: (order[c.verdict], -len(c.entries), -c.families, c.outcome, c.contrast),
    )


def _key(item: Item, method: str) -> tuple[str, ...]:
    return item.population, item.species, item.exact, item.outcome, method


def _method(lost: Unsound) -> str:
    row = lost.item.numbers[lost.row] if lost.row is not None else {}
    return branch(str(row["method"])) if row.get("method") else lost.item.method_family


def _candidate(
    key: tuple[str, ...],
    items: Sequence[Item],
    sound: Sequence[Comparison],
    unsound: Sequence[Unsound],
    codebook: Codebook,
    options: Options,
) -> Candidate:
    population, species, contrast, outcome, method = key
    measure = options.measure
    if measure == "auto":
        measure = measure_for(outcome, sound, codebook)
    entries, lost = _entries(sound, measure, options)
    conditions = conditions_of(key, entries, [*unsound, *lost], codebook, measure)
    whole = all(one.met for one in conditions)
    others = all(one.met for one in conditions if one.name != INDEPENDENT)
    verdict: Verdict = "refused"
    if whole:
        verdict = "pooled"
    elif others and len(entries) == SHOWN_FAMILIES:
        verdict = "shown"
    result = None
    if verdict != "refused":
        result = pool(
            [entry.size for entry in entries],
            estimator=options.estimator,
            hartung_knapp=options.hartung_knapp,
            guard=options.guard,
        )
    return Candidate(
        population=population,
        species=species,
        contrast=contrast,
        outcome=outcome,
        method=method,
        items=tuple(items),
        entries=tuple(entries),
        unsound=(*unsound, *lost),
        conditions=tuple(conditions),
        verdict=verdict,
        measure=measure,
        pooled=result,
    )


def measure_for(outcome: str, sound: Iterable[Comparison], codebook: Codebook) -> str:
    """`rom` where the codebook's unit of the outcome is a ratio scale and all means are above zero.

    Else `g`.
    """
    term = codebook.get(outcome)
    unit = (term.unit if term else None) or ""
    parts = {part.strip().strip('"').casefold() for part in (unit, *unit.split(" or "))}
    positive = all(one.one.mean > 0 and one.two.mean > 0 for one in sound)
    return "rom" if parts & RATIO_UNITS and positive else "g"


def _entries(
    sound: Sequence[Comparison], measure: str, options: Options
) -> tuple[list[Entry], list[Unsound]]:
    by_family: dict[str, list[Comparison]] = {}
    lost = []
    for one in sound:
        try:
            size_of(measure, one.one, one.two, corrected=options.corrected)
        except BadInput as fault:
            if measure not in ("g", "rom", "md"):
                raise
            lost.append(Unsound(one.item, one.row, str(fault)))
            continue
        by_family.setdefault(one.item.family, []).append(one)
    common = _commonest_muscle(by_family)
    found = []
    for family, some in sorted(by_family.items()):
        if options.dependence == "combine":
            size, used = _combined(some, measure, options), some
        else:
            used = [min(some, key=lambda one: _rank(one, common))]
            size = size_of(measure, used[0].one, used[0].two, corrected=options.corrected)
        found.append(Entry(family, size, tuple(used), len(some) - len(used)))
    found.sort(key=lambda entry: (entry.year, entry.label))
    return found, lost


def _commonest_muscle(by_family: Mapping[str, Sequence[Comparison]]) -> str:
    counted = Counter(
        muscle for some in by_family.values() for muscle in sorted({one.muscle for one in some})
    )
    return min(counted, key=lambda muscle: (-counted[muscle], muscle), default="")


def _rank(one: Comparison, common: str) -> tuple[object, ...]:
    return (
        one.secondary,
        one.muscle != common,
        RISKS.get(one.item.risk, 4),
        -follow_up(one.item.numbers[one.row]),
        -(one.item.year or 0),
        -one.people,
        one.item.id,
        one.row,
    )


def _combined(some: Sequence[Comparison], measure: str, options: Options) -> Size:
    """All of a family: outcomes of the same people first, then those that share a group."""
    pairs: dict[tuple[object, ...], list[Comparison]] = {}
    for one in some:
        pairs.setdefault((one.item.study, one.one_label, one.two_label), []).append(one)
    sharing = Counter((study, label) for study, *labels in pairs for label in labels)
    sizes = []
    for (study, first, second), same in pairs.items():
        own = [
            size_of(
                measure,
                split(one.one, sharing[study, first]),
                split(one.two, sharing[study, second]),
                corrected=options.corrected,
            )
            for one in same
        ]
        sizes.append(composite(own, correlation=options.correlation))
    return combined(sizes)
