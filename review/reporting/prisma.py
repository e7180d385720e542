"""How many records, reports and studies stand in each box of the PRISMA 2020 flow, and which.

The flow is a fold of the fates of records; no number is taken from anywhere else. For a review
under way the boxes mean: `screened` all records that entered screening, decided or not;
`sought` reports that advanced; `assessed` reports at hand, decided or not; `pending` what is not
settled, by stage. Reports whose exclusion is certain but not its reason are in
`excluded_full_text` under "Reason not settled", and only mentioned in pending.reason_conflict.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from review.protocol import Reason
from review.reporting.fates import (
    DUPLICATES,
    OTHER,
    Alike,
    RecordFate,
    Report,
    pending,
    reports,
)
from review.vocab import SearchKind, Stage, State

NOT_SETTLED = Reason(code="reason-not-settled", label="Reason not settled")
NO_REASON = Reason(code="no-reason", label="No reason given")

TITLE_ABSTRACT_PENDING = ("unscreened", "awaiting", "conflict")
INCLUDED = ("included", "other.included", "previous.reports")
"""The boxes of included reports, one of each lane."""
FULL_TEXT_PENDING = ("awaiting_retrieval", "unscreened", "awaiting", "conflict")


@dataclass(frozen=True, slots=True)
class SourceCount:
    """How many records one source brought; `box` opens them."""

    source: str
    kind: SearchKind
    n: int
    box: str


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many reports were excluded at full text for one reason; `box` opens them."""

    code: str
    label: str
    n: int
    box: str


@dataclass(frozen=True)
class Flow:
    """Every box with the ids of its records, and what is counted of them.

    `boxes` are named as in the JSON form (`removed.duplicates`, `other.sought`,
    `excluded_full_text.<code>`); a report is opened by the record that stands for it in its
    lane. `terminals` are the boxes where records end: each record is in exactly one.
    `studies` has the studies (numbers, or `report <record>` where a report is not yet linked)
    of `new`, `previous`, `total`, `meta_analysis` and `selected`. `more` counts, by box, what is
    not listed in it because only its number was asked for; such a flow opens no box.
    """

    records: tuple[int, ...]
    boxes: Mapping[str, tuple[int, ...]]
    terminals: frozenset[str]
    sources: tuple[SourceCount, ...]
    reasons: tuple[ReasonCount, ...]
    other_reasons: tuple[ReasonCount, ...]
    studies: Mapping[str, frozenset[str]]
    as_of: str | None = None
    where: str | None = None
    title: str = ""
    retracted: frozenset[int] = frozenset()
    retracted_reports: tuple[int, ...] = ()
    more: Mapping[str, int] = field(default_factory=dict)
    size: int = 0

    def n(self, box: str) -> int:
        """The number in a box; 0 for one that nothing went into."""
        return len(self.ids(box)) + self.more.get(box, 0)

    @property
    def names(self) -> list[str]:
        """The boxes that something went into."""
        return sorted(self.boxes.keys() | self.more.keys())

    def ids(self, box: str) -> tuple[int, ...]:
        """The ids of the records a box opens.

        `retracted` opens the retracted reports, `retracted.<box>` those of a box. They are
        counted beside the boxes and change none of them.
        """
        if box == "retracted":
            return self.retracted_reports
        head, dot, rest = box.partition(".")
        if dot and head == "retracted":
            return tuple(id for id in self.boxes.get(rest, ()) if id in self.retracted)
        return self.boxes.get(box, ())

    def pending(self, stage: Stage, *, lane: str = "") -> int:
        """How many records or reports of a lane are not settled at a stage."""
        kinds = TITLE_ABSTRACT_PENDING if stage is Stage.TITLE_ABSTRACT else FULL_TEXT_PENDING
        return sum(self.n(lane + pending(stage, kind)) for kind in kinds)

    @cached_property
    def has_other(self) -> bool:
        """Whether anything was identified by other methods."""
        return self.n("other.identified") > 0

    @cached_property
    def has_previous(self) -> bool:
        """Whether anything came from a previous version of the review."""
        return self.n("previous.reports") + self.n("previous.left_out") > 0

    @cached_property
    def under_way(self) -> bool:
        """Whether anything is still to be decided, in any lane."""
        return any(self.n(box) for box in self.names if "pending." in box)


