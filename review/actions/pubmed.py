"""Searching PubMed: find, fetch in batches that can be resumed, and run again for what is new."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.searches import MANAGERS
from review.actions.settings import Settings
from review.errors import BadInput, Incomplete, NotFound, Refused
from review.ingest import strategy as strategies
from review.ingest.answers import Found
from review.ingest.batches import Batch, Fetching
from review.ingest.pubmed import PubMed
from review.store import intake, notices
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
SHORT = "PubMed listed fewer ids than it counted"
Progress = Callable[[int, int | None], None]
Say = Callable[[str], None]
Preview = Callable[[dict[str, Any]], None]


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
    preview: Preview | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Search PubMed and import what it finds; `since` and `until` limit the date of entry.

    `dry_run` only asks for count, translation and warnings; `resume` goes on with an earlier
    search. Before anything is fetched `preview` is given what a dry run would return; `say`
    hears, in a sentence and from any thread, of each pause before another try. Returns {search,
    count, imported, new, missing, rejects, warnings, translation, complete}. Incomplete if the
    run stopped early: what came stays, and the message says how to go on; so does that of a
    KeyboardInterrupt.
    """
    with db.read() as conn:
        acting(conn, who, *MANAGERS, act="search PubMed")
    client = Settings().pubmed()
    client.tell(say)
    if resume is not None:
        return _resume(db, who, client, resume, progress)
    if (query is None) == (strategy is None):
        raise BadInput("Give a query or a --strategy file, one of the two.")
    text, notes = query or "", tuple[str, ...]()
    if strategy is not None:
        read = strategies.read(strategy)
        text, query, notes = read.text, read.query, read.notes
    if dry_run:
        return _foreseen(client.count(query or "", since=since, until=until), notes)
    limits = {key: value for key, value in (("since", since), ("until", until)) if value}
    with client.fetching() as run:
        found = client.find(
            query or "",
            since=since,
            until=until,
            seen=lambda first: preview(_foreseen(first, notes)) if preview else None,
            early=run.add,
        )
        run.add(found.ids)
        with writing(db, who) as write:
            search = _begin(write, found, text=text, notes=notes, limits=limits, ids=run.ids)
        return _fetch(db, who, search, run, progress, whole=found.complete)


def update_search(
    db: Database,
    who: Caller,
    search: int | None = None,
    *,
    progress: Progress | None = None,
    preview: Preview | None = None,
    say: Say | None = None,
) -> dict[str, Any]:
    """Run a recorded PubMed search again (the last one by default) and fetch only what is new.

    The whole search is listed again, without a last date, and compared id by id with what
    PubMed has brought: so records that entered late, or were changed so that they match only
    now, come in, however long ago the search was; there is no window to fall out of. Records
    of the review that PubMed now says are retracted are named in the warnings. Arguments and
    answer as for `search_pubmed`.
    """
    with db.read() as conn:
        acting(conn, who, *MANAGERS, act="search PubMed")
        earlier = _earlier(intake.searches(conn), search)
        known = intake.known(conn, SOURCE)
        retracted = set(notices.known(conn).retracted)
    since = earlier["limits"].get("since")
    client = Settings().pubmed()
    client.tell(say)

    def fresh(ids: Iterable[str]) -> list[str]:
        return [id_ for id_ in ids if id_ not in known]

    with client.fetching() as run:
        found = client.find(
            earlier["query"],
            since=since,
            seen=lambda first: preview(_foreseen(first, ())) if preview else None,
            early=lambda ids: run.add(fresh(ids)),
        )
        run.add(fresh(found.ids))
        gone = client.retracted(found, since=since)
        since_then = [id_ for id_ in gone if known.get(id_, -1) not in {-1, *retracted}]
        notes = (f"Retracted since they came in: PMID {', '.join(since_then)}.",)
        with writing(db, who) as write:
            new = _begin(
                write,
                found,
                text=earlier["strategy"],
                notes=notes if since_then else (),
                limits={"since": since} if since else {},
                ids=run.ids,
                rerun_of=earlier["rerun_of"] or earlier["id"],
            )
            intake.tell_retracted(write, new, {known[id_] for id_ in since_then})
            again = [known[id_] for id_ in found.ids if id_ in known]
            write.add_many(RefoundRow, [{"search_id": new, "record_id": r} for r in again])
        return _fetch(db, who, new, run, progress, whole=found.complete)


