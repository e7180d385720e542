"""The reports that are sought: what became of each, where it was looked for, and as a file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.documents import said_of_text
from review.errors import BadInput
from review.reporting.foreign import in_markdown
from review.reporting.sheets import rows_csv, rows_xlsx
from review.screening.blinding import visible_state
from review.screening.finding import terms
from review.screening.standing import SETTLED
from review.store import documents, duplicates, fulltext, screening, searching
from review.store.engine import Database
from review.store.people import Member
from review.vocab import Retrieval

STATUSES = ("sought", Retrieval.RETRIEVED.value, Retrieval.NOT_RETRIEVED.value)
FORMATS = ("csv", "xlsx", "json", "md")
COLUMNS = {
    "record": "Record",
    "status": "Status",
    "authors": "Authors",
    "title": "Title",
    "journal": "Journal",
    "year": "Year",
    "doi": "DOI",
    "pmid": "PMID",
    "document_name": "PDF",
    "text": "Text of the PDF",
    "link": "Link",
    "tried": "What was tried",
    "attempts": "Where it was sought",
    "open_copy": "Open copy",
    "study": "Study",
}


def sought(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every report sought, with what became of it and its study; see `reports`."""
    return list(reports(db, who, limit=None)["reports"])


def reports(
    db: Database,
    who: Caller,
    *,
    status: str | None = None,
    text: str | None = None,
    in_pdfs: bool = False,
    records: Sequence[int] | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> dict[str, Any]:
    """Return one page of the reports sought: {counts, total, reports}.

    `status` is sought (awaiting), retrieved, not-retrieved or judged: settled at full text, as far
    as the caller may know; `text` a search as `screening.finding` reads it, with `in_pdfs` of the
    attached PDFs too, where all of it must stand on one page. `counts` is how many there are by
    each status, whatever is asked. A report is its card with {status, document, document_name,
    text, link, tried, attempts, open_copy, study, on_pages}.
    """
    if status is not None and status not in (*STATUSES, "judged"):
        raise BadInput(f"'{status}' is no status; say {', '.join((*STATUSES, 'judged'))}.")
    with db.read() as conn:
        viewer = acting(conn, who, act="see the full texts")
        seen = Viewer.of(viewer)
        rows = fulltext.sought(conn)
        judged = {
            row.kept_id
            for row in rows
            if visible_state(seen.id, screening.as_standing(row), roles=seen.roles) in SETTLED
        }
        become = {row.kept_id: row.retrieval.value if row.retrieval else "sought" for row in rows}
        counts = {one: 0 for one in STATUSES} | {"judged": len(judged)}
        for one in become.values():
            counts[one] += 1
        wanted = [kept for kept in become if status in (None, become[kept]) or status == "judged"]
        if status == "judged":
            wanted = [kept for kept in wanted if kept in judged]
        if records is not None:
            some = set(duplicates.together(conn, records).values())
            wanted = [kept for kept in wanted if kept in some]
        on_pages: dict[int, list[int]] = {}
        if text and text.strip():
            asked = terms(text)
            found = searching.matched(conn, text) if asked else set()
            on_pages = documents.holding(conn, asked) if in_pdfs else {}
            got = fulltext.retrievals(conn) if on_pages else {}
            found |= {kept for kept, one in got.items() if one.document_id in on_pages}
            wanted = [kept for kept in wanted if kept in found]
        page = wanted[offset:] if limit is None else wanted[offset : offset + limit]
        return {
            "counts": counts,
            "total": len(wanted),
            "reports": [
                one | {"on_pages": on_pages.get(one["document"] or 0, [])}
                for one in _reports(conn, viewer, page, become)
            ],
        }


def _reports(
    conn: sa.Connection, viewer: Member | None, page: Sequence[int], become: Mapping[int, str]
) -> list[dict[str, Any]]:
    obtained, attempts = fulltext.retrievals(conn), fulltext.attempts(conn)
    copies, links = fulltext.open_copies(conn), fulltext.study_links(conn)
    shown = cards(conn, page, viewer)
    attached = [got.document_id for kept in page if (got := obtained.get(kept)) and got.document_id]
    read = documents.outcomes(conn, attached)
    found = []
    for kept in page:
        got, copy = obtained.get(kept), copies.get(kept)
        text = read.get(got.document_id or 0) if got else None
        found.append(
            shown[kept]
            | {
                "status": become[kept],
                "document": got.document_id if got else None,
                "document_name": got.name if got else None,
                "text": said_of_text(text.outcome, text.pages, text.note) if text else "",
                "link": got.link if got else "",
                "tried": got.tried if got else "",
                "attempts": [_attempt(row) for row in attempts.get(kept, ())],
                "open_copy": None if copy is None else _copy(copy),
                "study": next((links[r] for r in shown[kept]["cluster"] if r in links), None),
            }
        )
    return found


def _attempt(row: Any) -> dict[str, str]:
    return {
        "source": row.source.value,
        "outcome": row.outcome.value,
        "day": row.day,
        "note": row.note,
    }


def _copy(row: Any) -> dict[str, str]:
    names = ("service", "url", "pdf_url", "host", "version", "licence")
    said = {name: getattr(row, name) for name in names}
    return {"outcome": row.outcome.value, **said, "at": row.at.isoformat()}


def reports_file(db: Database, who: Caller, format: str, *, status: str | None = None) -> bytes:
    """Return the reports sought (of one status) as a file: csv, xlsx, json or md.

    The list that PRISMA wants behind "reports not retrieved": each with where it was sought.
    """
    if format not in FORMATS:
        raise BadInput(f"'{format}' is no format for reports; formats: {', '.join(FORMATS)}.")
    found = reports(db, who, status=status, limit=None)["reports"]
    rows = [{name: _cell(name, one[name]) for name in COLUMNS} for one in found]
    if format == "csv":
        return rows_csv(tuple(COLUMNS), rows).encode("utf-8")
    if format == "xlsx":
        return rows_xlsx(COLUMNS, rows, title="Reports")
    if format == "json":
        return json.dumps(rows, ensure_ascii=False, indent=2).encode("utf-8")
    return _markdown(rows).encode("utf-8")


def said_of(attempt: Mapping[str, str]) -> str:
    """Return where a report was sought, in words: library 2026-03-02: unavailable (note)."""
    note = f" ({attempt['note']})" if attempt["note"] else ""
    return f"{attempt['source']} {attempt['day']}: {attempt['outcome']}{note}"


def _cell(name: str, value: Any) -> Any:
    if name == "attempts":
        return [said_of(one) for one in value]
    if name == "open_copy":
        return "" if value is None else value["pdf_url"] or value["url"] or value["outcome"]
    return value


def _markdown(rows: Sequence[Mapping[str, Any]]) -> str:
    def plain(value: Any) -> str:
        text = "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        return in_markdown(text)

    head = ["| " + " | ".join(COLUMNS.values()) + " |", "|" + " --- |" * len(COLUMNS)]
    body = ["| " + " | ".join(plain(row[name]) for name in COLUMNS) + " |" for row in rows]
    return "\n".join([*head, *body]) + "\n"
