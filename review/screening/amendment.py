"""Decides what an amendment of the criteria makes worth screening again, and what it changed.

A clarification asks for nothing, or for a random sample. Narrower criteria can only turn out what
was let through; broader ones can only let in what was excluded for nothing but the criterion that
became broader, or without any reason at all. Each report is taken at the last stage it was settled
at, as what was said of the full text stands above what was said of title and abstract.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from review.screening.standing import Ruling, Standing, Vote, live_votes, rulings_in_force
from review.vocab import Change, Stage, State, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a report was settled as at a stage, and the reasons that this rests on.

    `cited` are the reasons of the exclusions that count: of the rulings in force and of the votes
    that no ruling replaces. `later` is
    what the report was settled as at the next stage, empty where it is not.
    """

    report: int
    stage: Stage
    verdict: Verdict
    cited: frozenset[str] = frozenset()
    later: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How the set is chosen: which change, of which criteria, at which stages, and what more.

    `citing` adds to a narrowing the exclusions that cite the criteria; `sample` is how many
    settled reports a clarification takes.
    """

    change: Change
    criteria: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = tuple(Stage)
    every_stage: bool = False
    citing: bool = False
    sample: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """One report to screen again at a stage, and why."""

    report: int
    stage: Stage
    why: str


def outcome(
    report: int,
    stage: Stage,
    standing: Standing,
    *,
    votes: Iterable[Vote],
    rulings: Iterable[Ruling],
    cluster: frozenset[int],
    secondary: Mapping[int, Sequence[str]] | None = None,
    later: Standing | None = None,
) -> Outcome | None:
    """Return what a report was settled as, None where it is not.

    `votes` and `rulings` are those of the round, `secondary` the further
    reasons of votes, by their seq.
    """
    if not standing.settled or standing.verdict is None:
        return None
    held = rulings_in_force(rulings, cluster)
    counted = [vote for vote in live_votes(votes) if vote.record not in held]
    said: list[Vote | Ruling] = [*counted, *held.values()]
    reasons = {one.reason for one in said if one.verdict is Verdict.EXCLUDE and one.reason}
    excluding = (vote.seq for vote in counted if vote.verdict is Verdict.EXCLUDE)
    further = {code for seq in excluding for code in (secondary or {}).get(seq, ())}
    return Outcome(
        report=report,
        stage=stage,
        verdict=standing.verdict,
        cited=frozenset(reasons | further),
        later=later.verdict if later and later.settled else None,
    )


def again(outcomes: Sequence[Outcome], choice: Choice, *, seed: int = 0) -> list[Again]:
    """Return the reports to screen again, in order of stage and number.

    Unless `every_stage`, a report that was settled at the next stage is taken there or not at all.
    """
    order = list(Stage)
    some = sorted(
        (
            one
            for one in outcomes
            if one.stage in choice.stages and (choice.every_stage or one.later is None)
        ),
        key=lambda one: (order.index(one.stage), one.report),
    )
    if choice.change is Change.CLARIFY:
        drawn = Random(seed).sample(some, min(choice.sample, len(some)))
        some = [one for one in some if one in drawn]
        return [Again(report=o.report, stage=o.stage, why="drawn at random") for o in some]
    found = ((one, _why(one, choice)) for one in some)
    return [Again(report=one.report, stage=one.stage, why=why) for one, why in found if why]


def _why(one: Outcome, choice: Choice) -> str | None:
    criteria = frozenset(choice.criteria)
    if choice.change is Change.NARROW:
        if one.verdict is Verdict.INCLUDE:
            return "let through by the wider criteria"
        citing = choice.citing and one.cited & criteria
        return f"excluded, citing {_listed(one.cited & criteria)}" if citing else None
    if choice.change is not Change.BROADEN or one.verdict is not Verdict.EXCLUDE:
        return None
    if not one.cited:
        return "excluded without a reason"
    return f"excluded only for {_listed(one.cited)}" if one.cited <= criteria else None


def _listed(codes: Collection[str]) -> str:
    return ", ".join(sorted(codes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What screening again has come to: of `n` reports, how many are settled, and otherwise."""

    n: int
    settled: int
    included: int
    excluded: int

    @property
    def changed(self) -> int:
        """How many have another outcome than before."""
        return self.included + self.excluded

    @property
    def pending(self) -> int:
        """How many are not settled again yet."""
        return self.n - self.settled


def effect(pairs: Iterable[tuple[Standing, Standing | None]]) -> Effect:
    """Return what screening again has come to, from the standing before and now of each report.

    A report that is a duplicate since, or gone, has none now and is not counted.
    """
    both = [(before, now) for before, now in pairs if now is not None]
    settled = [(before, now) for before, now in both if now.settled]
    turned = [now.state for before, now in settled if before.verdict is not now.verdict]
    return Effect(
        n=len(both),
        settled=len(settled),
        included=turned.count(State.INCLUDED),
        excluded=turned.count(State.EXCLUDED),
    )
