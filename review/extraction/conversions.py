"""Decides what mean, SD and n a group has, from a row of numbers as an extraction form holds it.

A row is what the form's `numbers` hold: group1_mean, group1_median, group1_spread with its type
(sd, se, ci, iqr, range), group1_range, group1_n, and the same of group 2.
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from review.extraction import formulas as by

Row = Mapping[str, Any]
Limits = tuple[float, float]

_LIMITS = re.compile(
    r"\s*[\[(]?\s*([-+\N{MINUS SIGN}]?[\d.]+)\s*(?:-|to|,|;|\N{EN DASH})\s*"
    r"([-+\N{MINUS SIGN}]?[\d.]+)\s*[\])]?\s*"
)
# units tested as if they were people: an SE over them says nothing of the SD between people
NAIVE = "uoa.mu_naive"


class Group(NamedTuple):
    """Mean, SD and n (people or animals) of a group; `how` names the formula of what is derived."""

    mean: float
    sd: float
    n: int
    how: str

    @property
    def derived(self) -> bool:
        """Whether mean or SD were computed rather than read."""
        return not self.how.startswith(REPORTED)


REPORTED = "as reported"


def group_mean_sd(numbers: Row, group: int) -> Group | str:
    """Mean, SD, n and how they were come by for group 1 or 2; or the reason why there are none.

    n is of people or animals; of a range such as 7-9 the smaller is taken, and said so.
    """
    side = f"group{group}_"
    n = count(numbers.get(f"{side}n"))
    mean, median = number(numbers.get(f"{side}mean")), number(numbers.get(f"{side}median"))
    if mean is None and median is None:
        return f"group {group} has no mean"
    spread, kind = numbers.get(f"{side}spread"), numbers.get(f"{side}spread_type")
    if spread in (None, "") or kind in (None, "", "none"):
        return f"group {group} has no spread (SD, SE, CI, IQR or range)"
    if n is None:
        return f"group {group} has no n of people or animals"
    derived = _centre_and_sd(numbers, side, n, mean, median)
    if isinstance(derived, str):
        return f"group {group}: {derived}"
    centre, sd, how = derived
    if isinstance(numbers.get(f"{side}n"), str) and limits(numbers[f"{side}n"]):
        how = f"{how}; n is the smaller of {numbers[f'{side}n']}"
    return Group(centre, sd, n, how)


def _centre_and_sd(
    numbers: Row, side: str, n: int, mean: float | None, median: float | None
) -> tuple[float, float, str] | str:
    kind, spread = str(numbers[f"{side}spread_type"]), numbers[f"{side}spread"]
    if kind in ("iqr", "range"):
        return _by_quantiles(numbers, side, n, mean, median)
    if mean is None:
        return f"a median with {_ARTICLE[kind]} gives no mean"
    over = _over(numbers, side, n)
    if kind == "sd":
        sd = number(spread)
        return "the SD is no number" if sd is None else (mean, sd, REPORTED)
    if over is None:
        return "the spread is over motor units, and how many the group had is not given"
    if over < 2:
        return "an SD needs n of at least 2"
    if kind == "se":
        se = number(spread)
        if se is None:
            return "the SE is no number"
        return mean, by.sd_from_se(se, over), "SD = SE × √n (Cochrane Handbook 6.5.2.2)"
    ends = limits(spread)
    if ends is None and (half := number(spread)) is not None:
        ends = (mean - half, mean + half)
    if ends is None:
        return "a CI has two limits, such as 25 to 52"
    quantile = "t" if over < by.LARGE else "1.96"
    how = f"SD = √n × (upper - lower) / (2 × {quantile}) (Cochrane Handbook 6.5.2.2)"
    return mean, by.sd_from_ci(*ends, over), how


_ARTICLE = {"sd": "an SD", "se": "an SE", "ci": "a CI"}


def _by_quantiles(
    numbers: Row, side: str, n: int, mean: float | None, median: float | None
) -> tuple[float, float, str] | str:
    kind = str(numbers[f"{side}spread_type"])
    inner = limits(numbers[f"{side}spread"])
    outer = limits(numbers.get(f"{side}range"))
    if inner is None:
        return f"the {_CALLED[kind]} has two limits, such as 25 to 52"
    if n < 2:
        return "an SD needs n of at least 2"
    if kind == "iqr" and outer is not None and median is not None:
        sd = by.sd_from_five(outer[0], *inner, outer[1], n)
        centre = by.mean_from_five(outer[0], inner[0], median, inner[1], outer[1], n)
        return centre, sd, "mean from five numbers (Luo 2018, eq. 15), SD (Wan 2014, eq. 13)"
    to_sd, to_mean, of_sd, of_mean = _FROM[kind]
    sd = to_sd(*inner, n)
    if median is not None:
        centre = to_mean(inner[0], median, inner[1], n)
        named = _CALLED[kind]
        return centre, sd, f"mean from median and {named} ({of_mean}), SD from {named} ({of_sd})"
    return (mean or 0.0), sd, f"SD from {_CALLED[kind]} ({of_sd})"


_CALLED = {"iqr": "IQR", "range": "range"}
_FROM: dict[str, tuple[Callable[..., float], Callable[..., float], str, str]] = {
    "iqr": (by.sd_from_iqr, by.mean_from_iqr, "Wan 2014, eq. 16", "Luo 2018, eq. 11"),
    "range": (by.sd_from_range, by.mean_from_range, "Wan 2014, eq. 9", "Luo 2018, eq. 7"),
}


def _over(numbers: Row, side: str, n: int) -> int | None:
    """What an SE or CI was computed over: people, or motor units where these were tested."""
    if numbers.get("unit_of_analysis") != NAIVE:
        return n
    return count(numbers.get(f"{side}n_motor_units"))


def derived_values(numbers: Row) -> list[dict[str, Any]]:
    """What was computed from a row rather than read: group, mean, SD, n and the formula of each."""
    found = []
    for group in (1, 2):
        got = group_mean_sd(numbers, group)
        if isinstance(got, Group) and got.derived:
            found.append(
                {"group": group, "mean": got.mean, "sd": got.sd, "n": got.n, "how": got.how}
            )
    return found


def count(value: Any) -> int | None:
    """A whole number, the smaller of a range such as 7-9, or None."""
    if isinstance(value, bool) or value in (None, ""):
        return None
    if (ends := limits(value)) is not None:
        value = min(ends)
    found = number(value)
    return int(found) if found is not None and found >= 1 and found == int(found) else None


def limits(value: Any) -> Limits | None:
    """The two limits in a text such as `25-52`, `25 to 52` or `[-1.5, 3]`, the lower first."""
    if isinstance(value, list | tuple) and len(value) == 2:
        low, high = number(value[0]), number(value[1])
        return None if low is None or high is None else (min(low, high), max(low, high))
    found = _LIMITS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        return None
    ends = [number(end) for end in found.groups()]
    if ends[0] is None or ends[1] is None:
        return None
    return min(ends[0], ends[1]), max(ends[0], ends[1])


def number(value: Any) -> float | None:
    """A finite number, or None."""
    if value is None or isinstance(value, bool):
        return None
    try:
        found = float(str(value).replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return found if math.isfinite(found) else None
