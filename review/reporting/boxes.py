"""What the PRISMA 2020 template says in each box: the words, in order, for every drawing of it.

Lanes stand side by side, their rows level: identification, screening, retrieval, eligibility.
Boxes of what is still to be decided are no part of the template and are marked `pending`.
"""

import re
from dataclasses import dataclass, field

from review.reporting.fates import OTHER, pending
from review.reporting.prisma import INCLUDED, Flow, ReasonCount
from review.vocab import SearchKind, Stage

ROWS = ("identification", "screening", "retrieval", "eligibility")

_KINDS = {
    SearchKind.DATABASE: "Databases",
    SearchKind.REGISTER: "Registers",
    SearchKind.WEBSITE: "Websites",
    SearchKind.ORGANISATION: "Organisations",
    SearchKind.CITATION: "Citation searching",
}
_WAITING = {
    "unscreened": "Without a vote",
    "awaiting": "Awaiting another vote",
    "conflict": "In conflict",
}
# what XML cannot hold, in any document a flow is written to
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a box: a text, its number if it has one, and the box of the flow it opens."""

    text: str
    n: int | None = None
    opens: str | None = None
    indent: int = 0

    def __str__(self) -> str:
        return self.text if self.n is None else f"{self.text} (n = {self.n:,})"


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the template; `id` names it for links, the first line is its heading."""

    id: str
    lines: tuple[Line, ...]
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One level of a lane: the box records go down through, and the boxes beside it."""

    main: Box | None = None
    sides: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    """The whole template, filled: lanes of four rows each, then what is included."""

    title: str
    databases: tuple[Row, ...]
    other: tuple[Row, ...]
    previous: Box | None
    included: Box
    total: Box | None
    notes: tuple[str, ...] = field(default=())

    def all_boxes(self) -> list[Box]:
        """Every box that is there, lane by lane from top to bottom."""
        rows = (*self.databases, *self.other)
        found = [self.previous] if self.previous else []
        for row in rows:
            found.extend([row.main] if row.main else [])
            found.extend(row.sides)
        return [*found, self.included, *([self.total] if self.total else [])]


def printable(text: str) -> str:
    """Text without the characters that XML cannot hold, on one line."""
    return " ".join(_UNPRINTABLE.sub("", text).split())


def template(flow: Flow) -> Template:
    """Fill the template from a flow; lanes that nothing came through are left out."""
    return Template(
        title=printable(flow.title) or "PRISMA 2020 flow diagram",
        databases=_databases(flow),
        other=_other(flow) if flow.has_other else (),
        previous=_previous(flow) if flow.has_previous else None,
        included=_included(flow),
        total=_total(flow) if flow.has_previous else None,
        notes=tuple(notes(flow)),
    )


def _line(flow: Flow, text: str, box: str, *, indent: int = 0) -> Line:
    return Line(text, flow.n(box), box, indent)


def _identified(flow: Flow, box: str, kinds: tuple[SearchKind, ...]) -> Box:
    lines = [_line(flow, "Records identified", box)]
    for kind in kinds:
        counts = [count for count in flow.sources if count.kind is kind]
        if not counts and kind is not SearchKind.DATABASE:
            continue
        lines.append(_line(flow, _KINDS[kind], f"identified.{kind.value}", indent=1))
        lines += [
            Line(printable(count.source) or "(no name)", count.n, count.box, 2) for count in counts
        ]
    return Box(box, tuple(lines))


def _databases(flow: Flow) -> tuple[Row, ...]:
    removed = Box(
        "removed",
        (
            Line("Records removed before screening"),
            _line(flow, "Duplicate records", "removed.duplicates", indent=1),
            _line(flow, "Marked as ineligible by automation tools", "removed.automation", indent=1),
            _line(flow, "Removed for other reasons", "removed.other", indent=1),
        ),
    )
    identified = _identified(flow, "identified", (SearchKind.DATABASE, SearchKind.REGISTER))
    screening = Row(
        Box("screened", (_line(flow, "Records screened", "screened"),)),
        (
            Box(
                "excluded_title_abstract",
                (_line(flow, "Records excluded", "excluded_title_abstract"),),
            ),
            *_pending(flow, "", Stage.TITLE_ABSTRACT, ("unscreened", "awaiting", "conflict")),
        ),
    )
    return (Row(identified, (removed,)), screening, *_full_text(flow, ""))


def _other(flow: Flow) -> tuple[Row, ...]:
    kinds = (SearchKind.WEBSITE, SearchKind.ORGANISATION, SearchKind.CITATION)
    return (Row(_identified(flow, "other.identified", kinds)), Row(), *_full_text(flow, OTHER))


def _full_text(flow: Flow, lane: str) -> tuple[Row, Row]:
    retrieval = Row(
        Box(lane + "sought", (_line(flow, "Reports sought for retrieval", lane + "sought"),)),
        (
            Box(
                lane + "not_retrieved",
                (_line(flow, "Reports not retrieved", lane + "not_retrieved"),),
            ),
            *_pending(flow, lane, Stage.FULL_TEXT, ("awaiting_retrieval",)),
        ),
    )
    assessed = _line(flow, "Reports assessed for eligibility", lane + "assessed")
    eligibility = Row(
        Box(lane + "assessed", (assessed,)),
        (
            _excluded(flow, lane, flow.other_reasons if lane else flow.reasons),
            *_pending(flow, lane, Stage.FULL_TEXT, ("unscreened", "awaiting", "conflict")),
        ),
    )
    return retrieval, eligibility


def _excluded(flow: Flow, lane: str, reasons: tuple[ReasonCount, ...]) -> Box:
    box = lane + "excluded_full_text"
    lines = [_line(flow, "Reports excluded", box)]
    lines += [Line(printable(r.label), r.n, r.box, 1) for r in reasons]
    return Box(box, tuple(lines))


def _pending(flow: Flow, lane: str, stage: Stage, kinds: tuple[str, ...]) -> tuple[Box, ...]:
    """The box of what is not decided yet; none when everything is."""
    found = [(kind, lane + pending(stage, kind)) for kind in kinds]
    found = [(kind, box) for kind, box in found if flow.n(box)]
    if not found:
        return ()
    if kinds == ("awaiting_retrieval",):
        waiting = _line(flow, "Not obtained yet", found[0][1])
        return (Box(f"{lane}pending.retrieval", (waiting,), pending=True),)
    lines = [_line(flow, _WAITING[kind], box, indent=1) for kind, box in found]
    box = f"{lane}pending.{stage.value}"
    return (Box(box, (_line(flow, "Not decided yet", box), *lines), pending=True),)


def _included(flow: Flow) -> Box:
    reports = flow.n("included") + flow.n("other.included")
    new = "New studies" if flow.has_previous else "Studies"
    lines = [
        Line(f"{new} included in review", len(flow.studies["new"]), "included.reports"),
        Line(
            "Reports of new included studies"
            if flow.has_previous
            else "Reports of included studies",
            reports,
            "included.reports",
        ),
    ]
    if flow.where is not None:
        picked = len(flow.studies.get("selected", ()))
        lines.append(Line("Studies that the search picks", picked, "included.selected"))
    return Box("included", tuple(lines))


def _previous(flow: Flow) -> Box:
    studies = len(flow.studies["previous"])
    return Box(
        "previous",
        (
            Line("Studies included in previous version of review", studies, "previous.reports"),
            _line(flow, "Reports of these studies", "previous.reports"),
        ),
    )


def _total(flow: Flow) -> Box:
    studies = len(flow.studies["total"])
    return Box(
        "total",
        (
            Line("Total studies included in review", studies, "total.reports"),
            _line(flow, "Reports of total included studies", "total.reports"),
        ),
    )


def notes(flow: Flow) -> list[str]:
    """What the template has no box for, in sentences."""
    found = []
    if flow.has_other:
        said = [
            (flow.n("other.already_identified"), "already found by databases or registers"),
            (flow.n("other.duplicates"), "duplicates of one another"),
            (flow.n("other.removed.automation") + flow.n("other.removed.other"), "removed"),
            (flow.n("other.excluded_title_abstract"), "excluded on title and abstract"),
            (flow.pending(Stage.TITLE_ABSTRACT, lane=OTHER), "not decided yet on title"),
        ]
        parts = ", ".join(f"{n:,} {what}" for n, what in said if n)
        if parts:
            found.append(f"Identified by other methods but not sought: {parts}.")
    retracted = sum(flow.n(f"retracted.{box}") for box in INCLUDED)
    if retracted:
        were = "report has" if retracted == 1 else "reports have"
        found.append(f"{retracted:,} included {were} been retracted.")
    unsettled = flow.n(pending(Stage.FULL_TEXT, "reason_conflict"))
    unsettled += flow.n(OTHER + pending(Stage.FULL_TEXT, "reason_conflict"))
    if unsettled:
        found.append(f"For {unsettled:,} excluded reports the reviewers' reasons still differ.")
    if flow.where is not None:
        found.append(f"The search of the included studies is: {printable(flow.where)}")
    if flow.as_of:
        found.append(f"As of {printable(flow.as_of)}.")
    if flow.under_way:
        found.append("This review is under way: dashed boxes show what is not decided yet.")
    return found
