"""Searching PubMed: find, fetch in batches that can be resumed, and run again for what is new."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.searches import MANAGERS
from review.actions.settings import Settings
from review.errors import BadInput, Incomplete, NotFound, Refused
from review.ingest import strategy as strategies
from review.ingest.answers import Found
from review.store import intake, records
from review.store.engine import Database, Write
from review.store.tables import (
    RefoundRow,
    SearchBatchRow,
    SearchEndRow,
    SearchPlanRow,
    SearchRow,
)
from review.vocab import SearchKind

SOURCE, PLATFORM = "PubMed", "NCBI E-utilities"
Progress = Callable[[int, int | None], None]


def search_pubmed(
    db: Database,
    who: Caller,
    query: str | None = None,
    *,
    strategy: Path | None = None,
    since: str | None = None,
    until: str | None = None,
    dry_run: bool = False,
    resume: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Search PubMed and import what it finds; `since` and `until` limit the date of entry.

    `dry_run` only asks for count, translation and warnings; `resume` goes on with an earlier
    search. Returns {search, count, imported, new, missing, rejects, warnings, translation,
    complete}. Incomplete if the run stopped early: what came stays, and the message says how
    to go on.
    """
    with db.read() as conn:
        acting(conn, who, *MANAGERS, act="search PubMed")
    if resume is not None:
        return _resume(db, who, resume, progress)
    if (query is None) == (strategy is None):
        raise BadInput("Give a query or a --strategy file, one of the two.")
    text, notes = query or "", tuple[str, ...]()
    if strategy is not None:
        read = strategies.read(strategy)
        text, query, notes = read.text, read.query, read.notes
    client = Settings().pubmed()
    if dry_run:
        counted = client.count(query or "", since=since, until=until)
        return _answer(counted, notes) | {"search": None, "imported": 0, "complete": False}
    found = client.find(query or "", since=since, until=until)
    limits = {key: value for key, value in (("since", since), ("until", until)) if value}
    with writing(db, who) as write:
        search = _begin(write, found, text=text, notes=notes, limits=limits, ids=found.ids)
    return _fetch(db, who, search, found.ids, progress, whole=found.complete)


def update_search(
    db: Database, who: Caller, search: int | None = None, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Run a recorded PubMed search again (the last one by default) and fetch only what is new."""
    with db.read() as conn:
        acting(conn, who, *MANAGERS, act="search PubMed")
        runs = [row for row in intake.searches(conn) if row["query"]]
        if search is not None:
            runs = [row for row in runs if row["id"] == search]
        if not runs:
            raise NotFound(
                "No PubMed search is recorded yet."
                if search is None
                else f"Search {search} is not a PubMed search."
            )
        earlier = runs[-1]
        accessions = records.accessions(conn)
        known = intake.known_accessions(conn, SOURCE)
    since = earlier["limits"].get("since")
    found = Settings().pubmed().find(earlier["query"], since=since)
    fresh = [id_ for id_ in found.ids if id_ not in known]
    with writing(db, who) as write:
        new = _begin(
            write,
            found,
            text=earlier["strategy"],
            limits={"since": since} if since else {},
            ids=fresh,
            rerun_of=earlier["rerun_of"] or earlier["id"],
        )
        again = [accessions[id_][0] for id_ in found.ids if id_ in known]
        write.add_many(RefoundRow, [{"search_id": new, "record_id": r} for r in again])
    return _fetch(db, who, new, fresh, progress, whole=found.complete)


def _begin(
    write: Write,
    found: Found,
    *,
    text: str,
    limits: dict[str, str],
    ids: Sequence[str],
    notes: tuple[str, ...] = (),
    rerun_of: int | None = None,
) -> int:
    """Store the search and the ids it is to fetch, before the first is fetched."""
    search = write.add(
        SearchRow,
        source=SOURCE,
        kind=SearchKind.DATABASE,
        platform=PLATFORM,
        strategy=text,
        query=found.query,
        translation=found.translation,
        limits=limits,
        date=datetime.now(UTC).date().isoformat(),
        reported=found.count,
        warnings=[*notes, *found.warnings],
        rerun_of=rerun_of,
    )
    write.add(SearchPlanRow, search_id=search, ids=list(ids))
    return search


def _resume(db: Database, who: Caller, search: int, progress: Progress | None) -> dict[str, Any]:
    with db.read() as conn:
        found = intake.searches(conn, id=search)
        plan = intake.plan(conn, search)
        done = intake.fetched(conn, search)
    if not found or plan is None:
        raise NotFound(f"Search {search} is not a PubMed search that can be resumed.")
    if found[0]["complete"]:
        raise Refused(f"Search {search} is complete; run it again with 'review search update'.")
    rest = [id_ for id_ in plan if id_ not in done]
    return _fetch(db, who, search, rest, progress, done=len(done))


def _fetch(
    db: Database,
    who: Caller,
    search: int,
    ids: Sequence[str],
    progress: Progress | None,
    *,
    done: int = 0,
    whole: bool = True,
) -> dict[str, Any]:
    """Fetch `ids` batch by batch, each stored in a transaction of its own.

    `whole` is false where PubMed did not list all the ids it counted.
    """
    occurrences = intake.Occurrences(SOURCE)
    total = done + len(ids)
    deleted: list[str] = []
    client = Settings().pubmed()
    try:
        for batch in client.fetch(ids):
            with writing(db, who) as write:
                intake.add_records(write, search, batch.records, occurrences)
                intake.add_rejects(write, search, batch.rejects)
                write.add(
                    SearchBatchRow,
                    search_id=search,
                    requested=list(batch.requested),
                    missing=list(batch.missing),
                )
            deleted += batch.deleted
            done += len(batch.requested)
            if progress:
                progress(done, total)
    except Incomplete as stopped:
        _end(db, who, search, complete=False, note=str(stopped), deleted=deleted)
        raise Incomplete(
            f"{stopped} {done:,} of {total:,} records are in; go on with "
            f"'review search pubmed --resume {search}'."
        ) from stopped
    note = "" if whole else "PubMed listed fewer ids than it counted"
    _end(db, who, search, complete=whole, note=note, deleted=deleted)
    with db.read() as conn:
        row = intake.searches(conn, id=search)[0]
        rejects = intake.rejects(conn, search)
    return {
        "search": search,
        "count": row["reported"],
        "imported": row["read"],
        "new": row["new"],
        "missing": row["missing"],
        "rejects": rejects,
        "warnings": row["warnings"],
        "translation": row["translation"],
        "complete": row["complete"],
    }


def _end(
    db: Database, who: Caller, search: int, *, complete: bool, note: str, deleted: list[str]
) -> None:
    with writing(db, who) as write:
        write.add(SearchEndRow, search_id=search, complete=complete, note=note, deleted=deleted)


def _answer(found: Found, notes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "count": found.count,
        "query": found.query,
        "translation": found.translation,
        "warnings": [*notes, *found.warnings],
        "missing": [],
    }
