"""Decides what the votes and rulings on a report amount to at a stage: its standing.

A standing is a pure function of facts: the votes and rulings of the current round on every
record of the cluster. Facts stay with the records they were made on, so merging unites them
and splitting restores exactly what was. Who may add a fact is decided in `permission`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review.protocol import StagePolicy
from review.vocab import (
    AgreementPolicy,
    MaybePolicy,
    ReasonPolicy,
    RulingKind,
    Stage,
    State,
    Verdict,
)

SETTLED = frozenset({State.INCLUDED, State.EXCLUDED})
DISPUTED = frozenset({State.CONFLICT, State.REASON_CONFLICT})
UNFINISHED = frozenset({State.UNSCREENED, State.AWAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One member's verdict on one record; an empty verdict withdraws what came before.

    `seq` orders facts in time. `independent` is false once anything of the others' had been
    revealed to the member; it matters to agreement, never to the standing.
    """

    record: int
    member: int
    verdict: Verdict | None
    reason: str | None = None
    seq: int
    independent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A settlement that replaces the votes on the records it covers.

    `lapsed` are those of them that were reopened since, on their own, after a split: their
    new round is not what was ruled on.
    """

    covers: frozenset[int]
    member: int
    verdict: Verdict
    reason: str | None = None
    kind: RulingKind
    seq: int
    lapsed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What votes and rulings amount to.

    `verdict` is include or exclude where that much is certain (a reason-conflict is excluded
    already), else empty; `maybe` marks an inclusion to which a maybe contributed; `voters` are
    the members with a vote that counts, in order of id; `ruled` says that a ruling is part of
    it, though votes merged in later may dispute it again.
    """

    state: State
    verdict: Verdict | None = None
    reason: str | None = None
    maybe: bool = False
    voters: tuple[int, ...] = ()
    ruled: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to decide."""
        return self.state in SETTLED

    @property
    def disputed(self) -> bool:
        """Whether it waits for a ruling."""
        return self.state in DISPUTED


def live_votes(votes: Iterable[Vote]) -> list[Vote]:
    """Return the votes that count, in seq order: each member's last on each record."""
    last: dict[tuple[int, int], Vote] = {}
    for vote in sorted(votes, key=lambda vote: vote.seq):
        last[vote.record, vote.member] = vote
    return sorted((v for v in last.values() if v.verdict is not None), key=lambda vote: vote.seq)


def rulings_in_force(rulings: Iterable[Ruling], cluster: frozenset[int]) -> dict[int, Ruling]:
    """Return the ruling that holds for each record: the latest that covers it.

    A ruling made on more records than the cluster now has was about another report, as it
    were, and waits until they are merged again.
    """
    held: dict[int, Ruling] = {}
    for ruling in sorted(rulings, key=lambda ruling: ruling.seq):
        if ruling.covers <= cluster:
            held.update(dict.fromkeys(ruling.covers - ruling.lapsed, ruling))
    return held


