"""Which plain fields an expression may ask for beside the facets, and how ages are told.

An age is a number with a unit (`24 mo`, `65 y`, `100 wk`, `700 d`); ages are compared in months.
"""

import re
from dataclasses import dataclass
from typing import Literal

from review.extraction.ages import MONTHS, Unit

Kind = Literal["number", "amount", "age", "text", "choice"]

_UNITS: dict[Unit, tuple[str, ...]] = {
    "y": ("y", "yr", "yrs", "year", "years"),
    "mo": ("mo", "mos", "month", "months"),
    "wk": ("wk", "wks", "week", "weeks"),
    "d": ("d", "day", "days"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]+|%)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """A plain field of a row: a number or an amount (compared by size too), an age, or text.

    `choices` are the values that a field of kind "choice" knows.
    """

    name: str
    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Age:
    """An age as it was typed."""

    amount: float
    unit: Unit

    @property
    def months(self) -> float:
        """The same in months, to a ten-thousandth."""
        return round(self.amount * MONTHS[self.unit], 4)

    def __str__(self) -> str:
        """Return the age as an expression has it."""
        return f"{self.amount:g} {self.unit}"


def read_age(text: str) -> Age | None:
    """Return the age that a text is, None where it is none ("24", "24 furlongs")."""
    found = QUANTITY.fullmatch(text.strip())
    unit = _UNIT_OF.get(found[2].casefold()) if found else None
    return Age(float(found[1]), unit) if found and unit else None


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("year", "number", "year of a report"),
        Field("study", "number", "number of the study; a text is taken as study_label"),
        Field("study_label", "text", "label of the study"),
        Field("cohort", "text", "cohort family of the study"),
        Field(
            "risk_of_bias",
            "choice",
            "overall risk of bias of the study; none: not settled",
            ("low", "some", "high", "unclear", "none"),
        ),
        Field("age", "age", "age of a group that is compared, with its unit: 24 mo, 65 y"),
        Field("lifespan", "amount", "age of a group in % of the lifespan of its kind"),
        Field("n", "amount", "people or animals in the groups that are compared"),
        Field("motor_units", "amount", "motor units that were tested"),
        Field("verified", "text", "how far the study's facts were checked: yes, partial, no"),
        Field("effect", "number", "number of the effect"),
        Field("record", "number", "number of any record of the study's reports"),
        Field("title", "text", "title of a report"),
        Field("abstract", "text", "abstract of a report"),
        Field("author", "text", "an author of a report, as Family, Given"),
        Field("journal", "text", "journal of a report"),
        Field("doi", "text", "DOI of a report"),
        Field("pmid", "text", "PMID of a report"),
        Field("note", "text", "note of the effect"),
    )
}
