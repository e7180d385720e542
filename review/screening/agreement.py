"""Decides how far reviewers agreed: which votes are compared, and by pair what they come to.

Only independent votes count: each member's last one before anything was revealed to them, in
the first round of the record in which enough members cast one. Rulings never come in, and late
duplicates are the caller's to leave out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from review.screening import coefficients
from review.screening.coefficients import Interval
from review.vocab import Stage, Verdict


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far two reviewers agreed over the `n` records both voted on.

    `reviewers` are the two, lower id first, or all of them where `pooled`: then the tables of
    all pairs are added up, and with more than two votes a record the intervals are too narrow.
    `table` counts the first's verdicts by row and the second's by column, as `categories`.
    All measures are shares or coefficients, not percentages; empty means not defined.
    `positive` is agreement on letting through (include or maybe), `negative` on excluding.
    """

    stage: Stage
    round: int
    reviewers: tuple[int, ...]
    pooled: bool = False
    n: int
    categories: tuple[Verdict, ...]
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


Panel = dict[int, Verdict]
"""What each member said of one record."""


def agreement(
    rows: Iterable[CastVote],
    *,
    reviewers_per_record: int | Mapping[Stage, int] = 2,
    every_round: bool = False,
) -> list[Agreement]:
    """Return the agreement of each pair by stage and round, and of all pairs where several.

    `rows` are votes in any order; `reviewers_per_record` is the stage's policy, and records with
    fewer independent voters are left out; with `every_round` later complete rounds of a record
    are counted too, each under its number.
    """
    panels = first_complete_rounds(
        rows, reviewers_per_record=reviewers_per_record, every_round=every_round
    )
    found: list[Agreement] = []
    for (stage, number), said in panels.items():
        pairs: dict[tuple[int, int], list[tuple[Verdict, Verdict]]] = defaultdict(list)
        for panel in said:
            for first, second in combinations(sorted(panel), 2):
                pairs[first, second].append((panel[first], panel[second]))
        found += [measure(stage, number, pair, pairs[pair]) for pair in sorted(pairs)]
        if len(pairs) > 1:
            everyone = tuple(sorted({member for pair in pairs for member in pair}))
            together = [both for pair in sorted(pairs) for both in pairs[pair]]
            found.append(measure(stage, number, everyone, together, pooled=True))
    return found


def first_complete_rounds(
    rows: Iterable[CastVote],
    *,
    reviewers_per_record: int | Mapping[Stage, int] = 2,
    every_round: bool = False,
) -> dict[tuple[Stage, int], list[Panel]]:
    """Return, by stage and round, what was said of each record first complete in that round."""
    last: dict[tuple[Stage, int, int], dict[int, Verdict | None]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: row.seq):
        if row.independent:
            last[row.stage, row.record, row.round][row.member] = row.verdict
    panels: dict[tuple[Stage, int], list[Panel]] = defaultdict(list)
    counted: set[tuple[Stage, int]] = set()
    order = list(Stage)
    for key in sorted(last, key=lambda key: (order.index(key[0]), *key[1:])):
        stage, record, number = key
        if (stage, record) in counted and not every_round:
            continue
        panel = {member: said for member, said in last[key].items() if said is not None}
        if len(panel) >= max(2, _needed(reviewers_per_record, stage)):
            panels[stage, number].append(panel)
            counted.add((stage, record))
    return dict(sorted(panels.items(), key=lambda item: (order.index(item[0][0]), item[0][1])))


def measure(
    stage: Stage,
    number: int,
    reviewers: tuple[int, ...],
    said: Iterable[tuple[Verdict, Verdict]],
    *,
    pooled: bool = False,
) -> Agreement:
    """Return all measures of what two reviewers said, a pair of verdicts for each record.

    Categories are the verdicts as cast by either of the two, filled up to two where only one
    was used (so k = max(2, used) in PABAK and AC1).
    """
    both = list(said)
    used = {verdict for pair in both for verdict in pair}
    for verdict in (Verdict.EXCLUDE, Verdict.INCLUDE):
        if len(used) < 2:
            used.add(verdict)
    categories = tuple(verdict for verdict in Verdict if verdict in used)
    cells = Counter(both)
    table = tuple(tuple(cells[row, column] for column in categories) for row in categories)
    through = sum(Verdict.EXCLUDE not in pair for pair in both)
    out = cells[Verdict.EXCLUDE, Verdict.EXCLUDE]
    split = len(both) - through - out
    percent, percent_interval = coefficients.percent(table)
    kappa, kappa_interval = coefficients.kappa(table)
    pabak, pabak_interval = coefficients.pabak(table)
    ac1, ac1_interval = coefficients.ac1(table)
    positive, positive_interval = coefficients.specific(through, split)
    negative, negative_interval = coefficients.specific(out, split)
    return Agreement(
        stage=stage,
        round=number,
        reviewers=reviewers,
        pooled=pooled,
        n=len(both),
        categories=categories,
        table=table,
        percent=percent,
        percent_interval=percent_interval,
        kappa=kappa,
        kappa_interval=kappa_interval,
        pabak=pabak,
        pabak_interval=pabak_interval,
        ac1=ac1,
        ac1_interval=ac1_interval,
        positive=positive,
        positive_interval=positive_interval,
        negative=negative,
        negative_interval=negative_interval,
    )


def _needed(reviewers_per_record: int | Mapping[Stage, int], stage: Stage) -> int:
    if isinstance(reviewers_per_record, Mapping):
        return reviewers_per_record.get(stage, 2)
    return reviewers_per_record
