"""How a forest plot is drawn: a table with a scale in it, as wide as its words need."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, exp, floor, log, log10, sqrt
from typing import Literal

from review.reporting.layout import FONT as MEASURED
from review.reporting.layout import text_width, wrap
from review.reporting.pictures.theme import BLUE, FONT, GREY, INK, PALE, PAPER, VERMILION

SIZE, SMALL = 12, 10.5
ROW, HEADING, GAP, MARGIN = 36, 26, 16, 16
PLOT, LEAST_LABEL, MOST_LABEL = 330, 190, 380


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a study, the heading of a subgroup, or a pool; `ahead` its prediction interval."""

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
class _Page:
    """Where the columns stand, and where a value is on the scale."""

    label: float
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


def forest_svg(drawn: Drawn) -> str:
    """The plot as SVG, readable in grey and on paper."""
    page = _page(drawn)
    top = 92
    y, parts = float(top), []
    for line in drawn.lines:
        if line.kind == "heading":
            y += HEADING
            parts.append(_text(page.label, y - 8, line.label, bold=True))
            continue
        y += ROW
        parts.append(_line(line, page, y - ROW / 2, drawn.ratio))
        if line.kind == "pool":
            parts.append(_rule(page.label, page.width - MARGIN, y - ROW, PALE))
    bottom = y + 6
    parts += _axis(drawn, page, top, bottom)
    y = bottom + 62
    for said in drawn.below:
        for words in wrap(said, (page.width - 2 * MARGIN) * MEASURED / SMALL):
            parts.append(_text(page.label, y, words, size=SMALL, colour=GREY))
            y += 15
    parts += _head(drawn, page)
    height = y + MARGIN / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width:.0f} {height:.0f}" '
        f'width="{page.width:.0f}" height="{height:.0f}" font-family="{escape(FONT)}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    return text_width(text, bold=bold) * size / MEASURED


def _page(drawn: Drawn) -> _Page:
    labels = [_width(line.label, bold=line.kind != "study") for line in drawn.lines]
    labels += [_width(line.about, SMALL) for line in drawn.lines]
    label = min(max([LEAST_LABEL, *labels]), MOST_LABEL)
    cells = [_width(cell) for line in drawn.lines for cell in line.groups]
    cells += [_width(age, SMALL) for line in drawn.lines for age in line.ages]
    group = min(max([110.0, *cells]), 220.0)
    result = max(
        _width(_result(line, drawn.ratio)) for line in drawn.lines if line.kind != "heading"
    )
    title = _width(drawn.title, 15, bold=True)
    plot = MARGIN + label + GAP + 2 * (group + GAP)
    width = plot + PLOT + GAP + result + GAP + 52 + MARGIN
    low, high = _range(drawn.lines)
    return _Page(MARGIN, group, plot, plot + PLOT + GAP, max(width, title + 2 * MARGIN), low, high)


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


def _line(line: Line, page: _Page, y: float, ratio: bool) -> str:
    pooled = line.kind == "pool"
    label = _cut(line.label, MOST_LABEL, bold=pooled)
    parts = [_text(page.label, y - 1 if line.about else y + 4, label, bold=pooled)]
    if line.about:
        about = _cut(line.about, MOST_LABEL, SMALL)
        parts.append(_text(page.label, y + 13, about, size=SMALL, colour=GREY))
    first = page.plot - 2 * (page.group + GAP)
    for n, (cell, age) in enumerate(zip(line.groups, line.ages, strict=True)):
        x = first + n * (page.group + GAP)
        parts.append(_text(x, y - 1 if age else y + 4, cell))
        parts.append(_text(x, y + 13, _cut(age, page.group, SMALL), size=SMALL, colour=GREY))
    parts.append(_diamond(line, page, y) if pooled else _square(line, page, y))
    parts.append(_text(page.result, y + 4, _result(line, ratio), bold=pooled))
    if line.weight is not None:
        parts.append(_text(page.width - MARGIN, y + 4, f"{100 * line.weight:.1f} %", end=True))
    return "".join(parts)


def _square(line: Line, page: _Page, y: float) -> str:
    side = 5 + 17 * sqrt(line.weight) if line.weight is not None else 8.0
    low, high, at = page.inside(line.low), page.inside(line.high), page.inside(line.at)
    return (
        _rule(low, high, y, INK, 1.5)
        + _arrow(line, page, y)
        + f'<rect x="{at - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" fill="{BLUE}" stroke="{PAPER}" stroke-width="1"/>'
    )


