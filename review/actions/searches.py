"""Bringing records in: files and PubMed, each a search that can be accounted for."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.errors import BadInput, NotFound, StoreError
from review.ingest.expected import expected
from review.ingest.read import read_file
from review.ingest.record import Record, Reject
from review.reporting import searches_out
from review.store import intake, people, search_index
from review.store.engine import Database, Write
from review.store.tables import SearchEndRow, SearchRow
from review.vocab import Role, SearchKind

Progress = Callable[[int, int | None], None]
MANAGERS = (Role.OWNER,)
_BATCH = 200  # as many as are stored in a blink, for whoever votes meanwhile waits for it


def import_file(
    db: Database,
    who: Caller,
    path: Path,
    *,
    source: str,
    kind: str = SearchKind.DATABASE,
    strategy: str | None = None,
    date: str | None = None,
    format: str | None = None,
    platform: str = "",
    limits: str | None = None,
    reported: int | None = None,
    update_of: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Import one file as one search; the same file twice adds nothing.

    `platform` is through what the source was searched (Ovid, EBSCOhost ...), `limits` what the
    search was limited to, in words, and `reported` how many records the source said it found.
    `update_of` is the search that this one is a later run of: where everything was decided before
    it, the flow shows it as an update of the review.

    The records go in by some hundreds, each time at once and the app never kept waiting longer
    than for that; an import that was interrupted is an incomplete search, which the same file
    completes, and what interrupted it says so. Returns {search, records, new, rejects, format,
    file, sha256, deleted}. BadInput if the file as a whole cannot be read; a part that cannot is
    listed as a reject.
    """
    if not source.strip():
        raise BadInput("Name the source of the file, e.g. --source Embase.")
    searched_on = _date(date)
    kind_ = _kind(kind)
    if reported is not None and reported < 0:
        raise BadInput("A source cannot report fewer records than none.")
    reading = read_file(path, format=format)
    sha256 = _sha256(path)
    with writing(db, who) as write:
        acting(write.conn, who, *MANAGERS, act="import records")
        write.only_writer()
        first = None if update_of is None else _first_run(write, update_of, source)
        earlier = intake.search_of_file(write.conn, sha256, source)
        if earlier is not None:
            return _again(write, earlier, path, sha256)
        search = intake.search_of_file(write.conn, sha256, source, complete=False) or write.add(
            SearchRow,
            source=source.strip(),
            kind=kind_,
            strategy=strategy or "",
            platform=platform.strip(),
            limits={"stated": limits.strip()} if limits and limits.strip() else {},
            date=searched_on,
            reported=reported,
            warnings=[],
            file=path.name,
            file_sha256=sha256,
            format=reading.format,
            rerun_of=first,
        )
    read = new = 0
    rejects: list[Reject] = []
    occurrences = intake.Occurrences(source)
    total = expected(path, reading.format) if progress else None
    # what a batch holds is read before its transaction begins, so that votes go in between
    try:
        for records, bad in _batches(reading.items):
            with writing(db, who) as write:
                fresh, _ = intake.add_records(write, search, records, occurrences)
                intake.add_rejects(write, search, bad, before=len(rejects))
            new, read = new + fresh, read + len(records)
            rejects += bad
            if progress:
                progress(read, total if total is None else max(read, total))
    except (StoreError, KeyboardInterrupt) as stopped:
        said = str(stopped).replace("; nothing was changed", "") or "Interrupted."
        raise type(stopped)(
            f"{said} {read:,} records of {path.name} are in, and search {search} is not complete; "
            "import the same file again to bring in the rest."
        ) from stopped
    deleted = list(reading.deleted)
    _gather_words(db, who)
    with writing(db, who) as write:
        write.only_writer()
        if intake.search_of_file(write.conn, sha256, source) is None:
            write.add(SearchEndRow, search_id=search, complete=True, note="", deleted=deleted)
    return {
        "search": search,
        "records": read,
        "new": new,
        "rejects": [asdict(reject) for reject in rejects],
        "format": reading.format,
        "file": path.name,
        "sha256": sha256,
        "deleted": deleted,
        "reported": reported,
        "differs": differs({"reported": reported, "read": read, "rejects": len(rejects)}),
    }


