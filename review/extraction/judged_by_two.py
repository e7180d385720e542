"""Decides what the judgements of two people on one thing amount to, and which of them speaks.

It holds for appraisals of a study and for gradings of a certainty alike: each member's latest
counts; what a third person settled speaks, and what those who judged have agreed on since.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from review.vocab import RulingKind


class Amount(StrEnum):
    """What the judgements amount to."""

    TO_DO = "to-do"
    AWAITING = "awaiting"
    CONFLICT = "conflict"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One member's judgement; `content` is what must be the same for two to agree.

    `kind` is empty, or says how it settles those before it. Ids order them in time, those of
    settlements apart from those of judgements where they are kept apart.
    """

    id: int
    member: int | None
    content: Hashable
    kind: RulingKind | None = None
    covers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judgements amount to: who gave one (in order of their first), and which one speaks."""

    amount: Amount
    judges: tuple[int, ...]
    latest: tuple[Judgement, ...]
    speaks: Judgement | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to decide."""
        return self.amount is Amount.SETTLED


def judged(given: Iterable[Judgement], settlements: Iterable[Judgement], *, needed: int) -> Judged:
    """Return what the judgements of one thing amount to where `needed` people judge it.

    One given by nobody in particular (whoever holds the database) is one judge of its own.
    """
    latest: dict[int, Judgement] = {}
    for one in sorted(given, key=lambda one: one.id):
        latest[one.member or 0] = one
    judges, last = tuple(latest), tuple(latest.values())
    enough = len(judges) >= needed
    speaks = _settling(judges, settlements if enough else ())
    if speaks is None and enough and len({one.content for one in last}) == 1:
        speaks = last[0]
    if speaks is not None:
        amount = Amount.SETTLED
    elif not last:
        amount = Amount.TO_DO
    else:
        amount = Amount.CONFLICT if enough else Amount.AWAITING
    return Judged(amount=amount, judges=judges, latest=last, speaks=speaks)


def _settling(judges: tuple[int, ...], settlements: Iterable[Judgement]) -> Judgement | None:
    """The latest that settles: a third person's, or the last word of all who judged, if the same.

    Of the words spoken in discussion, each judge's latest counts.
    """
    speaks: Judgement | None = None
    words: dict[int, Judgement] = {}
    for one in sorted(settlements, key=lambda one: one.id):
        if one.kind is RulingKind.ADJUDICATION:
            speaks = one
            words.clear()
            continue
        words[one.member or 0] = one
        same = {words[judge].content for judge in judges if judge in words}
        if len(same) == 1 and all(judge in words for judge in judges):
            speaks = one
    return speaks
