"""Full texts: which reports are sought, what became of each, and which study it belongs to."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.ui import cards, words
from review.ui.links import asked_number, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Retrieval, Role

LARGEST_PDF_MB = 100
_DOERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
Report = Mapping[str, Any]


def page(db: Database, who: SignedIn) -> None:
    """Draw one report where the address names it, else the list."""
    found = actions.sought(db, who.caller)
    record = asked_number("record")
    if record is None:
        st.header("Full text", anchor=False)
        _list(found)
        return
    link("full-text", "All reports sought", icon=":material/arrow_back:")
    report = next((one for one in found if record in one["cluster"]), None)
    if report is None:
        st.warning(f"Record {record} is not sought: it has not advanced from title and abstract.")
        return
    _one(db, who, report)


def _list(found: list[dict[str, Any]]) -> None:
    if not found:
        st.info("No report is sought yet: none has advanced from title and abstract.")
        link("screen", "Screen titles and abstracts", icon=":material/arrow_forward:")
        return
    n = {status: 0 for status in words.RETRIEVALS}
    for report in found:
        n[report["status"]] += 1
    order = ["sought", Retrieval.RETRIEVED.value, Retrieval.NOT_RETRIEVED.value]
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    status = left.segmented_control(
        "What became of them",
        order,
        default="sought" if n["sought"] else Retrieval.RETRIEVED.value,
        format_func=lambda s: f"{words.RETRIEVALS[s].capitalize()} ({n[s]:,})",
        required=True,
        key="status",
    )
    text = right.text_input("Words in title or authors", max_chars=200, key="filter").casefold()
    shown = [
        report
        for report in found
        if report["status"] == status
        and all(
            word in f"{report['title']} {report['authors']}".casefold() for word in text.split()
        )
    ]
    st.markdown(f"**{count(len(shown), 'report')}**")
    offset = cards.paged(len(shown), key=f"page-{status}-{text}")
    cards.listed(shown[offset : offset + cards.PAGE_SIZE], path="full-text")
    if not shown:
        st.caption("None.")


def _one(db: Database, who: SignedIn, report: Report) -> None:
    cards.heading(report)
    st.markdown(f"Record {report['record']} · {plain(words.standing(report['standing']))}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _obtained(report)
        cards.reading_links(report)
        cards.abstract(report)
        link("records", "The record with its history", record=report["record"])
    with right:
        if who.may(*_DOERS):
            with told():
                _retrieval(db, who, report)
            _study(db, who, report)
        else:
            st.caption("Owners, reviewers, adjudicators and extractors record what was retrieved.")


def _obtained(report: Report) -> None:
    st.subheader(words.RETRIEVALS[report["status"]].capitalize(), anchor=False)
    if report["document"]:
        name = plain(report["document_name"] or "the document")
        # a relative address, so that the app may live below any path
        st.markdown(f":material/picture_as_pdf: {name}")
        st.link_button("Read the PDF", f"api/document/{int(report['document'])}")
    if report["link"]:
        st.markdown(f":gray[Link] {plain(report['link'])}")
    if report["tried"]:
        st.markdown(f":gray[What was tried] {plain(report['tried'])}")


def _retrieval(db: Database, who: SignedIn, report: Report) -> None:
    st.subheader("What became of it", anchor=False)
    with st.form("retrieval"):
        pdf = st.file_uploader("PDF", type="pdf", max_upload_size=LARGEST_PDF_MB)
        address = st.text_input("or a link to it", max_chars=2000, placeholder="https://…")
        tried = st.text_input(
            "or what was tried", max_chars=2000, placeholder="library, authors, inter-library loan"
        )
        with st.container(horizontal=True):
            got = st.form_submit_button("Retrieved", type="primary")
            not_got = st.form_submit_button("Not retrieved")
    if not got and not not_got:
        return
    if not_got and not tried.strip():
        raise BadInput("Say what was tried to get it.")
    status = Retrieval.RETRIEVED if got else Retrieval.NOT_RETRIEVED
    actions.report(
        db,
        who.caller,
        report["record"],
        status.value,
        pdf=pdf.getvalue() if pdf else None,
        name=pdf.name if pdf else None,
        link=address.strip() or None,
        tried=tried.strip() or None,
    )
    st.rerun()


def _study(db: Database, who: SignedIn, report: Report) -> None:
    """Join the report to a study: its own, or one that other reports belong to."""
    st.subheader("Study", anchor=False)
    every = {study["study"]: study for study in actions.studies(db, who.caller)}
    own = every.get(report["study"])
    if own is not None:
        link("evidence", plain(own["label"]), icon=":material/science:", study=own["study"])
        for other in own["reports"]:
            if other != report["record"]:
                link("full-text", f"another report of it: record {other}", record=other)
    with st.form("study"):
        choices = [None, *sorted(every, key=lambda study: every[study]["label"].casefold())]
        chosen = st.selectbox(
            "It belongs to",
            choices,
            format_func=lambda s: "a study of its own" if s is None else every[s]["label"],
        )
        label = st.text_input("Name of a new study", max_chars=200, placeholder="Author year")
        if st.form_submit_button("Join" if own is None else "Move"):
            with told():
                actions.study(
                    db, who.caller, [report["record"]], study=chosen, label=label.strip() or None
                )
                st.rerun()
