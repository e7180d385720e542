"""What an age as printed means: its numbers, its unit, and how far into a lifespan it lies.

The raw text is kept everywhere; what is read here is derived by the rule `RULE` and can be made
anew. Share of lifespan: a strain with a median lifespan in the codebook gives age / lifespan;
else the age bands of the codebook, which hold both years or months and shares of lifespan, are
interpolated. Both are approximate and are shown as such.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from review.protocol import Codebook

RULE = "age rule 1"
Unit = Literal["y", "mo", "wk", "d"]
# a month is a twelfth of a mean Gregorian year of 365.2425 days
MONTHS: Mapping[Unit, float] = {
    "y": 12.0,
    "mo": 1.0,
    "wk": 7 * 12 / 365.2425,
    "d": 12 / 365.2425,
}

_NUMBER = r"\d{1,4}(?:\.\d+)?"
_SIGN = r"(?P<sign>~|<=|>=|<|>|≤|≥|under |over |mean |about )"
_AGE = (
    rf"(?:{_SIGN}\s*)?(?P<a>{_NUMBER})"
    rf"(?:\s*(?:\+/-|±)\s*(?P<spread>{_NUMBER})|\s*(?:-|–|\bto\b)\s*(?P<b>{_NUMBER}))?"
)
_UNITS = r"(?:y(?![a-z])|yrs?\b|years?\b|mo(?:nths?)?\b|wks?\b|weeks?\b|d\b|days?\b)"
_ONE = re.compile(_AGE)
_PLAIN = re.sub(r"\?P<\w+>", "?:", _AGE)
# ages that share the unit behind the last of them: "2, 6 and 9 mo"; "4-month" is a duration, and
# so is what comes "later" or "after" something
_LIST = re.compile(
    rf"(?<![\w.=/])(?P<ages>{_PLAIN}(?:\s*(?:,|;|/|&|\band\b|\bor\b|,\s*and\b)\s*{_PLAIN})*)"
    rf"\s*(?P<unit>{_UNITS})(?!\s*(?:later|after|before|of (?:training|treatment)|treatment))"
)
_DURATION = re.compile(r"\b(?:after|for|within|during)\s+(?:almost\s+|about\s+|~\s*)?$")
_BARE = re.compile(rf"(?<![\w.=/]){_PLAIN}(?!\s*(?:%|\w)|-[a-z])")
_NAMES: Mapping[str, Unit] = {"y": "y", "m": "mo", "w": "wk", "d": "d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """One age or range of ages in its own unit; an open end is None.

    A mean with its spread is the mean alone: a spread of ages is no range of ages.
    """

    low: float | None
    high: float | None
    unit: Unit

    @property
    def middle(self) -> float:
        """The age itself, the middle of a range, or the one end of an open range; in months."""
        ends = [end for end in (self.low, self.high) if end is not None]
        return sum(ends) / len(ends) * MONTHS[self.unit]

    @property
    def months(self) -> tuple[float | None, float | None]:
        """Both ends in months."""
        factor = MONTHS[self.unit]
        return (
            self.low * factor if self.low is not None else None,
            self.high * factor if self.high is not None else None,
        )

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            end = f"≥{self.low:g}" if self.low is not None else f"<{self.high:g}"
            return f"{end} {self.unit}"
        both = f"{self.low:g}" if self.low == self.high else f"{self.low:g}–{self.high:g}"
        return f"{both} {self.unit}"


def ages(text: str, *, unit: Unit | None = None) -> tuple[Age, ...]:
    """The ages a text states, in its order: "12, 20 and 24 mo", "22-38 y", "71+/-4", "≥80 y".

    A number counts where a unit stands behind it or behind the list it is in. With `unit` (that
    of the cell, or of the species) numbers without one count too if the text states no other age
    and they are no count (`n=9`, `11 young`) and no share (`45%`).
    """
    found: list[Age] = []
    for some in _LIST.finditer(text):
        if _DURATION.search(text[: some.start()]):
            continue
        own = _NAMES[some["unit"][0]]
        found += [_age(one, own) for one in _ONE.finditer(some["ages"])]
    if not found and unit is not None:
        # "46+/-20 (21-91)" is one group: its mean, and its range in brackets
        outside = re.sub(r"\([^()]*\)", " ", text)
        for bare in _BARE.finditer(outside if _BARE.search(outside) else text):
            one = _ONE.fullmatch(bare.group())
            if one is not None:
                found.append(_age(one, unit))
    return tuple(dict.fromkeys(found))


def _age(one: re.Match[str], unit: Unit) -> Age:
    a, b = float(one["a"]), one["b"]
    match (one["sign"] or "").strip():
        case "<" | "<=" | "≤" | "under":
            return Age(low=None, high=a, unit=unit)
        case ">" | ">=" | "≥" | "over":
            return Age(low=a, high=None, unit=unit)
    high = float(b) if b else a
    return Age(low=min(a, high), high=max(a, high), unit=unit)


def onset(note: str, *, unit: Unit | None = None) -> tuple[tuple[Age, ...], tuple[Age, ...]]:
    """The ages at which a note says that an outcome had not, and had, changed.

    "Unchanged at 20 and 24 mo; first changed at 27 mo" is how a note says it.
    """
    found: list[tuple[Age, ...]] = []
    for words in (
        r"\bunchanged at ([^;.]*(?:\.\d[^;.]*)*)",
        r"(?<!un)changed at ([^;.]*(?:\.\d[^;.]*)*)",
    ):
        parts = re.findall(words, note, re.IGNORECASE)
        found.append(tuple(age for part in parts for age in ages(part, unit=unit)))
    return found[0], found[1]


def unit_of(species: Iterable[str]) -> Unit | None:
    """The unit in which ages without one are printed: years for people, none for animals."""
    some = {code.rpartition(".")[2] for code in species}
    return "y" if some == {"human"} else None


def share_of_life(
    months: float, codebook: Codebook, *, species: str | None = None, strain: str | None = None
) -> float | None:
    """An age in months as % of lifespan, or None where the codebook says nothing of the species.

    A median lifespan of the strain (`median_lifespan_months`) comes first, then the age bands of
    the facet `age_band`: `pct_lifespan` beside `<species>_years...` or `<species>_months...`.
    """
    term = codebook.get(strain) if strain else None
    lifespan = term.attributes.get("median_lifespan_months") if term else None
    if isinstance(lifespan, int | float) and lifespan > 0:
        return 100 * months / lifespan
    points = _points(codebook, species.rpartition(".")[2]) if species else []
    for (age, share), (next_age, next_share) in pairwise(points):
        if age <= months <= next_age:
            return share + (next_share - share) * (months - age) / (next_age - age)
    return None


def band(share: float, codebook: Codebook) -> str | None:
    """The age band a share of lifespan falls in, None where there is no such band."""
    for term in _bands(codebook):
        low, high = term.attributes["pct_lifespan"]
        if low <= share < high:
            return str(term.code)
    return None


def _bands(codebook: Codebook) -> list[Any]:
    facets = [facet for facet in codebook.facets if facet.id == "age_band"]
    terms = [t for f in facets for t in f.terms if _pair(t.attributes.get("pct_lifespan"))]
    return sorted(terms, key=lambda term: term.attributes["pct_lifespan"])


def _points(codebook: Codebook, species: str) -> list[tuple[float, float]]:
    """(months, % of lifespan) where each band of a species begins, and where the last ends."""
    found: list[tuple[float, float]] = []
    last = None
    for term in _bands(codebook):
        for key, value in term.attributes.items():
            name = re.fullmatch(rf"{re.escape(species)}_(years|months)\w*", key)
            if name and _pair(value):
                factor = 12 if name[1] == "years" else 1
                low, high = term.attributes["pct_lifespan"]
                found.append((value[0] * factor, low))
                last = (value[1] * factor, high)
                break
    points = sorted({*found, *([last] if last else [])})
    return [point for i, point in enumerate(points) if i == 0 or point[0] > points[i - 1][0]]


def _pair(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(isinstance(one, int | float) for one in value)
    )
