"""Decides what one cell of a form may hold: its value as stored, or what is wrong with it."""

import math
import re
from collections.abc import Callable
from typing import Any

from review.extraction.conversions import limits
from review.protocol.codebook import nearest
from review.protocol.extraction import FormField
from review.protocol.units import matching, nearest_unit, unit

LONGEST_TEXT = 2000
LONGEST_LABEL = 300
LONGEST_QUOTE = 50  # words: enough to find the place, too short to copy the work

_NUMBER = r"[-+\N{MINUS SIGN}]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_QUANTITY = re.compile(rf"({_NUMBER})\s*((?:[^\W\d_]|[%°/]).*)")
_DATE = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_WHOLE = re.compile(r"\d+")
_FROM_TO = re.compile(r"\d+\s*(-|to|\N{EN DASH})\s*\d+")
_YES = {"yes": True, "true": True, "no": False, "false": False}


class Wrong(ValueError):
    """What is wrong with a value, in words that follow the name of its cell."""


def empty(value: Any) -> bool:
    """Whether a cell is as good as not filled in."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def read(field: FormField, value: Any) -> Any:
    """The value a cell holds, of its type; raises Wrong. Facets are read elsewhere."""
    return _READ[field.type](field, value)


def read_quantity(field: FormField, value: Any, given: Any) -> tuple[Any, str | None]:
    """A number and its unit, from the cell, from its unit cell, or from a text like `37 °C`.

    The unit is None where none is given. Raises Wrong for a unit that is not allowed, naming
    those that are and the nearest.
    """
    if isinstance(value, str) and field.type in ("number", "integer"):
        both = _QUANTITY.fullmatch(value.strip())
        if both and not empty(given):
            raise Wrong(f"holds a unit, {both[2]!r}, beside the cell of its unit")
        if both:
            value, given = both[1], both[2]
    named = None if empty(given) else read_unit(field, given)
    if named is None or field.type not in ("number", "integer"):
        return read(field, value), named
    number = read(field.model_copy(update={"min": None, "max": None}), value)
    _within(field, in_default_unit(field, number, named))
    return number, named


def read_unit(field: FormField, given: Any) -> str:
    """The allowed unit that a text names. Raises Wrong."""
    allowed = field.allowed_units
    found = matching(str(given), allowed)
    if found is None:
        near = nearest_unit(str(given), allowed)
        hint = f"; nearest: {near}" if near and len(allowed) > 1 else ""
        raise Wrong(
            f"is in {str(given)!r}{_measures(str(given), allowed)}: {_listed(allowed)}{hint}"
        )
    return found


def _measures(given: str, allowed: tuple[str, ...]) -> str:
    named, first = unit(given), unit(allowed[0])
    if named and first and named.dimension != first.dimension:
        return f", which measures {named.dimension}, not {first.dimension}"
    return ", which is none of its units"


def _listed(allowed: tuple[str, ...]) -> str:
    return f"allowed: {', '.join(allowed)}"


def in_default_unit(field: FormField, value: float, given: str | None) -> float:
    """A number in the unit that the field means where none is given."""
    own, named = unit(field.unit or ""), unit(given or "")
    if own is None or named is None or own == named:
        return value
    return named.base(value) / own.factor - own.offset


def words_of_quote(quote: str) -> str:
    """A quote, if it is short enough. Raises Wrong."""
    words = len(quote.split())
    if words > LONGEST_QUOTE:
        raise Wrong(f"has {words} words; quote at most {LONGEST_QUOTE}")
    return quote


def _text(field: FormField, value: Any) -> str:
    if isinstance(value, bool | list | dict):
        raise Wrong("must be a text")
    if isinstance(value, float) and not math.isfinite(value):
        raise Wrong("must be a text")
    text = (
        f"{value:g}" if isinstance(value, float) and value == int(value) else str(value)
    ).strip()
    if len(text) > LONGEST_TEXT:
        raise Wrong(f"has {len(text):,} characters; at most {LONGEST_TEXT:,} are kept")
    return text


def _number(field: FormField, value: Any) -> float:
    if isinstance(value, bool):
        raise Wrong("must be a number, not true or false")
    if not isinstance(value, int | float | str):
        raise Wrong("must be a number")
    try:
        number = float(str(value).strip().replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        hint = ""
        if isinstance(value, str) and re.fullmatch(r"-?\d+,\d+", value.strip()):
            hint = f"; write {value.strip().replace(',', '.')}"
        raise Wrong(f"must be a number, not {value!r}{hint}") from None
    if not math.isfinite(number):
        raise Wrong("must be a finite number")
    return _within(field, number)


def _within(field: FormField, number: float) -> float:
    if field.min is not None and number < field.min:
        raise Wrong(f"must be {_least(field.min)}, not {number:g}")
    if field.max is not None and number > field.max:
        raise Wrong(f"must be at most {field.max:g}, not {number:g}")
    return number


def _least(least: float) -> str:
    return "zero or above" if least == 0 else f"at least {least:g}"


def _integer(field: FormField, value: Any) -> int:
    number = _number(field, value)
    if number != int(number):
        raise Wrong(f"must be a whole number, not {value!r}")
    return int(number)


def _count(field: FormField, value: Any) -> int | str:
    if isinstance(value, bool):
        raise Wrong("must be a number, not true or false")
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and value >= 1:
        return int(_within(field, value))
    if isinstance(value, str) and _FROM_TO.fullmatch(value.strip()):
        return value.strip()
    raise Wrong(f"must be a whole number above zero or a range such as 7-9, not {value!r}")


def _spread(field: FormField, value: Any) -> float | str:
    if isinstance(value, bool):
        raise Wrong("must be a number, not true or false")
    if isinstance(value, str | list) and (ends := limits(value)) is not None:
        return _ordered(value, ends)
    try:
        number = float(str(value).replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        raise Wrong(f"must be a number or two limits such as 25-52, not {value!r}") from None
    if not 0 <= number < math.inf:
        raise Wrong(f"must be zero or above, not {value}")
    return number


def _range(field: FormField, value: Any) -> str:
    ends = limits(value) if isinstance(value, str | list) else None
    if ends is None:
        raise Wrong(f"must be two limits such as 25-52, not {value!r}")
    for end in ends:
        _within(field, end)
    return _ordered(value, ends)


def _ordered(value: Any, ends: tuple[float, float]) -> str:
    """The limits as a text; a higher one that comes first is a slip, not an order."""
    if isinstance(value, list):
        return f"{ends[0]:g} to {ends[1]:g}"
    first = re.search(_NUMBER, value)
    if first and float(first.group().replace("\N{MINUS SIGN}", "-")) > ends[0]:
        raise Wrong(f"has its higher limit first: {value!r}")
    return str(value).strip()


def _choice(field: FormField, value: Any) -> str:
    wanted = "yes" if value is True else "no" if value is False else str(value)
    for known in field.values:
        if known.casefold() == wanted.strip().casefold():
            return known
    raise Wrong(
        f"is {value!r}, which is none of {', '.join(field.values)}{nearest(wanted, field.values)}"
    )


def _choices(field: FormField, value: Any) -> list[str]:
    every = value if isinstance(value, list) else [part.strip() for part in str(value).split(";")]
    found = {_choice(field, one) for one in every if not empty(one)}
    return [known for known in field.values if known in found]


def _boolean(field: FormField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = _YES.get(str(value).strip().casefold())
    if found is None:
        raise Wrong(f"must be yes or no, not {value!r}")
    return found


def _date(field: FormField, value: Any) -> str:
    text = str(value).strip()
    if not _DATE.fullmatch(text):
        raise Wrong(f"must be a date as 2024, 2024-05 or 2024-05-20, not {value!r}")
    return text


def _as_is(field: FormField, value: Any) -> Any:
    return value


_READ: dict[str, Callable[[FormField, Any], Any]] = {
    "text": _text,
    "number": _number,
    "integer": _integer,
    "count": _count,
    "spread": _spread,
    "range": _range,
    "choice": _choice,
    "choices": _choices,
    "boolean": _boolean,
    "date": _date,
    "facet": _as_is,
}
