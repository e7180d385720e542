"""Decides how records are dealt out to reviewers: by pairs, evenly, by quotas, or moved later.

Chance is seeded: the same records, members and seed give the same assignment on every machine,
whatever order they are named in. Nobody is given a record twice, and every record that is dealt
has exactly as many members as the protocol asks votes of it.
"""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import product

from review.screening.queue import Seats

Plan = dict[int, Seats]
"""To whom each record is assigned."""


def pairs(records: Collection[int], groups: Sequence[Collection[int]], *, seed: int) -> Plan:
    """Deal records evenly among fixed groups of members; their numbers differ by one at most."""
    return {
        record: _only(groups[place % len(groups)])
        for place, record in enumerate(_mixed(records, seed))
    }


def split(records: Collection[int], members: Collection[int], *, required: int, seed: int) -> Plan:
    """Deal records to `required` of the members each, so that loads differ by one at most.

    Whoever has least so far is next, chance deciding between equals, so all pairs come to work
    together.
    """
    rng = random.Random(seed)
    load = dict.fromkeys(sorted(members), 0)
    plan = {}
    for record in _mixed(records, seed):
        chosen = sorted(load, key=lambda member: (load[member], rng.random()))[:required]
        for member in chosen:
            load[member] += 1
        plan[record] = _only(chosen)
    return plan


def quota(records: Collection[int], quotas: Mapping[int, int], *, required: int, seed: int) -> Plan:
    """Deal as many records as the quotas allow, `required` members each, none above their quota.

    Whoever still wants most is next. A quota that the others' quotas cannot match, or above the
    number of records, is not filled; what is not dealt stays with everybody.
    """
    rng = random.Random(seed)
    count = dealt(quotas, len(records), required=required)
    left = {member: min(quotas[member], count) for member in sorted(quotas)}
    plan = {}
    for record in _mixed(records, seed)[:count]:
        chosen = sorted(left, key=lambda member: (-left[member], rng.random()))[:required]
        for member in chosen:
            left[member] -= 1
        plan[record] = _only(chosen)
    return plan


def dealt(quotas: Mapping[int, int], records: int, *, required: int) -> int:
    """Return how many records can have `required` different members within their quotas.

    It is the largest K with sum(min(quota, K)) >= required * K (Gale 1957, Ryser 1957: a 0-1
    matrix with K rows of `required` ones and columns within the quotas).
    """
    count = min(records, sum(quotas.values()) // required)
    while count and sum(min(n, count) for n in quotas.values()) < required * count:
        count -= 1
    return count


def balance(
    held: Mapping[int, frozenset[int]],
    load: Mapping[int, int],
    *,
    seed: int,
) -> Plan:
    """Return new seats for some records nobody has begun, so that what is left is even.

    `held` are those records with the members they are assigned to; `load` how many records each
    member who is to share has still to judge, those of `held` among them. Seats go one by one
    from who has most to who has least, until that differs by one or no seat can go.
    """
    now = {record: set(members) for record, members in held.items()}
    left = dict(load)
    theirs = {member: _mixed((r for r in now if member in now[r]), seed) for member in left}
    moved: set[int] = set()
    while move := _next_move(now, left, theirs):
        at, giver, taker = move
        record = theirs[giver].pop(at)
        now[record].remove(giver)
        now[record].add(taker)
        theirs[taker].insert(0, record)
        left[giver] -= 1
        left[taker] += 1
        moved.add(record)
    return {record: _only(now[record]) for record in moved if now[record] != held[record]}


def _next_move(
    now: Mapping[int, set[int]], left: Mapping[int, int], theirs: Mapping[int, list[int]]
) -> tuple[int, int, int] | None:
    """Return (place in the giver's list, giver, taker) of the move that evens out most, or None."""
    wanted = sorted(
        ((left[taker] - left[giver], giver, taker) for giver, taker in product(left, left)),
    )
    for gap, giver, taker in wanted:
        if gap > -2:
            return None
        some = theirs[giver]
        for at in range(len(some) - 1, -1, -1):
            if taker not in now[some[at]]:
                return at, giver, taker
    return None


def without(seats: Seats, member: int) -> Seats:
    """Return seats once a member has left: theirs goes to everybody, a pool goes on without."""
    if member in seats.named:
        return Seats(named=seats.named - {member})
    return Seats(named=seats.named, pool=None if seats.pool is None else seats.pool - {member})


def loads(plan: Mapping[int, Seats]) -> Counter[int]:
    """Return how many records of a plan each member is to judge by name."""
    return Counter(member for seats in plan.values() for member in seats.named)


def draw(records: Iterable[int], n: int, *, seed: int) -> list[int]:
    """Return `n` of the records by chance, in order of id."""
    return sorted(_mixed(records, seed)[:n])


def _only(members: Iterable[int]) -> Seats:
    return Seats(named=frozenset(members), pool=frozenset())


def _mixed(records: Iterable[int], seed: int) -> list[int]:
    mixed = sorted(records)
    random.Random(seed).shuffle(mixed)
    return mixed
