"""The searches as evidence (PRISMA-S), and bringing records in: a file, or PubMed."""

from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.ui import background, words
from review.ui.bringing_in import fetch, file_form, pubmed_form, shown_rejects
from review.ui.downloads import download
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role


def page(db: Database, who: SignedIn) -> None:
    """Draw the list of searches and, for owners, the two ways of adding one."""
    st.header("Searches", anchor=False)
    work, place = background.of(db, who), st.empty()
    ended = work is not None and work.is_over
    if work and ended:
        with place.container():
            background.show_outcome(db, who, work)
    _page(db, who)
    if work and not ended:
        background.follow(work, place)


def _page(db: Database, who: SignedIn) -> None:
    if not who.may(Role.OWNER):
        _list(db, who)
        return
    searches, from_file, from_pubmed = st.tabs(["Searches", "Import a file", "Search PubMed"])
    # the list last, so that it holds what was just brought in
    with from_file, told():
        file_form(db, who)
    with from_pubmed, told():
        pubmed_form(db, who)
    with searches:
        _list(db, who)


def _list(db: Database, who: SignedIn) -> None:
    found = actions.searches(db, who.caller)
    if not found:
        st.info("No search yet. Import a file of records, or search PubMed.")
        return
    read = sum(search["read"] for search in found)
    st.markdown(f"**{count(len(found), 'search', 'searches')}**, {count(read, 'record')} read.")
    with st.container(horizontal=True):
        for format, label in (("docx", "For a supplement (DOCX)"), ("csv", "As a table (CSV)")):
            download(
                label,
                f"searches.{format}",
                partial(actions.searches_file, db, who.caller, format),
            )
    for search in reversed(found):
        _one(db, who, search)


def _one(db: Database, who: SignedIn, search: dict[str, Any]) -> None:
    with st.container(border=True):
        run = f", again (search {search['rerun_of']})" if search["rerun_of"] else ""
        head, state = st.columns([5, 1])
        head.markdown(f"**{plain(search['source'])}** · {search['date']}{plain(run)}")
        if not search["complete"]:
            state.badge("Incomplete", icon=":material/warning:", color="orange")
            if search["file"]:
                st.warning(
                    plain(
                        f"Not all of {search['file']} is in: its import goes on, or was "
                        "interrupted. Importing the same file again brings in the rest."
                    )
                )
        st.caption(plain(_counts(search)))
        if search["differs"] and search["complete"]:
            st.warning(plain(search["differs"]), icon=":material/warning:")
        for warning in search["warnings"]:
            st.warning(plain(warning), icon=":material/info:")
        with st.expander(f"Search {search['id']}: the evidence"):
            _evidence(search)
            if search["rejects"]:
                shown_rejects(actions.rejects(db, who.caller, search["id"]))
            if search["missing"]:
                st.markdown(f"**{count(len(search['missing']), 'record')} not delivered**")
                st.code(
                    ", ".join(map(str, search["missing"][:500])), language=None, wrap_lines=True
                )
        if search["query"] and who.may(Role.OWNER):
            with told():
                _again(db, who, search)


def _counts(search: dict[str, Any]) -> str:
    reported = search["reported"]
    return words.joined(
        [
            words.KINDS.get(search["kind"], search["kind"]),
            "" if reported is None else f"{reported:,} reported",
            f"{search['imported']:,} imported",
            f"{search['new']:,} new",
            f"{len(search['missing']):,} missing",
            f"{search['rejects']:,} rejected",
        ]
    )


def _evidence(search: dict[str, Any]) -> None:
    """Everything PRISMA-S asks of one search."""
    rows = {
        "Platform": search["platform"],
        "Searched on": search["date"],
        "Limits": search["limited"] or "none recorded",
        "Run by": search["by"] or "whoever held the database",
        "Recorded": f"{words.moment(search['at'])} UTC",
        "File": search["file"],
        "Format": search["format"],
        "SHA-256": search["sha256"],
        "Deleted citations": ", ".join(search["deleted"]),
    }
    for name, value in rows.items():
        if value:
            st.markdown(f":gray[{name}] {plain(value)}")
    for name in ("strategy", "query", "translation"):
        if search[name]:
            st.markdown(f":gray[{name.capitalize()}, as run]" if name == "strategy" else name)
            st.code(search[name], language=None, wrap_lines=True)
    if not search["strategy"]:
        st.caption("No strategy was given with this search.")
    link("records", "Its records are in the flow", box=_box(search))


def _box(search: dict[str, Any]) -> str:
    lane = "identified" if search["kind"] in {"database", "register"} else "other.identified"
    return f"{lane}.{search['kind']}.{search['source']}"


def _again(db: Database, who: SignedIn, search: dict[str, Any]) -> None:
    if search["complete"]:
        if st.button("Update: fetch what is new", key=f"update-{search['id']}"):
            fetch(
                db,
                who,
                lambda shown: actions.update_search(db, who.caller, search["id"], **shown),
                draw=_updated,
            )
    elif st.button("Resume", key=f"resume-{search['id']}", type="primary"):
        fetch(
            db,
            who,
            lambda shown: actions.search_pubmed(db, who.caller, resume=search["id"], **shown),
            draw=_resumed,
        )


def _updated(done: dict[str, Any]) -> None:
    st.info(f"{count(done['new'], 'new record')} of {done['count']:,} found now.")
    for warning in done["warnings"]:
        st.info(plain(warning))


def _resumed(done: dict[str, Any]) -> None:
    state = "Complete" if done["complete"] else "Still not complete"
    st.info(f"{state}: {count(done['imported'], 'record')} read.")
