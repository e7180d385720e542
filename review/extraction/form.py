"""Whether a filled extraction form is sound: its cells against their types and the codebook."""

from dataclasses import dataclass, field

from review.errors import BadInput
from review.extraction.faults import Fault, Place, refuse
from review.extraction.plausible import doubts
from review.extraction.reading import Cells, read_cells
from review.extraction.tags import primary_of, together
from review.protocol import Codebook
from review.protocol.extraction import ExtractionPolicy
from review.protocol.form import Form, form as form_of
from review.vocab import Level

Terms = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One group of participants or animals; `attributes` are its plain cells (n, age, unit ...)."""

    label: str
    terms: Terms
    attributes: Cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One outcome × contrast × muscle × method, with a direction; derived terms are not in it.

    `cells` are the plain cells the review's form asks of an effect (task, statistic ...).
    """

    terms: Terms
    arms: tuple[str, ...] = ()
    numbers: tuple[Cells, ...] = ()
    source: Cells = field(default_factory=dict)
    note: str = ""
    cells: Cells = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """A sound form: codes by facet id for the study, each arm and each effect.

    `form` is the whole form again with codes for terms and numbers for texts of digits, as it is
    stored and compared; `warnings` are doubts that did not keep it from being taken.
    """

    terms: Terms
    primary: str | None
    label: str | None
    cohort_family: str | None
    note: str
    arms: tuple[Arm, ...]
    effects: tuple[Effect, ...]
    form: Cells
    warnings: tuple[Fault, ...] = ()


def read_form(form: object, *, codebook: Codebook, definition: Form | None = None) -> Extraction:
    """The extraction a filled form (JSON) holds.

    `{"study": {facet: code or [codes], "primary": code, ...}, "arms": [{"label", facet ...}],
    "effects": [{"outcome", "contrast", "direction", facet ..., "arms": [label],
    "numbers": {...} or [{...}], "source": {...}, "sources": {cell: {...}}}]}`, and a list for
    each further group of the form. A facet is named by its id or by the last word of it (`method`
    for `emg_method`), a term as anywhere; a unit by the cell `..._unit`. `definition` is the
    review's form, else the one every review has. Raises FormError that names the first faulty
    cell, says how many more, and has them all.
    """
    definition = definition or form_of(ExtractionPolicy(), codebook)
    normal, faults = read_cells(form, codebook=codebook, definition=definition)
    extraction = _Made(codebook, normal, faults).extraction(definition)
    refuse(faults)
    return extraction


class _Made:
    """Makes the parts that facts are stored in from the cells that were read."""

    def __init__(self, codebook: Codebook, normal: Cells, faults: list[Fault]) -> None:
        self.codebook = codebook
        self.normal = normal
        self.faults = faults

    def extraction(self, definition: Form) -> Extraction:
        normal = self.normal
        study = normal["study"]
        terms = self.terms(("study",), study, Level.STUDY)
        primary = self.primary(study, terms)
        arms = tuple(self.arm(i, cells) for i, cells in enumerate(normal["arms"]))
        effects = tuple(self.made_effect(i, cells) for i, cells in enumerate(normal["effects"]))
        refused = bool(self.faults)
        # of a form that is refused, cells are left out: what is doubtful may follow from that alone
        self.faults += [
            fault
            for fault in doubts(normal, definition, self.codebook)
            if not (refused and fault.warning)
        ]
        return Extraction(
            terms=terms,
            primary=primary,
            label=study.get("label"),
            cohort_family=study.get("cohort_family"),
            note=study.get("note", ""),
            arms=arms,
            effects=effects,
            form=normal,
            warnings=tuple(fault for fault in self.faults if fault.warning),
        )

    def arm(self, i: int, cells: Cells) -> Arm:
        terms = self.terms(("arms", i), cells, Level.ARM)
        plain = {k: v for k, v in cells.items() if k != "label" and k not in terms}
        return Arm(label=cells.get("label", ""), terms=terms, attributes=plain)

    def made_effect(self, i: int, cells: Cells) -> Effect:
        terms = self.terms(("effects", i), cells, Level.EFFECT)
        apart = {"arms", "numbers", "source", "note", *terms}
        return Effect(
            terms=terms,
            arms=tuple(cells.get("arms", ())),
            numbers=tuple(cells.get("numbers", ())),
            source=cells.get("source", {}),
            note=cells.get("note", ""),
            cells={k: v for k, v in cells.items() if k not in apart},
        )

    def terms(self, at: Place, cells: Cells, level: Level) -> Terms:
        """The codes by facet id among the cells of a row."""
        facets = {facet.id for facet in self.codebook.facets}
        codes = [code for key, some in cells.items() if key in facets for code in some]
        try:
            grouped = together(self.codebook, codes, level=level)
        except BadInput as fault:
            self.faults.append(Fault(place=at, said=str(fault)))
            return {}
        return {facet: tuple(some) for facet, some in grouped.items()}

    def primary(self, study: Cells, terms: Terms) -> str | None:
        try:
            code = primary_of(self.codebook, terms, study.get("primary"))
        except BadInput as fault:
            self.faults.append(Fault(place=("study", "primary"), said=str(fault)))
            return None
        if code and study.get("primary"):
            study["primary"] = code
        return code
