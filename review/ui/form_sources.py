"""Where cells were read: the source of a whole row, of single cells, and quotes from the PDF."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui import form_draft
from review.ui.form_cells import Field, Sheet, cell, fields_of
from review.ui.form_draft import Path
from review.ui.form_table import forget_tables
from review.ui.session import Database, SignedIn
from review.ui.words import plain


def of_row(sheet: Sheet, path: Path, source: Sequence[Field]) -> None:
    """Draw the source of a whole row, such as an effect: page, table, figure, quote."""
    given = sheet.at((*path, "source")) or {}
    st.markdown("**Source**")
    columns = st.columns(4, gap="small")
    small = [one for one in source if one["id"] in ("page", "table", "figure", "location")]
    for place, one in enumerate(small):
        with columns[place]:
            cell(sheet, "source", (*path, "source", one["id"]), one)
    for one in source:
        asked = one["id"] != "tool" or given.get("digitised") in (True, "yes", "true")
        if one not in small and one["id"] != "url" and asked:
            cell(sheet, "source", (*path, "source", one["id"]), one)


def of_single_cells(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    """Draw which single cells have a source of their own, and take one off."""
    for row, labels in _rows(sheet, section, path):
        for name, source in (sheet.at((*row, "sources")) or {}).items():
            left, right = st.columns([5, 1], gap="small", vertical_alignment="center")
            said = f"{labels.get(name, name)}: {actions.source_in_words(source)}"
            left.caption(plain(said))
            right.button(
                "Take off",
                key=form_draft.key_of(sheet.study, (*row, "sources", name)),
                on_click=_take_off,
                args=(sheet.study, (*row, "sources", name)),
                type="tertiary",
            )


def _rows(
    sheet: Sheet, section: Mapping[str, Any], path: Path
) -> list[tuple[Path, dict[str, str]]]:
    labels = {one["id"]: one["label"] for one in section["fields"]}
    found = sheet.at(path)
    if isinstance(found, list):
        return [((*path, i), labels) for i in range(len(found))]
    return [(path, labels)]


def _take_off(study: int, path: Path) -> None:
    form_draft.change(study, lambda form: form_draft.put(form, path, None))
    form_draft.begin_anew(study)
    forget_tables()


def from_quote(db: Database, who: SignedIn, study: int, chosen: Mapping[str, Any]) -> None:
    """Draw the quote chosen in the PDF, and to which cell or effect it is the source."""
    form, _ = form_draft.load(db, who, study)
    places = _places(form, actions.extraction_form(db))
    with st.container(border=True):
        st.markdown(f"“{plain(chosen['quote'])}” :gray[page {int(chosen['page'])}]")
        if not places:
            st.caption("Fill in a cell first; then the quote can be its source.")
            return
        place = st.selectbox(
            "is the source of",
            list(places),
            format_func=places.__getitem__,
            index=None,
            placeholder="an effect or a cell",
            key=f"quote-for-{study}",
        )
        st.button(
            "Note it",
            icon=":material/format_quote:",
            disabled=place is None,
            on_click=_note,
            args=(study, place, dict(chosen)),
        )


def _note(study: int, place: str, chosen: Mapping[str, Any]) -> None:
    path = tuple(int(step) if step.isdecimal() else step for step in place.split("/"))
    said = {"page": str(chosen["page"]), "quote": str(chosen["quote"])}

    def put(form: dict[str, Any]) -> None:
        before = form_draft.at(form, path) or {}
        form_draft.put(form, path, {**before, **said})

    form_draft.change(study, put)
    form_draft.begin_anew(study)
    forget_tables()


def _places(form: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, str]:
    """What a quote may be the source of: effects as a whole, and every cell filled in."""
    found: dict[str, str] = {}
    for number, _ in enumerate(form.get("effects") or []):
        found[f"effects/{number}/source"] = f"Effect {number + 1}, the whole of it"
    for section in definition["sections"]:
        if section["id"] == "numbers":
            continue
        labels = {one["id"]: one["label"] for one in fields_of(section)}
        rows = form.get(section["id"]) or ([] if section["repeated"] else {})
        for number, row in enumerate(rows if isinstance(rows, list) else [rows]):
            at = f"{section['id']}/{number}" if section["repeated"] else section["id"]
            called = f"{section['label']} {number + 1}" if section["repeated"] else section["label"]
            for name in row:
                if name in labels:
                    found[f"{at}/sources/{name}"] = f"{called}: {labels[name]}"
    return found
