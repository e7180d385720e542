"""Converting what a paper prints (SE, CI, IQR, range, p, logs) into mean and SD, by formula."""

from collections.abc import Mapping
from typing import Any

from review.errors import BadInput
from review.extraction import calculator


def conversions() -> list[dict[str, Any]]:
    """Return every conversion: name, the numbers it needs and gives, the formula and its source."""
    return [
        {"name": one.name, "needs": list(one.needs), "gives": list(one.gives), "how": one.how}
        for one in calculator.CALCULATIONS.values()
    ]


def convert(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a conversion gives, by name, and `how`: the formula with its source.

    BadInput for an unknown conversion, or numbers missing, unknown or none.
    """
    numbers: dict[str, float] = {}
    for key, value in values.items():
        try:
            numbers[key] = float(str(value))
        except ValueError:
            raise BadInput(f"{key} is {value!r}, which is no number.") from None
    return calculator.convert(name, numbers)