def flow(
    fates: Iterable[RecordFate],
    *,
    reasons: Sequence[Reason] = (),
    meta_analysis: Set[int] | None = None,
    selected: Set[int] | None = None,
    retracted: Set[int] = frozenset(),
    alike: Alike | None = None,
    where: str | None = None,
    as_of: str | None = None,
    title: str = "",
) -> Flow:
    """Fold the fates of all records into the flow.

    `reasons` are those of the full-text stage in order. `meta_analysis` are the studies in a
    meta-analysis; `selected` those that a search expression `where` picks: it narrows what is
    shown of the included studies, never the counts before them. `retracted` are records that
    were retracted; the report of each is. `alike` are records whose fates are not among `fates`
    and which are only counted.
    """
    fates = list(fates)
    gone = {fate.kept for fate in fates if fate.record in retracted}
    boxes: dict[str, list[int]] = {}
    terminals: set[str] = set()
    found, surplus = reports(fates)

    def put(record: int, *names: str) -> None:
        for name in names:
            boxes.setdefault(name, []).append(record)

    many = alike or Alike()
    more: Counter[str] = Counter()
    sources = _sources(fates, many)
    for fate in fates:
        if not fate.previous:
            of_kind = f"identified.{fate.kind.value}"
            put(fate.record, _identified(fate), of_kind, sources[fate.source, fate.kind])
    for report in found:
        put(report.record, *report.path, report.terminal)
        terminals.add(report.terminal)
        put(report.record, *_breakdown(report), *_together(report, selected))
    for record, box in surplus.items():
        put(record, box)
        terminals.add(box)
    for report, n in many.through():
        ways = (*report.path, report.terminal, *_breakdown(report), *_together(report, selected))
        more.update(dict.fromkeys(ways, n))
        terminals.add(report.terminal)
    for (source, kind), n in many.records.items():
        more.update({"identified": n, f"identified.{kind.value}": n, sources[source, kind]: n})
    if many.duplicates:
        more[DUPLICATES] += many.duplicates
        terminals.add(DUPLICATES)
    sorted_boxes = {name: tuple(sorted(ids)) for name, ids in boxes.items()}
    numbers = Counter({name: len(ids) for name, ids in sorted_boxes.items()}) + more
    return Flow(
        records=tuple(sorted(fate.record for fate in fates)),
        boxes=sorted_boxes,
        terminals=frozenset(terminals),
        sources=tuple(
            SourceCount(source, kind, numbers[box], box) for (source, kind), box in sources.items()
        ),
        reasons=_reason_counts(numbers, "", reasons),
        other_reasons=_reason_counts(numbers, OTHER, reasons),
        studies=_studies(found, meta_analysis, selected),
        as_of=as_of,
        where=where,
        title=title,
        retracted=frozenset(fate.record for fate in fates if fate.kept in gone),
        retracted_reports=tuple(sorted(gone)),
        more=dict(more),
        size=len(fates) + many.size,
    )


def _identified(fate: RecordFate) -> str:
    return "identified" if fate.in_database_lane else "other.identified"


def _sources(fates: list[RecordFate], alike: Alike) -> dict[tuple[str, SearchKind], str]:
    """The box of each source, in the order of kinds and then of names."""
    keys = {(fate.source, fate.kind) for fate in fates if not fate.previous} | set(alike.records)
    order = list(SearchKind)
    return {
        (source, kind): f"identified.{kind.value}.{source}"
        for source, kind in sorted(keys, key=lambda key: (order.index(key[1]), key[0]))
    }


def _reason_code(fate: RecordFate) -> str:
    if fate.ft is State.REASON_CONFLICT:
        return NOT_SETTLED.code
    return fate.ft_reason or NO_REASON.code


def _breakdown(report: Report) -> tuple[str, ...]:
    if report.terminal != f"{report.lane}excluded_full_text":
        return ()
    code = _reason_code(report.head)
    by_reason = f"{report.terminal}.{code}"
    if code == NOT_SETTLED.code:
        return by_reason, report.lane + pending(Stage.FULL_TEXT, "reason_conflict")
    return (by_reason,)


def _together(report: Report, selected: Set[int] | None) -> list[str]:
    """The boxes that sum up others, so that a sum, too, opens its records."""
    lane, terminal = report.lane, report.terminal
    waiting = lane + pending(Stage.FULL_TEXT, "awaiting_retrieval")
    found = [
        f"{lane}pending.{stage.value}"
        for stage in Stage
        if terminal.startswith(f"{lane}pending.{stage.value}.") and terminal != waiting
    ]
    if terminal in ("included", "other.included"):
        found.append("included.reports")
    if terminal in ("included", "other.included", "previous.reports"):
        found.append("total.reports")
        if selected is not None and report.head.study in selected:
            found.append("included.selected")
    return found


def _reason_counts(
    numbers: Mapping[str, int], lane: str, reasons: Sequence[Reason]
) -> tuple[ReasonCount, ...]:
    prefix = f"{lane}excluded_full_text."
    labels = {reason.code: reason.label for reason in (*reasons, NO_REASON, NOT_SETTLED)}
    codes = {box.removeprefix(prefix) for box in numbers if box.startswith(prefix)}
    # a reason that the protocol no longer lists keeps its code as its name
    ordered = [c for c in labels if c in codes] + sorted(codes - labels.keys())
    return tuple(
        ReasonCount(code, labels.get(code, code), numbers[prefix + code], prefix + code)
        for code in ordered
    )


def _study_of(report: Report) -> str:
    study = report.head.study
    return str(study) if study is not None else f"report {report.record}"


def _studies(
    found: list[Report], meta_analysis: Set[int] | None, selected: Set[int] | None
) -> dict[str, frozenset[str]]:
    previous = frozenset(_study_of(r) for r in found if r.terminal == "previous.reports")
    included = frozenset(
        _study_of(r) for r in found if r.terminal in ("included", "other.included")
    )
    studies = {
        "new": included - previous,
        "previous": previous,
        "total": included | previous,
        "meta_analysis": frozenset(str(study) for study in meta_analysis or ()),
    }
    if selected is not None:
        studies["selected"] = studies["total"] & {str(study) for study in selected}
    return studies
