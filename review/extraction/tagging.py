"""Decides what the tags of several people on one target amount to, which speak, and to whom.

Two taggers work blind to each other, and each says when they are done. What both have put then
stands at once; a facet in which they differ waits until a third person settles it, or until both
confirm what they agreed on. Until two are done, whatever anybody put speaks as it is. Where the
codebook asks for one tagger, the first who is done settles it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from review.protocol import Codebook

EVERYBODY, BLIND = 0, -1
"""Who hears: everybody who is not blind to unsettled tags; or a blind one without own tags."""

Terms = dict[str, list[str]]
"""Codes by facet."""


class TagState(StrEnum):
    """What the tags on a target amount to."""

    UNTAGGED = "untagged"
    OPEN = "open"
    CONFLICT = "conflict"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A term that somebody has on a target now; `member` is None for whoever holds the database."""

    member: int | None
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A tagger was done, with these codes; the latest of each member in a round counts."""

    member: int
    codes: tuple[str, ...]
    done: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Which codes of a facet stand; the latest of a facet counts."""

    facet: str
    codes: tuple[str, ...]
    member: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One facet of a target that two have tagged: what each said, what stands of it."""

    facet: str
    said: Mapping[int, tuple[str, ...]]
    both: tuple[str, ...]
    differ: bool
    settled: Settled | None = None

    @property
    def open(self) -> bool:
        """Whether it waits to be settled."""
        return self.differ and self.settled is None

    @property
    def stands(self) -> tuple[str, ...]:
        """The codes that stand now."""
        return self.settled.codes if self.settled else self.both


@dataclass(frozen=True, kw_only=True)
class Tagging:
    """The tags on one target, as the facts of its open round leave them."""

    put: tuple[Put, ...] = ()
    finished: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    settlements: tuple[Settled, ...] = ()
    codebook: Codebook
    round: int = 1

    @property
    def needed(self) -> int:
        """How many have to be done."""
        return self.codebook.taggers

    @cached_property
    def taggers(self) -> tuple[int, ...]:
        """Whose tags count: the first that were done, else whoever is or has put a term."""
        if self.complete:
            return tuple(self.finished)[: self.needed]
        others = (one.member for one in self.put if one.member is not None)
        return tuple(dict.fromkeys([*self.finished, *others]))

    @cached_property
    def complete(self) -> bool:
        """Whether as many as are needed are done, so that their tags are compared."""
        return len(self.finished) >= self.needed

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """Each facet that a tagger who is done said something of, in codebook order."""
        if not self.complete:
            return ()
        said = {m: self.codebook.spoken({"": self.finished[m]}) for m in self.taggers}
        facets = [*(f.id for f in self.codebook.facets), ""]
        settled = {self._facet(one): one for one in self.settlements}
        found = []
        for facet in facets:
            own = {member: tuple(sorted(terms.get(facet, ()))) for member, terms in said.items()}
            if not any(own.values()):
                continue
            both = set.intersection(*(set(codes) for codes in own.values()))
            found.append(
                Compared(
                    facet=facet,
                    said=own,
                    both=tuple(sorted(both)),
                    differ=len(set(own.values())) > 1,
                    settled=settled.get(facet),
                )
            )
        return tuple(found)

    @cached_property
    def state(self) -> TagState:
        """What they amount to."""
        if self.complete:
            still = any(one.open for one in self.compared)
            return TagState.CONFLICT if still else TagState.SETTLED
        if self.taggers:
            return TagState.OPEN
        return TagState.SETTLED if self.put else TagState.UNTAGGED

    @property
    def settled(self) -> bool:
        """Whether nothing here is anybody's alone, so that all may see all of it."""
        return self.state in (TagState.SETTLED, TagState.UNTAGGED)

    def own(self, member: int | None) -> Terms:
        """The codes that one member has on the target, by facet."""
        return self.codebook.spoken({"": [p.code for p in self.put if p.member == member]})

    def heard(self, listener: int) -> set[tuple[str, str]]:
        """The (facet, code) that speak to a listener: EVERYBODY, BLIND, or a blind member.

        To who is blind, only what is settled speaks, and what they put themselves.
        """
        terms = [self.own(None)]
        if self.complete and (self.settled or listener == EVERYBODY):
            terms.append({one.facet: list(one.stands) for one in self.compared})
        elif listener == EVERYBODY:
            terms += [self.own(member) for member in self.taggers]
        elif listener != BLIND:
            terms.append(self.own(listener))
        return {(facet, code) for some in terms for facet, codes in some.items() for code in codes}

    def _facet(self, one: Settled) -> str:
        return next(iter(self.codebook.spoken({one.facet: one.codes})), one.facet)


def may_tag(tagging: Tagging, *, member: int | None) -> str | None:
    """Say why a member may not change their tags on a target, or nothing.

    Nothing said here depends on what others put, unless all of it is settled and open to all.
    """
    if tagging.complete and tagging.settled:
        return "Its tags are settled; have it reopened to tag it again."
    if member in tagging.finished:
        return "You said that you are done with it; take that back first."
    return None


def may_take_back(tagging: Tagging, *, member: int) -> str | None:
    """Say why a member may not go on tagging after having been done, or nothing."""
    if member not in tagging.finished:
        return "You have not said that you are done with it."
    if tagging.complete and tagging.settled:
        return "Its tags are settled; have it reopened to tag it again."
    if tagging.settlements:
        return "A settlement rests on your tags; have it reopened to tag it again."
    return None


def may_settle(tagging: Tagging, facet: str, *, member: int, third: bool) -> str | None:
    """Say why a member may not settle a facet, as a third person or as one of the two, or nothing.

    What one of the two confirms is kept whether the other is done or not, so that a refusal
    tells nothing of the other.
    """
    own = member in tagging.finished
    if not third:
        if not own:
            return "Only those who are done tagging it can agree by discussion."
        done = tagging.complete and tagging.settled
        return "Its tags are settled." if done else None
    if own or any(one.member == member for one in tagging.put):
        return "You tagged it yourself, so somebody else must settle it."
    if not any(one.facet == facet and one.open for one in tagging.compared):
        return "There is nothing to settle in that facet: it takes two who are done and differ."
    return None


def still_finished(said: Iterable[Finished]) -> dict[int, tuple[str, ...]]:
    """Return who is done and with which codes, in the order in which they last said so."""
    found: dict[int, tuple[str, ...]] = {}
    for one in said:
        found.pop(one.member, None)
        if one.done:
            found[one.member] = one.codes
    return found
