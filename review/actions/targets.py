"""What a tag may be put on, as people name it: a report, study, arm or effect."""

import sqlalchemy as sa

from review.errors import BadInput, NotFound
from review.store import duplicates, evidence, fulltext
from review.vocab import Level

_KINDS = {"": Level.REPORT, "record": Level.REPORT} | {level.value: level for level in Level}


def target_named(text: str) -> tuple[Level, int]:
    """Return level and number of "record:12" (or "12"), "study:3", "arm:4", "effect:5"."""
    kind, _, number = str(text).strip().rpartition(":")
    if kind.lower() not in _KINDS or not (number.isdecimal() and len(number) < 10):
        raise BadInput(f"'{text}' is no target; write record:12, study:3, arm:4 or effect:5.")
    return _KINDS[kind.lower()], int(number)


def name_of(level: Level, id: int) -> str:
    """Return how a target is written: record:12, study:3, arm:4, effect:5."""
    return f"{'record' if level is Level.REPORT else level.value}:{id}"


def known(conn: sa.Connection, level: Level, id: int) -> int:
    """Return the number that tags go to: the kept record of a report, else the target itself."""
    found = (
        duplicates.kept_of(conn, id)
        if level is Level.REPORT
        else evidence.target_study(conn, level, id) and id
    )
    if not found:
        raise NotFound(f"There is no {name_of(level, id).replace(':', ' ')}.")
    return found


def study_of(conn: sa.Connection, level: Level, id: int) -> int | None:
    """Return the study whose evidence a tag on a target speaks of, or None."""
    if level is not Level.REPORT:
        return evidence.target_study(conn, level, id)
    return fulltext.study_of(conn, duplicates.clusters_of(conn, [id])[id])
