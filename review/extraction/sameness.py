"""Decides when two values of a cell are the same: by value, in whatever unit or spelling.

Numbers are equal by value and after conversion of units; texts are folded (case, spaces, dashes,
± and +/-); terms are equal as sets of codes in force.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from review.extraction.conversions import limits, number
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.extraction import FormField
from review.protocol.form import AGE_UNITS, TERMS_OF_NUMBERS, Section
from review.protocol.units import convert, unit

Cells = dict[str, Any]
_DASHES = dict.fromkeys(map(ord, "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{HYPHEN}"), "-")
# P<.05 is p < 0.05
_BARE_POINT = re.compile(r"(?<!\d)\.(?=\d)")
_MEASURED = ("mean", "median", "spread", "range")


def folded(text: Any) -> str:
    """A text without what two people type differently: case, spaces, dashes, a last full stop."""
    plain = unicodedata.normalize("NFKC", str(text)).translate(_DASHES)
    joined = "".join(plain.replace("±", "+/-").casefold().split()).rstrip(".")
    return _BARE_POINT.sub("0.", joined)


def same(field: FormField | None, one: Any, other: Any, codebook: Codebook) -> bool:
    """Whether two values of a cell are the same; both empty is the same, one empty is not."""
    if empty(one) or empty(other):
        return empty(one) and empty(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return bool(one) == bool(other)
    if isinstance(one, list) or isinstance(other, list):
        return codes(field, one, codebook) == codes(field, other, codebook)
    if (field is not None and field.id in TERMS_OF_NUMBERS) or (field and field.type == "facet"):
        return codes(field, one, codebook) == codes(field, other, codebook)
    first, second = number(one), number(other)
    if first is not None and second is not None:
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
    ends, others = limits(one), limits(other)
    if ends is not None and others is not None:
        return all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(ends, others, strict=True))
    return folded(one) == folded(other)


def codes(field: FormField | None, value: Any, codebook: Codebook) -> frozenset[str]:
    """The terms of a cell as codes in force; what is no term stays as its folded text."""
    facet = (field.facet or TERMS_OF_NUMBERS.get(field.id)) if field else None
    return frozenset(_code(one, facet, codebook) for one in _list(value))


def _code(text: Any, facet: str | None, codebook: Codebook) -> str:
    code = codebook.current(str(text))
    if codebook.get(code) is not None:
        return code
    known = next((one for one in codebook.facets if one.id == facet), None)
    wanted = folded(text)
    for term in known.terms if known else ():
        if wanted in (folded(term.label), term.last):
            return term.code
    return wanted


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def in_units_of(section: Section, row: Cells, other: Cells) -> Cells:
    """A row with its values in the units that another row gives them in, where they convert."""
    found = dict(row)
    for field in section.fields:
        if field.allowed_units and not empty(row.get(field.id)):
            name = f"{field.id}_unit"
            mine, theirs = row.get(name) or field.unit, other.get(name) or field.unit
            _convert(found, [field.id], mine, theirs, {name: other.get(name)})
    if section.id == "numbers":
        names = [f"group{group}_{part}" for group in (1, 2) for part in _MEASURED]
        given = [*names, "mean_difference"]
        _convert(found, given, row.get("unit"), other.get("unit"), {"unit": other.get("unit")})
    if section.id == "arms" and {row.get("age_unit"), other.get("age_unit")} <= set(AGE_UNITS):
        ages = ["age", "age_mean", "age_sd"]
        units = row.get("age_unit"), other.get("age_unit")
        _convert(found, ages, *units, {"age_unit": other.get("age_unit")})
    return found


def _convert(row: Cells, names: list[str], mine: Any, theirs: Any, then: Mapping[str, Any]) -> None:
    """Convert the named cells of a row from one unit to another, all of them or none."""
    if empty(mine) or empty(theirs) or mine == theirs:
        return
    one, other = unit(str(mine)), unit(str(theirs))
    if one is None or other is None or one.dimension != other.dimension:
        return
    given = [name for name in names if not empty(row.get(name))]
    changed = {name: _converted(row[name], str(mine), str(theirs)) for name in given}
    if given and all(value is not None for value in changed.values()):
        row |= changed
        for name, value in then.items():
            row.pop(name, None)
            row |= {} if empty(value) else {name: value}


def _converted(value: Any, mine: str, theirs: str) -> Any:
    found = number(value)
    if found is not None:
        there = convert(found, mine, theirs)
        if there is None:
            return None
        return f"{there:.12g}" if isinstance(value, str) else float(f"{there:.12g}")
    ends = limits(value)
    if ends is None:
        return None
    both = [convert(end, mine, theirs) for end in ends]
    return None if None in both else " to ".join(f"{end:.12g}" for end in both)
