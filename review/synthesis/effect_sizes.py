"""Decides how two groups' means become one effect size with its variance: g, or a log ratio.

Always group 2 against group 1 (the reference): below zero means lower in group 2.

- Hedges g: difference over the pooled SD, corrected by the exact J (Hedges, J Educ Stat
  1981;6:107-128); variance 1/n1 + 1/n2 + g²/(2(n1+n2)), as metafor's escalc has it by default.
- Log ratio of means: ln(mean2/mean1), variance SD1²/(n1 mean1²) + SD2²/(n2 mean2²) (Hedges,
  Gurevitch and Curtis, Ecology 1999;80:1150-1156); with the correction for small samples of
  Lajeunesse (Ecology 2015;96:2056-2063, equations 8 and 9) where asked for.
- Mean difference: in the unit measured, for reading beside the others.
"""

from collections.abc import Sequence
from math import exp, lgamma, log, sqrt
from typing import Literal, NamedTuple

from review.errors import BadInput
from review.extraction.conversions import Group

Measure = Literal["g", "rom", "md"]
MEASURES: dict[str, str] = {
    "g": "Hedges g",
    "rom": "log ratio of means",
    "md": "mean difference",
}
# correlation assumed between outcomes of the same people (several muscles, several force levels)
CORRELATION = 0.5


class Size(NamedTuple):
    """An effect size and its variance."""

    y: float
    v: float


def exact_j(df: int) -> float:
    """Hedges's correction of a standardised difference for `df` degrees of freedom, by gamma."""
    if df < 2:
        raise BadInput(f"a standardised difference needs at least 2 degrees of freedom, not {df}")
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def hedges_g(one: Group, two: Group) -> Size:
    """The standardised mean difference of two independent groups.

    Raises BadInput where no group varies or the groups are too small.
    """
    df = one.n + two.n - 2
    j = exact_j(df)
    pooled = sqrt(((one.n - 1) * one.sd**2 + (two.n - 1) * two.sd**2) / df)
    if not pooled > 0:
        raise BadInput("the SDs are zero, so nothing can be standardised by them")
    g = j * (two.mean - one.mean) / pooled
    return Size(g, 1 / one.n + 1 / two.n + g * g / (2 * (one.n + two.n)))


def log_ratio(one: Group, two: Group, *, corrected: bool = False) -> Size:
    """The log ratio of the means of two independent groups; `corrected` for small samples.

    Raises BadInput where a mean is not above zero or both SDs are zero.
    """
    if not (one.mean > 0 and two.mean > 0):
        raise BadInput("a ratio needs means above zero")
    a, b = (group.sd**2 / (group.n * group.mean**2) for group in (one, two))
    if not a + b > 0:
        raise BadInput("the SDs are zero, so the ratio has no variance")
    y, v = log(two.mean / one.mean), a + b
    if corrected:
        y += (b - a) / 2
        v += (a * a + b * b) / 2
    return Size(y, v)


def mean_difference(one: Group, two: Group) -> Size:
    """The difference of the means of two independent groups, in their unit.

    Raises BadInput where both SDs are zero.
    """
    v = one.sd**2 / one.n + two.sd**2 / two.n
    if not v > 0:
        raise BadInput("the SDs are zero, so the difference has no variance")
    return Size(two.mean - one.mean, v)


def size_of(measure: str, one: Group, two: Group, *, corrected: bool = False) -> Size:
    """The effect size of that measure (g, rom, md). Raises BadInput where it has none."""
    if measure not in MEASURES:
        raise BadInput(f"'{measure}' is no measure of effect; there are: {', '.join(MEASURES)}")
    try:
        if measure == "g":
            size = hedges_g(one, two)
        elif measure == "rom":
            size = log_ratio(one, two, corrected=corrected)
        else:
            size = mean_difference(one, two)
        1 / (size.v * size.v)  # what it will be weighed by
    except (OverflowError, ZeroDivisionError):
        raise BadInput("the means and SDs are too far apart to be reckoned with") from None
    if not (abs(size.y) < 1e100 and size.v < 1e200):  # nor infinite, nor no number
        raise BadInput("the means and SDs are too large to be reckoned with")
    return size


def composite(sizes: Sequence[Size], *, correlation: float = CORRELATION) -> Size:
    """The mean of several outcomes of the same people, with a variance that knows they are.

    Variance (1/m)² [Σ v + Σ_{i≠j} r √(v_i v_j)] (Borenstein 2009, equation 24.5).
    """
    m = len(sizes)
    total = sum(size.v for size in sizes)
    for i, a in enumerate(sizes):
        total += sum(correlation * sqrt(a.v * b.v) for j, b in enumerate(sizes) if i != j)
    return Size(sum(size.y for size in sizes) / m, total / m**2)


def combined(sizes: Sequence[Size]) -> Size:
    """Independent comparisons of one family as one, weighed by precision (Borenstein ch. 23)."""
    weight = sum(1 / size.v for size in sizes)
    return Size(sum(size.y / size.v for size in sizes) / weight, 1 / weight)


def split(group: Group, parts: int) -> Group:
    """A group shared by several comparisons, its people divided among them (Handbook 23.3.4).

    Rounded down, never below 2 people, so that nobody counts twice.
    """
    return group._replace(n=max(2, group.n // parts)) if parts > 1 else group
