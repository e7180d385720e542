"""Decides what a synthesis is tried without: risk of bias, verification, families, methods.

Each subset is counted as the whole is, side by side: a finding that rests on the weak studies
alone shows at once. What nobody appraised is neither low nor high, and said to be neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from review.errors import BadInput
from review.protocol.codebook import nearest
from review.synthesis.grouping import Item, by_family
from review.synthesis.vote_groups import Keep, VoteGroup, prioritised, tally
from review.synthesis.votes import Tally

Kind = Literal["risk_of_bias", "verified", "settled", "method", "family", "priority", "retracted"]
KINDS: dict[str, str] = {
    "risk_of_bias": "only low, or low and some, risk of bias",
    "verified": "without studies whose facts were checked in part only",
    "settled": "without what one extractor alone gave and nobody settled",
    "method": "each family of methods alone",
    "family": "leaving one cohort family out at a time",
    "priority": "one study of each family and outcome (lowest risk of bias, then the "
    "longest follow-up, then the newest)",
    "retracted": "without retracted reports",
}


@dataclass(frozen=True, slots=True)
class Subset:
    """One way of counting again: its name, what it leaves, and the families it keeps."""

    name: str
    tally: Tally
    families: int
    studies: int


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A group counted whole and again without some of it; `note` says what cannot be told."""

    kind: str
    whole: Subset
    subsets: tuple[Subset, ...]
    note: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """The subsets that hold families, but with another majority than the whole, or none."""
        before = _majority(self.whole.tally)
        return tuple(
            one.name for one in self.subsets if one.families and _majority(one.tally) != before
        )

    @property
    def empty(self) -> tuple[str, ...]:
        """The subsets in which nobody is left."""
        return tuple(one.name for one in self.subsets if not one.families)


def check(kind: str) -> str:
    """The kind of that name. Raises BadInput with the nearest."""
    wanted = kind.strip().casefold().replace("-", "_")
    if wanted not in KINDS:
        raise BadInput(
            f"'{kind}' is no kind of sensitivity{nearest(kind, KINDS)}; "
            f"there are: {', '.join(KINDS)}"
        )
    return wanted


def sensitivity(group: VoteGroup, kind: str) -> Sensitivity:
    """Count a group again as `kind` says."""
    items = [] if group.refused else list(group.items)
    whole = _subset("all", items)
    note = ""
    match kind:
        case "risk_of_bias":
            subsets = [
                _kept("low", items, lambda i: i.risk == "low"),
                _kept("low and some", items, lambda i: i.risk in ("low", "some")),
            ]
            note = _unappraised(items)
        case "verified":
            subsets = [_kept("verified", items, lambda i: i.verified != "partial")]
        case "settled":
            subsets = [_kept("settled", items, lambda i: i.settled)]
        case "method":
            families = sorted({item.method_family for item in items})
            subsets = [
                _subset(one, [i for i in items if i.method_family == one]) for one in families
            ]
        case "family":
            subsets = [
                _subset(f"without {one}", [i for i in items if i.family != one])
                for one in by_family(items)
            ]
        case "priority":
            subsets = [_subset("one study a family", prioritised(items))]
        case _:
            subsets = [_kept("not retracted", items, lambda i: not i.retracted)]
    return Sensitivity(kind, whole, tuple(subsets), note)


def _kept(name: str, items: Iterable[Item], keep: Keep) -> Subset:
    return _subset(name, [item for item in items if keep(item)])


def _subset(name: str, items: Sequence[Item]) -> Subset:
    return Subset(name, tally(items), len(by_family(items)), len({item.study for item in items}))


def _unappraised(items: Sequence[Item]) -> str:
    without = {item.study for item in items if item.risk is None}
    total = len({item.study for item in items})
    if not without:
        return ""
    if len(without) == total:
        return "no study of this group has a settled appraisal, so none is known to be of low risk"
    return f"{len(without)} of {total} studies have no settled appraisal and are in neither subset"


def _majority(counted: Tally) -> str:
    if counted.worse == counted.better:
        return "none" if counted.n else "nothing"
    return "worse" if counted.worse > counted.better else "better"
