"""Certainty: the summary of findings, outcome by outcome, and grading what stands ungraded."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.reporting.certainty_out import FORMATS, HEADINGS, NOTE, said
from review.ui.downloads import download
from review.ui.grading_form import grading
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Role

Group = Mapping[str, Any]
_BY = {"domain": "By domain of outcomes", "outcome": "By outcome"}
_GRADERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)
_SAID = "graded-said"


def page(db: Database, who: SignedIn) -> None:
    """Draw the summary of findings, people before animals, then the group that is graded."""
    st.header("Certainty", anchor=False)
    if now := st.session_state.pop(_SAID, None):
        st.success(now)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = st.segmented_control(
            "Outcomes",
            list(_BY),
            default="domain",
            format_func=_BY.__getitem__,
            required=True,
            key="certainty-by",
        )
        where = st.text_input(
            "Only effects that match", placeholder="population = human", key="certainty-where"
        )
    with told():
        _summary(db, who, by=str(by), where=where or None)


def _summary(db: Database, who: SignedIn, *, by: str, where: str | None) -> None:
    found = actions.certainty(db, who.caller, by=by, where=where)
    groups = found["groups"]
    if not groups:
        st.info("No effect here yet: certainty is judged of what the included studies found.")
        link("evidence", "Go to the evidence", icon=":material/arrow_forward:")
        return
    still = len(groups) - found["graded"]
    st.markdown(
        f"{count(found['graded'], 'group')} graded, {still:,} not graded. Certainty is a person's "
        "judgement by GRADE; what is not graded stands so, whatever the counts."
    )
    for population in dict.fromkeys(group["population_label"] for group in groups):
        some = [group for group in groups if group["population_label"] == population]
        st.subheader(plain(population), anchor=False)
        _table(some)
    with st.container(horizontal=True):
        for format in FORMATS:
            download(
                format.upper(),
                f"certainty.{format}",
                lambda format=format: actions.certainty_file(  # type: ignore[misc]
                    db, who.caller, format, by=by, where=where
                ),
            )
    st.caption(plain(f"{NOTE} {found['start_rule']}"))
    st.subheader("One of them", anchor=False)
    _one(db, who, groups)


def _table(groups: Sequence[Group]) -> None:
    shown = [key for key in HEADINGS if key != "population_label"]
    rows = []
    for group in groups:
        cells = said(group)
        rows.append({HEADINGS[key]: cells[key] for key in shown})
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        column_config={
            HEADINGS["studies"]: st.column_config.TextColumn(width="small"),
            HEADINGS["families"]: st.column_config.TextColumn(width="small"),
            HEADINGS["reasons_said"]: st.column_config.TextColumn(width="large"),
        },
    )


def _one(db: Database, who: SignedIn, groups: Sequence[Group]) -> None:
    """The group chosen: what is known, what is proposed, and the form of who may grade."""
    names = {_key(group): _called(group) for group in groups}
    waits = [_key(group) for group in groups if not group["graded"] or group["changed"]]
    order = [*waits, *(key for key in names if key not in waits)]
    key = st.selectbox(
        f"Outcome, contrast and population ({len(waits):,} to grade)",
        order,
        format_func=names.__getitem__,
        key="graded-group",
    )
    one = actions.certainty_group(db, who.caller, *key)
    cells = said(one)
    families = count(one["families"], "family", "families")
    st.markdown(
        f"**{plain(cells['certainty_said'])}** · {plain(cells['direction_said'])} · "
        f"{count(one['studies'], 'study', 'studies')}, {families}"
        f" · {plain(cells['participants_said'])}"
    )
    if one["changed"]:
        st.warning(plain(one["changed"]))
    for reason in one["reasons"]:
        st.markdown(f"- {plain(reason)}")
    link("evidence", "The effects behind it", icon=":material/table_chart:", where=one["where"])
    _history(one)
    if not who.may(*_GRADERS):
        st.caption("Owners, reviewers and adjudicators grade.")
        return
    if one["state"] == "conflict" and not one["mine"]:
        st.info("Two gradings differ; as somebody who gave neither you settle them here.")
    if done := grading(db, who, one, settle=one["state"] == "conflict" and not one["mine"]):
        st.session_state[_SAID] = plain(done)
        st.rerun()


def _history(one: Group) -> None:
    if len(one["history"]) < 2 and one["state"] != "conflict":
        return
    with st.expander("Every grading of it"):
        rows = [
            {
                "When": row["at"][:16].replace("T", " "),
                "By": row["by"] or "not shown while open",
                "Certainty": f"{row['symbols']} {row['certainty_words']}",
                "Reasons": "; ".join(row["reasons"]),
            }
            for row in one["history"]
        ]
        st.dataframe(rows, hide_index=True, width="stretch")


def _key(group: Group) -> tuple[str, str, str]:
    return group["outcome"], group["contrast"], group["population"]


def _called(group: Group) -> str:
    words = (group["outcome_label"], group["contrast_label"], group["population_label"])
    return f"{', '.join(words)} · {group['symbols']} {group['certainty_words']}"
