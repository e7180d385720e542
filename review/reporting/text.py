"""How the PRISMA flow reads as plain text: in a terminal, and as a drawing's alternative."""

from review.reporting.boxes import Box, Row, template
from review.reporting.identities import identities
from review.reporting.prisma import Flow

_INDENT = "  "


def text(flow: Flow) -> str:
    """The flow, lane by lane, boxes beside the way marked by an arrow, notes at the end."""
    filled = template(flow)
    lines = [filled.title, ""]
    if filled.previous:
        lines += ["Previous studies", *_box(filled.previous), ""]
    lines += ["Identification of studies via databases and registers", *_rows(filled.databases)]
    if filled.other:
        lines += ["", "Identification of studies via other methods", *_rows(filled.other)]
    lines += ["", "Included", *_box(filled.included)]
    if filled.total:
        lines += _box(filled.total)
    broken = [i for i in identities(flow) if not i.ok]
    lines += ["", *filled.notes] if filled.notes else []
    lines += [f"DOES NOT ADD UP: {i.name}: {i.text}: {i.left} and {i.right}" for i in broken]
    return "\n".join(lines) + "\n"


def _rows(rows: tuple[Row, ...]) -> list[str]:
    found: list[str] = []
    for row in rows:
        found += _box(row.main) if row.main else []
        for side in row.sides:
            found += _box(side, arrow="... " if side.pending else "--> ")
    return found


def _box(box: Box, *, arrow: str = "") -> list[str]:
    start = _INDENT + (_INDENT * 2 if arrow else "")
    rest = start + " " * len(arrow)
    return [
        f"{rest if index else start + arrow}{_INDENT * line.indent}{line}"
        for index, line in enumerate(box.lines)
    ]
