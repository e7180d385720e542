"""Reports: retrieved or not, their documents, and the studies they belong to."""

import hashlib
from collections.abc import Sequence
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.actions.documents import said_of_text
from review.errors import BadInput, NotFound, Refused
from review.ingest.pdf import read_pdf
from review.store import documents, duplicates, fulltext, screening
from review.store.engine import Database, Write
from review.store.people import protocol
from review.store.projection import refresh
from review.store.tables import RetrievalRow, StudyReportRow, StudyRow
from review.vocab import Retrieval, Role, Stage

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


def sought(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every report sought, with what became of it and its study."""
    with db.read() as conn:
        viewer = acting(conn, who, act="see the full texts")
        rows = fulltext.sought(conn)
        obtained = fulltext.retrievals(conn)
        links = fulltext.study_links(conn)
        kept = [row.kept_id for row in rows]
        members = duplicates.clusters_of(conn, kept)
        shown = cards(conn, kept, viewer)
    found = []
    for row in rows:
        got = obtained.get(row.kept_id)
        study = next((links[r] for r in members[row.kept_id] if r in links), None)
        found.append(
            shown[row.kept_id]
            | {
                "status": row.retrieval.value if row.retrieval else "sought",
                "document": got.document_id if got else None,
                "document_name": got.name if got else None,
                "link": got.link if got else "",
                "tried": got.tried if got else "",
                "study": study,
            }
        )
    return found


def study(
    db: Database,
    who: Caller,
    records: Sequence[int],
    *,
    study: int | None = None,
    label: str | None = None,
    cohort_family: str | None = None,
    attributes: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Join reports to one study, a new one unless `study` names it.

    Returns {study, label, records}: the study's number and name, and the kept records joined.
    """
    if not records:
        raise BadInput("Name at least one record to join to the study.")
    with writing(db, who) as write:
        acting(write.conn, who, *_RETRIEVERS, act="join reports to studies")
        kept = []
        for record in records:
            found = duplicates.kept_of(write.conn, record)
            if found is None:
                raise NotFound(f"There is no record {record}.")
            kept.append(found)
        write.lock_records(sorted(set(kept)))
        if study is None:
            study = write.add(
                StudyRow,
                label=label or _label(write, kept[0]),
                cohort_family=cohort_family or "",
                attributes=attributes or {},
            )
        elif not fulltext.studies(write.conn, id=study):
            raise NotFound(f"There is no study {study}.")
        join(write, study, kept)
        named = fulltext.studies(write.conn, id=study)[0].label
    return {"study": study, "label": named, "records": sorted(set(kept))}


def join(write: Write, study: int, kept: Sequence[int]) -> None:
    """Add that the reports `kept` belong to `study`."""
    clusters = duplicates.clusters_of(write.conn, list(kept))
    for kept_id in dict.fromkeys(kept):
        if fulltext.study_of(write.conn, clusters[kept_id]) != study:
            write.add(StudyReportRow, study_id=study, record_id=kept_id, joined=True)


def study_for(write: Write, record: int) -> int:
    """Return the study of a report, making one of its own where it has none."""
    kept = duplicates.kept_of(write.conn, record)
    if kept is None:
        raise NotFound(f"There is no record {record}.")
    write.lock_records([kept])
    found = fulltext.study_of(write.conn, duplicates.clusters_of(write.conn, [kept])[kept])
    if found is None:
        found = write.add(StudyRow, label=_label(write, kept), cohort_family="", attributes={})
        join(write, found, [kept])
    return found


def _label(write: Write, record: int) -> str:
    """First author's family name and year, as studies are cited."""
    card = cards(write.conn, [record], None)[record]
    family = card["authors"][0].split(",")[0].strip() if card["authors"] else f"Record {record}"
    return f"{family} {card['year']}" if card["year"] else family


def studies(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every study with the kept records of its reports."""
    with db.read() as conn:
        acting(conn, who, act="see the studies")
        kept = duplicates.all_kept(conn)
        reports: dict[int, set[int]] = {}
        for record, study_id in fulltext.study_links(conn).items():
            reports.setdefault(study_id, set()).add(kept[record])
        return [
            {
                "study": row.id,
                "label": row.label,
                "cohort_family": row.cohort_family,
                "attributes": row.attributes,
                "reports": sorted(reports.get(row.id, ())),
            }
            for row in fulltext.studies(conn)
        ]
