"""What leaves the review as a file: records with their standing, and votes as cast."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.casting import stage_named
from review.actions.searches import searches_file
from review.errors import BadInput, NotFound
from review.reporting.decisions_out import decisions_file
from review.reporting.records_out import records_file
from review.reporting.votes_out import votes_csv
from review.screening.blinding import Sight, sight
from review.store import amending, duplicates, people, screening
from review.store.engine import Database
from review.vocab import Stage, State, Verdict

_PART = 2000  # records
WHATS = ("records", "reports", "votes", "decisions", "searches")


def export(
    db: Database,
    who: Caller,
    what: str,
    *,
    format: str,
    stage: str | None = None,
    reviewer: str | None = None,
) -> bytes:
    """Return records or reports (ris, csv, nbib, xlsx), votes (csv, json) or decisions as a file.

    Records are exported as they came, each with the record kept for its report and its standing
    by stage; reports are one each, composed field by field of their records; votes as far as the
    caller may see them, withdrawn ones and rulings too. Decisions are for another tool to read
    (rayyan, asreview, covidence): the last vote of each reviewer on each report at `stage`
    (title-abstract if none is named), again as the caller may see them. ASReview keeps one label
    a record: that of `reviewer`, else what was settled.
    """
    if what not in WHATS:
        raise BadInput(f"'{what}' cannot be exported; say {' or '.join(WHATS)}.")
    if what == "searches":
        return searches_file(db, who, format)
    with db.read() as conn:
        viewer = acting(conn, who, act="export")
        if what == "records":
            return records_file(_records(conn, viewer), format)
        if what == "reports":
            return records_file(_reports(conn, viewer), format, title="Reports")
        if what == "decisions":
            return _decisions(conn, viewer, format, stage=stage, reviewer=reviewer)
        if format not in ("csv", "json"):
            raise BadInput(f"'{format}' is no format for votes; formats: csv, json.")
        written = votes_csv(_votes(conn, Viewer.of(viewer)))
    if format == "csv":
        return written
    listed = list(csv.DictReader(io.StringIO(written.decode())))
    return json.dumps(listed, indent=2, ensure_ascii=False).encode()


def _decisions(
    conn: sa.Connection,
    viewer: people.Member | None,
    tool: str,
    *,
    stage: str | None,
    reviewer: str | None,
) -> bytes:
    stage_ = stage_named(stage or Stage.TITLE_ABSTRACT)
    named = people.members(conn, name=reviewer) if reviewer else []
    if reviewer and not named:
        raise NotFound(f"'{reviewer}' is no member.")
    name = named[0].name if named else None
    _, protocol = people.protocol(conn)
    labels = {reason.code: reason.label for reason in protocol.reasons[stage_]}
    last: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in _votes(conn, Viewer.of(viewer)):
        if row["stage"] == stage_ and row["kind"] == "vote":
            label = labels.get(row["reason"], row["reason"])
            # a comma parts the reasons in Rayyan, so that the code has to stand for such a label
            told = row["reason"] if "," in label else label
            last[row["kept"]].pop(row["reviewer"], None)
            last[row["kept"]][row["reviewer"]] = {
                "reviewer": row["reviewer"],
                "verdict": row["vote"],
                "reason": told or None,
                "note": row["note"],
                "at": row["at"],
            }
    reports = []
    for card in _reports(conn, viewer):
        kept = card["record"]
        decided = [one for one in last.get(kept, {}).values() if one["verdict"]]
        verdict = next((one["verdict"] for one in decided if one["reviewer"] == name), None)
        ends = {State.INCLUDED: "include", State.EXCLUDED: "exclude"}
        verdict = verdict if name else ends.get(card["standing"].get(stage_))
        label_ = None if verdict is None else verdict != Verdict.EXCLUDE
        reports.append(card | {"decisions": decided, "label": label_})
    return decisions_file(reports, tool, stage=stage_)


def _records(conn: sa.Connection, viewer: people.Member | None) -> Iterator[dict[str, Any]]:
    """Every record as it came, some at a time: all at once would fill the memory."""
    kept = duplicates.all_kept(conn)
    for some in _parts(sorted(kept)):
        every = cards(conn, [*some, *(kept[record] for record in some)], viewer, raw=True)
        for record in some:
            standing = every[kept[record]]["standing"]
            yield every[record] | {"kept": kept[record], "standing": standing}


def _reports(conn: sa.Connection, viewer: people.Member | None) -> Iterator[dict[str, Any]]:
    for some in _parts(sorted(set(duplicates.all_kept(conn).values()))):
        yield from cards(conn, some, viewer).values()


def _parts(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + _PART] for start in range(0, len(ids), _PART))


def _is_open(
    row: Any, reached: Mapping[Stage, Any], seen: Viewer, rounds: Mapping[tuple[int, Stage], int]
) -> bool:
    """Whether a vote or ruling may leave: one of a stage not reached (again) is as if earlier."""
    at = reached.get(row.stage)
    if at is None:
        first = reached.get(Stage.TITLE_ABSTRACT)
        return row.member_id == seen.id and (first is None or screening.as_standing(first).settled)
    level = sight(
        seen.id,
        row.member_id,
        screening.as_standing(at),
        roles=seen.roles,
        earlier=row.round < rounds.get((row.record_id, row.stage), 1),
    )
    return level is Sight.OPEN


def _votes(conn: sa.Connection, seen: Viewer) -> list[dict[str, Any]]:
    kept = duplicates.all_kept(conn)
    standings = screening.standings(conn, set(kept.values()))
    rounds = amending.rounds(conn)
    found = []
    for kind, rows in (
        ("vote", screening.votes(conn)),
        ("ruling", screening.rulings(conn)),
    ):
        for row in rows:
            reached = standings.get(kept[row.record_id], {})
            if seen.id is not None and not _is_open(row, reached, seen, rounds):
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
                    "settled_by": row.kind.value if kind == "ruling" else "",
                    "kept": kept[row.record_id],
                }
            )
    return sorted(found, key=lambda row: (row["at"], row["kind"] == "ruling"))
