"""What leaves the review as a file: records with their standing, and votes as cast."""

import csv
import io
import json
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.errors import BadInput
from review.reporting.records_out import records_file
from review.reporting.votes_out import votes_csv
from review.screening.blinding import Sight, sight
from review.store import duplicates, people, screening
from review.store.engine import Database

WHATS = ("records", "votes")


def export(db: Database, who: Caller, what: str, *, format: str) -> bytes:
    """Return records (ris, csv, nbib, xlsx) or votes (csv, json) as a file.

    Records are exported as they came, each with the record kept for its report and its
    standing by stage; votes as far as the caller may see them, withdrawn ones and rulings too.
    """
    if what not in WHATS:
        raise BadInput(f"'{what}' cannot be exported; say {' or '.join(WHATS)}.")
    with db.read() as conn:
        viewer = acting(conn, who, act="export")
        if what == "records":
            rows = _records(conn, viewer)
            return records_file(rows, format)
        if format not in ("csv", "json"):
            raise BadInput(f"'{format}' is no format for votes; formats: csv, json.")
        written = votes_csv(_votes(conn, Viewer.of(viewer)))
    if format == "csv":
        return written
    listed = list(csv.DictReader(io.StringIO(written.decode())))
    return json.dumps(listed, indent=2, ensure_ascii=False).encode()


def _records(conn: sa.Connection, viewer: people.Member | None) -> list[dict[str, Any]]:
    kept = duplicates.all_kept(conn)
    every = cards(conn, sorted(kept), viewer, raw=True)
    return [
        card | {"kept": kept[record], "standing": every[kept[record]]["standing"]}
        for record, card in every.items()
    ]


def _votes(conn: sa.Connection, seen: Viewer) -> list[dict[str, Any]]:
    kept = duplicates.all_kept(conn)
    standings = screening.standings(conn, set(kept.values()))
    found = []
    for kind, rows in (
        ("vote", screening.votes(conn)),
        ("ruling", screening.rulings(conn)),
    ):
        for row in rows:
            standing = standings.get(kept[row.record_id], {}).get(row.stage)
            own = row.member_id == seen.id
            if seen.id is not None and not own:
                if standing is None:
                    continue
                level = sight(
                    seen.id, row.member_id, screening.as_standing(standing), roles=seen.roles
                )
                if level is not Sight.OPEN:
                    continue
            found.append(
                {
                    "kind": kind,
                    "record": row.record_id,
                    "accession": row.accession,
                    "stage": row.stage.value,
                    "round": row.round,
                    "reviewer": row.reviewer if kind == "vote" else row.adjudicator,
                    "vote": row.verdict.value if row.verdict else "",
                    "reason": row.reason or "",
                    "note": row.note,
                    "protocol_version": row.protocol_version,
                    "at": row.cast.isoformat(),
                    "seconds": row.seconds if kind == "vote" else None,
                    "independent": row.independent if kind == "vote" else "",
                }
            )
    return sorted(found, key=lambda row: (row["at"], row["kind"] == "ruling"))
