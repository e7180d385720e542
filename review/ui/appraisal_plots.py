"""The risk of bias of all studies: plots, agreement between assessors, and the tools used."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.reporting.intervals import with_interval
from review.ui.components.link_list import Item, link_list
from review.ui.downloads import download
from review.ui.picture_view import drawing
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import plain

_PLOTS = {"traffic-light": "Traffic lights", "risk-summary": "Summary"}
_FILES = ("svg", "png", "csv", "txt")
_MEASURES = {
    "percent": "Agreement",
    "kappa": "Cohen's kappa",
    "weighted_kappa": "Weighted kappa",
    "ac1": "Gwet's AC1",
}


def plots(db: Database, who: SignedIn) -> None:
    """Draw the traffic lights and the summary of what is settled, each with its files."""
    where = st.text_input(
        "Only studies with effects that match",
        placeholder="population = human and outcome under out.nmj",
        key="risk-where",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        kind = st.segmented_control(
            "Plot",
            list(_PLOTS),
            default="traffic-light",
            format_func=_PLOTS.__getitem__,
            required=True,
            key="risk-plot",
            label_visibility="collapsed",
        )
        if kind == "risk-summary":
            weighted = st.toggle("Weighted by people or animals", key="risk-weighted")
            choices = {"weight": "participants" if weighted else "none"}
        else:
            by = st.toggle("Worst last", key="risk-order")
            choices = {"order": "overall" if by else "name"}
    with told():
        _picture(db, who, str(kind), where, choices)


def _picture(db: Database, who: SignedIn, kind: str, where: str, choices: dict[str, str]) -> None:
    found = actions.picture(db, who.caller, kind, where=where or None, choices=choices)
    if found.chart is None:
        st.info(plain(found.text))
        return
    mark = drawing(found, key=f"{kind}-{where}-{choices}")
    if mark is not None:
        _behind(db, who, found.rows[mark])
    with st.container(horizontal=True):
        for format in _FILES:
            download(
                {"csv": "Data (CSV)", "txt": "In words"}.get(format, format.upper()),
                f"{kind}.{format}",
                partial(
                    actions.picture_file,
                    db,
                    who.caller,
                    kind,
                    format,
                    where=where or None,
                    choices=choices,
                ),
            )
    with st.expander("In words, and how to read it"):
        st.markdown(plain(found.text))
        st.caption(plain(found.note))


def _behind(db: Database, who: SignedIn, row: Mapping[str, Any]) -> None:
    """Draw the studies behind a light or a bar, each a way to its appraisal."""
    names = {one["study"]: one["label"] for one in actions.appraisals(db, who.caller)}
    st.markdown(f"**{plain(row['column'])}: {plain(row['judgement'])}**")
    items = [
        Item("risk-of-bias", {"study": study}, names.get(study, f"study {study}"), ())
        for study in row["study_ids"]
    ]
    link_list(items, key="risk-behind")


def agreement(db: Database, who: SignedIn) -> None:
    """Draw how far assessors agreed, item by item."""
    found = actions.appraisal_agreement(db, who.caller)
    if not found:
        st.info("No study that you may see here was appraised by two people with one tool yet.")
        return
    st.caption(
        "Each assessor's last appraisal before settlement, of studies that both appraised with "
        "the same tool. Who could appraise sees it over settled studies only."
    )
    titles = list(dict.fromkeys(one["tool_title"] for one in found))
    title = st.selectbox("Tool", titles, key="agreement-tool")
    rows = [
        {"": one["part"], "Id": one["id"], "What": one["label"], "n": one["n"]}
        | {label: with_interval(one, name) for name, label in _MEASURES.items()}
        for one in found
        if one["tool_title"] == title
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    methods = found[0]["interval_methods"]
    said = "; ".join(f"{label}: {methods[name]}" for name, label in _MEASURES.items())
    st.caption(plain(f"95 % intervals. {said}."))
    download(
        "CSV",
        "appraisal-agreement.csv",
        lambda: actions.appraisal_agreement_file(db, who.caller),
    )
    download(
        "Settled appraisals (CSV)",
        "appraisals.csv",
        lambda: actions.appraisals_file(db, who.caller),
    )


def tools(db: Database) -> None:
    """Draw one tool: what it is for, its items, its rule, its source."""
    every = {one["tool"]: one for one in actions.tools(db)}
    name = st.selectbox(
        "Tool", list(every), format_func=lambda name: every[name]["title"], key="shown-tool"
    )
    one = actions.tool(db, name)
    st.markdown(f"**{plain(one['title'])}.** {plain(one['purpose'])}")
    rows = [
        {
            "Item": item["id"],
            "Domain": item["domain"],
            "Question": item["question"],
            "Help": item["help"],
            "Answers": "; ".join(_answer(answer) for answer in item["answers"]),
            "Key": "key" if item["key"] else "",
        }
        for item in one["items"]
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    st.markdown(f"**Overall.** {plain(one['overall'])}")
    doi = f" doi:{one['doi']}" if one["doi"] else ""
    st.caption(plain(f"{one['reference']}{doi} {one['wording']}"))


def _answer(one: dict[str, Any]) -> str:
    stars = f" {'★' * one['stars']}" if one["stars"] else ""
    return f"{one['label']} ({one['means']}){stars}"
