"""Files of forms on a page: a blank one, what is extracted, filled ones given; what is missing."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput, FormError
from review.ui import doubtful_cells
from review.ui.downloads import download
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

_LARGEST_FORM_MB = 5


def files(db: Database, who: SignedIn, study: Mapping[str, Any]) -> None:
    """Draw the files of a study's form: to fill in elsewhere, to take away, to give."""
    number = study["study"]
    st.markdown("**Fill in elsewhere**")
    st.caption("A workbook with a sheet for study, arms, effects and numbers, drop-downs and help.")
    download("Blank form (XLSX)", "form.xlsx", lambda: actions.form_template(db))
    st.markdown("**What is extracted**")
    one, two, three = st.columns(3)
    for place, kind in ((one, "xlsx"), (two, "csv"), (three, "json")):
        with place:
            download(
                f"This study ({kind.upper()})",
                f"study-{number}.{kind}",
                partial(actions.extraction_file, db, who.caller, [number], format=kind),
            )
    download(
        "All studies (XLSX)", "extractions.xlsx", lambda: actions.extraction_file(db, who.caller)
    )
    st.markdown("**Give a filled form**")
    _give(db, who, number)


def _give(db: Database, who: SignedIn, study: int) -> None:
    st.caption(
        "An XLSX or CSV file may hold several studies, each named in its column `study`; a file "
        "without that, and JSON, is of the study chosen above."
    )
    # a form of its own for each study: what was pasted for one must not go to the next
    with st.form(f"extract-{study}"):
        uploaded = st.file_uploader(
            "Form (XLSX, CSV, JSON)",
            type=["xlsx", "csv", "json"],
            max_upload_size=_LARGEST_FORM_MB,
        )
        pasted = st.text_area("or paste JSON", height=160, max_chars=1_000_000)
        if not st.form_submit_button("Store the extraction", type="primary"):
            return
    try:
        done = _store(db, who, study, uploaded, pasted)
    except FormError as error:
        st.error(plain(f"Nothing was stored. {error}"))
        st.dataframe(
            [{"cell": one["where"], "what is wrong": one["said"]} for one in error.faults],
            hide_index=True,
        )
        return
    for each in done:
        arms, effects = (count(len(each[what]), what[:-1]) for what in ("arms", "effects"))
        settled = "settled" if each["settled"] else "not settled yet"
        st.success(f"Stored for study {each['study']}: {arms}, {effects} ({settled}).")
        doubtful_cells.tell(each["warnings"])


def _store(
    db: Database, who: SignedIn, study: int, uploaded: Any, pasted: str
) -> list[dict[str, Any]]:
    if uploaded is not None:
        data, name = uploaded.getvalue(), uploaded.name
    elif pasted.strip():
        data, name = pasted.encode(), "form.json"
    else:
        raise BadInput("Choose a file or paste a form.")
    return actions.extract_any(db, who.caller, data, name, study=study)


def missing(db: Database, who: SignedIn, study: Mapping[str, Any]) -> None:
    """Draw what is missing from this study, then from all of them."""
    st.markdown(f"**{plain(study['label'])}**")
    (own,) = actions.missing_extractions(db, who.caller, study=study["study"])
    _listed(own)
    every = [one for one in actions.missing_extractions(db, who.caller) if one["missing"]]
    st.markdown(f"**{count(len(every), 'included study', 'included studies')} lack something**")
    for one in every[:100]:
        name = f"{one['label']} · {count(len(one['missing']), 'gap')}"
        with st.expander(plain(name)):
            _listed(one)
            link("extract", "Open it", icon=":material/edit_note:", study=one["study"])
    if len(every) > 100:
        st.caption(f"The first 100 of {len(every)}; 'review extraction missing' lists all.")


def _listed(one: Mapping[str, Any]) -> None:
    if not one["missing"]:
        st.success("Nothing is missing.")
    for lack in one["missing"]:
        st.markdown(
            f":material/radio_button_unchecked: {plain(lack['where'])}: {plain(lack['said'])}"
        )
