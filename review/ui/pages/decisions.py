"""Decisions from elsewhere: who decided in a file of another tool, tried first, then imported."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.bringing_in import LARGEST_UPLOAD_MB
from review.ui.downloads import download
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_FORMATS = {
    "rayyan": "Rayyan: the download (zip), or its customizations_log.csv or articles (CSV, RIS)",
    "asreview": "ASReview: a project file, or an export (CSV, XLSX, RIS)",
    "covidence": "Covidence: the references of one list (CSV, RIS), or a zip of several",
    "csv": "Review: the long table of votes (CSV)",
}
_TOOLS = {
    "rayyan": ("RIS for Rayyan", "decisions-rayyan.ris"),
    "asreview": ("RIS for ASReview", "decisions-asreview.ris"),
    "covidence": ("Lists for Covidence", "decisions-covidence.zip"),
}
_SHOWN = 1000
_NOBODY = "Choose a member"


def page(db: Database, who: SignedIn) -> None:
    """Draw the import of decisions for owners, and decisions for other tools."""
    st.header("Decisions", anchor=False)
    if not who.may(Role.OWNER):
        with told():
            _take(db, who)
        return
    bring, take = st.tabs(["Bring in", "Take elsewhere"])
    with bring, told():
        _bring(db, who)
    with take, told():
        _take(db, who)


def _bring(db: Database, who: SignedIn) -> None:
    st.markdown(
        "Votes that people gave in another tool become votes here, each with its reviewer and "
        "time, by the rule of this review. Import the **records** first (page Searches)."
    )
    uploaded = st.file_uploader("File of decisions", max_upload_size=LARGEST_UPLOAD_MB)
    left, right = st.columns(2)
    format_ = left.selectbox("It comes from", list(_FORMATS), format_func=_FORMATS.__getitem__)
    stage = right.selectbox(
        "Stage, where the file does not say",
        list(words.STAGES),
        format_func=words.STAGES.__getitem__,
    )
    if uploaded is None:
        st.info("Choose a file to see who decided in it; nothing is imported yet.")
        return
    data = uploaded.getvalue()
    with _on_disk(uploaded.name, data) as path:
        found = actions.decision_makers(db, who.caller, path, format=format_)
        names = _people(db, who, found)
        asked = {"format": format_, "as_reviewer": names, "stage": stage}
        _try_and_import(db, who, path, asked, of=sha256(data).hexdigest())


@contextmanager
def _on_disk(name: str, data: bytes) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / (PurePath(name).name or "upload")
        path.write_bytes(data)
        yield path


def _people(db: Database, who: SignedIn, found: dict[str, Any]) -> dict[str, str]:
    """Ask who each person of the file is; return the answers by the name in the file."""
    team = [member["name"] for member in actions.members(db, who.caller) if member["active"]]
    st.markdown("**Who is who**")
    names: dict[str, str] = {}
    for number, person in enumerate(found["reviewers"]):
        left, right = st.columns([2, 2], vertical_alignment="center")
        left.markdown(f"{plain(person['name'])} · {count(person['decisions'], 'decision')}")
        options = [_NOBODY, *team]
        chosen = right.selectbox(
            f"Member for {person['name']}",
            options,
            index=options.index(person["member"]) if person["member"] in options else 0,
            key=f"who-{number}-{person['name']}",
            label_visibility="collapsed",
        )
        if chosen != _NOBODY:
            names[person["name"]] = chosen
    for sentence in found["lost"]:
        st.caption(f":material/history_off: Lost before it came here: {plain(sentence)}.")
    return names


def _try_and_import(
    db: Database, who: SignedIn, path: Path, asked: dict[str, Any], *, of: str
) -> None:
    """Show what would come in, and import exactly that once it has been seen."""
    left, right = st.columns(2)
    shown = (of, asked)
    if left.button("Try it (keeps nothing)", type="primary", width="stretch"):
        with st.spinner("Trying …"):
            tried = actions.import_votes(db, who.caller, path, dry_run=True, **asked)
        st.session_state["tried"] = (shown, tried)
    seen = st.session_state.get("tried")
    ready = seen[1] if seen and seen[0] == shown else None
    if right.button("Import", disabled=ready is None, width="stretch"):
        with st.spinner("Importing …"):
            done = actions.import_votes(db, who.caller, path, **asked)
        del st.session_state["tried"]
        st.success("Imported.")
        _became(done)
        link("conflicts", "Next: conflicts", icon=":material/arrow_forward:")
    elif ready:
        _became(ready)


def _became(found: dict[str, Any]) -> None:
    figures = {
        "Records matched": found["matched"],
        "Votes": found["votes"],
        "Changes": found["changed"],
        "Rulings": found["rulings"],
        "In already": found["repeated"],
        "No change": found["unchanged"],
    }
    for column, (label, n) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(label, f"{n:,}")
    _left_out("about a record that is not here", found["unmatched"])
    _left_out("not by the rule", found["skipped"])
    _left_out("that cannot be read", found["rejects"])
    if found["unknown_reasons"]:
        named = ", ".join(f"{plain(word)} ({n})" for word, n in found["unknown_reasons"].items())
        st.warning(f"Reasons that the protocol does not have go into the notes: {named}")


def _left_out(why: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    with st.expander(f"{count(len(rows), 'decision')} {why}"):
        st.dataframe(rows[:_SHOWN], hide_index=True)
        if len(rows) > _SHOWN:
            st.caption(f"The first {_SHOWN:,}; `review import-votes --json` lists them all.")


def _take(db: Database, who: SignedIn) -> None:
    st.markdown(
        "Files that other tools read, with the decisions as far as you may see them. The votes "
        "in full are the long table on the page Report."
    )
    left, right = st.columns(2)
    stage = left.selectbox(
        "Stage", list(words.STAGES), format_func=words.STAGES.__getitem__, key="take-stage"
    )
    team = [member["name"] for member in actions.members(db, who.caller)]
    settled = "What was settled"
    whose = right.selectbox("Label for ASReview (it keeps one a record)", [settled, *team])
    with st.container(horizontal=True):
        for tool, (label, name) in _TOOLS.items():
            write = partial(
                actions.export,
                db,
                who.caller,
                "decisions",
                format=tool,
                stage=stage,
                reviewer=None if whose == settled else whose,
            )
            download(label, name, write)
