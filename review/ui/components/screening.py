"""The screening component: keys, cards and the outbox, over the JSON routes of the app."""

from typing import Any

import streamlit as st

from review import actions
from review.ui.components import asset
from review.ui.session import Database, SignedIn, review_id
from review.vocab import Level, Stage

# In the order they build on one another; one script, as a component is one script.
_SHARED = ("marks", "card", "frame", "keys", "outbox", "supply")
_ONE_BY_ONE = (*_SHARED, "terms", "tagging", "main", "mount")
_IN_A_LIST = (*_SHARED, "list", "mount")

_screening = st.components.v2.component(
    "review_screening",
    html='<div class="screening"></div>',
    css=asset("screening/screening.css"),
    js=asset("drawing.js", *(f"screening/{name}.js" for name in _ONE_BY_ONE)),
)
_list = st.components.v2.component(
    "review_screening_list",
    html='<div class="screening"></div>',
    css=asset("screening/screening.css"),
    js=asset("drawing.js", *(f"screening/{name}.js" for name in _IN_A_LIST)),
)


def screening(db: Database, who: SignedIn, *, stage: Stage, about: dict[str, Any]) -> None:
    """Draw the screening of one stage; the records themselves come by the routes, not by a run."""
    agreed = about["stages"][stage.value]
    _screening(
        key=f"screening-{stage.value}",
        data={
            "review": review_id(db),
            "member": who.id,
            "stage": stage.value,
            "reasons": agreed["reasons"],
            "reason_required": stage is Stage.FULL_TEXT,
            "criteria": agreed["criteria"],
            "highlight": about["highlight"],
            "facets": _report_terms(db),
        },
    )


def screening_list(db: Database, who: SignedIn, *, stage: Stage, about: dict[str, Any]) -> None:
    """Draw the next records of one stage as a list, to exclude several at once."""
    _list(
        key=f"screening-list-{stage.value}",
        data={
            "review": review_id(db),
            "member": who.id,
            "stage": stage.value,
            "reasons": about["stages"][stage.value]["reasons"],
            "highlight": about["highlight"],
        },
    )


def _report_terms(db: Database) -> list[dict[str, str]]:
    """The terms of the codebook that a report can be tagged with."""
    return [
        {"facet": facet["label"], "code": term["code"], "label": term["label"]}
        for facet in actions.codebook(db)
        if facet["level"] == Level.REPORT
        if not facet["derived"]
        for term in facet["terms"]
        if not term["retired"]
    ]
