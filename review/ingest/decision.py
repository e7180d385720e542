"""What a reader of decision files yields: who decided what on which record, and when."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from review.ingest.record import Reject
from review.vocab import RulingKind, Stage, Verdict

LONGEST_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a file says of which record is meant: as many of these as it gives."""

    accession: str = ""
    record: int | None = None
    rayyan: str = ""
    doi: str = ""
    pmid: str = ""
    title: str = ""

    def __str__(self) -> str:
        number = f"record {self.record}" if self.record is not None else ""
        found = (self.accession, self.rayyan, number, self.doi, self.pmid, self.title)
        return next((part for part in found if part), "nothing")[:LONGEST_SHOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision as the source tells it; an empty verdict takes back the one before.

    `independent`: True or False where the source settles whether others' decisions were
    hidden from the reviewer, None where the rule of this review is to say. `key` is the same
    each time the same decision is read.
    """

    position: str
    reviewer: str
    subject: Subject
    stage: Stage
    verdict: Verdict | None
    at: datetime | None = None
    reasons: tuple[str, ...] = ()
    note: str = ""
    seconds: float | None = None
    round: int | None = None
    ruling: RulingKind | None = None
    independent: bool | None = None
    key: str


@dataclass(slots=True)
class Decisions:
    """Everything one file holds: decisions oldest first, what is unreadable, what was lost.

    `lost` are sentences about what the source itself no longer knew; `unchanged` counts
    decisions that only repeat their reviewer's last one.
    """

    items: list[Decision] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    unchanged: int = 0

    def reject(self, position: str, reason: str, excerpt: str = "") -> None:
        """Note something that is no decision."""
        self.rejects.append(
            Reject(position=position, reason=reason, excerpt=excerpt[:LONGEST_SHOWN])
        )

    def add(self, more: "Decisions") -> None:
        """Take in what another file held."""
        self.items += more.items
        self.rejects += more.rejects
        self.lost += [sentence for sentence in more.lost if sentence not in self.lost]
        self.unchanged += more.unchanged

    def sort(self) -> None:
        """Put decisions in time order, those without a time last, rulings after votes."""
        late = datetime.max.replace(tzinfo=UTC)
        self.items.sort(key=lambda item: (item.at or late, item.ruling is not None))


Row = tuple[str, Mapping[str, str]]


def subject_of(row: Mapping[str, str]) -> Subject:
    """Return what a row of another tool's table says of which record it means."""
    cells = {name.casefold().replace(" ", "_"): cell for name, cell in row.items()}
    return Subject(
        accession=first(cells, "accession", "accession_number"),
        doi=first(cells, "doi"),
        pmid=first(cells, "pmid", "pubmed_id"),
        title=first(cells, "title", "primary_title"),
    )


def first(cells: Mapping[str, str], *names: str) -> str:
    """Return the first of the named cells that holds anything, or ""."""
    return next((cells[name] for name in names if cells.get(name)), "")


def moment(text: str) -> datetime | None:
    """Return a time written in ISO 8601 or as seconds since 1970, in UTC; None if it is none."""
    try:
        seconds = float(text)
    except ValueError:
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return None
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def key_of(*parts: object) -> str:
    """Return the idempotency key of a decision: the same parts, the same key."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return "import-" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:40]