def _gather_words(db: Database, who: Caller) -> None:
    """Bring the index of words together where the import has scattered it, a little at a time."""
    with db.read() as conn:
        more = search_index.is_scattered(conn)
    while more:
        with writing(db, who) as write:
            more = search_index.gather(write.conn)


def _first_run(write: Write, search: int, source: str) -> int:
    """Return the first run of a search of the same source that a file is to be a later run of."""
    rows = intake.searches(write.conn, id=search)
    if not rows:
        raise NotFound(f"There is no search {search} of which this could be an update.")
    row = rows[0]
    if row["source"].strip().lower() != source.strip().lower():
        raise BadInput(
            f"Search {search} was one of {row['source']}, so this one of {source.strip()} is no "
            "update of it."
        )
    first: int = row["rerun_of"] or row["id"]
    return first


def _again(write: Write, search: int, path: Path, sha256: str) -> dict[str, Any]:
    """Answer for a file that is already in."""
    known = intake.searches(write.conn, id=search)[0]
    return {
        "search": search,
        "records": known["read"],
        "new": 0,
        "rejects": intake.rejects(write.conn, search),
        "format": known["format"],
        "file": path.name,
        "sha256": sha256,
        "deleted": known["deleted"],
        "reported": known["reported"],
        "differs": differs(known),
    }


def _batches(items: Iterable[Record | Reject]) -> Iterator[tuple[list[Record], list[Reject]]]:
    iterator: Iterator[Record | Reject] = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield (
            [item for item in batch if isinstance(item, Record)],
            [item for item in batch if isinstance(item, Reject)],
        )


def searches(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every search: source, strategy, limits, date, file, what it reported and brought."""
    with db.read() as conn:
        acting(conn, who, act="see the searches")
        names = {member.id: member.name for member in people.members(conn)}
        users = intake.system_users(conn)
        return [
            _document(row, by=names.get(row["member_id"]) or users.get(row["id"], ""))
            for row in intake.searches(conn)
        ]


def searches_file(db: Database, who: Caller, format: str) -> bytes:
    """Return what PRISMA-S asks of every search as a file: csv, xlsx, docx, md or json."""
    rows = searches(db, who)
    if format not in searches_out.FORMATS:
        formats = ", ".join(searches_out.FORMATS)
        raise BadInput(f"'{format}' is no format for searches; formats: {formats}.")
    return searches_out.searches_file(rows, format)


def rejects(db: Database, who: Caller, search: int) -> list[dict[str, str]]:
    """Return what one search could not read: position, reason, excerpt."""
    with db.read() as conn:
        acting(conn, who, act="see the searches")
        return intake.rejects(conn, search)


def differs(row: dict[str, Any]) -> str:
    """Say how many more or fewer records came in than the source reported; "" if as many."""
    reported, read = row["reported"], row["read"]
    if reported is None or reported == read:
        return ""
    if read > reported:
        return f"{read - reported:,} more came in than the {reported:,} reported."
    parts = ((len(row.get("missing", ())), "not delivered"), (row["rejects"], "rejected"))
    why = ", ".join(f"{n:,} {what}" for n, what in parts if n)
    return f"{reported - read:,} of the {reported:,} reported did not come in" + (
        f" ({why})." if why else "."
    )


def _document(row: dict[str, Any], *, by: str) -> dict[str, Any]:
    names_of = ("source", "platform", "strategy", "query", "translation", "limits", "date")
    counts = ("reported", "read", "new", "rejects", "missing", "complete", "ended", "deleted")
    files = ("file", "format", "rerun_of", "warnings")
    return {
        "id": row["id"],
        "kind": row["kind"].value,
        **{key: row[key] for key in (*names_of, *counts, *files)},
        "imported": row["read"],
        "limited": searches_out.limits(row["limits"]),
        "differs": differs(row),
        "sha256": row["file_sha256"],
        "by": by,
        "at": row["at"].isoformat(),
    }


def _kind(text: str) -> SearchKind:
    try:
        return SearchKind(text)
    except ValueError:
        raise BadInput(f"'{text}' is no kind of source; kinds: {', '.join(SearchKind)}.") from None


def _date(text: str | None) -> str:
    if text is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput(f"'{text}' is no date; write it as 2025-05-20.") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
