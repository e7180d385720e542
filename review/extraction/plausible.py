"""Decides what in a well-formed extraction cannot be true (refused) or is doubtful (a warning).

The rules, each stated in what it says:
- a mean lies within its CI, a median within its IQR, both within their range;
- a group has at most the n of its arm; no percentage of a whole lies outside 0 to 100; p <= 1;
- at least as many motor units are sampled as people, and at most 1,000 a person: decomposition and
  single-fibre recordings yield tens. (An estimated number of units is an outcome, not a sample.)
- an age lies within the longest life known of the species (`LONGEST_LIFE`);
- a value is in a unit of what its outcome measures, where the codebook says what that is;
- doubtful: a direction against the means, an SD below 4 % of its mean (an SE, likely), a spread
  of no kind, a mean without unit, units tested as if people without saying how many.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from review.extraction.ages import MONTHS, ages, unit_of
from review.extraction.conversions import NAIVE, count, limits, number
from review.extraction.faults import Fault, Place
from review.extraction.rows import each_row
from review.protocol import Codebook
from review.protocol.form import Form
from review.protocol.units import of_dimension, unit, units_in

MOST_UNITS_A_PERSON = 1000
SMALLEST_CV = 0.04
# In years: the longest lives on record, rounded up.
LONGEST_LIFE = {"human": 123, "mouse": 5, "rat": 7, "nhp": 70, "dog": 30, "cat": 39}
Row = Mapping[str, Any]

_P = re.compile(r"\s*[pP]?\s*(?:[<>=≤≥]|<=|>=)?\s*(\d*\.?\d+(?:[eE]-?\d+)?)\s*")
_SAMPLED = re.compile(r"~?(\d+)(?:\s+in all)?|(\d+)\s+[a-z ]+;\s*(\d+)\s+[a-z ]+")
_WHOLE = re.compile(r"%\s*(?:of\s+)?(?!MVC|max|change)[a-z]", re.IGNORECASE)
# letters that name a standardised effect where a unit could stand
_STATISTICS = frozenset({"d", "g", "r", "z", "h"})


def doubts(form: Row, definition: Form, codebook: Codebook) -> list[Fault]:
    """What is impossible or doubtful in a form whose cells are each well-formed."""
    study, arms, effects = form.get("study", {}), form.get("arms", []), form.get("effects", [])
    found: list[Fault] = []
    for i, arm in enumerate(arms):
        found += _ages(("arms", i), arm, study)
    for i, effect in enumerate(effects):
        at: Place = ("effects", i)
        if not effect.get("source") and not effect.get("sources"):
            found.append(_doubt((*at, "source"), "is missing: say where in the report it was read"))
        found += _p((*at, "p"), effect.get("p"))
        people = sum(
            count(arm.get("n")) or 0 for arm in arms if arm.get("label") in effect.get("arms", ())
        )
        found += _sampled((*at, "n_motor_units"), effect.get("n_motor_units"), people)
        for j, row in enumerate(effect.get("numbers", ())):
            place = (*at, "numbers", j)
            found += _row(place, row, effect, arms)
            found += _unit(place, row, effect, codebook)
    found += _digitised(form, definition)
    return found


def _doubt(place: Place, said: str) -> Fault:
    return Fault(place=place, said=said, warning=True)


def _row(at: Place, row: Row, effect: Row, arms: list[Row]) -> Iterator[Fault]:
    for group in (1, 2):
        yield from _group(at, row, group)
        yield from _people(at, row, group, effect, arms)
    yield from _against_means(at, row, effect)
    yield from _p((*at, "p_as_reported"), row.get("p_as_reported"))
    people = [count(row.get(f"group{group}_n")) for group in (1, 2)]
    yield from _sampled(
        (*at, "n_motor_units"), row.get("n_motor_units"), sum(n or 0 for n in people)
    )
    naive = NAIVE in (row.get("unit_of_analysis"), *effect.get("unit_of_analysis", ()))
    sampled = [row.get(f"{name}n_motor_units") for name in ("", "group1_", "group2_")]
    if naive and not any([*sampled, effect.get("n_motor_units")]):
        said = "is motor units as if people, and how many there were is not said"
        yield _doubt((*at, "unit_of_analysis"), said)


def _group(at: Place, row: Row, group: int) -> Iterator[Fault]:
    """What one group's mean, spread and n say of each other."""
    g = f"group{group}_"
    spread, kind = row.get(f"{g}spread"), row.get(f"{g}spread_type")
    mean, median = number(row.get(f"{g}mean")), number(row.get(f"{g}median"))
    place = (*at, f"{g}spread")
    ends = limits(spread)
    if spread is not None and kind in (None, "none"):
        yield _doubt(place, "is of no kind: say whether it is SD, SE, CI, IQR or range")
    if spread is not None and mean is None and median is None:
        yield _doubt(place, "is the spread of no mean or median")
    if kind in ("sd", "se") and ends is not None:
        yield Fault(place=place, said=f"is two limits, but an {kind.upper()} is one number")
    elif kind in ("iqr", "range") and ends is None and spread is not None:
        yield _doubt(place, f"is one number; a {_NAMED[kind]} has two limits, such as 25-52")
    if ends is not None and kind in _NAMED:
        yield from _within(at, row, g, ends, str(kind))
    if kind == "sd" and mean and ends is None and spread and spread / abs(mean) < SMALLEST_CV:
        share = 100 * spread / abs(mean)
        yield _doubt(place, f"is {share:.1f} % of the mean, little for an SD: is it an SE?")
    if mean is not None and _WHOLE.match(str(row.get("unit", ""))) and not 0 <= mean <= 100:
        yield Fault(place=(*at, f"{g}mean"), said=f"is {mean:g}, but a share lies in 0 to 100 %")


