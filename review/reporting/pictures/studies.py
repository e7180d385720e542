"""How studies stand one under another: their labels, headings of groups between, and how many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from review.protocol import Codebook
from review.reporting.pictures.picture import several
from review.synthesis.axes import NOT_SAID, codes_of
from review.synthesis.directions import Line, ordered

# more lines than anybody reads on one sheet
MOST_LINES = 120
# no label of a study begins with it, and nobody sees it
HEADING = "\N{NO-BREAK SPACE}"
RISK_WORDS = {"low": "low", "some": "some", "high": "high", "unclear": "unclear", None: "–"}
# an axis writes the headings of groups in bold
BOLD_HEADINGS = {
    "condition": {"test": f"indexof(datum.value, '{HEADING}') === 0", "value": "bold"},
    "value": "normal",
}


@dataclass(frozen=True, slots=True)
class Stand:
    """The lines as drawn: every label from top to bottom, headings too, and each study's label."""

    labels: tuple[str, ...]
    of: Mapping[int, str]
    total: int

    @property
    def drawn(self) -> int:
        """How many studies are drawn."""
        return len(self.of)


def stand(
    lines: Iterable[Line], codebook: Codebook, order: str, *, most: int = MOST_LINES
) -> Stand:
    """Studies under the heading of their population (people before animals, as in the codebook)."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.population, []).append(line)
    labels: list[str] = []
    of: dict[int, str] = {}
    total = sum(map(len, groups.values()))
    for code in in_order(codebook, groups):
        kept = ordered(groups[code], order)[: max(most - len(of), 0)]
        if not kept:
            continue
        labels.append(f"{HEADING}{population_name(codebook, code)} "
                      f"({several(len(groups[code]), 'study', 'studies')})")  # fmt: skip
        for line in kept:
            of[line.study] = _unlike(label_of(line), labels, line)
            labels.append(of[line.study])
    return Stand(tuple(labels), of, total)


def population_name(codebook: Codebook, code: str) -> str:
    """The label of a population."""
    term = codebook.get(code)
    return term.label if term else code or f"Population {NOT_SAID}"


def in_order(codebook: Codebook, codes: Iterable[str]) -> list[str]:
    """The codes of populations in the order of the codebook, those not in it last."""
    some, known = set(codes), codes_of(codebook, "population")
    return [code for code in [*known, *sorted(some - {*known})] if code in some]


def populations_of(codebook: Codebook) -> list[str]:
    """The labels of all populations of a codebook, in its order."""
    return [population_name(codebook, code) for code in codes_of(codebook, "population")]


def short_label(line: Line) -> str:
    """Name and year of a study."""
    year = f", {line.year}" if line.year and str(line.year) not in line.label else ""
    return f"{line.label}{year}"


def label_of(line: Line) -> str:
    """Name and year of a study, with its cohort family in square brackets."""
    return short_label(line) + (f" [{line.family}]" if line.family else "")


def _unlike(label: str, others: Sequence[str], line: Line) -> str:
    return f"{label} #{line.study}" if label in others else label
