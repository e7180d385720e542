"""Filling in the form of a study: its sections from the definition, saved as they are typed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import FormError, ReviewError
from review.ui import doubtful_cells, form_draft
from review.ui.beside import beside
from review.ui.document_view import document_view
from review.ui.form_cells import STYLE, Sheet, asked, cells, heading, say
from review.ui.form_draft import Path, key_of, shown
from review.ui.form_numbers import numbers_of
from review.ui.form_rows import rows_of
from review.ui.form_sources import from_quote, of_row, of_single_cells
from review.ui.links import link
from review.ui.session import Database, SignedIn, current
from review.ui.words import count, moment, plain

_DONE = "form-given"


def fill(db: Database, who: SignedIn, study: Mapping[str, Any]) -> None:
    """Draw the form of a study with the PDF beside it, or why it is not to be filled in."""
    number = study["study"]
    _said_of_last(number)
    if study["stand"] == "settled":
        st.info("This study is settled. What was agreed is under Compare and settle.")
        link("evidence", "See what it says", icon=":material/science:", study=number)
        return
    if study["stand"] == "taken":
        st.info("Two others extract this study; where they differ a third settles it.")
        return
    with beside("PDF beside the form") as pane:
        _form(db, who, number, study)
    if pane is not None:
        with pane:
            chosen = document_view(db, who, f"study:{number}")
            if chosen:
                from_quote(db, who, number, chosen)


def _said_of_last(study: int) -> None:
    done = st.session_state.pop(_DONE, None)
    if not done or done["study"] != study:
        return
    if done["settled"]:
        st.success("Stored, and settled: the two forms agree in every cell.")
    else:
        st.success("Stored. It is compared once both forms are in; until then nobody sees yours.")
    doubtful_cells.tell(done["warnings"])


def _form(db: Database, who: SignedIn, study: int, listed: Mapping[str, Any]) -> None:
    form_draft.keep(study)
    form, saved = form_draft.load(db, who, study)
    definition, book = actions.extraction_form(db), actions.codebook(db)
    checked = actions.check_form(db, who.caller, form_draft.bare(form), study=study)
    sheet = Sheet(
        study=study,
        form=form,
        faults={form_draft.named(form, one["cell"]): one["said"] for one in checked["faults"]},
        warnings={form_draft.named(form, one["cell"]): one["said"] for one in checked["warnings"]},
        hidden=frozenset(form_draft.named(form, place) for place in checked["hidden"]),
        facets={
            facet["id"]: {
                term["code"]: term["label"] for term in facet["terms"] if not term.get("retired")
            }
            for facet in book
        },
        primary=next((facet["id"] for facet in book if facet.get("primary")), None),
    )
    st.html(STYLE)
    _state(study, listed, saved, checked)
    for section in definition["sections"]:
        if section["id"] == "numbers":
            continue
        with st.container(key=f"section-{study}-{section['id']}"):
            heading(section)
            if section["id"] == "study":
                cells(sheet, "study", ("study",), asked(sheet, section, ("study",)))
                of_single_cells(sheet, section, ("study",))
            elif section["id"] == "effects":
                _effects(sheet, section, definition)
            else:
                rows_of(sheet, section)
    with st.container(key=f"section-{study}-give"):
        _give(sheet)


def _state(
    study: int, listed: Mapping[str, Any], saved: str | None, checked: Mapping[str, Any]
) -> None:
    """Say that what is typed is kept, since when, and how much of it is wrong."""
    parts = []
    if saved:
        parts.append(f":material/cloud_done: saved at {moment(saved)} UTC, for you alone")
    elif listed["stand"] == "given":
        parts.append(
            ":material/task_alt: you gave this form; it may be changed until it is settled"
        )
    else:
        parts.append(":material/edit: nothing typed yet; every change is saved")
    wrong = len(checked["faults"])
    if wrong and saved:
        parts.append(f":red[{count(wrong, 'cell')} to put right]")
    with st.container(key=f"state-{study}", horizontal=True, vertical_alignment="center"):
        if problem := form_draft.fault():
            st.error(plain(f"Not saved: {problem}"))
        st.caption(" · ".join(parts))
        if form_draft.taken_out(study):
            st.button(
                "Put back what was taken out last",
                icon=":material/undo:",
                type="tertiary",
                on_click=form_draft.put_back,
                args=(study,),
            )


def _effects(sheet: Sheet, section: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
    """Draw one effect at a time: chosen from a list, added, copied, taken out."""
    effects = form_draft.ids(sheet.at(("effects",)))
    key = f"effect-of-{sheet.study}"
    if st.session_state.get(key) not in effects:
        st.session_state[key] = effects[-1] if effects else None
    if effects:
        st.pills(
            "Effect",
            effects,
            format_func=lambda row: _name(sheet, effects, row),
            key=key,
            required=True,
            label_visibility="collapsed",
        )
    now = st.session_state.get(key)
    with st.container(key=f"acts-{key}", horizontal=True):
        st.button(
            "Add effect", on_click=_add, args=(sheet.study, None), icon=":material/add:",
            shortcut="Alt+N",
        )  # fmt: skip
        if now is None:
            return
        st.button(
            "Copy this one", on_click=_add, args=(sheet.study, now), icon=":material/content_copy:"
        )
        st.button(
            "Take it out", on_click=form_draft.drop, args=(sheet.study, ("effects", now)),
            icon=":material/delete:",
        )  # fmt: skip
    path: Path = ("effects", now)
    with st.container(key=f"card-{key_of(sheet.study, path)}", border=True):
        cells(sheet, section["id"], path, asked(sheet, section, path))
        with st.container(key=f"arms-{key_of(sheet.study, path)}"):
            _arms(sheet, path)
        numbers = next(one for one in definition["sections"] if one["id"] == "numbers")
        with st.container(key=f"values-{key_of(sheet.study, path)}"):
            numbers_of(sheet, numbers, path)
        with st.container(key=f"sources-{key_of(sheet.study, path)}"):
            of_row(sheet, path, definition["source"])
            of_single_cells(sheet, section, path)


def _name(sheet: Sheet, effects: list[str], row: str) -> str:
    path = ("effects", row)
    outcomes = sheet.facets.get("outcome", {})
    given = sheet.at((*path, "outcome")) or ""
    code = given[0] if isinstance(given, list) and given else str(given or "")
    wrong = any(place[:2] == path for place in sheet.faults)
    called = plain(f"{effects.index(row) + 1} {outcomes.get(code, code)[:40]}")
    return called + (" :red[!]" if wrong else "")


def _arms(sheet: Sheet, path: Path) -> None:
    labels = [str(arm.get("label", "")) for arm in sheet.at(("arms",)) or []]
    labels = list(dict.fromkeys(label for label in labels if label))
    place = (*path, "arms")
    given = sheet.at(place) or []
    given = given if isinstance(given, list) else [given]
    st.multiselect(
        "Arms compared",
        labels,
        key=shown(sheet.study, place, [label for label in given if label in labels]),
        on_change=form_draft.keep,
        args=(sheet.study,),
        placeholder="the reference first",
    )
    say(sheet, place)


def _add(study: int, copied: str | None) -> None:
    form_draft.keep(study)
    made: list[str] = []

    def put(form: dict[str, Any]) -> None:
        source = form_draft.at(form, ("effects", copied)) if copied is not None else None
        # what tells one effect from the next is for the person to fill in
        kept = {
            key: value
            for key, value in (source or {}).items()
            if key not in ("outcome", "direction", "numbers")
        }
        made.append(form_draft.append(form, ("effects",), kept))

    if form_draft.change(study, put):
        st.session_state[f"effect-of-{study}"] = made[0]


def _give(sheet: Sheet) -> None:
    """Draw what is wrong in cells that are not drawn now, and the button that gives the form."""
    rest = [(place, said) for place, said in sheet.faults.items() if place not in sheet.told]
    for place, said in rest:
        st.markdown(f":red[:material/error: {plain(f'{_where(sheet, place)}: {said}')}]")
    with st.container(key=f"giving-{sheet.study}"):
        left, right = st.columns([2, 1], gap="small", vertical_alignment="center")
        left.caption(
            "Giving the form makes it part of the review. The other extractor sees nothing of it "
            "until the study is settled."
        )
        right.button(
            "Give the form",
            type="primary",
            icon=":material/task_alt:",
            shortcut="Ctrl+Enter",
            width="stretch",
            disabled=bool(sheet.faults) or not form_draft.bare(sheet.form),
            help="Wrong cells are put right first." if sheet.faults else None,
            on_click=_given,
            args=(sheet.study,),
        )


def _where(sheet: Sheet, place: Path) -> str:
    """Where a cell stands, in words: rows by their number."""
    parts: list[str] = []
    for depth, step in enumerate(place):
        rows = sheet.at(place[:depth])
        if isinstance(rows, list) and step in form_draft.ids(rows):
            parts[-1] += f" {form_draft.ids(rows).index(step) + 1}"
        else:
            parts.append(step)
    return ", ".join(parts)


def _given(study: int) -> None:
    form_draft.keep(study)
    db, who = current()
    form, _ = form_draft.load(db, who, study)
    try:
        done = actions.extract(db, who.caller, f"study:{study}", form_draft.bare(form))
        st.session_state[_DONE] = done
        form_draft.forget(study)
    except FormError:
        pass  # the page checks the form again and tells every fault where it stands
    except ReviewError as error:
        form_draft.blamed(error)
