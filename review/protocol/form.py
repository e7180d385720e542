"""Decides which cells the extraction form of a review has: those of every form, and its own.

Every form has a study, arms, effects, and the group values (`numbers`) of each effect; a facet of
the codebook is a cell of the section of its level. A section that the protocol describes shows
the cells it names, in its order; the other cells of every form may still be given in a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from review.protocol.codebook import Codebook
from review.protocol.extraction import LEVELS, ExtractionPolicy, FormField
from review.vocab import Cardinality, Level

# What an effect must say, where the codebook has the facet: without a contrast it compares nothing.
REQUIRED = ("outcome", "contrast", "direction")
# Cells of a row of numbers that hold a term, by the facet they are of, where the codebook has it.
TERMS_OF_NUMBERS = {
    "muscle": "muscle",
    "method": "emg_method",
    "direction": "direction",
    "unit_of_analysis": "unit_of_analysis",
}
SPREADS = ("sd", "se", "ci", "iqr", "range", "none")
AGE_UNITS = ("y", "mo", "wk", "d")


def _cell(id: str, label: str, type: str = "text", **more: object) -> FormField:
    return FormField.model_validate({"id": id, "label": label, "type": type, **more})


_NOTE = _cell("note", "Note", compared=False, help="Anything else; not compared.")
_STUDY = (
    _cell("label", "Label", help="First author and year.", compared=False),
    _cell("primary", "Primary population", help="The one term that counts the study once."),
    _cell("cohort_family", "Cohort family", help="Studies of the same people share it."),
)
_ARMS = (
    _cell("label", "Name of the arm", required=True),
    _cell("n", "n", "count", help="People or animals, never motor units."),
    _cell("age", "Age as reported", help="As printed: 25.3 ± 4.8, or 60-81."),
    _cell("age_unit", "Unit of age", "choice", values=AGE_UNITS),
    _cell("age_mean", "Mean age", "number", min=0),
    _cell("age_sd", "SD of age", "number", min=0),
    _cell("percent_female", "% female", "number", min=0, max=100),
    _cell("activity", "Activity level", help="And how it was measured."),
)
_EFFECTS = (
    _cell("task", "Task", help="%MVC, stimulation Hz: unit numbers depend on the force."),
    _cell("statistic", "Statistic as reported", help="t(40) = 2.1, F, r: as printed."),
    _cell("p", "p as reported", help="As printed: P<0.05."),
    _cell("n_motor_units", "Motor units sampled", help="In all, and of each group."),
)


def _group_cells(group: int, whose: str) -> Iterator[FormField]:
    g = f"group{group}_"
    name = f"Group {group}"
    yield _cell(f"{g}label", f"{name} ({whose})")
    yield _cell(f"{g}age", f"{name}: age as reported")
    yield _cell(f"{g}n", f"{name}: n", "count", help="People or animals.")
    yield _cell(f"{g}n_motor_units", f"{name}: n of motor units", "count")
    yield _cell(f"{g}mean", f"{name}: mean", "number")
    yield _cell(f"{g}median", f"{name}: median", "number")
    yield _cell(f"{g}spread", f"{name}: spread", "spread", help="A number, or limits: 25-52.")
    yield _cell(f"{g}spread_type", f"{name}: what spread", "choice", values=SPREADS)
    yield _cell(f"{g}range", f"{name}: range", "range", help="Lowest and highest, where given.")


_NUMBERS = (
    _cell("muscle", "Muscle"),
    _cell("method", "Method"),
    _cell("task", "Task"),
    *_group_cells(1, "reference: young, control, before"),
    *_group_cells(2, "compared"),
    _cell("unit", "Unit", help="What the values are measured in."),
    _cell("n_motor_units", "Motor units, as reported"),
    _cell("statistic", "Statistic as reported"),
    _cell("p_as_reported", "p as reported"),
    _cell("direction", "Direction"),
    _cell(
        "follow_up",
        "Follow-up",
        "number",
        unit="mo",
        units=("y", "wk", "d", "h"),
        min=0,
        help="From the first to the last measurement, where people were measured again.",
    ),
    _cell("relative_change_pct", "Change, %", "number"),
    _cell("mean_difference", "Mean difference", "number"),
    _cell("smd_reported", "Standardised difference, as reported", "number"),
    _cell("unit_of_analysis", "Unit of analysis", help="People, or motor units as if people."),
    _cell("spread_basis", "How the kind of spread is known", compared=False),
    _cell("source_location", "Where in the paper", compared=False),
    _cell("source_url", "Address", compared=False),
    _cell("poolable", "Poolable", compared=False),
    _NOTE,
)
SOURCE = (
    _cell("page", "Page"),
    _cell("table", "Table"),
    _cell("figure", "Figure"),
    _cell("location", "Elsewhere", help="abstract, supplement ..."),
    _cell("url", "Address"),
    _cell("quote", "Quote", help="At most 50 words."),
    _cell("digitised", "Read off a figure", "boolean"),
    _cell("tool", "With what tool", when="digitised = yes"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of the form. `fields` are all cells it may hold, `shown` those a page asks for."""

    id: str
    label: str
    help: str
    repeated: bool
    fields: tuple[FormField, ...]
    shown: tuple[str, ...]
    own: frozenset[str]

    def field(self, id: str) -> FormField | None:
        """The cell of that id, or None."""
        return next((one for one in self.fields if one.id == id), None)

    @property
    def asked(self) -> list[FormField]:
        """The cells a page asks for, in order."""
        by_id = {one.id: one for one in self.fields}
        return [by_id[id_] for id_ in self.shown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The whole form: study, arms, effects, numbers (in each effect), and the further groups."""

    extractors: int
    study: Section
    arms: Section
    effects: Section
    numbers: Section
    groups: tuple[Section, ...]
    defined: bool

    @property
    def sections(self) -> tuple[Section, ...]:
        """Every section, in the order they are filled."""
        return (self.study, self.arms, self.effects, self.numbers, *self.groups)

    def section(self, id: str) -> Section | None:
        """The section of that id, or None."""
        return next((one for one in self.sections if one.id == id), None)


_TITLES = {
    "study": ("Study", "What is said of the study as a whole."),
    "arms": ("Arms", "One row for each group of participants or animals."),
    "effects": ("Effects", "One for each outcome, contrast, muscle and method."),
    "numbers": ("Numbers", "Group values of an effect as reported; group 1 is the reference."),
}
_EVERY = {"study": _STUDY, "arms": _ARMS, "effects": _EFFECTS, "numbers": _NUMBERS}


def form(policy: ExtractionPolicy, codebook: Codebook) -> Form:
    """The form that a protocol's extraction section and codebook give."""
    given = policy.form
    made = {
        id_: _section(id_, getattr(given, id_), codebook)
        for id_ in ("study", "arms", "effects", "numbers")
    }
    groups = tuple(
        Section(
            id=group.id,
            label=group.label or group.id.replace("_", " ").capitalize(),
            help=group.help or "",
            repeated=True,
            fields=(*group.fields, _NOTE) if _lacks_note(group.fields) else group.fields,
            shown=tuple(one.id for one in group.fields),
            own=frozenset(one.id for one in group.fields),
        )
        for group in given.groups
    )
    any_given = any((given.study, given.arms, given.effects, given.numbers, given.groups))
    return Form(extractors=policy.extractors, groups=groups, defined=any_given, **made)


def _lacks_note(fields: tuple[FormField, ...]) -> bool:
    return all(one.id != "note" for one in fields)


def _section(id: str, own: tuple[FormField, ...], codebook: Codebook) -> Section:
    every = {one.id: one for one in every_cell(id, codebook)}
    cells = dict(every)
    for field in own:
        before = every.get(field.id)
        # not what was set: a stored protocol sets everything, its defaults too
        said = {
            key: value
            for key, about in FormField.model_fields.items()
            if (value := getattr(field, key)) != about.default
        }
        cells[field.id] = before.model_copy(update=said) if before else field
    structural = [one.id for one in every.values() if one.required]
    shown = list(every)
    if own:
        shown = list(dict.fromkeys([*structural, *(one.id for one in own)]))
    label, help_ = _TITLES[id]
    return Section(
        id=id,
        label=label,
        help=help_,
        repeated=id != "study",
        fields=tuple(cells.values()),
        shown=tuple(shown),
        own=frozenset(one.id for one in own),
    )


def every_cell(section: str, codebook: Codebook) -> tuple[FormField, ...]:
    """The cells that a section has in every form under a codebook: its facets, and the rest."""
    plain = _EVERY[section]
    if section == "numbers":
        return plain
    facets = _facets(LEVELS[section], codebook)
    note = (_NOTE,)
    if section == "effects":
        return (*facets, *plain, *note)
    return (*plain, *facets, *note)


def _facets(level: Level, codebook: Codebook) -> tuple[FormField, ...]:
    return tuple(
        FormField(
            id=facet.id,
            label=facet.label,
            help=facet.note,
            type="facet",
            facet=facet.id,
            many=facet.cardinality is Cardinality.MANY,
            required=level is Level.EFFECT and facet.id in REQUIRED,
        )
        for facet in codebook.facets
        if facet.level is level and not facet.derived
    )
