"""Decides what several effect sizes amount to: a random-effects model, and how sure it is.

τ² by REML (Viechtbauer, J Educ Behav Stat 2005;30:261-293) or by DerSimonian and Laird. Interval of
the mean by Hartung and Knapp, t on k - 1 degrees of freedom (Stat Med 2001;20:3875-3889), or by z.
Prediction interval with t on k - 2 degrees of freedom, from the usual SE of the mean (Higgins,
Thompson and Spiegelhalter, J R Stat Soc A 2009;172:137-159; Riley, Higgins and Deeks, BMJ
2011;342:d549). I² and H² from τ² and the typical variance (Higgins and Thompson 2002).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal

from review.errors import BadInput
from review.synthesis.effect_sizes import Size

Estimator = Literal["REML", "DL"]
Interval = tuple[float, float]

LEAST_FOR_PREDICTION = 3
LEAST_FOR_EGGER = 10
_MOST_STEPS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A random-effects model of k effect sizes.

    `weights` are shares of one. `q_hk` is the factor by which Hartung and Knapp's variance differs
    from the usual one; `guarded` says that it was below one and was not let narrow the interval.
    `prediction` is None below three effect sizes, the interval of the mean below two.
    """

    k: int
    mu: float
    se: float
    interval: Interval | None
    p: float | None
    prediction: Interval | None
    tau2: float
    i2: float
    h2: float
    q: float
    q_p: float | None
    weights: tuple[float, ...]
    estimator: Estimator
    hartung_knapp: bool
    q_hk: float | None
    guarded: bool
    steps: int


def pool(
    sizes: Sequence[Size],
    *,
    estimator: Estimator = "REML",
    hartung_knapp: bool = True,
    guard: bool = True,
) -> Pooled:
    """Pool independent effect sizes.

    `guard`: where Hartung and Knapp's interval would be narrower than the one without it, its
    factor is taken as one (Röver, Knapp and Friede, BMC Med Res Methodol 2015;15:99). Raises
    BadInput where a variance is not above zero or REML does not converge.
    """
    from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

    if not sizes or not all(size.v > 0 for size in sizes):
        raise BadInput("pooling needs effect sizes, each with a variance above zero")
    k = len(sizes)
    tau2, steps = _reml(sizes) if estimator == "REML" else (dersimonian_laird(sizes), 0)
    mu, spread = _mean(sizes, tau2)
    usual = sqrt(spread)
    weights = tuple(spread / (size.v + tau2) for size in sizes)
    q = heterogeneity(sizes)
    typical = _typical(sizes)
    se, factor, guarded = usual, None, False
    if hartung_knapp and k > 1:
        factor = sum((s.y - mu) ** 2 / (s.v + tau2) for s in sizes) / (k - 1)
        guarded = guard and factor < 1
        se = usual * (1.0 if guarded else sqrt(factor))
    by_t = hartung_knapp and k > 1
    at = float(stdtrit(k - 1, 0.975)) if by_t else float(ndtri(0.975))
    z = abs(mu) / se if se > 0 else None
    p = None if z is None else 2 * float(stdtr(k - 1, -z) if by_t else ndtr(-z))
    ahead = None
    if k >= LEAST_FOR_PREDICTION:
        wide = float(stdtrit(k - 2, 0.975)) * sqrt(tau2 + usual**2)
        ahead = (mu - wide, mu + wide)
    return Pooled(
        k=k,
        mu=mu,
        se=se,
        interval=(mu - at * se, mu + at * se) if k > 1 else None,
        p=p if k > 1 else None,
        prediction=ahead,
        tau2=tau2,
        i2=100 * tau2 / (tau2 + typical) if typical else 0.0,
        h2=tau2 / typical + 1 if typical else 1.0,
        q=q,
        q_p=float(chdtrc(k - 1, q)) if k > 1 else None,
        weights=weights,
        estimator=estimator,
        hartung_knapp=by_t,
        q_hk=factor,
        guarded=guarded,
        steps=steps,
    )


def _mean(sizes: Sequence[Size], tau2: float) -> tuple[float, float]:
    """The weighted mean and its variance."""
    total = sum(1 / (size.v + tau2) for size in sizes)
    return sum(size.y / (size.v + tau2) for size in sizes) / total, 1 / total


def heterogeneity(sizes: Sequence[Size]) -> float:
    """Cochran's Q: weighted squared distances from the mean of a common effect."""
    mu, _ = _mean(sizes, 0.0)
    return sum((size.y - mu) ** 2 / size.v for size in sizes)


def _typical(sizes: Sequence[Size]) -> float:
    """The typical variance within studies (Higgins and Thompson, Stat Med 2002;21:1539-1558)."""
    w = [1 / size.v for size in sizes]
    below = sum(w) ** 2 - sum(one**2 for one in w)
    return (len(w) - 1) * sum(w) / below if below > 0 else 0.0


