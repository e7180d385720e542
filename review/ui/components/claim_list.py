"""Claims with what the evidence says of each: bars, counts that open their rows, what changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from review.ui.components import asset
from review.ui.links import go

_list = st.components.v2.component(
    "review_claim_list",
    html='<div class="claims"></div>',
    css=asset("claim_list.css"),
    js=asset("drawing.js", "claim_list.js"),
)
SAYS = {
    "support": "support",
    "contradict": "contradict",
    "no-change": "no change",
    "divided": "divided",
    "silent": "silent",
}


def claim_list(claims: Sequence[Mapping[str, Any]], *, key: str, whole: bool = False) -> None:
    """Draw the claims; leave for the claim, or for the evidence behind a number, just opened.

    `whole` draws one claim on its own page: the contrasts of each population too, no link to it.
    """
    drawn = [_claim(one, whole=whole) for one in claims]
    found: Any = _list(key=key, data={"claims": drawn}, on_open_change=lambda: None)
    opened = dict(found.open or {})
    if "claim" in opened:
        go("claims", claim=str(opened["claim"]))
    if "where" in opened:
        go("evidence", where=str(opened["where"]))


def _claim(one: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
    groups = [
        part | {"under": index}
        for group in one["groups"]
        for index, part in enumerate([group, *(group["parts"] if whole else [])])
    ]
    return {
        "id": one["id"],
        "href": "" if whole else f"claims?{urlencode({'claim': one['id']})}",
        "text": one["text"],
        "topic": one["topic"],
        "retired": one["retired"],
        "error": one["error"],
        "changed": (one["changed"] or {}).get("sentence", ""),
        "groups": [_group(group) for group in groups],
    }


def _group(group: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": group["contrast_label"] if group["under"] else group["label"],
        "under": bool(group["under"]),
        "verdict": group["verdict"],
        "sentence": group["sentence"],
        "certainty": (group.get("certainty") or {}).get("sentence", ""),
        "counts": [
            {
                "say": say,
                "label": label,
                "n": group["counts"][say],
                "where": group["where"][say],
                "href": f"evidence?{urlencode({'where': group['where'][say]})}",
            }
            for say, label in SAYS.items()
        ],
    }
