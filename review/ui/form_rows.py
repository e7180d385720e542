"""Repeated rows of a form (arms, further groups) as cards: each row its cells, the last one new."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review.ui import form_draft
from review.ui.form_cells import Sheet, asked, cells, say
from review.ui.form_draft import Path, key_of
from review.ui.form_sources import of_single_cells
from review.ui.words import plain


def rows_of(sheet: Sheet, section: Mapping[str, Any]) -> None:
    """Draw a card for each row of a section, and an empty one in which the next row begins.

    The empty card is there before it is wanted, so that the Tab key goes on into it.
    """
    there: Path = (section["id"],)
    given = form_draft.ids(sheet.at(there))
    for number, row in enumerate([*given, _next(sheet.study, there, given)]):
        path = (*there, row)
        new = number == len(given)
        with st.container(key=f"card-{key_of(sheet.study, path)}", border=True, gap="small"):
            _head(sheet, section, path, number, new=new)
            say(sheet, path)
            cells(sheet, section["id"], path, asked(sheet, section, path))
            of_single_cells(sheet, section, path)


def _next(study: int, there: Path, given: list[str]) -> str:
    """The id of the row to come: another one as soon as something is typed in it."""
    key = f"next-{key_of(study, there)}"
    if st.session_state.get(key) in (None, *given):
        st.session_state[key] = form_draft.new_row()
    return str(st.session_state[key])


def _head(sheet: Sheet, section: Mapping[str, Any], path: Path, number: int, *, new: bool) -> None:
    """Draw what a row is called, and how it is copied or taken out."""
    called = plain(f"{section['label'].removesuffix('s')} {number + 1}")
    with st.container(
        key=f"head-{key_of(sheet.study, path)}", horizontal=True, vertical_alignment="center"
    ):
        if new:
            st.markdown(f":gray[{called}, if there is one: type to add it]")
            return
        label = str((sheet.at(path) or {}).get("label", ""))
        st.markdown(f"**{called}**" + (f" {plain(label)}" if label else ""))
        for what, act, icon in (("Copy", _copy, "content_copy"), ("Take out", _drop, "delete")):
            st.button(
                f"{what} {called}",
                key=f"{what}-{key_of(sheet.study, path)}",
                icon=f":material/{icon}:",
                help=f"{what} this row",
                type="tertiary",
                on_click=act,
                args=(sheet.study, path),
            )


def _copy(study: int, path: Path) -> None:
    form_draft.keep(study)

    def put(form: dict[str, Any]) -> None:
        row = form_draft.at(form, path) or {}
        # what a row is called tells it from the others: the person says it
        form_draft.append(form, path[:-1], {k: v for k, v in row.items() if k != "label"})

    form_draft.change(study, put)


def _drop(study: int, path: Path) -> None:
    form_draft.drop(study, path)
