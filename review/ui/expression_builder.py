"""The builder beside an expression: conditions chosen from lists, kept the same as the text."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review.ui.builder_draft import (
    OPERATORS,
    Builder,
    draft_of,
    grown,
    names,
    rewritten,
    shrunk,
)
from review.ui.session import Database
from review.ui.words import plain

_SAID = {
    "in": "is",
    "under": "is, or is under",
    "~": "has the words",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_JOINS = {"and": "all of these", "or": "any of these"}
_SCOPES = {False: "of the effect itself", True: "of any effect of its study"}


def builder(db: Database, text: str, *, key: str) -> None:
    """Draw the conditions of the expression `text`, held in the widget `key`, to be changed there.

    A change in a list changes the text, and the text changed by hand changes the lists.
    """
    draft = draft_of(db, text)
    if draft is None:
        st.caption(
            "This expression nests deeper than the builder does; go on in the expression itself."
        )
        return
    named = names(db)
    shown: Builder = draft["builder"]
    keys = f"build{draft['serial']}"
    for place, group in enumerate(shown["groups"]):
        with st.container(border=True):
            _group(named, group, f"{keys}-{place}", (db, key, keys), place, len(shown["groups"]))
    with st.container(horizontal=True, vertical_alignment="center"):
        change: dict[str, Any] = {"on_change": rewritten, "args": (db, key, keys)}
        if len(shown["groups"]) > 1:
            st.selectbox(
                "Groups",
                list(_JOINS),
                index=list(_JOINS).index(shown["join"]),
                format_func={"and": "all groups hold", "or": "any group holds"}.__getitem__,
                key=f"{keys}-join",
                label_visibility="collapsed",
                width=180,
                **change,
            )
        st.button(
            "Another group",
            icon=":material/add:",
            key=f"{keys}-add",
            on_click=grown,
            args=(db, key, keys, None),
        )


def _group(
    named: Mapping[str, Mapping[str, Any]],
    group: Builder,
    at: str,
    to: tuple[Database, str, str],
    place: int,
    groups: int,
) -> None:
    change: dict[str, Any] = {"on_change": rewritten, "args": to}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.selectbox(
            "Which",
            list(_JOINS),
            index=list(_JOINS).index(group["join"]),
            format_func=_JOINS.__getitem__,
            key=f"{at}-join",
            label_visibility="collapsed",
            width=150,
            **change,
        )
        st.selectbox(
            "Of what",
            list(_SCOPES),
            index=int(group["study"]),
            format_func=_SCOPES.__getitem__,
            key=f"{at}-study",
            label_visibility="collapsed",
            width=230,
            **change,
        )
        st.checkbox("not", value=group["not"], key=f"{at}-not", **change)
        if groups > 1:
            st.button(
                "Remove the group",
                icon=":material/close:",
                type="tertiary",
                key=f"{at}-remove",
                on_click=shrunk,
                args=(*to, place, None),
            )
    for number, condition in enumerate(group["conditions"]):
        _condition(named, condition, f"{at}-{number}", to, (place, number))
    st.button(
        "Another condition",
        icon=":material/add:",
        type="tertiary",
        key=f"{at}-more",
        on_click=grown,
        args=(*to, place),
    )


def _condition(
    named: Mapping[str, Mapping[str, Any]],
    condition: Builder,
    at: str,
    to: tuple[Database, str, str],
    place: tuple[int, int],
) -> None:
    change: dict[str, Any] = {"on_change": rewritten, "args": to, "label_visibility": "collapsed"}
    one, two, three, four = st.columns([3, 3, 6, 1], vertical_alignment="center")
    known = ["", *named]
    one.selectbox(
        "Facet or field",
        known,
        index=known.index(condition["name"]) if condition["name"] in known else 0,
        format_func=lambda name: named[name]["label"] if name else "choose a facet or field",
        key=f"{at}-name",
        **change,
    )
    field = named.get(condition["name"], {"kind": "facet", "terms": {}})
    ways = [(op, no) for op in OPERATORS[field["kind"]] for no in (False, True)]
    now = (condition["op"], condition["not"])
    two.selectbox(
        "How",
        ways,
        index=ways.index(now) if now in ways else 0,
        format_func=_way,
        key=f"{at}-op-{condition['name']}",
        **change,
    )
    value_key = f"{at}-values-{condition['name']}"
    if field["terms"]:
        three.multiselect(
            "Terms",
            list(field["terms"]),
            default=[value for value in condition["values"] if value in field["terms"]],
            format_func=field["terms"].__getitem__,
            placeholder="type to find a term",
            key=value_key,
            **change,
        )
    else:
        three.text_input(
            "Value",
            value=", ".join(condition["values"]),
            placeholder=plain(field.get("help", "")),
            disabled=not condition["name"],
            key=value_key,
            **change,
        )
    four.button(
        "",
        icon=":material/close:",
        type="tertiary",
        help="Remove the condition",
        key=f"{at}-remove",
        on_click=shrunk,
        args=(*to, *place),
    )


def _way(way: tuple[str, bool]) -> str:
    op, turned = way
    return f"not: {_SAID[op]}" if turned else _SAID[op]
