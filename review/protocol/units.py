"""Units by dimension: which one a text names, what it converts to, and which fit beside it.

A unit is a name, a dimension and a factor to the dimension's base; what is not in the table
(counts, indices, "motor units") has no dimension and is compared as text.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: `factor` of its dimension's base unit, after `offset` is added (temperatures)."""

    name: str
    dimension: str
    factor: float
    offset: float = 0.0

    def base(self, value: float) -> float:
        """A value in the dimension's base unit."""
        return (value + self.offset) * self.factor


# A month is a twelfth of a mean Gregorian year (365.2425 days).
_YEAR = 365.2425 * 86400
_TABLE: Mapping[str, Mapping[str, float]] = {
    "time": {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60, "h": 3600, "d": 86400,
             "wk": 7 * 86400, "mo": _YEAR / 12, "y": _YEAR},
    "voltage": {"V": 1, "mV": 1e-3, "uV": 1e-6, "nV": 1e-9},
    "voltage × time": {"V.s": 1, "mV.s": 1e-3, "mV.ms": 1e-6, "uV.s": 1e-6, "uV.ms": 1e-9},
    "frequency": {"Hz": 1, "kHz": 1e3, "pps": 1, "imp/s": 1, "/s": 1, "/min": 1 / 60},
    "share": {"%": 1e-2, "fraction": 1},
    "force": {"N": 1, "mN": 1e-3, "kN": 1e3, "kgf": 9.80665, "lbf": 4.4482216152605},
    "torque": {"Nm": 1, "mNm": 1e-3, "kgf.m": 9.80665},
    "force per time": {"N/s": 1, "kN/s": 1e3, "N/ms": 1e3},
    "torque per time": {"Nm/s": 1, "Nm/ms": 1e3},
    "power": {"W": 1, "mW": 1e-3, "kW": 1e3},
    "mass": {"kg": 1, "g": 1e-3, "mg": 1e-6, "ug": 1e-9, "ng": 1e-12, "lb": 0.45359237},
    "length": {"m": 1, "cm": 1e-2, "mm": 1e-3, "um": 1e-6, "nm": 1e-9, "in": 0.0254},
    "area": {"m2": 1, "cm2": 1e-4, "mm2": 1e-6, "um2": 1e-12},
    "volume": {"l": 1, "dl": 0.1, "ml": 1e-3, "ul": 1e-6, "cm3": 1e-3, "mm3": 1e-6},
    "velocity": {"m/s": 1, "cm/s": 1e-2, "mm/s": 1e-3, "mm/ms": 1, "m/min": 1 / 60},
    "concentration": {"g/l": 1, "mg/ml": 1, "mg/l": 1e-3, "ug/ml": 1e-3, "ng/ml": 1e-6,
                      "pg/ml": 1e-9, "ug/l": 1e-6, "ng/l": 1e-9, "mg/dl": 1e-2, "ng/dl": 1e-8},
    "molar concentration": {"M": 1, "mM": 1e-3, "uM": 1e-6, "nM": 1e-9, "pM": 1e-12},
    "dose": {"mg/kg": 1e-6, "ug/kg": 1e-9, "g/kg": 1e-3},
    "current": {"A": 1, "mA": 1e-3, "uA": 1e-6, "nA": 1e-9},
    "pressure": {"Pa": 1, "kPa": 1e3, "mmHg": 133.322387415, "N/cm2": 1e4, "kN/m2": 1e3},
}  # fmt: skip
_SPELT = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "millisecond": "ms",
    "milliseconds": "ms", "usec": "us", "microsecond": "us", "microseconds": "us",
    "minute": "min", "minutes": "min", "mins": "min", "hour": "h", "hours": "h", "hr": "h",
    "hrs": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk", "wks": "wk",
    "month": "mo", "months": "mo", "mos": "mo", "year": "y", "years": "y", "yr": "y", "yrs": "y",
    "microvolt": "uV", "microvolts": "uV", "millivolt": "mV", "millivolts": "mV",
    "uvms": "uV.ms", "mvms": "mV.ms", "hertz": "Hz", "1/s": "/s", "s-1": "/s", "per second": "/s",
    "pulses/s": "pps", "impulses/s": "imp/s", "percent": "%", "per cent": "%",
    "newton": "N", "newtons": "N", "n.m": "Nm", "n m": "Nm", "n*m": "Nm", "n-m": "Nm",
    "n.m/s": "Nm/s", "m s-1": "m/s", "ms-1": "m/s", "m.s-1": "m/s", "watt": "W", "watts": "W",
    "kilogram": "kg", "kilograms": "kg", "gram": "g", "grams": "g", "micron": "um",
    "microns": "um", "celsius": "°C", "degc": "°C", "deg c": "°C", "°c": "°C", "c": "°C",
    "fahrenheit": "°F", "°f": "°F", "kelvin": "K", "k": "K",
}  # fmt: skip
_UNITS = {
    name: Unit(name, dimension, factor)
    for dimension, units in _TABLE.items()
    for name, factor in units.items()
} | {
    "°C": Unit("°C", "temperature", 1, 273.15),
    "K": Unit("K", "temperature", 1),
    "°F": Unit("°F", "temperature", 5 / 9, 459.67),
}
_FOLDED = {name.casefold(): unit for name, unit in reversed(_UNITS.items())}
_POWERS = str.maketrans("²³\N{MICRO SIGN}\N{GREEK SMALL LETTER MU}·⋅×∙", "23uu....")


@cache
def unit(text: str) -> Unit | None:
    """The unit that a whole text names (`µV`, `msec`, `m·s-1`), or None."""
    plain = " ".join(text.translate(_POWERS).split())
    plain = unicodedata.normalize("NFKC", plain).replace("^", "")
    if found := _UNITS.get(plain):
        return found
    folded = plain.casefold()
    if spelt := _SPELT.get(folded):
        return _UNITS[spelt]
    # mM and mm, M and m differ by case alone: only what is no other unit may be written otherwise
    return _FOLDED.get(folded)


def units_in(text: str) -> list[Unit]:
    """The units of a text that offers several, such as `Hz or pps` or `mV or %`."""
    parts = re.split(r"\s+or\s+|\s*,\s*|\s*;\s*", text.strip())
    return [found for part in parts if (found := unit(part))]


def convert(value: float, from_: str, to: str) -> float | None:
    """A value in another unit of the same dimension, or None where there is no way across."""
    one, other = unit(from_), unit(to)
    if one is None or other is None or one.dimension != other.dimension:
        return None
    return one.base(value) / other.factor - other.offset


def of_dimension(dimension: str) -> list[str]:
    """The names of the units of a dimension, in the order of the table."""
    return [one.name for one in _UNITS.values() if one.dimension == dimension]


def matching(text: str, allowed: Iterable[str]) -> str | None:
    """The one of `allowed` that a text names, however it is spelt, or None."""
    allowed = list(allowed)
    wanted = " ".join(text.split()).casefold()
    for one in allowed:
        if one.casefold() == wanted:
            return one
    named = unit(text)
    return next((one for one in allowed if named is not None and unit(one) == named), None)


def nearest_unit(text: str, allowed: Iterable[str]) -> str | None:
    """The allowed unit nearest to what was written: of its dimension, else of similar letters."""
    allowed = list(allowed)
    named = unit(text)
    if named is not None:
        for one in allowed:
            other = unit(one)
            if other is not None and other.dimension == named.dimension:
                return one
    folded = {one.casefold(): one for one in allowed}
    close = difflib.get_close_matches(text.casefold(), list(folded), n=1, cutoff=0.5)
    return folded[close[0]] if close else None
