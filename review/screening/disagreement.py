"""Decides what conflicts are made of: which pairs, verdicts and reasons; and whose votes fell.

A conflict is what the rule of the stage makes one: letting through against excluding, and, where
the protocol says so, different primary reasons of two exclusions. Its anatomy is taken from the
first independent votes, as agreement is; whose vote a ruling overturned, from the votes the
ruling was made on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from review.protocol import StagePolicy
from review.screening.agreement import CastVote, Panel
from review.screening.coefficients import Interval, wilson
from review.screening.standing import Ruling, Vote, advancing
from review.vocab import ReasonPolicy, Stage, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of `n` things: `count` of them, with the score interval (Wilson 1927), 95 %."""

    count: int
    n: int

    @property
    def share(self) -> float | None:
        """The share, from 0 to 1; empty where there is nothing to share."""
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """The interval of the share; empty where there is nothing to share."""
        return wilson(self.count, self.n) if self.n else None


Said = tuple[Verdict, str | None]
"""A verdict and its primary reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """What the conflicts of a stage are made of.

    `pairs`: conflicts among the records that a pair of reviewers both voted on; `reasons`: among
    the pairs of votes of which one cites the reason (None: excludes without one), how many are in
    conflict; `patterns`: how often the two said what, the lower member id first.
    """

    conflicts: Share
    pairs: Mapping[tuple[int, int], Share]
    reasons: Mapping[str | None, Share]
    patterns: Mapping[tuple[tuple[int, int], Said, Said], int]


def anatomy(panels: Iterable[Panel], *, stage: Stage, policy: StagePolicy) -> Anatomy:
    """Return what the conflicts over some panels of votes are made of."""
    every: Counter[bool] = Counter()
    pairs: dict[tuple[int, int], Counter[bool]] = defaultdict(Counter)
    reasons: dict[str | None, Counter[bool]] = defaultdict(Counter)
    patterns: Counter[tuple[tuple[int, int], Said, Said]] = Counter()
    for panel in panels:
        differ = False
        for first, second in combinations(sorted(panel), 2):
            one, other = _said(panel[first]), _said(panel[second])
            apart = differs(one, other, stage=stage, policy=policy)
            differ = differ or apart
            pairs[first, second][apart] += 1
            for reason in {said[1] for said in (one, other) if said[0] is Verdict.EXCLUDE}:
                reasons[reason][apart] += 1
            if apart:
                patterns[(first, second), one, other] += 1
        every[differ] += 1
    return Anatomy(
        conflicts=_share(every),
        pairs={pair: _share(pairs[pair]) for pair in sorted(pairs)},
        reasons={reason: _share(reasons[reason]) for reason in reasons},
        patterns=dict(patterns.most_common()),
    )


def differs(one: Said, other: Said, *, stage: Stage, policy: StagePolicy) -> bool:
    """Return whether two verdicts with their reasons make a conflict at a stage."""
    through = advancing(stage, policy)
    if one[0] is other[0] is Verdict.EXCLUDE:
        strict = stage is Stage.FULL_TEXT and policy.reason_policy is ReasonPolicy.CONFLICT
        return strict and None not in (one[1], other[1]) and one[1] != other[1]
    return not (one[0] in through and other[0] in through)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudicated:
    """One conflict that a third person ruled on, and the votes that stood then."""

    ruling: Ruling
    votes: Sequence[Vote]


def overturned(vote: Vote, ruling: Ruling) -> bool:
    """Return whether a ruling decided against a vote: another outcome, or another reason."""
    if (vote.verdict is Verdict.EXCLUDE) is not (ruling.verdict is Verdict.EXCLUDE):
        return True
    if vote.verdict is not Verdict.EXCLUDE or not (vote.reason and ruling.reason):
        return False
    return vote.reason != ruling.reason


def overturns_by_reviewer(cases: Iterable[Adjudicated]) -> dict[int, Share]:
    """Return, by member, how many of their votes in conflicts were overturned."""
    found: dict[int, Counter[bool]] = defaultdict(Counter)
    for case in cases:
        for vote in case.votes:
            found[vote.member][overturned(vote, case.ruling)] += 1
    return {member: _share(found[member]) for member in sorted(found)}


def overturns_by_reason(cases: Iterable[Adjudicated]) -> dict[str | None, Share]:
    """Return, by reason cited (None: none), how many exclusions in conflicts were overturned."""
    found: dict[str | None, Counter[bool]] = defaultdict(Counter)
    for case in cases:
        for vote in case.votes:
            if vote.verdict is Verdict.EXCLUDE:
                found[vote.reason or None][overturned(vote, case.ruling)] += 1
    return {reason: _share(found[reason]) for reason in found}


def _said(vote: CastVote) -> Said:
    assert vote.verdict is not None  # a panel holds no withdrawn vote
    return vote.verdict, vote.reason or None


def _share(found: Counter[bool]) -> Share:
    return Share(count=found[True], n=found.total())
