"""What a picture that can be asked for offers: what it answers, and what is left to choose."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from review.actions.evidence import effect_rows
from review.protocol import Codebook, Protocol
from review.store.people import Member

if TYPE_CHECKING:
    from review.reporting.pictures import Picture

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a picture leaves to choose: `options` (value and label) of a codebook, the default.

    Without options any text may be given.
    """

    name: str
    label: str
    default: str = ""
    options: Callable[[Codebook], Mapping[str, str]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a picture is made from: the review as one member sees it, and what was chosen."""

    conn: sa.Connection
    member: Member | None
    protocol: Protocol
    where: str | None
    everything: bool
    choices: Mapping[str, str]

    @property
    def codebook(self) -> Codebook:
        """The codebook in force."""
        return self.protocol.codebook

    def effects(self) -> list[Row]:
        """The effects that match, as this member may see them."""
        return effect_rows(self.conn, self.member, where=self.where, everything=self.everything)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A picture that can be asked for: `answers` says in one line what it shows."""

    title: str
    answers: str
    build: Callable[[Material], "Picture"]
    choices: Sequence[Choice] = field(default=())
