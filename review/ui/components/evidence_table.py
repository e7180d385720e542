"""The evidence table in the page: a page of rows, headings that sort, rows that open."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from review.ui.components import asset

_table = st.components.v2.component(
    "review_evidence_table",
    html='<div class="evidence"></div>',
    css=asset("evidence_table.css"),
    js=asset("drawing.js", "evidence_table.js"),
)


def evidence_table(
    columns: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    *,
    sort: str,
    opened: int | None,
    address: Mapping[str, str | Sequence[str]],
    key: str,
) -> tuple[int | None, str, str | None]:
    """Draw rows of `actions.evidence`; return the effect and cell just opened, and the column
    just sorted by.

    `address` are the parameters of the page without the effect, for links to a row.
    """
    shown = [
        {
            "name": column["name"],
            "label": column["label"],
            "sorted": _sorted(column["name"], sort),
        }
        for column in columns
    ]
    lines = [
        {
            "effect": row["effect"],
            "href": f"evidence?{urlencode({**address, 'effect': row['effect']}, doseq=True)}",
            "retracted": bool(row["retracted"]),
            "cells": [_text(row[column["name"]]) for column in columns],
        }
        for row in rows
    ]
    found: Any = _table(
        key=key,
        data={"columns": shown, "rows": lines, "opened": opened, "caption": "Effects that match"},
        on_open_change=lambda: None,
        on_sort_change=lambda: None,
    )
    effects = {line["effect"] for line in lines}
    names = {column["name"] for column in shown}
    opened_now = found.open if isinstance(found.open, Mapping) else {}
    effect, cell = opened_now.get("effect"), opened_now.get("cell")
    return (
        int(effect) if effect is not None and effect in effects else None,
        str(cell) if cell in names else "",
        str(found.sort) if found.sort in names else None,
    )


def _sorted(name: str, sort: str) -> str:
    if name != sort.removeprefix("-"):
        return ""
    return "down" if sort.startswith("-") else "up"


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    return "" if value is None else str(value)
