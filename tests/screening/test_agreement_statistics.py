"""Agreement: which votes are compared, and coefficients against published and other figures."""

import csv
import math

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.proportion import proportion_confint

from review.screening import coefficients
from review.screening.agreement import CastVote, agreement
from review.vocab import Stage, Verdict

INCLUDE, MAYBE, EXCLUDE = Verdict.INCLUDE, Verdict.MAYBE, Verdict.EXCLUDE
TITLES, FULL = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT

# both include, first only, second only, both exclude: percent, kappa, PABAK, AC1, p+, p-;
# kappa after scikit-learn, AC1 after irrCAC.
ANCHORS = {
    "typical": ((40, 25, 15, 920), (0.96, 0.6455471865, 0.92, 0.9549143372, 2 / 3, 0.9787234043)),
    "paradox": ((5, 15, 10, 970), (0.975, 0.2732558140, 0.95, 0.9741096972, 2 / 7, 0.9872773537)),
    "balanced": ((45, 5, 5, 45), (0.9, 0.8, 0.8, 0.8, 0.9, 0.9)),
    "perfect": ((10, 0, 0, 90), (1.0, 1.0, 1.0, 1.0, 1.0, 1.0)),
    "no both": ((0, 5, 5, 90), (0.9, -0.0526315789, 0.8, 0.8895027624, 0.0, 0.9473684211)),
    "all exclude": ((0, 0, 0, 100), (1.0, None, 1.0, 1.0, None, 1.0)),
    "full text": (
        (45, 6, 4, 65),
        (0.9166666667, 0.8286203942, 0.8333333333, 0.8378378378, 0.9, 0.9285714286),
    ),
}
AC1_INTERVALS = {
    "typical": (0.94066, 0.96917),
    "paradox": (0.96382, 0.98440),
    "balanced": (0.68035, 0.91965),
}
MEASURES = ("percent", "kappa", "pabak", "ac1", "positive", "negative")


def cast(record, member, verdict, *, seq=None, round=1, stage=TITLES, independent=True):
    return CastVote(
        record=record,
        stage=stage,
        round=round,
        member=member,
        verdict=verdict,
        seq=seq if seq is not None else record * 100 + member,
        independent=independent,
    )


def votes_of_table(cells):
    pairs = [(INCLUDE, INCLUDE), (INCLUDE, EXCLUDE), (EXCLUDE, INCLUDE), (EXCLUDE, EXCLUDE)]
    said = [pair for pair, count in zip(pairs, cells, strict=True) for _ in range(count)]
    return [
        cast(record, member, verdict)
        for record, pair in enumerate(said)
        for member, verdict in enumerate(pair, start=1)
    ]


@pytest.mark.parametrize("name", ANCHORS)
def test_measures_equal_the_anchors_and_are_empty_where_not_defined(name):
    cells, expected = ANCHORS[name]
    [found] = agreement(votes_of_table(cells))
    assert (found.n, found.reviewers, found.round) == (sum(cells), (1, 2), 1)
    assert found.table == (cells[:2], cells[2:])
    for measure, value in zip(MEASURES, expected, strict=True):
        got, interval = getattr(found, measure), getattr(found, f"{measure}_interval")
        assert (got is None) == (value is None)
        if value is None:
            assert interval is None
            continue
        assert got == pytest.approx(value, abs=1e-9)
        assert interval is None or -1 <= interval[0] <= got + 1e-12 <= interval[1] + 2e-12 <= 1.1
    if name in AC1_INTERVALS:
        assert found.ac1_interval == pytest.approx(AC1_INTERVALS[name], abs=5e-6)


def test_perfect_agreement_has_no_large_sample_interval_but_a_score_interval():
    [found] = agreement(votes_of_table((10, 0, 0, 90)))
    assert found.kappa_interval is None
    assert found.ac1_interval is None
    assert found.percent_interval == pytest.approx((0.9630065, 1.0))


tables = st.integers(2, 3).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 30), min_size=size, max_size=size), min_size=size, max_size=size
    )
).filter(lambda table: coefficients.total(table) > 1)  # fmt: skip


@given(tables)
def test_kappa_and_its_interval_are_those_of_scikit_learn_and_statsmodels(table):
    value, interval = coefficients.kappa(table)
    pairs = [
        (i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)
    ]
    first, second = zip(*pairs, strict=True)
    if value is None:
        assert len(set(first) | set(second)) == 1
        return
    assert value == pytest.approx(cohen_kappa_score(first, second), abs=1e-9)
    with np.errstate(all="ignore"):  # its test statistic divides by a null error of zero
        other = cohens_kappa(table)
    perfect = coefficients.agreed(table) == coefficients.total(table)
    if other.std_kappa > 1e-6 and not perfect:
        low, high = max(-1, other.kappa_low), min(1, other.kappa_upp)
        assert interval == pytest.approx((low, high), abs=1e-6)


