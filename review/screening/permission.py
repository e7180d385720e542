"""Decides whether an act of screening is allowed now; a refusal is one clear sentence.

Roles are checked before by the caller; these rules are about order: a third vote, a change
of something that was built on, a ruling without a conflict. The sentences say nothing of what
anybody else voted.
"""

from collections.abc import Collection, Iterable

from review.protocol import StagePolicy
from review.screening.standing import UNFINISHED, Ruling, Standing, advancing
from review.vocab import RulingKind, Stage, State, Verdict


def ill_formed(
    stage: Stage, verdict: Verdict, *, reason: str | None, reasons: Collection[str]
) -> str | None:
    """Say what is wrong with a verdict and its reason, whoever gives it, or nothing.

    `reasons` are the codes of the stage's exclusion reasons in the protocol.
    """
    if reason and verdict is not Verdict.EXCLUDE:
        return f"A reason belongs to an exclusion; the verdict is {verdict.value}."
    if reason and reason not in reasons:
        known = ", ".join(reasons) or "none"
        return f"{reason!r} is not a reason at {stage.value}; the protocol has: {known}."
    if stage is Stage.FULL_TEXT and verdict is Verdict.EXCLUDE and not reason:
        return "An exclusion at full text needs its primary reason."
    return None


def may_vote(
    standing: Standing, *, member: int, policy: StagePolicy, revealed: bool = False
) -> str | None:
    """Say why a member may not cast a first vote here, or nothing.

    `revealed` is true for who has been shown the votes, as an adjudicator is.
    """
    if member in standing.voters:
        return "You have voted on this report already; change that vote instead."
    if standing.settled:
        return "This report is settled at this stage; it takes a reopening to vote again."
    if standing.state not in UNFINISHED:
        number = policy.reviewers_per_record
        return f"This report has its {number} vote{'s' * (number > 1)} already."
    if revealed:
        return "You have seen the votes on this report, so yours would not be independent."
    return None


def may_change(
    record: int,
    *,
    member: int,
    standing: Standing,
    rulings: Iterable[Ruling],
    next_stage_begun: bool,
) -> str | None:
    """Say why a member may not change or withdraw their vote on a record, or nothing.

    `rulings` are all of the round, those too that a split has put out of force: a ruling was
    made on the votes as they were, so they stay so. `next_stage_begun` is whether anybody
    voted on the report at the stage after this one.
    """
    if member not in standing.voters:
        return "You have no vote on this report to change."
    if any(record in ruling.covers - ruling.lapsed for ruling in rulings):
        return "A ruling rests on this vote; it takes a reopening to vote again."
    if next_stage_begun:
        return "The next stage rests on this vote; it takes a reopening to vote again."
    return None


def may_rule(
    standing: Standing,
    *,
    member: int,
    policy: StagePolicy,
    kind: RulingKind = RulingKind.ADJUDICATION,
) -> str | None:
    """Say why a member may not settle this report by a ruling of this kind, or nothing.

    An adjudicator is not one of the voters unless the protocol waives it; a discussion is
    the voters' own, and what one of them confirms is kept whether the others have voted or
    not, so that a refusal tells nothing of them; a rule settles reasons only.
    """
    voted = member in standing.voters
    if kind is RulingKind.DISCUSSION:
        if not voted:
            return "Only those who voted on this report can agree by discussion."
        return "This report is settled at this stage." if standing.settled else None
    # said before anything that depends on the other's vote
    if kind is RulingKind.ADJUDICATION and voted and not policy.adjudicator_may_be_voter:
        return "You voted on this report, so somebody else must rule on it."
    ready = standing.state is State.REASON_CONFLICT or kind is not RulingKind.RULE
    if not standing.disputed or not ready:
        return "There is no conflict on this report to rule on."
    return None


def indecisive(stage: Stage, verdict: Verdict, *, policy: StagePolicy) -> str | None:
    """Say why a ruling's verdict would settle nothing, or nothing: some maybes do not."""
    if verdict is Verdict.EXCLUDE or verdict in advancing(stage, policy):
        return None
    return f"A ruling at {stage.value} must be include or exclude."


def confirmed(standing: Standing, *, agreed: Collection[int]) -> bool:
    """Return whether a discussion is closed: every voter confirmed the same outcome."""
    return standing.disputed and set(standing.voters) <= set(agreed)


def may_reopen(standing: Standing) -> str | None:
    """Say why a new round cannot be opened, or nothing."""
    if standing.state in UNFINISHED:
        return "This report is still being screened; there is nothing to reopen."
    return None
