"""Which conversions a person may ask for by name: what each needs, what it gives, by which source.

For numbers that a paper prints in another form than the extraction needs; what comes out is
typed in as derived, with the formula in its note.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from review.errors import BadInput
from review.extraction import formulas
from review.protocol.codebook import nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One conversion: its name, the numbers it needs, those it gives, and the formula."""

    name: str
    needs: tuple[str, ...]
    gives: tuple[str, ...]
    by: Callable[..., Any]

    @property
    def how(self) -> str:
        """The formula and its source."""
        return (inspect.getdoc(self.by) or "").split("\n\n")[0].replace("\n", " ")


def _two_groups(
    mean1: float, sd1: float, n1: float, mean2: float, sd2: float, n2: float
) -> tuple[float, float, float]:
    """Two subgroups taken as one (Cochrane Handbook 6.5.2.10)."""
    return formulas.pooled([(mean1, sd1, n1), (mean2, sd2, n2)])


def _from_f(difference: float, f: float, n1: float, n2: float) -> float:
    """SD within both groups from t = √F (Cochrane Handbook 6.5.2.3)."""
    return formulas.sd_from_t(difference, formulas.t_from_f(f), n1, n2)


_SD, _MEAN, _BOTH = ("sd",), ("mean",), ("mean", "sd")
CALCULATIONS = {
    name: Calculation(
        name=name, needs=tuple(inspect.signature(by).parameters)[:most], gives=gives, by=by
    )
    for name, by, gives, most in (
        ("se-to-sd", formulas.sd_from_se, _SD, 9),
        ("ci-to-sd", formulas.sd_from_ci, _SD, 3),
        ("iqr-to-sd", formulas.sd_from_iqr, _SD, 9),
        ("range-to-sd", formulas.sd_from_range, _SD, 9),
        ("five-to-sd", formulas.sd_from_five, _SD, 9),
        ("iqr-to-mean", formulas.mean_from_iqr, _MEAN, 9),
        ("range-to-mean", formulas.mean_from_range, _MEAN, 9),
        ("five-to-mean", formulas.mean_from_five, _MEAN, 9),
        ("subgroups", _two_groups, ("mean", "sd", "n"), 9),
        ("p-to-sd", formulas.sd_from_p, _SD, 9),
        ("t-to-sd", formulas.sd_from_t, _SD, 9),
        ("f-to-sd", _from_f, _SD, 9),
        ("change-sd", formulas.sd_of_change, _SD, 9),
        ("change-correlation", formulas.correlation_of_change, ("correlation",), 9),
        ("to-log", formulas.to_log_scale, _BOTH, 9),
        ("from-log", formulas.from_log_scale, _BOTH, 9),
        ("log-ci-to-sd", formulas.log_sd_from_ci, _SD, 9),
    )
}  # fmt: skip


# what lies below another number, where both are given
_ORDER = ("low", "q1", "median", "q3", "high")
_NEVER_BELOW_ZERO = ("se", "sd", "sd1", "sd2", "before", "after", "change", "f")


def _possible(values: Mapping[str, float]) -> None:
    """Refuse numbers that no paper can mean: a spread below zero, limits the wrong way round."""
    for one in ("n", "n1", "n2"):
        if one in values and values[one] < 2:
            raise BadInput(f"{one} is {values[one]:g}; an SD needs at least 2.")
    for one in (one for one in _NEVER_BELOW_ZERO if values.get(one, 0) < 0):
        raise BadInput(f"{one} is {values[one]:g}; it cannot be below zero.")
    if not 0 < values.get("p", 0.5) < 1:
        raise BadInput(f"p is {values['p']:g}; it lies between 0 and 1.")
    if not -1 <= values.get("correlation", 0) <= 1:
        raise BadInput(f"correlation is {values['correlation']:g}; it lies between -1 and 1.")
    given = [one for one in _ORDER if one in values]
    for lower, upper in pairwise(given):
        if values[lower] > values[upper]:
            raise BadInput(f"{lower} ({values[lower]:g}) is above {upper} ({values[upper]:g}).")


def convert(name: str, values: Mapping[str, float]) -> dict[str, Any]:
    """What a conversion gives: its numbers by name, and `how`, the formula with its source.

    Raises BadInput for an unknown conversion, a number that is missing or unknown, and numbers
    the formula cannot take (an n of 1, a mean of zero on the log scale).
    """
    known = CALCULATIONS.get(name)
    if known is None:
        raise BadInput(
            f"There is no conversion {name!r}{nearest(name, CALCULATIONS)}; "
            f"known: {', '.join(CALCULATIONS)}."
        )
    for missing in (one for one in known.needs if one not in values):
        raise BadInput(f"{name} needs {', '.join(known.needs)}; {missing} is missing.")
    for other in (one for one in values if one not in known.needs):
        raise BadInput(f"{name} needs {', '.join(known.needs)}, not {other}.")
    _possible(values)
    try:
        found = known.by(**values)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise BadInput(f"{name} has no answer for these numbers.") from None
    each = found if isinstance(found, tuple) else (found,)
    if any(value != value or abs(value) == float("inf") for value in each):
        raise BadInput(f"{name} has no answer for these numbers.")
    if known.gives == ("correlation",) and abs(each[0]) > 1:
        raise BadInput(f"No correlation ({each[0]:.3g}) gives these three SDs together.")
    return dict(zip(known.gives, each, strict=True)) | {"how": known.how}
