"""The evidence table: effects of included studies that match an expression, page by page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.errors import BadInput
from review.protocol import Codebook, Protocol
from review.protocol.codebook import nearest
from review.screening.blinding import blind_to_forms, blind_to_open_tags
from review.store import counting, effects as stored, ordering, people
from review.store.engine import Database
from review.store.people import Member
from review.store.picking import Evidence
from review.synthesis.evidence import (
    Column,
    chosen,
    columns as known_columns,
    flagged,
    row,
    sorting_key,
)
from review.synthesis.expression import FIELDS, Expr, parse
from review.synthesis.narrowing import asked, without

AnyItem = TypeVar("AnyItem")
BATCH = 500
"""Effects whose rows are in memory at once while all of them are gone through."""


def columns(db: Database) -> list[dict[str, Any]]:
    """Return every column of an evidence table: name, label and whether a facet."""
    with db.read() as conn:
        _, content = people.protocol(conn)
    return [_column(column) for column in known_columns(content)]


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
        wanted = chosen(content, columns)
        found = evidence_of(conn, member, everything=everything)
        found.sets()  # rows need them all, so they are read once
        expr = read_expression(where, book)
        picked = found.picked(expr)
        order = read_sort(sort, content)
        at = ordered(found, picked, order, content, offset=max(offset, 0), limit=limit)
        rows = cells(found, at, content, wanted)
        if columns is None and any(one["retracted"] for one in rows):
            wanted = flagged(wanted)
        more = _counted(found, picked, book, expr) if counts else {}
    shown = [{column.name: one[column.name] for column in wanted} | _ids(one) for one in rows]
    return {
        "where": where,
        "columns": [_column(column) for column in wanted],
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
        blind_to_tags=blind_to_open_tags(viewer.id, roles=viewer.roles),
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
    evidence: Evidence, at: Mapping[int, int], protocol: Protocol, wanted: Iterable[Column] = ()
) -> list[dict[str, Any]]:
    """Return the cells of the table's rows, of the effects given with their places (`row`)."""
    effects = stored.rows(evidence, at)
    shown = list(wanted)
    if any(column.section for column in shown):
        for one, filled in zip(effects, stored.filled(evidence, effects), strict=True):
            one["filled"] = filled
    kept = list(dict.fromkeys(record for one in effects for record in one["reports"]))
    reports = cards(evidence.conn, kept, None)
    found = []
    for one in effects:
        some = [reports[record] for record in one["reports"] if record in reports]
        found.append(row(one, protocol, reports=some, wanted=shown))
    return found


def ordered(
    evidence: Evidence,
    picked: int,
    sort: str,
    protocol: Protocol,
    *,
    offset: int = 0,
    limit: int | None = None,
) -> dict[int, int]:
    """Return effect -> place of one page of the picked effects, in the order of a sort.

    Columns that no index holds are read of every effect that was picked.
    """
    name = sort.removeprefix("-")
    if not name or ordering.indexed(name, protocol.codebook):
        return ordering.page(
            evidence, picked, sort=sort, codebook=protocol.codebook, offset=offset, limit=limit
        )
    every = ordering.page(evidence, picked, codebook=protocol.codebook)
    column = next(one for one in known_columns(protocol) if one.name == name)
    keys = [
        sorting_key(one[name])
        for part in batched(every.items())
        for one in cells(evidence, dict(part), protocol, [column])
    ]
    of = dict(zip(every, keys, strict=True))
    told = [effect for effect in every if of[effect] is not None]
    told.sort(key=lambda effect: of[effect] or (), reverse=sort.startswith("-"))
    told += [effect for effect in every if of[effect] is None]
    end = None if limit is None else offset + limit
    return {effect: every[effect] for effect in told[offset:end]}


def batched(some: Iterable[AnyItem], size: int = BATCH) -> Iterator[tuple[AnyItem, ...]]:
    """Take things a batch at a time, so that few rows are in memory at once."""
    left = iter(some)
    while part := tuple(islice(left, size)):
        yield part


def read_expression(where: str | None, codebook: Codebook) -> Expr | None:
    """Return what an expression means, None where it is empty; ExpressionError."""
    return parse(where, codebook) if where and where.strip() else None


def read_sort(sort: str | None, protocol: Protocol) -> str:
    """Return a sort as typed; BadInput for what is no column."""
    if not sort or not sort.strip():
        return ""
    down, name = sort.strip().startswith("-"), sort.strip().removeprefix("-").casefold()
    known = [column.name for column in known_columns(protocol)]
    if name not in known:
        raise BadInput(f"the table is not sorted by {name!r}{nearest(name, known)}")
    return f"-{name}" if down else name


def _ids(cells: dict[str, Any]) -> dict[str, Any]:
    """What a table needs to open the study and the records behind a row."""
    return {name: cells[name] for name in ("effect", "study_id", "reports", "retracted")}


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        "label": column.label,
        "facet": column.facet,
    }
