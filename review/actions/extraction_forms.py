"""The extraction form in force, as pages and files ask for it."""

from typing import Any

from review.protocol.extraction import FormField
from review.protocol.form import SOURCE, Section
from review.store.engine import Database
from review.store.people import protocol


def extraction_form(db: Database) -> dict[str, Any]:
    """Return the form in force: {extractors, defined, sections, source}.

    A section is {id, label, help, repeated, fields}; a field has id, label, help, type, unit,
    units, required, values, min, max, when, facet, many, whether pages ask for it (`shown`) and
    whether the protocol names it (`own`).
    """
    with db.read() as conn:
        _, content = protocol(conn)
    form = content.form
    return {
        "extractors": form.extractors,
        "defined": form.defined,
        "sections": [_section(section) for section in form.sections],
        "source": [_field(field) for field in SOURCE],
    }


def _section(section: Section) -> dict[str, Any]:
    shown_ = [one.id for one in section.asked]
    rest = [one for one in section.fields if one.id not in shown_]
    return {
        "id": section.id,
        "label": section.label,
        "help": section.help,
        "repeated": section.repeated,
        "fields": [
            _field(one) | {"shown": one.id in shown_, "own": one.id in section.own}
            for one in (*section.asked, *rest)
        ],
    }


def _field(field: FormField) -> dict[str, Any]:
    return {
        "id": field.id,
        "label": field.title,
        "help": field.help or "",
        "type": field.type,
        "unit": field.unit,
        "units": list(field.allowed_units),
        "required": field.required,
        "values": list(field.values),
        "min": field.min,
        "max": field.max,
        "when": field.when,
        "facet": field.facet,
        "many": bool(field.many),
        "compared": field.compared,
    }
