"""What became of each record, and through which boxes of the PRISMA flow its report went.

A report's lane is decided by its whole cluster: previous review if any of its records came with
it, else databases and registers if any of its records was found there, else other methods.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from review.vocab import DATABASE_LANE, Removal, Retrieval, SearchKind, Stage, State

OTHER = "other."
DUPLICATES = "removed.duplicates"
ALREADY_IDENTIFIED = "other.already_identified"
OTHER_DUPLICATES = "other.duplicates"
PREVIOUS = "previous.reports"
PREVIOUS_DUPLICATES = "previous.duplicates"
PREVIOUS_LEFT_OUT = "previous.left_out"

_SETTLED = {
    State.INCLUDED: "included",
    State.EXCLUDED: "excluded_full_text",
    # the total is right, only the breakdown by reason waits
    State.REASON_CONFLICT: "excluded_full_text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFate:
    """One record, and what was decided of the report it stands for.

    `kept` is the record kept for the cluster (its own id where there are no duplicates).
    `removal`, `ta`, `retrieval`, `ft`, `ft_reason` (a code) and `study` are facts of the
    cluster and are read from its kept record; those of other records are not looked at.
    """

    record: int
    kept: int
    source: str
    kind: SearchKind = SearchKind.DATABASE
    previous: bool = False
    removal: Removal | None = None
    ta: State | None = None
    retrieval: Retrieval | None = None
    ft: State | None = None
    ft_reason: str | None = None
    study: int | None = None

    @property
    def in_database_lane(self) -> bool:
        """Whether this record, taken alone, was found in a database or register."""
        return not self.previous and self.kind in DATABASE_LANE


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """The many reports that are only counted: found in databases alone, in no box of their own.

    `reports` has how many reports share each fate (only `ta`, `retrieval`, `ft` and `ft_reason` are
    read of it), `records` how many records of theirs each source brought.
    """

    reports: Sequence[tuple[RecordFate, int]] = ()
    records: Mapping[tuple[str, SearchKind], int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of records."""
        return sum(self.records.values())

    @property
    def duplicates(self) -> int:
        """How many of the records are not the one that stands for its report."""
        return self.size - sum(n for _, n in self.reports)

    def through(self) -> Iterator[tuple["Report", int]]:
        """Yield the way of the reports through the boxes, with how many go it."""
        for fate, n in self.reports:
            path, terminal = route(fate)
            yield Report(fate, fate.record, "", tuple(path), terminal), n


@dataclass(frozen=True, slots=True)
class Report:
    """One cluster: the fate of its kept record, and the record that stands for it in its lane."""

    head: RecordFate
    record: int
    lane: str
    path: tuple[str, ...]
    terminal: str


def pending(stage: Stage, what: str) -> str:
    """The name of a box of what is not settled yet at a stage."""
    return f"pending.{stage.value}.{what}"


def route(fate: RecordFate) -> tuple[list[str], str]:
    """The boxes a report goes through, without its lane, and the one where it ends.

    A settled full-text standing shows that the report was at hand, whatever was said of its
    retrieval before; otherwise *not retrieved* stands until the report is obtained.
    """
    if fate.removal is not None:
        return [], f"removed.{fate.removal.value}"
    path = ["screened"]
    match fate.ta or State.UNSCREENED:
        case State.EXCLUDED | State.REASON_CONFLICT:
            return path, "excluded_title_abstract"
        case State.INCLUDED:
            path.append("sought")
        case waiting:
            return path, pending(Stage.TITLE_ABSTRACT, waiting.value)
    state = fate.ft or State.UNSCREENED
    if state in _SETTLED:
        return [*path, "assessed"], _SETTLED[state]
    if fate.retrieval is Retrieval.NOT_RETRIEVED:
        return path, "not_retrieved"
    if state is State.UNSCREENED and fate.retrieval is None:
        return path, pending(Stage.FULL_TEXT, "awaiting_retrieval")
    return [*path, "assessed"], pending(Stage.FULL_TEXT, state.value)


def reports(fates: Iterable[RecordFate]) -> tuple[list[Report], dict[int, str]]:
    """Group records into reports; return these, and where each record that is no report ends."""
    clusters: dict[int, list[RecordFate]] = {}
    for fate in fates:
        clusters.setdefault(fate.kept, []).append(fate)
    found: list[Report] = []
    surplus: dict[int, str] = {}
    for kept in sorted(clusters):
        members = sorted(clusters[kept], key=lambda fate: (fate.record != kept, fate.record))
        head = members[0]
        lane, stands = _representative(members)
        if lane == "previous.":
            ends = PREVIOUS if _came_with_the_review(head) else PREVIOUS_LEFT_OUT
            found.append(Report(head, stands.record, lane, (), ends))
        else:
            path, terminal = route(head)
            through = tuple(lane + box for box in path)
            found.append(Report(head, stands.record, lane, through, lane + terminal))
        for fate in members:
            if fate is not stands:
                surplus[fate.record] = _where_a_duplicate_ends(fate, lane)
    return found, surplus


def _came_with_the_review(head: RecordFate) -> bool:
    """Whether a report of the previous version was included there, as far as is known."""
    if head.removal is not None or head.retrieval is Retrieval.NOT_RETRIEVED:
        return head.ft is State.INCLUDED
    excluded = {State.EXCLUDED, State.REASON_CONFLICT}
    return head.ta not in excluded and head.ft not in excluded


def _representative(members: list[RecordFate]) -> tuple[str, RecordFate]:
    """The lane of a cluster, and its first record in that lane (the kept one where possible)."""
    for fate in members:
        if fate.previous:
            return "previous.", fate
    for fate in members:
        if fate.in_database_lane:
            return "", fate
    return OTHER, members[0]


def _where_a_duplicate_ends(fate: RecordFate, lane: str) -> str:
    if fate.previous:
        return PREVIOUS_DUPLICATES
    if fate.in_database_lane:
        return DUPLICATES
    return OTHER_DUPLICATES if lane == OTHER else ALREADY_IDENTIFIED
