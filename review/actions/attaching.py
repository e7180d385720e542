"""Attaching several PDFs at once: whose each may be, shown first, attached when confirmed."""

from dataclasses import asdict
from typing import Any

from review.actions.caller import Caller, acting
from review.actions.documents import said_of_text
from review.actions.sought import reports
from review.errors import BadInput
from review.extraction.whose import Wanted, matches
from review.ingest.pdf import read_pdf
from review.store.engine import Database
from review.vocab import Role

_RETRIEVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)


def match_pdf(db: Database, who: Caller, pdf: bytes, *, name: str) -> dict[str, Any]:
    """Say whose a PDF may be, of all reports sought; nothing is stored.

    Returns {name, said, matches}: what is told of its text, and each report it may be of, the
    likeliest first: {record, by, shown, sure, title, status, document}; `by` is doi, pmid, title,
    like title or name, `shown` what of it was found. BadInput for what is no PDF, is encrypted or
    damaged; `report` attaches it then.
    """
    with db.read() as conn:
        acting(conn, who, *_RETRIEVERS, act="retrieve reports")
    reading = read_pdf(pdf, name)
    every = {one["record"]: one for one in reports(db, who, limit=None)["reports"]}
    wanted = [
        Wanted(one["record"], one["title"] or "", one["doi"] or "", str(one["pmid"] or ""))
        for one in every.values()
    ]
    found = matches(reading.pages, name, wanted)
    return {
        "name": name,
        "said": said_of_text(reading.outcome, len(reading.pages), reading.note),
        "matches": [asdict(one) | _about(every[one.record]) for one in found],
    }


def _about(report: dict[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("title", "status", "document")}


def match_pdfs(db: Database, who: Caller, files: dict[str, bytes]) -> list[dict[str, Any]]:
    """As `match_pdf` for several files by name; one that is none is told with its `problem`."""
    told = []
    for name, pdf in files.items():
        try:
            told.append(match_pdf(db, who, pdf, name=name) | {"problem": ""})
        except BadInput as error:
            told.append({"name": name, "said": "", "matches": [], "problem": str(error)})
    return told
