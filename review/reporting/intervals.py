"""How a measure with its 95 % interval is written: 0.623 [0.401, 0.845], or that it is none."""

from collections.abc import Mapping
from typing import Any


def with_interval(measures: Mapping[str, Any], name: str) -> str:
    """Return a measure of agreement and its interval, by its name among `measures`."""
    value, interval = measures[name], measures[f"{name}_interval"]
    if value is None:
        return "not defined"
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
