"""Decides how fast somebody screens and when they will be done, from their own votes alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import ceil
from statistics import median

LONGEST_PAUSE = 600.0
"""Seconds between two votes beyond which the reviewer was away."""
RECENT = 200
"""Votes from which the speed is taken: the latest."""
FORTNIGHT = 14
LOOKED_BACK = timedelta(days=FORTNIGHT + 1)
"""How far back votes matter here, whatever the time zone."""
FEWEST = 5
"""Votes below which nothing is said of speed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """When a vote was first cast on a record, and the seconds spent on it where known."""

    at: datetime
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What somebody has done and how fast; empty where too little is known.

    `per_hour` are records in an hour of screening, `per_day` records a day over the last
    fortnight, days off included; `until` is the day on which `left` records end at that rate.
    """

    today: int
    week: int
    total: int
    left: int
    seconds: float | None
    per_hour: float | None
    per_day: float | None
    hours: float | None
    until: date | None


def pace(votes: Sequence[Cast], *, done: int, left: int, now: datetime, zone: tzinfo) -> Pace:
    """Return the pace of one reviewer at one stage from their own votes, first to last.

    `votes` are those since `LOOKED_BACK` at least, `done` is how many there are in all; `left`
    are the records in their queue; `zone` says when a day begins, a week begins on Monday. The
    time for a record is the median, so that pauses and hard records do not count for more than
    they are.
    """
    today = now.astimezone(zone).date()
    days = Counter(vote.at.astimezone(zone).date() for vote in votes)
    monday = today - timedelta(days=today.weekday())
    seconds = seconds_each(votes)
    per_day = _per_day(days, today)
    return Pace(
        today=days[today],
        week=sum(n for day, n in days.items() if monday <= day <= today),
        total=done,
        left=left,
        seconds=seconds,
        per_hour=3600 / seconds if seconds else None,
        per_day=per_day,
        hours=left * seconds / 3600 if seconds else None,
        until=_until(left, today, per_day),
    )


def time_left(hours: float) -> str:
    """Return how long the queue takes in words: in minutes below two hours."""
    if hours < 2:
        minutes = ceil(hours * 60)
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    return f"{hours:,.1f} hours"


def seconds_each(votes: Sequence[Cast]) -> float | None:
    """Return the median seconds for a record among the latest votes.

    They are those that the screening page measured; where none came with them, the time from
    one vote to the next, pauses of more than ten minutes left out.
    """
    latest = votes[-RECENT:]
    measured = [vote.seconds for vote in latest if vote.seconds]
    if len(measured) < FEWEST:
        gaps = ((b.at - a.at).total_seconds() for a, b in pairwise(latest))
        measured = [gap for gap in gaps if 0 < gap <= LONGEST_PAUSE]
    return median(measured) if len(measured) >= FEWEST else None


def _per_day(days: Counter[date], today: date) -> float | None:
    """Return records a day since the first vote, or within the last fortnight."""
    recent = {day: n for day, n in days.items() if today - timedelta(days=FORTNIGHT) < day <= today}
    if sum(recent.values()) < FEWEST:
        return None
    return sum(recent.values()) / (1 + (today - min(recent)).days)


def _until(left: int, today: date, per_day: float | None) -> date | None:
    if not left or not per_day:
        return today if not left else None
    ahead = ceil(left / per_day)
    return today + timedelta(days=ahead) if ahead < 36_500 else None
