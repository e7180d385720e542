"""Assignments and pilots; and the queue that follows from them, from votes and from ranking."""

from typing import ClassVar

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, enumeration
from review.vocab import AssignmentKind, PilotEvent, Stage


class AssignmentRow(Fact, table=True):
    """Who is to judge some records at a stage: all of `named`, and who of `pool` comes first.

    An empty `pool` (null) is everybody. What one person decided at once shares a `plan` and the
    seed by which it was dealt. A later assignment of a record replaces the earlier.
    """

    __tablename__ = "assignment"
    plan: int = Field(index=True)
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    kind: AssignmentKind = Field(sa_type=enumeration(AssignmentKind, name="kind"))
    named: list[int] = Field(sa_type=JSON)
    pool: list[int] | None = Field(default=None, sa_type=JSON)
    seed: int = Field(sa_type=BigInteger)
    note: str = ""


class AssignedRow(Fact, table=True):
    """One record of an assignment."""

    __tablename__ = "assigned"
    assignment_id: int = Field(foreign_key="assignment.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)


class PilotRow(Fact, table=True):
    """A random sample that everybody screens before the rest of a stage, drawn with `seed`."""

    __tablename__ = "pilot"
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    seed: int = Field(sa_type=BigInteger)
    note: str = ""


class PilotRecordRow(Fact, table=True):
    """One record of a pilot, and the round it was in: a later round is screened as usual."""

    __tablename__ = "pilot_record"
    pilot_id: int = Field(foreign_key="pilot.id", index=True)
    record_id: int = Field(foreign_key="record.id", index=True)
    round: int


class PilotEventRow(Fact, table=True):
    """Who screens a pilot from now on (its panel), or that the rest of the stage was opened."""

    __tablename__ = "pilot_event"
    pilot_id: int = Field(foreign_key="pilot.id", index=True)
    kind: PilotEvent = Field(sa_type=enumeration(PilotEvent, name="kind"))
    panel: list[int] | None = Field(default=None, sa_type=JSON)


class QueueEntryRow(SQLModel, table=True):
    """A kept record that takes votes at a stage: to whom it is open, and its place in the order.

    A projection. `open_to` is the text of a `screening.queue.Opening`; few are different, so the
    next record of a member is the lowest place among a handful of stretches of the index.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (Index("ix_queue_entry_order", "stage", "open_to", "place", "kept_id"),)
    kept_id: int = Field(
        primary_key=True, foreign_key="record.id", sa_column_kwargs={"autoincrement": False}
    )
    stage: Stage = Field(primary_key=True, sa_type=enumeration(Stage, name="stage"))
    open_to: str
    place: int = Field(sa_type=BigInteger)


class VoterRow(SQLModel, table=True):
    """A member whose vote counts in the standing of a kept record at a stage (a projection)."""

    __tablename__ = "voter"
    __table_args__: ClassVar = (
        Index("ix_voter_member", "member_id", "stage"),
        {"sqlite_with_rowid": False},
    )
    kept_id: int = Field(
        primary_key=True, foreign_key="record.id", sa_column_kwargs={"autoincrement": False}
    )
    stage: Stage = Field(primary_key=True, sa_type=enumeration(Stage, name="stage"))
    member_id: int = Field(
        primary_key=True, foreign_key="member.id", sa_column_kwargs={"autoincrement": False}
    )
