"""Pictures of the evidence: choose one, filter it, click a mark to see the studies behind it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from zlib import crc32

import streamlit as st

from review import actions
from review.errors import BadInput, ExpressionError
from review.reporting.pictures import Picture
from review.synthesis.pointing import pointer
from review.ui.components.link_list import Item, link_list
from review.ui.downloads import download
from review.ui.links import asked, link
from review.ui.picture_view import drawing
from review.ui.session import Database, SignedIn
from review.ui.words import count, plain

_FORMATS = {"svg": "SVG", "png": "PNG", "csv": "CSV", "md": "Markdown", "html": "Web page"}
_FIRST = "evidence-map"
# more links than anybody follows from one mark
_MOST = 60
_ABREAST = 4
# what a row holds beside what its mark is called
_NOT_SAID = ("which", "where")


def page(db: Database, who: SignedIn) -> None:
    """Draw the picture that is chosen, in words and as data too."""
    st.header("Pictures", anchor=False)
    if not actions.codebook(db):
        st.info("Pictures sort the evidence by the facets of the codebook, which has none yet.")
        link("codebook", "Go to the codebook", icon=":material/arrow_forward:")
        return
    offers = {offer["name"]: offer for offer in actions.pictures(db, who.caller)}
    name = _which(offers)
    where = _filter()
    everything = st.toggle(
        "Also studies that are not included (yet)", key="everything", bind="query-params"
    )
    choices = _choices(offers[name])
    asked_for: dict[str, Any] = {
        "where": where or None,
        "everything": everything,
        "choices": choices,
    }
    try:
        picture = actions.picture(db, who.caller, name, **asked_for)
    except ExpressionError as fault:
        st.error(plain(str(fault)))
        st.code(pointer(where, fault.position), language=None)
        return
    except BadInput as fault:
        st.error(plain(str(fault)))
        return
    if picture.chart is None:
        st.info(plain(picture.text))
        if where:
            st.caption("Take a condition away from the filter, or choose otherwise.")
        return
    # another drawing has other marks: what was clicked in the last one is not clicked in it
    drawn = crc32(repr(asked_for).encode())
    mark = drawing(picture, key=f"chart-{name}-{drawn}", everything=everything)
    if mark is not None and mark < len(picture.rows):
        _behind(db, who, picture.rows[mark], where=where, everything=everything)
    _taken_away(db, who, name, asked_for)
    _said(picture)
    _data(db, who, picture, where=where, everything=everything)


def _filter() -> str:
    """The expression, kept in the address.

    Its widget has a key of its own: one bound to `where`, as on the evidence page, would carry its
    text along to that page, over what a link there asks for.
    """
    where = st.text_input(
        "Which evidence",
        asked("where") or "",
        max_chars=10_000,
        placeholder="population = human and outcome under out.nmj; empty: all of it",
        key="pictures-filter",
    ).strip()
    _kept("where", where, "")
    return where


def _which(offers: Mapping[str, Mapping[str, Any]]) -> str:
    names = list(offers)
    wanted = asked("picture") or _FIRST
    name: str = st.selectbox(
        "Picture",
        names,
        index=names.index(wanted) if wanted in names else 0,
        format_func=lambda one: f"{offers[one]['title']}: {_lower(offers[one]['answers'])}",
        key="picture-chosen",
    )
    if asked("picture") != name:
        st.query_params["picture"] = name
    return name


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _choices(offer: Mapping[str, Any]) -> dict[str, str]:
    """What the picture leaves to choose, in rows of four; the address keeps what is chosen."""
    chosen: dict[str, str] = {}
    columns: list[Any] = []
    for i, choice in enumerate(offer["choices"]):
        if i % _ABREAST == 0:
            left = len(offer["choices"]) - i
            columns = st.columns(min(left, _ABREAST), vertical_alignment="bottom")
        name, key = choice["name"], f"choice-{offer['name']}-{choice['name']}"
        options: Mapping[str, str] | None = choice["options"]
        given = asked(name) or choice["default"]
        if options is None:
            text = columns[i % _ABREAST].text_input(choice["label"], given, max_chars=200, key=key)
            chosen[name] = text.strip()
        else:
            values = list(options)
            chosen[name] = columns[i % _ABREAST].selectbox(
                choice["label"],
                values,
                index=values.index(given) if given in values else 0,
                format_func=options.__getitem__,
                key=key,
            )
        _kept(name, chosen[name], choice["default"])
    return chosen


def _kept(name: str, value: str, default: str) -> None:
    """Keep a choice in the address, so that a link leads to the same picture."""
    if value != default and asked(name) != value:
        st.query_params[name] = value
    elif value == default and asked(name):
        del st.query_params[name]


def _taken_away(db: Database, who: SignedIn, name: str, asked_for: Mapping[str, Any]) -> None:
    with st.container(horizontal=True):
        for format_, label in _FORMATS.items():
            write = partial(actions.picture_file, db, who.caller, name, format_, **asked_for)
            download(label, f"{name}.{format_}", write)


def _said(picture: Picture) -> None:
    if picture.note:
        st.caption(plain(picture.note))
    with st.expander("In words", icon=":material/article:"):
        st.markdown("\n\n".join(plain(line) for line in picture.text.splitlines() if line))


def _data(db: Database, who: SignedIn, picture: Picture, *, where: str, everything: bool) -> None:
    headings = {n: h for n, h in picture.headings().items() if not n.endswith("_ids")}
    with st.expander("The data behind it", icon=":material/table:"):
        picked = st.dataframe(
            [{h: _cell(row.get(n)) for n, h in headings.items()} for row in picture.rows],
            hide_index=True,
            height=min(38 + 35 * max(len(picture.rows), 1), 500),
            on_select="rerun",
            selection_mode="single-row",
            key=f"rows-{picture.name}",
        )
        chosen: Sequence[int] = picked["selection"]["rows"] if picked else []
        if chosen and chosen[0] < len(picture.rows):
            row = picture.rows[chosen[0]]
            _behind(db, who, row, where=where, everything=everything, key="row")
        else:
            st.caption("Tick a row to see the studies behind it.")


def _cell(value: object) -> object:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _behind(
    db: Database,
    who: SignedIn,
    row: Mapping[str, Any],
    *,
    where: str,
    everything: bool,
    key: str = "mark",
) -> None:
    """The studies behind a mark, each a link, and all of them as a filter of the table."""
    if record := row.get("record"):
        link("records", plain(row.get("report") or f"Record {record}"), record=record)
        return
    if box := row.get("box"):
        link("records", plain(f"The records: {row['what']}"), box=box)
        return
    if "study_ids" not in row:
        return
    studies: Sequence[int] = row["study_ids"] or ()
    told = {n: v for n, v in row.items() if n not in _NOT_SAID}
    said = row.get("family") or ", ".join(v for v in told.values() if isinstance(v, str) and v)
    st.markdown(f"**{plain(said)}**: {count(len(studies), 'study', 'studies')}")
    if not studies:
        return
    these = f"study in ({', '.join(map(str, studies))})"
    found = actions.evidence(
        db, who.caller, where=these, columns=["study", "title"], everything=everything
    )
    named = {one["study_id"]: (one["study"], one["title"]) for one in found["rows"]}
    items = [
        Item("evidence", {"study": study}, label, (title,))
        for study, (label, title) in sorted(named.items(), key=lambda item: item[1])
    ]
    link_list(items[:_MOST], key=f"behind-{key}")
    if len(items) > _MOST:
        st.caption(f"and {len(items) - _MOST:,} more")
    both = f"({where}) and {these}" if where else these
    link(
        "evidence",
        "Their rows in the evidence table",
        icon=":material/arrow_forward:",
        where=both,
        everything="true" if everything else None,
    )
