"""What of the Python interface is about reports and studies: PDFs, quotes, families."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.opened import Document, Opened, frame

if TYPE_CHECKING:
    import pandas as pd


class FullText(Opened):
    """Reports sought, their documents, and the studies they are of."""

    def reports(
        self, *, status: str | None = None, search: str | None = None, as_: str | None = None
    ) -> "pd.DataFrame":
        """Return the reports sought; `status`: sought, retrieved, not-retrieved or judged."""
        given = {"status": status, "text": search, "limit": None}
        return frame(self._do(actions.reports, as_, **given)["reports"])

    def tried(
        self, record: int, source: str, outcome: str, *, as_: str | None = None, **more: Any
    ) -> Document:
        """Note where a report was sought and what came of it; `more`: day, note."""
        return dict(self._do(actions.tried, as_, record, source, outcome, **more))

    def find_open_access(
        self, *records: int, as_: str | None = None, progress: Any = None
    ) -> Document:
        """Look for open copies by DOI: of these reports, or of all that are awaited."""
        wanted = list(records) or None
        return dict(self._do(actions.find_open_access, as_, wanted, progress=progress))

    def match_pdf(self, path: Path | str, *, as_: str | None = None) -> Document:
        """Say whose a PDF may be, by its DOI, PMID or title; `report` attaches it."""
        path = Path(path)
        return dict(self._do(actions.match_pdf, as_, path.read_bytes(), name=path.name))

    def document_pages(self, record: int, *, as_: str | None = None) -> list[Document]:
        """Return the text of a report's PDF, page by page."""
        return list(self._do(actions.document_pages, as_, record))

    def quote_found(self, record: int, quote: str, *, as_: str | None = None) -> int | None:
        """Return the page of a report's PDF on which a quote stands, or None."""
        found: int | None = self._do(actions.quote_found, as_, record, quote)
        return found

    def leave_study(self, records: Sequence[int], *, as_: str | None = None) -> Document:
        """Take reports off the study they belong to."""
        return dict(self._do(actions.leave_study, as_, records))

    def merge_studies(
        self, into: int, others: Sequence[int], *, as_: str | None = None, set_aside: bool = False
    ) -> Document:
        """Say that studies are one: the reports of `others` join `into`."""
        return dict(self._do(actions.merge_studies, as_, into, others, set_aside=set_aside))

    def name_study(self, study: int, *, as_: str | None = None, **more: Any) -> Document:
        """Correct a study; `more`: label, cohort_family, population, why."""
        return dict(self._do(actions.name_study, as_, study, **more))

    def families(self, *, as_: str | None = None) -> Document:
        """Say which reports share participants, and how many studies and families there are."""
        return dict(self._do(actions.families, as_))
