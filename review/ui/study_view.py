"""One study as a page shows it: its reports, tags, and effects with their numbers and sources."""

from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, words
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain
from review.vocab import Role

_TITLE = ("outcome", "direction", "contrast", "muscle")
_NOT_CELLS = {
    "study",
    "study_id",
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
    with left:
        st.subheader(count(found["effects"], "effect"), anchor=False)
        _effects(found)
    with right:
        st.subheader(count(len(study["reports"]), "report"), anchor=False)
        if study["reports"]:
            page = actions.records(db, who.caller, ids=study["reports"], limit=50)
            cards.listed(page["records"])
        st.subheader("Tags of the study", anchor=False)
        _tags(db, who, number)
        if who.may(Role.EXTRACTOR, Role.OWNER):
            link("extract", "Tag or extract it", icon=":material/edit:", study=number)


def _effects(found: dict[str, Any]) -> None:
    labels = {column["name"]: column["label"] for column in found["columns"]}
    if not found["rows"]:
        st.info("Nothing has been extracted from this study yet.")
    for row in found["rows"]:
        title = words.joined(row[name] for name in _TITLE if name in row)
        with st.expander(plain(title) or f"Effect {row['effect']}"):
            st.caption(f"Effect {row['effect']}")
            for name, label in labels.items():
                if name not in _NOT_CELLS and row[name] not in (None, "", []):
                    st.markdown(f":gray[{plain(label)}] {plain(row[name])}")


def _tags(db: Database, who: SignedIn, number: int) -> None:
    facets = {facet["id"]: facet["label"] for facet in actions.codebook(db)}
    by_facet: dict[str, list[str]] = {}
    for tag in actions.tags(db, who.caller, f"study:{number}"):
        by_facet.setdefault(tag["facet"], []).append(tag["label"])
    if not by_facet:
        st.caption("None beside what its extraction says.")
    for facet, terms in by_facet.items():
        st.markdown(f":gray[{plain(facets.get(facet, facet))}] {plain(', '.join(terms))}")
