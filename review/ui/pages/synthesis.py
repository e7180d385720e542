"""Synthesis: votes by direction, what may be pooled and what not, contradictions, the report."""

from functools import partial

import streamlit as st

from review import actions
from review.errors import ExpressionError
from review.ui.downloads import download
from review.ui.session import Database, SignedIn
from review.ui.synthesis_disputes import contradictions, modifiers, units
from review.ui.synthesis_pools import pools
from review.ui.synthesis_votes import sensitivity, votes
from review.ui.words import plain

_VIEWS = {
    "Votes": votes,
    "Meta-analysis": pools,
    "Sensitivity": sensitivity,
    "Contradictions": contradictions,
    "Modifiers": modifiers,
    "Units of analysis": units,
}
_REPORT = "Report"
_FORMATS = {"md": "Markdown", "docx": "Word", "csv": "CSV", "json": "JSON"}


def page(db: Database, who: SignedIn) -> None:
    """Draw one view of what the evidence amounts to, of the effects that were asked for."""
    st.header("Synthesis", anchor=False)
    where = st.text_input(
        "Which evidence",
        max_chars=5000,
        placeholder="population = human and contrast under con.age",
        key="where",
        bind="query-params",
    ).strip()
    everything = st.toggle(
        "Also studies that are not included (yet)", key="everything", bind="query-params"
    )
    view = st.segmented_control(
        "View", [*_VIEWS, _REPORT], default="Votes", required=True,
        label_visibility="collapsed", key="part", bind="query-params",
    )  # fmt: skip
    try:
        if view in _VIEWS:
            _VIEWS[view](db, who, where=where or None, everything=everything)
        else:
            _report(db, who, where or None, everything=everything)
    except ExpressionError as fault:
        st.error(plain(str(fault)))
        st.code(f"{where}\n{' ' * fault.position}^", language=None)


def _report(db: Database, who: SignedIn, where: str | None, *, everything: bool) -> None:
    """What is reported of a synthesis without meta-analysis, item by item, and as files."""
    found = actions.synthesis(db, who.caller, where=where, everything=everything)
    with st.container(horizontal=True):
        for format_, name in _FORMATS.items():
            write = partial(
                actions.synthesis_file, db, who.caller, format_, where=where, everything=everything
            )
            download(name, f"synthesis.{format_}", write)
    st.caption("The nine items of SWiM (Campbell et al., BMJ 2020;368:l6890), filled from facts.")
    for item in found["swim"]:
        st.subheader(plain(f"{item['id']} {item['item']}"), anchor=False)
        st.markdown("\n".join(_line(line) for line in item["text"].splitlines()))


def _line(line: str) -> str:
    bullet = line.startswith("- ")
    return f"- {plain(line[2:])}" if bullet else f"{plain(line)}\n"
