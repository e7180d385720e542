"""Members and their roles, protocol versions, and sign-in state (not a fact)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from review.store.tables.base import Fact, UTCTime, enumeration
from review.vocab import Change, Role


class MemberEvent(StrEnum):
    """What happened to a member."""

    GRANT = "grant"
    REVOKE = "revoke"
    DEACTIVATE = "deactivate"
    REACTIVATE = "reactivate"


class MemberRow(Fact, table=True):
    """A person who takes part; `member_id` is who added them."""

    __tablename__ = "member"
    name: str = Field(unique=True, max_length=200)


class MemberEventRow(Fact, table=True):
    """A role given or taken, or a member leaving or coming back."""

    __tablename__ = "member_event"
    subject_id: int = Field(foreign_key="member.id", index=True)
    kind: MemberEvent = Field(sa_type=enumeration(MemberEvent, name="kind"))
    role: Role | None = Field(default=None, sa_type=enumeration(Role, name="role"))


class ProtocolVersionRow(Fact, table=True):
    """One version of the protocol: its YAML text and what it says; `id` is the version number."""

    __tablename__ = "protocol_version"
    text: str
    content: dict[str, Any] = Field(sa_type=JSON)
    change: Change = Field(sa_type=enumeration(Change, name="change"))
    note: str = ""


class AccountRow(SQLModel, table=True):
    """How a member signs in to the app: an argon2id hash."""

    __tablename__ = "account"
    member_id: int = Field(primary_key=True, foreign_key="member.id")
    password_hash: str


class SessionRow(SQLModel, table=True):
    """One signed-in browser, known by the SHA-256 of its token."""

    __tablename__ = "session"
    token_sha256: str = Field(primary_key=True, max_length=64)
    member_id: int = Field(foreign_key="member.id", index=True)
    created: datetime = Field(sa_type=UTCTime)
    seen: datetime = Field(sa_type=UTCTime)


class SignInFailureRow(SQLModel, table=True):
    """A failed sign-in, kept to slow down guessing."""

    __tablename__ = "sign_in_failure"
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True, max_length=400)
    at: datetime = Field(sa_type=UTCTime)
