"""Decides how filled forms stand in a table each for study, arms, effects, numbers and groups.

Every row begins with the study it is of; effects and their numbers share a number. What is read
back is what was written, cell for cell: lists are joined by `; ` (or written as JSON where a value
holds that itself), and a row of `sources` names the cell it is the source of.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from review.errors import BadInput
from review.extraction.faults import Place, where
from review.extraction.rows import each_row
from review.extraction.values import empty
from review.protocol.codebook import nearest
from review.protocol.form import SOURCE, Form, Section

Row = dict[str, Any]
JOINT = "; "
STUDY, EFFECT, SOURCES, CELL = "study", "effect", "sources", "cell"
_PREFIX = "source_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One table: its name, its columns in order, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The form of one study as a file holds it; `places` says where each of its rows stands."""

    study: str
    form: dict[str, Any]
    places: Mapping[Place, str]

    def located(self, place: Sequence[Any]) -> str:
        """Where a cell of the form stands in the file: `sheet effects, row 3, column p`."""
        steps = tuple(place)
        for end in range(len(steps), 0, -1):
            if found := self.places.get(steps[:end]):
                rest = [str(step) for step in steps[end:]]
                return f"{found}, column {'_'.join(rest)}" if rest else found
        return where(steps)


def blank(definition: Form) -> list[Sheet]:
    """The tables of a form without rows."""
    return [Sheet(name=section.id, columns=columns(section)) for section in definition.sections] + [
        Sheet(name=SOURCES, columns=(STUDY, CELL, *(one.id for one in SOURCE)))
    ]


def columns(section: Section) -> tuple[str, ...]:
    """The columns of a section: what it is of, then its cells, those a page asks for first."""
    first = [STUDY] if section.id not in ("effects", "numbers") else [STUDY, EFFECT]
    cells = []
    rest = [one for one in section.fields if one.id not in section.shown]
    for one in (*section.asked, *rest):
        cells += [one.id, f"{one.id}_unit"] if one.allowed_units else [one.id]
    if section.id == "effects":
        cells += ["arms", *(f"{_PREFIX}{one.id}" for one in SOURCE)]
    return (*first, *cells)


def tables(forms: Mapping[str, Mapping[str, Any]], definition: Form) -> list[Sheet]:
    """The tables of several forms, by what each study is called in a file (`study:3`)."""
    found = {sheet.name: sheet for sheet in blank(definition)}
    for study, form in forms.items():
        for section, place, row in each_row(form, definition):
            number = place[1] + 1 if len(place) > 1 and isinstance(place[1], int) else 0
            written: Row = {STUDY: study}
            if section.id in ("effects", "numbers"):
                written[EFFECT] = number
            for name, value in row.items():
                if name not in ("source", SOURCES, "numbers"):
                    written[name] = joined(value)
            for name, value in (row.get("source") or {}).items():
                written[f"{_PREFIX}{name}"] = value
            found[section.id].rows.append(written)
            for name, source in (row.get(SOURCES) or {}).items():
                address = where((*place, name))
                found[SOURCES].rows.append({STUDY: study, CELL: address, **source})
    return list(found.values())


def joined(value: Any) -> Any:
    """A list as one text that `parted` takes apart again; anything else as it is."""
    if not isinstance(value, list):
        return value
    texts = [str(one) for one in value]
    plain = all(text == text.strip() and ";" not in text and text[:1] != "[" for text in texts)
    return JOINT.join(texts) if plain else json.dumps(texts, ensure_ascii=False)


def parted(value: Any) -> list[str]:
    """The values of a cell that holds several."""
    text = str(value).strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        if isinstance(found, list):
            return [str(one) for one in found]
    return [part.strip() for part in text.split(";") if part.strip()]


def forms(sheets: Mapping[str, Sequence[Row]], definition: Form, *, name: str) -> list[Filled]:
    """The forms that tables hold, study by study in the order they first appear.

    A row is a mapping of column to value, with its position under the empty column name. Raises
    BadInput naming sheet and row for an unknown sheet or column, a row of no study or effect.
    """
    known = {sheet.name: sheet for sheet in blank(definition)}
    for sheet, rows in sheets.items():
        if sheet not in known:
            raise BadInput(
                f"{name}: there is no sheet {sheet!r} in the form{nearest(sheet, known)}."
            )
        _refuse_columns(sheet, rows, known[sheet].columns, name)
    gathering = _Gathering(definition, name)
    for section in definition.sections:
        for row in sheets.get(section.id, ()):
            gathering.take(section, row)
    for row in sheets.get(SOURCES, ()):
        gathering.source(row)
    if not gathering.found:
        raise BadInput(f"{name} holds no filled row.")
    return gathering.filled()


