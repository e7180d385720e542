"""The fixed cells of an extraction form and what each may hold; all other cells are facets."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

LONGEST_QUOTE = 50  # words: enough to find the place, too short to copy the work

SpreadType = Literal["sd", "se", "ci", "iqr", "range", "none"]


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number, not true or false")
    return value


def _count(value: Any) -> Any:
    _no_truth(value)
    if isinstance(value, str) and re.fullmatch(r"\d+", value.strip()):
        value = int(value)
    if isinstance(value, int) and value >= 1:
        return value
    if isinstance(value, str) and re.fullmatch(r"\d+\s*(-|to)\s*\d+", value.strip()):
        return value.strip()
    raise ValueError(f"must be a whole number above zero or a range such as 7-9, not {value!r}")


def _spread(value: Any) -> Any:
    _no_truth(value)
    if isinstance(value, str) and re.fullmatch(r"-?[\d.]+\s*(-|to|,)\s*-?[\d.]+", value.strip()):
        return value.strip()
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"must be a number or two limits such as 25-52, not {value!r}") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"must be zero or above, not {value}")
    return number


def _short(quote: str) -> str:
    words = len(quote.split())
    if words > LONGEST_QUOTE:
        raise ValueError(f"has {words} words; quote at most {LONGEST_QUOTE}")
    return quote


Number = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]
Count = Annotated[int | str, BeforeValidator(_count)]
Spread = Annotated[float | str, BeforeValidator(_spread)]
Text = Annotated[str, Field(max_length=2000)]


class Cells(BaseModel):
    """Base of a form's parts: unknown cells are refused unless they may be facets."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True, str_strip_whitespace=True)


class Numbers(Cells):
    """Group values as reported; group 1 is the reference (young, control, before).

    n is a count of people or animals, never of motor units; spread is read by its type.
    """

    muscle: Text | None = None
    method: Text | None = None
    task: Text | None = None
    group1_label: Text | None = None
    group1_age: Text | None = None
    group1_n: Count | None = None
    group1_mean: Number | None = None
    group1_spread: Spread | None = None
    group1_spread_type: SpreadType | None = None
    group2_label: Text | None = None
    group2_age: Text | None = None
    group2_n: Count | None = None
    group2_mean: Number | None = None
    group2_spread: Spread | None = None
    group2_spread_type: SpreadType | None = None
    unit: Text | None = None
    n_motor_units: Text | None = None
    p_as_reported: Text | None = None
    direction: Text | None = None
    relative_change_pct: Number | None = None
    mean_difference: Number | None = None
    smd_reported: Number | None = None
    unit_of_analysis: Text | None = None
    spread_basis: Text | None = None
    source_location: Text | None = None
    source_url: Text | None = None
    poolable: Text | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_type_for_both(cls, given: Any) -> Any:
        if isinstance(given, dict) and "spread_type" in given:
            both = given["spread_type"]
            rest = {k: v for k, v in given.items() if k != "spread_type"}
            return {"group1_spread_type": both, "group2_spread_type": both, **rest}
        return given


class Source(Cells):
    """Where in the report a cell was read."""

    page: Text | None = None
    table: Text | None = None
    figure: Text | None = None
    location: Text | None = None
    url: Text | None = None
    quote: Annotated[str, AfterValidator(_short)] | None = None


class StudyCells(Cells):
    """What is said of the study as a whole; further cells are facets."""

    model_config = ConfigDict(extra="allow")
    label: Text | None = None
    primary: Text | None = None
    cohort_family: Text | None = None
    note: Text = ""


class ArmCells(Cells):
    """One group; age is kept as reported, with its unit. Further cells are facets."""

    model_config = ConfigDict(extra="allow")
    label: Annotated[str, Field(min_length=1, max_length=300)]
    n: Count | None = None
    age: Text | None = None
    age_unit: Literal["y", "mo", "wk", "d"] | None = None
    note: Text | None = None


def _as_list(value: Any) -> Any:
    return [] if value is None else [value] if isinstance(value, dict | str) else value


class EffectCells(Cells):
    """One effect; further cells are facets."""

    model_config = ConfigDict(extra="allow")
    arms: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    numbers: Annotated[list[Numbers], BeforeValidator(_as_list)] = Field(default_factory=list)
    source: Source | None = None
    note: Text = ""


class FormCells(Cells):
    """A whole filled form."""

    study: StudyCells = StudyCells()
    arms: list[ArmCells] = Field(default_factory=list)
    effects: list[EffectCells] = Field(default_factory=list)
