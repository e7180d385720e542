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
_AT_ONCE = 100  # openings in one statement

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
    "SELECT open_to, place, kept_id FROM (SELECT open_to, place, kept_id FROM queue_entry "
    "WHERE stage = :stage AND open_to = :open_{n} AND place >= :low_{k} AND place < :high_{k} "
    "ORDER BY place {way} LIMIT :limit) AS stretch_{n}_{k}"
)
_LOWEST = -(2**62)


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
    member, then what is open to everybody; within each by place. Read are the first few entries
    of some stretches of one index, so the cost does not grow with the review.
    """
    tiers: dict[str, int] = {}
    closed = assignments.closed(conn, stage)
    for text in conn.scalars(_OPENINGS, {"stage": stage.value}):
        found = Opening.read(text)
        tier = found.tier(member)
        if tier is not None and (found.pilot or not closed):
            tiers[text] = tier
    policy = protocol.policy(stage)
    own = round_of(member, seed=policy.seed, order=policy.order)
    left_out = set(skip)
    rows = _first(conn, stage, list(tiers), own, n=n + len(left_out))
    rows.sort(key=lambda row: (tiers[row[0]], own.distance(row[1])))
    return [record for _, _, record in rows if record not in left_out][:n]


def _first(
    conn: sa.Connection, stage: Stage, openings: Sequence[str], own: Round, *, n: int
) -> list[tuple[str, int, int]]:
    """Return (opening, place, record) of the first `n` entries of each stretch of each opening."""
    bounds: dict[str, str | int] = {"stage": stage.value, "limit": n}
    ways = []
    for k, (low, high, upwards) in enumerate(_stretches(own)):
        bounds |= {f"low_{k}": low, f"high_{k}": high}
        ways.append("ASC" if upwards else "DESC")
    found: list[tuple[str, int, int]] = []
    for start in range(0, len(openings), _AT_ONCE):
        some = openings[start : start + _AT_ONCE]
        query = " UNION ALL ".join(
            _STRETCH.format(n=n, k=k, way=way)
            for n in range(len(some))
            for k, way in enumerate(ways)
        )
        given = bounds | {f"open_{n}": text for n, text in enumerate(some)}
        found += [(text, at, one) for text, at, one in conn.execute(sa.text(query), given)]
    return found


def _stretches(own: Round) -> list[tuple[int, int, bool]]:
    """The order of places for a member: what has a score, then the circle in two stretches."""
    scored = (_LOWEST, 0, True)
    if own.upwards:
        return [scored, (own.start, PRIME, True), (0, own.start, True)]
    return [scored, (0, own.start + 1, False), (own.start + 1, PRIME, False)]


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


def begun(conn: sa.Connection, stage: Stage) -> set[int]:
    """Return the kept records at a stage that anybody has a vote on, those settled too."""
    query = sa.select(_VOTER.c.kept_id).where(_VOTER.c.stage == stage).distinct()
    return set(conn.scalars(query))
