"""Where the boxes of the PRISMA flow stand on the page: rows level across lanes, nothing cut.

Lengths are in CSS pixels at 96 to the inch. Text is measured by character, not by font file, a
little too wide rather than too narrow.
"""

import unicodedata
from dataclasses import dataclass

from review.reporting.boxes import ROWS, Box, Line, Row, Template

FONT = 13
LEADING = 17
PADDING = 9
INDENT = 12
MAIN, SIDE, GAP, LANE_GAP = 270, 310, 36, 44
MARGIN, BAR = 12, 30
HEADER, ROW_GAP, STACK_GAP = 34, 30, 12

_NARROW = frozenset("fijlrtI.,;:'|!()[]{} -/")
_WIDE = frozenset("mwMW@%—")


@dataclass(frozen=True, slots=True)
class Written:
    """One line as it is set: the piece of text, and the line of the box it is a piece of."""

    text: str
    of: Line
    bold: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """A box on the page with its text broken to lines."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    text: tuple[Written, ...]

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane on the page: its heading, and per row the main box and those beside it."""

    heading: str
    x: float
    width: float
    rows: tuple[tuple[Placed | None, tuple[Placed, ...]], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Everything placed; `bands` are the side labels with their y and height."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    previous: Placed | None
    included: Placed
    total: Placed | None
    bands: tuple[tuple[str, float, float], ...]
    notes: tuple[tuple[str, float], ...]


def text_width(text: str, *, bold: bool = False) -> float:
    """About how wide a text is in Arial or Helvetica at FONT pixels."""
    ems = 0.0
    for char in text:
        if unicodedata.combining(char):
            continue
        if unicodedata.east_asian_width(char) in "WF":
            ems += 1.0
        elif char in _NARROW:
            ems += 0.34
        elif char in _WIDE:
            ems += 0.92
        else:
            ems += 0.7 if char.isupper() else 0.56
    return ems * FONT * (1.06 if bold else 1.0)


def wrap(text: str, width: float, *, bold: bool = False) -> list[str]:
    """Break a text to lines of at most a width, between words, or within one too long."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if text_width(longer, bold=bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while text_width(word, bold=bold) > width:
            cut = len(word) - 1
            while cut > 1 and text_width(word[:cut], bold=bold) > width:
                cut -= 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line or not lines else lines


def _set(box: Box, width: float) -> tuple[Written, ...]:
    written = []
    for index, line in enumerate(box.lines):
        bold = index == 0 and len(box.lines) > 1
        room = width - 2 * PADDING - INDENT * line.indent
        # the number stays with its "n ="
        text = str(line).replace("(n = ", "(n\u00a0=\u00a0")
        written += [Written(piece, line, bold) for piece in _wrap_tight(text, room, bold)]
    return tuple(written)


def _wrap_tight(text: str, room: float, bold: bool) -> list[str]:
    # str.split would also break at the no-break space
    held = text.replace("\u00a0", "\ue000")
    return [piece.replace("\ue000", "\u00a0") for piece in wrap(held, room, bold=bold)]


def _height(written: tuple[Written, ...]) -> float:
    return len(written) * LEADING + 2 * PADDING


def _stack_height(boxes: tuple[Box, ...]) -> float:
    heights = [_height(_set(box, SIDE)) for box in boxes]
    return sum(heights) + STACK_GAP * max(0, len(heights) - 1)


def _row_height(rows: list[Row]) -> float:
    mains = [_height(_set(row.main, MAIN)) for row in rows if row.main]
    return max([*mains, *(_stack_height(row.sides) for row in rows)])


def _place(box: Box, x: float, y: float, width: float, *, height: float = 0) -> Placed:
    text = _set(box, width)
    return Placed(box, x, y, width, max(height, _height(text)), text)


def _lane(heading: str, rows: tuple[Row, ...], x: float, tops: list[float]) -> Lane:
    placed = []
    for row, top in zip(rows, tops, strict=True):
        sides = []
        y = top
        for side in row.sides:
            sides.append(_place(side, x + MAIN + GAP, y, SIDE))
            y = sides[-1].bottom + STACK_GAP
        main = None
        if row.main:
            main = _place(row.main, x, top, MAIN, height=sides[0].height if sides else 0)
            if len(sides) == 1:
                sides = [_place(row.sides[0], sides[0].x, top, SIDE, height=main.height)]
        placed.append((main, tuple(sides)))
    return Lane(heading, x, MAIN + GAP + SIDE, tuple(placed))


def page(filled: Template) -> Page:
    """Place every box of a filled template."""
    lane_rows = [filled.databases, *([filled.other] if filled.other else [])]
    tops, y = [], MARGIN + HEADER + 16.0
    heights = []
    for index in range(len(ROWS)):
        tops.append(y)
        heights.append(_row_height([rows[index] for rows in lane_rows]))
        if index == 0 and filled.previous:
            heights[0] = max(heights[0], _height(_set(filled.previous, MAIN)))
        y += heights[-1] + ROW_GAP
    x = MARGIN + BAR + 14.0
    previous = _place(filled.previous, x, tops[0], MAIN) if filled.previous else None
    if previous:
        x = previous.right + LANE_GAP
    headings = (
        "Identification of studies via databases and registers",
        "Identification of studies via other methods",
    )
    lanes = []
    for heading, rows in zip(headings, lane_rows, strict=False):
        lanes.append(_lane(heading, rows, x, tops))
        x += lanes[-1].width + LANE_GAP
    included = _place(filled.included, lanes[0].x, y, MAIN)
    end = included.bottom
    total = None
    if filled.total:
        total = _place(filled.total, lanes[0].x, end + ROW_GAP, MAIN)
        end = total.bottom
    width = x - LANE_GAP + MARGIN
    bands = (
        ("Identification", tops[0], heights[0]),
        ("Screening", tops[1], tops[3] + heights[3] - tops[1]),
        ("Included", y, end - y),
    )
    notes = []
    at = end + 30
    for note in filled.notes:
        for piece in wrap(note, width - 2 * MARGIN):
            notes.append((piece, at))
            at += LEADING
    height = max(at, end + MARGIN) + MARGIN - (LEADING if notes else 0)
    return Page(width, height, tuple(lanes), previous, included, total, bands, tuple(notes))
