"""The evidence: an expression picks effects, a panel counts and narrows, a row opens its source."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.errors import BadInput, ExpressionError
from review.synthesis.pointing import pointer
from review.ui.catalogue import PAGES
from review.ui.components.evidence_table import evidence_table
from review.ui.components.facet_panel import facet_panel
from review.ui.downloads import download
from review.ui.effect_view import effect_view
from review.ui.expression_builder import builder
from review.ui.links import asked, asked_number, link
from review.ui.saved_queries import open_asked, saved_queries
from review.ui.session import Database, SignedIn
from review.ui.study_view import study_view
from review.ui.words import count, plain

_FORMATS = {
    "csv": "CSV",
    "xlsx": "Excel",
    "docx": "Word",
    "json": "JSON",
    "md": "Markdown",
}
_PAGE = 200
_HELP = (
    "Facets and fields with `=`, `!=`, `in (…)`, `under` (a term with all below it), `<`, `>=`, "
    '`~ "words"`, joined by `and`, `or`, `not` and brackets; `study has (…)` asks it of any effect '
    "of the same study. Ages take a unit (`age >= 24 mo`), as does a share of the lifespan "
    "(`lifespan >= 80%`); `risk_of_bias` is low, some, high, unclear or none."
)
# for a codebook with the facets they name; another gives examples of its own
_EXAMPLES = (
    "population = human and emg_method under emg.mune and year >= 2000",
    '(outcome in (jitter, jiggle) or title ~ "single fibre") and not direction = increase',
    "species = mouse and age >= 24 mo and risk_of_bias in (low, some)",
    "study has (outcome = jitter and direction = increase)"
    " and study has (outcome under cmap and direction = no_change)",
)
_NAMED = {"population", "emg_method", "outcome", "direction", "species"}
# what was opened comes before the table where they do not fit side by side
_OPENED_FIRST = (
    "<style>@media (max-width: 640px) "
    "{ .stColumn:has(> div .st-key-opened-effect) { order: -1; } }</style>"
)
# other pages of the same effects, where the filter goes along
_ONWARD = {"pictures": "Pictures of these", "synthesis": "Synthesis of these"}


def page(db: Database, who: SignedIn) -> None:
    """Draw one study where the address names it, else the evidence table."""
    study = asked_number("study")
    if study is not None:
        link("evidence", "The evidence table", icon=":material/arrow_back:", where=asked("back"))
        study_view(db, who, study)
        return
    open_asked(db, who)
    st.header("Evidence", anchor=False)
    where = _expression(db)
    found = _asked(db, who, where)
    if found is None:
        return
    left, right = st.columns([1, 3], gap="medium")
    with left:
        _filter(db, found, where)
    with right:
        _results(db, who, found, where)


def _expression(db: Database) -> str:
    where: str = st.text_input(
        "Which evidence",
        max_chars=10_000,
        placeholder="population = human and emg_method under emg.mune and year >= 2000",
        key="where",
        bind="query-params",
        on_change=_first_page,
    ).strip()
    with st.container(horizontal=True, vertical_alignment="center"):
        building = st.toggle("Builder", key="building")
        st.toggle(
            "Also studies that are not included (yet)",
            key="everything",
            bind="query-params",
            on_change=_first_page,
        )
        with st.popover("How to ask", icon=":material/help:", type="tertiary"):
            _how(db)
    if fault := st.session_state.pop("builder-fault", None):
        st.warning(plain(fault))
    if building:
        try:
            builder(db, where, key="where")
        except ExpressionError:
            st.caption("The builder comes back once the expression reads.")
    return where


def _how(db: Database) -> None:
    facets = actions.codebook(db)
    st.markdown(_HELP)
    st.markdown("**Examples**")
    st.markdown("\n".join(f"- `{example}`" for example in _examples(facets)))
    if facets:
        st.markdown("**Facets** " + ", ".join(f"`{one['id']}`" for one in facets))
    said = (f"`{one['name']}` {plain(one['meaning'])}" for one in actions.fields(db))
    st.markdown("**Fields**  \n" + "  \n".join(said))


def _examples(facets: Sequence[Mapping[str, Any]]) -> list[str]:
    if {facet["id"] for facet in facets} >= _NAMED:
        return list(_EXAMPLES)
    own = [f"{one['id']} = {one['terms'][0]['code']}" for one in facets if one["terms"]][:2]
    return [" and ".join([*own, "year >= 2000"]), 'title ~ "words together"']


def _first_page() -> None:
    st.session_state["page"] = 1


def _asked(db: Database, who: SignedIn, where: str) -> dict[str, Any] | None:
    """What the address asks for; None where it does not read, which is told with a caret."""
    # the address tells the columns: a field bound to it would lose them while its menu is closed
    known = _columns(db)
    chosen = [name for name in st.query_params.get_all("columns") if name in known]
    st.session_state["columns"] = chosen
    number = max(int(st.session_state.get("page") or asked_number("page") or 1), 1)
    try:
        return actions.evidence(
            db,
            who.caller,
            where=where or None,
            columns=chosen or None,
            everything=st.session_state.get("everything", False),
            sort=asked("sort"),
            offset=(number - 1) * _PAGE,
            limit=_PAGE,
            counts=True,
        )
    except ExpressionError as fault:
        st.error(plain(str(fault)))
        st.code(pointer(where, fault.position), language=None)
    except BadInput as fault:  # a sort in an old address
        st.query_params.pop("sort", None)
        st.error(plain(str(fault)))
    return None


def _columns_chosen() -> None:
    if st.session_state["columns"]:
        st.query_params["columns"] = st.session_state["columns"]
    else:
        st.query_params.pop("columns", None)


def _columns(db: Database) -> dict[str, str]:
    return {column["name"]: column["label"] for column in actions.columns(db)}


def _filter(db: Database, found: Mapping[str, Any], where: str) -> None:
    terms = actions.expression(db, where)["asked"]

    def picked(facet: str, code: str) -> None:
        st.session_state["where"] = actions.narrowed(db, where, facet, code)
        _first_page()

    facet_panel(found["facets"], terms, key="facets", on_pick=picked)
    if where:
        st.button("Clear the filter", icon=":material/filter_alt_off:", on_click=_cleared)


def _cleared() -> None:
    st.session_state["where"] = ""
    _first_page()


def _results(db: Database, who: SignedIn, found: dict[str, Any], where: str) -> None:
    effects, studies, of = found["effects"], found["studies"], found["of"]
    said = f"**{count(effects, 'effect')}** of **{count(studies, 'study', 'studies')}**"
    beyond = f", out of {of['effects']:,} of {of['studies']:,}" if where else ""
    st.markdown(said + beyond)
    opened = asked_number("effect")
    chosen = _tools(db, who, found, where)
    if not effects:
        _nothing(where, of["effects"])
        if opened is not None:
            effect_view(db, who, opened, where=where, close=_closed, cell=asked("cell"))
        return
    beside = st.columns([3, 2], gap="medium") if opened is not None else None
    with beside[0] if beside else st.container():
        _table(found, opened, chosen, where)
    if beside and opened is not None:
        with beside[1], st.container(key="opened-effect"):
            st.html(_OPENED_FIRST)
            effect_view(db, who, opened, where=where, close=_closed, cell=asked("cell"))


def _closed() -> None:
    st.query_params.pop("effect", None)
    st.query_params.pop("cell", None)


def _tools(db: Database, who: SignedIn, found: dict[str, Any], where: str) -> list[str]:
    """Draw what can be done with the table; return the columns chosen, none for the usual ones."""
    labels = _columns(db)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Columns", icon=":material/view_column:"):
            chosen: list[str] = st.multiselect(
                "Columns, in this order",
                list(labels),
                format_func=labels.__getitem__,
                placeholder="the usual ones",
                key="columns",
                on_change=_columns_chosen,
            )
        everything = st.session_state.get("everything", False)
        asking = {
            "where": where or None,
            "columns": chosen or None,
            "sort": found["sort"] or None,
            "everything": everything,
        }
        with st.popover("Take away", icon=":material/download:"):
            st.caption("All rows that match, in the order shown, with notes of what was asked.")
            for format_, name in _FORMATS.items():
                write = partial(actions.evidence_file, db, who.caller, format=format_, **asking)
                download(name, f"evidence.{format_}", write)
        saved_queries(db, who, asking)
        for path, label in _ONWARD.items():
            if any(entry.path == path and entry.exists() for entry in PAGES):
                also = "true" if everything else None
                link(path, label, where=where, everything=also)
    return chosen


def _nothing(where: str, every: int) -> None:
    if where and every:
        st.info(
            "No effect matches. Take a condition away, or use “under” to include narrower terms."
        )
    else:
        st.info("No evidence yet: it appears as included studies are tagged and extracted.")
        link("extract", "Extract a study", icon=":material/arrow_forward:")


def _table(found: dict[str, Any], opened: int | None, chosen: list[str], where: str) -> None:
    address = {
        "where": where,
        "columns": chosen,
        "sort": found["sort"],
        "everything": "true" if st.session_state.get("everything") else "",
    }
    effect, cell, column = evidence_table(
        found["columns"],
        found["rows"],
        sort=found["sort"],
        opened=opened,
        address={name: value for name, value in address.items() if value},
        key="table",
    )
    if column is not None:
        # first from the smallest, then from the largest, then as it was
        after = {column: f"-{column}", f"-{column}": ""}.get(found["sort"], column)
        if after:
            st.query_params["sort"] = after
        else:
            st.query_params.pop("sort", None)
        st.rerun()
    if effect is not None:
        st.query_params.update(effect=str(effect), cell=cell)  # one step to go back by
        st.rerun()
    pages = -(-found["effects"] // _PAGE)
    if pages > 1:
        first = found["offset"] + 1
        last = found["offset"] + len(found["rows"])
        st.pagination(pages, key="page", bind="query-params")
        st.caption(f"Rows {first:,} to {last:,} of {found['effects']:,}.")
    how = "sorted by a heading" if found["sort"] else "by study, then as they were extracted"
    st.caption(f"Rows {how}; click a heading to sort, a cell to see where it comes from.")