@given(tables)
def test_percent_has_the_score_interval_of_statsmodels_and_pabak_is_its_rescaling(table):
    share, interval = coefficients.percent(table)
    n, size = coefficients.total(table), len(table)
    expected = proportion_confint(coefficients.agreed(table), n, method="wilson")
    assert interval == pytest.approx(expected, abs=1e-9)
    assert coefficients.pabak(table)[0] == pytest.approx((size * share - 1) / (size - 1))


@given(tables)
def test_who_is_called_first_changes_no_measure(table):
    turned = [list(column) for column in zip(*table, strict=True)]
    for measure in (coefficients.percent, coefficients.kappa, coefficients.pabak, coefficients.ac1):
        (value, interval), (other, turned_interval) = measure(table), measure(turned)
        assert (value is None) == (other is None)
        assert value is None or math.isclose(value, other, abs_tol=1e-9)
        if interval and turned_interval:
            assert interval == pytest.approx(turned_interval, abs=1e-6)


def test_only_the_last_independent_vote_of_each_counts():
    rows = [
        cast(1, 1, EXCLUDE, seq=1),
        cast(1, 1, MAYBE, seq=2),
        cast(1, 2, INCLUDE, seq=3),
        cast(1, 2, EXCLUDE, seq=4, independent=False),
    ]
    [found] = agreement(reversed(rows))
    assert found.categories == (INCLUDE, MAYBE)
    assert found.table == ((0, 0), (1, 0))


def test_a_vote_withdrawn_before_anything_was_revealed_is_no_vote():
    assert agreement([cast(1, 1, EXCLUDE), cast(1, 2, INCLUDE), cast(1, 2, None, seq=999)]) == []


def test_only_the_first_complete_round_of_a_record_counts_unless_asked():
    rows = [
        cast(1, 1, INCLUDE, seq=1),
        *(cast(1, member, EXCLUDE, seq=1 + member, round=2) for member in (1, 2)),
        *(cast(1, member, INCLUDE, seq=5 + member, round=3) for member in (1, 2)),
        *(cast(2, member, INCLUDE, seq=9 + member) for member in (1, 2)),
    ]
    assert [(one.round, one.n) for one in agreement(rows)] == [(1, 1), (2, 1)]
    assert [one.round for one in agreement(rows, every_round=True)] == [1, 2, 3]


def test_records_with_too_few_votes_for_the_stage_are_left_out():
    rows = [cast(1, member, INCLUDE) for member in (1, 2)]
    rows += [cast(2, member, INCLUDE, stage=FULL) for member in (1, 2)]
    found = agreement(rows, reviewers_per_record={TITLES: 3, FULL: 2})
    assert [one.stage for one in found] == [FULL]


def test_each_pair_is_measured_and_all_pairs_together():
    rows = [cast(1, member, INCLUDE) for member in (1, 2)]
    rows += [cast(2, member, EXCLUDE) for member in (1, 3)]
    rows += [cast(3, member, verdict) for member, verdict in ((2, EXCLUDE), (3, INCLUDE))]
    found = agreement(rows)
    assert [one.reviewers for one in found] == [(1, 2), (1, 3), (2, 3), (1, 2, 3)]
    assert [one.pooled for one in found] == [False, False, False, True]
    assert (found[-1].n, found[-1].table) == (3, ((1, 0), (1, 1)))


def test_one_record_alone_defines_no_interval_it_cannot_have():
    [found] = agreement([cast(1, 1, INCLUDE), cast(1, 2, EXCLUDE)])
    assert (found.n, found.ac1_interval, found.negative) == (1, None, 0.0)


def test_first_votes_of_a_real_screening_log_agree_as_published(shared_data):
    said = {"1": INCLUDE, "0": MAYBE, "-1": EXCLUDE}
    rows = []
    log = shared_data / "dual" / "rayyan_accident" / "customizations_log.csv"
    with log.open(encoding="utf-8", newline="") as lines:
        events = sorted(csv.DictReader(lines), key=lambda event: event["created_at"])
    seen = set()
    for seq, event in enumerate(events):
        who = event["user_id"].strip()
        if event["key"] == "included" and event["value"] in said and who in {"R1", "R2"}:
            first = (event["article_id"], who) not in seen
            seen.add((event["article_id"], who))
            rows.append(
                cast(
                    int(event["article_id"]),
                    int(who[1]),
                    said[event["value"]],
                    seq=seq,
                    independent=first,
                )
            )
    [found] = agreement(rows)
    assert found.n == 1224
    assert found.kappa == pytest.approx(0.3311, abs=5e-5)
    assert found.categories == (INCLUDE, MAYBE, EXCLUDE)
    assert found.table[2][2] == 1097
