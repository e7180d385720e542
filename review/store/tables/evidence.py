"""Tags, extractions, arms and effects; and the projection that evidence is queried by."""

from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, enumeration
from review.vocab import Level


class TagRow(Fact, table=True):
    """A codebook term put on a target or taken off it; the latest per member says."""

    __tablename__ = "tag"
    __table_args__ = (Index("ix_tag_target", "level", "target_id"),)
    level: Level = Field(sa_type=enumeration(Level, name="level"))
    target_id: int
    facet: str = Field(max_length=100)
    code: str = Field(max_length=200)
    present: bool = True


class ExtractionRow(Fact, table=True):
    """One filled form of one study, as it was given; the latest of a study speaks.

    `terms` are the study's codes by facet, `main` the one that counts the study once.
    """

    __tablename__ = "extraction"
    study_id: int = Field(foreign_key="study.id", index=True)
    form: dict[str, Any] = Field(sa_type=JSON)
    terms: dict[str, list[str]] = Field(sa_type=JSON)
    main: str = ""


class ArmRow(Fact, table=True):
    """One group of participants or animals of a study, as one extraction gave it."""

    __tablename__ = "arm"
    extraction_id: int = Field(foreign_key="extraction.id", index=True)
    study_id: int = Field(foreign_key="study.id", index=True)
    label: str
    terms: dict[str, list[str]] = Field(sa_type=JSON)
    attributes: dict[str, Any] = Field(sa_type=JSON)


class EffectRow(Fact, table=True):
    """One outcome × contrast × muscle × method of a study, with a direction."""

    __tablename__ = "effect"
    extraction_id: int = Field(foreign_key="extraction.id", index=True)
    study_id: int = Field(foreign_key="study.id", index=True)
    terms: dict[str, list[str]] = Field(sa_type=JSON)
    arms: list[str] = Field(sa_type=JSON)
    numbers: list[dict[str, Any]] = Field(sa_type=JSON)
    source: dict[str, Any] = Field(sa_type=JSON)
    note: str = ""


class EvidenceBlockRow(SQLModel, table=True):
    """Projection: the places that the effects of one extraction have among the bits.

    The effects `first_effect` and on stand at `start` and on; the place behind the last is free.
    Only extractions that speak to somebody have a block.
    """

    __tablename__ = "evidence_block"
    extraction_id: int = Field(
        primary_key=True, foreign_key="extraction.id", sa_column_kwargs={"autoincrement": False}
    )
    study_id: int = Field(foreign_key="study.id", index=True)
    start: int = Field(unique=True)
    size: int
    first_effect: int


class EvidenceBitsRow(SQLModel, table=True):
    """Projection: which effects a term speaks of, its own or from its arm, study or report.

    Bit i of chunk c (lowest first, zeros at the end left out) is place 8192 c + i. Facets that
    begin with `=` are numbers of the effect (ages, counts), their codes the values.
    """

    __tablename__ = "evidence_bits"
    __table_args__ = (Index("ix_evidence_bits_chunk", "chunk"),)
    facet: str = Field(primary_key=True, max_length=100)
    code: str = Field(primary_key=True, max_length=200)
    chunk: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    bits: bytes
