"""Which search expressions there are (`--where`), and what each name in them stands for.

    population = human and emg_method under emg.mune and year >= 2000
    (outcome in (jitter, jiggle) or title ~ "single fibre") and not direction = increase
    species = mouse and age >= 24 mo and risk_of_bias in (low, some)
    study has (outcome = jitter and direction = increase)
        and study has (outcome = cmap and direction = no_change)

A facet is named by its id; a term by its code (a former one too), the last part of its code, or
its quoted label; anything else is a plain field (FIELDS). A row is one effect: `study has (...)`
asks it of any effect of the same study. Nothing is evaluated: the text becomes a small tree.
"""

from functools import cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from review.errors import ExpressionError
from review.protocol import Codebook
from review.synthesis.fields import FIELDS, Age, Field
from review.synthesis.naming import Names, fault_at
from review.synthesis.pointing import pointer
from review.synthesis.query import (
    And,
    Compare,
    Expr,
    Has,
    Match,
    Not,
    Or,
    comparisons,
    is_under,
    matches,
    unparse,
)

__all__ = [
    "FIELDS",
    "Age",
    "And",
    "Compare",
    "Expr",
    "Field",
    "Has",
    "Match",
    "Not",
    "Or",
    "comparisons",
    "is_under",
    "matches",
    "parse",
    "pointer",
    "unparse",
]

LONGEST = 10_000
DEEPEST = 40
MOST_COMPARISONS = 200
MOST_VALUES = 500


GRAMMAR = r"""
start: disjunction
?disjunction: conjunction | conjunction (_OR conjunction)+ -> any
?conjunction: negation | negation (_AND negation)+ -> all
?negation: _NOT negation -> no
         | "(" disjunction ")"
         | comparison
?comparison: WORD OPERATOR value -> compare
           | WORD _IN values -> among
           | WORD _NOT _IN values -> not_among
           | WORD _UNDER (value | values) -> under
           | WORD _NOT _UNDER (value | values) -> not_under
           | WORD "~" value -> match
           | WORD _HAS "(" disjunction ")" -> has
values: "(" value ("," value)* ")"
?value: WORD | TEXT | QUANTITY
OPERATOR: "==" | "=" | "!=" | "<>" | "<=" | ">=" | "<" | ">" | "≤" | "≥" | "≠"
_AND.2: /and(?![\w.\/:-])/i
_OR.2: /or(?![\w.\/:-])/i
_NOT.2: /not(?![\w.\/:-])/i
_IN.2: /in(?![\w.\/:-])/i
_UNDER.2: /under(?![\w.\/:-])/i
_HAS.2: /has(?![\w.\/:-])/i
QUANTITY.3: /[0-9]+(\.[0-9]+)?\s*(years?|yrs?|y|months?|mos?|weeks?|wks?|days?|d|%)(?![\w.\/:%-])/i
WORD: /-?\w[\w.\/:-]*/
TEXT: /"(?:[^"\\]|\\.)*"/s | /'(?:[^'\\]|\\.)*'/s | /“[^”]*”/
%ignore /\s+/
"""

_SAME_OPERATOR = {"==": "=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_NEEDED = {
    "WORD": "a name or a value",
    "TEXT": "a value",
    "QUANTITY": "a value",
    "OPERATOR": "a comparison such as = or >=",
    "LPAR": "an opening bracket",
    "RPAR": "a closing bracket",
    "COMMA": "a comma",
    "_AND": "and",
    "_OR": "or",
    "_NOT": "not",
    "_IN": "in",
    "_UNDER": "under",
    "_HAS": "has",
    "TILDE": "~",
    "$END": "the end",
}


@cache
def _grammar() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", propagate_positions=True)


def parse(text: str, codebook: Codebook) -> Expr:
    """Read an expression; every name is resolved against the codebook.

    Raises ExpressionError with the zero-based position of the fault and a one-line message
    that names the character (counted from 1) and, for an unknown name, the nearest known one.
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression is longer than {LONGEST} characters")
    if "\0" in text:
        raise fault_at("a NUL character is not allowed", text.index("\0"))
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as fault:
        raise _syntax(fault, text) from None
    _refuse_deep(tree)
    expr = _Reader(codebook).read(tree.children[0])
    found = list(comparisons(expr))
    values = sum(len(c.values) for c in found if isinstance(c, Compare))
    if len(found) > MOST_COMPARISONS or values > MOST_VALUES:
        raise ExpressionError(
            f"the expression has more than {MOST_COMPARISONS} comparisons or {MOST_VALUES} values"
        )
    return expr


def _syntax(fault: UnexpectedInput, text: str) -> ExpressionError:
    if not text.strip():
        return ExpressionError("the expression is empty")
    if isinstance(fault, UnexpectedCharacters):
        at = int(fault.pos_in_stream or 0)
        char = text[at]
        if char in "\"'“":
            return fault_at("the quotation mark is never closed", at)
        return fault_at(f"{char!r} is not expected here", at)
    if isinstance(fault, UnexpectedToken) and fault.token.type != "$END":
        at = int(fault.token.start_pos or 0)
        said = f"{str(fault.token)!r} is not expected here"
    else:
        at, said = len(text.rstrip()), "the expression ends too early"
    needed = getattr(fault, "accepts", None) or getattr(fault, "expected", None) or ()
    words = sorted({_NEEDED[name] for name in needed if name in _NEEDED} - {"a value"})
    return fault_at(f"{said}; needed: {' or '.join(words)}" if words else said, at)


def _refuse_deep(tree: Tree[Token]) -> None:
    # checked without recursion, so that reading the tree may recurse
    level: list[Tree[Token]] = [tree]
    for _ in range(DEEPEST + 2):
        level = [child for node in level for child in node.children if isinstance(child, Tree)]
        if not level:
            return
    raise ExpressionError(f"the expression is nested more than {DEEPEST} deep")


class _Reader:
    """Turns the tree of words into the tree of meanings."""

    def __init__(self, codebook: Codebook) -> None:
        self.names = Names(codebook)

    def read(self, node: Tree[Token] | Token) -> Expr:
        assert isinstance(node, Tree)
        kind = str(node.data)
        if kind in ("any", "all"):
            items = tuple(self.read(child) for child in node.children)
            return Or(items) if kind == "any" else And(items)
        if kind == "no":
            return Not(self.read(node.children[0]))
        if kind == "has":
            return self.has(node)
        name, *rest = _tokens(node)
        if kind.startswith("not_"):
            return Not(self.names.compare(name, kind.removeprefix("not_"), rest))
        if kind != "compare":
            return self.names.compare(name, kind, rest)
        op = _SAME_OPERATOR.get(str(rest[0]), str(rest[0]))
        if op == "!=":
            return Not(self.names.compare(name, "among", rest[1:]))
        return self.names.compare(name, "among" if op == "=" else op, rest[1:])

    def has(self, node: Tree[Token]) -> Expr:
        name, item = node.children
        assert isinstance(name, Token)
        if name.casefold() != "study":
            raise fault_at("only a study has effects: write study has (...)", name.start_pos or 0)
        return Has(self.read(item))


def _tokens(node: Tree[Token]) -> list[Token]:
    flat: list[Token] = []
    for child in node.children:
        flat.extend(_tokens(child) if isinstance(child, Tree) else [child])
    return flat
