"""What each name and value in a search expression stands for.

A facet is named by its id; a term by its code, the last part of its code, or its label; anything
else is a plain field.
"""

import re
from collections.abc import Iterable
from typing import TypeVar

from lark import Token

from review.errors import BadInput, ExpressionError
from review.protocol import Codebook, Facet
from review.protocol.codebook import nearest
from review.synthesis.fields import FIELDS, Field, read_age
from review.synthesis.query import Compare, Expr, Match, Op, Value

T = TypeVar("T")

LARGEST_NUMBER = 2_147_483_647


def fault_at(message: str, position: int) -> ExpressionError:
    """The error for a fault at a zero-based position; the message counts from 1."""
    return ExpressionError(f"at character {position + 1}: {message}", position=position)


class Names:
    """The names an expression may use: the facets of a codebook, and the plain fields."""

    def __init__(self, codebook: Codebook) -> None:
        self.facets = {facet.id: facet for facet in codebook.facets}
        self.codebook = codebook

    def compare(self, name: Token, op: str, values: list[Token]) -> Expr:
        """The meaning of one comparison; `op` is among, under, match or an ordered operator.

        Raises ExpressionError at the word that is wrong.
        """
        facet = self.facets.get(name.casefold())
        if facet is not None:
            return self._facet(facet, name, op, values)
        field = FIELDS.get(name.casefold())
        if field is None:
            raise self._unknown(name)
        return _field(field, name, op, values)

    def _facet(self, facet: Facet, name: Token, op: str, values: list[Token]) -> Expr:
        if op == "among":
            return Compare(facet.id, "in", _unique(self._term(facet, v) for v in values))
        if op == "under":
            return Compare(facet.id, "under", _unique(self._prefix(facet, v) for v in values))
        if op == "match":
            return Compare(facet.id, "in", _labelled(facet, values[0]))
        raise fault_at(f"{facet.id} is a facet, it has no order; use =, in or under", _start(name))

    def _term(self, facet: Facet, token: Token) -> str:
        text = _text(token)
        try:
            return facet.term(text).code
        except BadInput as fault:
            if code := _loosely(facet, text):
                return code
            if stem := _stem(facet, text):
                hint = f"{text!r} only heads terms of {facet.id}: write {facet.id} under {stem}"
                raise fault_at(hint, _start(token)) from None
            other = next((one for one in self._named(text) if one is not facet), None)
            hint = f"; it is a term of {other.id}" if other else ""
            raise fault_at(f"{fault}{hint}", _start(token)) from None

    def _named(self, text: str) -> Iterable[Facet]:
        """The facets that have a term of this very name."""
        wanted = text.strip().casefold()
        for facet in self.facets.values():
            if any(wanted in (t.code, t.last, t.label.casefold()) for t in facet.terms):
                yield facet

    def _prefix(self, facet: Facet, token: Token) -> str:
        """The code or dotted prefix that `under` names: a term, else the stem of some terms."""
        return _stem(facet, _text(token)) or self._term(facet, token)

    def _unknown(self, name: Token) -> ExpressionError:
        hint = nearest(name, [*self.facets, *FIELDS])
        if not hint:
            term = self.codebook.get(name.casefold()) or next(
                (t for f in self.codebook.facets for t in f.terms if t.last == name.casefold()),
                None,
            )
            if term is not None:
                facet = self.codebook.facet_of(term.code)
                hint = f" (a term of {facet.id}: write {facet.id} = {term.last})"
        return fault_at(f"there is no facet or field {str(name)!r}{hint}", _start(name))


_USABLE = {
    "number": "=, in, <, <=, > or >=",
    "amount": "=, in, <, <=, > or >=",
    "age": "=, in, <, <=, > or >=",
    "text": "=, in or ~",
    "choice": "= or in",
}


def _field(field: Field, name: Token, op: str, values: list[Token]) -> Expr:
    texts = [_text(value) for value in values]
    if field.name == "study" and not all(_is_number(text) for text in texts):
        field = FIELDS["study_label"]
    known = _USABLE[field.kind]
    if op == "match":
        if field.kind != "text":
            raise fault_at(f"{field.name} is a {field.kind}; use {known}", _start(name))
        words = tuple(texts[0].split())
        if not words:
            raise fault_at("~ needs at least one word", _start(values[0]))
        return Match(field.name, words)
    if op == "under" or (op != "among" and field.kind in ("text", "choice")):
        raise fault_at(f"{field.name} is a {field.kind} field; use {known}", _start(name))
    found = _unique(_value(field, value) for value in values)
    return Compare(field.name, "in" if op == "among" else _ordered(op), found, False)


def _value(field: Field, token: Token) -> Value:
    text = _text(token)
    match field.kind:
        case "number":
            return _number(field, token)
        case "amount":
            return _amount(field, token)
        case "age":
            if age := read_age(text):
                return age
            raise fault_at(
                f"{field.name} takes an age with its unit, such as 24 mo, 65 y, 100 wk or 700 d, "
                f"not {text!r}",
                _start(token),
            )
        case "choice":
            if (chosen := text.strip().casefold()) in field.choices:
                return chosen
            said = f"{field.name} is one of {', '.join(field.choices)}, not {text!r}"
            raise fault_at(said + nearest(text, field.choices), _start(token))
    return text


def _ordered(op: str) -> Op:
    for known in ("<", "<=", ">", ">="):
        if op == known:
            return known
    raise AssertionError(op)


def _start(token: Token) -> int:
    return int(token.start_pos or 0)


def _text(token: Token) -> str:
    if token.type != "TEXT":
        return str(token)
    inner = token[1:-1]
    return str(inner) if token[0] == "“" else re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]{1,12}", text.strip()) is not None


def _number(field: Field, token: Token) -> int:
    text = _text(token)
    if not _is_number(text) or abs(int(text)) > LARGEST_NUMBER:
        raise fault_at(f"{field.name} takes a whole number, not {text!r}", _start(token))
    return int(text)


def _loosely(facet: Facet, text: str) -> str | None:
    """The one code that ends in a text, its words joined as in codes ("no change", "cmap.amp")."""
    wanted = "_".join(text.strip().casefold().split())
    found = {t.code for t in facet.terms if wanted and f".{t.code}".endswith(f".{wanted}")}
    return found.pop() if len(found) == 1 else None


def _stem(facet: Facet, text: str) -> str | None:
    """The code or dotted prefix of codes that a text names in full, or by its last part."""
    wanted = text.strip().casefold()
    stems = {".".join(t.code.split(".")[:n]) for t in facet.terms for n in range(1, 9)}
    ends = {stem for stem in stems if stem.endswith("." + wanted)}
    for same in ({stem for stem in stems if stem == wanted}, ends):
        if len(same) == 1:
            return same.pop()
    return None


def _labelled(facet: Facet, token: Token) -> tuple[str, ...]:
    """The codes whose label, code or definition holds all the words of a `~`."""
    words = _text(token).casefold().split()
    found = tuple(
        term.code
        for term in facet.terms
        if words
        and all(w in f"{term.code} {term.label} {term.definition or ''}".casefold() for w in words)
    )
    if not found:
        raise fault_at(f"no term of {facet.id} speaks of {_text(token)!r}", _start(token))
    return found


def _amount(field: Field, token: Token) -> float:
    text = _text(token).strip().removesuffix("%").rstrip()
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text):
        raise fault_at(f"{field.name} takes a number, not {text!r}", _start(token))
    return float(text)


def _unique(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
