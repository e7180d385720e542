"""What a member types of a form: kept as their draft at every change, in step with the widgets.

The rows of a draft (arms, effects, numbers, further groups) have ids of their own, so that a cell
stays the same cell when a row before it is added or taken out, in this window or in another. What
is in the widgets is compared with what was saved at every run and not only where a widget says
that it changed: a run that the next keystroke cuts short leaves nothing behind.
"""

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any

import streamlit as st

from review import actions
from review.errors import ReviewError
from review.ui.callbacks import uncut
from review.ui.session import Database, SignedIn, current

Path = tuple[str, ...]
_ROW = "#"
_ROWS = ("arms", "effects", "numbers")
_FAULT = "draft-fault"
# a run that was cut short may still be saving when the next one saves: one after the other
_SAVING = Lock()


def load(db: Database, who: SignedIn, study: int) -> tuple[dict[str, Any], str | None]:
    """Return the form to go on with and when it was saved: the draft, else what one gave."""
    found = actions.draft(db, who.caller, study)
    if found is not None:
        return _with_ids(found["form"]), str(found["saved"])
    given = actions.extraction(db, who.caller, study)
    return _with_ids(given["form"] if given["mine"] else {}), None


def change(study: int, how: Callable[[dict[str, Any]], None]) -> bool:
    """Change the draft of a study, as it is now in the database, and save it; whether it could."""
    db, who = current()
    try:
        with _SAVING:
            form, _ = load(db, who, study)
            how(form)
            actions.save_draft(db, who.caller, study, form)
    except ReviewError as error:
        st.session_state[_FAULT] = str(error)
        return False
    return True


def fault() -> str:
    """Return why the last change could not be saved, or an empty text; it is told once."""
    return str(st.session_state.pop(_FAULT, ""))


def blamed(error: ReviewError) -> None:
    """Keep why something could not be done, to be told when the page is drawn."""
    st.session_state[_FAULT] = str(error)


