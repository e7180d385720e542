"""Which columns the evidence table has, and what stands in each cell of a row: one effect.

Plain columns come first, then one column a facet of the codebook, in its order (its cell holds
the labels of its terms), then the cells of the extraction form. Names are those of search
expressions wherever both exist.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.errors import BadInput
from review.protocol import Codebook, Protocol
from review.protocol.codebook import nearest
from review.synthesis.form_columns import JOINT, form_cell, form_columns

_NUMBER = re.compile(r"((?<![\w.])\d{1,15}(?:\.\d+)?(?![\w.]))")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name as typed, its heading, whether it is a facet, the part of the form."""

    name: str
    label: str
    facet: bool = False
    section: str = ""


PLAIN = (
    Column("study", "Study"),
    Column("study_id", "Study number"),
    Column("effect", "Effect number"),
    Column("year", "Year"),
    Column("authors", "Authors"),
    Column("title", "Title"),
    Column("journal", "Journal"),
    Column("doi", "DOI"),
    Column("pmid", "PMID"),
    Column("cohort", "Cohort family"),
    Column("arms", "Groups"),
    Column("numbers", "Values as reported"),
    Column("source", "Where in the report"),
    Column("note", "Note"),
    Column("age", "Ages"),
    Column("n", "People or animals"),
    Column("risk_of_bias", "Risk of bias"),
    Column("verified", "Verified"),
    Column("checked", "Checked by a second person"),
    Column("retracted", "Retracted"),
    Column("reports", "Records"),
)
# those of these that the codebook has; the order is the one in which a table is read
DEFAULT = (
    "study",
    "year",
    "population",
    "species",
    "muscle",
    "emg_method",
    "outcome",
    "contrast",
    "direction",
    "alignment",
)


def columns(protocol: Protocol) -> tuple[Column, ...]:
    """Every column an evidence table of this protocol can have."""
    names = {column.name for column in PLAIN}
    facets = [Column(f.id, f.label, True) for f in protocol.codebook.facets if f.id not in names]
    names |= {facet.name for facet in facets}
    cells = form_columns(protocol.form, names)
    return (*PLAIN, *facets, *(Column(name, label, False, part) for name, label, part in cells))


def chosen(protocol: Protocol, names: Sequence[str] | None = None) -> tuple[Column, ...]:
    """The columns of those names (`all` for every one), or the default ones.

    Raises BadInput for an unknown name, with the nearest.
    """
    known = {column.name: column for column in columns(protocol)}
    if names is None:
        return tuple(known[name] for name in DEFAULT if name in known)
    if [name.strip().casefold() for name in names] == ["all"]:
        return tuple(known.values())
    found = []
    for name in names:
        column = known.get(name.strip().casefold())
        if column is None:
            raise BadInput(f"there is no column {name!r}{nearest(name, known)}")
        found.append(column)
    return tuple(dict.fromkeys(found))


def flagged(wanted: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, and that of retractions behind the first: for a table where a row has one."""
    retracted = next(column for column in PLAIN if column.name == "retracted")
    if retracted in wanted:
        return tuple(wanted)
    return (*wanted[:1], retracted, *wanted[1:])


def row(
    effect: Mapping[str, Any],
    protocol: Protocol,
    *,
    reports: Iterable[Mapping[str, Any]] = (),
    wanted: Iterable[Column] = (),
) -> dict[str, Any]:
    """The cells of one effect: every plain one and facet, of the form those `wanted`.

    `effect` has `id`, `study_id`, `study_label`, `cohort_family`, `attributes` (of the study),
    `arms`, `numbers`, `source`, `note`, `reports` (record ids), `facets` (codes by facet id),
    `measures` (values by name, ages in months), `risk_of_bias` and `settled`; `filled` is asked
    for where cells of the form are wanted (`form_cell`). `reports` are the records of the study,
    the first one giving authors, title and journal.
    """
    codebook = protocol.codebook
    records = list(reports)
    first = records[0] if records else {}
    attributes = effect.get("attributes") or {}
    years = [record["year"] for record in records if record.get("year")]
    cells: dict[str, Any] = {
        "study": effect.get("study_label") or "",
        "study_id": effect.get("study_id"),
        "effect": effect.get("id"),
        "year": min(years) if years else attributes.get("year"),
        "authors": JOINT.join(first.get("authors") or ()),
        "title": first.get("title") or "",
        "journal": first.get("journal") or "",
        "doi": first.get("doi") or "",
        "pmid": first.get("pmid") or "",
        "cohort": effect.get("cohort_family") or "",
        "arms": JOINT.join(str(arm) for arm in effect.get("arms") or ()),
        "numbers": JOINT.join(_described(one) for one in effect.get("numbers") or ()),
        "source": _described(effect.get("source") or {}),
        "note": effect.get("note") or "",
        "age": _ages(effect),
        "n": next((f"{n:g}" for n in (effect.get("measures") or {}).get("n", ())), ""),
        "risk_of_bias": effect.get("risk_of_bias") or "",
        "checked": _yes_or_no(effect.get("settled")),
        "verified": str(attributes.get("verified") or ""),
        "retracted": "retracted" if any(one.get("retracted") for one in records) else "",
        "reports": list(effect.get("reports") or ()),
    }
    codes = effect.get("facets") or {}
    for facet in codebook.facets:
        if facet.id not in cells:
            cells[facet.id] = JOINT.join(label(codebook, code) for code in codes.get(facet.id, ()))
    for column in wanted:
        if column.section:
            cells[column.name] = form_cell(
                column.section,
                column.name,
                effect["filled"],
                form=protocol.form,
                codebook=codebook,
            )
    return cells


def label(codebook: Codebook, code: str) -> str:
    """The label of a code; the code itself where the codebook no longer has it."""
    term = codebook.get(code)
    return term.label if term else code


def sorting_key(value: Any) -> tuple[tuple[int, float, str], ...] | None:
    """What a cell is put in order by: numbers by value, also within text; None where empty."""
    if value is None or value == "" or value == []:
        return None
    if isinstance(value, int | float):
        return ((0, value, ""),)
    text = JOINT.join(map(str, value)) if isinstance(value, list) else str(value)
    parts = [part for part in _NUMBER.split(text.casefold()) if part]
    return tuple((0, float(p), "") if _NUMBER.fullmatch(p) else (1, 0.0, p) for p in parts)


def _yes_or_no(value: object) -> str:
    return "" if value is None else "yes" if value else "no"


def _ages(effect: Mapping[str, Any]) -> str:
    """The ages of the groups, of people in years, of animals in months."""
    human = any(code.endswith(".human") for code in (effect.get("facets") or {}).get("species", ()))
    unit, months = ("y", 12) if human else ("mo", 1)
    ages = sorted((effect.get("measures") or {}).get("age", ()))
    return ", ".join(f"{round(age / months, 1):g} {unit}" for age in ages)


def _described(values: Mapping[str, Any]) -> str:
    """A small form on one line: what is empty is left out."""
    said = [
        f"{name.replace('_', ' ')} {value}"
        for name, value in values.items()
        if value not in (None, "", [], {})
    ]
    return ", ".join(said)
