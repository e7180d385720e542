"""Tagging on a page: suggestions to confirm or reject, terms by facet, and being done."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count, plain
from review.vocab import Level

_DEPTH = [level.value for level in Level]
_SHOWN = 12
_FEW = 8
_SAID = {
    "waiting": "You are done here. What the other put stays hidden until both are, and nothing "
    "is left to settle.",
    "settled": "These tags are settled.",
}


def suggested(
    db: Database, who: SignedIn, target: str, level: str, found: Sequence[Mapping[str, Any]]
) -> None:
    """Draw what the words suggest, each with buttons; Y and X answer the first."""
    some = [one for one in found if fits_level(one["level"], level)]
    if not some:
        st.caption("Nothing is left that the words of the record suggest.")
        return
    st.caption(
        f"{count(len(some), 'term')} suggested by words of the record. Y puts the first, X does "
        "away with it. Nothing is tagged before you say so."
    )
    for number, one in enumerate(some[:_SHOWN]):
        keys = ("Y", "X") if number == 0 else (None, None)
        _suggestion(db, who, target, one, keys)
    if len(some) > _SHOWN:
        st.caption(f"{len(some) - _SHOWN:,} more as these are answered.")


def _suggestion(
    db: Database,
    who: SignedIn,
    target: str,
    one: Mapping[str, Any],
    keys: tuple[str | None, str | None],
) -> None:
    because = "; ".join(f"{hit['words']} ({hit['field']})" for hit in one["found"][:3])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"), told():
        st.markdown(
            f"**{plain(one['label'])}** :gray[{plain(one['facet_label'])}]  \n"
            f":small[{plain(because)}]",
            width="stretch",
        )
        yes = st.button(
            "Yes",
            shortcut=keys[0],
            key=f"yes-{target}-{one['code']}",
            type="primary" if keys[0] else "secondary",
            help="Put the term",
        )
        no = st.button(
            "No",
            shortcut=keys[1],
            key=f"no-{target}-{one['code']}",
            help="Do not suggest it to me again",
        )
        if yes or no:
            on = None if target.startswith("record") else target
            actions.answer_suggestion(
                db, who.caller, one["record"], [one["code"]], confirm=yes, target=on
            )
            st.rerun()


def fits_level(of_facet: str, level: str, *, exact: bool = False) -> bool:
    """Whether a term of a facet of one level may be put at another."""
    return of_facet == level if exact else _DEPTH.index(level) <= _DEPTH.index(of_facet)


def terms(
    db: Database,
    who: SignedIn,
    target: str,
    level: str,
    facets: Sequence[Mapping[str, Any]],
    mine: Sequence[str],
) -> None:
    """Draw the search for a term, and the terms of one facet to choose from."""
    usable = {
        facet["id"]: facet
        for facet in facets
        if not facet["derived"] and fits_level(facet["level"], level, exact=facet["exact"])
    }
    if not usable:
        st.info(f"The codebook has nothing to put on a {level}.")
        return
    known = _known(usable.values())
    _search(db, who, target, [code for code in known if code not in mine], known)
    own = sorted(usable, key=lambda id: usable[id]["level"] != level)
    chosen = st.selectbox(
        "Facet",
        own,
        format_func=lambda id: f"{usable[id]['label']} ({usable[id]['level']})",
        key=f"facet-{level}",
    )
    _facet(db, who, target, usable[chosen], mine)


def _known(facets: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {term["code"]: (term, facet) for facet in facets for term in facet["terms"]}


def own_tags(
    db: Database,
    who: SignedIn,
    target: str,
    facets: Sequence[Mapping[str, Any]],
    mine: Sequence[str],
) -> None:
    """Draw one's own tags on a target, each a button that takes it off."""
    known = _known(facets)
    if not mine:
        st.caption("You have put no tag here yet.")
        return
    with st.container(horizontal=True, gap="small"), told():
        for code in (code for code in mine if code in known):
            term, facet = known[code]
            if st.button(
                f"{plain(term['label'])}",
                icon=":material/close:",
                type="tertiary",
                help=f"{plain(facet['label'])}: take it off",
                key=f"off-{target}-{code}",
            ):
                actions.tag(db, who.caller, target, [code], remove=True)
                st.rerun()


def _search(
    db: Database, who: SignedIn, target: str, codes: Sequence[str], known: Mapping[str, Any]
) -> None:
    open_ = [code for code in codes if not known[code][0]["retired"]]
    found = st.selectbox(
        "Find a term",
        open_,
        index=None,
        placeholder="Type a part of a term or its facet; Enter puts it",
        format_func=lambda code: f"{known[code][0]['label']} · {known[code][1]['label']} · {code}",
        key=f"find-{target}-{len(codes)}",
    )
    if found:
        with told():
            actions.tag(db, who.caller, target, [found])
            st.rerun()


def _facet(
    db: Database, who: SignedIn, target: str, facet: Mapping[str, Any], mine: Sequence[str]
) -> None:
    if facet["note"]:
        st.caption(plain(facet["note"]))
    labels = {
        term["code"]: "· " * (term["code"].count(".") - 1) + term["label"]
        for term in facet["terms"]
        if not term["retired"] or term["code"] in mine
    }
    now = [code for code in labels if code in mine]
    one = facet["cardinality"] == "one" and fits_level(
        facet["level"], target.partition(":")[0].replace("record", "report"), exact=True
    )
    key = f"terms-{target}-{facet['id']}-{'+'.join(now)}"
    chosen = _chosen(labels, now, one=one, key=key)
    if set(chosen) != set(now):
        with told():
            if gone := [code for code in now if code not in chosen]:
                actions.tag(db, who.caller, target, gone, remove=True)
            if new := [code for code in chosen if code not in now]:
                actions.tag(db, who.caller, target, new)
            st.rerun()
    defined = [t for t in facet["terms"] if t["definition"] and t["code"] in labels]
    if defined:
        with st.expander(f"What the {len(defined)} defined terms mean", key=f"what-{facet['id']}"):
            st.markdown(
                "\n".join(f"- **{plain(t['label'])}**: {plain(t['definition'])}" for t in defined)
            )


def _chosen(labels: Mapping[str, str], now: list[str], *, one: bool, key: str) -> list[str]:
    """The terms chosen of a facet: as buttons where there are few, else from a list."""
    called = labels.__getitem__
    if len(labels) > _FEW:
        most = 1 if one else None
        return st.multiselect(
            "Terms", list(labels), default=now, format_func=called, max_selections=most, key=key
        )
    if one:
        first = now[0] if now else None
        said = st.pills("Terms", list(labels), default=first, format_func=called, key=key)
        return [said] if said else []
    return st.pills(
        "Terms", list(labels), selection_mode="multi", default=now, format_func=called, key=key
    )


def done(db: Database, who: SignedIn, study: int, target: Mapping[str, Any]) -> None:
    """Draw the buttons by which a tagger says that a target, or the whole study, is done."""
    state = target["state"]
    if said := _SAID.get(state):
        st.info(said, icon=":material/done_all:" if state == "settled" else ":material/schedule:")
    with st.container(horizontal=True), told():
        if state == "waiting":
            if st.button("Not done after all", key="undone"):
                actions.tagging_done(db, who.caller, target["target"], undo=True)
                st.rerun()
        elif state != "settled":
            this = st.button("Done with this", shortcut="D", type="primary", key="done")
            whole = st.button("Done with the whole study", key="done-whole")
            if this or whole:
                name = f"study:{study}" if whole else target["target"]
                actions.tagging_done(db, who.caller, name, whole=whole)
                st.rerun()
