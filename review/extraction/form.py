"""Whether a filled extraction form is sound: its cells against their types and the codebook."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from review.errors import BadInput
from review.extraction.cells import ArmCells, EffectCells, FormCells, StudyCells
from review.extraction.tags import place, primary_of, together
from review.protocol import Codebook, Facet
from review.protocol.codebook import nearest
from review.vocab import Level

Terms = dict[str, tuple[str, ...]]

# What an effect must say, where the codebook has the facet: without a contrast it compares nothing.
REQUIRED = ("outcome", "contrast", "direction")

# Cells of a row of numbers that hold a term, where the codebook has the facet.
FACETS_OF_NUMBERS = ("muscle", "method", "direction", "unit_of_analysis")

PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a cell of the form",
    "model_type": "must be a mapping of cells",
    "list_type": "must be a list",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "string_type": "must be a text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One group of participants or animals; `attributes` are its plain cells (n, age, unit ...)."""

    label: str
    terms: Terms
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One outcome × contrast × muscle × method, with a direction; derived terms are not in it."""

    terms: Terms
    arms: tuple[str, ...] = ()
    numbers: tuple[dict[str, Any], ...] = ()
    source: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A sound form: codes by facet id for the study, each arm and each effect."""

    terms: Terms
    primary: str | None
    label: str | None
    cohort_family: str | None
    note: str
    arms: tuple[Arm, ...]
    effects: tuple[Effect, ...]


def read_form(form: object, *, codebook: Codebook) -> Extraction:
    """The extraction a filled form (JSON) holds.

    `{"study": {facet: code or [codes], "primary": code, ...}, "arms": [{"label", facet ...}],
    "effects": [{"outcome", "contrast", "direction", facet ..., "arms": [label],
    "numbers": {...} or [{...}], "source": {...}}]}`. A facet is named by its id or by the last
    word of it (`method` for `emg_method`), a term as anywhere. Raises BadInput naming the first
    faulty cell and how many more.
    """
    try:
        cells = FormCells.model_validate(form)
    except ValidationError as fault:
        raise BadInput(_say([_explain(e) for e in fault.errors(include_url=False)])) from None
    reading = _Reading(codebook)
    extraction = reading.form(cells)
    if reading.problems:
        raise BadInput(_say(reading.problems))
    return extraction


class _Reading:
    """Reads cell after cell and collects what is wrong, so that one message can count it."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.problems: list[tuple[str, str]] = []

    def form(self, cells: FormCells) -> Extraction:
        arms = tuple(self.arm(f"arms {i}", arm) for i, arm in enumerate(cells.arms, 1))
        labels = [arm.label for arm in arms]
        for i, label in enumerate(labels, 1):
            if labels.index(label) != i - 1:
                self.problems.append((f"arms {i}, label", f"{label!r} is the label of another arm"))
        effects = tuple(
            self.effect(f"effects {i}", effect, labels) for i, effect in enumerate(cells.effects, 1)
        )
        terms = self.terms("study", cells.study, Level.STUDY)
        return Extraction(
            terms=terms,
            primary=self.primary(cells.study, terms),
            label=cells.study.label,
            cohort_family=cells.study.cohort_family,
            note=cells.study.note,
            arms=arms,
            effects=effects,
        )

    def primary(self, study: StudyCells, terms: Terms) -> str | None:
        try:
            return primary_of(self.codebook, terms, study.primary)
        except BadInput as fault:
            self.problems.append(("study, primary", str(fault)))
            return None

    def arm(self, where: str, cells: ArmCells) -> Arm:
        terms = self.terms(where, cells, Level.ARM)
        plain = cells.model_dump(exclude_none=True, exclude={"label", *(cells.model_extra or {})})
        return Arm(label=cells.label, terms=terms, attributes=plain)

    def effect(self, where: str, cells: EffectCells, labels: list[str]) -> Effect:
        for label in cells.arms:
            if label not in labels:
                hint = nearest(label, labels)
                self.problems.append((f"{where}, arms", f"there is no arm {label!r}{hint}"))
        terms = self.terms(where, cells, Level.EFFECT)
        given = {self.facet(key).id for key in cells.model_extra or {} if self.known(key)}
        for facet in self.codebook.facets:
            if facet.id in REQUIRED and facet.id not in given:
                self.problems.append((f"{where}, {facet.id}", "is missing"))
        numbers = []
        for i, row in enumerate(cells.numbers, 1):
            at = f"{where}, numbers {i}"
            plain = row.model_dump(exclude_none=True, mode="json")
            for key in FACETS_OF_NUMBERS:
                if plain.get(key) and self.known(key):
                    plain[key] = self.code(at, key, plain[key], self.facet(key).id)
            numbers.append(plain)
        return Effect(
            terms=terms,
            arms=tuple(dict.fromkeys(cells.arms)),
            numbers=tuple(numbers),
            source=cells.source.model_dump(exclude_none=True) if cells.source else {},
            note=cells.note,
        )

    def terms(self, where: str, cells: StudyCells | ArmCells | EffectCells, level: Level) -> Terms:
        """The codes by facet id in the cells that are no fixed ones."""
        found: list[str] = []
        for key, value in (cells.model_extra or {}).items():
            at = f"{where}, {key}"
            try:
                facet = self.facet(key)
            except BadInput as fault:
                self.problems.append((at, str(fault)))
                continue
            values = value if isinstance(value, list) else [value]
            for text in values:
                if not isinstance(text, str):
                    self.problems.append((at, f"must be a term or a list of terms, not {text!r}"))
                    continue
                code = self.code(where, key, text, facet.id, level)
                found += [code] if code else []
        try:
            grouped = together(self.codebook, found, level=level)
        except BadInput as fault:
            self.problems.append((where, str(fault)))
            return {}
        return {facet: tuple(codes) for facet, codes in grouped.items()}

    def code(
        self, where: str, key: str, text: str, facet: str, level: Level = Level.EFFECT
    ) -> str | None:
        try:
            return place(self.codebook, text, level=level, facet=facet).term.code
        except BadInput as fault:
            self.problems.append((f"{where}, {key}", str(fault)))
            return None

    def facet(self, key: str) -> Facet:
        ends = [f for f in self.codebook.facets if f.id.endswith(f"_{key}")]
        if len(ends) == 1 and all(f.id != key for f in self.codebook.facets):
            return ends[0]
        return self.codebook.facet(key)

    def known(self, key: str) -> bool:
        try:
            return bool(self.facet(key))
        except BadInput:
            return False


def _explain(error: Mapping[str, Any]) -> tuple[str, str]:
    parts = [p for p in error["loc"] if not (isinstance(p, str) and p[:1].isupper())]
    where: list[str] = []
    for part in parts:
        if isinstance(part, int) and where:
            where[-1] += f" {part + 1}"
        elif isinstance(part, str) and "[" not in part:
            where.append(part)
    said = str(error["msg"]).removeprefix("Value error, ")
    said = PLAIN_WORDS.get(error["type"], said)
    return ", ".join(where) or "form", said[0].lower() + said[1:]


def _say(problems: list[tuple[str, str]]) -> str:
    where, said = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{where}: {said}{more}"
