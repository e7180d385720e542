"""Which cells of the extraction form are columns of the evidence table, and what stands in them.

A cell of an effect is named by its id (`task`, `electrode`); of another section by both
(`study.country`, `arms.activity`, `numbers.group1_mean`, `source.page`). Facets are columns of
their own, whatever section they stand in.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from review.extraction.provenance import said
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.form import SOURCE, Form, Section

JOINT = "; "
SOURCES = "source"
Cells = Mapping[str, Any]
# what the table tells elsewhere: of the study as a whole, and of the terms of its effects
_TOLD = {
    "study": {"label", "primary", "cohort_family"},
    "arms": {"label"},
    "effects": {"note"},
    "numbers": {"muscle", "method", "direction", "unit_of_analysis", "poolable"},
}

# cells of an effect that its rows of numbers have too: where its own is empty, theirs are told
OF_NUMBERS = {
    "task": "task",
    "statistic": "statistic",
    "p": "p_as_reported",
    "n_motor_units": "n_motor_units",
}


def form_columns(form: Form, taken: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yield name, heading and section of each cell that can be a column; no name is `taken`."""
    sections = (form.effects, form.numbers, form.arms, form.study, *form.groups)
    for section in sections:
        rest = (one for one in section.fields if one.id not in section.shown)
        for field in (*section.asked, *rest):
            if field.type == "facet" or field.id in _TOLD.get(section.id, ()):
                continue
            bare = section.id == "effects" and field.id not in taken
            heading = field.title if section.id == "effects" else f"{section.label}: {field.title}"
            yield field.id if bare else f"{section.id}.{field.id}", heading, section.id
    for field in SOURCE:
        yield f"{SOURCES}.{field.id}", f"Source: {field.title}", SOURCES


def form_cell(
    section: str, name: str, filled: Cells, *, form: Form, codebook: Codebook
) -> str | float | int:
    """What an effect shows of a cell; several rows are joined, arms each with its name.

    `filled` is what was given: `study`, `arms` (those compared), `effects` (the effect's own
    cells), `numbers`, `source`, and the rows of each further group.
    """
    cell = name.rpartition(".")[2]
    if section == SOURCES:
        value = (filled.get(SOURCES) or {}).get(cell)
        return "" if empty(value) else "yes" if value is True else str(value)
    part = form.section(section)
    assert part is not None
    given: Any = filled.get(section) or {}
    if section == "effects" and empty(given.get(cell)) and cell in OF_NUMBERS:
        part, given, cell = form.numbers, filled.get("numbers") or [], OF_NUMBERS[cell]
    rows = [given] if isinstance(given, Mapping) else list(given)
    return _joined(part, cell, [row for row in rows if not empty(row.get(cell))], codebook)


def _joined(
    section: Section, cell: str, rows: Sequence[Cells], codebook: Codebook
) -> str | float | int:
    if len(rows) == 1 and section.id != "arms" and _bare_number(section, cell, rows[0]):
        value: float | int = rows[0][cell]
        return int(value) if float(value).is_integer() else value
    texts = [said(section, row, cell, codebook) for row in rows]
    if section.id == "arms":
        texts = [f"{row['label']}: {text}" for row, text in zip(rows, texts, strict=True)]
    return JOINT.join(dict.fromkeys(texts))


def _bare_number(section: Section, cell: str, row: Cells) -> bool:
    """Whether a cell holds a number that says what it is without a unit beside it."""
    field = section.field(cell)
    value = row[cell]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and not (field and field.allowed_units)
