"""The expression as a builder shows it: groups of conditions, and the text again.

A builder is `{"join", "groups": [{"join", "not", "study", "conditions": [{"name", "op", "not",
"values"}]}]}`: conditions are joined within a group, groups with each other, by "and" or "or";
`study` asks a group of any effect of the same study. Only expressions of that shape have one.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from review.protocol import Codebook
from review.synthesis.expression import parse
from review.synthesis.query import And, Compare, Expr, Has, Match, Not, Or, quoted, unparse

Builder = dict[str, Any]


def taken_apart(expr: Expr | None) -> Builder | None:
    """Return the builder of an expression (None: an empty one), or None where it has none."""
    if expr is None:
        return {"join": "and", "groups": []}
    match expr:
        case And(items) | Or(items):
            join = _join(expr)
        case _:
            items, join = (expr,), "and"
    if all(_condition(item) for item in items):
        return {"join": "and", "groups": [_group(items, join)]}
    groups = [_as_group(item) for item in items]
    return {"join": join, "groups": groups} if all(groups) else None


def _as_group(expr: Expr) -> Builder | None:
    match expr:
        case Not(item) if not _condition(expr):
            inner = _as_group(item)
            return inner | {"not": True} if inner and not inner["not"] else None
        case Has(item):
            inner = _as_group(item)
            plain = inner and not (inner["not"] or inner["study"])
            return inner | {"study": True} if inner and plain else None
        case And(items) | Or(items):
            return _group(items, _join(expr)) if all(map(_condition, items)) else None
        case _:
            return _group((expr,), "and")


def _group(items: Iterable[Expr], join: str) -> Builder:
    conditions = [condition for item in items if (condition := _condition(item))]
    return {"join": join, "not": False, "study": False, "conditions": conditions}


def _condition(expr: Expr) -> Builder | None:
    match expr:
        case Not(Compare() | Match() as item):
            inner = _condition(item)
            return inner | {"not": True} if inner else None
        case Match(name, words):
            return {"name": name, "op": "~", "not": False, "values": [" ".join(words)]}
        case Compare(name, op, values):
            shown = [f"{v:.15g}" if isinstance(v, float) else str(v) for v in values]
            return {"name": name, "op": op, "not": False, "values": shown}
    return None


def _join(expr: And | Or) -> str:
    return "and" if isinstance(expr, And) else "or"


def put_together(builder: Mapping[str, Any], codebook: Codebook) -> str:
    """Return the expression of a builder; what is not filled in yet is left out.

    Raises ExpressionError for a value that its field does not take.
    """
    groups = []
    for group in builder.get("groups", ()):
        said = [_said(one) for one in group["conditions"] if one.get("name") and one.get("values")]
        if said:
            text = f" {group['join']} ".join(said)
            text = f"study has ({text})" if group.get("study") else f"({text})"
            groups.append(f"not {text}" if group.get("not") else text)
    text = f" {builder.get('join', 'and')} ".join(groups)
    if not text:
        return ""
    return unparse(_plain(parse(text, codebook)))


def _said(condition: Mapping[str, Any]) -> str:
    op = condition["op"]
    values = [quoted(str(value)) for value in condition["values"]]
    if op in ("in", "under"):
        text = f"{condition['name']} {op} ({', '.join(values)})"
    else:
        text = f"{condition['name']} {op} {values[0]}"
    return f"not {text}" if condition.get("not") else text


def _plain(expr: Expr) -> Expr:
    """The same without groups of one and groups within alike groups."""
    match expr:
        case And(items) | Or(items):
            flat: list[Expr] = []
            for item in map(_plain, items):
                flat += (
                    item.items
                    if isinstance(item, And | Or) and type(item) is type(expr)
                    else [item]
                )
            return type(expr)(tuple(flat))
        case Not(item):
            return Not(_plain(item))
        case Has(item):
            return Has(_plain(item))
    return expr
