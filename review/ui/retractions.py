"""The alert that included reports were retracted, wherever the review's result is looked at."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from review import actions
from review.ui import words
from review.ui.components.link_list import Item, link_list
from review.ui.links import link
from review.ui.session import Database, SignedIn
from review.ui.words import count

_SHOWN = 20


def retraction_alert(db: Database, who: SignedIn, *, key: str) -> None:
    """Draw the alert with the included reports that were retracted; nothing where none is."""
    found = actions.retractions(db, who.caller, limit=_SHOWN)
    if not found["included"]:
        if found["reports"]:
            n = count(found["reports"], "retracted report")
            link(
                "records", f"{n}, none of them included", icon=":material/warning:", box="retracted"
            )
        return
    inside = [card for card in found["records"] if card["included"]]
    since = sum(card["since"] for card in inside)
    have = "has" if found["included"] == 1 else "have"
    when = " since" if since == found["included"] else ""
    n = count(found["included"], "included report")
    with st.container(border=True):
        st.error(f"**{n} {have} been retracted{when}.**", icon=":material/warning:")
        link_list([_item(card) for card in inside], key=f"retracted-{key}")
        if found["reports"] > found["included"]:
            more = count(found["reports"], "retracted report")
            link("records", f"All {more}, included or not", box="retracted")


def _item(card: Mapping[str, Any]) -> Item:
    said = ", ".join(map(str, card["said_by"]))
    when = "after it was included" if card["since"] else "before it was included"
    return Item(
        "records",
        {"record": card["record"]},
        str(card["title"] or "(no title)"),
        (
            f"{card['record']} · {words.citation(card)}",
            f"Said by record {said}, which came {when}.",
        ),
        ("retracted",),
    )
