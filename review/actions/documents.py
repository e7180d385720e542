"""Reading what is attached: the pages of a report's PDF, as text and as pictures, and quotes."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.errors import BadInput, NotFound
from review.extraction.quotes import SHORTEST, page_of, passages
from review.ingest.pdf import draw_page, read_pdf
from review.store import documents, duplicates
from review.store.engine import Database
from review.vocab import PdfText, Role

_RETRIEVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_HITS = 200
NO_TEXT = "no text: scanned; the pages are shown, quotes cannot be checked"


def said_of_text(outcome: str, pages: int, note: str) -> str:
    """Return what is told of the text of a document: how many pages, or that there is none."""
    if outcome == PdfText.SCANNED and not pages:
        return f"{note} Nothing can be shown, and quotes cannot be checked."
    if outcome == PdfText.SCANNED:
        return f"{NO_TEXT}." + (f" {note}" if note else "")
    told = f"text of {pages:,} {'page' if pages == 1 else 'pages'}"
    return f"{told}. {note}" if note else f"{told}."


def document(db: Database, who: Caller, id: int) -> dict[str, Any]:
    """Return an attached document: {name, data}."""
    with db.read() as conn:
        acting(conn, who, act="read the full texts")
        found = documents.about(conn, id)
        if found is None:
            raise NotFound(f"There is no document {id}.")
        return {"name": found.name, "data": documents.file(conn, id)}


def report_document(db: Database, who: Caller, record: int) -> dict[str, Any] | None:
    """Return what is attached of a report, the newest, or None.

    {document, name, sha256, pages, outcome, note, said}: `outcome` is text, part or scanned, and
    empty where nobody has read its text yet; `said` is that as a sentence.
    """
    with db.read() as conn:
        acting(conn, who, act="read the full texts")
        return _document(conn, record)


def _document(conn: sa.Connection, record: int) -> dict[str, Any] | None:
    kept = duplicates.kept_of(conn, record)
    if kept is None:
        raise NotFound(f"There is no record {record}.")
    found = documents.of_report(conn, duplicates.clusters_of(conn, [kept])[kept])
    if not found:
        return None
    read = documents.text(conn, found[0].id)
    outcome = read.outcome.value if read else ""
    pages = list(read.pages) if read else []
    return {
        "document": found[0].id,
        "name": found[0].name,
        "sha256": found[0].sha256,
        "pages": pages,
        "outcome": outcome,
        "note": read.note if read else "",
        "said": said_of_text(outcome, len(pages), read.note) if read else "",
    }


def document_pages(db: Database, who: Caller, record: int) -> list[dict[str, Any]]:
    """Return the text of a report's PDF page by page: {page, text}, pages from 1.

    Empty where nothing is attached; the text is empty on a page that was scanned.
    """
    found = report_document(db, who, record)
    pages = found["pages"] if found else []
    return [{"page": number, "text": text} for number, text in enumerate(pages, 1)]


def quote_found(db: Database, who: Caller, record: int, quote: str) -> int | None:
    """Return the page of a report's PDF on which a quote stands, None if on none.

    Spaces, hyphenation, ligatures, accents and case make no difference. BadInput for a quote too
    short to be looked for; None, too, where nothing is attached or the PDF holds no text, which
    `report_document` tells.
    """
    if sum(char.isalnum() for char in quote) < SHORTEST:
        raise BadInput(f"A quote has at least {SHORTEST} letters or digits.")
    return page_of([one["text"] for one in document_pages(db, who, record)], quote)


def document_page(db: Database, who: Caller, id: int, page: int) -> dict[str, Any]:
    """Return one page of an attached PDF: {png, width, height, pages, words, text}.

    `words` are the runs of its text over the picture, [left, top, width, height, text] in parts
    of the page; `text` is that of the page as it was read when the PDF was attached.
    """
    found = document(db, who, id)
    drawn = draw_page(found["data"], page)
    if drawn is None:
        raise NotFound(f"{found['name']} has no page {page}.")
    with db.read() as conn:
        read = documents.text(conn, id)
    text = read.pages[page - 1] if read and page <= len(read.pages) else ""
    return asdict(drawn) | {"text": text}


def find_in_document(db: Database, who: Caller, id: int, words: str) -> dict[str, Any]:
    """Return {total, hits} of a run of words in the text of a document, page by page.

    A hit is {page, before, found, after}; spaces, case and accents make no difference, and at
    most the first 200 are listed.
    """
    with db.read() as conn:
        acting(conn, who, act="read the full texts")
        read = documents.text(conn, id)
    every = [
        {"page": number, "before": before, "found": found, "after": after}
        for number, text in enumerate(read.pages if read else (), 1)
        for before, found, after in passages(text, words)
    ]
    return {"total": len(every), "hits": every[:_HITS]}


def read_documents(db: Database, who: Caller, *, again: bool = False) -> list[dict[str, Any]]:
    """Read the text of PDFs that were attached before their text was kept; `again` of all.

    Returns for each {document, name, outcome, pages, said}; one that cannot be read is told with
    outcome "unreadable" and why, and the others are read all the same.
    """
    with db.read() as conn:
        acting(conn, who, *_RETRIEVERS, act="read the full texts")
        wanted = documents.every(conn) if again else documents.unread(conn)
    told = []
    for id_ in wanted:
        found = document(db, who, id_)
        one = {"document": id_, "name": found["name"]}
        try:
            reading = read_pdf(found["data"], found["name"])
        except BadInput as error:
            told.append(one | {"outcome": "unreadable", "pages": 0, "said": str(error)})
            continue
        with writing(db, who) as write:
            acting(write.conn, who, *_RETRIEVERS, act="read the full texts")
            documents.add_text(write, id_, reading)
        pages = len(reading.pages)
        said = said_of_text(reading.outcome, pages, reading.note)
        told.append(one | {"outcome": reading.outcome.value, "pages": pages, "said": said})
    return told
