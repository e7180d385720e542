"""The evidence table: effects of included studies that match an expression, page by page."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.errors import BadInput
from review.protocol import Codebook
from review.protocol.codebook import nearest
from review.screening.blinding import blind_to_forms
from review.store import counting, effects as stored, ordering, people
from review.store.engine import Database
from review.store.people import Member
from review.store.picking import Evidence
from review.synthesis.evidence import Column, chosen, columns as known_columns, flagged, row
from review.synthesis.expression import FIELDS, Expr, parse
from review.synthesis.narrowing import asked, without


def columns(db: Database) -> list[dict[str, Any]]:
    """Return every column of an evidence table: name, label, whether a facet, and sortable."""
    with db.read() as conn:
        _, content = people.protocol(conn)
    return [_column(column, content.codebook) for column in known_columns(content.codebook)]


def fields(db: Database) -> list[dict[str, Any]]:
    """Return the plain fields an expression may ask for: name, kind, meaning, choices."""
    return [asdict(field) for field in FIELDS.values()]


def evidence(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    everything: bool = False,
    sort: str | None = None,
    offset: int = 0,
    limit: int | None = None,
    counts: bool = False,
) -> dict[str, Any]:
    """Return {where, columns, rows, effects, studies, sort, offset}: a row is an effect.

    Only included studies speak unless `everything`; `effects` and `studies` count all that
    match, `rows` are those from `offset` on, at most `limit`. `sort` is a column, `-column` from
    the largest; without it rows come by study, then as they were extracted. With `counts` also
    `of` and `facets` as `evidence_counts`, but a facet whose terms the expression asks for is
    counted without that, so that its other terms can be chosen. ExpressionError points at the
    character of `where`; BadInput for an unknown column or one that cannot be sorted by.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        book = content.codebook
        wanted = chosen(book, columns)
        found = evidence_of(conn, member, everything=everything)
        found.sets()  # rows need them all, so they are read once
        expr = read_expression(where, book)
        picked = found.picked(expr)
        order = read_sort(sort, book)
        at = ordering.page(
            found, picked, sort=order, codebook=book, offset=max(offset, 0), limit=limit
        )
        rows = cells(conn, found, at, book)
        if columns is None:
            wanted = flagged(wanted, rows, book)
        more = _counted(found, picked, book, expr) if counts else {}
    shown = [{column.name: one[column.name] for column in wanted} | _ids(one) for one in rows]
    return {
        "where": where,
        "columns": [_column(column, book) for column in wanted],
        "rows": shown,
        "effects": picked.bit_count(),
        "studies": found.layout.studies(picked),
        "sort": order,
        "offset": max(offset, 0),
    } | more


def evidence_counts(
    db: Database, who: Caller, *, where: str | None = None, everything: bool = False
) -> dict[str, Any]:
    """Return how many studies and effects match, and how many of them have each term.

    {where, effects, studies, of {effects, studies}, facets: [{id, label, level, terms: [{code,
    label, depth, below, studies, effects}]}]}; a term counts what stands below it too. `of` is
    without the expression. The last facet is the risk of bias.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        book = content.codebook
        found = evidence_of(conn, member, everything=everything)
        picked = found.picked(read_expression(where, book))
        counted = _counted(found, picked, book)
    effects, studies = picked.bit_count(), found.layout.studies(picked)
    return {"where": where, "effects": effects, "studies": studies} | counted


def _counted(
    found: Evidence, picked: int, book: Codebook, apart: Expr | None = None
) -> dict[str, Any]:
    """What is in all, and the counts by facet; `apart` leaves out what it asks of a facet."""
    terms = counting.counts(found, picked, book) | {
        "risk_of_bias": counting.risk_counts(found, picked)
    }
    for name in asked(apart).keys() & terms.keys():
        rest = found.picked(without(apart, name))
        if name == "risk_of_bias":
            terms[name] = counting.risk_counts(found, rest)
        else:
            terms[name] = counting.facet_counts(found, rest, book.facet(name))
    named = [(f.id, f.label, f.level.value) for f in book.facets]
    named.append(("risk_of_bias", "Risk of bias", "study"))
    return {
        "of": {"effects": found.every.bit_count(), "studies": len(found.blocks)},
        "facets": [
            {"id": id_, "label": label, "level": level, "terms": [asdict(t) for t in terms[id_]]}
            for id_, label, level in named
        ],
    }


def evidence_of(
    conn: sa.Connection, member: Member | None, *, everything: bool = False
) -> Evidence:
    """Return the evidence that a member may see; None is whoever holds the database."""
    viewer = Viewer.of(member)
    return Evidence(
        conn,
        everything=everything,
        viewer=viewer.id,
        blind=blind_to_forms(viewer.id, roles=viewer.roles),
    )


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
    that speak of it, derived ones too), `measures` (age in months, lifespan in %, n, motor_units),
    `arms` (labels), `numbers`, `source`, `note`, `reports` (kept records), `risk_of_bias` (low,
    some, high, unclear; None where not settled), `settled` and `retracted`, by study and effect.
    Only included studies speak unless `everything`; `member` None is whoever holds the database.
    Raises ExpressionError.
    """
    _, content = people.protocol(conn)
    evidence = evidence_of(conn, member, everything=everything)
    picked = evidence.picked(read_expression(where, content.codebook))
    found = stored.rows(evidence, ordering.page(evidence, picked, codebook=content.codebook))
    reports = stored.reports(conn, {record for one in found for record in one["reports"]})
    for one in found:
        some = [reports[record] for record in one["reports"] if record in reports]
        one["title"] = some[0]["title"] if some else ""
        years = [report["year"] for report in some if report["year"]]
        one["year"] = min(years) if years else (one["attributes"] or {}).get("year")
        one["retracted"] = any(report["retracted"] for report in some)
    return found


def cells(
    conn: sa.Connection, evidence: Evidence, at: dict[int, int], codebook: Codebook
) -> list[dict[str, Any]]:
    """Return every cell of the table's rows, of the effects given with their places."""
    effects = stored.rows(evidence, at)
    kept = list(dict.fromkeys(record for one in effects for record in one["reports"]))
    reports = cards(conn, kept, None)
    found = []
    for one in effects:
        some = [reports[record] for record in one["reports"] if record in reports]
        found.append(row(one, codebook, reports=some))
    return found


def read_expression(where: str | None, codebook: Codebook) -> Expr | None:
    """Return what an expression means, None where it is empty; ExpressionError."""
    return parse(where, codebook) if where and where.strip() else None


def read_sort(sort: str | None, codebook: Codebook) -> str:
    """Return a sort as typed; BadInput for a column that is none or has no order."""
    if not sort or not sort.strip():
        return ""
    down, name = sort.strip().startswith("-"), sort.strip().removeprefix("-").casefold()
    known = [c.name for c in known_columns(codebook) if ordering.sortable(c.name, codebook)]
    if name not in known:
        raise BadInput(f"the table is not sorted by {name!r}{nearest(name, known)}")
    return f"-{name}" if down else name


def _ids(cells: dict[str, Any]) -> dict[str, Any]:
    """What a table needs to open the study and the records behind a row."""
    return {name: cells[name] for name in ("effect", "study_id", "reports", "retracted")}


def _column(column: Column, codebook: Codebook) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "facet": column.facet,
        "sortable": ordering.sortable(column.name, codebook),
    }
