"""The forms about one report, or several PDFs: retrieved or not, where sought, open copy, study."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.ui import words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Retrieval

LARGEST_PDF_MB = 100
MOST_FILES = 20
Report = Mapping[str, Any]


def retrieval(db: Database, who: SignedIn, report: Report) -> None:
    """Draw the form that says what became of a report, and store it when it is sent."""
    st.subheader("What became of it", anchor=False)
    # a form of its own for each report: a file chosen for one must not go to the next
    with st.form(f"retrieval-{report['record']}"):
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
    if not_got and not tried.strip() and not report["attempts"]:
        raise BadInput("Say what was tried to get it.")
    status = Retrieval.RETRIEVED if got else Retrieval.NOT_RETRIEVED
    with st.spinner("Reading the PDF" if pdf else "Storing"):
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


def tried_form(db: Database, who: SignedIn, report: Report) -> None:
    """Draw the form that notes where a report was sought."""
    with (
        st.expander("Note where it was sought"),
        st.form(f"tried-{report['record']}", clear_on_submit=True),
    ):
        left, right = st.columns(2)
        source = left.selectbox("Where", list(words.TRIED), format_func=words.TRIED.__getitem__)
        outcome = right.selectbox(
            "What came of it", list(words.ATTEMPTS), format_func=words.ATTEMPTS.__getitem__
        )
        day = st.date_input("When", value="today")
        note = st.text_input("Note", max_chars=2000, placeholder="whom, what was said")
        if st.form_submit_button("Note it"):
            actions.tried(
                db,
                who.caller,
                report["record"],
                source,
                outcome,
                day=day.isoformat() if day else None,
                note=note,
            )
            st.rerun()


def open_copy(db: Database, who: SignedIn, report: Report) -> None:
    """Draw what is known of an open copy, and the button that asks for one."""
    known = report["open_copy"]
    with st.expander("Open copy", expanded=bool(known and known["outcome"] == "found")):
        if known is None:
            st.caption("Nobody has asked yet whether there is an open copy.")
        elif known["outcome"] != "found":
            said = "knows of no open copy" if known["outcome"] == "none" else "does not know it"
            st.markdown(f"{plain(known['service'])} {said} (asked {words.moment(known['at'])}).")
        else:
            where = known["pdf_url"] or known["url"]
            st.link_button("Read the open copy", where, icon=":material/open_in_new:")
            about = [known["host"], known["version"], known["licence"], known["service"]]
            st.caption(plain(words.joined(about)))
            if report["status"] != Retrieval.RETRIEVED and st.button("Retrieved there"):
                actions.report(
                    db, who.caller, report["record"], Retrieval.RETRIEVED.value, link=where
                )
                st.rerun()
        if not report["doi"]:
            st.caption("The record has no DOI to ask by.")
        elif st.button("Ask again" if known else "Find an open copy"):
            with st.spinner("Asking"):
                (one,) = actions.find_open_access(db, who.caller, [report["record"]])["reports"]
            if one["problem"]:
                st.warning(plain(one["problem"]))
            else:
                st.rerun()


def study_form(db: Database, who: SignedIn, report: Report) -> None:
    """Draw the study a report is of, with the form that joins it to one or takes it off."""
    st.subheader("Study", anchor=False)
    every = {study["study"]: study for study in actions.studies(db, who.caller)}
    own = every.get(report["study"])
    if own is not None:
        link("studies", plain(own["label"]), icon=":material/science:", study=own["study"])
        for other in own["reports"]:
            if other != report["record"]:
                link("full-text", f"another report of it: record {other}", record=other)
    with st.form(f"study-of-{report['record']}"):
        choices = [None, *sorted(every, key=lambda study: every[study]["label"].casefold())]
        chosen = st.selectbox(
            "It belongs to",
            choices,
            format_func=lambda s: (
                "a study of its own" if s is None else f"{every[s]['label']} (study {s})"
            ),
        )
        label = st.text_input("Name of a new study", max_chars=200, placeholder="Author year")
        if st.form_submit_button("Join" if own is None else "Move"):
            with told():
                actions.study(
                    db, who.caller, [report["record"]], study=chosen, label=label.strip() or None
                )
                st.rerun()
    if own is not None and st.button("Take it off its study"):
        with told():
            actions.leave_study(db, who.caller, [report["record"]])
            st.rerun()


def several_pdfs(db: Database, who: SignedIn) -> None:
    """Draw the upload of several PDFs: whose each may be is shown, and attached when confirmed."""
    with st.expander("Attach several PDFs", icon=":material/upload_file:"):
        st.caption(
            "Each is matched to the report whose DOI, PMID or title stands on its first pages; "
            "nothing is stored before you confirm it."
        )
        files = st.file_uploader(
            f"PDFs, up to {MOST_FILES} at once",
            type="pdf",
            accept_multiple_files=True,
            max_upload_size=LARGEST_PDF_MB,
            key="several",
        )
        for file in files[:MOST_FILES]:
            _whose(db, who, file)
        if len(files) > MOST_FILES:
            st.warning(f"Only the first {MOST_FILES} are looked at; attach these first.")


def _whose(db: Database, who: SignedIn, file: Any) -> None:
    """One uploaded file: whose it may be, and the button that attaches it."""
    known = st.session_state.setdefault("matched", {})
    if file.file_id not in known:
        with st.spinner(f"Reading {plain(file.name)}"):
            (known[file.file_id],) = actions.match_pdfs(
                db, who.caller, {file.name: file.getvalue()}
            )
    found = known[file.file_id]
    with st.container(border=True):
        st.markdown(f"**{plain(file.name)}**")
        if found["problem"]:
            st.error(plain(found["problem"]))
            return
        if found.get("attached"):
            st.success(f"Attached to record {found['attached']}.")
            return
        st.caption(plain(found["said"]))
        matches = {one["record"]: one for one in found["matches"]}
        if not matches:
            st.warning("No report sought has its DOI, PMID or title; attach it on its own page.")
            return
        chosen = st.selectbox(
            "It is the full text of",
            list(matches),
            format_func=lambda r: f"{r} · {matches[r]['title']}",
            key=f"whose-{file.file_id}",
        )
        one = matches[chosen]
        sure = "" if one["sure"] else " Not sure: look at it before you attach it."
        st.markdown(
            f":gray[Found by {plain(words.MATCHED[one['by']])}:] {plain(one['shown'])}{sure}"
        )
        if one["document"]:
            st.caption("That report has a PDF already; this one would take its place.")
        if st.button("Attach it", key=f"attach-{file.file_id}", type="primary"):
            with told():
                actions.report(
                    db,
                    who.caller,
                    chosen,
                    Retrieval.RETRIEVED.value,
                    pdf=file.getvalue(),
                    name=file.name,
                )
                found["attached"] = chosen
                st.rerun()


def missing_said(study: Mapping[str, Any]) -> str:
    """What a study still lacks, in words; an empty text where nothing is missing."""
    return ", ".join(words.MISSING[name] for name in study["missing"])


def reports_said(study: Mapping[str, Any]) -> str:
    """How many reports a study has, and of how many the full text was retrieved."""
    n = count(len(study["reports"]), "report")
    return f"{n}, {study['full_texts']} with full text" if len(study["reports"]) > 1 else n