_NAMED = {"ci": "CI", "iqr": "IQR", "range": "range"}


def _within(at: Place, row: Row, g: str, ends: tuple[float, float], kind: str) -> Iterator[Fault]:
    for name in ("mean", "median"):
        # skewed values may well have their mean outside of the middle half
        if name == "mean" and kind == "iqr":
            continue
        value = number(row.get(f"{g}{name}"))
        if value is not None and not ends[0] <= value <= ends[1]:
            said = f"is {value:g}, outside its {_NAMED[kind]} of {ends[0]:g} to {ends[1]:g}"
            yield Fault(place=(*at, f"{g}{name}"), said=said)


def _people(at: Place, row: Row, group: int, effect: Row, arms: list[Row]) -> Iterator[Fault]:
    """n of people against the arm they are of, and n of motor units against people."""
    g = f"group{group}_"
    people = count(row.get(f"{g}n"))
    arm = _arm(row, group, effect, arms)
    there = arm and _most(arm.get("n"))
    if people and arm and there and people > there:
        said = f"is {people}, but the arm {arm['label']!r} has {there}"
        yield Fault(place=(*at, f"{g}n"), said=said)
    yield from _sampled((*at, f"{g}n_motor_units"), row.get(f"{g}n_motor_units"), people or 0)


def _most(n: Any) -> int | None:
    ends = limits(n)
    return int(ends[1]) if ends else count(n)


def _arm(row: Row, group: int, effect: Row, arms: list[Row]) -> Row | None:
    """The arm a group of numbers is of: by its label, else by its place among the effect's two."""
    label, age = row.get(f"group{group}_label"), row.get(f"group{group}_age")
    names = {label, f"{label} ({age})"} if label else set()
    for arm in arms:
        if arm.get("label") in names:
            return arm
    named = effect.get("arms", [])
    if not label and len(named) == 2:
        return next((arm for arm in arms if arm.get("label") == named[group - 1]), None)
    return None


