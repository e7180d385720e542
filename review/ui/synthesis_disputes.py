"""Contradictions on a page, what modifiers do, and what effects were tested over."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import streamlit as st

from review import actions
from review.ui.linked_table import Linked, linked_table
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

Document = Mapping[str, Any]
_WAYS = {"increase": "↑ up", "decrease": "↓ down", "no_change": "→ no change", "mixed": "↕ mixed"}


def contradictions(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw where studies contradict each other, and what differs between them."""
    found = actions.contradictions(db, who.caller, **asked)
    st.subheader("Between studies", anchor=False)
    if not found["between"]:
        st.info("On no outcome do studies of one population and contrast disagree.")
    for one in found["between"]:
        _between(one, bool(asked.get("everything")))
    st.subheader("Which stage comes first", anchor=False)
    _orders(found["order"])
    st.subheader("Within one study", anchor=False)
    st.caption("An outcome changed where another, compared alike, did not.")
    _within(found["within"])


def _between(one: Document, everything: bool) -> None:
    labels = one["labels"]
    sides = ", ".join(f"{_WAYS[way]} {len(_labels(some))}" for way, some in one["sides"].items())
    about = f"{labels['outcome']}, {labels['contrast']}, {labels['species']}: {sides}"
    with st.expander(plain(about)):
        rows = [
            [_WAYS[way], Linked.to(item["label"], "evidence", study=item["study"]),
             ", ".join(item["muscle"]), ", ".join(item["method"]), item["family"],
             "; ".join(item["p_as_reported"]), item["note"]]
            for way, some in one["sides"].items() for item in some
        ]  # fmt: skip
        heads = ["Direction", "Study", "Muscle", "Method", "Cohort", "p as reported", "Note"]
        linked_table(heads, rows, label="Sides")
        st.markdown("**What differs between the sides**")
        ways = list(one["sides"])
        differ = [
            [trait, *("; ".join(have.get(way, ())) or "not given" for way in ways)]
            for trait, have in one["differs"].items()
        ]
        linked_table(["", *(_WAYS[way] for way in ways)], differ, label="What differs")
        st.html(
            f'<a href="{_href(one["where"], everything)}">These effects in the evidence table</a>'
        )


def _href(where: str, everything: bool) -> str:
    return escape(Linked.to("", "evidence", where=where, everything=everything).href, quote=True)


def _labels(some: Iterable[Document]) -> list[str]:
    return list(dict.fromkeys(item["label"] for item in some))


def _orders(found: list[Document]) -> None:
    if not found:
        st.info("No stage comes first in one study and not in another.")
        return
    rows = [
        [one["labels"]["stage"], one["labels"]["contrast"], one["labels"]["species"],
         side, Linked.to(order["label"], "evidence", study=order["study"]),
         _changed(order["own"]), _relation(order)]
        for one in found
        for side, orders in (("first", one["first"]), ("not first", one["not_first"]))
        for order in orders
    ]  # fmt: skip
    heads = ["Stage", "Contrast", "Species", "It comes", "In", "Its own outcomes", "The others"]
    linked_table(heads, rows, label="Order")


def _changed(some: Iterable[Document]) -> str:
    return "; ".join(f"{item['outcome']} {_WAYS[item['direction']]}" for item in some)


def _relation(order: Document) -> str:
    parts = (
        ("unchanged: ", order["before"]),
        ("changed first: ", order["after"]),
        ("changed too: ", order["together"]),
    )
    return "\n".join(f"{said}{_changed(some)}" for said, some in parts if some)


def _within(found: list[Document]) -> None:
    rows = [
        [Linked.to(one["label"], "evidence", study=one["study"]), one["labels"]["species"],
         one["labels"]["contrast"], _changed(one["changed"]), _changed(one["unchanged"]),
         "; ".join(f"{i['outcome']} ({i['label']})" for i in one["elsewhere"])]
        for one in found
    ]  # fmt: skip
    heads = ["Study", "Species", "Contrast", "Changed", "Unchanged or mixed",
             "Worse elsewhere, in other studies"]  # fmt: skip
    linked_table(heads, rows, label="Within studies")


def modifiers(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw modifiers by outcomes: an arrow where effects are, a blank where none is."""
    cells = actions.modifiers(db, who.caller, **asked)["cells"]
    if not cells:
        st.info("No effect compares with and without a modifier.")
        return
    groups = list(dict.fromkeys((c["contrast"], c["population"]) for c in cells))
    labels = {(c["contrast"], c["population"]): c["labels"] for c in cells}
    for group in groups:
        named = labels[group]
        st.subheader(plain(f"{named['contrast']}, {named['population'].lower()}"), anchor=False)
        own = [c for c in cells if (c["contrast"], c["population"]) == group]
        _matrix(own, bool(asked.get("everything")))
    st.caption(
        "↑ the outcome rises, ↓ falls, → does not change, ↕ goes both ways; behind it how many "
        "cohort families better, worse, without a difference. A blank cell: no study."
    )


def _matrix(cells: list[Document], everything: bool) -> None:
    outcomes = list(dict.fromkeys(c["outcome"] for c in cells))
    names = {c["outcome"]: c["labels"]["outcome"] for c in cells}
    rows = []
    for modifier in dict.fromkeys(c["modifier"] for c in cells):
        own = {c["outcome"]: c for c in cells if c["modifier"] == modifier}
        label = next(iter(own.values()))["labels"]["modifier"]
        rows.append([label, *(_cell(own.get(one), everything) for one in outcomes)])
    linked_table(["Modifier", *(names[one] for one in outcomes)], rows, label="Modifiers")


def _cell(cell: Document | None, everything: bool) -> object:
    if cell is None:
        return ""
    said = ", ".join(f"{cell[k]} {k}" for k in ("better", "worse", "none") if cell[k])
    names = "\n".join(cell["names"])
    return Linked.to(
        f"{cell['arrow']} {said}\n{names}", "evidence", where=cell["where"], everything=everything
    )


def units(db: Database, who: SignedIn, **asked: Any) -> None:
    """Draw what effects were tested over, those over motor units as if people first."""
    found = actions.units(db, who.caller, **asked)
    if not found["rows"]:
        st.info("No effect matches that says over what it was tested.")
        return
    naive = count(found["naive"], "test was", "tests were")
    st.markdown(
        f"**{naive}** made over motor units as if they were people, which makes p too small."
    )
    rows = [
        [Linked.to(one["label"], "evidence", study=one["study"]), one["outcome"], one["contrast"],
         one["unit_label"], one["n_group1"], one["n_group2"], one["n_motor_units"],
         one["p_as_reported"]]
        for one in found["rows"]
    ]  # fmt: skip
    heads = ["Study", "Outcome", "Contrast", "Unit of analysis", "n group 1", "n group 2",
             "Motor units", "p as reported"]  # fmt: skip
    linked_table(heads, rows, label="Units of analysis")
