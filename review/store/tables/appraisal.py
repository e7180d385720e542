"""Appraisals of studies and gradings of certainty, their settlements; and what risk results."""

from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, enumeration
from review.vocab import Certainty, Risk, RulingKind


class _Appraised(Fact):
    """What an assessor's appraisal and a settlement share.

    `answers` maps an item to its answer, reason, quote and page; `domains` a domain to what its
    rule proposed, what was judged and, where that differs, why. `proposed` is the tool's overall
    judgement, `overall` the confirmed one, `reason` why they differ; `tool_reason` why it is not
    the tool that the design calls for.
    """

    study_id: int = Field(foreign_key="study.id", index=True)
    tool: str = Field(max_length=60)
    tool_version: str = ""
    tool_reason: str = ""
    answers: dict[str, Any] = Field(sa_type=JSON)
    domains: dict[str, Any] = Field(sa_type=JSON)
    proposed: Risk = Field(sa_type=enumeration(Risk, name="proposed"))
    overall: Risk = Field(sa_type=enumeration(Risk, name="overall"))
    reason: str = ""
    protocol_version: int = Field(foreign_key="protocol_version.id")


class AppraisalRow(_Appraised, table=True):
    """One assessor's judgement of one study; a member's latest counts."""

    __tablename__ = "appraisal"


class AppraisalSettlementRow(_Appraised, table=True):
    """What settles two appraisals that differ: a third person's, or one of those who agreed.

    One of kind discussion speaks once every assessor has given the same. `covers` are the
    appraisals it was made of.
    """

    __tablename__ = "appraisal_settlement"
    kind: RulingKind = Field(sa_type=enumeration(RulingKind, name="kind"))
    covers: list[int] = Field(sa_type=JSON)


class GradeRow(Fact, table=True):
    """A person's certainty in the evidence on one outcome, contrast and population.

    `judgements` maps each reason to its steps and the words for it. `effects` are the effects it
    rested on and `digest` what they said. `kind` is empty for a grading, and says how where it
    settles those in `covers`.
    """

    __tablename__ = "grade"
    __table_args__ = (Index("ix_grade_group", "outcome", "contrast", "population"),)
    outcome: str = Field(max_length=200)
    contrast: str = Field(max_length=200)
    population: str = Field(max_length=200)
    start: Certainty = Field(sa_type=enumeration(Certainty, name="start"))
    start_reason: str = ""
    judgements: dict[str, Any] = Field(sa_type=JSON)
    certainty: Certainty = Field(sa_type=enumeration(Certainty, name="certainty"))
    effects: list[int] = Field(sa_type=JSON)
    digest: str = Field(max_length=64)
    kind: RulingKind | None = Field(default=None, sa_type=enumeration(RulingKind, name="kind"))
    covers: list[int] = Field(sa_type=JSON)
    protocol_version: int = Field(foreign_key="protocol_version.id")


class StudyRisk(SQLModel, table=True):
    """Projection: the risk of bias of each study whose appraisal speaks, in four levels.

    `fact` and `source` are the row that speaks and the table it is in.
    """

    __tablename__ = "study_risk"
    study_id: int = Field(
        primary_key=True, foreign_key="study.id", sa_column_kwargs={"autoincrement": False}
    )
    tool: str = Field(max_length=60)
    overall: Risk = Field(sa_type=enumeration(Risk, name="overall"))
    source: str = Field(max_length=30)
    fact: int
