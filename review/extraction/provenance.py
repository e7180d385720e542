"""Decides what is told of each cell of an extraction: its value in words, and where it was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from review.extraction.comparison import APART
from review.extraction.conversions import derived_values
from review.extraction.faults import Place, where
from review.extraction.rows import each_row
from review.extraction.values import empty
from review.protocol import Codebook
from review.protocol.form import TERMS_OF_NUMBERS, Form, Section

Cells = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One filled cell: where it stands, what it is called, its value in words, its source."""

    place: Place
    section: str
    label: str
    value: Any
    said: str
    source: Cells

    def shown(self) -> dict[str, Any]:
        """The cell as a JSON document has it."""
        return {
            "cell": where(self.place),
            "section": self.section,
            "label": self.label,
            "value": self.value,
            "said": self.said,
            "source": dict(self.source),
        }


def told(form: Cells, *, definition: Form, codebook: Codebook) -> list[Told]:
    """Every filled cell of a form, in its order; terms by their labels, values with their units."""
    found: list[Told] = []
    effect: Cells = {}
    for section, place, row in each_row(form, definition):
        if section.id == "effects":
            effect = row.get("source") or {}
        whole = row.get("source") or (effect if section.id == "numbers" else {})
        for name in _ordered(section, row):
            own = (row.get("sources") or {}).get(name)
            found.append(
                Told(
                    place=(*place, name),
                    section=section.id,
                    label=_label(section, name),
                    value=row[name],
                    said=said(section, row, name, codebook),
                    source=own or whole,
                )
            )
    return found


def derived(form: Cells, *, definition: Form) -> Iterator[dict[str, Any]]:
    """What follows from the numbers by formula: mean, SD and n of a group that prints others."""
    for section, place, row in each_row(form, definition):
        if section.id == "numbers":
            for one in derived_values(row):
                yield {"cell": where(place), **one}


def in_words(source: Cells) -> str:
    """A source as one line: page 4, table 2, “the quote”, read off a figure with a tool."""
    parts = [f"{name} {source[name]}" for name in ("page", "table", "figure") if source.get(name)]
    parts += [str(source[name]) for name in ("location",) if source.get(name)]
    if source.get("quote"):
        parts.append(f"“{source['quote']}”")
    if source.get("digitised"):
        parts.append(f"read off a figure{_with(source)}")
    return ", ".join(parts) or str(source.get("url", ""))


def _with(source: Cells) -> str:
    return f" with {source['tool']}" if source.get("tool") else ""


def _ordered(section: Section, row: Cells) -> list[str]:
    units = {f"{one.id}_unit" for one in section.fields if one.allowed_units}
    known = [one.id for one in section.fields]
    every = [name for name in [*known, *row] if name in row and name not in APART | units]
    return [name for name in dict.fromkeys(every) if not empty(row[name])]


def _label(section: Section, name: str) -> str:
    field = section.field(name)
    return field.title if field else name.replace("_", " ").capitalize()


def said(section: Section, row: Cells, name: str, codebook: Codebook) -> str:
    """The value of a cell in words: terms by their labels, numbers with their unit."""
    field = section.field(name)
    value = row[name]
    every = value if isinstance(value, list) else [value]
    terms = name in TERMS_OF_NUMBERS if section.id == "numbers" else field and field.type == "facet"
    words = ", ".join(_word(one, codebook if terms or field is None else None) for one in every)
    unit = row.get(f"{name}_unit") or (field.unit if field else None)
    return f"{words} {unit}" if unit else words


def _word(value: Any, codebook: Codebook | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    term = codebook.get(codebook.current(str(value))) if codebook else None
    return term.label if term else str(value)
