"""How a filled form is read, cell after cell: codes for terms, values of their types."""

from collections.abc import Mapping
from typing import Any

from review.errors import BadInput
from review.extraction import rows
from review.extraction.faults import Fault, Place
from review.extraction.sameness import folded
from review.extraction.tags import place as put
from review.extraction.values import Wrong, empty
from review.protocol import Codebook, Facet
from review.protocol.codebook import nearest
from review.protocol.extraction import FormField
from review.protocol.form import REQUIRED, TERMS_OF_NUMBERS, Form, Section
from review.vocab import Level

Cells = dict[str, Any]


def read_cells(form: object, *, codebook: Codebook, definition: Form) -> tuple[Cells, list[Fault]]:
    """A form with every cell as it is stored, and what is wrong with what was left out."""
    reading = _Reading(codebook, definition)
    return reading.whole(form), reading.faults


class _Reading:
    """Reads cell after cell and collects what is wrong, so that all of it is told at once."""

    def __init__(self, codebook: Codebook, definition: Form) -> None:
        self.codebook = codebook
        self.definition = definition
        self.faults: list[Fault] = []

    def whole(self, form: object) -> Cells:
        """The form with every cell as it is stored; what is wrong is in `faults`."""
        given = self.mapping((), form)
        known = {"study", "arms", "effects", *(group.id for group in self.definition.groups)}
        for key in given:
            if key not in known:
                self.wrong((key,), f"is not a cell of the form{nearest(str(key), known)}")
        study = self.mapping(("study",), given.get("study"))
        arms = self.listed(("arms",), given.get("arms"))
        effects = self.listed(("effects",), given.get("effects"))
        groups = {g.id: self.listed((g.id,), given.get(g.id)) for g in self.definition.groups}
        read_study = self.section(self.definition.study, ("study",), study, Level.STUDY)
        read_arms = [
            self.section(self.definition.arms, ("arms", i), arm, Level.ARM)
            for i, arm in enumerate(arms)
        ]
        labels = self.labels(read_arms)
        read_effects = [
            self.effect(("effects", i), effect, labels) for i, effect in enumerate(effects)
        ]
        read_groups = {
            group.id: [
                self.section(group, (group.id, i), row, None)
                for i, row in enumerate(groups[group.id])
            ]
            for group in self.definition.groups
        }
        normal: Cells = {"study": read_study, "arms": read_arms, "effects": read_effects}
        normal |= {id_: some for id_, some in read_groups.items() if some}
        self.faults += rows.unasked(normal, self.definition, self.codebook)
        return normal

    def section(self, section: Section, at: Place, given: object, level: Level | None) -> Cells:
        """The cells of one row, each of its type, terms as codes; empty cells are left out."""
        cells = self.mapping(at, given)
        found: Cells = {}
        units = {f"{one.id}_unit": one for one in section.fields if one.allowed_units}
        for key, value in cells.items():
            if empty(value) or (key in units and not empty(cells.get(units[key].id))):
                continue
            if key == "sources":
                found[key] = self.sources(section, (*at, key), value)
            elif key in units and section.field(key) is None:
                self.wrong((*at, key), f"is the unit of {units[key].id}, which is empty")
            elif (own := section.field(key)) is not None and own.type != "facet":
                self.take(found, at, own, value, cells)
            elif own is not None and level is None:
                self.group_term(found, at, own.facet or own.id, key, value)
            else:
                self.term_cell(found, section, at, key, value, level)
        if section.id == "arms" and not found.get("label"):
            self.wrong((*at, "label"), "is missing" if "label" not in cells else "is empty")
        return found

    def take(self, found: Cells, at: Place, own: FormField, value: object, cells: Cells) -> None:
        try:
            found |= rows.cell(own, value, cells)
        except Wrong as fault:
            unit = f"{own.id}_unit"
            of_unit = str(fault).startswith("is in ") and unit in cells
            self.wrong((*at, unit if of_unit else own.id), str(fault))

    def term_cell(
        self,
        found: Cells,
        section: Section,
        at: Place,
        key: str,
        value: object,
        level: Level | None,
    ) -> None:
        """Read a cell whose name is no plain cell: a facet of this level or a coarser one."""
        try:
            facet = self.facet(key)
        except BadInput:
            known = [one.id for one in section.fields] + [f.id for f in self.codebook.facets]
            self.wrong((*at, key), f"there is no facet or cell {key!r}{nearest(key, known)}")
            return
        if level is None:
            self.wrong((*at, key), "is not a cell of the form")
            return
        codes = [
            code
            for text in (value if isinstance(value, list) else [value])
            if (code := self.code((*at, key), text, facet.id, level))
        ]
        if codes:
            found[facet.id] = list(dict.fromkeys([*found.get(facet.id, []), *codes]))

    def group_term(self, found: Cells, at: Place, facet: str, key: str, value: object) -> None:
        texts = value if isinstance(value, list) else [value]
        codes = [self.term_of(facet, (*at, key), text) for text in texts]
        if codes and all(codes):
            found[key] = codes

    def term_of(self, facet: str, at: Place, text: object) -> str | None:
        if not isinstance(text, str):
            self.wrong(at, f"must be a term or a list of terms, not {text!r}")
            return None
        try:
            return self.codebook.find(text, facet=facet).code
        except BadInput as fault:
            self.wrong(at, str(fault))
            return None

    def effect(self, at: Place, given: object, labels: list[str]) -> Cells:
        cells = self.mapping(at, given)
        plain = {k: v for k, v in cells.items() if k not in ("arms", "numbers", "source")}
        found = self.section(self.definition.effects, at, plain, Level.EFFECT)
        for one in self.definition.effects.fields:
            of_form = any(facet.id == one.facet for facet in self.codebook.facets)
            named = any(self.names(key, one.id) for key in plain)
            if one.id in REQUIRED and of_form and not named:
                self.wrong((*at, one.id), "is missing")
        called = {folded(label): label for label in labels}
        arms = self.texts((*at, "arms"), cells.get("arms"))
        arms = [called.get(folded(label), label) for label in arms]
        for label in arms:
            if label not in labels:
                self.wrong((*at, "arms"), f"there is no arm {label!r}{nearest(label, labels)}")
        if arms:
            found["arms"] = list(dict.fromkeys(arms))
        numbers = [
            self.numbers((*at, "numbers", i), row)
            for i, row in enumerate(self.listed((*at, "numbers"), cells.get("numbers"), one=True))
        ]
        if numbers:
            found["numbers"] = numbers
        if not empty(cells.get("source")):
            found["source"] = self.source((*at, "source"), cells["source"])
        return found

    def numbers(self, at: Place, given: object) -> Cells:
        cells = dict(self.mapping(at, given))
        if "spread_type" in cells:
            both = cells.pop("spread_type")
            cells = {"group1_spread_type": both, "group2_spread_type": both, **cells}
        section = self.definition.numbers
        known = {one.id for one in section.fields} | {
            f"{one.id}_unit" for one in section.fields if one.allowed_units
        }
        for key in [key for key in cells if key not in {*known, "sources"}]:
            self.wrong((*at, key), f"is not a cell of the form{nearest(str(key), known)}")
            del cells[key]
        found = self.section(section, at, cells, None)
        for key, facet in TERMS_OF_NUMBERS.items():
            if found.get(key) and any(one.id == facet for one in self.codebook.facets):
                code = self.code((*at, key), found[key], facet, Level.EFFECT)
                found |= {key: code} if code else {}
        return found

    def sources(self, section: Section, at: Place, given: object) -> Cells:
        """Where each cell was read, by the cell's id."""
        found = {}
        known = [one.id for one in section.fields] + ["arms"]
        for key, value in self.mapping(at, given).items():
            if key not in known:
                self.wrong((*at, key), f"is the source of no cell{nearest(str(key), known)}")
            elif not empty(value):
                found[key] = self.source((*at, key), value)
        return found

    def source(self, at: Place, given: object) -> Cells:
        found: Cells = {}
        for key, value in self.mapping(at, given).items():
            if empty(value):
                continue
            try:
                found |= rows.source_cell(key, value)
            except Wrong as fault:
                self.wrong((*at, key), str(fault))
        return found

    def labels(self, arms: list[Cells]) -> list[str]:
        labels = [str(arm.get("label", "")) for arm in arms]
        for i, label in enumerate(labels):
            if label and labels.index(label) != i:
                self.wrong(("arms", i, "label"), f"{label!r} is the label of another arm")
        return labels

    def code(self, at: Place, text: object, facet: str, level: Level) -> str | None:
        if not isinstance(text, str):
            self.wrong(at, f"must be a term or a list of terms, not {text!r}")
            return None
        try:
            return put(self.codebook, text, level=level, facet=facet).term.code
        except BadInput as fault:
            self.wrong(at, str(fault))
            return None

    def facet(self, key: str) -> Facet:
        ends = [f for f in self.codebook.facets if f.id.endswith(f"_{key}")]
        if len(ends) == 1 and all(f.id != key for f in self.codebook.facets):
            return ends[0]
        return self.codebook.facet(key)

    def names(self, key: str, facet: str) -> bool:
        try:
            return self.facet(key).id == facet
        except BadInput:
            return False

    def mapping(self, at: Place, given: object) -> Cells:
        if given is None and at:
            return {}
        if not isinstance(given, Mapping):
            self.wrong(at, "must be a mapping of cells")
            return {}
        return {str(key): value for key, value in given.items()}

    def listed(self, at: Place, given: object, *, one: bool = False) -> list[object]:
        if empty(given):
            return []
        if one and isinstance(given, Mapping):
            return [given]
        if not isinstance(given, list):
            self.wrong(at, "must be a list")
            return []
        return given

    def texts(self, at: Place, given: object) -> list[str]:
        every = [given] if isinstance(given, str) else self.listed(at, given)
        if not all(isinstance(one, str | int) for one in every):
            self.wrong(at, "must be labels of arms")
            return []
        return [str(one) for one in every]

    def wrong(self, at: Place, said: str) -> None:
        self.faults.append(Fault(place=at, said=said))
