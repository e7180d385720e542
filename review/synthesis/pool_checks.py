"""Decides how a pool is tried: without one family, by subgroup, as the years went by."""

from collections.abc import Sequence
from dataclasses import dataclass

from review.synthesis.effect_sizes import Size
from review.synthesis.pool_conditions import Entry
from review.synthesis.pooling import Options
from review.synthesis.random_effects import Between, Pooled, between, pool


@dataclass(frozen=True, slots=True)
class Step:
    """A pool of some of the entries, and what it is called."""

    name: str
    families: tuple[str, ...]
    pooled: Pooled


def leave_one_out(entries: Sequence[Entry], options: Options) -> list[Step]:
    """The pool without each family in turn; needs three."""
    if len(entries) < 3:
        return []
    return [
        _step(f"without {one.label}", [other for other in entries if other is not one], options)
        for one in entries
    ]


def cumulative(entries: Sequence[Entry], options: Options) -> list[Step]:
    """The pool as the years went by: from two families on, one more each time."""
    ordered = sorted(entries, key=lambda entry: (entry.year, entry.label))
    return [
        _step(f"to {ordered[n - 1].year or 'unknown year'}", ordered[:n], options)
        for n in range(2, len(ordered) + 1)
    ]


def subgroups(
    entries: Sequence[Entry], facet: str, options: Options
) -> tuple[list[Step], Between | None]:
    """The pool within each value of a facet, and whether these differ; None for a single one.

    `facet` is a facet id, or `muscle`, `method`, `risk_of_bias`, `secondary`. A family with
    several values is in a subgroup of its own, named by all of them.
    """
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(_value(entry, facet), []).append(entry)
    steps = [_step(value, some, options) for value, some in sorted(found.items())]
    return steps, between([step.pooled for step in steps])


def _value(entry: Entry, facet: str) -> str:
    values: set[str] = set()
    for one in entry.of:
        match facet:
            case "muscle":
                values |= {one.muscle}
            case "risk_of_bias":
                values |= {one.item.risk or "not appraised"}
            case "secondary":
                values |= {"from another team's table" if one.secondary else "from the study"}
            case _:
                values |= set(one.item.facets.get(facet, ()))
    return "; ".join(sorted(value for value in values if value))


def _step(name: str, entries: Sequence[Entry], options: Options) -> Step:
    sizes: list[Size] = [entry.size for entry in entries]
    made = pool(
        sizes,
        estimator=options.estimator,
        hartung_knapp=options.hartung_knapp,
        guard=options.guard,
    )
    return Step(name, tuple(entry.family for entry in entries), made)
