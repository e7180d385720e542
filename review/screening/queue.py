"""Decides the order in which a reviewer meets records: never by what anybody else did.

The random order is a permutation of record ids, another for each member and seed, computed in
whole numbers below 2**63, so that a database can sort by the same formula.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b

from review.screening.standing import UNFINISHED, Standing

# The largest prime below 2**31 that is 2 mod 3: cubing is one-to-one modulo such a prime, and
# the product of two numbers below it stays below 2**63.
PRIME = 2_147_483_579


class Order(StrEnum):
    """How a reviewer's queue is ordered."""

    RANDOM = "random"
    ID = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle:
    """One permutation: x = (factor * record + shift) % PRIME, key = x * x % PRIME * x % PRIME."""

    factor: int
    shift: int

    def key(self, record: int) -> int:
        """Return the sort key of a record id; different ids below PRIME have different keys."""
        mixed = (self.factor * record + self.shift) % PRIME
        return mixed * mixed % PRIME * mixed % PRIME


def shuffle(member: int, *, seed: int) -> Shuffle:
    """Return a member's permutation for a review's seed, the same on every machine."""
    drawn = blake2b(f"{seed}:{member}".encode(), digest_size=16).digest()
    return Shuffle(
        factor=1 + int.from_bytes(drawn[:8]) % (PRIME - 1),
        shift=int.from_bytes(drawn[8:]) % PRIME,
    )


def ordered(
    records: Iterable[int], *, member: int, seed: int, order: Order = Order.RANDOM
) -> list[int]:
    """Return record ids in the order in which a member meets them."""
    if order is Order.ID:
        return sorted(records)
    return sorted(records, key=shuffle(member, seed=seed).key)


def is_open_to(member: int, standing: Standing) -> bool:
    """Return whether a report waits for this member's vote at a stage."""
    return standing.state in UNFINISHED and member not in standing.voters
