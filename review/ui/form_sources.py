"""Where cells were read: the source of a whole row, of single cells, and quotes from the PDF."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui import form_draft
from review.ui.form_cells import Field, Sheet, cells, fields_of
from review.ui.form_draft import Path, key_of
from review.ui.session import Database, SignedIn
from review.ui.words import plain


def of_row(sheet: Sheet, path: Path, source: Sequence[Field]) -> None:
    """Draw the source of a whole row, such as an effect: page, table, figure, quote."""
    given = sheet.at((*path, "source")) or {}
    st.markdown("**Source**")
    digitised = given.get("digitised") in (True, "yes", "true")
    asked = [one for one in source if one["id"] != "url" and (one["id"] != "tool" or digitised)]
    cells(sheet, "source", (*path, "source"), asked)


def of_single_cells(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    """Draw which single cells of a row have a source of their own, and take one off."""
    labels = {one["id"]: one["label"] for one in section["fields"]}
    for name, source in (sheet.at((*path, "sources")) or {}).items():
        place = (*path, "sources", name)
        with st.container(key=f"source-{key_of(sheet.study, place)}"):
            left, right = st.columns([5, 1], gap="small", vertical_alignment="center")
            said = f"{labels.get(name, name)}: {actions.source_in_words(source)}"
            left.caption(plain(said))
            right.button(
                "Take off",
                key=f"off-{key_of(sheet.study, place)}",
                on_click=_take_off,
                args=(sheet.study, place),
                type="tertiary",
            )


def _take_off(study: int, path: Path) -> None:
    form_draft.change(study, lambda form: form_draft.put(form, path, None))


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
    path = tuple(place.split("/"))
    said = {"page": str(chosen["page"]), "quote": str(chosen["quote"])}

    def put(form: dict[str, Any]) -> None:
        before = form_draft.at(form, path) or {}
        form_draft.put(form, path, {**before, **said})

    form_draft.keep(study)
    form_draft.change(study, put)


def _places(form: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, str]:
    """What a quote may be the source of: effects as a whole, and every cell filled in."""
    found: dict[str, str] = {}
    for number, effect in enumerate(form_draft.ids(form.get("effects")), 1):
        found[f"effects/{effect}/source"] = f"Effect {number}, the whole of it"
    for section in definition["sections"]:
        if section["id"] == "numbers":
            continue
        labels = {one["id"]: one["label"] for one in fields_of(section)}
        for at, called, row in _rows(form, section):
            for name in row:
                if name in labels:
                    found[f"{at}/sources/{name}"] = f"{called}: {labels[name]}"
    return found


def _rows(
    form: Mapping[str, Any], section: Mapping[str, Any]
) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each row of a section: its path, what it is called, and its cells."""
    rows = form.get(section["id"])
    if not section["repeated"]:
        yield section["id"], section["label"], rows or {}
        return
    for number, row in enumerate(rows or [], 1):
        at = f"{section['id']}/{form_draft.ids([row])[0]}"
        yield at, f"{section['label'].removesuffix('s')} {number}", row
