"""Forms settled, talked over and opened again; drafts; and whose form speaks to whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, UTCTime, enumeration
from review.vocab import Draft, Settling


class ExtractionSettlementRow(Fact, table=True):
    """What two forms of a study became: the extraction that holds the settled form.

    `choices` has one entry for each cell that differed: {cell, takes: A, B or new, value, why}.
    """

    __tablename__ = "extraction_settlement"
    study_id: int = Field(foreign_key="study.id", index=True)
    extraction_id: int = Field(foreign_key="extraction.id", index=True)
    first_id: int = Field(foreign_key="extraction.id")
    second_id: int = Field(foreign_key="extraction.id")
    kind: Settling = Field(sa_type=enumeration(Settling, name="kind"))
    choices: list[dict[str, Any]] = Field(sa_type=JSON)


class ExtractionDiscussionRow(Fact, table=True):
    """An extractor asked to talk their form over, or said what the two agreed on.

    `extraction_id` is their own form; `choices` is empty (null) where they only asked. Both forms
    open once both have asked.
    """

    __tablename__ = "extraction_discussion"
    study_id: int = Field(foreign_key="study.id", index=True)
    extraction_id: int = Field(foreign_key="extraction.id")
    choices: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)


class ExtractionReopeningRow(Fact, table=True):
    """A study is to be extracted anew; forms up to `after_id` are of an earlier round."""

    __tablename__ = "extraction_reopening"
    study_id: int = Field(foreign_key="study.id", index=True)
    after_id: int = Field(foreign_key="extraction.id")
    why: str


class ExtractionDraftRow(SQLModel, table=True):
    """What a member has typed of a form and not given yet (not a fact): theirs alone."""

    __tablename__ = "extraction_draft"
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    study_id: int = Field(primary_key=True, foreign_key="study.id")
    purpose: Draft = Field(primary_key=True, sa_type=enumeration(Draft, name="purpose"))
    form: dict[str, Any] = Field(sa_type=JSON)
    saved: datetime = Field(sa_type=UTCTime)


class SpeakingRow(SQLModel, table=True):
    """Projection: which extraction of a study speaks to whom.

    `listener` is 0 for all who are blind to nothing, -1 for members blind to unsettled forms, and
    a member's number for the form that this member gave in a round that is not settled.
    """

    __tablename__ = "speaking"
    study_id: int = Field(primary_key=True, foreign_key="study.id")
    listener: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    extraction_id: int = Field(foreign_key="extraction.id", index=True)
    settled: bool
