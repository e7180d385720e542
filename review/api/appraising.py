"""What of the Python interface appraises studies and grades the certainty of evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from review import actions
from review.api.opened import Document, Opened


class Appraising(Opened):
    """What an open review can do about risk of bias and certainty."""

    def tools(self) -> list[Document]:
        """Return the tools of appraisal."""
        return list(actions.tools(self._db))

    def tool(self, name: str) -> Document:
        """Return one tool whole: items, answers, rules, source."""
        return dict(actions.tool(self._db, name))

    def appraise(
        self, study: int | str, form: Mapping[str, Any] | Path | str, *, as_: str, **more: Any
    ) -> Document:
        """Appraise a study: `form` holds answers, or names a filled workbook (XLSX) or JSON file.

        `more`: tool, tool_reason (why another tool than the one the design calls for).
        """
        if isinstance(form, Mapping):
            return dict(self._do(actions.appraise, as_, study, form, **more))
        path = Path(form)
        data = path.read_bytes()
        more["name"] = str(path)
        return dict(self._do(actions.import_appraisal, as_, study, data, **more))

    def appraisal_form(
        self, study: int | str, *, tool: str | None = None, as_: str | None = None
    ) -> Document:
        """Return what is asked for a study: its tool and why that one, and one's own answers."""
        return dict(self._do(actions.appraisal_form, as_, study, tool=tool))

    def appraisals(self, *, everything: bool = False, as_: str | None = None) -> list[Document]:
        """Return the studies and what their appraisals amount to."""
        return list(self._do(actions.appraisals, as_, everything=everything))

    def compare_appraisals(self, study: int | str, *, as_: str | None = None) -> Document:
        """Return the appraisals of a study item by item, as A and B."""
        return dict(self._do(actions.compare_appraisals, as_, study))

    def settle_appraisal(
        self,
        study: int | str,
        form: Mapping[str, Any] | None = None,
        *,
        as_: str,
        **more: Any,
    ) -> Document:
        """Settle the appraisals of a study; `more`: take (A or B), tool, by (discussion)."""
        return dict(self._do(actions.settle_appraisal, as_, study, form, **more))

    def appraisal_agreement(self, *, as_: str | None = None) -> list[Document]:
        """Return how far assessors agreed, by item, domain and study."""
        return list(self._do(actions.appraisal_agreement, as_))

    def certainty(
        self,
        where: str | None = None,
        *,
        by: str = "domain",
        everything: bool = False,
        as_: str | None = None,
    ) -> Document:
        """Return the summary of findings; `by` domain or outcome."""
        more: dict[str, Any] = {"where": where, "by": by, "everything": everything}
        return dict(self._do(actions.certainty, as_, **more))

    def grade(
        self,
        outcome: str,
        contrast: str,
        population: str,
        judgements: Mapping[str, Any] | None = None,
        *,
        as_: str,
        **more: Any,
    ) -> Document:
        """Grade the certainty of a body of evidence.

        `judgements` maps reasons to steps or {steps, reason}; `more`: confirm, start,
        start_reason, settle.
        """
        given = (outcome, contrast, population, judgements)
        return dict(self._do(actions.grade, as_, *given, **more))
