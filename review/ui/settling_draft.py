"""What a member chooses where two forms differ: kept as their draft at every change."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui.callbacks import uncut
from review.ui.session import Database, SignedIn, current

NEW = "new"
Choice = dict[str, Any]


def choices(db: Database, who: SignedIn, study: int) -> dict[str, dict[str, Any]]:
    """Return what a member chose so far, by the cell that differs."""
    found = actions.draft(db, who.caller, study, purpose="settle")
    return dict(found["form"].get("choices", {})) if found else {}


@uncut
def keep(study: int, cells: Sequence[str] = ()) -> None:
    """Save what is chosen and typed and not saved yet; `cells` are those drawn from now on.

    What the widgets hold is compared with the draft at every run, not only where one changed.
    """
    if cells:
        st.session_state[f"choices-{study}"] = list(cells)
    shown = [
        name
        for name in st.session_state.get(f"choices-{study}", ())
        if f"choice-{study}-{name}" in st.session_state
    ]
    db, who = current()
    made = choices(db, who, study)
    held = {name: _held(study, name, made.get(name, {})) for name in shown}
    new = {name: one for name, one in (made | held).items() if one is not None}
    if new != made:
        actions.save_draft(db, who.caller, study, {"choices": new}, purpose="settle")


def _held(study: int, name: str, saved: Choice) -> Choice | None:
    takes = st.session_state.get(f"choice-{study}-{name}")
    if takes is None:
        return None
    found: Choice = {"cell": name, "takes": takes}
    if takes == NEW:
        # a run that was cut short may not have drawn these two yet
        found["value"] = st.session_state.get(f"value-{study}-{name}", saved.get("value"))
        found["why"] = st.session_state.get(f"why-{study}-{name}", saved.get("why", ""))
    return found


def take_rest(study: int, cells: list[str], side: str) -> None:
    """Take one side wherever nothing is chosen yet."""
    keep(study)
    db, who = current()
    made = choices(db, who, study) | {name: {"cell": name, "takes": side} for name in cells}
    for name in cells:
        st.session_state[f"choice-{study}-{name}"] = side
    actions.save_draft(db, who.caller, study, {"choices": made}, purpose="settle")


def explained(made: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether every new value says why."""
    return all(one["takes"] != NEW or str(one.get("why", "")).strip() for one in made.values())
