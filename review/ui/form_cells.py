"""One cell of a form on a page: its widget by its type, its unit, what is wrong with it.

Whatever stands around a cell is in a container with a key: what appears above it (what is wrong
with another cell, one more row) must not make the browser draw it anew while somebody types in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from review.ui import form_draft
from review.ui.form_draft import Path, key_of, shown
from review.ui.words import plain

Field = Mapping[str, Any]
_TERMS_OF_NUMBERS = {"muscle": "muscle", "method": "emg_method", "direction": "direction",
                     "unit_of_analysis": "unit_of_analysis"}  # fmt: skip


_WIDE = {("study", "note"), ("effects", "note"), ("source", "quote")}
STYLE = """<style>
[class*="st-key-cells-"] {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(min(9.5rem, 100%), 1fr));
  gap: 0.5rem 0.75rem; align-items: start;
}
[class*="st-key-cells-"] > :has(> [class*="st-key-wide-"]) { grid-column: 1 / -1; }
</style>"""
_MARKUP = re.compile(r"[*_`\[\]<>$\\~#]|:[a-z+-]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What drawing a form needs: the study, what is typed, what is wrong, the terms."""

    study: int
    form: dict[str, Any]
    faults: Mapping[Path, str]
    warnings: Mapping[Path, str]
    facets: Mapping[str, Mapping[str, str]]
    hidden: frozenset[Path] = frozenset()
    primary: str | None = None
    disabled: bool = False
    told: set[Path] = field(default_factory=set)

    def at(self, path: Path) -> Any:
        """What is typed at a path."""
        return form_draft.at(self.form, path)

    def options(self, section: str, one: Field) -> Mapping[str, str]:
        """The codes and labels a cell chooses from; empty where it is free."""
        name = one["facet"] if one["type"] == "facet" else None
        if section == "study" and one["id"] == "primary":
            name = self.primary
        if section == "numbers":
            name = _TERMS_OF_NUMBERS.get(one["id"])
        if name is not None and name in self.facets:
            return self.facets[name]
        if one["type"] == "boolean":
            return {"yes": "yes", "no": "no"}
        return {value: value for value in one["values"]}


def _is_wide(section: str, one: Field) -> bool:
    return (section, one["id"]) in _WIDE


def heading(section: Mapping[str, Any]) -> None:
    """Draw what a section is called and is about, and what its cells mean.

    A sign of help at each cell would be one more stop on the way of the Tab key.
    """
    st.subheader(section["label"], anchor=False)
    st.caption(plain(section["help"]))
    told = [one for one in fields_of(section) if one["help"]]
    if told:
        with st.popover("What the cells mean", icon=":material/help:"):
            for one in told:
                st.markdown(f"**{plain(one['label'])}** {plain(one['help'])}")


def cells(sheet: Sheet, section: str, path: Path, fields: Sequence[Field]) -> None:
    """Draw the cells of one row, as many beside each other as the window is wide enough for."""
    with st.container(key=f"cells-{key_of(sheet.study, path)}"):
        for one in fields:
            wide = "wide" if _is_wide(section, one) else "cell"
            with st.container(
                key=f"{wide}-{key_of(sheet.study, (*path, one['id']))}", gap="xsmall"
            ):
                cell(sheet, section, (*path, one["id"]), one)


def asked(sheet: Sheet, section: Mapping[str, Any], path: Path) -> list[Field]:
    """Which cells of a row a page asks for: not those that nothing asks for and that are empty."""
    return [
        one
        for one in fields_of(section)
        if (*path, one["id"]) not in sheet.hidden or sheet.at((*path, one["id"]))
    ]


def cell(sheet: Sheet, section: str, path: Path, one: Field) -> None:
    """Draw the widget of a cell, and beneath it what is wrong or doubtful."""
    units = one["units"] if one["type"] in ("number", "integer") else []
    if len(units) > 1:
        left, right = st.columns([3, 1], gap="xsmall")
        with left:
            _widget(sheet, section, path, one)
        with right:
            _unit(sheet, path, one)
    else:
        _widget(sheet, section, path, one)
    say(sheet, path)
    if len(units) > 1:
        say(sheet, (*path[:-1], f"{path[-1]}_unit"))


def say(sheet: Sheet, path: Path) -> None:
    """Draw what is wrong or doubtful in a cell, where the cell stands."""
    if path in sheet.faults:
        sheet.told.add(path)
        st.markdown(f":red[:material/error: {plain(sheet.faults[path])}]")
    elif path in sheet.warnings:
        sheet.told.add(path)
        st.markdown(f":orange[:material/warning: {plain(sheet.warnings[path])}]")


def label_of(one: Field) -> str:
    """Return what a cell is called, with its unit and a star where it is required."""
    unit = f" ({one['units'][0]})" if len(one["units"]) == 1 else ""
    text = f"{one['label']}{unit}"
    # what is read aloud is the label as it stands, so it is escaped only where it must be
    escaped = plain(text) if _MARKUP.search(text) else text
    return f"{escaped} *" if one["required"] else escaped


def _widget(sheet: Sheet, section: str, path: Path, one: Field) -> None:
    value = sheet.at(path)
    common: dict[str, Any] = {
        "on_change": form_draft.keep,
        "args": (sheet.study,),
        "disabled": sheet.disabled,
    }
    options = sheet.options(section, one)
    if not options:
        # text even for numbers: what is typed wrongly is kept, and told beside the cell
        common["key"] = shown(sheet.study, path, "" if value is None else typed(value))
        common["placeholder"] = one["help"]
        if _is_wide(section, one):
            st.text_area(label_of(one), height=68, **common)
        else:
            st.text_input(label_of(one), **common)
        return
    chosen = known(value, options)
    several = one["type"] == "choices" or (one["type"] == "facet" and one["many"])
    if several or len(chosen) > 1:
        common["key"] = shown(sheet.study, path, chosen)
        st.multiselect(
            label_of(one), list(options), format_func=lambda code: options.get(code, code), **common
        )
    else:
        common["key"] = shown(sheet.study, path, chosen[0] if chosen else None)
        st.selectbox(
            label_of(one),
            list(options),
            index=None,
            format_func=lambda code: options.get(code, code),
            placeholder="choose or type",
            **common,
        )


def _unit(sheet: Sheet, path: Path, one: Field) -> None:
    there = (*path[:-1], f"{path[-1]}_unit")
    given = sheet.at(there)
    st.selectbox(
        "Unit",
        one["units"],
        key=shown(sheet.study, there, given if given in one["units"] else one["unit"]),
        on_change=form_draft.keep,
        args=(sheet.study,),
        disabled=sheet.disabled,
    )


def typed(value: Any) -> str:
    """Return a value as a person types it."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def known(value: Any, options: Mapping[str, str]) -> list[str]:
    """Which of the options are given, however they were named in a file."""
    every = value if isinstance(value, list) else [] if value is None else [value]
    named = {code: code for code in options}
    named |= {label.casefold(): code for code, label in options.items()}
    for code in options:
        named.setdefault(code.rpartition(".")[2], code)
    texts = ["yes" if one is True else "no" if one is False else str(one) for one in every]
    return [found for text in texts if (found := named.get(text) or named.get(text.casefold()))]


def fields_of(section: Mapping[str, Any]) -> Sequence[Field]:
    """The cells of a section that a page asks for."""
    return [one for one in section["fields"] if one["shown"]]