def _sampled(at: Place, given: Any, people: int) -> Iterator[Fault]:
    """n of motor units: not fewer than people, not more than a sample of a person can hold."""
    found = _SAMPLED.fullmatch(str(given).strip()) if given is not None else None
    if not found or not people:
        return
    units = sum(int(part) for part in found.groups() if part)
    if units < people:
        yield Fault(place=at, said=f"is {units}, fewer than the {people} people sampled")
    elif units > people * MOST_UNITS_A_PERSON:
        yield Fault(
            place=at,
            said=f"is {units:,} of {people} people; more than {MOST_UNITS_A_PERSON:,} a person are "
            "not sampled (an estimated number of units is a mean, not an n)",
        )


def _p(at: Place, given: Any) -> Iterator[Fault]:
    found = _P.fullmatch(str(given)) if given is not None else None
    if found and float(found[1]) > 1:
        yield Fault(place=at, said=f"is {given!r}, but a p lies in 0 to 1")


def _against_means(at: Place, row: Row, effect: Row) -> Iterator[Fault]:
    one, two = number(row.get("group1_mean")), number(row.get("group2_mean"))
    if one is None or two is None or one == two:
        return
    said = row.get("direction") or next(iter(effect.get("direction", ())), "")
    way = str(said).rpartition(".")[2]
    seen = "increase" if two > one else "decrease"
    if way in ("increase", "decrease") and way != seen:
        place = (*at, "direction") if row.get("direction") else (*at[:2], "direction")
        yield _doubt(place, f"is {way}, but the means go from {one:g} to {two:g}")


def _unit(at: Place, row: Row, effect: Row, codebook: Codebook) -> Iterator[Fault]:
    """Whether the unit of a value measures what its outcome is, where the codebook says what."""
    given = row.get("unit")
    valued = any(
        row.get(f"group{group}_{name}") is not None
        for group in (1, 2)
        for name in ("mean", "median")
    )
    if not given:
        if valued:
            yield _doubt((*at, "unit"), "is missing")
        return
    term = next((codebook.get(code) for code in effect.get("outcome", ())), None)
    fitting = units_in(term.unit) if term and term.unit else []
    named = unit(str(given))
    if not fitting or named is None or term is None or given in _STATISTICS:
        return
    dimensions = dict.fromkeys(one.dimension for one in fitting)
    if named.dimension in dimensions or named.dimension == "share":
        return
    allowed = [name for one in dimensions for name in of_dimension(one)]
    yield Fault(
        place=(*at, "unit"),
        said=f"is {given!r}, which measures {named.dimension}; {term.label} is measured in "
        f"{term.unit} (allowed: {', '.join(allowed)})",
    )


def _ages(at: Place, arm: Row, study: Row) -> Iterator[Fault]:
    """An age beyond the longest life of the species is a slip of unit or number."""
    species = [code.rpartition(".")[2] for code in arm.get("species") or study.get("species", ())]
    if not species and "pop.human" in study.get("population", ()) == ["pop.human"]:
        species = ["human"]
    longest = max((LONGEST_LIFE.get(one, 0) for one in species), default=0)
    if not longest or any(one not in LONGEST_LIFE for one in species):
        return
    own = arm.get("age_unit") or unit_of(f"sp.{one}" for one in species)
    given = [("age", some) for some in ages(str(arm.get("age", "")), unit=own)]
    for name, age in given:
        months = max((end for end in age.months if end is not None), default=0)
        if months > longest * 12:
            said = f"is {age}, beyond the longest life of the species ({longest} y)"
            yield Fault(place=(*at, name), said=said)
            break
    mean = number(arm.get("age_mean"))
    if mean is not None and own and mean * MONTHS[own] > longest * 12:
        said = f"is {mean:g} {own}, beyond the longest life of the species ({longest} y)"
        yield Fault(place=(*at, "age_mean"), said=said)
    if (arm.get("age") or mean) and own is None:
        yield _doubt((*at, "age_unit"), "is missing")


def _digitised(form: Row, definition: Form) -> Iterator[Fault]:
    for _, place, row in each_row(form, definition):
        some = {"source": row.get("source") or {}}
        some |= {f"sources, {cell}": source for cell, source in row.get("sources", {}).items()}
        for name, source in some.items():
            if source.get("digitised") and not source.get("tool"):
                yield _doubt((*place, name), "is read off a figure: say with what tool")
