"""Decides what a viewer may see of what others did: the one place where blindness is kept.

Everything that shows a vote, note, tag, rating, ruling, state, count or statistic asks here
first. `sight` is the rule; the other functions apply it. Until a report is settled, whoever
voted on it or may still vote on it sees nothing of the others; an adjudicator sees the votes,
without names, once they have judged for themselves. A member who is reviewer and something else
is a reviewer first. The viewer `None` holds the database itself and sees everything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from hashlib import blake2b
from typing import TypeVar

from review.errors import NotAllowed
from review.protocol import StagePolicy
from review.screening.standing import (
    UNFINISHED,
    Ruling,
    Standing,
    Vote,
    live_votes,
    standing as standing_of,
)
from review.vocab import Role, Stage, State, Verdict

AnyRow = TypeVar("AnyRow")


class Sight(Enum):
    """How much of another member's act may be seen."""

    HIDDEN = "hidden"
    MASKED = "masked"  # what was said, but neither who said it nor when
    OPEN = "open"


class Shown(StrEnum):
    """What stands for the state of an unsettled report where the state itself may not be seen."""

    TO_DO = "to-do"
    WAITING = "waiting"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenVote:
    """A vote as a viewer may see it: a masked one has a label (A, B) in place of its member."""

    record: int
    member: int | None
    label: str | None = None
    verdict: Verdict | None
    reason: str | None
    seq: int | None


def sight(
    viewer: int | None,
    author: int,
    standing: Standing,
    *,
    roles: Collection[Role],
    judged: bool = False,
    earlier: bool = False,
) -> Sight:
    """Return how much a viewer may see of what an author said of a report at a stage.

    It holds alike for votes, notes, tags, ratings and rulings. `standing` is that of the stage
    the act belongs to (for what belongs to none, as a tag does, `latest`); `judged` is whether
    the viewer has given a blind judgement on the conflict as it is now. `earlier` is whether the
    act belongs to a round before the one that is open: who judges anew does so blind to the old
    round, their own part in it included, until the new one is settled.
    """
    if viewer is None or standing.settled:
        return Sight.OPEN
    if earlier:
        return Sight.HIDDEN
    if viewer == author:
        return Sight.OPEN
    if judged and standing.disputed and Role.ADJUDICATOR in roles and viewer not in standing.voters:
        return Sight.MASKED
    return Sight.HIDDEN


def is_blind(viewer: int | None, standing: Standing, *, roles: Collection[Role]) -> bool:
    """Return whether a viewer must not even know the state of a report at a stage."""
    if viewer is None or standing.settled:
        return False
    may_still_vote = Role.REVIEWER in roles and standing.state in UNFINISHED
    return may_still_vote or viewer in standing.voters or not _oversees(roles)


def visible_state(
    viewer: int | None, standing: Standing, *, roles: Collection[Role]
) -> State | Shown:
    """Return the state of a report at a stage, or the word that stands for it.

    To a reviewer an unsettled report is to do, or waiting where they voted, whether the others
    have voted or not and whatever they said; to one who takes no part it is open.
    """
    if not is_blind(viewer, standing, roles=roles):
        return standing.state
    if viewer in standing.voters:
        return Shown.WAITING
    return Shown.TO_DO if Role.REVIEWER in roles else Shown.OPEN


def visible_votes(
    viewer: int | None,
    votes: Iterable[Vote],
    standing: Standing,
    *,
    roles: Collection[Role],
    judged: bool = False,
    seed: int = 0,
) -> list[SeenVote]:
    """Return the votes on a report that a viewer may see, one's own always.

    Masked votes are the ones that count, by label (see `mask` for the seed); superseded votes
    show once all is open.
    """
    every = sorted(votes, key=lambda vote: vote.seq)
    in_sight: dict[Sight, list[Vote]] = {level: [] for level in Sight}
    for vote in every:
        level = sight(viewer, vote.member, standing, roles=roles, judged=judged)
        in_sight[level].append(vote)
    seen = [
        SeenVote(
            record=vote.record,
            member=vote.member,
            verdict=vote.verdict,
            reason=vote.reason,
            seq=vote.seq,
        )
        for vote in in_sight[Sight.OPEN]
    ]
    report = min((vote.record for vote in every), default=0)
    labels = mask(standing.voters, of=report, seed=seed)
    masked = [
        SeenVote(
            record=vote.record,
            member=None,
            label=labels[vote.member],
            verdict=vote.verdict,
            reason=vote.reason,
            seq=None,
        )
        for vote in live_votes(in_sight[Sight.MASKED])
    ]
    return seen + sorted(masked, key=lambda vote: (vote.label or "", vote.record))


