"""Which way each study points in each column of effects: one arrow a study and column.

At least 70 % of a column's outcomes one way give the arrow, else it is conflicting (Boon and
Thomson, Res Synth Methods 2021;12:29-33; Cochrane Handbook, chapter 12). Outcomes whose direction
has no clear meaning for health are left out, and an arrow of nothing else is "unclear".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from review.synthesis.axes import NONE, Axis, Row
from review.synthesis.query import is_under
from review.synthesis.votes import ONE_WAY, Finding, count

WAYS = ("worse", "better", "none", "conflicting", "unclear", "not given")
RISKS = ("low", "some", "high", "unclear")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One study as a line of a picture; `people` is None where no n was extracted."""

    study: int
    label: str
    family: str
    population: str
    year: int | None
    people: int | None
    risk: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """What one study says in one column: `way` for health, `direction` of the estimates as such.

    `outcomes` maps each way to the number of effects that go it.
    """

    study: int
    column: str
    way: str
    direction: str
    outcomes: Mapping[str, int]
    effects: tuple[int, ...]


def of_contrast(rows: Iterable[Row], contrast: str) -> list[Row]:
    """The effects of one contrast, or below it; contrasts are never mixed."""
    return [r for r in rows if any(is_under(c, contrast) for c in r["facets"].get("contrast", ()))]


def arrows(rows: Sequence[Row], columns: Axis) -> list[Arrow]:
    """The arrows of effects of one contrast."""
    cells: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        for place in columns.of(row):
            cells.setdefault((row["study_id"], place), []).append(row)
    return [_arrow(study, place, some) for (study, place), some in cells.items()]


def _arrow(study: int, column: str, rows: Sequence[Row]) -> Arrow:
    said = [_last(row, "alignment") for row in rows]
    ways = [_last(row, "direction") for row in rows]
    votes = count(
        Finding(family=str(study), alignment=one, contrast="", population="") for one in said
    ).votes
    way = votes.get(str(study), "not given")
    if way == "ambiguous":
        # mixed within the study is no compensation: it points both ways
        way = "conflicting" if "mixed" in ways else "unclear"
    named = {"impaired": "worse", "preserved": "better", "neutral": "none", "ambiguous": "unclear"}
    return Arrow(
        study=study,
        column=column,
        way=way,
        direction=_one_way(ways),
        outcomes=Counter(named.get(one, "not given") for one in said),
        effects=tuple(row["id"] for row in rows),
    )


def _one_way(ways: Sequence[str]) -> str:
    known = [way for way in ways if way in ("increase", "decrease", "no_change", "mixed")]
    for way in ("increase", "decrease", "no_change"):
        if known and known.count(way) >= ONE_WAY * len(known):
            return way.replace("_", " ")
    return "conflicting" if known else "not given"


def _last(row: Row, facet: str) -> str:
    code: str = next(iter(row["facets"].get(facet, ())), "")
    return code.rpartition(".")[2]


def lines(rows: Iterable[Row]) -> dict[int, Line]:
    """The studies of effects, by number."""
    by_study: dict[int, list[Row]] = {}
    for row in rows:
        by_study.setdefault(row["study_id"], []).append(row)
    return {study: _line(study, some) for study, some in by_study.items()}


def _line(study: int, rows: Sequence[Row]) -> Line:
    first: Mapping[str, Any] = rows[0]
    people = [n for row in rows for n in row["measures"].get("n", ())]
    return Line(
        study=study,
        label=first.get("study_label") or f"Study {study}",
        family=first.get("cohort_family") or "",
        population=population(first),
        year=first.get("year"),
        people=int(max(people)) if people else None,
        risk=first.get("risk_of_bias"),
    )


def population(row: Row) -> str:
    """The population of an effect's study: the first that the codebook has, none if not given."""
    found: str = next(iter(row["facets"].get("population", ())), NONE)
    return found


# what lines may be ordered by, each stated where it is used
ORDERS: Mapping[str, str] = {
    "risk": "risk of bias (low first), then year",
    "year": "year, oldest first",
    "people": "number of people or animals, most first",
    "family": "cohort family, then year",
    "name": "name of the study",
}


def ordered(some: Iterable[Line], order: str) -> list[Line]:
    """The lines in one of ORDERS; what is not known stands last."""

    def key(line: Line) -> tuple[Any, ...]:
        year = line.year or 9999
        tail = (year, line.label, line.study)
        match order:
            case "risk":
                known = line.risk in RISKS
                return (RISKS.index(line.risk or "") if known else len(RISKS), *tail)
            case "people":
                return (-(line.people or 0), *tail)
            case "family":
                return (not line.family, line.family, *tail)
            case "name":
                return (line.label.casefold(), *tail)
        return tail

    return sorted(some, key=key)
