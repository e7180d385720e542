"""Which simulated votes and rulings a shipped study gets; its eligibility decides, never chance.

The share of a hash of the study's id stands in for chance, so every run is the same.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from review.protocol import Protocol
from review.vocab import Stage, Verdict

Who = Literal["A", "B", "adjudicator"]

EARLY, LATE = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
INCLUDE, MAYBE, EXCLUDE = Verdict.INCLUDE, Verdict.MAYBE, Verdict.EXCLUDE

# Shares (of 1) of the studies of one kind, chosen to look like a review under way.
UNSCREENED, ONLY_ONE = 0.12, 0.10
LATE_EXCLUSION = 0.30
SLIP = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A simulated vote of A or B, or a ruling of the adjudicator on their conflict."""

    stage: Stage
    who: Who
    verdict: Verdict
    reason: str | None = None

    @property
    def ruling(self) -> bool:
        """Whether this settles a conflict instead of voting."""
        return self.who == "adjudicator"


def decisions(
    study: str, eligibility: str, reason: str, *, protocol: Protocol
) -> tuple[Decision, ...]:
    """The votes and rulings on one study, in the order they were cast.

    include: both include, at both stages. unclear: the two disagree, at title-abstract or at
    full-text, and nobody has ruled. exclude: both exclude with the reason, some only at full-text,
    and some records still wait for one or both votes. A few slips of one reviewer, ruled on by the
    adjudicator, keep agreement from being perfect; no slip changes where a study ends.
    """
    match eligibility:
        case "include":
            return _included(study, protocol)
        case "unclear":
            return _unclear(study, protocol)
    return _excluded(study, reason, protocol)


def seconds_of(study: str, decision: Decision) -> float:
    """The time a simulated reviewer took: 6 to 36 s for an abstract, ten times that for a paper."""
    share = _share(study, f"seconds {decision.who} {decision.stage.value}")
    return round((6 + 30 * share**2) * (10 if decision.stage is LATE else 1), 1)


def _included(study: str, protocol: Protocol) -> tuple[Decision, ...]:
    early = _both(EARLY, INCLUDE)
    if _share(study, "early slip") < SLIP:
        early = _slip(study, EARLY, INCLUDE, wrong=(EXCLUDE, _early_reason(study, protocol)))
    elif _share(study, "maybe") < SLIP * 2:
        early = _in_turn(study, EARLY, (INCLUDE, None), (MAYBE, None))
    late = _both(LATE, INCLUDE)
    if _share(study, "late slip") < SLIP:
        late = _slip(study, LATE, INCLUDE, wrong=(EXCLUDE, "ex.nodata"))
    return (*early, *late)


def _unclear(study: str, protocol: Protocol) -> tuple[Decision, ...]:
    if _share(study, "stage") < 0.6:
        return _in_turn(study, EARLY, (INCLUDE, None), (EXCLUDE, _early_reason(study, protocol)))
    late = _in_turn(study, LATE, (INCLUDE, None), (EXCLUDE, "ex.method"))
    return (*_in_turn(study, EARLY, (INCLUDE, None), (MAYBE, None)), *late)


def _excluded(study: str, reason: str, protocol: Protocol) -> tuple[Decision, ...]:
    early_reason = reason in protocol.reason_order(EARLY)
    waiting = _share(study, "waiting")
    if early_reason and waiting < UNSCREENED:
        return ()
    if early_reason and waiting < UNSCREENED + ONLY_ONE:
        who: Who = "A" if _share(study, "who") < 0.5 else "B"
        return (Decision(stage=EARLY, who=who, verdict=EXCLUDE, reason=reason),)
    if not early_reason or _share(study, "late") < LATE_EXCLUSION:
        return (*_both(EARLY, INCLUDE), *_late_exclusion(study, reason, protocol))
    if _share(study, "early slip") < SLIP * 1.5:
        return _slip(study, EARLY, EXCLUDE, reason=reason, wrong=(MAYBE, None))
    return _both(EARLY, EXCLUDE, reason)


def _late_exclusion(study: str, reason: str, protocol: Protocol) -> tuple[Decision, ...]:
    """Mostly one reason; now and then two, and the breakdown by reason waits for a ruling."""
    order = protocol.reason_order(LATE)
    if _share(study, "reasons") < SLIP * 2:
        other = order[(order.index(reason) + 1) % len(order)]
        return _in_turn(study, LATE, (EXCLUDE, reason), (EXCLUDE, other))
    return _both(LATE, EXCLUDE, reason)


def _both(stage: Stage, verdict: Verdict, reason: str | None = None) -> tuple[Decision, ...]:
    return (
        Decision(stage=stage, who="A", verdict=verdict, reason=reason),
        Decision(stage=stage, who="B", verdict=verdict, reason=reason),
    )


def _in_turn(
    study: str,
    stage: Stage,
    one: tuple[Verdict, str | None],
    other: tuple[Verdict, str | None],
) -> tuple[Decision, ...]:
    """Two differing votes; which reviewer casts which goes by the study."""
    first, second = (one, other) if _share(study, f"turn {stage}") < 0.5 else (other, one)
    return (
        Decision(stage=stage, who="A", verdict=first[0], reason=first[1]),
        Decision(stage=stage, who="B", verdict=second[0], reason=second[1]),
    )


def _slip(
    study: str,
    stage: Stage,
    verdict: Verdict,
    *,
    wrong: tuple[Verdict, str | None],
    reason: str | None = None,
) -> tuple[Decision, ...]:
    """One reviewer slips, and the adjudicator rules as the study's eligibility has it."""
    ruling = Decision(stage=stage, who="adjudicator", verdict=verdict, reason=reason)
    return (*_in_turn(study, stage, (verdict, reason), wrong), ruling)


def _early_reason(study: str, protocol: Protocol) -> str | None:
    order = protocol.reason_order(EARLY)
    late = order[len(order) // 2 :]
    return late[int(_share(study, "reason") * len(late))] if late else None


def _share(study: str, purpose: str) -> float:
    digest = hashlib.sha256(f"{study}|{purpose}".encode()).digest()
    return int.from_bytes(digest[:6]) / 2**48
