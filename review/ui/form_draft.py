"""What a member types of a form: kept as their draft at every change, in step with the widgets."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import ReviewError
from review.ui.session import Database, SignedIn, current

Path = tuple[str | int, ...]
_FAULT = "draft-fault"


def load(db: Database, who: SignedIn, study: int) -> tuple[dict[str, Any], str | None]:
    """Return the form to go on with and when it was saved: the draft, else what one gave."""
    found = actions.draft(db, who.caller, study)
    if found is not None:
        return dict(found["form"]), str(found["saved"])
    given = actions.extraction(db, who.caller, study)
    return (dict(given["form"]) if given["mine"] else {}), None


def change(study: int, how: Callable[[dict[str, Any]], None]) -> None:
    """Change the draft of a study, as it is now in the database, and save it."""
    db, who = current()
    try:
        form, _ = load(db, who, study)
        how(form)
        actions.save_draft(db, who.caller, study, form)
        st.session_state.pop(_FAULT, None)
    except ReviewError as error:
        st.session_state[_FAULT] = str(error)


def fault() -> str:
    """Return why the last change could not be saved, or an empty text."""
    return str(st.session_state.get(_FAULT, ""))


def at(form: Mapping[str, Any], path: Path) -> Any:
    """Return what stands at a path of a form, None where nothing does."""
    found: Any = form
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def put(form: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path of a form; what is empty is taken out."""
    *way, last = path
    place: Any = form
    for step, after in zip(way, path[1:], strict=True):
        if isinstance(step, int):
            while len(place) <= step:
                place.append({})
            place = place[step]
        else:
            place = place.setdefault(step, [] if isinstance(after, int) else {})
    if value in (None, "", []):
        place.pop(last, None)
    else:
        place[last] = value


def key_of(study: int, path: Path) -> str:
    """Return the key of the widget of a cell."""
    return f"form-{study}-" + "-".join(map(str, path))


def keep(study: int, path: Path) -> None:
    """Save what the widget of a cell holds; the callback of every such widget."""
    value = st.session_state.get(key_of(study, path))
    change(study, lambda form: put(form, path, value))


def begin_anew(study: int) -> None:
    """Have every widget of a form begin from what is saved: something else than it changed it."""
    for key in [key for key in st.session_state if str(key).startswith(f"form-{study}-")]:
        del st.session_state[key]
