"""Changing the codebook on a page: what is to be done, what it would touch, and doing it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain

Facets = Sequence[Mapping[str, Any]]
Act = tuple[str, tuple[Any, ...], dict[str, Any]]
"""An action by its name, with what it is called with."""

_LEVELS = {
    "report": "On reports",
    "study": "On studies",
    "arm": "On arms",
    "effect": "On effects",
    "form": "In forms",
}
_TOP = "(at the top of its facet)"


def change(db: Database, who: SignedIn, facets: Facets) -> None:
    """Draw the choice of a change, its fields, and the preview of what it would do."""
    if said := st.session_state.pop("recoded", None):
        st.success(said)
    st.caption(
        "Each change is a new version of the protocol. Tags stay as they were put: under a new "
        "code, or under the term they went up in, they are found again, and any change can be "
        "turned back by another."
    )
    what = st.segmented_control(
        "What is to be done", list(_FORMS), default="Rename", required=True, key="recode-what"
    )
    usable = [facet for facet in facets if not facet["derived"]]
    known = {t["code"]: t for facet in usable for t in facet["terms"]}
    of = {t["code"]: facet for facet in usable for t in facet["terms"]}
    act = _FORMS[what or "Rename"](usable, known, of)
    note = st.text_input("Why (kept with the version)", max_chars=2000, key="recode-note")
    if st.button("Show what it would do", type="primary", key="recode-ask", disabled=act is None):
        st.session_state["recoding"] = (act, note)
    if drafted := st.session_state.get("recoding"):
        if drafted[0] != act:
            del st.session_state["recoding"]
            return
        with told():
            _preview(db, who, *drafted)


def _preview(db: Database, who: SignedIn, act: Act, note: str) -> None:
    name, given, more = act
    run = getattr(actions, name)
    found = run(db, who.caller, *given, **more, note=note, dry_run=True)
    st.markdown(f"**{plain(found['said'])}.**")
    carried = {
        level: label
        for level, label in _LEVELS.items()
        if any(one["counts"].get(level) for one in found["touched"])
    }
    rows = [
        {
            "Term": one["label"],
            "Code": one["code"],
            "Becomes": one["becomes"] or "",
            **{label: one["counts"].get(level, 0) for level, label in carried.items()},
        }
        for one in found["touched"]
    ]
    if rows and not carried:
        st.caption("Nothing is tagged or extracted yet with the terms that this is about.")
    elif rows:
        st.caption("What carries the terms that this is about; none of it is lost.")
        st.dataframe(rows, hide_index=True, width="stretch")
    if st.button(f"Put version {found['version']} in force", type="primary", key="recode-do"):
        done = run(db, who.caller, *given, **more, note=note)
        del st.session_state["recoding"]
        st.session_state["recoded"] = f"{done['said']}. Version {done['version']} is in force."
        st.rerun()


Known = Mapping[str, Mapping[str, Any]]


def _term(label: str, known: Known, of: Known, *, key: str, retired: bool | None = None) -> str:
    codes = [c for c, t in known.items() if retired is None or t["retired"] is retired]
    chosen = st.selectbox(
        label,
        codes,
        index=None,
        placeholder="Type a part of its name or code",
        format_func=lambda c: f"{known[c]['label']} · {of[c]['label']} · {c}",
        key=key,
    )
    return str(chosen or "")


def _rename(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Term", known, of, key="rename-term")
    if not code:
        return None
    term = known[code]
    label = st.text_input("Label", term["label"], max_chars=300, key=f"rename-label-{code}")
    last = st.text_input(
        "Last part of its code", code.rpartition(".")[2], max_chars=60, key=f"rename-code-{code}"
    )
    text = st.text_area("Definition", term["definition"] or "", key=f"rename-definition-{code}")
    more: dict[str, Any] = {}
    if label != term["label"]:
        more["label"] = label
    if last != code.rpartition(".")[2]:
        more["code"] = last
    if text.strip() != (term["definition"] or ""):
        more["definition"] = text.strip()
    return ("rename_term", (code,), more) if more else None


def _merge(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Term that goes", known, of, key="merge-term")
    if not code:
        return None
    same = {c: t for c, t in known.items() if of[c]["id"] == of[code]["id"] and c != code}
    into = _term("Term that stays, and takes its tags", same, of, key=f"merge-into-{code}")
    return ("merge_terms", (code, into), {}) if into else None


def _move(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Term", known, of, key="move-term")
    if not code:
        return None
    others = [
        c
        for c in known
        if of[c]["id"] == of[code]["id"] and c != code and not c.startswith(f"{code}.")
    ]
    under = st.selectbox(
        "Stands under",
        [_TOP, *others],
        format_func=lambda c: c if c == _TOP else f"{known[c]['label']} · {c}",
        key=f"move-under-{code}",
    )
    return "move_term", (code,), {"under": None if under == _TOP else under}


def _add(facets: Facets, known: Known, of: Known) -> Act | None:
    names = {facet["id"]: facet for facet in facets}
    facet = st.selectbox(
        "Facet", list(names), format_func=lambda id: names[id]["label"], key="add-facet"
    )
    under = st.selectbox(
        "Stands under",
        [_TOP, *(t["code"] for t in names[facet]["terms"])],
        format_func=lambda c: c if c == _TOP else f"{known[c]['label']} · {c}",
        key=f"add-under-{facet}",
    )
    label = st.text_input("Label", max_chars=300, key="add-label")
    last = st.text_input("Last part of its code", max_chars=60, key="add-code")
    text = st.text_area("Definition", key="add-definition")
    if not (label.strip() and last.strip()):
        return None
    more: dict[str, Any] = {"label": label.strip(), "under": None if under == _TOP else under}
    if text.strip():
        more["definition"] = text.strip()
    return "add_term", (facet, last.strip()), more


def _retire(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Term that is put on nothing more", known, of, key="retire-term", retired=False)
    return ("retire_term", (code,), {}) if code else None


def _back(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Retired term", known, of, key="back-term", retired=True)
    return ("retire_term", (code,), {"back": True}) if code else None


def _split(_: Facets, known: Known, of: Known) -> Act | None:
    code = _term("Term", known, of, key="split-term")
    if not code:
        return None
    former = known[code]["was"]
    if former:
        out = st.selectbox(
            "Take out again a term that went up in it",
            former,
            index=None,
            placeholder="or split it into narrower ones below",
            key=f"split-former-{code}",
        )
        if out:
            return "split_term", (code, [out]), {}
    text = st.text_area(
        "Narrower terms, one a line: LAST=LABEL", key=f"split-into-{code}", height=100
    )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return ("split_term", (code, lines), {}) if lines else None


_FORMS: dict[str, Callable[[Facets, Known, Known], Act | None]] = {
    "Rename": _rename,
    "Merge": _merge,
    "Move": _move,
    "Add": _add,
    "Retire": _retire,
    "Bring back": _back,
    "Split": _split,
}
