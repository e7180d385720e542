"""Decides which records are likeliest to be included, from those settled so far.

TF-IDF of words and pairs of words (title, abstract, keywords and MeSH; the title once more, at
a quarter of the weight) and a linear support vector machine. The settings are those that ASReview
found on the SYNERGY collection (ELAS u4: C 0.11, each inclusion worth 9.8 exclusions); new here are
the fields beside title and abstract, the title's own part, and presumed exclusions: a
hundred records drawn from those not settled stand in for what nobody has excluded yet
(Cormack and Grossman 2015, doi:10.48550/arXiv.1504.06868), which matters while labels are few.
"""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Columns = npt.NDArray[np.int32]

COST, RATIO = 0.11, 9.8
PRESUMED, PRESUMED_WEIGHT = 100, 0.2
TITLE_WEIGHT = 0.25
MOST_SHARED = 0.95
GROWTH, RESCALED = 0.05, 2.0
FEWEST = 10  # of each kind, before a chance can be spoken of
_FOLDS = 3
_WORD = re.compile(r"\w\w+")
_EVERY = 1000  # records between two tellings of progress


@dataclass(frozen=True, slots=True)
class Text:
    """What of a record the ranking reads; `rest` are keywords and MeSH headings."""

    title: str
    abstract: str = ""
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The outcome of one training: a score from 0 to 1 for each record asked for.

    `calibrated` is whether the scores are chances of inclusion (Platt's method, over held-out
    parts of the settled records); where too few are settled they only order.
    """

    scores: Floats
    calibrated: bool


@dataclass(slots=True)
class Ranker:
    """A matrix of features, and the sigmoid that turns margins into chances.

    The sigmoid is fitted anew when labels have doubled: it changes no order.
    """

    matrix: Any
    _scale: tuple[float, float] | None = None
    _scaled_on: int = 0

    def ranked(self, labels: dict[int, bool], wanted: Collection[int], *, seed: int = 0) -> Ranked:
        """Return scores of the rows `wanted`, learned from `labels` (row: included or not).

        Raises ValueError unless there is a label of each kind.
        """
        rows = np.array(sorted(labels), dtype=np.int64)
        target = np.array([labels[row] for row in rows], dtype=np.int64)
        if not 0 < target.sum() < len(target):
            raise ValueError("ranking needs an inclusion and an exclusion")
        asked = np.array(sorted(wanted), dtype=np.int64)
        presumed = _presumed(asked, seed)
        weights = _trained(self.matrix, rows, target, presumed)
        margin = np.asarray(self.matrix @ weights[:-1].astype(self.matrix.dtype)) + weights[-1]
        if len(rows) >= self._scaled_on * RESCALED or len(rows) < self._scaled_on:
            self._scale, self._scaled_on = _platt(self.matrix, rows, target, presumed), len(rows)
        slope, shift = self._scale or (1.0, 0.0)
        chosen = margin[np.fromiter(wanted, np.int64, len(wanted))].astype(np.float64)
        scores = 1 / (1 + np.exp(-(slope * chosen + shift)))
        return Ranked(scores=scores, calibrated=self._scale is not None)


def is_due(labels: int, relevant: int, *, trained_on: int) -> bool:
    """Return whether to train (again): both kinds are there, and labels grew by a twentieth."""
    both = 0 < relevant < labels
    return both and labels >= max(trained_on + 1, trained_on * (1 + GROWTH))


def to_store(
    scores: Mapping[int, float], before: Mapping[int, float], *, head: int
) -> dict[int, float]:
    """Return the scores that must replace those of `before` for the first `head` to come first.

    They are those of the head, of records that had none, and of those that would else stand
    among the head. The others keep the order of an earlier model: nobody meets them before
    the next one is trained, and 50,000 records need not be written each time.
    """
    order = sorted(scores, key=lambda record: (-scores[record], record))
    lowest = scores[order[head - 1]] if len(order) > head else 0.0
    first = set(order[:head])
    return {
        record: score
        for record, score in scores.items()
        if before.get(record, 2.0) != score
        and (record in first or before.get(record, 2.0) >= lowest)
    }


def features(texts: Sequence[Text], *, tell: Callable[[int], None] = lambda done: None) -> Any:
    """Return a sparse matrix with a row of unit length for each text; a tenth of a ms a text.

    `tell` is called now and then with the number of texts read.
    """
    from scipy import sparse
    from sklearn.preprocessing import normalize

    if not texts:
        return sparse.csr_matrix((0, 1), dtype=np.float32)
    whole = _tfidf([f"{t.title} {t.abstract} {t.rest}" for t in texts], tell=tell)
    titles = _tfidf([t.title for t in texts])
    both = sparse.hstack([whole, titles * TITLE_WEIGHT], format="csr", dtype=np.float32)
    return normalize(both, copy=False)


def _tfidf(texts: Sequence[str], *, tell: Callable[[int], None] = lambda done: None) -> Any:
    from scipy import sparse
    from sklearn.feature_extraction.text import TfidfTransformer

    words, lengths = _words(texts, tell)
    row = np.repeat(np.arange(len(texts), dtype=np.int32), lengths)
    parts = [_counts(row, words, len(texts))]
    if words.size:
        # a pair of neighbours is one number; pairs with a word that only one text has are out
        shared = _shared(parts[0])[words]
        first = np.flatnonzero(shared[:-1] & shared[1:] & (row[:-1] == row[1:]))
        number = words[first].astype(np.int64) * parts[0].shape[1] + words[first + 1]
        column = np.unique(number, return_inverse=True)[1].astype(np.int32)
        parts.append(_counts(row[first], column, len(texts)))
    counts = sparse.hstack([part[:, _shared(part)] for part in parts], format="csr")
    if not counts.shape[1]:
        return sparse.csr_matrix((len(texts), 1), dtype=np.float32)
    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def _words(texts: Sequence[str], tell: Callable[[int], None]) -> tuple[Columns, Columns]:
    """Return the words of all texts as numbers, in order, and how many each text has.

    CountVectorizer would build a string for each pair of words: four times as slow.
    """
    known: defaultdict[str, int] = defaultdict()
    known.default_factory = known.__len__
    words, lengths = array("i"), array("i")
    for done, text in enumerate(texts):
        found = _WORD.findall(text.lower())
        words.extend([known[word] for word in found])
        lengths.append(len(found))
        if done % _EVERY == 0:
            tell(done)
    return np.array(words, dtype=np.int32), np.array(lengths, dtype=np.int32)


def _counts(row: Columns, column: Columns, rows: int) -> Any:
    """Return how often each column occurs in each row."""
    from scipy import sparse

    shape = (rows, int(column.max()) + 1 if column.size else 0)
    ones = np.ones(len(column), dtype=np.float32)
    return sparse.csr_matrix((ones, (row, column)), shape=shape)  # which adds up what is twice


def _shared(counts: Any) -> npt.NDArray[np.bool_]:
    """Return which columns at least two rows have, and not nearly all."""
    texts = np.bincount(counts.indices, minlength=counts.shape[1])
    wide = max(2.0, MOST_SHARED * counts.shape[0])
    found: npt.NDArray[np.bool_] = (texts >= 2) & (texts <= wide)
    return found


def _presumed(asked: Numbers, seed: int) -> Numbers:
    """Draw the records that are presumed excluded."""
    drawn = np.random.default_rng([seed, len(asked)])
    return drawn.choice(asked, min(PRESUMED, len(asked)), replace=False)


def _trained(matrix: Any, rows: Numbers, target: Numbers, presumed: Numbers) -> Floats:
    """Return the weight of every column, and last the intercept."""
    from sklearn import config_context
    from sklearn.svm import LinearSVC

    excluded = int((target == 0).sum())
    weight = np.where(target == 1, 1.0, target.sum() / (RATIO * excluded))
    weight *= len(target) / weight.sum()
    each = PRESUMED_WEIGHT * weight[target == 0].sum() / max(len(presumed), 1)
    machine = LinearSVC(C=COST, tol=0.1, random_state=0)
    with config_context(assume_finite=True, skip_parameter_validation=True):
        machine.fit(
            matrix[np.concatenate([rows, presumed])].astype(np.float64),
            np.concatenate([target, np.zeros(len(presumed), dtype=np.int64)]),
            sample_weight=np.concatenate([weight, np.full(len(presumed), each)]),
        )
    return np.append(machine.coef_[0], machine.intercept_[0])


def _platt(
    matrix: Any, rows: Numbers, target: Numbers, presumed: Numbers
) -> tuple[float, float] | None:
    """Return slope and shift of Platt's sigmoid from held-out margins, None where it has none."""
    from sklearn.linear_model import LogisticRegression

    if min(target.sum(), (target == 0).sum()) < FEWEST:
        return None
    fold = np.empty(len(target), dtype=np.int64)
    for kind in (0, 1):  # every fold has its share of both kinds
        fold[target == kind] = np.arange((target == kind).sum()) % _FOLDS
    margin = np.empty(len(target))
    for out in range(_FOLDS):
        rest = fold != out
        weights = _trained(matrix, rows[rest], target[rest], presumed)
        margin[~rest] = matrix[rows[~rest]] @ weights[:-1] + weights[-1]
    fitted = LogisticRegression(C=1e6).fit(margin[:, None], target)
    slope = float(fitted.coef_[0, 0])
    # the order is the machine's: a slope that is not upwards says there is nothing to calibrate
    return (slope, float(fitted.intercept_[0])) if slope > 0 else None
