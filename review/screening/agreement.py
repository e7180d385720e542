"""Decides how far reviewers agreed: which votes are compared, how they are grouped, what comes out.

Only independent votes count: each member's last one before anything was revealed to them, in
the first round of the record in which enough members cast one. Rulings never come in, and late
duplicates are the caller's to leave out.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

from review.screening import coefficients
from review.screening.coefficients import Interval
from review.vocab import Stage, Verdict

HUNDRED = 100
MEASURES = tuple(coefficients.METHODS)
CITED, NOT_CITED, ANOTHER = "cited", "not cited", "another"


class By(StrEnum):
    """How the records that were compared are grouped."""

    PAIR = "pair"
    CRITERION = "criterion"
    WEEK = "week"
    HUNDRED = "hundred"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastVote:
    """One vote as it was cast, superseded and withdrawn ones too; see `standing.Vote`."""

    record: int
    stage: Stage
    round: int
    member: int
    verdict: Verdict | None
    reason: str | None = None
    seq: int
    independent: bool = True
    at: datetime | None = None


Panel = dict[int, CastVote]
"""What each member said of one record."""
Pair = tuple[CastVote, CastVote]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """How far two raters agreed over `n` things.

    `table` counts the first's categories by row and the second's by column, as `categories`.
    All measures are shares or coefficients, not percentages; empty means not defined.
    `positive` is agreement on letting through (include or maybe) or on citing a criterion,
    `negative` on excluding or on not citing it.
    """

    n: int
    categories: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    percent: float | None
    percent_interval: Interval | None
    kappa: float | None
    kappa_interval: Interval | None
    pabak: float | None
    pabak_interval: Interval | None
    ac1: float | None
    ac1_interval: Interval | None
    positive: float | None
    positive_interval: Interval | None
    negative: float | None
    negative_interval: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Measures):
    """How far two reviewers agreed over the records both voted on.

    `reviewers` are the two, lower id first, or all of them where `pooled`: then the tables of
    all pairs are added up, and with more than two votes a record the intervals are too narrow.
    `two` measures the same with include and maybe as one category, and is empty for criteria.
    `period` is a week (2026-W07) or a hundred of records ("1-100") in the order they were
    completed; `criterion` the reason whose citing is compared, empty where all reasons are.
    """

    stage: Stage
    round: int
    reviewers: tuple[int, ...]
    pooled: bool = False
    period: str | None = None
    criterion: str | None = None
    two: Measures | None = None


def agreement(
    rows: Iterable[CastVote],
    *,
    reviewers_per_record: int | Mapping[Stage, int] = 2,
    every_round: bool = False,
    by: By = By.PAIR,
    reason_order: Mapping[Stage, Sequence[str]] | None = None,
) -> list[Agreement]:
    """Return the agreement of each pair by stage and round, and of all pairs where several.

    `rows` are votes in any order; `reviewers_per_record` is the stage's policy, and records with
    fewer independent voters are left out; with `every_round` later complete rounds of a record
    are counted too, each under its number. `by` groups further: by week or hundred of records,
    or by criterion, whose order within a stage `reason_order` gives.
    """
    panels = first_complete_rounds(
        rows, reviewers_per_record=reviewers_per_record, every_round=every_round
    )
    found: list[Agreement] = []
    for (stage, number), every in panels.items():
        for period, some in _periods(every, by).items():
            for reviewers, pooled, pairs in _grouped(some):
                about: dict[str, Any] = {
                    "stage": stage,
                    "round": number,
                    "reviewers": reviewers,
                    "pooled": pooled,
                    "period": period,
                }
                if by is By.CRITERION:
                    order = (reason_order or {}).get(stage, ())
                    found += list(_by_criterion(about, pairs, order))
                else:
                    found.append(_of_verdicts(about, pairs))
    return found


def first_complete_rounds(
    rows: Iterable[CastVote],
    *,
    reviewers_per_record: int | Mapping[Stage, int] = 2,
    every_round: bool = False,
) -> dict[tuple[Stage, int], list[Panel]]:
    """Return, by stage and round, what was said of each record first complete in that round."""
    last: dict[tuple[Stage, int, int], Panel] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.seq):
        if row.independent:
            last[row.stage, row.record, row.round][row.member] = row
    panels: dict[tuple[Stage, int], list[Panel]] = defaultdict(list)
    counted: set[tuple[Stage, int]] = set()
    order = list(Stage)
    for key in sorted(last, key=lambda key: (order.index(key[0]), *key[1:])):
        stage, record, number = key
        if (stage, record) in counted and not every_round:
            continue
        panel = {member: vote for member, vote in last[key].items() if vote.verdict is not None}
        if len(panel) >= max(2, _needed(reviewers_per_record, stage)):
            panels[stage, number].append(panel)
            counted.add((stage, record))
    return dict(sorted(panels.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def _grouped(panels: Iterable[Panel]) -> Iterator[tuple[tuple[int, ...], bool, list[Pair]]]:
    """Yield the pairs of reviewers with their pairs of votes, and all together where several."""
    pairs: dict[tuple[int, int], list[Pair]] = defaultdict(list)
    for panel in panels:
        for first, second in combinations(sorted(panel), 2):
            pairs[first, second].append((panel[first], panel[second]))
    for pair in sorted(pairs):
        yield pair, False, pairs[pair]
    if len(pairs) > 1:
        everyone = tuple(sorted({member for pair in pairs for member in pair}))
        yield everyone, True, [both for pair in sorted(pairs) for both in pairs[pair]]


def _periods(panels: list[Panel], by: By) -> dict[str | None, list[Panel]]:
    """Return the panels by when they were complete, earliest first; one group where not asked."""
    if by not in (By.WEEK, By.HUNDRED):
        return {None: panels}
    found: dict[str | None, list[Panel]] = defaultdict(list)
    for place, panel in enumerate(sorted(panels, key=_completed)):
        start = place - place % HUNDRED
        hundred = f"{start + 1}-{start + HUNDRED}"
        found[hundred if by is By.HUNDRED else _week(_completed(panel)[0])].append(panel)
    return found


def _completed(panel: Panel) -> tuple[datetime, int]:
    never = datetime.min.replace(tzinfo=UTC)
    return max((vote.at or never, vote.seq) for vote in panel.values())


def _week(moment: datetime) -> str:
    year, week, _ = moment.isocalendar()
    return f"{year:04}-W{week:02}"


def _of_verdicts(about: dict[str, Any], pairs: Iterable[Pair]) -> Agreement:
    said = [(a.verdict, b.verdict) for a, b in pairs if a.verdict and b.verdict]
    merged = [tuple(_side(verdict) for verdict in pair) for pair in said]
    own = _flat(measure(said, order=tuple(Verdict), out=Verdict.EXCLUDE))
    two = measure(merged, order=(Verdict.INCLUDE, Verdict.EXCLUDE), out=Verdict.EXCLUDE)
    return Agreement(**about, **own, two=two)


def _side(verdict: Verdict) -> Verdict:
    return Verdict.EXCLUDE if verdict is Verdict.EXCLUDE else Verdict.INCLUDE


def _by_criterion(
    about: dict[str, Any], pairs: Iterable[Pair], order: Sequence[str]
) -> Iterator[Agreement]:
    """Yield agreement on the reasons where both excluded, then on citing each reason.

    An exclusion without a reason says nothing of any criterion, so those pairs are left out.
    """
    excludes = Verdict.EXCLUDE
    known = [p for p in pairs if all(vote.reason or vote.verdict is not excludes for vote in p)]
    cited = {vote.reason for pair in known for vote in pair if vote.reason}
    if not cited:
        return
    codes = [code for code in order if code in cited] + sorted(cited - set(order))
    both = [(a.reason, b.reason) for a, b in known if a.reason and b.reason]
    if both:
        yield Agreement(**about, **_flat(measure(both, order=(*codes, ANOTHER))))
    for code in codes:
        says = [
            tuple(CITED if vote.reason == code else NOT_CITED for vote in pair) for pair in known
        ]
        own = _flat(measure(says, order=(CITED, NOT_CITED), out=NOT_CITED))
        yield Agreement(**about | {"criterion": code}, **own)


def measure(
    pairs: Iterable[tuple[Hashable, ...]], *, order: Sequence[str], out: str | None = None
) -> Measures:
    """Return all measures of what two raters said, a pair of categories for each thing.

    Categories are those of `order` that either of the two used, filled up to two where only
    one was used (so k = max(2, used) in PABAK and AC1). `out` is the negative category; without
    one, positive and negative agreement are not defined.
    """
    both = list(pairs)
    used = {said for pair in both for said in pair}
    for category in (out, *order):
        if category is not None and len(used) < 2:
            used.add(category)
    categories = tuple(category for category in order if category in used)
    cells = Counter(both)
    table = tuple(tuple(cells[row, column] for column in categories) for row in categories)
    through = sum(out not in pair for pair in both)
    negative = cells[out, out]
    split = len(both) - through - negative
    values = {
        "percent": coefficients.percent(table),
        "kappa": coefficients.kappa(table),
        "pabak": coefficients.pabak(table),
        "ac1": coefficients.ac1(table),
        "positive": coefficients.specific(through, split) if out else (None, None),
        "negative": coefficients.specific(negative, split) if out else (None, None),
    }
    measured: dict[str, Any] = {}
    for name, (value, interval) in values.items():
        measured |= {name: value, f"{name}_interval": interval}
    return Measures(n=len(both), categories=categories, table=table, **measured)


def _flat(measures: Measures) -> dict[str, Any]:
    return {field.name: getattr(measures, field.name) for field in fields(Measures)}


def _needed(reviewers_per_record: int | Mapping[Stage, int], stage: Stage) -> int:
    if isinstance(reviewers_per_record, Mapping):
        return reviewers_per_record.get(stage, 2)
    return reviewers_per_record
