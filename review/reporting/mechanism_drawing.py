"""How the map of mechanisms is drawn as SVG: contributors, where it may start, what comes of it.

Arrows with studies behind them are solid and carry their number; those without are dashed and
grey, so that nothing is told by colour alone. Every box and arrow is `<a data-node>` or
`<a data-link>` with a spoken name, to be reached by keyboard. `narrow` is for small windows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import hypot
from textwrap import wrap

from review.synthesis.mechanisms import Backing, Link, MechanismMap, Node, said, text_of

INK, GREY, BLUE, ORANGE, PAPER = "#1a1a1a", "#6b6b6b", "#0072b2", "#b35c00", "#ffffff"
FILL = {"contributor": "#eef3f8", "origin": "#fff4dc", "outcome": "#f3e9f2"}
FONT, LEADING, GAP, BADGE = 13, 16, 18, 12
# where along an arrow its number may stand, as shares of its way, the best first
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
_Curve = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Box:
    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class _Page:
    width: float
    height: float
    boxes: Mapping[str, _Box]


def drawing(given: MechanismMap, found: Sequence[Backing], *, narrow: bool = False) -> str:
    """The map as one SVG document, readable by itself in print."""
    page = _narrow(given) if narrow else _wide(given)
    labels = {node.id: node.label for node in given.nodes}
    name = "narrow" if narrow else "wide"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page.width:g}" height="{page.height:g}" '
        f'viewBox="0 0 {page.width:g} {page.height:g}" role="group" '
        f'aria-labelledby="map-title-{name}" font-family="Arial, Helvetica, sans-serif" '
        f'font-size="{FONT}" fill="{INK}">',
        f'<title id="map-title-{name}">{escape(given.title)}</title>',
        f"<desc>{escape(text_of(given, found))}</desc>",
        *_markers(name),
        f'<rect class="paper" width="{page.width:g}" height="{page.height:g}" fill="{PAPER}"/>',
        *(_arrow(i, one, page, labels, name) for i, one in _in_order(found)),
        *(_node(box, found) for box in page.boxes.values()),
        *(_badge(i, found[i].n, spot) for i, spot in _spots(found, page).items()),
        *_legend(page),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _in_order(found: Sequence[Backing]) -> list[tuple[int, Backing]]:
    """Links without studies first, so that the others are drawn over them."""
    return sorted(enumerate(found), key=lambda pair: (bool(pair[1].n), pair[0]))


def _column(
    nodes: Sequence[Node], x: float, width: float, top: float, height: float
) -> dict[str, _Box]:
    """Boxes one below the other, spread over a height."""
    lined = [tuple(wrap(node.label, max(8, int(width / 7.2)))) for node in nodes]
    lined = [
        (*lines, *wrap(f"({node.name})", max(8, int(width / 7.2)))) if node.name else lines
        for node, lines in zip(nodes, lined, strict=True)
    ]
    heights = [LEADING * len(lines) + 16 for lines in lined]
    gap = (height - sum(heights)) / max(1, len(nodes) - 1) if len(nodes) > 1 else 0
    y = top if len(nodes) > 1 else top + (height - heights[0]) / 2
    placed = {}
    for node, lines, own in zip(nodes, lined, heights, strict=True):
        placed[node.id] = _Box(node, x, y, width, own, lines)
        y += own + gap
    return placed


def _kinds(given: MechanismMap) -> tuple[list[Node], list[Node], list[Node]]:
    of = {
        kind: [n for n in given.nodes if n.kind == kind]
        for kind in ("contributor", "origin", "outcome")
    }
    return of["contributor"], of["origin"], of["outcome"]


def _wide(given: MechanismMap) -> _Page:
    left, middle, right = _kinds(given)
    height = max(len(left), 2 * len(middle), len(right)) * (2 * LEADING + 16 + GAP) + 20
    boxes = _column(left, 12, 210, 16, height - 32)
    boxes |= _column(middle, 440, 180, 30, height - 60)
    boxes |= _column(right, 800, 148, 16, height - 32)
    return _Page(960, height + 40, boxes)


def _narrow(given: MechanismMap) -> _Page:
    left, middle, right = _kinds(given)
    n = max(len(left), 2 * (len(middle) + len(right)))
    height = n * (3 * LEADING + 16 + GAP) + 20
    boxes = _column(left, 6, 112, 16, height - 32)
    boxes |= _column([*middle, *right], 204, 116, 30, height - 60)
    return _Page(360, height + 60, boxes)


def _markers(name: str) -> list[str]:
    return [
        "<defs>",
        *(
            f'<marker id="{kind}-{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="10" '
            f'markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path '
            f'class="{kind}-head" d="M0 0 10 5 0 10z" fill="{colour}"/></marker>'
            for kind, colour in (("backed", BLUE), ("bare", GREY))
        ),
        "</defs>",
    ]


def _curve(link: Link, page: _Page) -> _Curve:
    """The four points of an arrow's curve."""
    a, b = page.boxes[link.source], page.boxes[link.target]
    if a.right <= b.x:
        # what leaves to the right leaves above what comes round the side
        y1 = a.middle - (8 if a.node.kind == "origin" else 0)
        y2 = _spread(a, b)
        bend = (b.x - a.right) * 0.5
        return (a.right, y1), (a.right + bend, y1), (b.x - bend, y2), (b.x, y2)
    down = b.middle > a.middle
    if abs(a.middle - b.middle) <= _nearest_below(page, a):
        # there and back run beside each other
        x = a.x + a.width / 2 + (14 if down else -14)
        y1, y2 = (a.y + a.height, b.y) if down else (a.y, b.y + b.height)
        return (x, y1), (x, y1), (x, y2), (x, y2)
    # round the side of what lies between: down on the right, up on the left
    x1, x2 = (a.right, b.right) if down else (a.x, b.x)
    far = (30 if down else -46) * (0.8 + abs(a.middle - b.middle) / page.height)
    out = min((x1 + x2) / 2 + far, (x1 + x2) / 2 + (page.width - 16 - max(x1, x2)) / 0.75)
    y1, y2 = a.middle + 8, b.middle + 8
    return (x1, y1), (out, y1), (out, y2), (x2, y2)


