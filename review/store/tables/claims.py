"""Claims and their readings; and the texts a review adds to its evidence, as documents."""

from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from review.store.tables.base import Fact, enumeration
from review.vocab import ClaimAct, Writing


class ClaimRow(Fact, table=True):
    """One version of a claim: added, reworded or retired; the latest of its key speaks.

    `content` is the claim as `review.synthesis.claims.Claim` has it.
    """

    __tablename__ = "claim"
    key: str = Field(max_length=60, index=True)
    act: ClaimAct = Field(sa_type=enumeration(ClaimAct, name="act"))
    content: dict[str, Any] = Field(sa_type=JSON)
    why: str = ""


class ClaimReadingRow(Fact, table=True):
    """What a member found when reading a version of a claim: the side of each family, the rows."""

    __tablename__ = "claim_reading"
    claim_id: int = Field(foreign_key="claim.id", index=True)
    basis: dict[str, Any] = Field(sa_type=JSON)


class WritingRow(Fact, table=True):
    """A document the review shows beside its evidence, one of each kind; the latest speaks."""

    __tablename__ = "writing"
    kind: Writing = Field(sa_type=enumeration(Writing, name="kind"))
    content: dict[str, Any] = Field(sa_type=JSON)
