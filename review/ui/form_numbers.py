"""The group values of an effect: the two groups side by side, one row of numbers at a time."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import streamlit as st

from review import actions
from review.ui import form_draft
from review.ui.form_cells import Field, Sheet, cell, cells, fields_of
from review.ui.form_draft import Path, key_of
from review.ui.telling import told
from review.ui.words import plain

_SIDES = ("group1_", "group2_")


def numbers_of(sheet: Sheet, section: Mapping[str, Any], effect: Path) -> None:
    """Draw the numbers of an effect: what was measured in each group, then what is said of both."""
    path = (*effect, "numbers")
    rows = form_draft.ids(sheet.at(path))
    key = _chosen(sheet.study, path)
    with st.container(key=f"head-{key_of(sheet.study, path)}"):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        left.markdown("**Numbers**")
        left.caption(plain(section["help"]))
        right.button(
            "Add",
            key=f"add-{key_of(sheet.study, path)}",
            icon=":material/add:",
            on_click=_add,
            args=(sheet.study, path),
            width="stretch",
        )
    if not rows:
        return
    if st.session_state.get(key) not in rows:
        st.session_state[key] = rows[-1]
    if len(rows) > 1:
        st.pills(
            "Numbers",
            rows,
            format_func=lambda row: _name(sheet, path, rows, row),
            key=key,
            required=True,
            label_visibility="collapsed",
        )
    row = (*path, str(st.session_state[key]))
    with st.container(key=f"numbers-{key_of(sheet.study, row)}"):
        _row(sheet, section, row)
    with st.expander(
        "Convert SE, CI, IQR, range, p ... into mean or SD", key=f"convert-{sheet.study}-open"
    ):
        _convert(sheet.study)


def _chosen(study: int, path: Path) -> str:
    return f"chosen-{key_of(study, path)}"


def _convert(study: int) -> None:
    """Draw a conversion: what it needs, what it gives, by which formula."""
    known = {one["name"]: one for one in actions.conversions()}
    name = st.selectbox("Conversion", list(known), key=f"convert-{study}")
    given = {}
    for column, need in zip(
        st.columns(len(known[name]["needs"])), known[name]["needs"], strict=True
    ):
        given[need] = column.text_input(need, key=f"convert-{study}-{name}-{need}")
    if all(value.strip() for value in given.values()):
        with told():
            found = actions.convert(name, given)
            values = (f"{key} = {value:.5g}" for key, value in found.items() if key != "how")
            st.markdown(f"**{plain(', '.join(values))}**")
    st.caption(plain(known[name]["how"]))


def _name(sheet: Sheet, path: Path, rows: list[str], row: str) -> str:
    there = (*path, row)
    wrong = any(place[: len(there)] == there for place in sheet.faults)
    labels = [str(sheet.at((*there, f"{side}label")) or "") for side in _SIDES]
    said = " / ".join(filter(None, labels))[:30]
    return plain(f"{rows.index(row) + 1} {said}") + (" :red[!]" if wrong else "")


def _row(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    fields = list(fields_of(section))
    one, two = ([f for f in fields if f["id"].startswith(side)] for side in _SIDES)
    both = [f for f in fields if not f["id"].startswith(_SIDES)]
    for place, pair in enumerate(zip_longest(one, two)):
        with st.container(key=f"pair-{key_of(sheet.study, path)}-{place}"):
            _beside(sheet, section, path, pair)
    cells(sheet, section["id"], path, both)
    st.button(
        "Take these numbers out",
        key=f"drop-{key_of(sheet.study, path)}",
        icon=":material/delete:",
        on_click=form_draft.drop,
        args=(sheet.study, path),
        type="tertiary",
    )


def _beside(
    sheet: Sheet, section: Mapping[str, Any], path: Path, pair: tuple[Field | None, ...]
) -> None:
    for column, one in zip(st.columns(2, gap="small"), pair, strict=False):
        with column:
            if one is not None:
                cell(sheet, section["id"], (*path, one["id"]), one)


def _add(study: int, path: Path) -> None:
    form_draft.keep(study)
    made: list[str] = []

    def put(form: dict[str, Any]) -> None:
        # groups are mostly the arms compared, in their order
        arms = form_draft.at(form, (*path[:-1], "arms")) or []
        labels = {f"{side}label": arm for side, arm in zip(_SIDES, arms, strict=False)}
        made.append(form_draft.append(form, path, labels))

    if form_draft.change(study, put):
        st.session_state[_chosen(study, path)] = made[0]
