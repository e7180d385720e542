"""Repeated rows of a form (arms, numbers, further groups) as a table that saves what is typed."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from review.ui import form_draft
from review.ui.form_cells import Field, Sheet, fields_of, known, typed
from review.ui.form_draft import Path, key_of
from review.ui.words import plain

_ROW = "row"
_BASES = "form-table-bases"


def table(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    """Draw the rows at a path as a table, save them when they change, and tell what is wrong."""
    fields = list(fields_of(section))
    rows: list[dict[str, Any]] = list(sheet.at(path) or [])
    key = f"{key_of(sheet.study, path)}-table"
    bases = st.session_state.setdefault(_BASES, {})
    # the table is given the same rows for as long as it is drawn, or it would lose the focus
    if key not in bases or key not in st.session_state:
        bases[key] = _frame(sheet, section["id"], fields, rows), rows
    frame, before = bases[key]
    edited = st.data_editor(
        frame,
        key=key,
        num_rows="dynamic" if not sheet.disabled else "fixed",
        hide_index=True,
        placeholder="",
        disabled=sheet.disabled,
        column_order=[*_columns(fields)],
        column_config=_config(sheet, section["id"], fields),
    )
    now = _rows(edited, fields, before)
    saved = _rows(_frame(sheet, section["id"], fields, rows), fields, rows)
    if not sheet.disabled and now != saved:
        form_draft.change(sheet.study, lambda form: form_draft.put(form, path, now))
        form_draft.put(sheet.form, path, now)
        st.rerun()
    _say(sheet, fields, path)


def forget_tables() -> None:
    """Begin tables anew from what is saved, where something else than the table changed it."""
    st.session_state[_BASES] = {}


def _columns(fields: Sequence[Field]) -> list[str]:
    found = []
    for one in fields:
        found += [one["id"], f"{one['id']}_unit"] if len(one["units"]) > 1 else [one["id"]]
    return found


def _frame(
    sheet: Sheet, section: str, fields: Sequence[Field], rows: Sequence[Mapping[str, Any]]
) -> pd.DataFrame:
    made = []
    for number, row in enumerate(rows):
        cells: dict[str, Any] = {_ROW: str(number)}
        for one in fields:
            cells[one["id"]] = _shown(sheet, section, one, row.get(one["id"]))
            if len(one["units"]) > 1:
                cells[f"{one['id']}_unit"] = row.get(f"{one['id']}_unit")
        made.append(cells)
    return pd.DataFrame(made, columns=[_ROW, *_columns(fields)], dtype=object)


def _shown(sheet: Sheet, section: str, one: Field, value: Any) -> Any:
    options = sheet.options(section, one)
    if not options:
        return None if value is None else typed(value)
    chosen = known(value, options)
    if _several(one):
        return chosen
    return chosen[0] if chosen else None


def _several(one: Field) -> bool:
    return one["type"] == "choices" or (one["type"] == "facet" and bool(one["many"]))


def _config(sheet: Sheet, section: str, fields: Sequence[Field]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in fields:
        unit = f" ({one['units'][0]})" if len(one["units"]) == 1 else ""
        named = f"{one['label']}{unit}{' *' if one['required'] else ''}"
        options = dict(sheet.options(section, one))
        about: dict[str, Any] = {"label": named, "help": one["help"] or None}
        if not options:
            found[one["id"]] = st.column_config.TextColumn(**about)
        elif _several(one):
            found[one["id"]] = st.column_config.MultiselectColumn(
                **about, options=list(options), format_func=_labels(options)
            )
        else:
            found[one["id"]] = st.column_config.SelectboxColumn(
                **about, options=list(options), format_func=_labels(options)
            )
        if len(one["units"]) > 1:
            found[f"{one['id']}_unit"] = st.column_config.SelectboxColumn(
                label=f"Unit of {one['label'].lower()}", options=one["units"]
            )
    return found


def _labels(options: Mapping[str, str]) -> Any:
    return lambda code: options.get(code, str(code))


def _rows(
    frame: pd.DataFrame, fields: Sequence[Field], before: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of a table as a form holds them, with what the table does not show kept."""
    shown = set(_columns(fields))
    found = []
    for record in frame.to_dict("records"):
        number = record.pop(_ROW, None)
        old = before[int(number)] if isinstance(number, str) and int(number) < len(before) else {}
        row = {key: value for key, value in old.items() if key not in shown}
        for name, value in record.items():
            if name in shown and not _nothing(value):
                row[str(name)] = list(value) if isinstance(value, list | tuple) else value
        if row:
            found.append(row)
    return found


def _nothing(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return not value
    return value is None or value != value or value == ""


def _say(sheet: Sheet, fields: Sequence[Field], path: Path) -> None:
    """Draw what is wrong under the table, by row and column."""
    labels = {one["id"]: one["label"] for one in fields}
    for found, colour, icon in (
        (sheet.faults, "red", "error"),
        (sheet.warnings, "orange", "warning"),
    ):
        for place, said in found.items():
            if place[: len(path)] == path and len(place) > len(path):
                sheet.told.add(place)
                row, *rest = place[len(path) :]
                name = labels.get(str(rest[0]), ", ".join(map(str, rest))) if rest else ""
                at = f"row {int(row) + 1}" if isinstance(row, int) else str(row)
                where = f"{at}, {name}" if name else at
                st.markdown(f":{colour}[:material/{icon}: {plain(f'{where}: {said}')}]")
