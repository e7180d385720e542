"""Decides who may judge a record next, and in which order a reviewer meets records.

The order is never made of what anybody else did. Every record has a place: where the ranking
gives it a score, before all others, the highest first and the same for everybody; else on a
circle, drawn by the protocol's seed. Each reviewer goes round the circle from a point and in a
direction of their own, so that two reviewers meet the records in orders of their own while one
index serves them all. A record keeps its place whatever comes in or leaves.

Who may judge a record (its opening) follows from who was assigned, from who has voted, and from
how many votes are asked for; never from what a vote says. That others have voted can thus be
seen where more people share a record than it has votes: it leaves the queue when it has them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from review.screening.standing import UNFINISHED, Standing
from review.vocab import Order, Stage

# The largest prime below 2**31 that is 2 mod 3: cubing is one-to-one modulo such a prime, and
# the product of two numbers below it stays below 2**63.
PRIME = 2_147_483_579
FINEST = 10**12
"""Scores that differ by less than one part of this share a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """To whom a record is assigned.

    All of `named` are to judge it. Seats beyond theirs are for `pool`, or for everybody where
    that is None. Whoever is not there any more is taken out of both by a further assignment.
    """

    named: frozenset[int] = frozenset()
    pool: frozenset[int] | None = None


EVERYBODY = Seats()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """To whom a record is open now.

    `named` it waits for; the rest may judge it too: `pool`, or everybody but `voted` where
    that is None. `pilot` says that it belongs to a pilot.
    """

    named: frozenset[int] = frozenset()
    pool: frozenset[int] | None = None
    voted: frozenset[int] = frozenset()
    pilot: bool = False

    def tier(self, member: int) -> int | None:
        """Return 0 for a pilot's record, 1 for one's own, 2 for anybody's, None if not open."""
        named = member in self.named
        anybody = self.pool is None and member not in self.voted
        if not (named or anybody or member in (self.pool or ())):
            return None
        if self.pilot:
            return 0
        return 2 if anybody and not named else 1

    @property
    def text(self) -> str:
        """The opening as one word, equal for equal openings; `read` turns it back."""
        rest = "-" + _listed(self.voted) if self.pool is None else "+" + _listed(self.pool)
        return f"{'p' if self.pilot else ''}{_listed(self.named)}{rest}"

    @classmethod
    def read(cls, text: str) -> "Opening":
        """Return the opening that `text` stands for."""
        body = text.removeprefix("p")
        sign = "+" if "+" in body else "-"
        named, _, rest = body.partition(sign)
        return cls(
            named=_numbers(named),
            pool=_numbers(rest) if sign == "+" else None,
            voted=_numbers(rest) if sign == "-" else frozenset(),
            pilot=text != body,
        )


def opening(
    standing: Standing,
    *,
    required: int,
    seats: Seats = EVERYBODY,
    panel: frozenset[int] | None = None,
) -> Opening | None:
    """Return to whom a record is open, or None where it takes no more votes.

    `required` is how many votes the protocol asks for; `panel` are all those who screen the
    record as part of a pilot, which goes before any assignment. A seat that nobody assigned can
    take, as somebody left or the protocol now asks for more, is open to everybody.
    """
    if standing.state not in UNFINISHED:
        return None
    voted = frozenset(standing.voters)
    missing = (seats.named if panel is None else panel) - voted
    left = required - len(voted)
    if panel is not None:
        left = max(left, len(missing))
    free = left - len(missing)
    pilot = panel is not None
    if free <= 0:
        return Opening(named=missing, pool=frozenset(), pilot=pilot)
    pool = None if panel is not None or seats.pool is None else seats.pool - voted - missing
    if pool is not None and len(pool) >= free:
        return Opening(named=missing, pool=pool, pilot=pilot)
    return Opening(named=missing, voted=voted, pilot=pilot)


def may_take(
    member: int, found: Opening | None, *, record: int, stage: Stage, closed: bool
) -> str | None:
    """Say why a member may not judge a record that still takes votes, or nothing.

    `closed` is whether a pilot keeps the rest of the stage closed.
    """
    if found is None:
        return None
    if closed and not found.pilot:
        return (
            f"A pilot of {stage.value} is under way: its records are screened first, "
            "and the rest opens when an owner says so."
        )
    if found.tier(member) is None:
        return f"Record {record} is assigned to others at {stage.value}."
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle:
    """One permutation: x = (factor * record + shift) % PRIME, key = x * x % PRIME * x % PRIME."""

    factor: int
    shift: int

    def key(self, record: int) -> int:
        """Return the place of a record; different ids below PRIME have different places."""
        mixed = (self.factor * record + self.shift) % PRIME
        return mixed * mixed % PRIME * mixed % PRIME


def shuffle(stage: Stage, *, seed: int) -> Shuffle:
    """Return the circle of a stage for a seed, the same on every machine."""
    drawn = _drawn(f"{seed}:{stage.value}")
    return Shuffle(
        factor=1 + int.from_bytes(drawn[:8]) % (PRIME - 1),
        shift=int.from_bytes(drawn[8:]) % PRIME,
    )


def place(record: int, *, circle: Shuffle, order: Order, score: float | None = None) -> int:
    """Return the place of a record: below 0 where it has a score, the highest score lowest."""
    if score is not None:
        return -1 - round(score * FINEST)
    return record if order is Order.ID else circle.key(record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How a member goes round the circle: from `start`, upwards or downwards."""

    start: int = 0
    upwards: bool = True

    def distance(self, at: int) -> int:
        """Return how far a place is ahead; what has a score (below 0) comes before all others."""
        if at < 0:
            return at
        return (at - self.start if self.upwards else self.start - at) % PRIME


def round_of(member: int, *, seed: int, order: Order) -> Round:
    """Return how a member goes round; in the order of arrival everybody does so alike."""
    if order is Order.ID:
        return Round()
    drawn = _drawn(f"{seed}:member:{member}")
    return Round(start=int.from_bytes(drawn[:8]) % PRIME, upwards=bool(drawn[8] % 2))


def ordered(
    records: Iterable[int],
    *,
    member: int,
    seed: int,
    stage: Stage = Stage.TITLE_ABSTRACT,
    order: Order = Order.RANDOM,
) -> list[int]:
    """Return record ids in the order in which a member meets them, without scores."""
    circle, own = shuffle(stage, seed=seed), round_of(member, seed=seed, order=order)
    return sorted(records, key=lambda one: own.distance(place(one, circle=circle, order=order)))


def _drawn(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _listed(members: Collection[int]) -> str:
    return ",".join(str(member) for member in sorted(members))


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(",") if part)
