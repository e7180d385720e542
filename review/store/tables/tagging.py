"""Two people's tags on a target: who is done, what was settled; and what became of suggestions."""

from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, enumeration
from review.vocab import Level, RulingKind


class _OnTarget(Fact):
    """What is said of the tags on one target, in the round that was open."""

    level: Level = Field(sa_type=enumeration(Level, name="level"))
    target_id: int
    round: int = 1


class TaggingDoneRow(_OnTarget, table=True):
    """A tagger is done with a target, with these codes on it; or (not `done`) is not after all."""

    __tablename__ = "tagging_done"
    __table_args__ = (Index("ix_tagging_done_target", "level", "target_id"),)
    codes: list[str] = Field(sa_type=JSON)
    done: bool = True


class TagJudgementRow(_OnTarget, table=True):
    """What an adjudicator would put of a facet, said before they saw what the two put.

    The first of a member in a round is kept.
    """

    __tablename__ = "tag_judgement"
    __table_args__ = (Index("ix_tag_judgement_target", "level", "target_id"),)
    facet: str = Field(max_length=100)
    codes: list[str] = Field(sa_type=JSON)
    note: str = ""


class TagSettlementRow(_OnTarget, table=True):
    """Which terms of one facet stand on a target, where the two taggers had put different ones."""

    __tablename__ = "tag_settlement"
    __table_args__ = (Index("ix_tag_settlement_target", "level", "target_id"),)
    facet: str = Field(max_length=100)
    codes: list[str] = Field(sa_type=JSON)
    kind: RulingKind = Field(sa_type=enumeration(RulingKind, name="kind"))
    note: str = ""


class TagDiscussionRow(_OnTarget, table=True):
    """A tagger confirms which terms of a facet were agreed on in discussion; the latest counts."""

    __tablename__ = "tag_discussion"
    __table_args__ = (Index("ix_tag_discussion_target", "level", "target_id"),)
    facet: str = Field(max_length=100)
    codes: list[str] = Field(sa_type=JSON)
    note: str = ""


class TaggingReopeningRow(Fact, table=True):
    """The tags on a target are looked at again: what was done and settled before has lapsed."""

    __tablename__ = "tagging_reopening"
    __table_args__ = (Index("ix_tagging_reopening_target", "level", "target_id"),)
    level: Level = Field(sa_type=enumeration(Level, name="level"))
    target_id: int
    why: str


class SuggestionAnswerRow(Fact, table=True):
    """A person's answer to a term suggested for a record; the latest on a code counts.

    `found` are the words that caused it and their fields. `tag_id` is the tag that a confirmed
    one was put as, empty where the person had put it already.
    """

    __tablename__ = "suggestion_answer"
    record_id: int = Field(foreign_key="record.id", index=True)
    code: str = Field(max_length=200)
    confirmed: bool
    found: list[dict[str, Any]] = Field(sa_type=JSON)
    tag_id: int | None = Field(default=None, foreign_key="tag.id")


class BlindTermRow(SQLModel, table=True):
    """Projection: the terms of an effect as those hear them to whom unsettled tags are hidden.

    `listener` is a member (who hears their own tags), or -1 for everybody else who is blind. Only
    effects on which unsettled tags speak are in it; an effect without any term has one that is
    empty.
    """

    __tablename__ = "blind_term"
    effect_id: int = Field(primary_key=True, foreign_key="effect.id")
    listener: int = Field(primary_key=True)
    facet: str = Field(primary_key=True, max_length=100)
    code: str = Field(primary_key=True, max_length=200)
    study_id: int = Field(index=True, foreign_key="study.id")
