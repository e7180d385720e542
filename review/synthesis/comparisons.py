"""Decides which rows of numbers compare two groups of people soundly enough to be pooled.

Each row either becomes a comparison of two independent groups with mean, SD and n of people (or
animals), or says why it does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from review.extraction.conversions import NAIVE, Group, group_mean_sd
from review.synthesis.grouping import Item, method_family

# contrasts that never compare two independent groups, and why
NO_GROUPS = {
    "con.age.corr": "a correlation or trend with age compares no two groups",
    "con.assoc": "an association between outcomes compares no two groups",
    "con.age.long": "the same people twice: how the two measurements correlate is not known",
    "con.prepost": "the same people twice: how the two measurements correlate is not known",
    "con.regional": "two muscles of the same people: how they correlate is not known",
}
SECONDARY = "secondary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two independent groups of one effect; `one` is the reference (young, control).

    `secondary`: taken from another team's pooled table. `inferred`: the kind of spread was not
    labelled, or a mean or SD was computed; `how` says how.
    """

    item: Item
    row: int
    one: Group
    two: Group
    one_label: str
    two_label: str
    muscle: str
    method: str
    task: str
    unit: str
    secondary: bool
    inferred: bool
    how: str
    source: str

    @property
    def people(self) -> int:
        """How many people or animals are compared."""
        return self.one.n + self.two.n


class Unsound(NamedTuple):
    """A row of numbers that cannot be pooled, and why; `row` is None where there are no numbers."""

    item: Item
    row: int | None
    why: str


def comparisons(
    items: Iterable[Item], *, secondary: bool = True
) -> tuple[list[Comparison], list[Unsound]]:
    """Every sound comparison of the items, and every row that is none.

    The same row told by two effects of a study is taken once. `secondary` False leaves out what
    came from another team's table.
    """
    sound: list[Comparison] = []
    unsound: list[Unsound] = []
    seen: set[tuple[object, ...]] = set()
    for item in items:
        if not item.numbers:
            unsound.append(Unsound(item, None, "no numbers were extracted"))
        for index, row in enumerate(item.numbers):
            key = (
                item.study,
                item.outcome,
                item.exact,
                *sorted((k, str(v)) for k, v in row.items()),
            )
            if key in seen:
                continue
            seen.add(key)
            got = _read(item, index, row, secondary=secondary)
            if isinstance(got, str):
                unsound.append(Unsound(item, index, got))
            else:
                sound.append(got)
    return sound, unsound


def _read(item: Item, index: int, row: Any, *, secondary: bool) -> Comparison | str:
    if why := NO_GROUPS.get(item.exact):
        return why
    groups = [group_mean_sd(row, number) for number in (1, 2)]
    missing = [got for got in groups if isinstance(got, str)]
    if missing:
        return _without_number(missing)
    one, two = (got for got in groups if isinstance(got, Group))
    if why := _not_people(item, row):
        return why
    if why := _not_poolable(row, secondary=secondary):
        return why
    if one.n < 2 or two.n < 2:
        return "a group of one has no SD"
    if not (one.sd > 0 or two.sd > 0):
        return "both SDs are zero"
    return Comparison(
        item=item,
        row=index,
        one=one,
        two=two,
        one_label=_label(row, 1),
        two_label=_label(row, 2),
        muscle=str(row.get("muscle") or "; ".join(item.muscles)),
        method=method_family([str(row["method"])]) if row.get("method") else item.method_family,
        task=str(row.get("task") or ""),
        unit=str(row.get("unit") or ""),
        secondary=_is_secondary(row),
        inferred=row.get("spread_basis") == "inferred" or one.derived or two.derived,
        how="; ".join(dict.fromkeys(g.how for g in (one, two) if g.derived)),
        source=str(row.get("source_location") or item.source.get("location") or ""),
    )


def _without_number(missing: list[str]) -> str:
    """One reason for both groups where it is the same."""
    bare = {text.replace("group 1", "a group").replace("group 2", "a group") for text in missing}
    return bare.pop() if len(bare) == 1 else "; ".join(missing)


def _not_people(item: Item, row: Any) -> str:
    unit = row.get("unit_of_analysis") or next(iter(item.facets.get("unit_of_analysis", ())), "")
    if unit == NAIVE:
        return "motor units were tested as if they were people"
    return ""


def _not_poolable(row: Any, *, secondary: bool) -> str:
    marked = str(row.get("poolable") or "").casefold()
    if marked == "no":
        note = str(row.get("note") or "")
        return "marked not to be pooled" + (f": {note}" if note else "")
    if _is_secondary(row) and not secondary:
        return "from another team's pooled table, which is switched off"
    return ""


def _is_secondary(row: Any) -> bool:
    return SECONDARY in (
        str(row.get("poolable") or "").casefold(),
        str(row.get("spread_basis") or "").casefold(),
    )


def _label(row: Any, number: int) -> str:
    label, age = row.get(f"group{number}_label"), row.get(f"group{number}_age")
    return f"{label or f'group {number}'}{f' ({age})' if age else ''}"
