"""Full texts: which reports are sought, what became of each, and the PDF of one to read."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, words
from review.ui.document_view import document_view
from review.ui.downloads import download
from review.ui.links import asked_number, link
from review.ui.report_forms import open_copy, retrieval, several_pdfs, study_form, tried_form
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_DOERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_KINDS = {
    "sought": "Awaiting",
    "not-retrieved": "Not retrieved",
    "retrieved": "Retrieved",
    "judged": "Judged",
}
_PAGE = 50
Report = Mapping[str, Any]


def page(db: Database, who: SignedIn) -> None:
    """Draw one report where the address names it, else the list."""
    record = asked_number("record")
    if record is None:
        st.header("Full text", anchor=False)
        _list(db, who)
        return
    link("full-text", "All reports sought", icon=":material/arrow_back:")
    found = actions.reports(db, who.caller, records=[record], limit=1)["reports"]
    if not found:
        st.warning(f"Record {record} is not sought: it has not advanced from title and abstract.")
        return
    _one(db, who, found[0])


def _list(db: Database, who: SignedIn) -> None:
    counts = actions.reports(db, who.caller, limit=0)["counts"]
    n = sum(counts[one] for one in ("sought", "retrieved", "not-retrieved"))
    if not n:
        st.info("No report is sought yet: none has advanced from title and abstract.")
        link("screen", "Screen titles and abstracts", icon=":material/arrow_forward:")
        return
    done = n - counts["sought"]
    st.progress(done / n, f"{done:,} of {n:,} reports retrieved or given up")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    status = left.segmented_control(
        "What became of them",
        [*_KINDS, "all"],
        default="sought" if counts["sought"] else "retrieved",
        format_func=lambda s: f"{_KINDS.get(s, 'All')} ({counts.get(s, n):,})",
        required=True,
        key="status",
    )
    text = right.text_input(
        "Search",
        max_chars=200,
        key="filter",
        placeholder='all these words, "words together", begin*',
    ).strip()
    in_pdfs = bool(text) and right.checkbox("in the attached PDFs, too", key="in-pdfs")
    key = f"page-{status}-{text}-{in_pdfs}"
    offset = (int(st.session_state.get(key, 1)) - 1) * _PAGE
    found = actions.reports(
        db,
        who.caller,
        status=None if status == "all" else status,
        text=text or None,
        in_pdfs=in_pdfs,
        limit=_PAGE,
        offset=offset,
    )
    st.markdown(f"**{count(found['total'], 'report')}**")
    cards.paged(found["total"], key=key)
    cards.listed([_listed(one) for one in found["reports"]], path="full-text")
    if not found["reports"]:
        st.caption("No report has all these words." if text else "None: choose another kind above.")
    if who.may(*_DOERS):
        several_pdfs(db, who)
        _ask_for_all(db, who, counts["sought"])
    with st.container(horizontal=True):
        for name, wanted in (("reports", None), ("not-retrieved", "not-retrieved")):
            for format in ("csv", "xlsx"):
                download(
                    f"{'All' if wanted is None else 'Not retrieved'} ({format.upper()})",
                    f"{name}.{format}",
                    partial(actions.reports_file, db, who.caller, format, status=wanted),
                )


def _listed(report: Report) -> dict[str, Any]:
    """A report as the list shows it: below its citation what is attached, or was tried."""
    said = words.joined(
        [
            report["document_name"],
            f"found on p. {', '.join(map(str, report['on_pages'][:8]))}"
            if report["on_pages"]
            else "",
            report["text"] if "no text" in report["text"] or "could not" in report["text"] else "",
            report["link"],
            f"tried: {', '.join(dict.fromkeys(a['source'] for a in report['attempts']))}"
            if report["attempts"]
            else report["tried"],
            _copy_said(report["open_copy"]) if not report["document"] else "",
        ]
    )
    return dict(report) | {"more": said}


def _copy_said(copy: Mapping[str, str] | None) -> str:
    if copy is None:
        return ""
    return {"found": "an open copy is known", "none": "no open copy"}.get(copy["outcome"], "")


def _ask_for_all(db: Database, who: SignedIn, awaited: int) -> None:
    """Look for open copies of all reports that are awaited, when asked to."""
    with st.expander("Find open copies by DOI", icon=":material/lock_open:"):
        st.caption(
            "Asks Unpaywall, or what answers as it does, for each report that is awaited, by its "
            "DOI. Nothing is downloaded, and nothing else waits for it."
        )
        if not awaited:
            st.caption("No report is awaited.")
            return
        if not st.button(f"Ask for {count(awaited, 'report')}"):
            return
        with told():
            bar = st.progress(0.0, "Asking")

            def shown(n: int, total: int | None) -> None:
                bar.progress(n / (total or 1), f"Asked for {n:,}")

            done = actions.find_open_access(db, who.caller, progress=shown)
            bar.empty()
            st.success(
                f"{count(done['found'], 'open copy', 'open copies')} for {done['asked']:,} asked."
            )
            if done["stopped"]:
                st.warning(plain(done["stopped"]))


def _one(db: Database, who: SignedIn, report: Report) -> None:
    cards.heading(report)
    st.markdown(f"Record {report['record']} · {plain(words.standing(report['standing']))}")
    left, right = st.columns([3, 2], gap="large")
    with left:
        _obtained(report)
        if report["document"]:
            document_view(db, who, report["record"], quotes=False)
        cards.reading_links(report)
        with st.expander("Abstract", expanded=not report["document"]):
            cards.abstract(report)
        link("records", "The record with its history", record=report["record"])
    with right:
        _sought_at(report)
        if who.may(*_DOERS):
            with told():
                retrieval(db, who, report)
            with told():
                tried_form(db, who, report)
            with told():
                open_copy(db, who, report)
            study_form(db, who, report)
        else:
            st.caption("Owners, reviewers, adjudicators and extractors record what was retrieved.")
        _history(db, who, report)


def _obtained(report: Report) -> None:
    st.subheader(words.RETRIEVALS[report["status"]].capitalize(), anchor=False)
    if report["document"]:
        st.markdown(f":material/picture_as_pdf: {plain(report['document_name'] or 'the document')}")
        if "text of" not in report["text"]:
            st.warning(plain(report["text"] or "Its text was never read."))
    if report["link"]:
        if not any(char.isspace() for char in report["link"]):
            st.link_button(
                "Read it there", report["link"], icon=":material/open_in_new:", type="tertiary"
            )
        st.markdown(f":gray[Link] {plain(report['link'])}")
    if report["tried"]:
        st.markdown(f":gray[What was tried] {plain(report['tried'])}")


def _sought_at(report: Report) -> None:
    """Where the report was sought, and what came of each."""
    if not report["attempts"]:
        return
    st.subheader("Where it was sought", anchor=False)
    for one in report["attempts"]:
        note = f" · {plain(one['note'])}" if one["note"] else ""
        said = f"{words.TRIED[one['source']]}: {words.ATTEMPTS[one['outcome']]}"
        st.markdown(f":gray[{plain(one['day'])}] {plain(said)}{note}")


def _history(db: Database, who: SignedIn, report: Report) -> None:
    """Everything that was ever said of the retrieval of this report."""
    record = actions.record(db, who.caller, report["record"])
    said = [one for one in record["history"] if one["what"] in words.RETRIEVALS]
    if not said:
        return
    with st.expander(f"History ({len(said)})"):
        for one in said:
            how = words.joined([one.get("document"), one.get("link"), one.get("tried")])
            by = one["by"] or "the database's holder"
            what = words.RETRIEVALS[one["what"]]
            st.markdown(
                f":gray[{words.moment(one['at'])}] {plain(by)}: {plain(what)}"
                + (f" ({plain(how)})" if how else "")
            )
