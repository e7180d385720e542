"""Decides which conditions a group must meet to be pooled, and what is said where it does not."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from review.protocol import Codebook
from review.synthesis.comparisons import NO_GROUPS, Comparison, Unsound
from review.synthesis.effect_sizes import Size

LEAST_FAMILIES = 3


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of pooling, whether it holds, and what was found."""

    name: str
    met: bool
    found: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one cohort family brings: its effect size, the comparisons it is of, and why these."""

    family: str
    size: Size
    of: tuple[Comparison, ...]
    others: int

    @property
    def secondary(self) -> bool:
        """Whether any of it came from another team's table."""
        return any(one.secondary for one in self.of)

    @property
    def label(self) -> str:
        """The labels of its studies."""
        return "; ".join(dict.fromkeys(one.item.label for one in self.of))

    @property
    def year(self) -> int:
        """The year of its newest report; 0 where none is known."""
        return max(one.item.year or 0 for one in self.of)


INDEPENDENT = "at least 3 independent cohort families"


def conditions_of(
    key: tuple[str, ...],
    entries: Sequence[Entry],
    unsound: Sequence[Unsound],
    codebook: Codebook,
    measure: str,
) -> list[Condition]:
    """Every condition of a group and whether it holds; `key` as in `candidates`."""
    _, species, contrast, outcome, method = key
    known = {facet.id for facet in codebook.facets}
    return [
        _construct(outcome, codebook),
        _single("one method family", method, "emg_method" in known),
        _single("one species", species, "species" in known),
        Condition(
            "two independent groups are compared",
            contrast not in NO_GROUPS and bool(contrast),
            NO_GROUPS.get(contrast, "" if contrast else "the contrast is not given"),
        ),
        _numbers(entries, unsound),
        Condition(INDEPENDENT, len(entries) >= LEAST_FAMILIES, _too_few(entries)),
        _one_unit(entries, measure),
    ]


def _single(name: str, codes: str, asked: bool) -> Condition:
    """Whether one term is given and no more; a codebook without the facet asks for none."""
    if not codes:
        return Condition(name, not asked, "" if not asked else f"{name}: none is given")
    several = ";" in codes or "+" in codes
    return Condition(name, not several, f"several: {codes}" if several else "")


def _construct(outcome: str, codebook: Codebook) -> Condition:
    term = codebook.get(outcome)
    name = "one construct"
    if term is None:
        return Condition(name, False, "the outcome is not given")
    below = [one for one in codebook.facet_of(outcome).under(outcome) if one.code != outcome]
    if below or term.last in ("general", "other") or (term.unit or "") == "various":
        return Condition(name, False, f"'{term.label}' holds several measures that are not one")
    return Condition(name, True, "")


def _numbers(entries: Sequence[Entry], unsound: Sequence[Unsound]) -> Condition:
    name = "mean, SD and n of people known"
    families = {entry.family for entry in entries}
    lost = [one for one in unsound if one.item.family not in families]
    if entries and not lost:
        return Condition(name, True, "")
    counted = Counter(one.why.partition(": ")[0] for one in lost)
    without = len({one.item.family for one in lost})
    why = ", ".join(f"{why} ({n})" for why, n in counted.most_common())
    said = f"not for {without} of {without + len(families)} families: {why}" if lost else ""
    # some families without numbers are a limit of the pool, none with numbers forbids it
    return Condition(name, bool(entries), said)


def _too_few(entries: Sequence[Entry]) -> str:
    if len(entries) >= LEAST_FAMILIES:
        return ""
    if not entries:
        return "no cohort family has usable numbers"
    families = "family has" if len(entries) == 1 else "families have"
    return f"only {len(entries)} cohort {families} usable numbers, {LEAST_FAMILIES} are needed"


def _one_unit(entries: Sequence[Entry], measure: str) -> Condition:
    units = sorted({one.unit for entry in entries for one in entry.of})
    met = measure != "md" or len(units) <= 1
    found = "" if met else f"a mean difference needs one unit, not {', '.join(units)}"
    return Condition("one unit, for a mean difference", met, found)
