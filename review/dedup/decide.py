"""Decides, by named rules, which compared pairs are certain, which are asked, and which neither."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from review.dedup.rules import ASK_FIRST, MERGE, NEVER, QUESTIONS, Terms
from review.dedup.score import Ints, Scores

NO, ASK, CERTAIN = 0, 1, 2
"""The three answers."""

RULES = tuple(rule.name for rule in MERGE + QUESTIONS)
HOLDS = ("", *(rule.name for rule in ASK_FIRST))


@dataclass(frozen=True, slots=True)
class Decision:
    """Per pair: NO, ASK or CERTAIN; the position in RULES of the first rule that said so; and the
    position in HOLDS of what kept it from being merged, 0 if nothing did.
    """

    verdict: npt.NDArray[np.int8]
    rule: npt.NDArray[np.int16]
    hold: npt.NDArray[np.int16]

    def take(self, at: Ints) -> "Decision":
        """The decision on the pairs at the given positions only."""
        return Decision(self.verdict[at], self.rule[at], self.hold[at])


def decide(s: Scores) -> Decision:
    """Applies the rules to compared pairs."""
    t = Terms(s)
    never = np.logical_or.reduce([rule.test(s, t) for rule in NEVER])
    held = np.stack([np.zeros(len(never), np.bool_), *(rule.test(s, t) for rule in ASK_FIRST)])
    merge = [rule.test(s, t) for rule in MERGE]
    question = [rule.test(s, t) for rule in QUESTIONS]
    certain = np.logical_or.reduce(merge) & ~held.any(axis=0) & ~never
    asked = np.logical_or.reduce(merge + question) & ~certain & ~never
    return Decision(
        verdict=np.where(certain, CERTAIN, np.where(asked, ASK, NO)).astype(np.int8),
        rule=np.argmax(np.stack(merge + question), axis=0).astype(np.int16),
        hold=np.argmax(held, axis=0).astype(np.int16),
    )
