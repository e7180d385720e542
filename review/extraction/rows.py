"""Decides how the plain cells of one row are read, and which cells its conditions ask for."""

from collections.abc import Iterator, Mapping
from typing import Any

from review.errors import BadInput
from review.extraction.faults import Fault, Place
from review.extraction.values import (
    LONGEST_LABEL,
    Wrong,
    empty,
    read,
    read_quantity,
    words_of_quote,
)
from review.protocol import Codebook
from review.protocol.codebook import nearest
from review.protocol.extraction import Condition, FormField
from review.protocol.form import SOURCE, Form, Section

Cells = dict[str, Any]
_SOURCE = {one.id: one for one in SOURCE}


def cell(field: FormField, value: Any, cells: Mapping[str, Any]) -> Cells:
    """A plain cell as stored, with the cell of its unit where it has one. Raises Wrong."""
    if not field.allowed_units:
        found = read(field, value)
        if field.id == "label" and len(found) > LONGEST_LABEL:
            raise Wrong(f"has {len(found)} characters; at most {LONGEST_LABEL} are kept")
        return {field.id: found}
    number, unit = read_quantity(field, value, cells.get(f"{field.id}_unit"))
    return {field.id: number} | ({f"{field.id}_unit": unit} if unit else {})


def source_cell(key: str, value: Any) -> Cells:
    """One part of a source (page, table, figure, quote ...). Raises Wrong."""
    field = _SOURCE.get(key)
    if field is None:
        raise Wrong(f"is not a cell of the form{nearest(key, _SOURCE)}")
    found = read(field, value)
    return {key: words_of_quote(found) if key == "quote" else found}


def asked(
    field: FormField, row: Mapping[str, Any], study: Mapping[str, Any], book: Codebook
) -> bool:
    """Whether the condition of a cell asks for it, given what its row and the study hold."""
    when = field.condition
    if when is None:
        return True
    there = study if when.of_study else row
    return holds(when, there.get(when.field), book)


def holds(when: Condition, value: Any, book: Codebook) -> bool:
    """Whether a value is one that a condition asks for."""
    given = [_folded(one) for one in (value if isinstance(value, list) else [value])]
    facet = next((f for f in book.facets if f.id == when.field), None)
    wanted = {_folded(one) for one in when.values}
    if facet is not None:
        try:
            wanted = {facet.term(one).code for one in when.values}
        except BadInput:
            return False
        # a term stands for all under it, as everywhere in counting
        given = [above for code in given for above in (code, *_above(code))]
    met = not wanted.isdisjoint(given)
    return not met if when.op == "!=" else met


def _above(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:end]) for end in range(len(parts) - 1, 0, -1)]


def _folded(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip().casefold()


def each_row(form: Mapping[str, Any], definition: Form) -> Iterator[tuple[Section, Place, Cells]]:
    """Every row of a form with its section and place: study, arms, effects, numbers, groups."""
    yield definition.study, ("study",), form.get("study", {})
    for section in (definition.arms, definition.effects, *definition.groups):
        for i, row in enumerate(form.get(section.id, ())):
            yield section, (section.id, i), row
            if section.id == "effects":
                for j, numbers in enumerate(row.get("numbers", ())):
                    yield definition.numbers, ("effects", i, "numbers", j), numbers


def hidden(form: Mapping[str, Any], definition: Form, book: Codebook) -> list[Place]:
    """The cells that their conditions do not ask for as the form is now."""
    study = form.get("study", {})
    return [
        (*place, field.id)
        for section, place, row in each_row(form, definition)
        for field in section.fields
        if field.when and not asked(field, row, study, book)
    ]


def unasked(form: Mapping[str, Any], definition: Form, book: Codebook) -> Iterator[Fault]:
    """A fault for each filled cell that its condition does not ask for."""
    study = form.get("study", {})
    for section, place, row in each_row(form, definition):
        for field in section.fields:
            if field.when and not empty(row.get(field.id)) and not asked(field, row, study, book):
                yield Fault(place=(*place, field.id), said=f"is asked only when {field.when}")
