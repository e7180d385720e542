"""Listing what is no duplicate but likely another report of the same study."""

from typing import Any

import sqlalchemy as sa

from review.actions.cards import cards
from review.store import fulltext, relations
from review.store.people import Member


def related(
    conn: sa.Connection, viewer: Member | None, *, limit: int, offset: int
) -> list[dict[str, Any]]:
    """Return the open relations, each {a, b, kind, score, why, records}, oldest first.

    `actions.same_study` joins the two, `actions.different` dismisses the pair; those that are
    reports of one study already are left out.
    """
    study = fulltext.study_links(conn)
    every = [
        row
        for row in relations.unanswered(conn)
        if row.kept_a not in study or study[row.kept_a] != study.get(row.kept_b)
    ]
    page = every[offset : offset + limit]
    shown = cards(conn, [record for row in page for record in (row.a, row.b)], viewer, raw=True)
    return [
        {
            "a": row.a,
            "b": row.b,
            "kind": row.kind.value,
            "score": row.score,
            "why": row.why,
            "records": [shown[row.a], shown[row.b]],
        }
        for row in page
    ]
