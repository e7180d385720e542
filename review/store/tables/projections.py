"""Projections: what the facts amount to, kept for fast reading and rebuilt at will."""

from typing import ClassVar

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, SQLModel

from review.store.tables.base import enumeration
from review.vocab import Retrieval, Stage, State, Verdict


class ClusterRow(SQLModel, table=True):
    """Which record is kept for the report that this record is an entry of."""

    __tablename__ = "cluster"
    record_id: int = Field(
        primary_key=True, foreign_key="record.id", sa_column_kwargs={"autoincrement": False}
    )
    kept_id: int = Field(index=True)


class BlockKeyRow(SQLModel, table=True):
    """A blocking key of a record that de-duplication has compared: equal keys are compared.

    Ten rows a record, so there is no foreign key to look up and no second index to fill.
    """

    __tablename__ = "block_key"
    __table_args__: ClassVar = {"sqlite_with_rowid": False}
    key: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    record_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class StandingRow(SQLModel, table=True):
    """What the votes and rulings on a kept record amount to at a stage.

    There is a row at title-abstract for every kept record that was not removed, and one at
    full-text for each that advanced. `retrieval` belongs to full-text.
    """

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_queue", "stage", "state", "kept_id"),)
    kept_id: int = Field(
        primary_key=True, foreign_key="record.id", sa_column_kwargs={"autoincrement": False}
    )
    stage: Stage = Field(primary_key=True, sa_type=enumeration(Stage, name="stage"))
    state: State = Field(sa_type=enumeration(State, name="state"))
    verdict: Verdict | None = Field(default=None, sa_type=enumeration(Verdict, name="verdict"))
    reason: str | None = None
    maybe: bool = False
    ruled: bool = False
    round: int = 1
    voters: list[int] = Field(sa_type=JSON)
    retrieval: Retrieval | None = Field(
        default=None,
        sa_type=enumeration(Retrieval, name="retrieval"),
    )
