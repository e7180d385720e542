"""What the definition of a form may not say: each fault with its place in the protocol."""

from collections.abc import Iterator

from review.errors import BadInput
from review.protocol.codebook import Codebook, nearest
from review.protocol.extraction import (
    LEVELS,
    RESERVED,
    SECTIONS,
    ExtractionPolicy,
    FormDefinition,
    FormField,
    condition,
)
from review.protocol.form import every_cell
from review.protocol.units import unit

Place = tuple[str | int, ...]


def faults(policy: ExtractionPolicy, codebook: Codebook) -> Iterator[tuple[Place, str]]:
    """What the definition of a form says that cannot be, each with its place in the protocol."""
    form = policy.form
    at: Place = ("extraction", "form")
    for section in SECTIONS:
        own = getattr(form, section)
        yield from _section(own, (*at, section), section, form, codebook)
        yield from _of_every_form(own, (*at, section), section, codebook)
    seen = {*SECTIONS, "source", "sources"}
    for i, group in enumerate(form.groups):
        place = (*at, "groups", i)
        if group.id in seen:
            yield (*place, "id"), f"{group.id!r} is the name of another part of the form"
        seen.add(group.id)
        yield from _section(group.fields, (*place, "fields"), group.id, form, codebook)


def _section(
    fields: tuple[FormField, ...],
    at: Place,
    section: str,
    form: FormDefinition,
    codebook: Codebook,
) -> Iterator[tuple[Place, str]]:
    ids: set[str] = set()
    for i, field in enumerate(fields):
        place = (*at, i)
        if field.id in ids:
            yield (*place, "id"), f"{field.id!r} is given twice"
        if field.id in RESERVED:
            yield (*place, "id"), f"{field.id!r} is a part of every form; choose another name"
        ids.add(field.id)
        for key, said in (
            *_of_type(field),
            *_of_units(field),
            *_of_facet(field, section, codebook),
        ):
            yield (*place, key), said
        if asked := _of_condition(field, fields, section, form, codebook):
            yield (*place, "when"), asked


def _of_type(field: FormField) -> Iterator[tuple[str, str]]:
    choosing = field.type in ("choice", "choices")
    if choosing and not field.values:
        yield "values", f"is missing: {field.type} needs the values to choose from"
    if field.values and not choosing:
        yield "values", f"goes with type choice or choices, not with {field.type}"
    folded = [value.casefold() for value in field.values]
    if len(set(folded)) < len(folded):
        yield "values", "names a value twice"
    counted = field.type in ("number", "integer", "range", "count", "spread")
    for key in ("min", "max"):
        if getattr(field, key) is not None and not counted:
            yield key, f"goes with a number, not with {field.type}"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield "max", f"is {field.max:g}, below the min of {field.min:g}"
    if field.allowed_units and field.type not in ("number", "integer", "range", "spread", "text"):
        yield "unit" if field.unit else "units", f"goes with a number, not with {field.type}"
    if field.many and field.type != "facet":
        yield "many", "goes with type facet; for several values take type choices"


def _of_units(field: FormField) -> Iterator[tuple[str, str]]:
    named = {one: unit(one) for one in field.allowed_units}
    unknown = [one for one, found in named.items() if found is None]
    if len(named) > 1 and unknown:
        yield "units", f"holds {unknown[0]!r}, which cannot be converted into the others"
    dimensions = {found.dimension for found in named.values() if found}
    if len(dimensions) > 1:
        yield "units", f"mixes {' and '.join(sorted(dimensions))}"


def _of_facet(field: FormField, section: str, codebook: Codebook) -> Iterator[tuple[str, str]]:
    if field.type != "facet":
        if field.facet:
            yield "facet", f"goes with type facet, not with {field.type}"
        return
    name = field.facet or field.id
    facet = next((one for one in codebook.facets if one.id == name), None)
    key = "facet" if field.facet else "id"
    if facet is None:
        yield key, f"names no facet: {name!r}{nearest(name, [f.id for f in codebook.facets])}"
    elif facet.derived:
        yield key, f"names {name!r}, which is derived and never filled in"
    elif section in LEVELS and field.id != name:
        yield key, f"is {name!r}: in {section} a facet's cell has the facet's own id"


def _of_condition(
    field: FormField,
    fields: tuple[FormField, ...],
    section: str,
    form: FormDefinition,
    codebook: Codebook,
) -> str | None:
    if field.when is None:
        return None
    try:
        asked = condition(field.when)
    except BadInput as fault:
        return str(fault)
    if asked.field == field.id and not asked.of_study:
        return "depends on the cell itself"
    of = "study" if asked.of_study else section
    every = every_cell(of, codebook) if of in SECTIONS else ()
    there = [*(form.study if asked.of_study else fields), *every]
    other = next((one for one in there if one.id == asked.field), None)
    facet = next((one for one in codebook.facets if one.id == asked.field), None)
    if other is not None and other.type in ("choice", "choices"):
        known = {value.casefold() for value in other.values}
        wrong = next((value for value in asked.values if value.casefold() not in known), None)
        return wrong and f"asks for {wrong!r}, no value of {other.id}{nearest(wrong, other.values)}"
    if facet is not None and (other is None or other.type == "facet"):
        for value in asked.values:
            try:
                facet.term(value)
            except BadInput as fault:
                return str(fault)
        return None
    if other is None:
        where = "the study" if asked.of_study else section
        hint = nearest(asked.field, [one.id for one in there])
        return f"names {asked.field!r}, no cell of {where}{hint}"
    return "`under` goes with a facet" if asked.op == "under" else None


def _of_every_form(
    fields: tuple[FormField, ...], at: Place, section: str, codebook: Codebook
) -> Iterator[tuple[Place, str]]:
    """A cell that every form has may be described anew, but stays what it is."""
    every = {one.id: one for one in every_cell(section, codebook)}
    for i, field in enumerate(fields):
        before = every.get(field.id)
        if before is not None and "type" in field.model_fields_set and field.type != before.type:
            yield (*at, i, "type"), f"is {field.type!r}, but {field.id} is {before.type!r} always"