def _refuse_columns(sheet: str, rows: Sequence[Row], known: Sequence[str], name: str) -> None:
    for row in rows:
        for column in row:
            if column and column not in known:
                raise BadInput(
                    f"{name}, sheet {sheet}: there is no column {column!r}{nearest(column, known)}."
                )


class _Gathering:
    """Puts rows of tables back into forms."""

    def __init__(self, definition: Form, name: str) -> None:
        self.definition = definition
        self.name = name
        self.found: dict[str, dict[str, Any]] = {}
        self.places: dict[str, dict[Place, str]] = {}
        self.effects: dict[tuple[str, str], tuple[int, Row]] = {}
        self.alone = ""

    def take(self, section: Section, row: Row) -> None:
        cells = {key: _plain(value) for key, value in row.items() if key and not empty(value)}
        at = row[""]
        named = {key for key in cells if key not in (STUDY, EFFECT)}
        if not named:
            return
        study = self.study(cells, at)
        form = self.found.setdefault(study, {})
        places = self.places.setdefault(study, {})
        if section.id == "study":
            if "study" in form:
                raise BadInput(f"{self.name}, {at}: {study!r} has a row of study already.")
            form["study"] = self.cells(section, cells)
            places["study",] = at
            return
        made = self.cells(section, cells)
        if section.id == "numbers":
            number, effect = self.effect(study, cells, at)
            effect.setdefault("numbers", []).append(made)
            places["effects", number, "numbers", len(effect["numbers"]) - 1] = at
            return
        rows = form.setdefault(section.id, [])
        rows.append(made)
        places[section.id, len(rows) - 1] = at
        if section.id == "effects":
            key = study, str(cells.get(EFFECT, len(rows)))
            if key in self.effects:
                raise BadInput(f"{self.name}, {at}: effect {key[1]} of {study!r} is there already.")
            self.effects[key] = len(rows) - 1, made

    def study(self, cells: Row, at: str) -> str:
        """What study a row is of; a file of one study need not say so."""
        said = str(cells.get(STUDY, "")).strip()
        if not said and len(self.found) > 1:
            raise BadInput(f"{self.name}, {at}: which study it is of is not said.")
        if not said:
            return next(iter(self.found), "")
        if list(self.found) == [""]:
            raise BadInput(f"{self.name}, {at}: a study is named here, and not in rows before it.")
        return said

    def effect(self, study: str, cells: Row, at: str) -> tuple[int, Row]:
        of = [key for key in self.effects if key[0] == study]
        said = str(cells.get(EFFECT, of[0][1] if len(of) == 1 else "")).removesuffix(".0")
        found = self.effects.get((study, said))
        if found is None:
            raise BadInput(f"{self.name}, {at}: there is no effect {said!r} of this study.")
        return found

    def cells(self, section: Section, cells: Row) -> Row:
        made: Row = {}
        source: Row = {}
        for key, value in cells.items():
            if key in (STUDY, EFFECT):
                continue
            one = section.field(key)
            if key.startswith(_PREFIX) and section.id == "effects":
                source[key.removeprefix(_PREFIX)] = value
            elif key == "arms" or (one and (one.type == "choices" or self.terms(section, key))):
                made[key] = parted(value)
            else:
                made[key] = value
        return made | ({"source": source} if source else {})

    def terms(self, section: Section, key: str) -> bool:
        one = section.field(key)
        return one is not None and one.type == "facet"

    def source(self, row: Row) -> None:
        cells = {key: _plain(value) for key, value in row.items() if key and not empty(value)}
        if not cells:
            return
        study = self.study(cells, row[""])
        address = str(cells.get(CELL, ""))
        for place in _rows_of(self.found.get(study, {}), self.definition):
            prefix = where(place)
            if address.startswith(f"{prefix}, ") and "," not in address[len(prefix) + 2 :]:
                name = address[len(prefix) + 2 :]
                owner = _at(self.found[study], place)
                said = {key: value for key, value in cells.items() if key not in (STUDY, CELL)}
                owner.setdefault(SOURCES, {})[name] = said
                self.places[study][(*place, SOURCES, name)] = row[""]
                return
        raise BadInput(f"{self.name}, {row['']}: {address!r} is no cell of the form.")

    def filled(self) -> list[Filled]:
        return [
            Filled(study=study, form=form, places=self.places[study])
            for study, form in self.found.items()
        ]


def _rows_of(form: Mapping[str, Any], definition: Form) -> Iterator[Place]:
    for _, place, _ in each_row(form, definition):
        yield place


def _at(form: dict[str, Any], place: Place) -> dict[str, Any]:
    found: Any = form
    for step in place:
        found = found.setdefault(step, {}) if isinstance(found, dict) else found[step]
    owner: dict[str, Any] = found
    return owner


def _plain(value: Any) -> Any:
    """A value of a workbook as a form holds it: days as texts, whole numbers whole."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