def at(form: Mapping[str, Any], path: Path) -> Any:
    """Return what stands at a path of a form, None where nothing does."""
    found: Any = form
    for step in path:
        if isinstance(found, list):
            found = next((row for row in found if row[_ROW] == step), None)
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def put(form: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path of a form, in a new row if it has none; what is empty is taken out."""
    *way, last = path
    place: Any = form
    for step, after in zip(way, path[1:], strict=True):
        if isinstance(place, list):
            row = next((row for row in place if row[_ROW] == step), None)
            if row is None:
                place.append(row := {_ROW: step})
            place = row
        else:
            place = place.setdefault(step, [] if after.startswith(_ROW) else {})
    if path[0] == "arms" and last == "label":
        _renamed(form, place.get(last), value)
    if value in (None, "", []):
        place.pop(last, None)
    else:
        place[last] = value


def _renamed(form: dict[str, Any], before: Any, now: Any) -> None:
    """Effects go on being about an arm that is called otherwise now."""
    if not before or not now or sum(arm.get("label") == before for arm in form["arms"]) > 1:
        return
    for effect in form.get("effects", []):
        if "arms" in effect:
            effect["arms"] = [now if arm == before else arm for arm in effect["arms"]]
        for row in effect.get("numbers", []):
            for side in ("group1_label", "group2_label"):
                if row.get(side) == before:
                    row[side] = now


def new_row() -> str:
    """Return the id of a row that is not there yet."""
    return f"{_ROW}{secrets.token_hex(4)}"


def append(form: dict[str, Any], path: Path, cells: Mapping[str, Any]) -> str:
    """Add a row with these cells at the end of the rows at a path; returns its id."""
    made = new_row()
    put(form, (*path, made, _ROW), made)
    at(form, (*path, made)).update(_fresh(cells))
    return made


def _fresh(cells: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a row's cells in which the rows within have ids of their own."""
    bare_ = _bare({k: v for k, v in cells.items() if k != _ROW})
    return _with_ids(bare_, fresh=True)


def drop(study: int, path: Path) -> None:
    """Take a row out, with its widgets; it can be put back."""
    keep(study)
    out: list[tuple[int, dict[str, Any]]] = []

    def take(form: dict[str, Any]) -> None:
        rows = at(form, path[:-1]) or []
        out.extend((i, row) for i, row in enumerate(rows) if row[_ROW] == path[-1])
        for i, _ in out:
            del rows[i]

    if change(study, take):
        forget(study, path)
        st.session_state[f"form-out-{study}"] = [(path, *one) for one in out]


def taken_out(study: int) -> bool:
    """Whether a row was taken out last, which can be put back."""
    return bool(st.session_state.get(f"form-out-{study}"))


def put_back(study: int) -> None:
    """Put the row back that was taken out last."""
    keep(study)
    for path, place, row in st.session_state.pop(f"form-out-{study}", []):
        change(study, partial(_insert, path=path, place=place, row=row))


def _insert(form: dict[str, Any], path: Path, place: int, row: dict[str, Any]) -> None:
    put(form, (*path, _ROW), path[-1])
    rows = at(form, path[:-1])
    del rows[-1]
    rows.insert(place, row)


def ids(rows: Any) -> list[str]:
    """Return the ids of the rows at a place of a form."""
    return [row[_ROW] for row in rows or []]


def bare(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return a draft as a form is given: without ids, and without rows that hold nothing."""
    return dict(_bare(form))


def _bare(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _bare(value) for key, value in found.items() if key != _ROW}
    if isinstance(found, list):
        return [_bare(one) for one in found if not _blank(one)]
    return found


def _blank(row: Any) -> bool:
    return isinstance(row, dict) and not (set(row) - {_ROW})


def named(form: Mapping[str, Any], place: list[str | int]) -> Path:
    """Return the path in a draft of a place in the form as it is given, where rows are numbered."""
    found: Any = form
    path: list[str] = []
    for step in place:
        if isinstance(step, int) and isinstance(found, list):
            rows = [row for row in found if not _blank(row)]
            found = rows[step] if step < len(rows) else None
            path.append(found[_ROW] if isinstance(found, dict) else str(step))
        else:
            found = found.get(step) if isinstance(found, dict) else None
            path.append(str(step))
    return tuple(path)


def _with_ids(form: Mapping[str, Any], *, fresh: bool = False) -> dict[str, Any]:
    """A form in which every row has an id; until it is saved, that is its place."""
    made: dict[str, Any] = {}
    for key, value in form.items():
        if isinstance(value, dict) and key in _ROWS:
            value = [value]
        rows = isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)
        if rows:
            value = [
                {_ROW: new_row() if fresh else row.get(_ROW, f"{_ROW}{place}")}
                | _with_ids({k: v for k, v in row.items() if k != _ROW}, fresh=fresh)
                for place, row in enumerate(value)
            ]
        made[key] = value
    return made


def key_of(study: int, path: Path) -> str:
    """Return the key of the widget of a cell."""
    return f"form-{study}-" + "-".join(path)


def shown(study: int, path: Path, value: Any) -> str:
    """Have the widget of a cell hold what is saved of it, and return its key.

    Where the two are the same the widget is left alone: somebody may be typing in it.
    """
    key, known = key_of(study, path), _known(study)
    if key not in st.session_state or known.get(key) != (path, value):
        st.session_state[key] = value
    known[key] = (path, value)
    return key


@uncut
def keep(study: int) -> None:
    """Save what the widgets of a form hold and the draft does not; the callback of every widget."""
    known = _known(study)
    held = {key: st.session_state[key] for key in known if key in st.session_state}
    new = {key: value for key, value in held.items() if value != known[key][1]}
    if new and change(study, lambda form: _put_all(form, known, new)):
        known |= {key: (known[key][0], value) for key, value in new.items()}


def _put_all(
    form: dict[str, Any], known: Mapping[str, tuple[Path, Any]], new: Mapping[str, Any]
) -> None:
    for key, value in new.items():
        put(form, known[key][0], value)


def forget(study: int, path: Path = ()) -> None:
    """Have the widgets of a form, or of a part of it, begin from what is saved."""
    known = _known(study)
    for key in [key for key, (there, _) in known.items() if there[: len(path)] == path]:
        del known[key]
        st.session_state.pop(key, None)


def _known(study: int) -> dict[str, tuple[Path, Any]]:
    found: dict[str, tuple[Path, Any]] = st.session_state.setdefault(f"form-saved-{study}", {})
    return found
