"""How many studies stand in each cell of two axes, told apart by a third; and who they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from review.synthesis.axes import NONE, Axis, Row


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty; a study with several terms is in each of their cells."""

    down: str
    across: str
    apart: str
    studies: tuple[int, ...]
    effects: int


def cross(rows: Iterable[Row], down: Axis, across: Axis, apart: Axis | None = None) -> list[Cell]:
    """Count distinct studies, and effects, in the cells of effects; in the order of the axes."""
    studies: dict[tuple[str, str, str], set[int]] = {}
    effects: dict[tuple[str, str, str], int] = {}
    for row in rows:
        for a in down.of(row):
            for b in across.of(row):
                for c in apart.of(row) if apart else (NONE,):
                    studies.setdefault((a, b, c), set()).add(row["study_id"])
                    effects[a, b, c] = effects.get((a, b, c), 0) + 1
    ordered = sorted(studies, key=_order(studies, down, across, apart))
    return [Cell(*cell, tuple(sorted(studies[cell])), effects[cell]) for cell in ordered]


def together(
    rows: Sequence[Row], down: Axis, across: Axis, *, down_is: frozenset[str] | None = None
) -> list[Cell]:
    """Count the studies that have both, in whichever of their effects.

    `down_is`: only those codes, each of them, even if no study has it. `effects` of a cell is 0:
    no single effect needs to have both.
    """
    first: dict[str, set[int]] = {place: set() for place in down_is or ()}
    second: dict[str, set[int]] = {}
    for row in rows:
        for place in down.of(row):
            if place != NONE and (down_is is None or place in down_is):
                first.setdefault(place, set()).add(row["study_id"])
        for place in across.of(row):
            if place != NONE:
                second.setdefault(place, set()).add(row["study_id"])
    return [
        Cell(a, b, NONE, tuple(sorted(first[a] & second[b])), 0)
        for a in down.order(first)
        for b in across.order(second)
    ]


def gaps(
    rows: Sequence[Row], down: Axis, across: Axis, apart: Axis, *, most: int = 1
) -> list[Cell]:
    """The cells with at most `most` studies, of all places that any study has; empty ones too."""
    known = {(c.down, c.across, c.apart): c for c in cross(rows, down, across, apart)}
    places = [axis.order({p for row in rows for p in axis.of(row)} - {NONE})
              for axis in (down, across, apart)]  # fmt: skip
    found = []
    for a in places[0]:
        for b in places[1]:
            for c in places[2]:
                cell = known.get((a, b, c), Cell(a, b, c, (), 0))
                if len(cell.studies) <= most:
                    found.append(cell)
    return found


def _order(
    cells: Iterable[tuple[str, str, str]], *axes: Axis | None
) -> Callable[[tuple[str, str, str]], tuple[int, ...]]:
    ranks = []
    for i, axis in enumerate(axes):
        places = {cell[i] for cell in cells}
        ranks.append({p: n for n, p in enumerate(axis.order(places) if axis else sorted(places))})
    return lambda cell: tuple(rank[place] for rank, place in zip(ranks, cell, strict=True))
