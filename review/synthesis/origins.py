"""Where what stands in a cell of the evidence table was read, or what it follows from."""

from collections.abc import Iterator, Mapping
from typing import Any

from review.extraction.provenance import in_words
from review.protocol import Protocol
from review.synthesis.evidence import Column
from review.synthesis.form_columns import JOINT, OF_NUMBERS, SOURCES
from review.vocab import Level

Cells = Mapping[str, Any]
_OF_RECORD = {"year", "authors", "title", "journal", "doi", "pmid", "retracted", "reports"}
_OF_STUDY = {"study", "cohort", "verified"}
_FOLLOWS = {
    "effect": "The number the effect has in this review.",
    "study_id": "The number the study has in this review.",
    "risk_of_bias": "From the appraisals of the study.",
    "age": "From the ages of the groups compared.",
    "n": "From the numbers of the groups compared.",
    "checked": "From the forms that were given for the study.",
}
_PARTS = {Level.EFFECT: "effects", Level.ARM: "arms", Level.STUDY: "study"}


def origin(column: Column, filled: Cells, protocol: Protocol) -> str:
    """Say where an effect's cell of a column comes from, by what its form says (`form_cell`)."""
    name = column.name
    if name in _OF_RECORD:
        return "From the record of the report."
    if name in _OF_STUDY:
        return "Said of the study as a whole."
    if name in _FOLLOWS:
        return _FOLLOWS[name]
    section, cell = column.section, name.rpartition(".")[2]
    if column.facet:
        facet = protocol.codebook.facet(name)
        if facet.derived:
            return "Follows from other terms; nobody types it in."
        section = _PARTS.get(facet.level, "")
    if section == "effects" and cell in OF_NUMBERS and not filled["effects"].get(cell):
        section, cell = "numbers", OF_NUMBERS[cell]
    read = JOINT.join(dict.fromkeys(_read(section or "effects", cell, filled)))
    if read or not column.facet:
        return f"Read at: {read}." if read else "No place in the report was given."
    return f"A term of the {facet.level.value}, from its form or its tags."


def _read(section: str, cell: str, filled: Cells) -> Iterator[str]:
    """The places at which the cell was read: its own, else that of its row, else the effect's."""
    given: Any = filled.get(section) or {}
    whole = filled.get(SOURCES) or {}
    for row in [given] if isinstance(given, Mapping) else given:
        own = (row.get("sources") or {}).get(cell)
        if not own and section in ("effects", SOURCES):
            own = (filled.get("sources") or {}).get(cell)
        source = own or row.get("source") or (whole if section in _OF_EFFECT else {})
        if source and (own or row.get(cell) or section == SOURCES or cell in _WHOLE):
            yield in_words(source)


_OF_EFFECT = ("effects", "numbers", SOURCES)
_WHOLE = ("source", "numbers", "arms", "note")
