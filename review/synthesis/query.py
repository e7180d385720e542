"""What a search expression is once read: its tree, its text again, and what it says of one row.

The logic has two values: a comparison with something absent is false, and `not` turns it.
`!=` and `not in` are `not` around `=` and `in`, so they hold where nothing is known. A row is one
effect; `study has (...)` asks whether any effect of the row's study is so, so that two of them
together tell of a study in which one thing changed and another did not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, Literal

from review.synthesis.fields import FIELDS, Age

Op = Literal["in", "under", "<", "<=", ">", ">="]
Value = str | int | float | Age
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class And:
    """True where all items are."""

    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where any item is."""

    items: tuple["Expr", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the item is not."""

    item: "Expr"


@dataclass(frozen=True, slots=True)
class Has:
    """True where the item is true of any effect of the row's study."""

    item: "Expr"


@dataclass(frozen=True, slots=True)
class Compare:
    """A facet or a plain field (`facet` says which) against values.

    `in`: one of the values is there (`=` is `in` with one value); text is compared without
    regard to case. `under`: facets only; one of the codes, or a code below it, is there.
    The ordered operators take one number and are for number fields. Values of a facet are
    full codes (`under` also takes a dotted prefix that is no term itself, such as `out.mu`).
    """

    name: str
    op: Op
    values: tuple[Value, ...]
    facet: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """Every word occurs somewhere in the text field, without regard to case.

    In a field of several values (authors, keywords) each word may be in another of them.
    """

    name: str
    words: tuple[str, ...]


Expr = And | Or | Not | Has | Compare | Match

ORDERED: dict[str, Callable[[Any, Any], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def is_under(code: str, ancestor: str) -> bool:
    """Whether a code is the ancestor itself or stands below it (the dotted prefix rule)."""
    return code == ancestor or code.startswith(ancestor + ".")


def comparisons(expr: Expr) -> Iterator[Compare | Match]:
    """Yield every comparison of an expression, from left to right."""
    match expr:
        case And(items) | Or(items):
            for item in items:
                yield from comparisons(item)
        case Not(item) | Has(item):
            yield from comparisons(item)
        case Compare() | Match():
            yield expr


def matches(expr: Expr, row: Row, study: Sequence[Row] = ()) -> bool:
    """Whether a row satisfies an expression; `study` are all rows of the same study.

    A row maps facet ids to the codes it carries and field names to a value, a list of values
    or None; what it lacks is absent, ages are in months. This is the meaning that a database query
    must share.
    """
    match expr:
        case And(items):
            return all(matches(item, row, study) for item in items)
        case Or(items):
            return any(matches(item, row, study) for item in items)
        case Not(item):
            return not matches(item, row, study)
        case Has(item):
            return any(matches(item, other, study) for other in study or (row,))
        case Match(name, words):
            text = "\n".join(str(value).casefold() for value in _values(row, name))
            return all(word.casefold() in text for word in words)
        case Compare(name, op, wanted):
            return _holds(op, _values(row, name), wanted)


def _values(row: Mapping[str, Any], name: str) -> list[Any]:
    found = row.get(name)
    if found is None:
        return []
    if isinstance(found, str) or not isinstance(found, Iterable):
        return [found]
    return list(found)


def _holds(op: Op, found: list[Any], wanted: tuple[Value, ...]) -> bool:
    if op == "in":
        known = {_folded(value) for value in found}
        return any(_folded(value) in known for value in wanted)
    if op == "under":
        return any(is_under(str(code), str(top)) for code in found for top in wanted)
    limit = _folded(wanted[0])
    return any(ORDERED[op](value, limit) for value in found)


def _folded(value: Any) -> Any:
    if isinstance(value, Age):
        return value.months
    return value.casefold() if isinstance(value, str) else value


def unparse(expr: Expr) -> str:
    """The text of an expression; reading it again gives the same tree."""
    match expr:
        case And(items):
            return " and ".join(_bracketed(item) for item in items)
        case Or(items):
            return " or ".join(_bracketed(item) for item in items)
        case Not(item):
            return f"not {_bracketed(item)}"
        case Has(item):
            return f"study has ({unparse(item)})"
        case Match(name, words):
            return f"{name} ~ {quoted(' '.join(words))}"
        case Compare(name, op, values, facet):
            bare = facet or (name in FIELDS and FIELDS[name].kind == "choice")
            shown = [_shown(value, bare) for value in values]
            if len(shown) > 1:
                return f"{name} {op} ({', '.join(shown)})"
            return f"{name} {'=' if op == 'in' else op} {shown[0]}"


def _bracketed(expr: Expr) -> str:
    return f"({unparse(expr)})" if isinstance(expr, And | Or) else unparse(expr)


def _shown(value: Value, bare: bool) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value) if bare or not isinstance(value, str) else quoted(value)


def quoted(text: str) -> str:
    """Return a text as an expression quotes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
