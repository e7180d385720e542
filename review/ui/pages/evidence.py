"""The evidence: an expression picks effects, shown as a table, a map and counts of direction."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import ExpressionError
from review.ui.charts import direction_counts, evidence_map, map_counts
from review.ui.components.link_list import Item, link_list
from review.ui.downloads import download
from review.ui.links import asked_number, go, link
from review.ui.session import Database, SignedIn
from review.ui.study_view import study_view
from review.ui.words import count, plain

_FORMATS = {"csv": "CSV", "xlsx": "Excel", "json": "JSON", "md": "Markdown"}
_OPERATORS = {"=": "is", "under": "is, or is under", "!=": "is not"}
Facets = dict[str, dict[str, Any]]


def page(db: Database, who: SignedIn) -> None:
    """Draw one study where the address names it, else the evidence table."""
    study = asked_number("study")
    if study is not None:
        link("evidence", "All evidence", icon=":material/arrow_back:")
        study_view(db, who, study)
        return
    st.header("Evidence", anchor=False)
    facets: Facets = {facet["id"]: facet for facet in actions.codebook(db)}
    where = _expression(facets)
    everything = st.toggle("Also studies that are not included (yet)", key="everything")
    every = [column["name"] for column in actions.columns(db)]
    try:
        found = actions.evidence(
            db, who.caller, where=where or None, columns=every, everything=everything
        )
    except ExpressionError as fault:
        st.error(plain(str(fault)))
        st.code(f"{where}\n{' ' * fault.position}^", language=None)
        return
    effects, studies = found["effects"], found["studies"]
    st.markdown(f"**{count(effects, 'effect')}** of **{count(studies, 'study', 'studies')}**")
    if not effects:
        _nothing(where)
        return
    views = ["Table", "Map", "Directions"]
    view = st.segmented_control(
        "View", views, default="Table", required=True, label_visibility="collapsed", key="view"
    )
    if view == "Map":
        _map(found["rows"], facets)
    elif view == "Directions":
        _directions(found["rows"], facets)
    else:
        _table(db, who, found, where=where, everything=everything)


def _nothing(where: str) -> None:
    if where:
        st.info(
            "No effect matches. Take a condition away, or use “under” to include narrower terms."
        )
    else:
        st.info("No evidence yet: it appears as included studies are tagged and extracted.")
        link("extract", "Extract a study", icon=":material/arrow_forward:")


def _expression(facets: Facets) -> str:
    where = st.text_input(
        "Which evidence",
        max_chars=5000,
        placeholder="population = human and emg_method under emg.mune and year >= 2000",
        key="where",
        bind="query-params",
    )
    with st.expander("Build an expression"):
        if facets:
            _builder(facets)
        st.caption(
            "Facets: " + ", ".join(f"`{name}`" for name in facets) + ". Also `year`, `study`, "
            "`author`, `journal`, `doi`, `pmid`, `title`. `and`, `or`, `not`, brackets, "
            '`in (…)`, `~ "words"`; `under` takes a term with all below it.'
        )
    return where.strip()


def _builder(facets: Facets) -> None:
    one, two, three, four = st.columns([3, 2, 4, 2], vertical_alignment="bottom")
    facet = one.selectbox(
        "Facet", list(facets), format_func=lambda f: facets[f]["label"], key="build-facet"
    )
    operator = two.selectbox(
        "How", list(_OPERATORS), format_func=_OPERATORS.__getitem__, key="build-how"
    )
    labels = {term["code"]: _indented(term) for term in facets[facet]["terms"]}
    code = three.selectbox(
        "Term", list(labels), format_func=labels.__getitem__, key=f"build-term-{facet}"
    )
    new = f"{facet} {operator} {code}"
    with four:
        st.button("And", on_click=_append, args=("and", new), width="stretch")
        st.button("Or", on_click=_append, args=("or", new), width="stretch")


def _indented(term: Mapping[str, Any]) -> str:
    depth = term["code"].count(".") - 1
    return f"{'   ' * max(depth, 0)}{term['label']}"


def _append(joiner: str, new: str) -> None:
    """Append a condition to what is typed; brackets keep what stands there together."""
    so_far = st.session_state.get("where", "").strip()
    if so_far and joiner == "and" and " or " in so_far.lower():
        so_far = f"({so_far})"
    st.session_state["where"] = f"{so_far} {joiner} {new}" if so_far else new


def _table(
    db: Database, who: SignedIn, found: dict[str, Any], *, where: str, everything: bool
) -> None:
    labels = {column["name"]: column["label"] for column in found["columns"]}
    # no row, but the columns shown when none are chosen
    usual = [c["name"] for c in actions.evidence(db, who.caller, where="study = 0")["columns"]]
    if any(row["retracted"] for row in found["rows"]):
        usual.insert(1, "retracted")
    with st.expander("Columns"):
        chosen = st.multiselect(
            "Columns", list(labels), default=usual, format_func=labels.__getitem__, key="columns"
        )
    chosen = chosen or usual
    rows = found["rows"]
    shown = [{labels[name]: _cell(row[name]) for name in chosen} for row in rows]
    picked = st.dataframe(
        shown,
        hide_index=True,
        height=min(38 + 35 * len(shown), 700),
        on_select="rerun",
        selection_mode="single-row",
        key="table",
    )
    selected = picked["selection"]["rows"] if picked else []
    if selected and selected[0] < len(rows):
        go("evidence", study=rows[selected[0]]["study_id"])
    st.caption("Tick a row to open its study.")
    with st.container(horizontal=True):
        for format_, name in _FORMATS.items():
            download(
                name,
                f"evidence.{format_}",
                partial(
                    actions.evidence_file,
                    db,
                    who.caller,
                    where=where or None,
                    columns=chosen,
                    format=format_,
                    everything=everything,
                ),
            )
    _studies(rows)


def _cell(value: object) -> object:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value


def _studies(rows: list[dict[str, Any]]) -> None:
    names = {row["study_id"]: (row["study"], row["title"]) for row in rows}
    with st.expander(f"Its {count(len(names), 'study', 'studies')}"):
        items = [
            Item("evidence", {"study": study}, label, (title,))
            for study, (label, title) in sorted(names.items(), key=lambda item: item[1])
        ]
        link_list(items, key="studies")


def _map(rows: list[dict[str, Any]], facets: Facets) -> None:
    ids = list(facets)
    one, two, three, four = st.columns(4, vertical_alignment="bottom")

    def pick(column: Any, label: str, wanted: str, options: list[str]) -> str:
        index = options.index(wanted) if wanted in options else 0
        chosen: str = column.selectbox(
            label, options, index=index, format_func=lambda f: facets[f]["label"] if f else "(not)"
        )
        return chosen

    down = pick(one, "Down", "emg_method", ids)
    across = pick(two, "Across", "outcome", ids)
    apart = pick(three, "Told apart", "population", ["", *ids])
    top = not four.toggle("Every term", help="Otherwise the terms at the top of their branch.")
    counts = map_counts(rows, facets[down], facets[across], facets.get(apart), top=top)
    st.altair_chart(evidence_map(counts, facets[down], facets[across]), width="stretch")
    st.caption(
        "A bubble is as large as its number of studies. A study with several terms is in each."
    )
    names = {"down": facets[down]["label"], "across": facets[across]["label"], "apart": "Group"}
    with st.expander("The same as a table"):
        st.dataframe(counts.rename(columns=names), hide_index=True)


def _directions(rows: list[dict[str, Any]], facets: Facets) -> None:
    if "outcome" not in facets or "direction" not in facets:
        st.info("This codebook has no outcome and direction to count.")
        return
    if "contrast" in facets:
        rows = _one_contrast(rows)
    table = direction_counts(rows, facets["outcome"], facets["direction"], facets.get("population"))
    st.dataframe(table, hide_index=True)
    st.caption(
        "Effects by the direction of their estimate, never by significance; counted, not pooled."
    )


def _one_contrast(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is compared is chosen first: directions of different contrasts never add up."""
    n: dict[str, int] = {}
    for row in rows:
        n[row["contrast"]] = n.get(row["contrast"], 0) + 1
    chosen = st.selectbox(
        "What is compared",
        sorted(n, key=lambda c: -n[c]),
        format_func=lambda c: f"{c or '(not given)'} ({count(n[c], 'effect')})",
    )
    return [row for row in rows if row["contrast"] == chosen]
