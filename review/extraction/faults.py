"""What is wrong, or doubtful, in a filled form: each with the cell it stands in."""

from dataclasses import dataclass
from typing import Any

from review.errors import FormError

Place = tuple[str | int, ...]
"""The way to a cell from the top of the form, list positions from zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to say of a cell; a warning lets the form be stored, and is kept beside it."""

    place: Place
    said: str
    warning: bool = False

    @property
    def where(self) -> str:
        """The cell as a person reads it: `effects 2, numbers 1, group1_mean`."""
        return where(self.place)

    def shown(self) -> dict[str, Any]:
        """The fault as a JSON document has it."""
        return {"where": self.where, "cell": list(self.place), "said": self.said}

    def __str__(self) -> str:
        return f"{self.where}: {self.said}"


def where(place: Place) -> str:
    """The way to a cell in words, list positions from one."""
    parts: list[str] = []
    for step in place:
        if isinstance(step, int) and parts:
            parts[-1] += f" {step + 1}"
        else:
            parts.append(str(step))
    return ", ".join(parts) or "form"


def refuse(found: list[Fault]) -> None:
    """Raise FormError if any fault is more than a warning; its message names the first."""
    errors = sorted((fault for fault in found if not fault.warning), key=_order)
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise FormError(f"{errors[0]}{more}", faults=[fault.shown() for fault in errors])


def _order(fault: Fault) -> tuple[int, ...]:
    """The place of a fault in the form: study, arms, effects, further groups, row by row."""
    first = str(fault.place[0]) if fault.place else ""
    known = ("study", "arms", "effects")
    section = known.index(first) if first in known else len(known)
    return (section, *(step for step in fault.place if isinstance(step, int)))
