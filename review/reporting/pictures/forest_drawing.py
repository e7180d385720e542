"""How a forest plot is drawn: a table with a scale in it, as wide as its words need."""

from collections.abc import Sequence
from html import escape
from math import ceil, exp, floor, log, log10, sqrt

from review.reporting.layout import FONT as MEASURED, wrap
from review.reporting.pictures.forest_layout import (
    GAP,
    MARGIN,
    PLOT,
    SIZE,
    SMALL,
    Drawn,
    Line,
    Page,
    Said,
    page_of,
    result_of,
    rows_of,
)
from review.reporting.pictures.theme import BLUE, FONT, GREY, INK, PALE, PAPER, VERMILION

LEADING, SPACE, LEAST_ROW, HEADING = 15, 7, 36, 26


def forest_svg(drawn: Drawn) -> str:
    """The plot as SVG, readable in grey and on paper."""
    page = page_of(drawn)
    top = 92
    y, parts = float(top), []
    for line in drawn.lines:
        if line.kind == "heading":
            y += HEADING
            parts.append(_text(page.label, y - 8, line.label, bold=True))
            continue
        rows = rows_of(line, page)
        height = max(LEAST_ROW, LEADING * max(len(some) for some in rows) + SPACE)
        if line.kind == "pool":
            parts.append(_rule(page.label, page.width - MARGIN, y, PALE))
        drawing = _line(line, page, rows, (y, y + height / 2), drawn.ratio)
        parts.append(_marked(line, page, drawing, (y, height), drawn.ratio))
        y += height
    bottom = y + 6
    parts += _axis(drawn, page, top, bottom)
    y = bottom + 62.0
    for said in drawn.below:
        for words in wrap(said, (page.width - 2 * MARGIN) * MEASURED / SMALL):
            parts.append(_text(page.label, y, words, size=SMALL, colour=GREY))
            y += 15
    parts += _head(drawn, page)
    end = y + MARGIN / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {page.width:.0f} {end:.0f}" '
        f'width="{page.width:.0f}" height="{end:.0f}" font-family="{escape(FONT)}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _marked(line: Line, page: Page, drawing: str, at: tuple[float, float], ratio: bool) -> str:
    """A line as one mark, with all its breadth to be pointed at, and said in words."""
    if line.mark is None:
        return drawing
    said = escape(f"{line.label}: {result_of(line, ratio)}")
    return (
        f'<g data-mark="{line.mark}"><title>{said}</title>'
        f'<rect x="{page.label:.1f}" y="{at[0]:.1f}" width="{page.width - 2 * MARGIN:.1f}" '
        f'height="{at[1]:.1f}" fill="{PAPER}"/>{drawing}</g>'
    )


def _line(
    line: Line,
    page: Page,
    rows: Sequence[Sequence[Said]],
    at: tuple[float, float],
    ratio: bool,
) -> str:
    top, y = at
    pooled = line.kind == "pool"
    first = page.plot - 2 * (page.group + GAP)
    parts = []
    places = (page.label, first, first + page.group + GAP)
    for x, some in zip(places, rows, strict=True):
        for i, (said, small) in enumerate(some, 1):
            size, colour = (SMALL, GREY) if small else (SIZE, INK)
            bold = pooled and not small
            parts.append(_text(x, top + LEADING * i + 1, said, size=size, colour=colour, bold=bold))
    parts.append(_diamond(line, page, y) if pooled else _square(line, page, y))
    parts.append(_text(page.result, y + 4, result_of(line, ratio), bold=pooled))
    if line.weight is not None:
        parts.append(_text(page.width - MARGIN, y + 4, f"{100 * line.weight:.1f} %", end=True))
    return "".join(parts)


def _square(line: Line, page: Page, y: float) -> str:
    side = 5 + 17 * sqrt(line.weight) if line.weight is not None else 8.0
    low, high, at = page.inside(line.low), page.inside(line.high), page.inside(line.at)
    return (
        _rule(low, high, y, INK, 1.5)
        + _arrow(line, page, y)
        + f'<rect x="{at - side / 2:.1f}" y="{y - side / 2:.1f}" width="{side:.1f}" '
        f'height="{side:.1f}" fill="{BLUE}" stroke="{PAPER}" stroke-width="1"/>'
    )


def _arrow(line: Line, page: Page, y: float) -> str:
    """Where an interval goes on beyond the scale, an arrow says so."""
    found = ""
    for outside, x, way in (
        (line.low < page.low, page.plot, -1),
        (line.high > page.high, page.plot + PLOT, 1),
    ):
        if outside:
            found += f'<path d="M{x + 6 * way:.1f},{y} l{-7 * way},-4 v8 z" fill="{INK}"/>'
    return found


def _diamond(line: Line, page: Page, y: float) -> str:
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


def _axis(drawn: Drawn, page: Page, top: float, bottom: float) -> list[str]:
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
        return _ratio_ticks(low, high)
    return [(at, f"{at:g}".replace("-", "\N{MINUS SIGN}")) for at in _even(low, high)]


def _even(low: float, high: float) -> list[float]:
    """Round values, equally far apart."""
    step = 10 ** floor(log10((high - low) / 4))
    step *= next(f for f in (1, 2, 5, 10) if (high - low) / (step * f) <= 6)
    return [n * step for n in range(ceil(low / step), floor(high / step) + 1)]


def _ratio_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round ratios, 1 among them, as many as have room for their words."""
    if high - low < log(2):
        return [(log(one), f"{one:.10g}") for one in _even(exp(low), exp(high))]
    first, last = floor(low / log(10)), ceil(high / log(10))
    found: list[float] = []
    for steps, decades in (((1, 1.4, 2, 3, 5, 7), 1), ((1, 2, 5), 1), *(((1,), n) for n in _FAR)):
        found = [
            float(f"{step}e{power}")
            for power in range(first, last + 1)
            if power % decades == 0
            for step in steps
            if low - 1e-9 <= log(step) + power * log(10) <= high + 1e-9
        ]
        if len(found) <= _MOST_TICKS:
            break
    return [(log(one), f"{one:,.10g}") for one in found]


_FAR = (1, 2, 3, 5, 10, 20, 50)
_MOST_TICKS = 8


def _head(drawn: Drawn, page: Page) -> list[str]:
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
