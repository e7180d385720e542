"""One's own work: votes with search and filter, whether each may still be changed, and the pace."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from review.actions.caller import Caller, person
from review.actions.casting import stage_named, verdict_named, why_not_changed
from review.errors import BadInput
from review.screening.finding import terms
from review.screening.pace import LOOKED_BACK, Cast, pace
from review.store import assignments, people, projection, upcoming, votes_of
from review.store.engine import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which of their own votes somebody wants to see; what is empty asks for all.

    `text` is a search, each part of it found in the record or in the note; `note` asks for votes
    with a note (or without one); `day` is a date (2026-03-31) in `zone`, an IANA time zone, else
    UTC; `reason` a code.
    """

    stage: str | None = None
    verdict: str | None = None
    reason: str | None = None
    text: str | None = None
    note: bool | None = None
    day: str | None = None
    zone: str | None = None

    def read(self) -> votes_of.Wanted:
        """Return what the query asks; BadInput for what is no stage, verdict, day or zone."""
        day, zone = _day(self.day), zone_named(self.zone)
        return votes_of.Wanted(
            stage=stage_named(self.stage) if self.stage else None,
            verdict=verdict_named(self.verdict) if self.verdict else None,
            reason=self.reason or None,
            words=terms(self.text or ""),
            noted=self.note,
            day=(day, zone) if day else None,
        )


def my_votes(
    db: Database,
    who: Caller,
    stage: str | None = None,
    *,
    limit: int | None = None,
    offset: int = 0,
    **wanted: Any,
) -> list[dict[str, Any]]:
    """Return the caller's own votes that count, newest first: all, or one page of them.

    `wanted` are fields of `Filter`. Each vote has `why_not`: why it may not be changed any
    more, empty where it may.
    """
    asked = Filter(stage=stage, **wanted).read()
    if (limit is not None and limit < 1) or offset < 0:
        raise BadInput("A page has at least one vote and begins at 0 or later.")
    with db.read() as conn:
        member = person(conn, who, act="see their own votes")
        rows = votes_of.page(conn, member.id, asked, limit=limit, offset=offset)
        fixed = _fixed(conn, rows, member.id)
    return [
        {
            "record": row.record_id,
            "title": row.title,
            "stage": row.stage.value,
            "round": row.round,
            "verdict": row.verdict.value,
            "reason": row.reason,
            "note": row.note,
            "at": row.cast.isoformat(),
            "why_not": why,
        }
        for row, why in zip(rows, fixed, strict=True)
    ]


def count_my_votes(db: Database, who: Caller, stage: str | None = None, **wanted: Any) -> int:
    """Return how many of the caller's own votes `my_votes` would list."""
    asked = Filter(stage=stage, **wanted).read()
    with db.read() as conn:
        member = person(conn, who, act="see their own votes")
        return votes_of.count(conn, member.id, asked)


def _fixed(conn: sa.Connection, rows: list[Any], member: int) -> list[str]:
    """Return for each vote why it may not be changed, or an empty text."""
    kept = votes_of.kept(conn, {row.record_id for row in rows})
    facts = projection.load(conn, sorted(set(kept.values())))
    _, content = people.protocol(conn)
    found = []
    for row in rows:
        about = facts[kept[row.record_id]]
        if row.round != about.round_of(row.record_id, row.stage):
            found.append("The report was reopened since; this vote belongs to an earlier round.")
            continue
        why = why_not_changed(about, row.record_id, row.stage, content, member=member)
        found.append(why or "")
    return found


def progress(db: Database, who: Caller, stage: str) -> dict[str, int]:
    """Return how many records the caller has voted on at a stage and how many wait for them.

    {mine, remaining, closed}: `closed` is whether a pilot keeps the rest of the stage closed.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        member = person(conn, who, act="see their own progress")
        mine = upcoming.voted(conn, stage_, member.id)
        remaining = upcoming.remaining(upcoming.waiting(conn, stage_), member.id)
        closed = assignments.closed(conn, stage_)
    return {"mine": mine, "remaining": remaining, "closed": closed}


def my_pace(db: Database, who: Caller, stage: str, *, zone: str | None = None) -> dict[str, Any]:
    """Return what the caller has done at a stage today, this week and in all, and how fast.

    {today, week, total, left, seconds, per_hour, per_day, hours, until}; see `screening.pace`.
    It is made of nothing but their own votes and their own queue. `zone` is an IANA time zone,
    else UTC.
    """
    stage_, zone_, now = stage_named(stage), zone_named(zone), datetime.now(UTC)
    with db.read() as conn:
        member = person(conn, who, act="see their own pace")
        left = upcoming.remaining(upcoming.waiting(conn, stage_), member.id)
        done = upcoming.voted(conn, stage_, member.id)
        times = votes_of.times(conn, member.id, stage_, since=now - LOOKED_BACK)
    cast = [Cast(at=at, seconds=seconds) for at, seconds in times]
    found = asdict(pace(cast, done=done, left=left, now=now, zone=zone_))
    return found | {"until": found["until"].isoformat() if found["until"] else None}


def zone_named(name: str | None) -> tzinfo:
    """Return the time zone called `name`, UTC for none; BadInput where there is no such zone."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(f"'{name}' is no time zone; one is Europe/Berlin.") from None


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is no day; write it as 2026-03-31.") from None
