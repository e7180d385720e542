"""Where each study stands in a harvest plot: worse, no difference or better, and how high its bar.

Ogilvie et al., BMC Med Res Methodol 2008;8:8; Crowther et al., Res Synth Methods 2011;2:79-83.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from review.protocol import Codebook
from review.synthesis.axes import Axis, Row, codes_of
from review.synthesis.directions import Arrow, Line, arrows, lines

By = Literal["risk of bias", "design"]
PLACES = ("worse", "none", "better")
HIGHEST = 3
_BY_RISK = {"low": 3, "some": 2, "unclear": 2, "high": 1}
# how well a design guards against confounding; what is not named here is the lowest
_BY_DESIGN = {
    "rct": 3, "animal.exp": 3,
    "nrsi": 2, "cohort": 2, "prepost": 2, "casecontrol": 2, "animal.exvivo": 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One study in one band: `place` is one of PLACES, `height` 1 to 3, by what `by` says."""

    band: str
    place: str
    line: Line
    height: int
    by: By
    design: str
    arrow: Arrow


def bars(
    rows: Sequence[Row], bands: Axis, codebook: Codebook, *, by_design: bool = False
) -> tuple[list[Bar], list[Arrow]]:
    """The bars of effects of one contrast, and the arrows that have no place.

    Conflicting stands with no difference; what has no clear meaning or no direction has no place.
    """
    known = lines(rows)
    designs = {row["study_id"]: next(iter(row["facets"].get("design", ())), "") for row in rows}
    found, left = [], []
    for arrow in arrows(rows, bands):
        if arrow.way not in (*PLACES, "conflicting"):
            left.append(arrow)
            continue
        line, design = known[arrow.study], designs[arrow.study]
        height, by = _height(line, design, by_design=by_design)
        place = arrow.way if arrow.way in PLACES else "none"
        found.append(
            Bar(band=arrow.column, place=place, line=line, height=height, by=by, design=design,
                arrow=arrow)
        )  # fmt: skip
    rank = {band: i for i, band in enumerate(bands.order({b.band for b in found}))}
    people = [*codes_of(codebook, "population"), *{b.line.population for b in found}]
    found.sort(
        key=lambda b: (
            rank[b.band],
            PLACES.index(b.place),
            -b.height,
            people.index(b.line.population),
            b.line.year or 9999,
            b.line.label,
            b.line.study,
        )
    )
    return found, left


def _height(line: Line, design: str, *, by_design: bool) -> tuple[int, By]:
    if line.risk in _BY_RISK and not by_design:
        return _BY_RISK[line.risk or ""], "risk of bias"
    return strength(design, _BY_DESIGN), "design"


def strength(design: str, known: Mapping[str, int] = _BY_DESIGN) -> int:
    """How strong a design is, 1 to 3, by the code below its namespace; 1 where it is not known."""
    return known.get(design.partition(".")[2], 1)
