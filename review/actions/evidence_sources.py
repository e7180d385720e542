"""Where one effect of the evidence comes from: its numbers, its place in a report, who read it."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.evidence import evidence_of
from review.errors import NotFound
from review.extraction.conversions import derived_values
from review.protocol import Codebook
from review.screening.blinding import blind_to_forms
from review.store import effects, evidence, fulltext, ordering, people
from review.store.engine import Database
from review.store.people import Member
from review.synthesis.evidence import columns, label, row
from review.synthesis.origins import origin


def effect(db: Database, who: Caller, id: int) -> dict[str, Any]:
    """Return one effect as whoever looks may see it; NotFound where there is none for them.

    {effect, study, label, cohort_family, columns, cells, origins (of each cell, in words), numbers
    (rows as reported, terms by label), derived (what was computed for each row, with its formula),
    source, sources (of single cells), reports [{record, title, citation, retracted, document,
    document_name, link}], extracted [{by, at, settles}], settled}.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        book = content.codebook
        study = evidence.study_of_effect(conn, id)
        found = evidence_of(conn, member, everything=True)
        at = ordering.page(found, found.of_studies([study or 0]), codebook=book)
        if study is None or id not in at:
            raise NotFound(f"There is no effect {id} in the evidence.")
        one = effects.rows(found, {id: at[id]})[0]
        shown = list(cards(conn, one["reports"], None).values())
        obtained = fulltext.retrievals(conn)
        given = _given(conn, member, one)
        (one["filled"],) = effects.filled(found, [one])
    reports = []
    for card in shown:
        got = obtained.get(card["record"])
        kept = ("record", "title", "authors", "journal", "year", "volume", "issue", "pages")
        reports.append(
            {name: card[name] for name in kept}
            | {"doi": card["doi"], "pmid": card["pmid"], "retracted": card["retracted"]}
            | {"document": got.document_id if got else None, "link": got.link if got else ""}
            | {"document_name": (got.name if got else None) or ""}
        )
    known = columns(content)
    numbers = [dict(values) for values in one["numbers"] or ()]
    return {
        "effect": id,
        "study": study,
        "label": one["study_label"],
        "cohort_family": one["cohort_family"],
        "columns": [{"name": c.name, "label": c.label, "facet": c.facet} for c in known],
        "origins": {c.name: origin(c, one["filled"], content) for c in known},
        "cells": row(one, content, reports=shown, wanted=known),
        "numbers": [_said(values, book) for values in numbers],
        "derived": [derived_values(values) for values in numbers],
        "source": dict(one["source"] or {}),
        "sources": {
            cell: said for cell, said in (one["filled"].get("sources") or {}).items() if said
        },
        "reports": reports,
        "extracted": given,
        "settled": one["settled"],
    }


def _said(values: dict[str, Any], book: Codebook) -> dict[str, Any]:
    """A row of values with the labels of its terms, without what is empty."""
    return {
        name: label(book, value) if isinstance(value, str) else value
        for name, value in values.items()
        if value not in (None, "", [], {})
    }


def _given(conn: sa.Connection, member: Member | None, one: dict[str, Any]) -> list[dict[str, Any]]:
    """Who gave the form that speaks, and the forms it was settled from, oldest first.

    A member who is blind to the forms of others hears of them once they are settled.
    """
    viewer = Viewer.of(member)
    names = {person.id: person.name for person in people.members(conn)}
    blind = blind_to_forms(viewer.id, roles=viewer.roles) and not one["settled"]
    return [
        {
            "extraction": form.id,
            "by": names.get(form.member_id, "") if form.member_id else "",
            "at": form.at.isoformat(),
            "settles": form.kind.value if form.kind else "",
        }
        for form in effects.forms(conn, one["study_id"], one["extraction_id"])
        if not blind or form.member_id == viewer.id
    ]
