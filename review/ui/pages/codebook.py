"""The codebook: terms with definitions and how often each is in use, changes, versions, files."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from review import actions
from review.ui.codebook_forms import change
from review.ui.downloads import download
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, moment, plain
from review.vocab import Role

_CARRIED = {
    "report": "on reports",
    "study": "on studies",
    "arm": "on arms",
    "effect": "on effects",
    "form": "in forms",
}


def page(db: Database, who: SignedIn) -> None:
    """Draw the terms; for owners the changes; the versions."""
    st.header("Codebook", anchor=False)
    facets = actions.codebook(db)
    if not facets:
        st.info("This protocol has no codebook. It is written in the protocol: review amend.")
        link("protocol", "Criteria and terms", icon=":material/arrow_forward:")
        return
    names = ["Terms"] + (["Change"] if who.may(Role.OWNER) else []) + ["Versions"]
    tabs = dict(zip(names, st.tabs(names), strict=True))
    with tabs["Terms"], told():
        _terms(db, who, facets)
    if "Change" in tabs:
        with tabs["Change"], told():
            change(db, who, facets)
    with tabs["Versions"], told():
        _versions(db, who)


def _terms(db: Database, who: SignedIn, facets: Sequence[Mapping[str, Any]]) -> None:
    uses = actions.codebook_uses(db, who.caller)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Find a term", placeholder="a word of its label, code or definition", key="find"
        )
        for name, format in (("YAML", "yaml"), ("CSV", "csv")):
            write = partial(actions.codebook_file, db, who.caller, format)
            download(name, f"codebook.{format}", write)
    words = wanted.casefold().split()
    total = 0
    for facet in facets:
        shown = [term for term in facet["terms"] if _speaks(term, words)]
        total += len(shown)
        if not shown:
            continue
        label = f"{facet['label']} · {count(len(shown), 'term')} · {_kind(facet)}"
        with st.expander(plain(label), expanded=bool(words)):
            if facet["note"]:
                st.caption(plain(facet["note"]))
            codes = [term["code"] for term in shown]
            lines = (_line(t, uses.get(t["code"], {}), _depth(t["code"], codes)) for t in shown)
            st.markdown("\n".join(lines))
    if not total:
        st.info("No term speaks of that.")


def _speaks(term: Mapping[str, Any], words: Sequence[str]) -> bool:
    text = " ".join([term["code"], term["label"], term["definition"] or "", *term["was"]])
    return all(word in text.casefold() for word in words)


def _kind(facet: Mapping[str, Any]) -> str:
    if facet["derived"]:
        return f"derived for each {facet['level']}"
    takes = "one" if facet["cardinality"] == "one" else "any number"
    return f"{takes} on each {facet['level']}"


def _depth(code: str, shown: Sequence[str]) -> int:
    """How many of the terms shown stand above one."""
    return sum(code.startswith(f"{other}.") for other in shown)


def _line(term: Mapping[str, Any], uses: Mapping[str, int], depth: int) -> str:
    """One term as a line of a list, indented by its place in the hierarchy."""
    said = f"**{plain(term['label'])}** `{term['code']}`"
    if term["retired"]:
        said += " :orange-badge[retired]"
    carried = [f"{uses[name]:,} {where}" for name, where in _CARRIED.items() if uses.get(name)]
    if carried:
        said += f" :gray-badge[{', '.join(carried)}]"
    if term["definition"]:
        said += f": {plain(term['definition'])}"
    if term["was"]:
        said += f" :gray[(was {plain(', '.join(term['was']))})]"
    return f"{'    ' * depth}- {said}"


def _versions(db: Database, who: SignedIn) -> None:
    found = actions.codebook_versions(db, who.caller)
    for one in reversed(found):
        by = f" by {plain(one['by'])}" if one["by"] else ""
        size = f"{count(one['terms'], 'term')} in {count(one['facets'], 'facet')}"
        st.markdown(f"**Version {one['version']}** · {moment(one['at'])}{by} · {size}")
        if one["note"]:
            st.markdown(plain(one["note"]))
        if one["differences"]:
            st.markdown("\n".join(f"- {plain(said)}" for said in one["differences"]))
        elif one["version"] > 1:
            st.caption("The codebook stayed as it was.")
        number = one["version"]
        download(
            f"Codebook of version {number}",
            f"codebook-{number}.csv",
            partial(actions.codebook_file, db, who.caller, "csv", version=number),
        )
