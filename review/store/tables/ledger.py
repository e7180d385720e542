"""The ledger: one row for each fact, or for each batch of records that came in together."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from review.store.tables.base import UTCTime, enumeration
from review.vocab import Channel


class LedgerRow(SQLModel, table=True):
    """Who added which rows of which table, when and through which door.

    `digest` is the SHA-256 of the rows `first_id` to `last_id`; `hash` chains this row to
    the one before it (`previous`). `actor` is the operating-system user outside the app.
    """

    __tablename__ = "ledger"
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UTCTime)
    member_id: int | None = Field(default=None, foreign_key="member.id")
    actor: str = ""
    channel: Channel = Field(sa_type=enumeration(Channel, name="channel"))
    fact: str = Field(max_length=40)
    first_id: int
    last_id: int
    digest: str = Field(max_length=64)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)
