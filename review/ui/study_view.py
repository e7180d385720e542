"""One study as a page shows it: its reports, tags, and effects with their numbers and sources."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, words
from review.ui.extraction_view import cells_view
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain
from review.vocab import Level, Role

_TITLE = ("outcome", "direction", "contrast", "muscle")
# shown with the reports of the study
_NOT_CELLS = {
    "study",
    "study_id",
    "year",
    "effect",
    "reports",
    "authors",
    "title",
    "journal",
    "doi",
    "pmid",
}


def study_view(db: Database, who: SignedIn, number: int) -> None:
    """Draw a study."""
    study = next((s for s in actions.studies(db, who.caller) if s["study"] == number), None)
    if study is None:
        st.warning(f"There is no study {number}.")
        return
    st.header(plain(study["label"]), anchor=False)
    family = study["cohort_family"]
    st.caption(plain(words.joined([f"Study {number}", family and f"cohort family {family}"])))
    found = actions.evidence(
        db,
        who.caller,
        where=f"study = {number}",
        columns=[column["name"] for column in actions.columns(db)],
        everything=True,
    )
    left, right = st.columns([3, 2], gap="large")
    # what is said of the whole study stands once, not with each effect
    of_study = {f["id"] for f in actions.codebook(db) if f["level"] == Level.STUDY.value}
    with left:
        st.subheader(count(found["effects"], "effect"), anchor=False)
        _effects(found, number, leave_out=of_study | _NOT_CELLS)
        with st.expander("Every cell: where it was read, who extracted and who checked it"):
            cells_view(db, who, number)
    with right:
        st.subheader(count(len(study["reports"]), "report"), anchor=False)
        if study["reports"]:
            page = actions.records(db, who.caller, ids=study["reports"], limit=50)
            cards.listed(page["records"])
        st.subheader("The study", anchor=False)
        _cells(found, {c["name"] for c in found["columns"]} - of_study)
        _tags(db, who, number)
        if who.may(Role.EXTRACTOR, Role.OWNER):
            link("extract", "Tag or extract it", icon=":material/edit:", study=number)


def _effects(found: dict[str, Any], study: int, *, leave_out: set[str]) -> None:
    if not found["rows"]:
        st.info("Nothing has been extracted from this study yet.")
    for row in found["rows"]:
        title = words.joined(row[name] for name in _TITLE if name in row)
        with st.expander(plain(title) or f"Effect {row['effect']}"):
            st.caption(f"Effect {row['effect']}")
            _cells(found | {"rows": [row]}, leave_out)
            link(
                "evidence",
                "Where it was read, its numbers, and who read them",
                icon=":material/pin_drop:",
                where=f"study = {study}",
                everything="true",
                effect=row["effect"],
            )


def _cells(found: dict[str, Any], leave_out: set[str]) -> None:
    """Draw the filled cells of the first row, but for some columns."""
    for row in found["rows"][:1]:
        for column in found["columns"]:
            value = row[column["name"]]
            if column["name"] not in leave_out and value not in (None, "", []):
                st.markdown(f":gray[{plain(column['label'])}] {plain(value)}")


def _tags(db: Database, who: SignedIn, number: int) -> None:
    facets = {facet["id"]: facet["label"] for facet in actions.codebook(db)}
    by_facet: dict[str, list[str]] = {}
    for tag in actions.tags(db, who.caller, f"study:{number}"):
        by_facet.setdefault(tag["facet"], []).append(tag["label"])
    if by_facet:
        st.markdown("**Tagged by hand**")
    for facet, terms in by_facet.items():
        st.markdown(f":gray[{plain(facets.get(facet, facet))}] {plain(', '.join(terms))}")