def standing(
    stage: Stage,
    votes: Iterable[Vote],
    rulings: Iterable[Ruling],
    *,
    policy: StagePolicy,
    reason_order: Sequence[str],
    cluster: frozenset[int],
    panel: frozenset[int] = frozenset(),
) -> Standing:
    """Return the standing of a cluster at a stage.

    `votes` and `rulings` are all those of the current round on the cluster's records, superseded
    ones included, in any order; `reason_order` are the codes of the stage's reasons, most
    important first, which only the hierarchy policy asks for. `panel` are members who must all
    vote before anything is added up, as in a pilot; the votes of all of them count.

    A member counts once, however many records of the cluster they voted on. Where they said
    one thing on one record and another on the next, the report is in conflict as soon as it
    has its reviewers, whatever the policy; so it is where votes merged in gainsay a ruling.
    """
    counted = live_votes(vote for vote in votes if vote.record in cluster)
    held = rulings_in_force(rulings, cluster)
    uncovered = [vote for vote in counted if vote.record not in held]
    in_force = {ruling.seq: ruling for ruling in held.values()}.values()
    voters = tuple(sorted({vote.member for vote in counted}))
    said = [vote.verdict for vote in uncovered if vote.verdict is not None]
    said += [ruling.verdict for ruling in in_force]
    if in_force:
        state = _unanimous(stage, set(said), policy)
    else:
        state = _added_up(stage, uncovered, set(said), policy, panel)
    if state is State.INCLUDED:
        return Standing(
            state=state,
            verdict=Verdict.INCLUDE,
            maybe=Verdict.MAYBE in said,
            voters=voters,
            ruled=bool(in_force),
        )
    if state is State.EXCLUDED:
        given = {vote.reason for vote in uncovered} | {ruling.reason for ruling in in_force}
        differ, reason = _primary_reason(stage, given - {None, ""}, policy, reason_order)
        return Standing(
            state=State.REASON_CONFLICT if differ else state,
            verdict=Verdict.EXCLUDE,
            reason=reason,
            voters=voters,
            ruled=bool(in_force),
        )
    return Standing(state=state, voters=voters, ruled=bool(in_force))


def advancing(stage: Stage, policy: StagePolicy) -> frozenset[Verdict]:
    """Return the verdicts that let a report through; a maybe never does at full text."""
    if stage is Stage.TITLE_ABSTRACT and policy.maybe_policy is MaybePolicy.AS_INCLUDE:
        return frozenset({Verdict.INCLUDE, Verdict.MAYBE})
    return frozenset({Verdict.INCLUDE})


def _unanimous(stage: Stage, said: set[Verdict], policy: StagePolicy) -> State:
    if said <= advancing(stage, policy):
        return State.INCLUDED
    return State.EXCLUDED if said == {Verdict.EXCLUDE} else State.CONFLICT


def _added_up(
    stage: Stage,
    votes: list[Vote],
    said: set[Verdict],
    policy: StagePolicy,
    panel: frozenset[int],
) -> State:
    through = advancing(stage, policy)
    contradicted = _contradicts_oneself(votes, through)
    voters = {vote.member for vote in votes}
    liberal = policy.agreement_policy is AgreementPolicy.LIBERAL_ACCELERATED
    if liberal and said & through and not contradicted and panel <= voters:
        return State.INCLUDED
    if len(voters) < policy.reviewers_per_record or not panel <= voters:
        return State.AWAITING if votes else State.UNSCREENED
    if contradicted:
        return State.CONFLICT
    undecided = Verdict.MAYBE in said - through
    if policy.agreement_policy is AgreementPolicy.SAFETY_FIRST and said & through:
        return State.CONFLICT if undecided else State.INCLUDED
    return _unanimous(stage, said, policy)


def _contradicts_oneself(votes: list[Vote], through: frozenset[Verdict]) -> bool:
    sides: dict[int, set[Verdict | None]] = {}
    for vote in votes:
        side = Verdict.INCLUDE if vote.verdict in through else vote.verdict
        sides.setdefault(vote.member, set()).add(side)
    return any(len(said) > 1 for said in sides.values())


def _primary_reason(
    stage: Stage,
    given: set[str | None],
    policy: StagePolicy,
    reason_order: Sequence[str],
) -> tuple[bool, str | None]:
    """Return whether differing reasons must be settled, and the reason that stands.

    Where reasons differ and are ignored there is no common one, so none stands: to take the
    one that was cast first would make the breakdown depend on who was faster.
    """
    reasons = {reason for reason in given if reason}
    if len(reasons) <= 1:
        return False, next(iter(reasons), None)
    if policy.reason_policy is ReasonPolicy.HIERARCHY:
        rank = {code: place for place, code in enumerate(reason_order)}
        return False, min(reasons, key=lambda code: (rank.get(code, len(rank)), code))
    differ = stage is Stage.FULL_TEXT and policy.reason_policy is ReasonPolicy.CONFLICT
    return differ, None
