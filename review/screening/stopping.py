"""Decides what may be said of a stop before everything is screened: recall, and how sure that is.

The guarantee rests on a random sample, drawn without replacement from all records not settled at
that moment and screened whole. Of how many relevant records the sample gave follows, by the
hypergeometric distribution, how many there are at most in all that it was drawn from (a
one-sided bound, Clopper and Pearson's argument; Callaghan and Müller-Hansen 2020,
doi:10.1186/s13643-020-01521-4, test the same hypothesis). The bound does not move when more
records are screened in any order, so that recall can be watched from then on without testing
again and again: the chance that it ever claims too much stays within the risk. That is the
scheme of Lewis, Yang and Frieder 2021 (doi:10.1145/3459637.3482415), certified by one sample.

Several samples share the risk: a half of it for the first, a quarter for the second, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

TARGET, CONFIDENCE = 0.95, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A random sample and what became of it.

    It is the `number`-th drawn, of `size` from `population` records that were not settled;
    `before` were relevant among those settled then. Of the sample `relevant` are, and `open`
    are not settled yet. `newer` records came in since that are not settled: nothing is said
    of them.
    """

    number: int
    size: int
    population: int
    before: int
    relevant: int
    open: int
    newer: int = 0
    reopened: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What can be said now: recall is at least `recall`, with the confidence asked for.

    `most` is how many relevant records there are at most, those found included. None where no
    sample says anything.
    """

    target: float
    confidence: float
    found: int
    most: int | None = None
    recall: float | None = None
    sample: int | None = None

    @property
    def reached(self) -> bool:
        """Whether the target recall is reached with the confidence asked for."""
        return self.recall is not None and self.recall >= self.target


def risk_of(number: int, *, confidence: float) -> float:
    """Return the share of the risk that the `number`-th sample (from 1) may use up."""
    return float((1 - confidence) / 2**number)


def most_relevant(*, size: int, relevant: int, population: int, risk: float) -> int:
    """Return how many of `population` are relevant at most, given `relevant` in the sample.

    It is the largest number under which so few in the sample have a chance of `risk` or more.
    """
    from scipy.stats import hypergeom

    low, high = relevant, population - (size - relevant)
    while low < high:  # the chance falls as the number grows
        middle = (low + high + 1) // 2
        if hypergeom.cdf(relevant, population, middle, size) >= risk:
            low = middle
        else:
            high = middle - 1
    return low


def statement(
    samples: Sequence[Sample],
    *,
    found: int,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> Statement:
    """Return the best that the samples allow to say, `found` being the relevant records so far.

    Records of a sample that are still open count as relevant ones not found; decisions reopened
    since it was drawn, too. A sample is silent while newer records wait.
    """
    best = Statement(target=target, confidence=confidence, found=found)
    for one in samples:
        if one.newer:
            continue
        bound = most_relevant(
            size=one.size,
            relevant=min(one.relevant + one.open, one.size),
            population=one.population,
            risk=risk_of(one.number, confidence=confidence),
        )
        most = max(one.before + one.reopened + bound, found)
        recall = found / most if most else 1.0
        if best.recall is None or recall > best.recall:
            best = Statement(
                target=target,
                confidence=confidence,
                found=found,
                most=most,
                recall=recall,
                sample=one.number,
            )
    return best


def size_needed(
    *,
    population: int,
    found: int,
    number: int,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> int:
    """Return the smallest sample that reaches the target if it gives no relevant record.

    All of `population` where nothing smaller can: the fewer were found, the larger it must be.
    """
    from scipy.stats import hypergeom

    risk = risk_of(number, confidence=confidence)
    # so many relevant records among the rest would be too many (Callaghan and Müller-Hansen)
    missed = floor(found / target) - found + 1
    low, high = 0, population
    while low < high:
        middle = (low + high) // 2
        if missed > population or hypergeom.cdf(0, population, missed, middle) < risk:
            high = middle
        else:
            low = middle + 1
    return low


def ranked_test(labels: Sequence[bool], *, left: int, target: float = TARGET) -> float:
    """Return the lowest p of the ranked test: a hint, not a guarantee.

    `labels` are those of the screened records in the order they were screened, `left` how many
    are not. Any run of the last records is looked at as if it were a random sample of what was
    left before it (Callaghan and Müller-Hansen 2020, the test without a random phase). A good
    ranking leaves fewer relevant records behind than chance would, which makes it cautious; but
    it takes the best of many looks, which does not.
    """
    import numpy as np
    from scipy.stats import hypergeom

    if not any(labels):
        return 1.0
    found = int(sum(labels))
    # from the end: how many of the last n were relevant
    relevant = np.cumsum(np.asarray(labels, dtype=np.int64)[::-1])
    size = np.arange(1, len(relevant) + 1)
    population = size + left
    missed = floor(found / target) - found + 1
    tested = missed + relevant <= population
    if not tested.any():
        return 0.0 if left < missed else 1.0
    chance = hypergeom.cdf(
        relevant[tested], population[tested], (missed + relevant)[tested], size[tested]
    )
    return float(min(1.0, chance.min()))