def _path(curve: _Curve) -> str:
    (x1, y1), (x2, y2), (x3, y3), (x4, y4) = curve
    return f"M{x1:g} {y1:g}C{x2:g} {y2:g} {x3:g} {y3:g} {x4:g} {y4:g}"


def _point(curve: _Curve, t: float) -> tuple[float, float]:
    """Where a cubic curve is after the share `t` of its way."""
    weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
    x, y = (sum(w * p[axis] for w, p in zip(weights, curve, strict=True)) for axis in (0, 1))
    return round(x, 1), round(y, 1)


def _spots(found: Sequence[Backing], page: _Page) -> dict[int, tuple[float, float]]:
    """Where the number of each arrow stands: on its curve, and not on another number."""
    placed: dict[int, tuple[float, float]] = {}
    for index, one in enumerate(found):
        if not one.n:
            continue
        curve = _curve(one.link, page)
        spots = [_point(curve, t) for t in _SHARES]
        free = (
            spot
            for spot in spots
            if all(hypot(spot[0] - x, spot[1] - y) > 2 * BADGE + 2 for x, y in placed.values())
        )
        placed[index] = next(free, spots[0])
    return placed


def _nearest_below(page: _Page, a: _Box) -> float:
    """How far the next box of the same column is."""
    others = [abs(b.middle - a.middle) for b in page.boxes.values() if b.x == a.x and b is not a]
    return min(others, default=0) * 1.35


def _spread(a: _Box, b: _Box) -> float:
    """Where an arrow meets a box: the higher it comes from, the higher."""
    share = max(-0.38, min(0.38, (a.middle - b.middle) / 520))
    return b.middle + share * b.height


def _arrow(index: int, one: Backing, page: _Page, labels: Mapping[str, str], name: str) -> str:
    path = _path(_curve(one.link, page))
    kind = "backed" if one.n else "bare"
    style = (
        f'stroke="{BLUE}" stroke-width="{min(1.6 + one.n * 0.12, 4):g}"'
        if one.n
        else f'stroke="{GREY}" stroke-width="1" stroke-dasharray="4 4"'
    )
    return (
        f'<a class="{kind}" data-link="{index}" tabindex="0" role="button" '
        f'aria-label="{escape(said(one, labels), quote=True)}">'
        f"<title>{escape(said(one, labels))}</title>"
        f'<path class="reach" d="{path}" fill="none" stroke="{PAPER}" stroke-opacity="0" '
        f'stroke-width="12"/>'
        f'<path class="line" d="{path}" fill="none" {style} marker-end="url(#{kind}-{name})"/></a>'
    )


def _badge(index: int, n: int, spot: tuple[float, float]) -> str:
    x, y = spot
    return (
        f'<g class="badge" data-link="{index}" aria-hidden="true">'
        f'<circle cx="{x:g}" cy="{y:g}" r="{BADGE}" fill="{PAPER}" stroke="{BLUE}" '
        f'stroke-width="1.5"/>'
        f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle" font-size="12" '
        f'font-weight="bold">{n}</text></g>'
    )


def _node(box: _Box, found: Sequence[Backing]) -> str:
    own = [one for one in found if box.node.id in (one.link.source, one.link.target)]
    studies = {study for one in own for study in one.studies}
    n = len(studies)
    behind = f"{n} {'study' if n == 1 else 'studies'}" if n else "no study here"
    spoken = f"{box.node.label}: {len(own)} links, {behind}"
    top = box.middle - (len(box.lines) - 1) * LEADING / 2 + 4
    edge = INK if n else GREY
    dashes = "" if n else ' stroke-dasharray="5 4"'
    lines = " ".join(  # parted, so that the words are those of the label
        f'<text x="{box.x + box.width / 2:g}" y="{top + i * LEADING:g}" text-anchor="middle"'
        f"{weight}>{escape(line)}</text>"
        for i, line in enumerate(box.lines)
        for weight in [' font-style="italic"' if line.startswith("(") else ' font-weight="bold"']
    )
    return (
        f'<a class="node {box.node.kind}" data-node="{escape(box.node.id, quote=True)}" '
        f'tabindex="0" role="button" aria-label="{escape(spoken, quote=True)}">'
        f"<title>{escape(spoken)}</title>"
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="6" '
        f'fill="{FILL[box.node.kind]}" stroke="{edge}"{dashes}/>{lines}</a>'
    )


def _legend(page: _Page) -> list[str]:
    y = page.height - 14
    wide = page.width > 500
    second = (330, y) if wide else (12, y)
    first = (12, y) if wide else (12, y - 20)
    return [
        f'<g class="legend" font-size="12" aria-hidden="true">'
        f'<path class="line backed-line" d="M{first[0]} {first[1] - 4:g}h34" stroke="{BLUE}" '
        f'stroke-width="2"/>'
        f'<text x="{first[0] + 42}" y="{first[1]:g}">studies here, with their number</text>'
        f'<path class="line bare-line" d="M{second[0]} {second[1] - 4:g}h34" stroke="{GREY}" '
        f'stroke-dasharray="4 4"/>'
        f'<text x="{second[0] + 42}" y="{second[1]:g}">no study here</text></g>'
    ]
