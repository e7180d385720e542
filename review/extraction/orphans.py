"""Decides whether a change of the codebook would lose what people tagged or extracted.

A code that is in use must lead to a term in force, whose facet may still stand where it is put
and still takes as many terms as are there. What the codebook in force does not know, or does not
allow, is no reason against the next one.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from review.extraction.tags import fits
from review.protocol import Codebook, Facet, Term
from review.vocab import Cardinality, Level

# what a direction means for health, and which contrasts are counted and how, is told from these
COUNTED_BY = (
    "con.age", "con.age.corr", "con.age.long", "con.assoc", "con.athlete", "con.interv",
    "con.prepost", "con.regional", "con.sexmeno",
)  # fmt: skip
DIRECTION = "direction"
_FORM = "form"
_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A stored code: the level it stands at, on what and by whom (`holder`), in a form or not."""

    level: Level
    holder: Hashable
    code: str
    in_form: bool = False


def lost(old: Codebook, new: Codebook, uses: Iterable[Use]) -> list[str]:
    """Return a sentence for each thing that would be lost, what is gone first.

    Each names the term or facet, how many tags and extracted terms it is about, and what to do.
    """
    every = [use for use in uses if old.get(use.code) is not None]
    return [
        *_reread(old, new),
        *_gone(old, new, every),
        *_misplaced(old, new, every),
        *_crowded(old, new, every),
    ]


def _reread(old: Codebook, new: Codebook) -> list[str]:
    """Codes that decide how effects are counted, and would be others."""
    directions = [t.code for f in old.facets if f.id == DIRECTION for t in f.terms]
    return [
        f"The code {code} decides how effects are counted: give the term another label, but keep "
        "its code."
        for code in (*directions, *COUNTED_BY)
        if old.current(code) == code and old.get(code) and new.current(code) != code
    ]


def _gone(old: Codebook, new: Codebook, uses: list[Use]) -> list[str]:
    counts: dict[str, Counter[str]] = {}
    for use in uses:
        if new.get(use.code) is None:
            _count(counts, old.current(use.code), use)
    said = []
    for code, some in counts.items():
        term = old.get(code)
        assert term is not None
        said.append(
            f"The term {code} ({term.label}) is gone, but {told(some)}: merge it into the term "
            f"that takes its place (was: [{code}] there{_likely(old, new, term)}), or keep it "
            "and retire it (retired: true)."
        )
    return said


def _likely(old: Codebook, new: Codebook, term: Term) -> str:
    """The term that looks as if it took the place of one that is gone, as a hint."""
    known = {t.code for f in old.facets for t in f.terms}
    fresh = [t for f in new.facets for t in f.terms if t.code not in known]
    same = [t for t in fresh if t.label.casefold() == term.label.casefold() or t.last == term.last]
    return f", perhaps {same[0].code}" if len(same) == 1 else ""


def _misplaced(old: Codebook, new: Codebook, uses: list[Use]) -> list[str]:
    counts: dict[tuple[str, Level], Counter[str]] = {}
    for use in uses:
        before, after = _facet(old, use.code), _facet(new, use.code)
        if after and before and _stands(before, use.level) and not _stands(after, use.level):
            _count(counts, (after.id, use.level), use)
    said = []
    for (id, level), some in counts.items():
        facet = new.facet(id)
        now = "is derived by rules" if facet.derived else f"belongs on {facet.level} level"
        said.append(
            f"The facet {id} {now} in the new codebook, but {told(some)} at {level} level: leave "
            "it as it was, or begin a new facet beside it."
        )
    return said


def _crowded(old: Codebook, new: Codebook, uses: list[Use]) -> list[str]:
    together: dict[tuple[str, Level, Hashable], set[str]] = {}
    for use in uses:
        facet = _facet(new, use.code)
        if facet and facet.cardinality is Cardinality.ONE and facet.level is use.level:
            together.setdefault((facet.id, use.level, use.holder), set()).add(use.code)
    several: Counter[tuple[str, Level]] = Counter()
    for (id, level, _), codes in together.items():
        if len({new.current(code) for code in codes}) > 1 and not _too_many(old, level, codes):
            several[id, level] += 1
    return [
        f"The facet {id} takes one term in the new codebook, but {n:,} of what is tagged or "
        f"extracted at {level} level {'carries' if n == 1 else 'carry'} several: leave it at many, "
        "or have all but one taken off first."
        for (id, level), n in several.items()
    ]


def _too_many(codebook: Codebook, level: Level, codes: Iterable[str]) -> bool:
    """Whether the codebook as it is would not take these together either."""
    by_facet: dict[str, set[str]] = {}
    for code in codes:
        facet = _facet(codebook, code)
        if facet and facet.cardinality is Cardinality.ONE and facet.level is level:
            by_facet.setdefault(facet.id, set()).add(codebook.current(code))
    return any(len(some) > 1 for some in by_facet.values())


def _stands(facet: Facet, level: Level) -> bool:
    return not facet.derived and fits(facet, level)


def _facet(codebook: Codebook, code: str) -> Facet | None:
    return codebook.facet_of(code) if codebook.get(code) else None


def _count(counts: dict[_Key, Counter[str]], key: _Key, use: Use) -> None:
    counts.setdefault(key, Counter())[_FORM if use.in_form else use.level.value] += 1


def told(counts: Mapping[str, int]) -> str:
    """Return how much carries a term: "12 tags (9 effect, 3 report) and 4 extracted terms ..."."""
    levels = {name: n for name, n in counts.items() if name != _FORM and n}
    parts = []
    if tags := sum(levels.values()):
        which = ", ".join(f"{n:,} {name}" for name, n in levels.items())
        parts.append(f"{tags:,} tag{'s' if tags > 1 else ''} ({which})")
    if forms := counts.get(_FORM, 0):
        parts.append(f"{forms:,} extracted term{'s' if forms > 1 else ''}")
    total = sum(counts.values())
    return f"{' and '.join(parts) or 'nothing'} {'carries' if total < 2 else 'carry'} it"
