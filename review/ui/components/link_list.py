"""A list of links to pages of the app, long titles and all: one element for the whole list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from review.ui.components import asset
from review.ui.links import go

_list = st.components.v2.component(
    "review_link_list",
    html='<ul class="links"></ul>',
    css=asset("link_list.css"),
    js=asset("drawing.js", "link_list.js"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One link: the page it opens, its title, and what stands beside and below, all plain text.

    `found` are the places [start, end] of found words in the title, `excerpt` a further line with
    such places of its own.
    """

    path: str
    parameters: Mapping[str, object]
    title: str
    lines: Sequence[str] = ()
    flags: Sequence[str] = field(default=())
    found: Sequence[Sequence[int]] = ()
    excerpt: tuple[str, Sequence[Sequence[int]]] | None = None


def link_list(items: Sequence[Item], *, key: str) -> None:
    """Draw the links; leave for the page of the one that was just opened."""
    data = [
        {
            "href": f"{item.path}?{urlencode({n: str(v) for n, v in item.parameters.items()})}",
            "title": item.title,
            "lines": [line for line in item.lines if line],
            "flags": list(item.flags),
            "found": [list(place) for place in item.found],
            "excerpt": list(item.excerpt) if item.excerpt else None,
        }
        for item in items
    ]
    found: Any = _list(key=key, data={"items": data}, on_open_change=lambda: None)
    if found.open is not None and 0 <= int(found.open) < len(items):
        opened = items[int(found.open)]
        go(opened.path, **opened.parameters)