def dersimonian_laird(sizes: Sequence[Size]) -> float:
    """τ² by moments (DerSimonian and Laird, Control Clin Trials 1986;7:177-188)."""
    w = [1 / size.v for size in sizes]
    below = sum(w) - sum(one**2 for one in w) / sum(w)
    if below <= 0:
        return 0.0
    return max(0.0, (heterogeneity(sizes) - (len(sizes) - 1)) / below)


def _reml(sizes: Sequence[Size]) -> tuple[float, int]:
    """τ² by restricted maximum likelihood, and in how many steps; never below zero.

    The highest of the likelihood's peaks is found on a grid, and within its neighbours the root
    of the slope (Brent), which cannot run away as Fisher scoring can.
    """
    reach = (max(size.y for size in sizes) - min(size.y for size in sizes)) ** 2
    if len(sizes) < 2 or not reach > 0:
        return 0.0, 0
    from scipy.optimize import brentq

    # τ² beyond the square of the whole reach only lowers the likelihood
    grid = [0.0, *(reach * 10 ** (power / 8) for power in range(-64, 1))]
    best = max(range(len(grid)), key=lambda i: _likelihood(sizes, grid[i]))
    low, high = grid[max(0, best - 1)], grid[min(best + 1, len(grid) - 1)]
    if _slope(sizes, low) <= 0:
        return low, 0
    if _slope(sizes, high) >= 0:
        return high, 0
    found, how = brentq(
        lambda tau2: _slope(sizes, tau2), low, high, xtol=1e-14, rtol=1e-12,
        maxiter=_MOST_STEPS, full_output=True, disp=False,
    )  # fmt: skip
    if not how.converged:
        raise BadInput(f"REML did not converge in {_MOST_STEPS:,} steps; try the estimator DL")
    return float(found), int(how.iterations)


def _likelihood(sizes: Sequence[Size], tau2: float) -> float:
    """The restricted log-likelihood of τ², without what does not depend on it."""
    mu, spread = _mean(sizes, tau2)
    fit = sum(log(size.v + tau2) + (size.y - mu) ** 2 / (size.v + tau2) for size in sizes)
    return -0.5 * (fit - log(spread))


def _slope(sizes: Sequence[Size], tau2: float) -> float:
    """The slope of that likelihood."""
    w = [1 / (size.v + tau2) for size in sizes]
    mu, spread = _mean(sizes, tau2)
    above = sum((x * (size.y - mu)) ** 2 for x, size in zip(w, sizes, strict=True))
    return 0.5 * (above - sum(w) + sum(x * x for x in w) * spread)


@dataclass(frozen=True, slots=True)
class Egger:
    """Egger's test: the intercept of the standardised effect on precision, its SE, t, df and p."""

    intercept: float
    se: float
    t: float
    df: int
    p: float


def egger(sizes: Sequence[Size]) -> Egger | None:
    """Test a funnel for asymmetry (Egger et al., BMJ 1997;315:629-634); None below ten studies."""
    k = len(sizes)
    if k < LEAST_FOR_EGGER:
        return None
    from scipy.special import stdtr

    x = [1 / sqrt(size.v) for size in sizes]
    y = [size.y / sqrt(size.v) for size in sizes]
    mean_x, mean_y = sum(x) / k, sum(y) / k
    xx = sum((a - mean_x) ** 2 for a in x)
    if not xx > 0:
        return None
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / xx
    at = mean_y - slope * mean_x
    rest = sum((b - at - slope * a) ** 2 for a, b in zip(x, y, strict=True)) / (k - 2)
    se = sqrt(rest * (1 / k + mean_x**2 / xx))
    t = at / se if se > 0 else 0.0
    return Egger(at, se, t, k - 2, 2 * float(stdtr(k - 2, -abs(t))))


@dataclass(frozen=True, slots=True)
class Between:
    """Whether subgroups differ: Q between them, degrees of freedom, p."""

    q: float
    df: int
    p: float


def between(groups: Sequence[Pooled]) -> Between | None:
    """Compare the means of subgroups, each with a τ² of its own (Borenstein 2009, ch. 19).

    By the usual variances, not Hartung and Knapp's; None for fewer than two subgroups.
    """
    if len(groups) < 2:
        return None
    from scipy.special import chdtrc

    # the usual variance again: Hartung and Knapp's is that times its factor
    means = [Size(g.mu, _usual(g)) for g in groups]
    q = heterogeneity(means)
    return Between(q, len(groups) - 1, float(chdtrc(len(groups) - 1, q)))


def _usual(pooled: Pooled) -> float:
    if pooled.guarded or pooled.q_hk is None:
        return pooled.se**2
    return pooled.se**2 / pooled.q_hk if pooled.q_hk > 0 else pooled.se**2
