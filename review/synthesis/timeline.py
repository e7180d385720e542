"""How many studies there are in each period, by method or any other axis; alone or added up."""

from collections.abc import Iterable
from dataclasses import dataclass

from review.synthesis.axes import Axis, Row


@dataclass(frozen=True, slots=True)
class Period:
    """The studies of one place in one period; `start` and `end` are years, both within it."""

    start: int
    end: int
    place: str
    studies: tuple[int, ...]


def timeline(
    rows: Iterable[Row], axis: Axis, *, years: int = 5, added_up: bool = False
) -> tuple[list[Period], list[int]]:
    """The periods of `years` from first to last, and the studies without a year.

    A study is in the period of its first report, once for each of its places. `added_up`: every
    period holds those before it too. Periods begin at multiples of their length.
    """
    when: dict[int, int] = {}
    where: dict[str, set[int]] = {}
    without: set[int] = set()
    for row in rows:
        if not row.get("year"):
            without.add(row["study_id"])
            continue
        when[row["study_id"]] = int(row["year"])
        for place in axis.of(row):
            where.setdefault(place, set()).add(row["study_id"])
    if not when:
        return [], sorted(without)
    first = min(when.values()) // years * years
    found = []
    for start in range(first, max(when.values()) + 1, years):
        for place in axis.order(where):
            some = [s for s in where[place] if when[s] < start + years]
            if not added_up:
                some = [s for s in some if when[s] >= start]
            if some:
                found.append(Period(start, start + years - 1, place, tuple(sorted(some))))
    return found, sorted(without)
