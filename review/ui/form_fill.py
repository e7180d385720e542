"""Filling in the form of a study: its sections from the definition, saved as they are typed."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import FormError, ReviewError
from review.ui import form_draft
from review.ui.beside import beside
from review.ui.document_view import document_view
from review.ui.form_cells import Sheet, cell, fields_of, say
from review.ui.form_draft import Path
from review.ui.form_numbers import numbers_of
from review.ui.form_sources import from_quote, of_row, of_single_cells
from review.ui.form_table import forget_tables, table
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
    for warning in done["warnings"]:
        st.warning(plain(f"{warning['where']}: {warning['said']}"))


def _form(db: Database, who: SignedIn, study: int, listed: Mapping[str, Any]) -> None:
    form, saved = form_draft.load(db, who, study)
    definition, book = actions.extraction_form(db), actions.codebook(db)
    checked = actions.check_form(db, who.caller, form)
    sheet = Sheet(
        study=study,
        form=form,
        faults={_path(one): one["said"] for one in checked["faults"]},
        warnings={_path(one): one["said"] for one in checked["warnings"]},
        hidden=frozenset(tuple(place) for place in checked["hidden"]),
        facets={
            facet["id"]: {
                term["code"]: term["label"] for term in facet["terms"] if not term.get("retired")
            }
            for facet in book
        },
        primary=next((facet["id"] for facet in book if facet.get("primary")), None),
    )
    _state(listed, saved, checked)
    for section in definition["sections"]:
        if section["id"] == "numbers":
            continue
        st.subheader(section["label"], anchor=False)
        if section["help"]:
            st.caption(plain(section["help"]))
        if section["id"] == "study":
            _cells(sheet, section, ("study",))
            of_single_cells(sheet, section, ("study",))
        elif section["id"] == "effects":
            _effects(sheet, section, definition)
        else:
            table(sheet, section, (section["id"],))
            of_single_cells(sheet, section, (section["id"],))
    _give(db, who, sheet)


def _path(fault: Mapping[str, Any]) -> Path:
    return tuple(fault["cell"])


def _state(listed: Mapping[str, Any], saved: str | None, checked: Mapping[str, Any]) -> None:
    """Say that what is typed is kept, since when, and how much of it is wrong."""
    if problem := form_draft.fault():
        st.error(plain(f"Not saved: {problem}"))
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
    st.caption(" · ".join(parts))


def _cells(sheet: Sheet, section: Mapping[str, Any], path: Path) -> None:
    """Draw the cells of one row in two columns; those that nothing asks for are left out."""
    shown = [
        one
        for one in fields_of(section)
        if (*path, one["id"]) not in sheet.hidden or sheet.at((*path, one["id"]))
    ]
    for start in range(0, len(shown), 2):
        # row by row, so that the order holds for the Tab key and in a narrow window
        for column, one in zip(st.columns(2, gap="small"), shown[start : start + 2], strict=False):
            with column:
                cell(sheet, section["id"], (*path, one["id"]), one)


def _effects(sheet: Sheet, section: Mapping[str, Any], definition: Mapping[str, Any]) -> None:
    """Draw one effect at a time: chosen from a list, added, copied, taken out."""
    effects = list(sheet.at(("effects",)) or [])
    key = f"effect-of-{sheet.study}"
    if st.session_state.get(key) not in range(len(effects)):
        st.session_state[key] = max(0, len(effects) - 1)
    if effects:
        st.pills(
            "Effect",
            range(len(effects)),
            format_func=lambda i: _name(sheet, i, effects[i]),
            key=key,
            required=True,
            label_visibility="collapsed",
        )
    now = st.session_state.get(key) or 0
    add, copy, drop = st.columns(3, gap="small")
    add.button(
        "Add effect", on_click=_add, args=(sheet.study, None), icon=":material/add:",
        shortcut="Alt+N", width="stretch",
    )  # fmt: skip
    if not effects:
        return
    copy.button(
        "Copy this one", on_click=_add, args=(sheet.study, now), icon=":material/content_copy:",
        width="stretch",
    )  # fmt: skip
    drop.button(
        "Take it out", on_click=_drop, args=(sheet.study, now), icon=":material/delete:",
        width="stretch",
    )  # fmt: skip
    path: Path = ("effects", now)
    with st.container(border=True):
        _cells(sheet, section, path)
        _arms(sheet, path)
        numbers = next(one for one in definition["sections"] if one["id"] == "numbers")
        numbers_of(sheet, numbers, path)
        of_row(sheet, path, definition["source"])
        of_single_cells(sheet, section, path)


def _name(sheet: Sheet, number: int, effect: Mapping[str, Any]) -> str:
    outcomes = sheet.facets.get("outcome", {})
    given = effect.get("outcome") or ""
    code = given[0] if isinstance(given, list) and given else str(given or "")
    wrong = any(place[:2] == ("effects", number) for place in sheet.faults)
    return plain(f"{number + 1} {outcomes.get(code, code)[:40]}") + (" :red[!]" if wrong else "")


def _arms(sheet: Sheet, path: Path) -> None:
    labels = [str(arm.get("label", "")) for arm in sheet.at(("arms",)) or []]
    labels = [label for label in labels if label]
    place = (*path, "arms")
    key = form_draft.key_of(sheet.study, place)
    given = sheet.at(place) or []
    before = st.session_state.get(key, given)
    if key not in st.session_state or any(label not in labels for label in before):
        st.session_state[key] = [label for label in before if label in labels]
    st.multiselect(
        "Arms compared",
        labels,
        key=key,
        on_change=form_draft.keep,
        args=(sheet.study, place),
        help="The reference first. Arms are named in the table above.",
    )
    say(sheet, place)


def _add(study: int, copied: int | None) -> None:
    def put(form: dict[str, Any]) -> None:
        effects = form.setdefault("effects", [])
        source = effects[copied] if copied is not None else {}
        # what tells one effect from the next is for the person to fill in
        kept = {k: v for k, v in source.items() if k not in ("outcome", "direction", "numbers")}
        effects.append(kept)
        st.session_state[f"effect-of-{study}"] = len(effects) - 1

    form_draft.change(study, put)
    form_draft.begin_anew(study)


def _drop(study: int, number: int) -> None:
    form_draft.change(study, lambda form: form["effects"].pop(number))
    form_draft.begin_anew(study)
    forget_tables()


def _give(db: Database, who: SignedIn, sheet: Sheet) -> None:
    """Draw what is wrong in cells that are not drawn now, and the button that gives the form."""
    rest = [(place, said) for place, said in sheet.faults.items() if place not in sheet.told]
    for place, said in rest:
        st.markdown(f":red[:material/error: {plain(f'{_where(place)}: {said}')}]")
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
        disabled=bool(sheet.faults) or not sheet.form,
        help="Wrong cells are put right first." if sheet.faults else None,
        on_click=_given,
        args=(sheet.study,),
    )


def _where(place: Path) -> str:
    parts: list[str] = []
    for step in place:
        if isinstance(step, int) and parts:
            parts[-1] += f" {step + 1}"
        else:
            parts.append(str(step))
    return ", ".join(parts)


def _given(study: int) -> None:
    db, who = current()
    form, _ = form_draft.load(db, who, study)
    try:
        st.session_state[_DONE] = actions.extract(db, who.caller, f"study:{study}", form)
        form_draft.begin_anew(study)
        forget_tables()
    except FormError:
        pass  # the page checks the form again and tells every fault where it stands
    except ReviewError as error:
        st.session_state["draft-fault"] = str(error)
