"""Tags: what waits first, the record's words, suggestions and terms, and two people compared."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from review import actions
from review.ui import tag_comparison, tagging_forms
from review.ui.links import asked_number, link
from review.ui.marked_text import record_text
from review.ui.session import Database, SignedIn
from review.ui.telling import told
from review.ui.words import count
from review.vocab import Level, Role

_STATES = {
    "to-do": "to do",
    "begun": "begun",
    "waiting": "done, waiting",
    "open": "being tagged",
    "conflict": "to settle",
    "settled": "settled",
    "untagged": "not tagged",
}
_KINDS = {"study": "Study", "report": "Report", "arm": "Arm", "effect": "Effect"}
_TAGGERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)


def page(db: Database, who: SignedIn) -> None:
    """Draw the choice of a study and of what of it is tagged, then the work on it."""
    st.header("Tags", anchor=False)
    queue = actions.tagging_queue(db, who.caller)
    if not queue:
        st.info("No studies yet: a study begins when a report is joined to it under Full text.")
        link("full-text", "Go to the full texts", icon=":material/arrow_forward:")
        return
    study = _study(queue)
    targets = actions.tag_targets(db, who.caller, study)
    facets = {facet["id"]: facet for facet in actions.codebook(db)}
    work, compare, agree = st.tabs(["Tag", "Compare and settle", "Agreement"])
    with work, told():
        _work(db, who, study, targets, facets)
    with compare, told():
        chosen = _target(targets, key="compared")
        tag_comparison.compared(db, who, chosen["target"], facets)
    with agree, told():
        tag_comparison.agreement(db, who)


def _study(queue: Sequence[Mapping[str, Any]]) -> int:
    """The study chosen: the one asked for, else the first that waits."""
    order = [one["study"] for one in queue]
    called = {one["study"]: f"{one['label']} · {_STATES[one['state']]}" for one in queue}
    asked = asked_number("study")
    if asked in called and "tags-study" not in st.session_state:
        st.session_state["tags-study"] = asked
    if st.session_state.get("tags-study") not in called:
        st.session_state["tags-study"] = order[0]
    waits = sum(one["state"] in ("to-do", "begun", "conflict") for one in queue)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        study = st.selectbox(
            f"Study ({count(waits, 'study', 'studies')} to do)",
            order,
            format_func=called.__getitem__,
            key="tags-study",
        )
        place = order.index(study)
        st.button(
            "Next", shortcut="N", on_click=_go, args=(order[(place + 1) % len(order)],), key="next"
        )
        link("extract", "Extract it", icon=":material/fact_check:", study=study)
    return int(study)


def _go(study: int) -> None:
    st.session_state["tags-study"] = study


def _target(targets: Sequence[Mapping[str, Any]], *, key: str) -> Mapping[str, Any]:
    place = st.selectbox(
        "What of it",
        range(len(targets)),
        format_func=lambda i: _called(targets[i]),
        key=f"target-{key}-{targets[0]['target']}",
    )
    return targets[place]


def _called(one: Mapping[str, Any]) -> str:
    number = one["target"].partition(":")[2]
    kind = f"{_KINDS[one['level']]} {number}"
    return f"{kind}: {one['label']} · {_STATES[one['state']]}"


def _work(
    db: Database,
    who: SignedIn,
    study: int,
    targets: Sequence[Mapping[str, Any]],
    facets: Mapping[str, Mapping[str, Any]],
) -> None:
    left, right = st.columns([5, 4], gap="large")
    with right:
        target = _target(targets, key="tagged")
        level = target["level"]
        name = target["target"]
        source = name if level == Level.REPORT.value else f"study:{study}"
        found = actions.suggest(db, who.caller, source)
        for one in found:
            one["facet_label"] = facets[one["facet"]]["label"]
        mine = [tag["code"] for tag in actions.tags(db, who.caller, name) if who.name in tag["by"]]
        every = list(facets.values())
        tagging = who.may(*_TAGGERS) and target["state"] not in ("waiting", "settled")
        if tagging:
            tagging_forms.own_tags(db, who, name, every, mine)
            open_ = [one for one in found if one["code"] not in mine]
            tagging_forms.suggested(db, who, name, level, open_)
            tagging_forms.terms(db, who, name, level, every, mine)
        else:
            _seen(actions.tags(db, who.caller, name))
        if who.may(*_TAGGERS):
            tagging_forms.done(db, who, study, target)
    with left:
        reports = [one for one in targets if one["level"] == Level.REPORT.value]
        ids = [int(one["target"].partition(":")[2]) for one in reports]
        cards = actions.records(db, who.caller, ids=ids, limit=50)["records"] if ids else []
        if not cards:
            st.info("No report is joined to this study, so there are no words to read.")
        for card in cards:
            hits = [
                hit
                for one in actions.suggest(db, who.caller, card["record"], answered=True)
                for hit in one["found"]
            ]
            record_text(card, hits)


def _seen(found: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        {"Term": one["label"], "Facet": one["facet"], "By": ", ".join(one["by"])} for one in found
    ]
    if rows:
        st.dataframe(rows, hide_index=True, width="stretch")
    else:
        st.caption("No tag here that you may see.")
