"""Which reports of the review were retracted, who says so, and whether it came after inclusion."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting
from review.actions.cards import cards
from review.store import duplicates, notices, screening
from review.store.engine import Database
from review.vocab import Stage, State


def retractions(db: Database, who: Caller, *, limit: int = 100) -> dict[str, Any]:
    """Return {reports, included, records}: how many reports are retracted, and included so.

    `records` are cards of up to `limit` of them, the included first, each with `included`,
    `said_by` (the records that say it was retracted), and `since`: whether the first of these
    came in after the last vote or ruling on its full text.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the retractions")
        said = notices.known(conn)
        reports = notices.retracted_reports(conn, said)
        inside = included(conn, reports)
        page = sorted(reports, key=lambda kept: (kept not in inside, kept))[:limit]
        members = duplicates.clusters_of(conn, page)
        shown = cards(conn, page, viewer)
        found = []
        for kept in page:
            by = sorted({one for r in members[kept] for one in said.retracted.get(r, ())})
            decided = _decided(conn, members[kept]) if kept in inside else None
            told = min(said.at[one] for one in by)
            found.append(
                shown[kept]
                | {
                    "included": kept in inside,
                    "said_by": by,
                    "since": decided is not None and told > decided,
                }
            )
    return {"reports": len(reports), "included": len(inside), "records": found}


def included(conn: sa.Connection, reports: set[int]) -> set[int]:
    """Return those of the kept records `reports` that are included on their full text."""
    standings = screening.standings(conn, reports)
    return {
        kept
        for kept, by_stage in standings.items()
        if (row := by_stage.get(Stage.FULL_TEXT)) and row.state is State.INCLUDED
    }


def _decided(conn: sa.Connection, records: list[int]) -> Any:
    """When the last vote or ruling on the full text of these records was stored."""
    rows = [*screening.votes(conn, records=records), *screening.rulings(conn, records=records)]
    return max((row.at for row in rows if row.stage is Stage.FULL_TEXT), default=None)
