"""The ranking turned on or off, samples for the stopping aid, stops; and the order that results."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, UTCTime


class RankingSwitchRow(Fact, table=True):
    """The team turned the ranking of title-abstract screening on or off; off is the beginning."""

    __tablename__ = "ranking_switch"
    on: bool


class StoppingSampleRow(Fact, table=True):
    """A random sample of the records not settled at title-abstract, to be screened first.

    It was drawn without replacement from `population` records; `settled` and `found` are how
    many records were settled, and included, when it was drawn, and `through` the newest record
    it could have drawn.
    """

    __tablename__ = "stopping_sample"
    records: list[int] = Field(sa_type=JSON)
    population: int
    settled: int
    found: int
    through: int
    seed: int


class StopRow(Fact, table=True):
    """The team stopped title-abstract screening early, or took that back.

    `records` are those left unscreened, removed as by an automation tool in the same
    transaction; `statement` is what the stopping aid said at that moment. `lifts` is the stop
    that this row takes back.
    """

    __tablename__ = "stop"
    records: list[int] = Field(sa_type=JSON)
    statement: dict[str, Any] = Field(sa_type=JSON)
    why: str
    lifts: int | None = Field(default=None, foreign_key="stop.id")


class RankModelRow(SQLModel, table=True):
    """One training of the ranking: claimed when it starts, so that only one server trains.

    Not a fact: a model can be trained again at any time from what is settled.
    """

    __tablename__ = "rank_model"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    started: datetime = Field(sa_type=UTCTime)
    finished: datetime | None = Field(default=None, sa_type=UTCTime)
    labels: int
    relevant: int
    records: int
    seconds: float | None = None
    calibrated: bool | None = None


class RankScoreRow(SQLModel, table=True):
    """Where a kept record stands in everybody's title-abstract queue: a higher score comes first.

    A projection. It holds the open records of stopping samples (scores above 1, whether the
    ranking is on or off) and, while the ranking is on, the model's scores (0 to 1) of records
    that are not settled. A record without a row comes after all that have one.
    """

    __tablename__ = "rank_score"
    record_id: int = Field(
        primary_key=True, foreign_key="record.id", sa_column_kwargs={"autoincrement": False}
    )
    score: float
