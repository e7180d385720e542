"""Studies: their reports, families and primary populations, what each lacks, and corrections."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui import cards, words
from review.ui.components.link_list import Item, link_list
from review.ui.document_view import document_view
from review.ui.links import asked_number, link
from review.ui.report_forms import missing_said, reports_said
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

_DOERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_PAGE = 50
_SHOWN = ("all", "included", "missing")
Study = Mapping[str, Any]


def page(db: Database, who: SignedIn) -> None:
    """Draw one study where the address names it, else all of them."""
    number = asked_number("study")
    if number is not None:
        link("studies", "All studies", icon=":material/arrow_back:")
        _one(db, who, number)
        return
    st.header("Studies", anchor=False)
    every = actions.studies(db, who.caller)
    if not every:
        st.info("No studies yet: a study begins when a report is joined to it under Full text.")
        link("full-text", "Go to the full texts", icon=":material/arrow_forward:")
        return
    labels = _populations(db)
    _counts(db, who, labels)
    listed, shared = st.tabs(["Studies", "Which reports share participants?"])
    with listed:
        _list(every, labels)
        if who.may(*_DOERS) and len(every) > 1:
            _merge(db, who, every)
    with shared:
        _families(db, who)


def _populations(db: Database) -> dict[str, str]:
    """The terms that count a study once, code to label."""
    return {
        term["code"]: term["label"]
        for facet in actions.codebook(db)
        if facet.get("primary")
        for term in facet["terms"]
    }


def _counts(db: Database, who: SignedIn, labels: Mapping[str, str]) -> None:
    n = actions.study_counts(db, who.caller)
    columns = st.columns(3 + len(n["populations"]))
    columns[0].metric("Studies included", f"{n['studies']:,}")
    columns[1].metric("in reports", f"{n['reports']:,}")
    columns[2].metric(
        "Families of participants",
        f"{n['families']:,}",
        help="Studies of one cohort family share participants and vote once; a study of no "
        "family is one of its own.",
    )
    for column, (code, some) in zip(columns[3:], n["populations"].items(), strict=True):
        column.metric(labels.get(code, code) if code else "No primary population", f"{some:,}")
    sums = " + ".join(str(some) for some in n["populations"].values())
    st.caption(f"By primary population each study counts once: {sums or 0} = {n['studies']}.")


def _list(every: list[dict[str, Any]], labels: Mapping[str, str]) -> None:
    lacking = [one for one in every if one["missing"]]
    inside = [one for one in every if one["included"]]
    some = dict(zip(_SHOWN, (every, inside, lacking), strict=True))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    names = {"all": "All", "included": "Included", "missing": "Something is missing"}
    shown = left.segmented_control(
        "Which",
        list(names),
        default="all",
        format_func=lambda name: f"{names[name]} ({len(some[name]):,})",
        required=True,
        key="which",
    )
    text = right.text_input("Name or family", max_chars=200, key="study-words").casefold()
    found = [
        one
        for one in some[shown]
        if all(word in f"{one['label']} {one['cohort_family']}".casefold() for word in text.split())
    ]
    found.sort(key=lambda one: (one["label"].casefold(), one["study"]))
    offset = cards.paged(len(found), key=f"studies-{shown}-{text}", size=_PAGE)
    link_list([_item(one, labels) for one in found[offset : offset + _PAGE]], key="studies")
    if not found:
        st.caption("None.")


def _item(one: Study, labels: Mapping[str, str]) -> Item:
    populations = [labels.get(code, code) for code in one["populations"]]
    about = words.joined(
        [
            f"study {one['study']}",
            one["cohort_family"] and f"family {one['cohort_family']}",
            " also ".join([populations[0], ", ".join(populations[1:])][: len(populations)])
            if populations
            else "",
            reports_said(one),
        ]
    )
    flags = [] if one["included"] else ["not included"]
    return Item("studies", {"study": one["study"]}, one["label"], (about, missing_said(one)), flags)


def _merge(db: Database, who: SignedIn, every: list[dict[str, Any]]) -> None:
    """Say that two studies or more are one."""
    names = {one["study"]: f"{one['label']} (study {one['study']})" for one in every}
    order = sorted(names, key=lambda number: names[number].casefold())
    with st.expander("Merge studies that are one"), st.form("merge", clear_on_submit=True):
        into = st.selectbox("The study to keep", order, format_func=names.__getitem__)
        others = st.multiselect("are the same as it", order, format_func=names.__getitem__)
        aside = st.checkbox(
            "Set aside the forms and tags of the others",
            help="They are kept and no longer counted; they count again when a report goes back.",
        )
        if st.form_submit_button("Merge"):
            with told():
                actions.merge_studies(
                    db, who.caller, into, [one for one in others if one != into], set_aside=aside
                )
                st.rerun()


def _families(db: Database, who: SignedIn) -> None:
    found = actions.families(db, who.caller)
    studies = count(found["studies"], "study", "studies")
    st.markdown(
        f"**{count(found['reports'], 'report')}** of **{studies}** "
        f"by **{count(found['families'], 'family', 'families')}** of participants."
    )
    st.caption("Listed are those of which several reports share participants.")
    if not found["list"]:
        st.info("No two reports are known to share participants.")
    for one in found["list"]:
        name = one["family"] or one["studies"][0]["label"]
        with st.expander(f"{plain(name)}: {count(len(one['reports']), 'report')}"):
            for study in one["studies"]:
                link(
                    "studies",
                    plain(f"{study['label']} (study {study['study']})"),
                    icon=":material/science:",
                    study=study["study"],
                )
                for record in study["reports"]:
                    link("full-text", f"report: record {record}", record=record)


def _one(db: Database, who: SignedIn, number: int) -> None:
    one = next((s for s in actions.studies(db, who.caller) if s["study"] == number), None)
    if one is None:
        st.warning(f"There is no study {number} that has a report.")
        return
    labels = _populations(db)
    st.header(plain(one["label"]), anchor=False)
    family = one["cohort_family"] and f"cohort family {one['cohort_family']}"
    population = labels.get(one["population"], one["population"])
    st.caption(plain(words.joined([f"study {number}", family, population, reports_said(one)])))
    if one["missing"]:
        st.warning(f"Still missing: {missing_said(one)}.")
    left, right = st.columns([3, 2], gap="large")
    with left:
        shown = actions.records(db, who.caller, ids=one["reports"], limit=100)["records"]
        st.subheader(count(len(one["reports"]), "report"), anchor=False)
        cards.listed(shown, path="full-text")
        document_view(db, who, f"study:{number}", quotes=False)
    with right:
        with st.container(horizontal=True):
            link("evidence", "Its effects", icon=":material/table_chart:", study=number)
            link("extract", "Extract", icon=":material/fact_check:", study=number)
        if who.may(*_DOERS):
            with told():
                _naming(db, who, one, labels)
        _history(db, who, number)


def _naming(db: Database, who: SignedIn, one: Study, labels: Mapping[str, str]) -> None:
    """Correct the name, family or primary population."""
    families = sorted({s["cohort_family"] for s in actions.studies(db, who.caller)} - {""})
    st.subheader("What it is", anchor=False)
    with st.form(f"naming-{one['study']}"):
        label = st.text_input("Name", one["label"], max_chars=200)
        family = st.selectbox(
            "Cohort family",
            families,
            index=families.index(one["cohort_family"]) if one["cohort_family"] else None,
            accept_new_options=True,
            placeholder="none: shares its participants with no other study",
            help="Studies of one family share participants and vote once. Type a new name, or "
            "clear it to take the study out of its family.",
        )
        codes = list(labels)
        population = st.selectbox(
            "Primary population, which counts it once",
            codes,
            index=codes.index(one["population"]) if one["population"] in codes else None,
            format_func=labels.__getitem__,
            placeholder="as its form says",
        )
        why = st.text_input("Why it changes", max_chars=500)
        if st.form_submit_button("Keep", type="primary"):
            changed = population if population != (one["population"] or None) else None
            actions.name_study(
                db,
                who.caller,
                one["study"],
                label=label,
                cohort_family=family or "",
                population="" if population is None and one["population"] else changed,
                why=why,
            )
            st.rerun()


def _history(db: Database, who: SignedIn, number: int) -> None:
    said = actions.study_history(db, who.caller, number)
    with st.expander(f"History ({len(said)})"):
        for one in said:
            by = one["by"] or "the database's holder"
            if one["what"] == "named":
                what = words.joined(
                    [
                        f"named {one['label']}",
                        one["cohort_family"] and f"family {one['cohort_family']}",
                        one["population"],
                        one["why"],
                    ]
                )
            else:
                what = f"record {one['record']} {one['what']}"
            st.markdown(f":gray[{words.moment(one['at'])}] {plain(by)}: {plain(what)}")
