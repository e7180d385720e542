"""Decides what is missing from an extraction: cells asked for and empty, effects left half told."""

from collections.abc import Iterator, Mapping
from typing import Any

from review.extraction.faults import Fault, Place
from review.extraction.rows import asked, each_row
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.form import Form


def missing(form: Mapping[str, Any], *, definition: Form, codebook: Codebook) -> list[Fault]:
    """What a form lacks, in its order: required cells, n of arms, direction and source of effects.

    A cell whose condition does not ask for it is not missing.
    """
    found: list[Fault] = []
    study = form.get("study") or {}
    if empty(form.get("arms")):
        found.append(_lack(("arms",), "no arm is given"))
    if empty(form.get("effects")):
        found.append(_lack(("effects",), "no effect is given"))
    for section, place, row in each_row(form, definition):
        for field in section.fields:
            needed = field.required or (section.id == "arms" and field.id == "n")
            if needed and empty(row.get(field.id)) and asked(field, row, study, codebook):
                found.append(_lack((*place, field.id), f"{field.title} is empty"))
        if section.id == "effects":
            found += _effect(place, row)
    return found


def _effect(place: Place, row: Mapping[str, Any]) -> Iterator[Fault]:
    if any(str(code).endswith("not_extracted") for code in row.get("direction") or ()):
        yield _lack((*place, "direction"), "the direction was not extracted")
    where = row.get("source") or row.get("sources")
    if not where and not any(n.get("source_location") for n in row.get("numbers") or ()):
        yield _lack((*place, "source"), "where it was read is not said")


def _lack(place: Place, said: str) -> Fault:
    return Fault(place=place, said=said, warning=True)
