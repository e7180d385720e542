"""Amendments of the protocol and what they re-opened, terms to mark, and stages declared closed."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from review.store.tables.base import Fact, enumeration
from review.vocab import Stage


class AmendmentRow(Fact, table=True):
    """How the set to screen again was chosen for a protocol version, and which reopenings it made.

    `criteria` are the codes it was about; `choice` the options by which the set was computed.
    The reopenings are numbered `first` to `last`, both empty where nothing is screened again.
    """

    __tablename__ = "amendment"
    protocol_version: int = Field(foreign_key="protocol_version.id", unique=True)
    criteria: list[str] = Field(sa_type=JSON)
    choice: dict[str, Any] = Field(sa_type=JSON)
    first: int | None = Field(default=None, foreign_key="reopening.id")
    last: int | None = Field(default=None, foreign_key="reopening.id")


class HighlightTermRow(Fact, table=True):
    """A term that a member of the team had marked, or no longer marked; the latest says."""

    __tablename__ = "highlight_term"
    term: str = Field(max_length=300)
    include: bool
    present: bool


class StageClosureRow(Fact, table=True):
    """An owner declared a stage closed, or open again; the latest says."""

    __tablename__ = "stage_closure"
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    closed: bool
    why: str = ""
