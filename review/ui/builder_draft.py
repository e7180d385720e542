"""What the builder's lists hold between two runs, and how a change in them becomes the text.

The draft keeps what is not filled in yet, which no expression can say; it is thrown away as soon
as the text says something else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.errors import ExpressionError
from review.ui.session import Database

_DRAFT = "builder-draft"
OPERATORS = {
    "facet": ("in", "under"),
    "number": ("in", "<", "<=", ">", ">="),
    "amount": ("in", "<", "<=", ">", ">="),
    "age": ("in", "<", "<=", ">", ">="),
    "text": ("~", "in"),
    "choice": ("in",),
}
Builder = dict[str, Any]


def draft_of(db: Database, text: str) -> Builder | None:
    """Return the builder as it was left where it still says this text, else the text in parts."""
    kept: Builder | None = st.session_state.get(_DRAFT)
    if kept is not None and kept["for"] == text:
        return kept
    found = actions.expression(db, text)["builder"]
    if found is None:
        return None
    if not found["groups"]:
        found["groups"] = [_new_group()]
    draft = {"for": text, "builder": found, "serial": kept["serial"] + 1 if kept else 0}
    st.session_state[_DRAFT] = draft
    return draft


def _new_group() -> Builder:
    return {"join": "and", "not": False, "study": False, "conditions": [_new_condition()]}


def _new_condition() -> Builder:
    return {"name": "", "op": "in", "not": False, "values": []}


def names(db: Database) -> dict[str, Mapping[str, Any]]:
    """Return every facet and field by its name, with its label, kind and what can be chosen."""
    found: dict[str, Mapping[str, Any]] = {}
    for facet in actions.codebook(db):
        depth = {term["code"]: term["code"].count(".") for term in facet["terms"]}
        least = min(depth.values(), default=0)
        terms = {
            term["code"]: "\u2003" * (depth[term["code"]] - least) + term["label"]
            for term in facet["terms"]
        }
        found[facet["id"]] = {"label": facet["label"], "kind": "facet", "terms": terms}
    for field in actions.fields(db):
        terms = {choice: choice for choice in field["choices"]}
        label = field["name"].replace("_", " ").capitalize()
        help_ = field["meaning"]
        found[field["name"]] = {
            "label": label,
            "kind": field["kind"],
            "terms": terms,
            "help": help_,
        }
    return found


def _taken(keys: str) -> Builder:
    """The draft with what the lists say now."""
    draft: Builder = st.session_state[_DRAFT]
    state = st.session_state
    shown = draft["builder"]
    shown["join"] = state.get(f"{keys}-join", shown["join"])
    for place, group in enumerate(shown["groups"]):
        at = f"{keys}-{place}"
        for name in ("join", "study", "not"):
            group[name] = state.get(f"{at}-{name}", group[name])
        for number, one in enumerate(group["conditions"]):
            here = f"{at}-{number}"
            name = state.get(f"{here}-name", one["name"])
            if name != one["name"]:
                one |= {"name": name, "values": [], "not": False, "op": _first(name)}
                continue
            way = state.get(f"{here}-op-{name}", (one["op"], one["not"]))
            one["op"], one["not"] = way
            given = state.get(f"{here}-values-{name}")
            if given is not None:
                one["values"] = given if isinstance(given, list) else _values(given, one)
    return draft


def _first(name: str) -> str:
    """The first operator of a facet or field, for a condition that has just begun."""
    kinds: Mapping[str, str] = st.session_state.get("builder-kinds", {})
    return OPERATORS[kinds.get(name, "facet")][0]


def _values(typed: str, one: Builder) -> Sequence[str]:
    if not typed.strip():
        return [""] if one["values"] == [""] else []
    if one["op"] != "in":
        return [typed]
    return [value.strip() for value in typed.split(",") if value.strip()]


def rewritten(db: Database, key: str, keys: str) -> None:
    """Write the text anew from the lists; a value that does not fit is told and not taken."""
    st.session_state["builder-kinds"] = {n: one["kind"] for n, one in names(db).items()}
    draft = _taken(keys)
    try:
        text = actions.built(db, draft["builder"])
    except ExpressionError as fault:
        st.session_state["builder-fault"] = str(fault).partition(": ")[2] or str(fault)
        return
    draft["for"] = text
    st.session_state[key] = text
    st.session_state["page"] = 1


def grown(db: Database, key: str, keys: str, group: int | None) -> None:
    """Add a condition to a group, or (None) a group."""
    draft = _taken(keys)
    if group is None:
        draft["builder"]["groups"].append(_new_group())
    else:
        draft["builder"]["groups"][group]["conditions"].append(_new_condition())
    draft["serial"] += 1


def shrunk(db: Database, key: str, keys: str, group: int, condition: int | None) -> None:
    """Take a condition, or (None) a whole group, out."""
    draft = _taken(keys)
    groups = draft["builder"]["groups"]
    if condition is not None:
        groups[group]["conditions"].pop(condition)
    if condition is None or not groups[group]["conditions"]:
        groups.pop(group)
    if not groups:
        groups.append(_new_group())
    draft["serial"] += 1
    text = actions.built(db, draft["builder"])
    draft["for"] = text
    st.session_state[key] = text
