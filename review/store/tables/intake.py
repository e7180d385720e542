"""Searches, the records they returned, and what was said of them before screening."""

from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field

from review.store.tables.base import Fact, enumeration
from review.vocab import Duplicate, Relation, Removal, SearchKind

_SAYS = (
    "retracted",
    "retraction notice",
    "RetractionOf",
    "PartialRetractionOf",
    "RetractedandRepublishedFrom",
    "ExpressionOfConcernFor",
    "ErratumFor",
    "CorrectedandRepublishedFrom",
)
SAYS = {
    "sqlite": " OR ".join(f"instr(extra, '\"{word}\"') > 0" for word in _SAYS),
    "postgresql": " OR ".join(f"strpos(CAST(extra AS text), '\"{word}\"') > 0" for word in _SAYS),
}
"""The few records that may say of a report that it was retracted or corrected, by dialect."""


class SearchRow(Fact, table=True):
    """One run of one strategy in one source (PRISMA-S items 1, 2, 8, 9, 12, 13, 15)."""

    __tablename__ = "search"
    source: str = Field(max_length=200)
    kind: SearchKind = Field(sa_type=enumeration(SearchKind, name="kind"))
    platform: str = ""
    strategy: str = ""
    query: str = ""
    translation: str = ""
    limits: dict[str, Any] = Field(sa_type=JSON)
    date: str = Field(max_length=10)
    reported: int | None = None
    warnings: list[str] = Field(sa_type=JSON)
    file: str = ""
    file_sha256: str = Field(default="", max_length=64, index=True)
    format: str = ""
    rerun_of: int | None = Field(default=None, foreign_key="search.id")


class SearchPlanRow(Fact, table=True):
    """The ids a PubMed search found, written before the first is fetched, so it can resume."""

    __tablename__ = "search_plan"
    search_id: int = Field(foreign_key="search.id", index=True)
    ids: list[str] = Field(sa_type=JSON)


class SearchBatchRow(Fact, table=True):
    """One batch fetched: requested = stored (or already known) + missing."""

    __tablename__ = "search_batch"
    search_id: int = Field(foreign_key="search.id", index=True)
    requested: list[str] = Field(sa_type=JSON)
    missing: list[str] = Field(sa_type=JSON)


class SearchEndRow(Fact, table=True):
    """How a search run ended: complete, or why not; `seen` is what the input held."""

    __tablename__ = "search_end"
    search_id: int = Field(foreign_key="search.id", index=True)
    complete: bool
    note: str = ""
    deleted: list[str] = Field(sa_type=JSON)


class RecordRow(Fact, table=True):
    """One index entry as one search returned it; never changed.

    `identity` is a digest of source, accession and title (or the whole content, where there is
    no accession) and of which twin of one search it is: the same entry found again is the same
    record.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index(
            "ix_record_notice",
            "id",
            sqlite_where=text(SAYS["sqlite"]),
            postgresql_where=text(SAYS["postgresql"]),
        ),
    )
    id: int | None = Field(
        default=None, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    search_id: int = Field(foreign_key="search.id", index=True)
    identity: str = Field(max_length=64, unique=True)
    accession: str = Field(default="", index=True)
    title: str = ""
    abstract: str = ""
    authors: list[str] = Field(sa_type=JSON)
    journal: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = Field(default="", index=True)
    pmid: str = Field(default="", index=True)
    pmcid: str = ""
    url: str = ""
    language: str = ""
    publication_types: list[str] = Field(sa_type=JSON)
    keywords: list[str] = Field(sa_type=JSON)
    mesh: list[str] = Field(sa_type=JSON)
    extra: dict[str, Any] = Field(sa_type=JSON)


class RefoundRow(Fact, table=True):
    """A search returned a record that an earlier search had already brought."""

    __tablename__ = "refound"
    search_id: int = Field(foreign_key="search.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)


class RetractionToldRow(Fact, table=True):
    """A later search says that a record it found again is retracted; the record said nothing."""

    __tablename__ = "retraction_told"
    search_id: int = Field(foreign_key="search.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)


class RejectRow(Fact, table=True):
    """Something in a search's answer that could not be read as a record."""

    __tablename__ = "reject"
    search_id: int = Field(foreign_key="search.id", index=True)
    position: str
    reason: str
    excerpt: str = ""


class FetchedAbstractRow(Fact, table=True):
    """The abstract that PubMed has of a record that came without one; shown beside the record."""

    __tablename__ = "fetched_abstract"
    record_id: int = Field(foreign_key="record.id", index=True)
    pmid: str = Field(max_length=20)
    abstract: str


class DuplicateRow(Fact, table=True):
    """What was said of two records: merge, different, or a question; or records split off.

    For a split, `records` are those that leave their cluster together; else `a` < `b`.
    """

    __tablename__ = "duplicate"
    __table_args__ = (
        # few, or none, and asked for with each vote
        Index(
            "ix_duplicate_split",
            "id",
            sqlite_where=text("kind = 'split'"),
            postgresql_where=text("kind = 'split'"),
        ),
    )
    kind: Duplicate = Field(sa_type=enumeration(Duplicate, name="kind"))
    a: int = Field(foreign_key="record.id", index=True)
    b: int | None = Field(default=None, foreign_key="record.id", index=True)
    records: list[int] = Field(sa_type=JSON)
    automatic: bool = False
    score: float | None = None
    why: list[str] = Field(sa_type=JSON)


class RelationRow(Fact, table=True):
    """Two records (`a` < `b`) were found to be no duplicates but likely reports of one study."""

    __tablename__ = "relation"
    kind: Relation = Field(sa_type=enumeration(Relation, name="kind"))
    a: int = Field(foreign_key="record.id", index=True)
    b: int = Field(foreign_key="record.id", index=True)
    score: float
    why: list[str] = Field(sa_type=JSON)


class UndoneRow(Fact, table=True):
    """An answer about duplicates that was taken back: replayed as if it had never been given."""

    __tablename__ = "undone"
    duplicate_id: int = Field(foreign_key="duplicate.id", index=True)


class ComparisonRow(Fact, table=True):
    """De-duplication has compared every record up to number `through` with all the others."""

    __tablename__ = "comparison"
    through: int


class RemovalRow(Fact, table=True):
    """A record taken out before screening for another reason than being a duplicate."""

    __tablename__ = "removal"
    record_id: int = Field(foreign_key="record.id", index=True)
    by: Removal = Field(sa_type=enumeration(Removal, name="by"))
    why: str = ""
    restored: bool = False
