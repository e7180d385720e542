"""What every fact row carries, and how enumerations, times and JSON are stored."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, naive UTC in the database (SQLite has no zones)."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware moment into naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        """Turn naive UTC into an aware moment."""
        return value.replace(tzinfo=UTC) if value else None


def enumeration(kind: type[StrEnum], *, name: str) -> Any:
    """Return a column type that stores the values of `kind`, checked by the database."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=32,
    )


def table_of(kind: type[SQLModel]) -> sa.Table:
    """Return the table of a table class."""
    table: sa.Table = kind.__table__  # type: ignore[attr-defined]
    return table


class Fact(SQLModel):
    """A row that is only ever added: its number, when it was written, and for which member.

    `member_id` is empty where whoever holds the database acted without naming a member.
    """

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UTCTime)
    member_id: int | None = Field(default=None, foreign_key="member.id")
