"""What the protocol says of extraction: how many extract, and the cells that the form has.

A form has a section for the study, for its arms, its effects, the group values of an effect
(`numbers`), and any further repeated groups. Cells that every form has are in
`extraction/builtin.py`; what stands here adds to them, or says more of them.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from review.errors import BadInput
from review.protocol.codebook import FacetId, Label, Strict
from review.vocab import Level

FieldType = Literal[
    "text", "number", "integer", "choice", "choices", "boolean", "date", "range", "facet",
    "count", "spread",
]  # fmt: skip
"""`count` is a whole number above zero or a range such as 7-9; `spread` a number or two limits."""

SECTIONS = ("study", "arms", "effects", "numbers")
# what a section holds beside its cells
RESERVED = frozenset({"source", "sources", "numbers", "arms", "effects", "study", "id"})
LEVELS = {"study": Level.STUDY, "arms": Level.ARM, "effects": Level.EFFECT}
_WHEN = re.compile(r"\s*(?:(study)\.)?([a-z][a-z0-9_]*)\s*(=|!=|\bin\b|\bunder\b)\s*(.+?)\s*")


def _as_words(value: Any) -> Any:
    # YAML reads `yes` as a truth value in some dialects, and 1 as a number
    if isinstance(value, list):
        return ["yes" if v is True else "no" if v is False else v for v in value]
    return value


class Condition(Strict):
    """When a cell is asked for: the cell it depends on, and the values that ask for it."""

    of_study: bool
    field: str
    op: Literal["=", "!=", "in", "under"]
    values: tuple[str, ...]


class FormField(Strict):
    """One cell of a form.

    `unit` is the one meant where none is given, `units` all that may be given; `when` is
    `FIELD = VALUE` (or `!=`, `in (A, B)`, `under TERM`; `study.FIELD` from within a group).
    A cell that is not `compared` may differ between two extractors.
    """

    id: FacetId
    label: Label | None = None
    help: str | None = None
    type: FieldType = "text"
    unit: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    units: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = ()
    required: bool = Field(default=False, strict=True)
    values: Annotated[tuple[Label, ...], BeforeValidator(_as_words)] = ()
    min: float | None = None
    max: float | None = None
    when: str | None = None
    facet: str | None = None
    many: bool | None = Field(default=None, strict=True)
    compared: bool = Field(default=True, strict=True)

    @property
    def title(self) -> str:
        """What the cell is called on a page."""
        return self.label or self.id.replace("_", " ").capitalize()

    @property
    def allowed_units(self) -> tuple[str, ...]:
        """Every unit the cell may be given in, the default first."""
        first = (self.unit,) if self.unit else ()
        return tuple(dict.fromkeys((*first, *self.units)))

    @property
    def condition(self) -> Condition | None:
        """`when`, taken apart; BadInput says what is wrong with it."""
        return None if self.when is None else condition(self.when)


class FormGroup(Strict):
    """A repeated group of cells beyond arms and effects, such as the modifiers of a study."""

    id: FacetId
    label: Label | None = None
    help: str | None = None
    fields: tuple[FormField, ...] = Field(min_length=1)


class FormDefinition(Strict):
    """The cells of the form by section; a section left out has the cells every form has."""

    study: tuple[FormField, ...] = ()
    arms: tuple[FormField, ...] = ()
    effects: tuple[FormField, ...] = ()
    numbers: tuple[FormField, ...] = ()
    groups: tuple[FormGroup, ...] = ()


class ExtractionPolicy(Strict):
    """How studies are extracted: by one or by two blind to each other, and on which form."""

    extractors: Literal[1, 2] = 2
    form: FormDefinition = FormDefinition()


def condition(text: str) -> Condition:
    """Take `FIELD = VALUE` apart. Raises BadInput when it is not of that shape."""
    found = _WHEN.fullmatch(text)
    if not found:
        raise BadInput(
            f"is {text!r}; write FIELD = VALUE, FIELD != VALUE, FIELD in (A, B) or FIELD under TERM"
        )
    of_study, field, op, value = found.groups()
    values = [value]
    if op == "in":
        inner = re.fullmatch(r"\((.+)\)", value)
        if not inner:
            raise BadInput(f"is {text!r}; after `in` come values in brackets: in (A, B)")
        values = [part.strip() for part in inner[1].split(",")]
    values = [part.strip().strip("\"'").strip() for part in values]
    if not all(values):
        raise BadInput(f"is {text!r}, where a value is empty")
    return Condition(of_study=bool(of_study), field=field, op=op, values=tuple(values))
