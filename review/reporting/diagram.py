"""How the PRISMA flow is drawn as SVG: the 2020 template, readable in print and by any eye.

Blue and yellow differ for every kind of colour vision and in grey; nothing is told by colour
alone (what is pending is dashed). Each box is `<g id="box-..." data-box="...">`.
"""

from collections.abc import Callable
from html import escape
from itertools import pairwise

from review.reporting.boxes import printable, template
from review.reporting.layout import (
    BAR,
    FONT,
    HEADER,
    INDENT,
    LEADING,
    MARGIN,
    PADDING,
    Page,
    Placed,
    page,
)
from review.reporting.prisma import Flow
from review.reporting.text import text

INK, YELLOW, BLUE, GREY = "#1a1a1a", "#ffd966", "#9dc3e6", "#ededed"
Link = Callable[[str], str]


def svg(flow: Flow, *, link: Link | None = None) -> str:
    """The flow as one SVG document; `link` turns the name of a box into the address it opens."""
    filled = template(flow)
    placed = page(filled)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{placed.width:g}" '
        f'height="{placed.height:g}" viewBox="0 0 {placed.width:g} {placed.height:g}" '
        f'role="img" aria-labelledby="prisma-title prisma-desc" '
        f'font-family="Arial, Helvetica, sans-serif" font-size="{FONT}" fill="{INK}">',
        f'<title id="prisma-title">{escape(filled.title)}</title>',
        f'<desc id="prisma-desc">{escape(_alternative(flow))}</desc>',
        f'<rect width="{placed.width:g}" height="{placed.height:g}" fill="#ffffff"/>',
        *_bands(placed),
        *_headings(placed),
        *_arrows(placed),
        *(_draw(box, link) for box in _boxes(placed)),
        *(
            f'<text x="{MARGIN}" y="{y:g}" font-size="{FONT - 1}">{escape(note)}</text>'
            for note, y in placed.notes
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _alternative(flow: Flow) -> str:
    return "\n".join(printable(line) for line in text(flow).splitlines() if line.strip())


def _boxes(placed: Page) -> list[Placed]:
    found = [placed.previous] if placed.previous else []
    for lane in placed.lanes:
        for main, sides in lane.rows:
            found += [*([main] if main else []), *sides]
    return [*found, placed.included, *([placed.total] if placed.total else [])]


def _draw(placed: Placed, link: Link | None) -> str:
    name = _attribute(placed.box.id)
    fill = GREY if placed.box.id == "previous" else "#ffffff"
    dashed = ' stroke-dasharray="6 4"' if placed.box.pending else ""
    parts = [
        f'<g id="box-{name}" data-box="{name}">',
        f'<rect x="{placed.x:g}" y="{placed.y:g}" width="{placed.width:g}" '
        f'height="{placed.height:g}" fill="{fill}" stroke="{INK}" stroke-width="1"{dashed}/>',
    ]
    y = placed.y + PADDING + FONT - 1
    if len(placed.box.lines) == 1:
        y = placed.middle[1] - (len(placed.text) - 1) * LEADING / 2 + FONT * 0.36
    for written in placed.text:
        x = placed.x + PADDING + INDENT * written.of.indent
        weight = ' font-weight="bold"' if written.bold else ""
        opens = written.of.opens
        data = f' data-box="{_attribute(opens)}"' if opens else ""
        piece = f'<text x="{x:g}" y="{y:g}"{weight}{data}>{escape(written.text)}</text>'
        if opens and link:
            piece = f'<a href="{_attribute(link(opens))}">{piece}</a>'
        parts.append(piece)
        y += LEADING
    return "\n".join([*parts, "</g>"])


def _attribute(text: str) -> str:
    return escape(printable(text), quote=True)


def _bands(placed: Page) -> list[str]:
    parts = []
    for label, y, height in placed.bands:
        middle_x, middle_y = MARGIN + BAR / 2, y + height / 2
        parts.append(
            f'<rect x="{MARGIN}" y="{y:g}" width="{BAR}" height="{height:g}" rx="6" '
            f'fill="{BLUE}" stroke="{INK}"/>'
        )
        parts.append(
            f'<text transform="translate({middle_x + 4:g} {middle_y:g}) rotate(-90)" '
            f'text-anchor="middle" font-weight="bold" font-size="{_fitting(label, height):g}">'
            f"{label}</text>"
        )
    return parts


def _fitting(label: str, room: float) -> float:
    return min(FONT, room / (len(label) * 0.62))


def _headings(placed: Page) -> list[str]:
    spans = [(lane.heading, lane.x, lane.width) for lane in placed.lanes]
    if placed.previous:
        spans.insert(0, ("Previous studies", placed.previous.x, placed.previous.width))
    parts = []
    for heading, x, width in spans:
        fill = GREY if heading == "Previous studies" else YELLOW
        parts.append(
            f'<rect x="{x:g}" y="{MARGIN}" width="{width:g}" height="{HEADER}" rx="6" '
            f'fill="{fill}" stroke="{INK}"/>'
        )
        parts.append(
            f'<text x="{x + width / 2:g}" y="{MARGIN + HEADER / 2 + 5:g}" text-anchor="middle" '
            f'font-weight="bold">{escape(heading)}</text>'
        )
    return parts


def _arrows(placed: Page) -> list[str]:
    parts = []
    for index, lane in enumerate(placed.lanes):
        mains = [main for main, _ in lane.rows if main]
        for upper, lower in pairwise(mains):
            parts.append(_arrow((upper.middle[0], upper.bottom), (lower.middle[0], lower.y)))
        for main, sides in lane.rows:
            for place, side in enumerate(sides):
                parts += _to_side(main, side, first=place == 0)
        last, goal = mains[-1], placed.included
        if index == 0:
            parts.append(_arrow((last.middle[0], last.bottom), (goal.middle[0], goal.y)))
        else:
            corner = (last.middle[0], goal.middle[1])
            parts.append(_arrow((last.middle[0], last.bottom), corner, (goal.right, corner[1])))
    if placed.total:
        goal = placed.total
        above = placed.included
        parts.append(_arrow((above.middle[0], above.bottom), (goal.middle[0], goal.y)))
        if placed.previous:
            start = placed.previous
            corner = (start.middle[0], goal.middle[1])
            parts.append(_arrow((start.middle[0], start.bottom), corner, (goal.x, corner[1])))
    return parts


def _to_side(main: Placed | None, side: Placed, *, first: bool) -> list[str]:
    if main is None:
        return []
    if first:
        y = main.middle[1]
        return [_arrow((main.right, y), (side.x, y))]
    # what is pending hangs below, led from the middle of the gap
    x = (main.right + side.x) / 2
    y = side.middle[1]
    return [_arrow((x, main.middle[1]), (x, y), (side.x, y), dashed=True)]


def _arrow(*points: tuple[float, float], dashed: bool = False) -> str:
    (px, py), (x, y) = points[-2], points[-1]
    dx, dy = (x > px) - (x < px), (y > py) - (y < py)
    path = " ".join(f"{a:g},{b:g}" for a, b in (*points[:-1], (x - 6 * dx, y - 6 * dy)))
    left = (x - 8 * dx - 4 * dy, y - 8 * dy - 4 * dx)
    right = (x - 8 * dx + 4 * dy, y - 8 * dy + 4 * dx)
    head = " ".join(f"{a:g},{b:g}" for a, b in ((x, y), left, right))
    style = ' stroke-dasharray="5 4"' if dashed else ""
    return (
        f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="1.2"{style}/>'
        f'<polygon points="{head}" fill="{INK}"/>'
    )
