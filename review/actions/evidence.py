"""The evidence table: effects of included studies that match an expression."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.protocol import Codebook
from review.reporting import table
from review.screening.blinding import blind_to_forms
from review.store import effects as stored
from review.store import people
from review.store.effects import effects as matching
from review.store.engine import Database
from review.store.people import Member
from review.synthesis.evidence import Column, chosen, flagged, row
from review.synthesis.evidence import columns as known_columns
from review.synthesis.expression import parse


def columns(db: Database) -> list[dict[str, Any]]:
    """Return every column that the evidence table can have: name, label, whether a facet."""
    with db.read() as conn:
        _, content = people.protocol(conn)
    return [_column(column) for column in known_columns(content.codebook)]


def evidence(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    everything: bool = False,
) -> dict[str, Any]:
    """Return {columns, rows, effects, studies}: one row an effect of an included study.

    `everything` lets studies speak that are not (yet) included. ExpressionError points at the
    character of `where`; BadInput for an unknown column.
    """
    with db.read() as conn:
        acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        wanted = chosen(content.codebook, columns)
        rows = _rows(conn, where, content.codebook, everything)
        if columns is None:
            wanted = flagged(wanted, rows, content.codebook)
    shown = [{column.name: one[column.name] for column in wanted} | _ids(one) for one in rows]
    return {
        "where": where,
        "columns": [_column(column) for column in wanted],
        "rows": shown,
        "effects": len(rows),
        "studies": len({one["study_id"] for one in rows}),
    }


def evidence_file(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    format: str = "csv",
    everything: bool = False,
) -> bytes:
    """Return the evidence table as a file: table, md, csv, json or xlsx (formula-safe)."""
    with db.read() as conn:
        acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        wanted = chosen(content.codebook, columns)
        rows = _rows(conn, where, content.codebook, everything)
        if columns is None:
            wanted = flagged(wanted, rows, content.codebook)
    return table.evidence_file(wanted, rows, format)


def effect_rows(
    conn: sa.Connection,
    member: Member | None,
    *,
    where: str | None = None,
    everything: bool = False,
) -> list[dict[str, Any]]:
    """Return the effects that match `where` and that `member` may see, one dictionary each.

    `id`, `study_id`, `study_label`, `cohort_family`, `attributes` (of the study), `year` and
    `title` (of its first report), `terms` (the effect's own codes by facet), `facets` (all codes
    that speak of it, derived ones too), `arms` (labels), `numbers`, `source`, `note`, `reports`
    (kept records), `risk_of_bias` (low, some, high, unclear; None where not settled) and
    `retracted`. Only included studies speak unless `everything`; `member` None is whoever holds
    the database. Raises ExpressionError.
    """
    _, content = people.protocol(conn)
    expr = parse(where, content.codebook) if where and where.strip() else None
    viewer = Viewer.of(member)
    found = matching(
        conn,
        expr,
        everything=everything,
        viewer=viewer.id,
        blind=blind_to_forms(viewer.id, roles=viewer.roles),
    )
    reports = stored.reports(conn, {record for one in found for record in one["reports"]})
    for one in found:
        some = [reports[record] for record in one["reports"] if record in reports]
        one["title"] = some[0]["title"] if some else ""
        years = [report["year"] for report in some if report["year"]]
        one["year"] = min(years) if years else (one["attributes"] or {}).get("year")
        one["retracted"] = any(report["retracted"] for report in some)
        one["risk_of_bias"] = None
    return found


def _rows(
    conn: sa.Connection, where: str | None, codebook: Codebook, everything: bool
) -> list[dict[str, Any]]:
    expr = parse(where, codebook) if where and where.strip() else None
    effects = matching(conn, expr, everything=everything)
    kept = list(dict.fromkeys(record for one in effects for record in one["reports"]))
    reports = cards(conn, kept, None)
    found = []
    for one in effects:
        some = [reports[record] for record in one["reports"] if record in reports]
        found.append(row(one, codebook, reports=some))
    return found


def _ids(cells: dict[str, Any]) -> dict[str, Any]:
    """What a table needs to open the study and the records behind a row."""
    return {name: cells[name] for name in ("effect", "study_id", "reports", "retracted")}


def _column(column: Column) -> dict[str, Any]:
    return {"name": column.name, "label": column.label, "facet": column.facet}
