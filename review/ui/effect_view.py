"""One effect beside the table: what it says, its numbers, where it was read, and by whom."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from review import actions
from review.errors import NotFound
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import citation, count, joined, moment, plain

_TITLE = ("outcome", "direction", "contrast", "muscle")
# said elsewhere in the view
_NOT_CELLS = {
    "study", "study_id", "effect", "reports", "authors", "title", "journal", "doi", "pmid",
    "numbers", "source", "cohort", "checked", "retracted", "year",
}  # fmt: skip
_ABOVE = ("numbers.", "source.")
_PLACES = ("page", "table", "figure", "location")
_SIDES = ("group1", "group2")
_ROWS = (
    ("label", "Group"),
    ("age", "Age"),
    ("n", "n"),
    ("mean", "Mean"),
    ("spread", "Spread"),
    ("spread_type", "Kind of spread"),
)


def effect_view(
    db: Database,
    who: SignedIn,
    number: int,
    *,
    where: str = "",
    close: Callable[[], None],
    cell: str | None = None,
) -> None:
    """Draw an effect with its source, first of the `cell` it was opened by.

    `close` is called when the person closes it.
    """
    try:
        found = actions.effect(db, who.caller, number)
    except NotFound as error:
        st.info(plain(str(error)))
        st.button("Close", icon=":material/close:", on_click=close)
        return
    cells = found["cells"]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(found["label"]), anchor=False)
        st.button("Close", icon=":material/close:", type="tertiary", on_click=close)
    st.markdown(f"**{plain(joined(cells.get(name) for name in _TITLE))}**")
    if cells["retracted"]:
        st.error("A report of this study was retracted.", icon=":material/block:")
    _opened(found, cell)
    _source(found)
    for row, derived in zip(found["numbers"], found["derived"], strict=True):
        _numbers(row, derived)
    _extracted(found)
    st.markdown("**All cells**")
    _cells(found)
    st.markdown(f"**{count(len(found['reports']), 'report')}**")
    for report in found["reports"]:
        _report(report)
    link(
        "evidence",
        "The whole study",
        icon=":material/science:",
        study=found["study"],
        back=where,
    )


def _opened(found: Mapping[str, Any], cell: str | None) -> None:
    """The cell that was clicked: what stands in it and where that comes from."""
    column = next((one for one in found["columns"] if one["name"] == cell), None)
    if column is None:
        return
    value = found["cells"][column["name"]]
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
    with st.container(border=True):
        st.markdown(f":gray[{plain(column['label'])}]  \n{plain(said) or ':gray[empty]'}")
        st.caption(plain(found["origins"][column["name"]]))


def _source(found: Mapping[str, Any]) -> None:
    source = found["source"]
    st.markdown("**Where it was read**")
    place = joined(f"{name} {source[name]}" for name in _PLACES if source.get(name))
    st.markdown(plain(place) if place else ":gray[No place in the report was given.]")
    if source.get("quote"):
        st.markdown(f"> {plain(source['quote'])}")
    if str(source.get("url", "")).startswith(("http://", "https://")):
        st.link_button("Open the source", source["url"], icon=":material/open_in_new:")
    for cell, said in found["sources"].items():
        at = joined(f"{name} {said[name]}" for name in (*_PLACES, "quote") if said.get(name))
        st.caption(f"{plain(str(cell).replace('_', ' '))}: {plain(at)}")


def _numbers(row: Mapping[str, Any], derived: list[Mapping[str, Any]]) -> None:
    st.markdown("**Values as reported**")
    lines = [["", "Group 1 (reference)", "Group 2"]]
    for name, label in _ROWS:
        both = [row.get(f"{side}_{name}", "") for side in _SIDES]
        if any(value not in ("", None) for value in both):
            lines.append([label, *(plain(value) if value is not None else "" for value in both)])
    if len(lines) > 1:
        head, *body = [f"| {' | '.join(line)} |" for line in lines]
        st.markdown("\n".join([head, "| --- | --- | --- |", *body]))
    shown = {f"{side}_{name}" for side in _SIDES for name, _ in _ROWS}
    for name, value in row.items():
        if name not in shown:
            st.markdown(f":gray[{plain(name.replace('_', ' '))}] {plain(value)}")
    for one in derived:
        said = joined(
            f"{name} {one[name]:.4g}" if isinstance(one[name], float) else f"{name} {one[name]}"
            for name in ("mean", "sd", "n")
            if one.get(name) is not None
        )
        st.caption(f"Group {one['group']} computed: {plain(said)} ({plain(one.get('how', ''))})")


def _extracted(found: Mapping[str, Any]) -> None:
    st.markdown("**Who extracted and who checked**")
    if not found["extracted"]:
        st.markdown(":gray[Shown once the study's forms are settled.]")
    for one in found["extracted"]:
        act = f"settled ({one['settles']})" if one["settles"] else "extracted"
        by = f"by {one['by']}" if one["by"] else "without a name (data that came with the review)"
        st.markdown(f"{plain(act)} {plain(by)} :gray[{moment(one['at'])}]")
    checked = (
        "Checked by a second person." if found["settled"] else "Not checked by a second person."
    )
    st.caption(checked if any(one["by"] for one in found["extracted"]) else "")


def _cells(found: Mapping[str, Any]) -> None:
    said = [(column, found["cells"][column["name"]]) for column in found["columns"]]
    st.markdown(
        "  \n".join(
            f":gray[{plain(column['label'])}] {plain(value)}"
            for column, value in said
            if column["name"] not in _NOT_CELLS
            and not column["name"].startswith(_ABOVE)
            and value not in (None, "", [])
        )
    )


def _report(report: Mapping[str, Any]) -> None:
    st.markdown(plain(report["title"]))
    st.caption(plain(citation(report)))
    with st.container(horizontal=True):
        link(
            "records", "Record and its history", icon=":material/article:", record=report["record"]
        )
        label = (
            "Full text"
            if not report["document"]
            else f"Full text ({plain(report['document_name'])})"
        )
        link("full-text", label, icon=":material/description:", record=report["record"])
        if report["doi"]:
            st.link_button("DOI", f"https://doi.org/{report['doi']}", type="tertiary")
