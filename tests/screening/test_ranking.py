"""Ranking: what it learns, that it repeats itself, and how simulated screening is measured."""

import subprocess
import sys

import numpy as np
import pytest

from review.screening.ranking import Ranker, Text, features, is_due, to_store
from tests.benchmarks.simulation import atd, loss, recall_at, simulate, work_saved

TOPICS = ("muscle ageing sarcopenia", "crop drought irrigation")
FILLER = ["a", "study", "of", "methods", "results", "cohort", "outcomes", "several", "years"]


def corpus(n: int = 80) -> tuple[list[Text], list[bool]]:
    """Texts about one topic or another, in words of ours, a quarter of them relevant."""
    rng = np.random.default_rng(4)
    texts, labels = [], []
    for number in range(n):
        relevant = number % 4 == 0
        words = TOPICS[0 if relevant else 1].split()
        chosen = [str(word) for word in rng.permutation([*words[:2], *rng.choice(FILLER, 6)])]
        texts.append(Text(" ".join(chosen[:3]), " ".join(chosen), words[2]))
        labels.append(relevant)
    return texts, labels


def test_one_inclusion_and_one_exclusion_put_what_is_alike_first() -> None:
    texts, labels = corpus()
    ranker = Ranker(features(texts))
    wanted = list(range(2, len(texts)))
    scores = ranker.ranked({0: True, 1: False}, wanted).scores
    best = sorted(wanted, key=lambda row: -scores[row - 2])[: sum(labels) - 1]
    assert sum(labels[row] for row in best) >= 0.8 * len(best)  # by chance a quarter
    assert ((scores >= 0) & (scores <= 1)).all()


def test_the_same_labels_give_the_same_scores_and_calibration_no_other_order() -> None:
    texts, labels = corpus()
    known = {row: labels[row] for row in range(40)}
    rest = range(40, 80)
    matrix = features(texts)
    once, again = (Ranker(matrix).ranked(known, rest) for _ in range(2))
    assert once.calibrated
    assert (once.scores == again.scores).all()
    few = Ranker(matrix)
    few.ranked({0: True, 1: False}, rest)
    few._scaled_on = 10**6 - 1  # as if calibrated on so many that it is not done again
    few._scaled_on, few._scale = len(known), None
    raw = few.ranked(known, rest)
    assert not raw.calibrated
    assert (np.argsort(raw.scores) == np.argsort(once.scores)).all()


def test_features_are_words_and_pairs_that_two_texts_share() -> None:
    matrix = features([Text("", "old muscle atrophy"), Text("", "old muscle"), Text("", "crop")])
    assert len(set(matrix.indices)) == 3  # old, muscle, and the two in a row
    assert matrix[2].nnz == 0
    assert np.allclose(np.asarray(matrix[:2].multiply(matrix[:2]).sum(axis=1)), 1)


@pytest.mark.parametrize("texts", [[], [Text("")], [Text("a"), Text("")], [Text("alone here")]])
def test_texts_without_shared_words_are_rows_without_features(texts: list[Text]) -> None:
    assert features(texts).nnz == 0 or len(texts) == 0


def test_what_is_stored_puts_the_head_first_whatever_an_earlier_model_said() -> None:
    rng = np.random.default_rng(3)
    for head in (1, 5, 19, 20, 30):
        now = dict(enumerate(rng.random(20).tolist()))
        before = {record: rng.random() for record in range(0, 20, 2)} | {3: now[3]}
        changed = to_store(now, before, head=head)
        stored = before | changed
        met = sorted(stored, key=lambda record: -stored[record])[:head]
        assert met == sorted(now, key=lambda record: -now[record])[:head]
        assert stored.keys() == now.keys()
        assert 3 not in changed


def test_both_kinds_of_label_are_needed() -> None:
    ranker = Ranker(features(corpus(8)[0]))
    with pytest.raises(ValueError, match="an inclusion and an exclusion"):
        ranker.ranked({0: True, 1: True}, [2])


@pytest.mark.parametrize(
    ("labels", "relevant", "before", "due"),
    [
        (0, 0, 0, False),
        (5, 0, 0, False),
        (5, 5, 0, False),
        (2, 1, 0, True),
        (3, 1, 2, True),
        (104, 9, 100, False),
        (105, 9, 100, True),
    ],
)
def test_training_is_due_when_labels_grew_by_a_twentieth(
    labels: int, relevant: int, before: int, due: bool
) -> None:
    assert is_due(labels, relevant, trained_on=before) is due


def test_measures_are_those_of_asreview_insights() -> None:
    """By hand for 1 0 1 0 0 0 0 0 0 0: recall is 0.5 after 1 and 1 after 3 of 10.

    The optimum finds both at once (area 2 x 10 - 1 = 19), the worst at the end (3); the area here
    is 18. At random, the n-th of N records in a line from 0 to 2 rounds to 1 from 0.5 on (half to
    even), so that the first is expected at place 4 and the second at place 8 (from 1).
    """
    found = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert loss(found) == pytest.approx((19 - 18) / 16)
    assert atd(found) == pytest.approx((1 + 3) / 2 / 10)
    assert recall_at(found, 0.1) == 0.5
    assert recall_at(found, 0.25) == 0.5  # of 2.5 records, two are read: the part is cut off
    assert recall_at(found, 0.3) == 1.0
    line = np.round(np.linspace(0, 2, 10))
    places = [int(np.argmax(line >= n)) for n in (1, 2)]
    assert work_saved(found, 0.95) == pytest.approx((places[0] - 0) / 10)  # one of two is the cut
    assert work_saved(found, 1.0) == pytest.approx((places[1] - 2) / 10)


def test_simulated_screening_meets_every_record_once_and_beats_chance() -> None:
    texts, labels = corpus()
    order = simulate(features(texts), labels, seed=1)
    assert sorted(order.records) == list(range(len(texts)))
    assert loss(order.labels) < 0.1


def test_nothing_of_scikit_learn_is_loaded_before_it_is_needed() -> None:
    loads = "import sys, review.cli.commands, review.actions, review.ui.routes"
    code = f"{loads}; print('sklearn' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
