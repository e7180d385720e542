"""What became of reports: retrieved or not, with what, and where each was sought."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.documents import said_of_text
from review.errors import BadInput, NotFound, Refused
from review.ingest.pdf import read_pdf
from review.store import documents, duplicates, screening
from review.store.engine import Database, Write
from review.store.people import protocol
from review.store.projection import refresh
from review.store.tables import AttemptRow, RetrievalRow
from review.vocab import Attempt, Retrieval, Role, Stage, Tried

_RETRIEVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)


def report(
    db: Database,
    who: Caller,
    record: int,
    status: str,
    *,
    pdf: bytes | None = None,
    name: str | None = None,
    link: str | None = None,
    tried: str | None = None,
) -> dict[str, Any]:
    """Say that a sought report was retrieved (with a PDF, a link, or neither) or not.

    BadInput for a status unknown or a PDF that is none; Refused if the record did not advance,
    or if a report that was already judged is to become not retrieved.
    """
    try:
        status_ = Retrieval(status)
    except ValueError:
        raise BadInput(f"'{status}' is no status; say {' or '.join(Retrieval)}.") from None
    if pdf is not None and status_ is Retrieval.NOT_RETRIEVED:
        raise BadInput("A report with a PDF is retrieved.")
    if link and not link.startswith(("http://", "https://")):
        raise BadInput("A link starts with http:// or https://.")
    with db.read() as conn:  # nobody who may not attach it has a stranger's file read
        acting(conn, who, *_RETRIEVERS, act="retrieve reports")
    # before the transaction begins: others would wait for as long as a PDF takes
    reading = None if pdf is None else read_pdf(pdf, name or "The file")
    with writing(db, who) as write:
        acting(write.conn, who, *_RETRIEVERS, act="retrieve reports")
        kept = _sought(write, record)
        standing = screening.standing(write.conn, kept, Stage.FULL_TEXT)
        if status_ is Retrieval.NOT_RETRIEVED and standing is not None and standing.voters:
            raise Refused(f"Record {record} was already judged on its full text; it was retrieved.")
        document = None
        if pdf is not None and reading is not None:
            digest = hashlib.sha256(pdf).hexdigest()
            document = documents.add(write, name or "report.pdf", digest, pdf, reading)
        write.add(
            RetrievalRow,
            record_id=kept,
            status=status_,
            document_id=document,
            link=link or "",
            tried=tried or "",
        )
        _, content = protocol(write.conn)
        refresh(write.conn, [kept], content)
    said = said_of_text(reading.outcome, len(reading.pages), reading.note) if reading else ""
    return {
        "record": kept,
        "status": status_.value,
        "document": document,
        "link": link or "",
        "text": said,
    }


def _sought(write: Write, record: int) -> int:
    """Return the locked kept record of a report that is sought."""
    kept = duplicates.kept_of(write.conn, record)
    if kept is None:
        raise NotFound(f"There is no record {record}.")
    write.lock_records([kept])
    if screening.standing(write.conn, kept, Stage.FULL_TEXT) is None:
        raise Refused(f"Record {record} has not advanced from title-abstract; it is not sought.")
    return kept


def tried(
    db: Database,
    who: Caller,
    record: int,
    source: str,
    outcome: str,
    *,
    day: str | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Note that a sought report was looked for at one place, and what came of it.

    `source` is a value of `Tried`, `outcome` of `Attempt`, `day` a date (2026-03-31), else today.
    Returns {record, source, outcome, day, note}. BadInput for what is none of these, or a day to
    come; Refused if the record is not sought.
    """
    try:
        source_, outcome_ = Tried(source), Attempt(outcome)
    except ValueError:
        wrong, kind = (source, Tried) if source not in set(Tried) else (outcome, Attempt)
        raise BadInput(f"'{wrong}' is not known here; say {', '.join(kind)}.") from None
    day_ = _day(day)
    with writing(db, who) as write:
        acting(write.conn, who, *_RETRIEVERS, act="retrieve reports")
        kept = _sought(write, record)
        said = {"source": source_, "outcome": outcome_, "day": day_, "note": note.strip()[:2000]}
        write.add(AttemptRow, record_id=kept, **said)
    return {"record": kept, **said, "source": source_.value, "outcome": outcome_.value}


def _day(text: str | None) -> str:
    today = datetime.now(UTC).date()
    if not text:
        return today.isoformat()
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is no date; write it as 2025-05-20.") from None
    if (found - today).days > 1:  # a day ahead of UTC it may be, further it is a slip
        raise BadInput(f"{found} is still to come.")
    return found.isoformat()
