"""Decides what a pilot tells: how far everybody agreed, and which reasons need to be clarified.

A pilot is a random sample that every reviewer screens before the rest. A record of it is
complete once all of its panel have voted; then the votes of all of them amount to a standing by
the stage's own rule, as if the protocol asked for that many reviewers, so that none of the work
is thrown away: what all let through, or all exclude, is settled, and the rest is a conflict.
Under liberal-accelerated, too, all of the panel vote first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from review.screening.agreement import Agreement, CastVote, agreement
from review.screening.coefficients import LEVEL, Interval, specific, wilson
from review.vocab import Verdict

Said = dict[int, tuple[Verdict, str | None]]
"""Verdict and primary reason of each member on one record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """One reason for exclusion: how often it was cited, and how often that was disputed.

    `records` are those on which anybody cited it, `against` those of them that others let
    through, `otherwise` those that others excluded for another reason or for none. `positive`
    is the chance that of two reviewers the second cites it where the first does. The reason is
    empty for exclusions without one.
    """

    reason: str | None
    records: int
    against: int
    otherwise: int
    positive: float | None
    positive_interval: Interval | None

    @property
    def disputed(self) -> int:
        """On how many records reviewers differed over it."""
        return self.against + self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far a panel agreed over `n` complete records; what is empty is not defined.

    `agreed` are the records on which all said the same, to let through or to exclude; `share`
    is their share. `kappa` is Fleiss' over the verdicts as cast. `pairs` has each pair's
    agreement, and that of all pairs together. `cited` has the reasons, the most disputed first.
    """

    n: int
    agreed: int
    share: float | None
    share_interval: Interval | None
    kappa: float | None
    kappa_interval: Interval | None
    pairs: list[Agreement]
    cited: list[Cited]


def said(rows: Iterable[CastVote]) -> dict[int, Said]:
    """Return what each member last said of each record while nothing was revealed to them."""
    last: dict[tuple[int, int], CastVote] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        if row.independent:
            last[row.record, row.member] = row
    found: dict[int, Said] = defaultdict(dict)
    for (record, member), row in last.items():
        if row.verdict is not None:
            found[record][member] = (row.verdict, row.reason)
    return dict(found)


def calibration(
    rows: Sequence[CastVote], *, through: frozenset[Verdict], reasons: Sequence[str]
) -> Calibration:
    """Return how far a panel agreed over the votes on complete records.

    `through` are the verdicts that let a report through at the stage, `reasons` the codes of
    its reasons in the order of the protocol.
    """
    panels = {record: one for record, one in said(rows).items() if len(one) > 1}
    agreed = sum(not disagrees(one, through=through) for one in panels.values())
    value, interval = fleiss([[verdict for verdict, _ in one.values()] for one in panels.values()])
    return Calibration(
        n=len(panels),
        agreed=agreed,
        share=agreed / len(panels) if panels else None,
        share_interval=wilson(agreed, len(panels)) if panels else None,
        kappa=value,
        kappa_interval=interval,
        pairs=agreement([row for row in rows if row.record in panels]),
        cited=cited(panels, through=through, reasons=reasons),
    )


def disagrees(one: Said, *, through: frozenset[Verdict]) -> bool:
    """Return whether some let a record through and some did not."""
    return len({verdict in through for verdict, _ in one.values()}) > 1


def cited(
    panels: Mapping[int, Said], *, through: frozenset[Verdict], reasons: Sequence[str]
) -> list[Cited]:
    """Return the reasons that anybody cited, the most disputed first, then as in the protocol.

    Exclusions without a reason are counted only where somebody else gave one or let it through.
    """
    order = {code: place for place, code in enumerate(reasons)}
    used = {reason for one in panels.values() for _, reason in one.values() if reason}
    found = [_cited(reason, panels, through) for reason in sorted(used, key=str)]
    silent = _cited(None, panels, through)
    if silent.disputed:
        found.append(silent)
    return sorted(
        found, key=lambda one: (-one.disputed, order.get(one.reason or "", len(order)), one.reason)
    )


def _cited(reason: str | None, panels: Mapping[int, Said], through: frozenset[Verdict]) -> Cited:
    records = against = otherwise = both = one_only = 0
    for one in panels.values():
        here = [verdict is Verdict.EXCLUDE and cause == reason for verdict, cause in one.values()]
        if not any(here):
            continue
        records += 1
        if any(verdict in through for verdict, _ in one.values()):
            against += 1
        elif not all(here):
            otherwise += 1
        pairs = Counter(a + b for a, b in combinations(here, 2))
        both, one_only = both + pairs[2], one_only + pairs[1]
    positive, interval = specific(both, one_only)
    return Cited(
        reason=reason,
        records=records,
        against=against,
        otherwise=otherwise,
        positive=positive,
        positive_interval=interval,
    )


def fleiss(rated: Sequence[Sequence[Verdict]]) -> tuple[float | None, Interval | None]:
    """Return Fleiss' kappa (1971) of things rated by two or more, with Gwet's (2014) interval.

    The number of raters may differ from thing to thing. The variance sums the squared distance
    of each one's own contribution from the coefficient, t on n - 1 degrees. Not defined where
    chance alone would make them agree always, nor the interval where nobody disagreed.
    """
    counts = [Counter(one) for one in rated if len(one) > 1]
    n = len(counts)
    if not n:
        return None, None
    sizes = [sum(one.values()) for one in counts]
    shares = {
        verdict: sum(one[verdict] / size for one, size in zip(counts, sizes, strict=True)) / n
        for verdict in Verdict
    }
    expected = sum(share**2 for share in shares.values())
    if 1 - expected < 1e-12:
        return None, None
    own = [
        sum(k * (k - 1) for k in one.values()) / (size * (size - 1))
        for one, size in zip(counts, sizes, strict=True)
    ]
    value = (sum(own) / n - expected) / (1 - expected)
    if n < 2 or min(own) == 1:
        return value, None
    squares = 0.0
    for one, size, agreed in zip(counts, sizes, own, strict=True):
        chance = sum(shares[verdict] * k / size for verdict, k in one.items())
        part = (agreed - expected) / (1 - expected)
        part -= 2 * (1 - value) * (chance - expected) / (1 - expected)
        squares += (part - value) ** 2
    # half a second of import that only a coefficient should cost
    from scipy.special import stdtrit

    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * sqrt(squares / (n * (n - 1)))
    return value, (max(-1.0, value - reach), min(1.0, value + reach))
