"""Screening simulated on labelled records, and its measures as ASReview insights 1.6 defines them.

All measures leave the prior records out; `labels` are 1 or 0 in the order of screening, and of
every record: a run that stops early is filled up with zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import numpy as np

from review.screening.ranking import GROWTH, Ranker, is_due


@dataclass(slots=True)
class Run:
    """One simulated screening: the records in their order and the labels met after the priors."""

    priors: int
    records: list[int] = field(default_factory=list)
    all_labels: list[int] = field(default_factory=list)
    trainings: int = 0

    @property
    def labels(self) -> list[int]:
        """The labels, in order, of what was screened after the priors."""
        return self.all_labels[self.priors :]


def priors(labels: Sequence[bool], seed: int) -> tuple[int, int]:
    """Return one inclusion and one exclusion, drawn by `seed`."""
    truth, rng = np.asarray(labels, dtype=bool), np.random.default_rng(seed)
    return int(rng.choice(np.flatnonzero(truth))), int(rng.choice(np.flatnonzero(~truth)))


def simulate(matrix: Any, labels: Sequence[bool], *, seed: int, to_the_end: bool = False) -> Run:
    """Screen by rank from one prior inclusion and exclusion, trained again as in the product.

    Ends when all is found, unless `to_the_end`; the rest follows in the order of the last model.
    """
    ranker, truth = Ranker(matrix), [bool(label) for label in labels]
    run = Run(priors=2, records=list(priors(truth, seed)))
    waiting = set(range(len(truth))) - set(run.records)
    missing = sum(truth) - 1
    while waiting:
        known = {row: truth[row] for row in run.records}
        asked = sorted(waiting)
        scores = ranker.ranked(known, asked, seed=seed).scores
        run.trainings += 1
        best = [asked[place] for place in np.argsort(-scores, kind="stable")]
        take = max(1, ceil(len(known) * GROWTH))
        assert is_due(len(known) + take, sum(known.values()), trained_on=len(known))
        if not missing and not to_the_end:
            take = len(best)
        run.records += best[:take]
        waiting -= set(best[:take])
        missing -= sum(truth[row] for row in best[:take])
    run.all_labels = [int(truth[row]) for row in run.records]
    return run


def loss(labels: Sequence[int]) -> float:
    """Return (optimal area - area) / (optimal - worst) under the recall curve; 0 is best.

    Source: asreviewcontrib.insights.algorithms._loss_value.
    """
    found, total = sum(labels), len(labels)
    optimal = found * (total - (found - 1) / 2)
    return float((optimal - np.cumsum(labels).sum()) / (found * (total - found)))


def atd(labels: Sequence[int]) -> float:
    """Return the mean place (from 1) at which relevant records were met, as a share of all."""
    return float((np.flatnonzero(np.asarray(labels)) + 1).mean() / len(labels))


def recall_at(labels: Sequence[int], share: float) -> float:
    """Return the recall after `share` of the records; a part of a record is cut off."""
    place = np.searchsorted(np.arange(1, len(labels) + 1) / len(labels), share, side="right")
    return float(np.cumsum(labels)[place - 1] / sum(labels)) if place else 0.0


def work_saved(labels: Sequence[int], recall: float) -> float:
    """Return work saved over sampling at `recall`: how much sooner than by chance, of all records.

    The relevant record at the recall is the last whose share of them is not above it (18 of 19
    at 95 % is the 18th); by chance it comes where the line from 0 to all, rounded half to even,
    first reaches its number. Source: asreviewcontrib.insights.algorithms._wss_values.
    """
    found, total = sum(labels), len(labels)
    number = np.arange(1, found + 1)
    here = np.searchsorted(np.cumsum(labels), number)
    chance = np.searchsorted(np.round(np.linspace(0, found, total)), number)
    place = np.searchsorted(number / found, recall, side="right") - 1
    return float((chance - here)[place] / total)
