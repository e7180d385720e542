"""Records side by side, field by field: what the Duplicates page shows of a question or cluster."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import Any

from review.ui import words
from review.ui.differences import Run, differences

FIELDS = {
    "title": "Title",
    "authors": "Authors",
    "journal": "Journal",
    "year": "Year",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMC",
    "accession": "Accession",
    "source": "Source",
    "language": "Language",
    "publication_types": "Type",
    "url": "Address",
    "abstract": "Abstract",
    "keywords": "Keywords",
    "mesh": "MeSH",
}
_OWN = {"accession", "source"}
"""Fields that say where a record is from: they differ by nature, so nothing in them is marked."""

Card = Mapping[str, Any]


def rows(cards: Sequence[Card]) -> list[dict[str, Any]]:
    """Return a row for each field that any record fills: {label, state, cells}.

    A cell is a list of runs (text, whether it differs). Two records are marked against each
    other; of more, each but the first against the first. `state` is same, differs, some (where
    those that have it agree), or own for what no two records share.
    """
    found = []
    for name, label in FIELDS.items():
        values = [_value(card, name) for card in cards]
        if any(values):
            cells = [[(value, False)] for value in values] if name in _OWN else _marked(values)
            found.append({"label": label, "state": _state(name, values), "cells": cells})
    return found


def _value(card: Card, name: str) -> str:
    value = card[name]
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _state(name: str, values: Sequence[str]) -> str:
    if name in _OWN:
        return "own"
    if all(one == other for one, other in pairwise(values)):
        return "same"
    return "some" if len({value for value in values if value}) == 1 else "differs"


def _marked(values: Sequence[str]) -> list[list[Run]]:
    first = values[0]
    if len(values) == 2 and all(values):
        return list(differences(first, values[1]))
    # what a record lacks is seen at a glance; nothing of the others needs a mark for it
    rest = [differences(first, v)[1] if first and v else [(v, False)] for v in values[1:]]
    return [[(first, False)], *rest]


def why(pair: Mapping[str, Any], *, names: bool) -> str:
    """Return why two records are asked about or merged, and how alike they are, in words."""
    said = "; ".join(map(str, pair["why"])) or "no reason recorded"
    likeness = f" · likeness {pair['score']:.2f}" if pair["score"] is not None else ""
    which = f"{pair['a']} and {pair['b']}: " if names else ""
    return f"{which}{said}{likeness}"


def votes(foreseen: Mapping[str, Any], *, splitting: bool = False) -> list[str]:
    """Return what merging or splitting makes of the votes, as sentences (see actions.foresee)."""
    found = []
    for stage, ends in foreseen["stages"].items():
        name = words.STAGES[stage]
        now, then = (_states(ends[end]) for end in ("now", "then"))
        if splitting:
            found.append(f"{name}: {now}. Apart: {then}.")
        elif any("conflict" in one["state"] for one in ends["then"]):
            found.append(f"{name}: {now}. Their votes disagree: merged, this becomes a conflict.")
        else:
            found.append(f"{name}: {now}. Merged: {then}.")
    if foreseen["hidden"] and splitting:
        found.append("Any vote stays with the record it was cast on.")
    elif foreseen["hidden"]:
        found.append("Any votes are kept; where they disagree, the report becomes a conflict.")
    elif found and not splitting:
        found.append("A record merged away leaves the screening counts and counts as a duplicate.")
    return found


def _states(ends: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(
        f"record {one['record']} is {words.STATES.get(one['state'], one['state'])}" for one in ends
    )


def table(cards: Sequence[Card], *, kept: int) -> str:
    """Return the comparison as an HTML table, every text escaped."""
    heads = "".join(
        f"<th scope='col'>Record {card['record']}{' (kept)' if card['record'] == kept else ''}</th>"
        for card in cards
    )
    lines = []
    for row in rows(cards):
        cells = "".join(f"<td>{''.join(map(_run, cell))}</td>" for cell in row["cells"])
        lines.append(f"<tr><th scope='row'>{escape(row['label'])}</th>{cells}</tr>")
    style = (
        "<style>.sided{overflow-x:auto}.sided table{border-collapse:collapse;min-width:100%}"
        ".sided :is(th,td){text-align:left;vertical-align:top;padding:.35rem .5rem;"
        "min-width:12rem;overflow-wrap:anywhere;border-bottom:1px solid rgba(128,128,128,.35)}"
        ".sided tr>:first-child{min-width:5.5rem;font-weight:600}"
        # told apart by its line as well as by its colour
        ".sided mark{background:rgba(230,159,0,.30);color:inherit;"
        "text-decoration:underline double}</style>"
    )
    body = f"<table><tr><th></th>{heads}</tr>{''.join(lines)}</table>"
    return f"{style}<div class='sided' tabindex='0'>{body}</div>"


def _run(run: Run) -> str:
    text, differs = run
    return f"<mark>{escape(text)}</mark>" if differs else escape(text)