def _earlier(rows: list[dict[str, Any]], search: int | None) -> dict[str, Any]:
    """The PubMed search numbered `search`, or the last one; NotFound where there is none."""
    runs = [row for row in rows if row["query"] and search in (None, row["id"])]
    if runs:
        return runs[-1]
    if search is None:
        raise NotFound("No PubMed search is recorded yet.")
    raise NotFound(f"Search {search} is not a PubMed search.")


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
    """Store the search and the ids it is to fetch, before the first of them is stored."""
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
    if not found.complete:  # kept, so that whoever resumes it lists it again
        write.add(SearchEndRow, search_id=search, complete=False, note=SHORT, deleted=[])
    return search


def _resume(
    db: Database, who: Caller, client: PubMed, search: int, progress: Progress | None
) -> dict[str, Any]:
    with db.read() as conn:
        rows = intake.searches(conn, id=search)
        plan = intake.plan(conn, search)
        done = intake.fetched(conn, search)
        short = intake.ever_ended(conn, search, note=SHORT)
        brought = intake.found_by(conn, search) if short else set()
    if not rows or plan is None:
        raise NotFound(f"Search {search} is not a PubMed search that can be resumed.")
    row = rows[0]
    if row["complete"]:
        raise Refused(f"Search {search} is complete; run it again with 'review search update'.")
    whole, limits = True, row["limits"]
    if short:
        found = client.find(row["query"], since=limits.get("since"), until=limits.get("until"))
        brought.update(plan)
        left_out = [id_ for id_ in found.ids if id_ not in brought]
        whole = found.complete
        with writing(db, who) as write:
            write.add(SearchPlanRow, search_id=search, ids=left_out)
        plan += left_out
    with client.fetching() as run:
        run.add(id_ for id_ in plan if id_ not in done)
        return _fetch(db, who, search, run, progress, done=len(done), whole=whole)


def _fetch(
    db: Database,
    who: Caller,
    search: int,
    run: Fetching,
    progress: Progress | None,
    *,
    done: int = 0,
    whole: bool = True,
) -> dict[str, Any]:
    """Store what `run` fetches, each batch in a transaction of its own.

    `whole` is false where PubMed did not list all the ids it counted.
    """
    occurrences = intake.Occurrences(SOURCE)
    total = done + len(run.ids)
    deleted: list[str] = []

    def told() -> None:
        if progress:
            progress(done, total)

    told()
    try:
        for batch in run.batches(idle=told):
            _store(db, who, search, batch, occurrences)
            deleted += batch.deleted
            done += len(batch.requested)
            told()
    except (Incomplete, KeyboardInterrupt) as stopped:
        # its frames may hold a transaction that was just begun, and with it the lock to write
        stopped.__traceback__ = None
        said = str(stopped) or "Interrupted."
        _end(db, who, search, complete=False, note=said, deleted=deleted)
        raise type(stopped)(
            f"{said} {done:,} of {total:,} records are in; go on with "
            f"'review search pubmed --resume {search}'."
        ) from stopped
    _end(db, who, search, complete=whole, note="" if whole else SHORT, deleted=deleted)
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


def _store(
    db: Database, who: Caller, search: int, batch: Batch, occurrences: intake.Occurrences
) -> None:
    with writing(db, who) as write:
        intake.add_records(write, search, batch.records, occurrences)
        intake.add_rejects(write, search, batch.rejects)
        write.add(
            SearchBatchRow,
            search_id=search,
            requested=list(batch.requested),
            missing=list(batch.missing),
        )


def _end(
    db: Database, who: Caller, search: int, *, complete: bool, note: str, deleted: list[str]
) -> None:
    with writing(db, who) as write:
        write.add(SearchEndRow, search_id=search, complete=complete, note=note, deleted=deleted)


def _foreseen(found: Found, notes: tuple[str, ...]) -> dict[str, Any]:
    """What is known of a search before anything of it is fetched."""
    return {
        "search": None,
        "count": found.count,
        "query": found.query,
        "translation": found.translation,
        "warnings": [*notes, *found.warnings],
        "imported": 0,
        "missing": [],
        "complete": False,
    }
