"""Mechanisms: a map of what may act on what; its arrows show the studies behind them, or none."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import NotFound
from review.ui.components.link_list import Item, link_list
from review.ui.components.mechanism_map import mechanism_map
from review.ui.downloads import download
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

_FORMATS = {"svg": "SVG", "png": "PNG", "csv": "CSV"}
_CHOSEN = "mechanism-chosen"


def page(db: Database, who: SignedIn) -> None:
    """Draw the map, what was opened in it, and the same as a table."""
    st.header("Mechanisms", anchor=False)
    try:
        found = actions.mechanisms(db, who.caller)
    except NotFound as none:
        st.info(plain(str(none)))
        return
    st.markdown(f"**{plain(found['title'])}.** {plain(found['note'])}")
    if opened := mechanism_map(found["svg"], found["narrow"]):
        st.session_state[_CHOSEN] = opened
    st.caption("Click an arrow or a box, or reach it with Tab and press Enter, to see its studies.")
    _opened(found, st.session_state.get(_CHOSEN))
    with st.container(horizontal=True):
        for format_, name in _FORMATS.items():
            download(
                name,
                f"mechanism-map.{format_}",
                partial(actions.picture_file, db, who.caller, "mechanism-map", format_),
            )
    with st.expander("The same as a table"):
        labels = _labels(found)
        st.dataframe(
            [
                {
                    "From": labels[one["source"]],
                    "To": labels[one["target"]],
                    "How": one["says"],
                    "Studies": str(one["n"] or "no study here"),
                    "Which": "; ".join(study["label"] for study in one["studies"]),
                    "Expression": one["where"],
                }
                for one in found["links"]
            ],
            hide_index=True,
        )
    st.caption(plain(found["source"]))


def _labels(found: Mapping[str, Any]) -> dict[str, str]:
    return {node["id"]: node["label"] for node in found["nodes"]}


def _opened(found: Mapping[str, Any], chosen: str | None) -> None:
    """What stands behind the arrow or box that was opened last."""
    if not chosen:
        return
    kind, _, which = chosen.partition(":")
    labels = _labels(found)
    with st.container(border=True):
        if kind == "node" and which in labels:
            node = next(one for one in found["nodes"] if one["id"] == which)
            st.subheader(plain(node["label"]), anchor=False)
            st.markdown(plain(node["text"]))
            own = [one for one in found["links"] if which in (one["source"], one["target"])]
        elif kind == "link" and which.isdigit() and int(which) < len(found["links"]):
            own = [found["links"][int(which)]]
        else:
            return
        for index, one in enumerate(own):
            _arrow(one, labels, key=f"{chosen}-{index}")


def _arrow(one: Mapping[str, Any], labels: Mapping[str, str], *, key: str) -> None:
    behind = count(one["n"], "study", "studies") if one["n"] else "no study here"
    st.markdown(
        f"**{plain(labels[one['source']])} → {plain(labels[one['target']])}**: "
        f"{plain(one['says'])} ({behind})"
    )
    if one["error"]:
        st.warning(plain(one["error"]))
    if one["studies"]:
        items = [Item("evidence", {"study": s["study"]}, s["label"]) for s in one["studies"]]
        link_list(items, key=f"studies-{key}")
        rows = f"Its {count(one['effects'], 'effect')} in the evidence"
        link("evidence", rows, icon=":material/table_chart:", where=one["where"])
    else:
        st.caption(f"Looked for: `{one['where'].replace('`', '')}`")
