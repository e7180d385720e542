"""Which numbers of an effect an expression may ask for: ages, share of lifespan, n, motor units.

They are read from what was extracted and kept beside it, never in place of it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from review.extraction.ages import Age, Unit, ages, band, share_of_life, unit_of
from review.protocol import Codebook

Numbers = Mapping[str, Any]
MEASURES = ("age", "lifespan", "n", "motor_units")
"""The fields that are read here."""


def measures(
    numbers: Sequence[Numbers],
    arms: Sequence[Numbers],
    codes: Mapping[str, Iterable[str]],
    codebook: Codebook,
) -> dict[str, set[float]]:
    """Return the values of each measure of an effect; what is not known is left out.

    `numbers` are the effect's rows of values, `arms` the plain cells of the groups it compares,
    `codes` all its codes by facet. `age` is in months, the middle of a range, one for each group;
    `lifespan` the same in % (`ages.share_of_life`); `n` the people or animals of all groups, the
    largest where rows differ; `motor_units` those that were tested.
    """
    species, strain = _only(codes, "species"), _only(codes, "strain")
    middles = {age.middle for age in _ages(numbers, arms, unit_of(codes.get("species", ())))}
    shares = (share_of_life(age, codebook, species=species, strain=strain) for age in middles)
    found = {
        "age": middles,
        "lifespan": {share for share in shares if share is not None},
        "n": _people(numbers, arms),
        "motor_units": _motor_units(numbers),
    }
    return {name: {round(value, 4) for value in some} for name, some in found.items() if some}


def bands(found: Mapping[str, set[float]], codebook: Codebook) -> set[str]:
    """Return the codes of the age bands of an effect's measures."""
    some = (band(share, codebook) for share in found.get("lifespan", ()))
    return {code for code in some if code}


def _only(codes: Mapping[str, Iterable[str]], facet: str) -> str | None:
    some = list(codes.get(facet, ()))
    return some[0] if len(some) == 1 else None


def _ages(numbers: Sequence[Numbers], arms: Sequence[Numbers], unit: Unit | None) -> Iterable[Age]:
    for arm in arms:
        if arm.get("age") not in (None, ""):
            yield from ages(str(arm["age"]), unit=arm.get("age_unit") or unit)
    for row in numbers:
        for group in ("group1", "group2"):
            said = row.get(f"{group}_age")
            if said not in (None, ""):
                own = row.get(f"{group}_age_unit") or row.get("age_unit") or unit
                yield from ages(str(said), unit=own)


def _people(numbers: Sequence[Numbers], arms: Sequence[Numbers]) -> set[float]:
    rows = [[row[g] for g in ("group1_n", "group2_n") if row.get(g)] for row in numbers]
    given = [sum(map(_least, row)) for row in rows if row]
    if not given:
        given = [sum(_least(arm["n"]) for arm in arms if arm.get("n"))]
    return {float(max(given))} - {0.0}


def _motor_units(numbers: Sequence[Numbers]) -> set[float]:
    given = [
        sum(_least(row[name]) for name in row if "motor_units" in name or name.endswith("_units"))
        for row in numbers
    ]
    return {float(max(given, default=0))} - {0.0}


def _least(count: Any) -> int:
    """The number of a count; the smaller end of a range such as 7-9."""
    found = re.match(r"\s*(\d{1,9})", str(count).replace(",", ""))
    return int(found[1]) if found else 0
