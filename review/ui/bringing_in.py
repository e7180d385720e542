"""The forms that bring records in: an uploaded file, or a PubMed search counted before fetched."""

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput, Incomplete, Refused
from review.ui import background, words
from review.ui.background import Work
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

LARGEST_UPLOAD_MB = 200
_STOPPED = "Stopped. What came is kept; resume the search from the list to fetch the rest."


def file_form(db: Database, who: SignedIn) -> None:
    """Draw the import of a file."""
    with st.form("import-file"):
        uploaded = st.file_uploader(
            "File: RIS, NBIB, PubMed XML, Web of Science, EndNote, BibTeX, CSV, XLSX …",
            max_upload_size=LARGEST_UPLOAD_MB,
        )
        left, middle, right = st.columns(3)
        source = left.text_input("Source", max_chars=200, placeholder="e.g. Embase")
        kind = middle.selectbox("Kind", list(words.KINDS), format_func=words.KINDS.__getitem__)
        day = right.date_input("Searched on", format="YYYY-MM-DD")
        platform = left.text_input("Platform", max_chars=200, placeholder="e.g. Ovid")
        limits = middle.text_input("Limits", max_chars=1000, placeholder="e.g. English; 2000–")
        reported = right.number_input("Records reported", min_value=0, value=None, step=1)
        runs = {one["id"]: f"{one['source']}, {one['date']}" for one in _files(db, who)}
        update_of = st.selectbox(
            "A later run of",
            [None, *runs],
            format_func=lambda id_: f"Search {id_}: {runs[id_]}" if id_ else "no earlier search",
            disabled=not runs,
        )
        strategy = st.text_area("Strategy, as it was run", max_chars=50_000, height=100)
        pressed = st.form_submit_button("Import", type="primary")
    if not pressed:
        return
    if uploaded is None:
        raise BadInput("Choose a file first.")
    if not source.strip():
        raise BadInput("Name the source of the file, e.g. Embase.")
    folder = TemporaryDirectory()  # not "with": it is needed for longer than this run
    path = Path(folder.name) / (PurePath(uploaded.name).name or "upload")
    path.write_bytes(uploaded.getbuffer())

    def act(work: Work) -> dict[str, Any]:
        with folder:
            return actions.import_file(
                db,
                who.caller,
                path,
                source=source,
                kind=kind,
                strategy=strategy.strip() or None,
                date=day.isoformat(),
                platform=platform,
                limits=limits,
                reported=None if reported is None else int(reported),
                update_of=update_of,
                progress=work.tell,
            )

    try:
        background.begin(db, who, path.name, act, draw=_imported)
    except Refused:
        folder.cleanup()
        raise
    st.rerun()


def _files(db: Database, who: SignedIn) -> list[dict[str, Any]]:
    """The first runs of searches that were imported from a file."""
    return [one for one in actions.searches(db, who.caller) if one["file"] and not one["rerun_of"]]


def _imported(done: dict[str, Any]) -> None:
    st.success(
        f"{plain(done['file'])} ({plain(done['format'])}): {count(done['records'], 'record')} "
        f"read, {done['new']:,} of them new."
    )
    if done["differs"]:
        st.warning(plain(done["differs"]), icon=":material/warning:")
    if done["records"] and not done["new"]:
        st.info("Nothing in it was new: this file has been imported before.")
    if done["rejects"]:
        shown_rejects(done["rejects"])
    if done["new"]:
        link("duplicates", "Next: find duplicates", icon=":material/arrow_forward:")


def shown_rejects(rejects: Sequence[dict[str, str]]) -> None:
    """List what could not be read, with position and reason."""
    st.markdown(f"**{count(len(rejects), 'entry', 'entries')} could not be read**")
    st.dataframe(
        [
            {"Where": r["position"], "Why": r["reason"], "Begins with": r["excerpt"]}
            for r in rejects[:1000]
        ],
        hide_index=True,
    )


def pubmed_form(db: Database, who: SignedIn) -> None:
    """Draw the PubMed search: count first, see the translation and warnings, then fetch."""
    with st.form("search-pubmed"):
        query = st.text_area(
            "Query, or a strategy of numbered lines (#1 AND #2) and comments",
            max_chars=50_000,
            height=120,
        ).strip()
        left, right = st.columns(2)
        since = left.date_input("Entered since", value=None, format="YYYY-MM-DD")
        until = right.date_input("Entered until", value=None, format="YYYY-MM-DD")
        pressed = st.form_submit_button("Count (dry run)", type="primary")
    asked: dict[str, Any] = {
        "query": query,
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
    }
    if pressed:
        st.session_state["counted"] = (asked, _search(db, who, asked, dry_run=True))
    counted = st.session_state.get("counted")
    if counted is None or counted[0] != asked:
        return
    _counted(counted[1])
    n = counted[1]["count"]
    if n and st.button(f"Fetch {count(n, 'record')}", type="primary", key="fetch"):
        del st.session_state["counted"]
        fetch(db, who, lambda shown: _search(db, who, asked, **shown), draw=_fetched)


def fetch(
    db: Database,
    who: SignedIn,
    act: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    draw: background.Draw,
) -> None:
    """Begin to fetch from PubMed; `act` is given what an action takes that asks it."""

    def fetching(work: Work) -> dict[str, Any]:
        try:
            return act({"progress": work.tell, "say": work.say})
        except Incomplete as stopped:
            raise Incomplete(f"{stopped} Resume it from the list of searches.") from stopped

    background.begin(db, who, "PubMed", fetching, draw=draw, stopped=_STOPPED)
    st.rerun()


def _fetched(done: dict[str, Any]) -> None:
    st.success(f"{count(done['imported'], 'record')} read, {done['new']:,} of them new.")
    if done["missing"]:
        st.warning(f"PubMed did not deliver {count(len(done['missing']), 'record')}.")
    link("duplicates", "Next: find duplicates", icon=":material/arrow_forward:")


def _search(db: Database, who: SignedIn, asked: dict[str, Any], **options: Any) -> dict[str, Any]:
    if not asked["query"]:
        raise BadInput("Write a query first.")
    limits = {name: asked[name] for name in ("since", "until")}
    if "\n" not in asked["query"]:
        return actions.search_pubmed(db, who.caller, asked["query"], **limits, **options)
    with TemporaryDirectory() as folder:
        strategy = Path(folder) / "strategy.txt"
        strategy.write_text(asked["query"], encoding="utf-8")
        return actions.search_pubmed(db, who.caller, strategy=strategy, **limits, **options)


def _counted(found: dict[str, Any]) -> None:
    st.metric("PubMed finds", f"{found['count']:,}")
    for warning in found["warnings"]:
        st.warning(plain(warning), icon=":material/warning:")
    with st.expander("How PubMed understood it", expanded=bool(found["warnings"])):
        st.code(found["translation"] or found["query"], language=None, wrap_lines=True)
