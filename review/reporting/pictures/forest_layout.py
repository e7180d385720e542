"""Where everything in a forest plot stands: columns as wide as their words, a scale that fits."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Literal

from review.reporting.layout import FONT as MEASURED, text_width, wrap

SIZE, SMALL = 12, 10.5
GAP, MARGIN = 16, 16
PLOT, LEAST_LABEL, MOST_LABEL = 330, 190, 380


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a study, the heading of a subgroup, or a pool; `ahead` its prediction interval.

    `mark` is the number of its row in the data behind.
    """

    kind: Literal["study", "heading", "pool"]
    label: str
    about: str = ""
    groups: tuple[str, str] = ("", "")
    ages: tuple[str, str] = ("", "")
    at: float = 0.0
    low: float = 0.0
    high: float = 0.0
    weight: float | None = None
    ahead: tuple[float, float] | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Everything a forest plot says; `ratio`: values are logarithms, shown as ratios."""

    title: str
    subtitle: str
    lines: Sequence[Line]
    ratio: bool
    scale: str
    below: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    """Where the columns stand, and where a value is on the scale."""

    label: float
    room: float
    group: float
    plot: float
    result: float
    width: float
    low: float
    high: float

    def x(self, value: float) -> float:
        """The place of a value."""
        return self.plot + (value - self.low) / (self.high - self.low) * PLOT

    def inside(self, value: float) -> float:
        """The place of a value, at the edge where it lies outside."""
        return self.x(min(max(value, self.low), self.high))


def page_of(drawn: Drawn) -> Page:
    """The columns of a plot."""
    labels = [_width(line.label, bold=line.kind != "study") for line in drawn.lines]
    labels += [_width(line.about, SMALL) for line in drawn.lines]
    label = min(max([LEAST_LABEL, *labels]), MOST_LABEL)
    cells = [_width(cell) for line in drawn.lines for cell in line.groups]
    cells += [_width(age, SMALL) for line in drawn.lines for age in line.ages]
    group = min(max([110.0, *cells]), 220.0)
    result = max(
        _width(result_of(line, drawn.ratio)) for line in drawn.lines if line.kind != "heading"
    )
    title = _width(drawn.title, 15, bold=True)
    plot = MARGIN + label + GAP + 2 * (group + GAP)
    width = plot + PLOT + GAP + result + GAP + 52 + MARGIN
    low, high = _range(drawn.lines)
    return Page(
        MARGIN, label, group, plot, plot + PLOT + GAP, max(width, title + 2 * MARGIN), low, high
    )


def _range(lines: Sequence[Line]) -> tuple[float, float]:
    """From the lowest to the highest limit, zero inside, and not a single wide one ruling all."""
    shown = [line for line in lines if line.kind != "heading"]
    ends = [end for line in shown for end in (line.low, line.high, *(line.ahead or ()))]
    middle = sorted(line.high - line.low for line in shown)[len(shown) // 2] or 1.0
    points = [line.at for line in shown]
    low = max(min(0.0, *ends), min(0.0, *points) - 3 * middle)
    high = min(max(0.0, *ends), max(0.0, *points) + 3 * middle)
    pad = 0.06 * (high - low or 1.0)
    return low - pad, high + pad


Said = tuple[str, bool]  # words, and whether they are the small ones below


def rows_of(line: Line, page: Page) -> tuple[list[Said], list[Said], list[Said]]:
    """What stands in the columns of words, broken to lines so that nothing is cut."""
    bold = line.kind == "pool"
    own = _broken(line.label, page.room, bold=bold) + _broken(line.about, page.room, small=True)
    first, second = (
        _broken(cell, page.group) + _broken(age, page.group, small=True)
        for cell, age in zip(line.groups, line.ages, strict=True)
    )
    return own, first, second


def _broken(text: str, room: float, *, small: bool = False, bold: bool = False) -> list[Said]:
    size = SMALL if small else SIZE
    return [(one, small) for one in wrap(text, room * MEASURED / size + 1, bold=bold) if one]


def _width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    return text_width(text, bold=bold) * size / MEASURED


def result_of(line: Line, ratio: bool) -> str:
    """The estimate with its interval, as it is printed."""
    turn = exp if ratio else float
    at, low, high = (turn(one) for one in (line.at, line.low, line.high))
    return f"{_short(at)} [{_short(low)}, {_short(high)}]"


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