def _arrow(line: Line, page: _Page, y: float) -> str:
    """Where an interval goes on beyond the scale, an arrow says so."""
    found = ""
    for outside, x, way in (
        (line.low < page.low, page.plot, -1),
        (line.high > page.high, page.plot + PLOT, 1),
    ):
        if outside:
            found += f'<path d="M{x + 6 * way:.1f},{y} l{-7 * way},-4 v8 z" fill="{INK}"/>'
    return found


def _diamond(line: Line, page: _Page, y: float) -> str:
    low, high, at = page.inside(line.low), page.inside(line.high), page.inside(line.at)
    found = (
        f'<path d="M{low:.1f},{y} L{at:.1f},{y - 8} L{high:.1f},{y} L{at:.1f},{y + 8} Z" '
        f'fill="{VERMILION}" stroke="{INK}" stroke-width="0.8"/>'
    )
    if line.ahead:
        left, right = page.inside(line.ahead[0]), page.inside(line.ahead[1])
        found += (
            f'<rect x="{left:.1f}" y="{y + 11}" width="{right - left:.1f}" height="4" '
            f'fill="{GREY}"/>'
        )
    return found


def _result(line: Line, ratio: bool) -> str:
    turn = exp if ratio else float
    at, low, high = (turn(one) for one in (line.at, line.low, line.high))
    return f"{_short(at)} [{_short(low)}, {_short(high)}]"


def _short(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}")


def _axis(drawn: Drawn, page: _Page, top: float, bottom: float) -> list[str]:
    zero = page.inside(0.0)
    parts = [
        f'<line x1="{zero:.1f}" y1="{top}" x2="{zero:.1f}" y2="{bottom}" stroke="{INK}" '
        'stroke-width="1"/>',
        _rule(page.plot, page.plot + PLOT, bottom, INK),
    ]
    for value, said in _ticks(page.low, page.high, ratio=drawn.ratio):
        x = page.x(value)
        parts.append(
            f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 5}" stroke="{INK}"/>'
        )
        parts.append(_text(x, bottom + 18, said, size=SMALL, middle=True))
    parts.append(_text(page.plot + PLOT / 2, bottom + 34, drawn.scale, size=SMALL, middle=True))
    parts.append(_text(page.plot, bottom + 48, "← lower in group 2", size=SMALL, colour=GREY))
    parts.append(
        _text(
            page.plot + PLOT, bottom + 48, "higher in group 2 →", size=SMALL, colour=GREY, end=True
        )
    )
    return parts


def _ticks(low: float, high: float, *, ratio: bool) -> list[tuple[float, str]]:
    if ratio:
        known = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.4, 2, 3, 5, 10, 20, 50, 100)
        return [(log(one), f"{one:g}") for one in known if low <= log(one) <= high]
    step = 10 ** floor(log10((high - low) / 4))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= 6)
    first = ceil(low / step)
    return [
        (n * step, f"{n * step:g}".replace("-", "\N{MINUS SIGN}"))
        for n in range(first, floor(high / step) + 1)
    ]


def _head(drawn: Drawn, page: _Page) -> list[str]:
    first = page.plot - 2 * (page.group + GAP)
    result = "Ratio [95 % CI]" if drawn.ratio else "Estimate [95 % CI]"
    named = (
        (page.label, "Study"),
        (first, "Group 1: n; mean (SD)"),
        (first + page.group + GAP, "Group 2: n; mean (SD)"),
        (page.result, result),
    )
    return [
        _text(page.label, 26, drawn.title, size=15, bold=True),
        _text(page.label, 46, drawn.subtitle, colour=GREY),
        *(_text(x, 78, said, size=SMALL, bold=True) for x, said in named),
        _text(page.width - MARGIN, 78, "Weight", size=SMALL, bold=True, end=True),
        _rule(page.label, page.width - MARGIN, 86, INK),
    ]


def _cut(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """The text, shortened with an ellipsis only where no column could hold it."""
    if _width(text, size, bold=bold) <= room:
        return text
    while text and _width(text + "…", size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def _text(
    x: float,
    y: float,
    said: str,
    *,
    size: float = SIZE,
    bold: bool = False,
    colour: str = INK,
    middle: bool = False,
    end: bool = False,
) -> str:
    anchor = "middle" if middle else "end" if end else "start"
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{escape(said)}</text>'
    )


def _rule(x1: float, x2: float, y: float, colour: str, width: float = 1) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y:.1f}" x2="{x2:.1f}" y2="{y:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"/>'
    )
