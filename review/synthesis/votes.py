"""How directions are counted where numbers cannot be pooled: one vote a cohort family.

Direction of the point estimate, never significance (Campbell et al., BMJ 2020;368:l6890); within
a family at least 70 % of the directions one way give it that vote, else it is conflicting (Boon
and Thomson, Res Synth Methods 2021;12:29-33). Two-sided exact binomial test against one half
and Wilson 95 % interval (Wilson, JASA 1927;22:209-212), over the families with a direction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import comb, sqrt
from typing import Literal

from review.errors import BadInput
from review.synthesis.query import is_under

ONE_WAY = 0.7
LEAST_FOR_P = 6
# the 97.5 % point of the standard normal
Z = 1.959963984540054

Direction = Literal["worse", "better", "none", "mixed", "ambiguous"]
_ALIGNED: Mapping[str, Direction] = {
    "impaired": "worse",
    "preserved": "better",
    "neutral": "none",
    "mixed": "mixed",
    "ambiguous": "ambiguous",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One effect as the count sees it; `family` is the cohort family, or the study if alone.

    `alignment` is a code of the alignment facet or its last part, or `mixed` where one effect
    goes both ways. `contrast` and `population` must be one for all findings of a count, or below
    it (`con.age.corr` under `con.age`).
    """

    family: str
    alignment: str
    contrast: str
    population: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes of families. `p` and `interval` are None where they may not be stated.

    `n` = worse + better; `left_out` = families without a vote: `none` (no difference),
    `conflicting`, and `ambiguous` (only outcomes whose direction has no clear meaning).
    `proportion` and `interval` are of *worse* among n.
    """

    worse: int
    better: int
    none: int
    conflicting: int
    ambiguous: int
    votes: Mapping[str, str]

    @property
    def n(self) -> int:
        """Families with a direction."""
        return self.worse + self.better

    @property
    def left_out(self) -> int:
        """Families without one."""
        return self.none + self.conflicting + self.ambiguous

    @property
    def proportion(self) -> float | None:
        """Share of worse among families with a direction."""
        return self.worse / self.n if self.n else None

    @property
    def p(self) -> float | None:
        """Two-sided exact binomial p; None below six families (it could not reach 0.05)."""
        return binomial_p(self.worse, self.n) if self.n >= LEAST_FOR_P else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson 95 % interval of the proportion."""
        return wilson(self.worse, self.n) if self.n else None


def count(findings: Iterable[Finding]) -> Tally:
    """Count the votes of one contrast in one population.

    Raises BadInput where contrasts or populations are mixed.
    """
    by_family: dict[str, list[Direction]] = {}
    contrasts: set[str] = set()
    populations: set[str] = set()
    for finding in findings:
        contrasts.add(finding.contrast)
        populations.add(finding.population)
        direction = _ALIGNED.get(finding.alignment.rpartition(".")[2])
        if direction is not None:
            by_family.setdefault(finding.family, []).append(direction)
    for said in (contrasts, populations):
        if said and not all(is_under(code, min(said, key=len)) for code in said):
            mixed = ", ".join(sorted(said))
            raise BadInput(f"votes are counted within one contrast and one population, not {mixed}")
    votes = {family: _vote(directions) for family, directions in sorted(by_family.items())}
    given = list(votes.values())
    return Tally(
        worse=given.count("worse"),
        better=given.count("better"),
        none=given.count("none"),
        conflicting=given.count("conflicting"),
        ambiguous=given.count("ambiguous"),
        votes=votes,
    )


def _vote(directions: list[Direction]) -> str:
    clear = [d for d in directions if d not in ("ambiguous", "mixed")]
    if not clear:
        return "conflicting" if "mixed" in directions else "ambiguous"
    for way in ("worse", "better", "none"):
        if clear.count(way) >= ONE_WAY * len(clear):
            return way
    return "conflicting"


def binomial_p(successes: int, n: int) -> float:
    """Two-sided exact binomial p against one half (symmetric, so twice the smaller tail)."""
    tail = sum(comb(n, k) for k in range(min(successes, n - successes) + 1))
    return min(1.0, float(2 * tail / 2**n))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson 95 % score interval of a proportion, without continuity correction."""
    share = successes / n
    centre = share + Z * Z / (2 * n)
    half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)
