"""The full text beside a form: the PDF of a report, or of one of a study's reports, in the page."""

from typing import Any

import streamlit as st

from review import actions
from review.ui.components.document_viewer import viewer
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import plain


def document_view(
    db: Database,
    who: SignedIn,
    record_or_study: int | str,
    *,
    page: int | None = None,
    words: str = "",
    quotes: bool = True,
) -> dict[str, Any] | None:
    """Draw the PDF of a record (12) or of a study ("study:3"), opened at `page`.

    A study of several reports has a choice of them; a report without a PDF says where it can be
    read. Returns what the person last chose as a quote, {quote, page, document, record}, else
    None; with `quotes` false nothing can be chosen, only copied.
    """
    record = _record(db, who, record_or_study)
    if record is None:
        return None
    found = actions.report_document(db, who.caller, record)
    if found is None:
        _without(db, who, record)
        return None
    if not found["pages"]:
        # attached by an earlier version and not read since, or a file without a page
        st.warning(found["said"] or "The text of this PDF was never read: 'review read' does it.")
        # a relative address, so that the app may live below any path
        st.link_button("Read the PDF", f"api/document/{int(found['document'])}")
        return None
    chosen = viewer(db, who, found, page=page, words=words, quotes=quotes)
    return None if chosen is None else chosen | {"record": record}


def _record(db: Database, who: SignedIn, asked: int | str) -> int | None:
    """Return the record whose document is shown; of a study with several reports, the chosen."""
    kind, _, number = str(asked).rpartition(":")
    if kind != "study":
        return int(number)
    study = next((s for s in actions.studies(db, who.caller) if s["study"] == int(number)), None)
    reports = study["reports"] if study else []
    if not reports:
        st.info("This study has no report; join one to it under Full text.")
        return None
    if len(reports) == 1:
        return int(reports[0])
    shown = actions.records(db, who.caller, ids=reports, limit=len(reports))["records"]
    titles = {card["record"]: card["title"] for card in shown}
    chosen: int | None = st.selectbox(
        "Report",
        reports,
        format_func=lambda r: f"{r} · {titles.get(r) or '(no title)'}",
        key=f"document-of-{number}",
    )
    return chosen


def _without(db: Database, who: SignedIn, record: int) -> None:
    """Say that no PDF is attached, and where the report can be read."""
    st.info("No PDF is attached to this report.", icon=":material/picture_as_pdf:")
    for one in actions.reports(db, who.caller, records=[record], limit=1)["reports"]:
        if one["link"]:
            st.markdown(f":gray[Link] {plain(one['link'])}")
    link("full-text", "Attach one", icon=":material/upload_file:", record=record)
