"""Reports that look like a record but are others, made of it."""

import re
from dataclasses import replace
from random import Random

from review.dedup import Row
from tests.dedup.perturbed import Change, main_title


def _with(row: Row, **more: object) -> Row:
    return replace(row, pmid="", doi="", **more)


def _part(row: Row, _: Random) -> Row | None:
    title = row.title.rstrip(".")
    return _with(row, title=f"{title}. Part II", pages="901-909", abstract="")


def _next_year(row: Row, _: Random) -> Row | None:
    found = re.search(r"20[012]\d", row.title)
    if not found or not row.year:
        return None
    title = row.title.replace(found[0], str(int(found[0]) + 1))
    return _with(row, title=title, year=row.year + 1, pages="77-83", volume="", abstract="")


def _meeting(row: Row, chance: Random) -> Row | None:
    return _with(
        row,
        journal=chance.choice(("Neurology", "Journal of Clinical Oncology", "Thorax")),
        volume=str(chance.randrange(200, 300)),
        issue="Suppl 1",
        pages=f"S{chance.randrange(1, 300)}",
        year=(row.year or 2020) - 1,
        abstract="",
    )


def _preprint(row: Row, _: Random) -> Row | None:
    return replace(
        _with(row, journal="medRxiv", volume="", issue="", pages=""),
        doi="10.1101/2020.01.02.20012345",
    )


def _before(words: str, **more: object) -> Change:
    return lambda row, _: _with(row, title=words + row.title, abstract="", pages="999", **more)


OTHER: dict[str, Change] = {
    "part two": _part,
    "next year's report": _next_year,
    "conference abstract": _meeting,
    "preprint": _preprint,
    "erratum": _before("Correction to: "),
    "retraction notice": _before("Retraction notice to: "),
    "comment": _before("Comment on: ", authors=("Elsewhere, Ann",)),
    "reply": _before("Reply to: ", authors=("Elsewhere, Bo",)),
    "protocol": lambda row, _: _with(
        row,
        title=main_title(row.title, Random(0)).rstrip(".") + ": study protocol",
        journal="Trials",
        volume="3",
        pages="14",
        year=(row.year or 2020) - 3,
        abstract="",
    ),
    "guideline in another journal": lambda row, _: _with(
        row, journal="Journal of Elsewhere", volume="812", issue="9", pages="1201-1219"
    ),
    "another edition": lambda row, _: _with(
        row, year=(row.year or 2020) - 4, volume="3", issue="2", pages="1-31", abstract=""
    ),
}
"""Reports that look like the record but are others: none may be merged without a person."""
