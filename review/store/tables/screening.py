"""Votes, blind judgements, discussions, rulings and reopenings."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from review.store.tables.base import Fact, UTCTime, enumeration
from review.vocab import RulingKind, Stage, Verdict


class VoteRow(Fact, table=True):
    """One reviewer's verdict on one record at one stage in one round.

    An empty verdict withdraws the vote before it. `slot` numbers the voters of a round and
    `revision` a voter's changes, so that the database itself refuses a second holder of a
    slot. `cast` is when the reviewer acted (an imported vote keeps its time); `independent`
    is false once anything of the others had been revealed to the voter.
    """

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("record_id", "stage", "round", "slot", "revision"),
        UniqueConstraint("member_id", "key"),
        CheckConstraint("slot >= 1 AND revision >= 0 AND round >= 1", name="positive"),
        Index("ix_vote_standing", "record_id", "stage"),
        Index("ix_vote_member", "member_id", "stage", "record_id"),
    )
    record_id: int = Field(foreign_key="record.id")
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    round: int
    slot: int
    revision: int
    verdict: Verdict | None = Field(default=None, sa_type=enumeration(Verdict, name="verdict"))
    reason: str | None = None
    secondary: list[str] = Field(sa_type=JSON)
    note: str = ""
    protocol_version: int = Field(foreign_key="protocol_version.id")
    cast: datetime = Field(sa_type=UTCTime)
    seconds: float | None = None
    independent: bool = True
    key: str | None = Field(default=None, max_length=100)


class _Judgement(Fact):
    """What a third person's judgement and a ruling share."""

    record_id: int = Field(foreign_key="record.id", index=True)
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    round: int
    verdict: Verdict = Field(sa_type=enumeration(Verdict, name="verdict"))
    reason: str | None = None
    note: str = ""
    protocol_version: int = Field(foreign_key="protocol_version.id")


class BlindJudgementRow(_Judgement, table=True):
    """What an adjudicator judged before seeing the two votes."""

    __tablename__ = "blind_judgement"


class DiscussionRow(_Judgement, table=True):
    """What one of the reviewers confirms after talking a conflict over."""

    __tablename__ = "discussion"


class RulingRow(_Judgement, table=True):
    """The settlement of a conflict.

    `covers` are the records whose votes it replaces, `rounds` the round each of them was in.
    """

    __tablename__ = "ruling"
    __table_args__ = (
        UniqueConstraint("member_id", "key"),
        # those on several records, which a split may have put into several reports
        Index(
            "ix_ruling_wide",
            "id",
            sqlite_where=text("json_array_length(covers) > 1"),
            postgresql_where=text("json_array_length(covers) > 1"),
        ),
    )
    kind: RulingKind = Field(sa_type=enumeration(RulingKind, name="kind"))
    covers: list[int] = Field(sa_type=JSON)
    rounds: list[int] = Field(sa_type=JSON)
    blind_judgement_id: int | None = Field(default=None, foreign_key="blind_judgement.id")
    waiver: bool = False
    cast: datetime = Field(sa_type=UTCTime)
    key: str | None = Field(default=None, max_length=100)


class ReopeningRow(Fact, table=True):
    """The start of round n+1 of a record at a stage."""

    __tablename__ = "reopening"
    record_id: int = Field(foreign_key="record.id", index=True)
    stage: Stage = Field(sa_type=enumeration(Stage, name="stage"))
    why: str
