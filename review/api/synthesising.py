"""What of the Python interface adds up: votes, pools, contradictions."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened, frame

if TYPE_CHECKING:
    import pandas as pd

_VOTES = ("population", "contrast", "outcome", "worse", "better", "none", "conflicting",
          "ambiguous", "not_given", "n", "left_out", "proportion_worse", "wilson_low",
          "wilson_high", "p", "where")  # fmt: skip


class Synthesising(Opened):
    """What an open review can add up."""

    def synthesis(
        self, where: str | None = None, *, as_: str | None = None, **more: Any
    ) -> Document:
        """Return vote counts by direction; `more`: by, sensitivity, everything."""
        return dict(self._do(actions.synthesis, as_, where=where, **more))

    def votes_by_direction(
        self, where: str | None = None, *, as_: str | None = None, **more: Any
    ) -> "pd.DataFrame":
        """Return the vote counts as a frame, one row a group; `more` as for `synthesis`."""
        found = self.synthesis(where, as_=as_, **more)
        return frame([_row(one, found["by"]) for one in found["groups"]], _VOTES)

    def synthesis_file(
        self,
        file: Path | str,
        where: str | None = None,
        *,
        format: str | None = None,
        as_: str | None = None,
        **more: Any,
    ) -> Path:
        """Write the synthesis (SWiM) to a file, in the format its name ends in (md, docx ...)."""
        path = Path(file)
        written = format or path.suffix.lstrip(".").lower()
        path.write_bytes(self._do(actions.synthesis_file, as_, written, where=where, **more))
        return path

    def meta(self, where: str | None = None, *, as_: str | None = None, **more: Any) -> Document:
        """Return the meta-analyses allowed, and why not for every other group.

        `more`: outcome, contrast, population, method, measure, estimator, dependence, subgroup,
        secondary, hartung_knapp, guard, corrected, everything.
        """
        return dict(self._do(actions.meta, as_, where=where, **more))

    def pools(
        self, where: str | None = None, *, as_: str | None = None, **more: Any
    ) -> "pd.DataFrame":
        """Return `meta` as a frame, one row a group: verdict, k, estimate, interval, reasons."""
        found = self.meta(where, as_=as_, **more)
        return frame([_pool(one) for one in found["groups"]])

    def contradictions(
        self, where: str | None = None, *, everything: bool = False, as_: str | None = None
    ) -> Document:
        """Return where the evidence contradicts itself: between, within, order."""
        return dict(self._do(actions.contradictions, as_, where=where, everything=everything))

    def modifiers(
        self, where: str | None = None, *, everything: bool = False, as_: str | None = None
    ) -> "pd.DataFrame":
        """Return what each modifier does to each outcome, one row a cell."""
        found = self._do(actions.modifiers, as_, where=where, everything=everything)
        return frame(found["cells"])

    def units(
        self, where: str | None = None, *, everything: bool = False, as_: str | None = None
    ) -> "pd.DataFrame":
        """Return what effects were tested over, one row a row of numbers."""
        return frame(self._do(actions.units, as_, where=where, everything=everything)["rows"])


def _row(group: Document, by: str) -> Document:
    low, high = group["wilson"] or (None, None)
    return {**group, "outcome": group[by], "wilson_low": low, "wilson_high": high}


def _pool(group: Document) -> Document:
    result = group["result"] or {}
    names = ("estimate", "se", "ci_low", "ci_high", "p", "prediction_low", "prediction_high",
             "tau2", "i2", "h2", "q", "q_p")  # fmt: skip
    about = ("population", "species", "contrast", "outcome", "method", "verdict", "families", "k",
             "secondary", "measure")  # fmt: skip
    return {
        **{name: group[name] for name in about},
        **{name: result.get(name) for name in names},
        "reasons": "; ".join(group["reasons"]),
    }
