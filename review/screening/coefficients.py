"""Decides how agreement of two raters is measured: coefficients of a square table, with intervals.

A table's rows are the first rater's categories, its columns the second's, in the same order.
A coefficient that the table does not define is empty, never 0 or 1, and so is an interval that
its formula does not define: a large-sample error of zero says that nobody disagreed, not that
nobody could have. Intervals are 95 %.
"""

from collections.abc import Callable, Sequence
from math import sqrt
from statistics import NormalDist

Table = Sequence[Sequence[int]]
Interval = tuple[float, float]

METHODS = {
    "percent": "score interval (Wilson 1927)",
    "kappa": "large-sample interval (Fleiss, Cohen and Everitt 1969)",
    "pabak": "score interval of the share agreed on (Wilson 1927), rescaled",
    "ac1": "linearised variance (Gwet 2008), t on n - 1 degrees of freedom",
    "positive": "score interval of both / (both + one) (Wilson 1927), rescaled",
    "negative": "score interval of both / (both + one) (Wilson 1927), rescaled",
}
"""Where the 95 % interval of each measure comes from."""

LEVEL = 0.95
ROUNDING = 1e-8
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


def total(table: Table) -> int:
    """Return the number of things rated by both."""
    return sum(map(sum, table))


def agreed(table: Table) -> int:
    """Return the number of things the two put in the same category."""
    return sum(table[k][k] for k in range(len(table)))


def percent(table: Table) -> tuple[float | None, Interval | None]:
    """Return the share agreed on (0 to 1) with its score interval (Wilson 1927)."""
    n = total(table)
    return (agreed(table) / n, wilson(agreed(table), n)) if n else (None, None)


def kappa(table: Table) -> tuple[float | None, Interval | None]:
    """Return Cohen's kappa (1960) with the interval of Fleiss, Cohen and Everitt (1969).

    Not defined where chance alone would make them agree always, as when both used one and the
    same category throughout.
    """
    n, size = total(table), range(len(table))
    if not n:
        return None, None
    rows = [sum(table[i]) / n for i in size]
    columns = [sum(table[i][j] for i in size) / n for j in size]
    observed = agreed(table) / n
    if any(rows[k] == 1 and columns[k] == 1 for k in size):
        return None, None
    expected = sum(rows[k] * columns[k] for k in size)
    value = (observed - expected) / (1 - expected)
    diagonal = sum(
        table[k][k] / n * ((1 - expected) - (rows[k] + columns[k]) * (1 - observed)) ** 2
        for k in size
    )
    beside = sum(
        table[i][j] / n * (columns[i] + rows[j]) ** 2 for i in size for j in size if i != j
    )
    spread = diagonal + (1 - observed) ** 2 * beside
    spread -= (observed * expected - 2 * expected + observed) ** 2
    error = sqrt(max(spread, 0.0) / n) / (1 - expected) ** 2
    return value, _around(value, error, Z, perfect=agreed(table) == n)


def pabak(table: Table) -> tuple[float | None, Interval | None]:
    """Return prevalence- and bias-adjusted kappa (Byrt, Bishop and Carlin 1993).

    It is percent agreement on another scale, (k p - 1) / (k - 1), and so is its interval.
    """
    return rescaled(percent(table), lambda p: (len(table) * p - 1) / (len(table) - 1))


def ac1(table: Table) -> tuple[float | None, Interval | None]:
    """Return Gwet's AC1 (2008) with the interval of his variance, t on n - 1 degrees.

    Chance agreement is the mean of p (1 - p) over the categories, p the mean share of a
    category over both raters; the variance sums, over the things rated, the squared distance
    of each one's own contribution from the coefficient.
    """
    n, size = total(table), range(len(table))
    if not n:
        return None, None
    shares = [(sum(table[k]) + sum(table[i][k] for i in size)) / (2 * n) for k in size]
    expected = sum(p * (1 - p) for p in shares) / (len(table) - 1)
    observed = agreed(table) / n
    value = (observed - expected) / (1 - expected)
    if n < 2:
        return value, None
    squares = 0.0
    for i in size:
        for j in size:
            chance = ((1 - shares[i]) + (1 - shares[j])) / 2 / (len(table) - 1)
            own = ((i == j) - expected) / (1 - expected)
            own -= 2 * (1 - value) * (chance - expected) / (1 - expected)
            squares += table[i][j] * (own - value) ** 2
    error = sqrt(squares / (n * (n - 1)))
    # half a second of import that only a coefficient should cost
    from scipy.special import stdtrit

    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2))
    return value, _around(value, error, reach, perfect=agreed(table) == n)


def specific(both: int, one: int) -> tuple[float | None, Interval | None]:
    """Return specific agreement (Dice 1945), 2a / (2a + s): a said so by both, s by one of them.

    Its interval is derived from Wilson's of a / (a + s), of which it is a rising function:
    it speaks of those things that at least one of the two said so of.
    """
    if not both + one:
        return None, None
    plain = (both / (both + one), wilson(both, both + one))
    return rescaled(plain, lambda share: 2 * share / (1 + share))


def wilson(count: int, n: int) -> Interval:
    """Return the score interval of a share (Wilson 1927); `n` is at least 1."""
    share = count / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    low = 0.0 if count == 0 else centre - reach
    high = 1.0 if count == n else centre + reach
    return low, high


def rescaled(
    found: tuple[float | None, Interval | None], scale: Callable[[float], float]
) -> tuple[float | None, Interval | None]:
    """Return a value and its interval on another, rising scale."""
    value, interval = found
    if value is None or interval is None:
        return None, None
    return scale(value), (scale(interval[0]), scale(interval[1]))


def _around(value: float, error: float, reach: float, *, perfect: bool) -> Interval | None:
    if perfect or error < ROUNDING:
        return None
    return max(-1.0, value - reach * error), min(1.0, value + reach * error)