def mask(voters: Iterable[int], *, of: int, seed: int = 0) -> dict[int, str]:
    """Return a label (A, B, ...) for each voter on a report, in an order that tells nothing.

    The order is drawn by a hash of report, member and the review's seed (which members must
    not know): the same at every look, and unrelated to who voted first or joined first.
    """

    def draw(member: int) -> bytes:
        return blake2b(f"{seed}:{of}:{member}".encode(), digest_size=8).digest()

    drawn = sorted(set(voters), key=draw)
    return {member: chr(ord("A") + place) for place, member in enumerate(drawn)}


def is_independent(
    stage: Stage,
    votes: Iterable[Vote],
    rulings: Iterable[Ruling],
    *,
    policy: StagePolicy,
    reason_order: Sequence[str],
    cluster: frozenset[int],
    panel: frozenset[int] = frozenset(),
) -> bool:
    """Return whether a vote cast after these facts of the round is still independent.

    It is not once the report has been settled at any moment before: then all was open. The
    caller adds what facts of voting do not tell, as that the member discussed the report.
    """
    facts: list[Vote | Ruling] = [*votes, *rulings]
    for last in facts:
        so_far = standing_of(
            stage,
            [fact for fact in facts if isinstance(fact, Vote) and fact.seq <= last.seq],
            [fact for fact in facts if isinstance(fact, Ruling) and fact.seq <= last.seq],
            policy=policy,
            reason_order=reason_order,
            cluster=cluster,
            panel=panel,
        )
        if so_far.settled:
            return False
    return True


def blind_to_forms(viewer: int | None, *, roles: Collection[Role]) -> bool:
    """Return whether a viewer must not see what others extracted, judged or tagged of a study
    before it is settled: who could extract it too, unless they hold the database itself."""
    return viewer is not None and not {Role.EXTRACTOR, Role.REVIEWER}.isdisjoint(roles)


def blind_to_open_tags(viewer: int | None, *, roles: Collection[Role]) -> bool:
    """Return whether a viewer must not see what others put on a target before it is settled: who
    could tag it too, and an adjudicator, who judges it for themselves first."""
    return blind_to_forms(viewer, roles=roles) or (viewer is not None and Role.ADJUDICATOR in roles)


def blind_to_tags(
    viewer: int | None, *, roles: Collection[Role], settled: bool, takes_part: bool
) -> bool:
    """Return whether a viewer must not see what others put on a target.

    `settled` is of its tags, `takes_part` is whether the viewer's own count there or may come to
    count. An adjudicator sees what two differ in once they have judged it (`may_compare_tags`).
    """
    if viewer is None or settled:
        return False
    return takes_part or blind_to_open_tags(viewer, roles=roles)


def may_compare_tags(
    viewer: int | None,
    *,
    roles: Collection[Role],
    settled: bool,
    complete: bool,
    takes_part: bool,
) -> bool:
    """Return whether a viewer may know in what facets of a target two taggers differ.

    `complete` is whether two are done. Who could tag it too may not, but for an adjudicator who
    is neither of the two, to settle it.
    """
    if viewer is None or settled:
        return True
    if takes_part:
        return False
    return not blind_to_forms(viewer, roles=roles) or (complete and Role.ADJUDICATOR in roles)


def latest(standings: Mapping[Stage, Standing]) -> Standing:
    """Return the standing that decides over acts of no stage: that of the last stage reached."""
    reached = standings[Stage.TITLE_ABSTRACT]
    if reached.state is State.INCLUDED:
        return standings.get(Stage.FULL_TEXT, Standing(state=State.UNSCREENED))
    return reached


def may_see_conflict(viewer: int | None, standing: Standing, *, roles: Collection[Role]) -> bool:
    """Return whether a conflict may be listed to a viewer: never to one of its voters."""
    return standing.disputed and not is_blind(viewer, standing, roles=roles)


def visible_for_agreement(
    viewer: int | None,
    rows: Iterable[tuple[Standing, AnyRow]],
    *,
    roles: Collection[Role],
) -> list[AnyRow]:
    """Return those votes over which a viewer may see agreement, given each with its standing.

    Whoever oversees the screening sees all but what they voted on and is not settled; a reviewer
    only what is settled, since over a single unsettled report a coefficient gives the other's
    vote away. Raises NotAllowed for members who neither screen nor oversee.
    """
    if sees_unsettled(viewer, roles=roles):
        return [row for standing, row in rows if not is_blind(viewer, standing, roles=roles)]
    if Role.REVIEWER in roles:
        return [row for standing, row in rows if standing.settled]
    raise NotAllowed("Agreement is shown to the owner, adjudicators and reviewers.")


def sees_unsettled(viewer: int | None, *, roles: Collection[Role]) -> bool:
    """Return whether totals and boxes may tell a viewer apart what is not settled yet.

    Only to whoever holds the database, or oversees the screening without taking part in it.
    """
    return viewer is None or (_oversees(roles) and Role.REVIEWER not in roles)


def _oversees(roles: Collection[Role]) -> bool:
    return Role.OWNER in roles or Role.ADJUDICATOR in roles
