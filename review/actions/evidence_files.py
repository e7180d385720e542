"""The evidence table as a file to take away, with notes of what it holds and how it came."""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.evidence import cells, evidence_of, read_expression, read_sort
from review.protocol import Codebook
from review.reporting import table
from review.screening.blinding import sees_unsettled
from review.store import ledger, ordering, people
from review.store.engine import Database
from review.store.migrations import HEAD
from review.store.people import Member
from review.synthesis.evidence import Column, chosen, columns as known_columns, flagged

BY_STUDY = "by study number, then as the effects were extracted"


def evidence_file(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    format: str = "csv",
    everything: bool = False,
    sort: str | None = None,
) -> bytes:
    """Return the evidence table as a file: table, md, csv, json, xlsx (formula-safe) or docx.

    All but CSV end with notes: expression, counts, order of the rows, date, and the state of the
    database. Errors as `evidence`; BadInput for an unknown format.
    """
    return _file(db, who, where, columns, format, everything, sort)[0]


def evidence_csv(
    db: Database,
    who: Caller,
    name: str,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    everything: bool = False,
    sort: str | None = None,
) -> tuple[bytes, bytes]:
    """Return the table as CSV, and the notes that go beside a file called `name`."""
    data, wanted, notes = _file(db, who, where, columns, "csv", everything, sort)
    return data, table.csv_metadata(wanted, notes, name)


def _file(
    db: Database,
    who: Caller,
    where: str | None,
    columns: Sequence[str] | None,
    format: str,
    everything: bool,
    sort: str | None,
) -> tuple[bytes, Sequence[Column], dict[str, str]]:
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        version, content = people.protocol(conn)
        book = content.codebook
        wanted = chosen(book, columns)
        found = evidence_of(conn, member, everything=everything)
        picked = found.picked(read_expression(where, book))
        order = read_sort(sort, book)
        rows = cells(conn, found, ordering.page(found, picked, sort=order, codebook=book), book)
        if columns is None:
            wanted = flagged(wanted, rows, book)
        studies = found.layout.studies(picked)
        notes = {
            "Review": content.title,
            "Expression": where.strip() if where and where.strip() else "none: every effect",
            "Studies that speak": "all" if everything else "those with an included report",
            "Counts": f"{picked.bit_count():,} effects of {studies:,} studies",
            "Order of rows": _order(order, book),
            "Made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "Database": _state(conn, member, version),
        }
    return table.evidence_file(wanted, rows, format, notes=notes), wanted, notes


def _order(sort: str, book: Codebook) -> str:
    if not sort:
        return BY_STUDY
    label = next(c.label for c in known_columns(book) if c.name == sort.removeprefix("-"))
    way = "from the largest" if sort.startswith("-") else "from the smallest"
    return f"by {label}, {way}, what is empty last; else {BY_STUDY}"


def _state(conn: sa.Connection, member: Member | None, version: int) -> str:
    """Which state of the database a file comes from.

    The ledger tells how much others have done, so that only who may see that is told of it.
    """
    said = f"protocol version {version}, schema {HEAD}"
    viewer = Viewer.of(member)
    if not sees_unsettled(viewer.id, roles=viewer.roles):
        return said
    seq, digest = ledger.head(conn)
    return f"{said}, ledger row {seq} ({digest[:12]})"
