"""What was excluded on a topic, where and why, as the caller may see it."""

from typing import Any

import sqlalchemy as sa

from review.actions.agreement import reason_labels
from review.actions.caller import Viewer
from review.protocol import Protocol
from review.screening.blinding import visible_state
from review.screening.topic import patterns, speaks_of
from review.store.exclusions import excluded
from review.store.people import Member
from review.store.screening import as_standing
from review.vocab import State


def excluded_reports(
    conn: sa.Connection, member: Member | None, content: Protocol, words: str
) -> list[dict[str, Any]]:
    """The excluded reports that speak of `words`: {record, title, year, stage, reason}.

    Found by words of title, abstract, keywords and MeSH, and by the codebook's cues for terms of
    that name. Only what the member may know to be excluded.
    """
    topic, labels, seen = patterns(words, content.codebook), reason_labels(conn), Viewer.of(member)
    return [
        {
            "record": row.kept_id,
            "title": row.title,
            "year": row.year,
            "stage": row.stage.value,
            "reason": labels.get(row.reason, row.reason) if row.reason else "no reason given",
        }
        for row in excluded(conn)
        if speaks_of([row.title, row.abstract, *row.keywords, *row.mesh], topic)
        and visible_state(seen.id, as_standing(row), roles=seen.roles) == State.EXCLUDED
    ]
