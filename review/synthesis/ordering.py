"""Which studies found one outcome changed while another was not: order seen within a study.

Q: "which studies show more jitter while CMAP is unchanged?" Both outcomes must be of one contrast.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from review.protocol import Codebook
from review.synthesis.axes import Row
from review.synthesis.directions import Line, lines, of_contrast
from review.synthesis.query import is_under

Found = Literal["changed", "unchanged", "mixed", "not given"]
RELATIONS = ("A changed, B did not", "B changed, A did not", "both changed", "neither changed",
             "cannot be told")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One study that measured both; the directions as extracted; ages in months where given."""

    line: Line
    a: Found
    b: Found
    a_directions: tuple[str, ...]
    b_directions: tuple[str, ...]
    ages: tuple[float, ...]
    effects: tuple[int, ...]

    @property
    def relation(self) -> str:
        """One of RELATIONS."""
        match self.a, self.b:
            case "changed", "unchanged":
                return RELATIONS[0]
            case "unchanged", "changed":
                return RELATIONS[1]
            case "changed", "changed":
                return RELATIONS[2]
            case "unchanged", "unchanged":
                return RELATIONS[3]
        return RELATIONS[4]


def pairs(rows: Sequence[Row], codebook: Codebook, a: str, b: str, *, contrast: str) -> list[Pair]:
    """The studies with effects on both outcomes (each a term with all below it)."""
    rows = of_contrast(rows, contrast)
    known = lines(rows)
    found = []
    by_study: dict[int, list[Row]] = {}
    for row in rows:
        by_study.setdefault(row["study_id"], []).append(row)
    for study, mine in by_study.items():
        of_a, of_b = _of(mine, a), _of(mine, b)
        if not of_a or not of_b:
            continue
        way_a, way_b = _ways(of_a), _ways(of_b)
        ages = {age for row in (*of_a, *of_b) for age in row["measures"].get("age", ())}
        found.append(
            Pair(line=known[study], a=_found(way_a), b=_found(way_b), a_directions=way_a,
                 b_directions=way_b, ages=tuple(sorted(ages)),
                 effects=tuple(row["id"] for row in (*of_a, *of_b)))
        )  # fmt: skip
    return sorted(
        found, key=lambda p: (RELATIONS.index(p.relation), p.line.year or 9999, p.line.label)
    )


def _of(rows: Iterable[Row], outcome: str) -> list[Row]:
    return [r for r in rows if any(is_under(c, outcome) for c in r["facets"].get("outcome", ()))]


def _ways(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(
        code.rpartition(".")[2] for row in rows for code in row["facets"].get("direction", ())
    )


def _found(ways: Iterable[str]) -> Found:
    said = {way for way in ways if way in ("increase", "decrease", "no_change", "mixed")}
    if not said:
        return "not given"
    if said <= {"increase", "decrease"}:
        return "changed"
    return "unchanged" if said == {"no_change"} else "mixed"
