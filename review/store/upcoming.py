"""Queries of the queue: a reviewer's next records, how many wait for whom, how many are done."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from review.protocol import Protocol
from review.screening.queue import PRIME, Opening, Round, round_of
from review.store import assignments
from review.store.tables import QueueEntryRow, VoterRow
from review.store.tables.base import table_of
from review.vocab import Stage

_ENTRY = table_of(QueueEntryRow)
_VOTER = table_of(VoterRow)
_AT_ONCE = 100  # stretches of the index in one statement

_OPENINGS = sa.text(
    """
    WITH RECURSIVE found(open_to) AS (
        SELECT (SELECT open_to FROM queue_entry WHERE stage = :stage ORDER BY open_to LIMIT 1)
        UNION ALL
        SELECT (SELECT queue_entry.open_to FROM queue_entry
                WHERE stage = :stage AND queue_entry.open_to > found.open_to
                ORDER BY queue_entry.open_to LIMIT 1)
        FROM found WHERE found.open_to IS NOT NULL
    )
    SELECT open_to FROM found WHERE open_to IS NOT NULL
    """
)
_STRETCH = (
    "SELECT place, kept_id FROM (SELECT place, kept_id FROM queue_entry WHERE stage = :stage "
    "AND open_to = :open_{n} AND place >= :low AND place < :high "
    "ORDER BY place {way} LIMIT :limit) AS stretch_{n}"
)


def upcoming(
    conn: sa.Connection,
    member: int,
    stage: Stage,
    *,
    n: int,
    protocol: Protocol,
    skip: Collection[int] = (),
) -> list[int]:
    """Return the next `n` kept records for `member`, leaving out `skip`.

    A pilot's records come first, and alone while it is under way; then what is assigned to the
    member, then what is open to everybody; within each by place. Every query reads the first few
    entries of some stretches of one index, so its cost does not grow with the review.
    """
    tiers: dict[int, list[str]] = {}
    closed = assignments.closed(conn, stage)
    for text in conn.scalars(_OPENINGS, {"stage": stage.value}):
        found = Opening.read(text)
        tier = found.tier(member)
        if tier is not None and (found.pilot or not closed):
            tiers.setdefault(tier, []).append(text)
    policy = protocol.policy(stage)
    own = round_of(member, seed=policy.seed, order=policy.order)
    left_out, chosen = set(skip), list[int]()
    for tier in sorted(tiers):
        for low, high, upwards in _stretches(own):
            limit = n - len(chosen) + len(left_out)
            rows = _first(conn, stage, tiers[tier], low=low, high=high, upwards=upwards, n=limit)
            rows.sort(key=lambda row: row[0] if upwards else -row[0])
            chosen += [record for _, record in rows if record not in left_out]
            if len(chosen) >= n:
                return chosen[:n]
    return chosen


def _stretches(own: Round) -> list[tuple[int, int, bool]]:
    """The order of places for a member: what has a score, then the circle in two stretches."""
    scored = (-(2**62), 0, True)
    if own.upwards:
        return [scored, (own.start, PRIME, True), (0, own.start, True)]
    return [scored, (0, own.start + 1, False), (own.start + 1, PRIME, False)]


def _first(
    conn: sa.Connection,
    stage: Stage,
    openings: Sequence[str],
    *,
    low: int,
    high: int,
    upwards: bool,
    n: int,
) -> list[tuple[int, int]]:
    """Return (place, record) of the first `n` entries of each opening from `low` to `high`."""
    found: list[tuple[int, int]] = []
    way = "ASC" if upwards else "DESC"
    for start in range(0, len(openings), _AT_ONCE):
        some = openings[start : start + _AT_ONCE]
        query = " UNION ALL ".join(_STRETCH.format(n=k, way=way) for k in range(len(some)))
        given: dict[str, str | int] = {f"open_{k}": text for k, text in enumerate(some)}
        given |= {"stage": stage.value, "low": low, "high": high, "limit": n}
        found += [(at, record) for at, record in conn.execute(sa.text(query), given)]
    return found


def waiting(conn: sa.Connection, stage: Stage) -> dict[Opening, int]:
    """Return how many records are open to whom at a stage, while the rest is closed the pilot's."""
    closed = assignments.closed(conn, stage)
    query = (
        sa.select(_ENTRY.c.open_to, sa.func.count())
        .where(_ENTRY.c.stage == stage)
        .group_by(_ENTRY.c.open_to)
    )
    found = {Opening.read(text): n for text, n in conn.execute(query)}
    return {one: n for one, n in found.items() if one.pilot or not closed}


def remaining(found: Mapping[Opening, int], member: int) -> int:
    """Return how many of the records waiting are in a member's queue."""
    return sum(n for one, n in found.items() if one.tier(member) is not None)


def voted(conn: sa.Connection, stage: Stage, member: int) -> int:
    """Return how many records a member has a vote on at a stage that counts."""
    query = (
        sa.select(sa.func.count())
        .select_from(_VOTER)
        .where(_VOTER.c.member_id == member, _VOTER.c.stage == stage)
    )
    return conn.scalar(query) or 0


def entries(conn: sa.Connection, stage: Stage) -> dict[int, Opening]:
    """Return every record that takes votes at a stage, and to whom it is open."""
    read: dict[str, Opening] = {}
    query = sa.select(_ENTRY.c.kept_id, _ENTRY.c.open_to).where(_ENTRY.c.stage == stage)
    return {
        record: read.setdefault(text, Opening.read(text)) for record, text in conn.execute(query)
    }


def opening_of(conn: sa.Connection, record: int, stage: Stage) -> Opening | None:
    """Return to whom a kept record is open at a stage, None where it takes no votes."""
    text = conn.scalar(
        sa.select(_ENTRY.c.open_to).where(_ENTRY.c.kept_id == record, _ENTRY.c.stage == stage)
    )
    return Opening.read(text) if text is not None else None


def begun(conn: sa.Connection, stage: Stage) -> set[int]:
    """Return the kept records at a stage that anybody has a vote on, those settled too."""
    query = sa.select(_VOTER.c.kept_id).where(_VOTER.c.stage == stage).distinct()
    return set(conn.scalars(query))
