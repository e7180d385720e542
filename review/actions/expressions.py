"""Expressions as the app handles them: read, built from conditions, narrowed by a click."""

from collections.abc import Mapping
from typing import Any

from review.actions.evidence import read_expression
from review.protocol import Codebook
from review.store import people
from review.store.engine import Database
from review.synthesis.builder import put_together, taken_apart
from review.synthesis.narrowing import asked, narrowed as narrow
from review.synthesis.query import unparse


def expression(db: Database, where: str | None) -> dict[str, Any]:
    """Return {where, builder, asked}: an expression in its plain form, taken apart, and its terms.

    `builder` is None where the expression is not of a builder's shape (`synthesis.builder`);
    `asked` are the terms by facet that it asks for as a whole. Raises ExpressionError.
    """
    expr = read_expression(where, _codebook(db))
    return {
        "where": unparse(expr) if expr else "",
        "builder": taken_apart(expr),
        "asked": {name: list(values) for name, values in asked(expr).items()},
    }


def built(db: Database, builder: Mapping[str, Any]) -> str:
    """Return the expression of a builder's conditions; ExpressionError for a value not fit."""
    return put_together(builder, _codebook(db))


def narrowed(db: Database, where: str | None, facet: str, code: str) -> str:
    """Return an expression with a term more, or without it where it was asked for already.

    Raises ExpressionError where the expression does not read, BadInput for an unknown facet.
    """
    book = _codebook(db)
    expr = read_expression(where, book)
    known = {one.id for one in book.facets}
    if facet in known:
        terms = [term.code for term in book.facet(facet).terms]
        below = any(other.startswith(f"{code}.") for other in terms)
        found = narrow(expr, facet, code, below=below)
    else:
        found = narrow(expr, facet, code, facet=False)
    return unparse(found) if found else ""


def _codebook(db: Database) -> Codebook:
    with db.read() as conn:
        _, content = people.protocol(conn)
    return content.codebook
