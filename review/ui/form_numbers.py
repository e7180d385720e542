"""The group values of an effect: the two groups side by side, one row of numbers at a time."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

import streamlit as st

from review import actions
from review.ui import form_draft
from review.ui.form_cells import Field, Sheet, cell, fields_of
from review.ui.form_draft import Path
from review.ui.telling import told
from review.ui.words import plain

_SIDES = ("group1_", "group2_")


def numbers_of(sheet: Sheet, section: Mapping[str, Any], effect: Path) -> None:
    """Draw the numbers of an effect: what was measured in each group, then what is said of both."""
    path = (*effect, "numbers")
    given = sheet.at(path) or []
    rows = [given] if isinstance(given, dict) else list(given)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    left.markdown("**Numbers**")
    left.caption(plain(section["help"]))
    right.button(
        "Add",
        key=form_draft.key_of(sheet.study, (*path, "add")),
        icon=":material/add:",
        on_click=_add,
        args=(sheet.study, path),
        width="stretch",
    )
    if not rows:
        return
    key = form_draft.key_of(sheet.study, (*path, "chosen"))
    if st.session_state.get(key) not in range(len(rows)):
        st.session_state[key] = len(rows) - 1
    if len(rows) > 1:
        st.pills(
            "Numbers",
            range(len(rows)),
            format_func=lambda i: _name(sheet, path, i, rows[i]),
            key=key,
            required=True,
            label_visibility="collapsed",
        )
    _row(sheet, section, (*path, int(st.session_state[key] or 0)))
    with st.expander("Convert SE, CI, IQR, range, p ... into mean or SD"):
        _convert(sheet.study)


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


def _name(sheet: Sheet, path: Path, number: int, row: Mapping[str, Any]) -> str:
    wrong = any(place[: len(path) + 1] == (*path, number) for place in sheet.faults)
    labels = [str(row.get(f"{side}label") or "") for side in _SIDES]
    said = " / ".join(filter(None, labels))[:30]
    return plain(f"{number + 1} {said}") + (" :red[!]" if wrong else "")


def _row(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    fields = list(fields_of(section))
    one, two = ([f for f in fields if f["id"].startswith(side)] for side in _SIDES)
    both = [f for f in fields if not f["id"].startswith(_SIDES)]
    for pair in zip_longest(one, two):
        _beside(sheet, section, path, pair)
    for start in range(0, len(both), 2):
        _beside(sheet, section, path, tuple(both[start : start + 2]))
    st.button(
        "Take these numbers out",
        key=form_draft.key_of(sheet.study, (*path, "drop")),
        icon=":material/delete:",
        on_click=_drop,
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
    def put(form: dict[str, Any]) -> None:
        given = form_draft.at(form, path) or []
        rows = [given] if isinstance(given, dict) else list(given)
        # groups are mostly the arms compared, in their order
        arms = form_draft.at(form, (*path[:-1], "arms")) or []
        labels = zip(_SIDES, arms, strict=False)
        rows.append({f"{side}label": arm for side, arm in labels})
        form_draft.put(form, path, rows)
        chosen.append(len(rows) - 1)

    chosen: list[int] = []
    form_draft.change(study, put)
    form_draft.begin_anew(study)
    if chosen:
        st.session_state[form_draft.key_of(study, (*path, "chosen"))] = chosen[0]


def _drop(study: int, path: Path) -> None:
    *rows, number = path
    form_draft.change(study, lambda form: form_draft.at(form, tuple(rows)).pop(number))
    form_draft.begin_anew(study)
