"""The PRISMA flow, as the caller may see it."""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date as Date, datetime, time
from typing import Any

import sqlalchemy as sa

from review.actions.agreement import reason_labels
from review.actions.caller import Caller, Viewer, acting
from review.actions.evidence import evidence_of
from review.errors import BadInput
from review.protocol import Reason
from review.reporting.diagram import svg
from review.reporting.docx import docx
from review.reporting.fates import RecordFate
from review.reporting.html import html
from review.reporting.prisma import Flow, flow
from review.reporting.prisma_csv import prisma_csv
from review.reporting.prisma_json import as_json
from review.reporting.text import text
from review.screening.blinding import sees_unsettled
from review.store import intake, notices
from review.store.engine import Database
from review.store.flow import counted, fates, previous_version_until
from review.store.people import Member, protocol
from review.synthesis.expression import parse
from review.vocab import Stage, State

_UNSETTLED = {State.AWAITING, State.CONFLICT, State.REASON_CONFLICT}
WRITERS: dict[str, Callable[[Flow], str | bytes]] = {
    "text": text,
    "csv": prisma_csv,
    "svg": svg,
    "html": html,
    "docx": docx,
}


def current_flow(
    conn: sa.Connection,
    viewer: Member | None,
    *,
    where: str | None = None,
    as_of: str | None = None,
    whole: bool = False,
) -> Flow:
    """Fold the flow from the facts; `as_of` (a date, to its end in UTC) reads a past state.

    Every box has its number; that each also opens its records costs reading them all, and comes
    with `whole`. To a reviewer everything that is not settled is one: no box tells how the others
    voted.
    """
    _, content = protocol(conn)
    selected = None
    if where:
        expr = parse(where, content.codebook)
        evidence = evidence_of(conn, viewer)
        selected = evidence.studies_of(evidence.picked(expr))
    seen = Viewer.of(viewer)
    retracted = set(notices.known(conn, until=_end_of(as_of)).retracted)
    found: Iterable[RecordFate]
    if whole or as_of or previous_version_until(conn, content, None):
        found, alike = fates(conn, content, until=_end_of(as_of)), None
    else:
        found, alike = counted(conn, retracted=retracted)
    if not sees_unsettled(seen.id, roles=seen.roles):
        found = map(_blinded, found)
        if alike:
            alike = replace(alike, reports=[(_blinded(fate), n) for fate, n in alike.reports])
    return flow(
        found,
        alike=alike,
        # those too that the protocol no longer has, by their last label: votes may cite them
        reasons=[
            *content.reasons.get(Stage.FULL_TEXT, ()),
            *(
                Reason(code=code, label=label)
                for code, label in reason_labels(conn).items()
                if code not in content.reason_order(Stage.FULL_TEXT)
            ),
        ],
        selected=selected,
        retracted=retracted,
        where=where,
        as_of=as_of,
        title=content.title,
    )


def _blinded(fate: RecordFate) -> RecordFate:
    return replace(
        fate,
        ta=State.UNSCREENED if fate.ta in _UNSETTLED else fate.ta,
        ft=State.UNSCREENED if fate.ft in _UNSETTLED else fate.ft,
        ft_reason=None if fate.ft in _UNSETTLED else fate.ft_reason,
    )


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(Date.fromisoformat(day), time.max, UTC)
    except ValueError:
        raise BadInput(f"'{day}' is no date; write it as 2025-05-20.") from None


def prisma(
    db: Database, who: Caller, *, where: str | None = None, as_of: str | None = None
) -> dict[str, Any]:
    """Return the PRISMA 2020 flow as one document (its shape: reporting.prisma_json).

    `not_complete` lists the searches of now whose records are not all in: they will add to it.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the flow")
        document = as_json(current_flow(conn, viewer, where=where, as_of=as_of))
        lacking = intake.not_complete(conn)
    return document | {"not_complete": [{"search": id_, "source": name} for id_, name in lacking]}


def prisma_file(
    db: Database,
    who: Caller,
    format: str,
    *,
    where: str | None = None,
    as_of: str | None = None,
) -> bytes:
    """Return the flow as a file: text, json, csv (as the PRISMA2020 package's), svg, html, docx."""
    if format == "json":
        document = prisma(db, who, where=where, as_of=as_of)
        return json.dumps(document, indent=2, ensure_ascii=False).encode()
    if format not in WRITERS:
        raise BadInput(f"'{format}' is no format of the flow; formats: json, {', '.join(WRITERS)}.")
    with db.read() as conn:
        viewer = acting(conn, who, act="see the flow")
        written = WRITERS[format](current_flow(conn, viewer, where=where, as_of=as_of))
    return written.encode() if isinstance(written, str) else written
