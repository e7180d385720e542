"""The evidence table as a file to take away, with notes of what it holds and how it came."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.evidence import (
    batched,
    cells,
    evidence_of,
    ordered,
    read_expression,
    read_sort,
)
from review.protocol import Protocol
from review.reporting import table
from review.screening.blinding import sees_unsettled
from review.store import effects, ledger, people
from review.store.engine import Database
from review.store.migrations import HEAD
from review.store.people import Member
from review.synthesis.evidence import chosen, columns as known_columns, flagged

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
    out = io.BytesIO()
    write_evidence_file(
        db, who, out, where=where, columns=columns, format=format, everything=everything, sort=sort
    )
    return out.getvalue()


def write_evidence_file(
    db: Database,
    who: Caller,
    out: BinaryIO,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    format: str = "csv",
    everything: bool = False,
    sort: str | None = None,
    name: str = "evidence.csv",
) -> bytes:
    """Write the table to an open file row by row, however long it is; see `evidence_file`.

    Returns the notes as JSON, to put beside a CSV file called `name`. Faults are raised before
    anything is written, but for a table of more rows than its format holds.
    """
    table.known(format)
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        version, content = people.protocol(conn)
        wanted = chosen(content, columns)
        found = evidence_of(conn, member, everything=everything)
        picked = found.picked(read_expression(where, content.codebook))
        order = read_sort(sort, content)
        if columns is None and effects.any_retracted(found, picked):
            wanted = flagged(wanted)
        notes = {
            "Review": content.title,
            "Expression": where.strip() if where and where.strip() else "none: every effect",
            "Studies that speak": "all" if everything else "those with an included report",
            "Counts": f"{picked.bit_count():,} effects of {found.layout.studies(picked):,} studies",
            "Order of rows": _order(order, content),
            "Made": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "Database": _state(conn, member, version),
        }
        at = ordered(found, picked, order, content)
        rows = (
            row for part in batched(at.items()) for row in cells(found, dict(part), content, wanted)
        )
        table.write_evidence(out, wanted, rows, format, notes=notes)
    return table.csv_metadata(wanted, notes, name)


def _order(sort: str, protocol: Protocol) -> str:
    if not sort:
        return BY_STUDY
    label = next(c.label for c in known_columns(protocol) if c.name == sort.removeprefix("-"))
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
