"""Whether the quotes of a form stand in the PDF of the study, on the page that is named."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from review.extraction.faults import Fault, Place
from review.extraction.quotes import page_of
from review.store import documents, duplicates, evidence


def unfound(conn: sa.Connection, study: int, form: Mapping[str, Any]) -> list[Fault]:
    """Return a warning for each quote that stands on no page, or on another, of a PDF with text.

    Nothing is said where no PDF is attached, or none holds text.
    """
    quotes = list(_quotes((), form))
    pages = _pages(conn, study) if quotes else []
    found = []
    for place, source in quotes if pages else ():
        on = [page for text in pages if (page := page_of(text, source["quote"]))]
        if not on:
            found.append(_doubt(place, "stands nowhere in the attached PDF"))
        elif str(source.get("page", "")).isdecimal() and int(source["page"]) not in on:
            found.append(
                _doubt(place, f"stands on page {on[0]} of the PDF, not on {source['page']}")
            )
    return found


def _doubt(place: Place, said: str) -> Fault:
    return Fault(place=(*place, "quote"), said=said, warning=True)


def _quotes(at: Place, part: Any) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every source with a quote, wherever it stands in a form."""
    if isinstance(part, Mapping):
        if isinstance(part.get("quote"), str) and part["quote"].strip():
            yield at, part
        for key, value in part.items():
            yield from _quotes((*at, key), value)
    elif isinstance(part, list):
        for i, value in enumerate(part):
            yield from _quotes((*at, i), value)


def _pages(conn: sa.Connection, study: int) -> list[list[str]]:
    """The text of each PDF attached to a report of the study, page by page."""
    reports = evidence.reports_of(conn, study)
    found = []
    for cluster in duplicates.clusters_of(conn, reports).values():
        attached = documents.of_report(conn, cluster)
        read = documents.text(conn, attached[0].id) if attached else None
        pages = list(read.pages) if read else []
        if any(page.strip() for page in pages):
            found.append(pages)
    return found
