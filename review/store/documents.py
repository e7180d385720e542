"""Queries about attached documents: which one a report has, and the text that was read of it."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from review.ingest.pdf import Reading
from review.screening.finding import Term, holds
from review.store.engine import Write
from review.store.tables import DocumentRow, DocumentTextRow, RetrievalRow
from review.store.tables.base import table_of
from review.vocab import Retrieval

_DOCUMENT = table_of(DocumentRow)
_TEXT = table_of(DocumentTextRow)
_RETRIEVAL = table_of(RetrievalRow)
_CHUNK = 500
# the file itself only where it is asked for: it may have a hundred megabytes
_ABOUT = tuple(_DOCUMENT.c[name] for name in ("id", "at", "member_id", "name", "sha256"))


def add(write: Write, name: str, sha256: str, data: bytes, reading: Reading) -> int:
    """Add a document with the text that was read of it; return its number."""
    document = write.add(DocumentRow, name=name, sha256=sha256, data=data)
    add_text(write, document, reading)
    return document


def add_text(write: Write, document: int, reading: Reading) -> None:
    """Add what was read of a document."""
    write.add(
        DocumentTextRow,
        document_id=document,
        outcome=reading.outcome,
        pages=reading.pages,
        reader=reading.reader,
        note=reading.note,
    )


def about(conn: sa.Connection, id: int) -> sa.Row[Any] | None:
    """Return a document without the file: id, at, member_id, name, sha256."""
    return conn.execute(sa.select(*_ABOUT).where(_DOCUMENT.c.id == id)).first()


def file(conn: sa.Connection, id: int) -> bytes:
    """Return the file of a document that there is."""
    return bytes(conn.execute(sa.select(_DOCUMENT.c.data).where(_DOCUMENT.c.id == id)).scalar_one())


def of_report(conn: sa.Connection, records: Collection[int]) -> list[sa.Row[Any]]:
    """Return the documents of the report whose records are `records`, the newest first.

    None where the last that was said of the report is that it was not retrieved.
    """
    query = (
        sa.select(_RETRIEVAL.c.status, *_ABOUT)
        .join(_DOCUMENT, _DOCUMENT.c.id == _RETRIEVAL.c.document_id, isouter=True)
        .where(_RETRIEVAL.c.record_id.in_(list(records)))
        .order_by(_RETRIEVAL.c.id.desc())
    )
    rows = conn.execute(query).all()
    if not rows or rows[0].status is Retrieval.NOT_RETRIEVED:
        return []
    return [row for row in rows if row.id is not None]


def text(conn: sa.Connection, document: int) -> sa.Row[Any] | None:
    """Return what was last read of a document, None if nothing was."""
    query = sa.select(_TEXT).where(_TEXT.c.document_id == document).order_by(_TEXT.c.id.desc())
    return conn.execute(query.limit(1)).first()


def outcomes(conn: sa.Connection, documents: Sequence[int]) -> dict[int, sa.Row[Any]]:
    """Return the last outcome of reading each of `documents`: outcome, note, how many pages."""
    columns = (_TEXT.c[name] for name in ("document_id", "outcome", "note"))
    pages = sa.func.json_array_length(_TEXT.c.pages).label("pages")
    found: dict[int, sa.Row[Any]] = {}
    for start in range(0, len(documents), _CHUNK):
        some = documents[start : start + _CHUNK]
        query = sa.select(*columns, pages).where(_TEXT.c.document_id.in_(some))
        found.update({row.document_id: row for row in conn.execute(query.order_by(_TEXT.c.id))})
    return found


def holding(conn: sa.Connection, wanted: Sequence[Term]) -> dict[int, list[int]]:
    """Return the documents that have all terms on one page: the numbers of those pages."""
    if not wanted:
        return {}
    query = sa.select(_TEXT.c.document_id, _TEXT.c.pages).order_by(_TEXT.c.id)
    found: dict[int, list[int]] = {}
    for document, pages in conn.execute(query):
        found[document] = [n for n, page in enumerate(pages, 1) if holds(page, wanted)]
    return {document: pages for document, pages in found.items() if pages}


def unread(conn: sa.Connection) -> list[int]:
    """Return the documents of which no text was ever read, as an earlier version left them."""
    known = sa.exists().where(_TEXT.c.document_id == _DOCUMENT.c.id)
    return list(conn.scalars(sa.select(_DOCUMENT.c.id).where(~known).order_by(_DOCUMENT.c.id)))


def every(conn: sa.Connection) -> list[int]:
    """Return every document."""
    return list(conn.scalars(sa.select(_DOCUMENT.c.id).order_by(_DOCUMENT.c.id)))
