"""How a click on a term narrows an expression: added, joined to what is asked of the facet, or out.

Terms of one facet are alternatives, different facets narrow each other, as in every filter panel.
"""

from dataclasses import replace

from review.synthesis.query import And, Compare, Expr, is_under


def narrowed(
    expr: Expr | None, name: str, code: str, *, below: bool = False, facet: bool = True
) -> Expr | None:
    """Return an expression with a term more, or without it where it was already asked for.

    `below` takes what stands below the term too. None is an expression that asks for everything.
    """
    items = list(expr.items) if isinstance(expr, And) else [expr] if expr else []
    place = next((i for i, item in enumerate(items) if _asks(item, name)), None)
    if place is None:
        items.append(Compare(name, "under" if below else "in", (code,), facet))
    else:
        old = items[place]
        assert isinstance(old, Compare)
        if code in old.values:
            values = tuple(value for value in old.values if value != code)
        else:
            # what stands below a term goes where the term itself comes in
            kept = (v for v in old.values if not (below and is_under(str(v), code)))
            values = (*kept, code)
        items[place] = replace(
            old, op="under" if below or old.op == "under" else "in", values=values
        )
        if not values:
            items.pop(place)
    if not items:
        return None
    return items[0] if len(items) == 1 else And(tuple(items))


def without(expr: Expr | None, name: str) -> Expr | None:
    """Return an expression without what it asks of one facet or field as a whole."""
    items = list(expr.items) if isinstance(expr, And) else [expr] if expr else []
    rest = [item for item in items if not _asks(item, name)]
    if len(rest) == len(items):
        return expr
    return None if not rest else rest[0] if len(rest) == 1 else And(tuple(rest))


def asked(expr: Expr | None) -> dict[str, tuple[str, ...]]:
    """Return the terms that an expression asks for as a whole, by facet or field."""
    items = expr.items if isinstance(expr, And) else (expr,) if expr else ()
    return {
        item.name: tuple(str(value) for value in item.values)
        for item in reversed(items)
        if isinstance(item, Compare) and _asks(item, item.name)
    }


def _asks(item: Expr, name: str) -> bool:
    return isinstance(item, Compare) and item.name == name and item.op in ("in", "under")
