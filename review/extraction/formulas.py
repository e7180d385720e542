"""Decides by which formulas mean and SD follow from what papers print: SE, CI, IQR, range, p, logs.

Sources: Cochrane Handbook for Systematic Reviews of Interventions, version 6, section 6.5.2;
Wan X et al., BMC Med Res Methodol 2014;14:135; Luo D et al., Stat Methods Med Res 2018;27:1785;
Higgins JPT et al., Stat Med 2008;27:6072. Each formula is named in what it gives, so that a
derived value is never taken for a reported one.
"""

import math
from collections.abc import Iterable
from statistics import NormalDist

# From here on the Handbook takes 1.96 in place of t (6.5.2.2).
LARGE = 60
_NORMAL = NormalDist()


def sd_from_se(se: float, n: float) -> float:
    """SD = SE × √n (Cochrane Handbook 6.5.2.2); n is what the SE was computed over."""
    return se * math.sqrt(n)


def sd_from_ci(low: float, high: float, n: float, *, level: float = 0.95) -> float:
    """SD = √n × (upper - lower) / (2 × t) (Cochrane Handbook 6.5.2.2), a CI of one group's mean.

    t has n - 1 degrees of freedom below 60, where the normal quantile (3.92 for 95 %) serves.
    """
    return math.sqrt(n) * (high - low) / (2 * quantile(n, level=level))


def quantile(n: float, *, level: float = 0.95) -> float:
    """The two-sided quantile of a CI over n: of t below 60, else of the normal distribution."""
    upper = (1 + level) / 2
    if n >= LARGE:
        return _NORMAL.inv_cdf(upper)
    return _t(n - 1, upper)


def sd_from_range(low: float, high: float, n: float) -> float:
    """SD = (b - a) / (2 Φ⁻¹((n - 0.375) / (n + 0.25))) (Wan 2014, equation 9)."""
    return (high - low) / (2 * _NORMAL.inv_cdf((n - 0.375) / (n + 0.25)))


def sd_from_iqr(low: float, high: float, n: float) -> float:
    """SD = (q3 - q1) / (2 Φ⁻¹((0.75 n - 0.125) / (n + 0.25))) (Wan 2014, equation 16)."""
    return (high - low) / (2 * _NORMAL.inv_cdf((0.75 * n - 0.125) / (n + 0.25)))


def sd_from_five(low: float, q1: float, q3: float, high: float, n: float) -> float:
    """The mean of the SDs by range and by IQR (Wan 2014, equation 13)."""
    return (sd_from_range(low, high, n) + sd_from_iqr(q1, q3, n)) / 2


def mean_from_range(low: float, median: float, high: float, n: float) -> float:
    """w (a + b) / 2 + (1 - w) m with w = 4 / (4 + n^0.75) (Luo 2018, equation 7)."""
    weight = 4 / (4 + math.pow(n, 0.75))
    return weight * (low + high) / 2 + (1 - weight) * median


def mean_from_iqr(q1: float, median: float, q3: float, n: float) -> float:
    """w (q1 + q3) / 2 + (1 - w) m with w = 0.7 + 0.39 / n (Luo 2018, equation 11)."""
    weight = 0.7 + 0.39 / n
    return weight * (q1 + q3) / 2 + (1 - weight) * median


def mean_from_five(low: float, q1: float, median: float, q3: float, high: float, n: float) -> float:
    """w1 (a + b) / 2 + w2 (q1 + q3) / 2 + (1 - w1 - w2) m (Luo 2018, equation 15).

    w1 = 2.2 / (2.2 + n^0.75), w2 = 0.7 - 0.72 / n^0.55.
    """
    outer = 2.2 / (2.2 + math.pow(n, 0.75))
    inner = 0.7 - 0.72 / math.pow(n, 0.55)
    return outer * (low + high) / 2 + inner * (q1 + q3) / 2 + (1 - outer - inner) * median


def pooled(groups: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Mean, SD and n of subgroups (mean, SD, n) taken as one (Cochrane Handbook 6.5.2.10).

    SD² = [(n1 - 1) SD1² + (n2 - 1) SD2² + n1 n2 / (n1 + n2) (m1 - m2)²] / (n1 + n2 - 1), group
    after group. It is the SD of all of them, not an average of SDs.
    """
    every = list(groups)
    if not every:
        raise ValueError("no groups to pool")
    mean, sd, n = every[0]
    for other, spread, more in every[1:]:
        total = n + more
        squares = (n - 1) * sd**2 + (more - 1) * spread**2
        squares += n * more / total * (mean - other) ** 2
        mean, sd, n = (n * mean + more * other) / total, math.sqrt(squares / (total - 1)), total
    return mean, sd, n


def t_from_p(p: float, n1: float, n2: float) -> float:
    """The t of a two-sided p of two independent groups, n1 + n2 - 2 degrees of freedom."""
    return _t(n1 + n2 - 2, 1 - p / 2)


def t_from_f(f: float) -> float:
    """t = √F, where F compares two groups (one degree of freedom; Cochrane Handbook 6.5.2.3)."""
    return math.sqrt(f)


def sd_from_t(difference: float, t: float, n1: float, n2: float) -> float:
    """The SD within both groups: |difference| / t / √(1/n1 + 1/n2) (Cochrane Handbook 6.5.2.3)."""
    return abs(difference) / abs(t) / math.sqrt(1 / n1 + 1 / n2)


def sd_from_p(difference: float, p: float, n1: float, n2: float) -> float:
    """The SD within both groups from a two-sided p, by way of t (Cochrane Handbook 6.5.2.3)."""
    return sd_from_t(difference, t_from_p(p, n1, n2), n1, n2)


def sd_of_change(before: float, after: float, correlation: float) -> float:
    """√(SDb² + SDa² - 2 r SDb SDa), the SD of changes (Cochrane Handbook 6.5.2.8)."""
    return math.sqrt(before**2 + after**2 - 2 * correlation * before * after)


def correlation_of_change(before: float, after: float, change: float) -> float:
    """(SDb² + SDa² - SDchange²) / (2 SDb SDa) (Cochrane Handbook 6.5.2.8)."""
    return (before**2 + after**2 - change**2) / (2 * before * after)


def to_log_scale(mean: float, sd: float) -> tuple[float, float]:
    """Mean and SD of the logarithms, from those of the raw values (Higgins 2008, method 1).

    s² = ln(1 + SD² / mean²), mean of logs = ln(mean) - s² / 2. The mean is above zero.
    """
    variance = math.log(1 + sd**2 / mean**2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def from_log_scale(mean: float, sd: float) -> tuple[float, float]:
    """Mean and SD of the raw values, from those of their logarithms (Higgins 2008)."""
    raw = math.exp(mean + sd**2 / 2)
    return raw, raw * math.sqrt(math.exp(sd**2) - 1)


def log_sd_from_ci(low: float, high: float, n: float) -> float:
    """The SD of the logarithms from the CI of a geometric mean (Cochrane Handbook 6.5.2.4)."""
    return sd_from_ci(math.log(low), math.log(high), n)


def _t(df: float, p: float) -> float:
    from scipy.special import stdtrit  # takes long to load, and most commands never need it

    return float(stdtrit(df, p))
