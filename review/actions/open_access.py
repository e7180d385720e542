"""Looking for an open copy of reports by their DOI: asked by a person, and never in the way."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.actions.settings import Settings
from review.errors import BadInput, NetworkError, NotFound
from review.ingest.open_access import OpenAccessService
from review.store import duplicates, fulltext
from review.store.engine import Database
from review.store.tables import OpenCopyRow
from review.vocab import Role

Progress = Callable[[int, int | None], None]
_RETRIEVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_IN_A_ROW = 3


def find_open_access(
    db: Database,
    who: Caller,
    records: Sequence[int] | None = None,
    *,
    service: OpenAccessService | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Ask an open-access service for a copy of reports by their DOI; None asks for all awaited.

    Each answer is kept as a fact; what a report becomes is left to people. Returns {service,
    asked, found, reports, stopped}: each report with {record, doi, outcome, url, pdf_url, host,
    version, licence, problem}, where `problem` says why there is no answer (no DOI, the service
    did not answer) and nothing was stored. After several failures in a row the rest is not asked:
    `stopped` says so. BadInput without an e-mail address to give (REVIEW_OPEN_ACCESS_EMAIL).
    """
    with db.read() as conn:
        viewer = acting(conn, who, *_RETRIEVERS, act="look for open copies")
        if records is None:
            kept = [row.kept_id for row in fulltext.sought(conn) if row.retrieval is None]
        else:
            kept = []
            for record in records:
                found = duplicates.kept_of(conn, record)
                if found is None:
                    raise NotFound(f"There is no record {record}.")
                kept.append(found)
        shown = cards(conn, kept, viewer)
    asking = service or Settings().open_access()
    told: list[dict[str, Any]] = []
    failed, stopped = 0, ""
    for n, record in enumerate(dict.fromkeys(kept)):
        if progress:
            progress(n, len(kept))
        if failed >= _IN_A_ROW:
            stopped = f"{told[-1]['problem']} The other {len(kept) - n:,} reports were not asked."
            break
        one = _asked(db, who, asking, record, str(shown[record]["doi"] or ""))
        failed = failed + 1 if one.pop("failed") else 0
        told.append(one)
    if progress:
        progress(len(kept), len(kept))
    return {
        "service": asking.name,
        "asked": sum(1 for one in told if one["outcome"]),
        "found": sum(1 for one in told if one["outcome"] == "found"),
        "reports": told,
        "stopped": stopped,
    }


def _asked(
    db: Database, who: Caller, service: OpenAccessService, record: int, doi: str
) -> dict[str, Any]:
    """Ask for one report and keep the answer; `failed` is whether the service did not answer."""
    empty = dict.fromkeys(("url", "pdf_url", "host", "version", "licence"), "")
    one = {"record": record, "doi": doi, "outcome": "", **empty, "problem": "", "failed": False}
    if not doi:
        return one | {"problem": "The record has no DOI."}
    try:
        answer = service.find(doi)
    except (BadInput, NetworkError) as error:
        return one | {"problem": str(error), "failed": isinstance(error, NetworkError)}
    values = asdict(answer)
    with writing(db, who) as write:
        acting(write.conn, who, *_RETRIEVERS, act="look for open copies")
        write.add(OpenCopyRow, record_id=record, service=service.name, **values)
    return one | values | {"outcome": answer.outcome.value}
