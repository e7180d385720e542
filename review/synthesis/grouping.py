"""Decides which effects may be put together: population, contrast, outcome, method, family.

People and animals, species and contrasts are never mixed. A correlation with age asks what a
comparison of ages asks, between different people, so both count as one contrast; a change within
the same people over time stands apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from review.protocol import Codebook
from review.protocol.units import convert

JOINED: Mapping[str, str] = {"con.age.corr": "con.age"}
# a difference between the sexes is no change for better or worse
NEVER_VOTES: Mapping[str, str] = {
    "con.sexmeno": "a difference between sexes or menopausal states is neither worse nor better"
}
NOT_GIVEN = ""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One effect as synthesis sees it; codes are those of the codebook, empty where not given.

    `contrast` is the one counted with (`con.age` for `con.age.corr`), `exact` the one extracted.
    `ambiguous`: the direction of this outcome has no clear meaning for health. `risk` is low,
    some, high, unclear, or None where no appraisal is settled; `settled` is of its extraction.
    """

    id: int
    study: int
    label: str
    family: str
    year: int | None
    population: str
    species: str
    contrast: str
    exact: str
    outcome: str
    domain: str
    cascade: str
    direction: str
    alignment: str
    ambiguous: bool
    muscles: tuple[str, ...]
    methods: tuple[str, ...]
    method_family: str
    modifiers: tuple[str, ...]
    criteria: tuple[str, ...]
    risk: str | None
    verified: str
    arms: tuple[str, ...] = ()
    numbers: tuple[Mapping[str, Any], ...] = ()
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    source: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    retracted: bool = False
    settled: bool = True

    @property
    def follow_up(self) -> float:
        """The longest follow-up of its numbers in months; 0 where none was extracted."""
        return max(map(follow_up, self.numbers), default=0.0)


def follow_up(row: Mapping[str, Any]) -> float:
    """The follow-up of a row of numbers in months; 0 where none was extracted."""
    value = row.get("follow_up")
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    return convert(float(value), str(row.get("follow_up_unit") or "mo"), "mo") or 0.0


def items(
    rows: Iterable[Row], codebook: Codebook, main: Mapping[int, str] | None = None
) -> list[Item]:
    """Effects (as `effect_rows` gives them) as items; `main` is each study's primary population.

    Two studies of one label are told apart by their cohort family or number.
    """
    every = list(rows)
    named = {row["study_id"]: str(row["study_label"] or "") for row in every}
    twice = Counter(named.values())
    labels = {study: label for study, label in named.items() if label and twice[label] == 1}
    return [_item(row, codebook, main or {}, labels) for row in every]


def _item(row: Row, codebook: Codebook, main: Mapping[int, str], labels: Mapping[int, str]) -> Item:
    facets = row["facets"]
    outcome = _first(facets, "outcome")
    term = codebook.get(outcome) if outcome else None
    exact = _first(facets, "contrast")
    population = _population(row, main)
    methods = tuple(facets.get("emg_method", ()))
    preferred = tuple(term.attributes.get("methods", ())) if term else ()
    attributes = row.get("attributes") or {}
    return Item(
        id=row["id"],
        study=row["study_id"],
        label=(labels.get(row["study_id"]) or _told_apart(row))
        + (" (retracted)" if row.get("retracted") else ""),
        family=family_of(row),
        year=row.get("year"),
        population=population,
        species="; ".join(sorted(facets.get("species", ()))) or _implied(population, codebook),
        contrast=JOINED.get(exact, exact),
        exact=exact,
        outcome=outcome,
        domain=(term.domain if term else None) or outcome,
        cascade=_first(facets, "timing") or ((term.cascade if term else None) or ""),
        direction=_first(facets, "direction").rpartition(".")[2],
        alignment=_first(facets, "alignment").rpartition(".")[2],
        ambiguous=term is None or term.impairment not in ("increase", "decrease"),
        muscles=tuple(facets.get("muscle", ())),
        methods=methods,
        method_family=method_family(methods, preferred),
        modifiers=tuple(facets.get("modifier", ())),
        criteria=tuple(facets.get("sarcopenia_criteria", ())),
        risk=row.get("risk_of_bias"),
        verified=str(attributes.get("verified") or ""),
        arms=tuple(row.get("arms") or ()),
        numbers=tuple(row.get("numbers") or ()),
        facets=facets,
        source=row.get("source") or {},
        note=str(row.get("note") or ""),
        retracted=bool(row.get("retracted")),
        settled=bool(row.get("settled", True)),
    )


def family_of(row: Row) -> str:
    """The cohort family of an effect, or its study where it belongs to none."""
    return str(row["cohort_family"] or f"study {row['study_id']}")


def _told_apart(row: Row) -> str:
    if not row["study_label"]:
        return f"study {row['study_id']}"
    return f"{row['study_label']} ({row['cohort_family'] or 'study ' + str(row['study_id'])})"


def _first(facets: Mapping[str, Sequence[str]], facet: str) -> str:
    return str(next(iter(facets.get(facet) or ()), NOT_GIVEN))


def _population(row: Row, main: Mapping[int, str]) -> str:
    codes = list(row["facets"].get("population") or (NOT_GIVEN,))
    counted = main.get(row["study_id"], "")
    return counted if counted in codes else str(codes[0])


def branch(code: str) -> str:
    """The top of the branch a code stands on: `emg.im` for `emg.im.qemg`."""
    return ".".join(code.split(".")[:2])


def method_family(methods: Sequence[str], preferred: Sequence[str] = ()) -> str:
    """The family of methods an effect was measured with; several are joined by " + ".

    Of the methods of a study those are meant that the codebook names for the outcome, where any
    is among them: a motor-unit number comes from MUNE even where the M-wave was recorded too.
    """
    families = sorted({branch(code) for code in methods})
    meant = {branch(code) for code in preferred}
    return " + ".join([one for one in families if one in meant] or families)


def _implied(population: str, codebook: Codebook) -> str:
    """The species that a population is, where the codebook has one of that name: people."""
    last = population.rpartition(".")[2]
    found = codebook.get(f"sp.{last}") if last else None
    return found.code if found else NOT_GIVEN


def by_family(some: Iterable[Item]) -> dict[str, list[Item]]:
    """Items by cohort family, families in order of name."""
    found: dict[str, list[Item]] = {}
    for item in some:
        found.setdefault(item.family, []).append(item)
    return dict(sorted(found.items()))


def name(codebook: Codebook, code: str) -> str:
    """The label of a code, or of several joined by "; " or " + "; the code where unknown."""
    if not code:
        return "(not given)"
    for joint in ("; ", " + "):
        if joint in code:
            return joint.join(name(codebook, one) for one in code.split(joint))
    term = codebook.get(code)
    return term.label if term else code


def where_of(
    *,
    population: str = "",
    contrast: str = "",
    outcomes: Sequence[str] = (),
    studies: Sequence[int] = (),
) -> str:
    """The search expression that picks a group's effects, or those of some of its studies."""
    parts = [f"population = {population}"] if population else []
    if contrast:
        codes = [contrast, *(code for code, into in JOINED.items() if into == contrast)]
        parts.append(_among("contrast", codes))
    if outcomes:
        parts.append(_among("outcome", sorted(outcomes)))
    if studies:
        parts.append(_among("study", [str(one) for one in sorted(studies)]))
    return " and ".join(parts)


def _among(facet: str, values: Sequence[str]) -> str:
    return f"{facet} = {values[0]}" if len(values) == 1 else f"{facet} in ({', '.join(values)})"
