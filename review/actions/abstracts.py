"""Fetches from PubMed the abstract a record came without, as a fact beside the record."""

from typing import Any

from rapidfuzz import fuzz

from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.actions.settings import Settings
from review.errors import BadInput, NotFound, Refused
from review.ingest.pubmed import PubMed
from review.store import duplicates, records, search_index
from review.store.engine import Database
from review.store.tables import FetchedAbstractRow
from review.vocab import Role

_READERS = (Role.REVIEWER, Role.ADJUDICATOR, Role.OWNER, Role.EXTRACTOR)
_ALIKE = 80  # of 100: PubMed writes titles otherwise, with brackets and full stops, no more


def fetch_abstract(
    db: Database, who: Caller, record: int, *, client: PubMed | None = None
) -> dict[str, Any]:
    """Fetch the abstract of a record by its PMID, for everybody; return the record's card.

    A record that has one is returned as it is. BadInput where no record of the report has a
    PMID; Refused where PubMed has no abstract either, or another title under that PMID;
    NetworkError where PubMed does not answer: then nothing is stored.
    """
    with db.read() as conn:
        member = acting(conn, who, *_READERS, act="fetch an abstract")
        kept = duplicates.kept_of(conn, record)
        if kept is None:
            raise NotFound(f"There is no record {record}.")
        card = cards(conn, [kept], member)[kept]
        entries = records.entries(conn, card["cluster"])
    if (card["abstract"] or "").strip():
        return card
    entry = next((entry for entry in entries.values() if entry["pmid"]), None)
    if entry is None:
        raise BadInput(f"Record {record} has no PMID by which PubMed could be asked.")
    abstract = _asked(client or Settings().pubmed(), entry["pmid"], card["title"])
    with writing(db, who) as write:
        member = acting(write.conn, who, *_READERS, act="fetch an abstract")
        write.lock_records([entry["id"]])
        if not records.abstracts(write.conn, [entry["id"]]):
            write.add(
                FetchedAbstractRow, record_id=entry["id"], pmid=entry["pmid"], abstract=abstract
            )
            search_index.refresh(write.conn, entry["id"], entry["abstract"] or "")
    with db.read() as conn:
        kept = duplicates.kept_of(conn, record) or record
        return cards(conn, [kept], member)[kept]


def _asked(client: PubMed, pmid: str, title: str) -> str:
    """Return PubMed's abstract of a PMID, if it is of this title."""
    found = [one for batch in client.fetch([pmid]) for one in batch.records]
    if not found:
        raise Refused(f"PubMed has no record {pmid}.")
    theirs = found[0].title
    if title and theirs and fuzz.token_sort_ratio(title.lower(), theirs.lower()) < _ALIKE:
        raise Refused(f'PubMed {pmid} is "{theirs[:200]}", another report; nothing was stored.')
    if not found[0].abstract.strip():
        raise Refused(f"PubMed has no abstract of {pmid} either.")
    return found[0].abstract
