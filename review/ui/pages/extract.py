"""Tagging by the codebook and extraction from a JSON form, for one study or effect at a time."""

import json
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput
from review.ui.links import asked_number, link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Level

_EXAMPLE = {
    "study": {"label": "Author 2020", "population": "human"},
    "arms": [{"label": "young", "n": 12}, {"label": "old", "n": 14}],
    "effects": [
        {
            "outcome": "…",
            "contrast": "…",
            "direction": "increase",
            "arms": ["young", "old"],
            "numbers": {},
            "source": {"location": "Table 2"},
        }
    ],
}
_LARGEST_FORM_MB = 5


def page(db: Database, who: SignedIn) -> None:
    """Draw the choice of a study, then its tags and its form."""
    st.header("Extract", anchor=False)
    every = {study["study"]: study for study in actions.studies(db, who.caller)}
    if not every:
        st.info("No studies yet: a study begins when a report is joined to it under Full text.")
        link("full-text", "Go to the full texts", icon=":material/arrow_forward:")
        return
    order = sorted(every, key=lambda study: every[study]["label"].casefold())
    asked = asked_number("study")
    study = st.selectbox(
        "Study",
        order,
        index=order.index(asked) if asked in every else 0,
        format_func=lambda s: f"{every[s]['label']} (study {s})",
    )
    link("evidence", "See what is extracted", icon=":material/science:", study=study)
    tagging, form = st.tabs(["Tag", "Fill a form"])
    with tagging, told():
        _tag(db, who, study)
    with form, told():
        _form(db, who, study)


def _tag(db: Database, who: SignedIn, study: int) -> None:
    target = _target(db, who, study)
    level = Level.STUDY.value if target.startswith("study") else Level.EFFECT.value
    facets = {
        facet["id"]: facet
        for facet in actions.codebook(db)
        if facet["level"] == level and not facet["derived"]
    }
    if not facets:
        st.info(f"The codebook has no facet on a {level}.")
        return
    present = actions.tags(db, who.caller, target)
    facet = facets[
        st.selectbox("Facet", list(facets), format_func=lambda f: facets[f]["label"], key="facet")
    ]
    if facet["note"]:
        st.caption(plain(facet["note"]))
    terms = {term["code"]: term for term in facet["terms"]}
    now = [tag["code"] for tag in present if tag["code"] in terms]
    with st.form(f"tag-{target}-{facet['id']}"):
        chosen = st.multiselect(
            "Terms",
            list(terms),
            default=now,
            format_func=lambda c: terms[c]["label"],
            max_selections=1 if facet["cardinality"] == "one" else None,
        )
        for code in chosen:
            if terms[code]["definition"]:
                st.caption(plain(f"{terms[code]['label']}: {terms[code]['definition']}"))
        if st.form_submit_button("Save tags", type="primary"):
            _save(db, who, target, now, chosen)
    if present:
        st.markdown("**All its tags** " + plain(", ".join(tag["label"] for tag in present)))


def _target(db: Database, who: SignedIn, study: int) -> str:
    found = actions.evidence(db, who.caller, where=f"study = {study}", everything=True)
    names = {f"study:{study}": "The study"}
    for row in found["rows"]:
        said = ", ".join(str(row[n]) for n in ("outcome", "direction", "muscle") if row.get(n))
        names[f"effect:{row['effect']}"] = f"Effect {row['effect']}: {said}"
    return str(st.selectbox("What to tag", list(names), format_func=names.__getitem__))


def _save(db: Database, who: SignedIn, target: str, now: list[str], chosen: list[str]) -> None:
    gone = [code for code in now if code not in chosen]
    new = [code for code in chosen if code not in now]
    if gone:
        actions.tag(db, who.caller, target, gone, remove=True)
    if new:
        actions.tag(db, who.caller, target, new)
    st.rerun()


def _form(db: Database, who: SignedIn, study: int) -> None:
    st.caption(
        "The latest form of a study speaks; earlier ones are kept. Terms are named by code, by "
        "the last part of the code, or by label."
    )
    with st.expander("What a form looks like"):
        st.code(json.dumps(_EXAMPLE, indent=2, ensure_ascii=False), language="json")
    with st.form("extract"):
        uploaded = st.file_uploader("Form (JSON)", type="json", max_upload_size=_LARGEST_FORM_MB)
        pasted = st.text_area("or paste it", height=240, max_chars=1_000_000)
        if not st.form_submit_button("Store the extraction", type="primary"):
            return
    text = uploaded.getvalue().decode("utf-8-sig", "replace") if uploaded else pasted
    done = actions.extract(db, who.caller, f"study:{study}", _read(text))
    st.success(
        f"Stored: {count(len(done['arms']), 'arm')}, {count(len(done['effects']), 'effect')}."
    )


def _read(text: str) -> dict[str, Any]:
    if not text.strip():
        raise BadInput("Choose a file or paste a form.")
    try:
        form = json.loads(text)
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        raise BadInput(f"The form is not JSON: {fault.msg} at {where}.") from None
    except RecursionError:
        raise BadInput("The form is nested too deeply.") from None
    if not isinstance(form, dict):
        raise BadInput("A form is one JSON object with study, arms and effects.")
    return form
