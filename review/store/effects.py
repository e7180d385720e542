"""Which effects match a search expression: compiled to SQL, values always bound."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.store import notices
from review.store.evidence import included_studies, links
from review.store.extractions import heard
from review.store.tables import (
    ClusterRow,
    EffectRow,
    EvidenceTerm,
    RecordRow,
    StudyRow,
)
from review.store.tables.base import table_of
from review.synthesis.query import And, Compare, Expr, Match, Not, Or

_EFFECT = table_of(EffectRow)
_TERM = table_of(EvidenceTerm)
_STUDY = table_of(StudyRow)
_CLUSTER = table_of(ClusterRow)
_RECORD = table_of(RecordRow)
_FEW = 500
_ORDERED = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


def effects(
    conn: sa.Connection,
    where: Expr | None,
    *,
    everything: bool = False,
    viewer: int | None = None,
    blind: bool = False,
) -> list[dict[str, Any]]:
    """Return the effects that match, each with its study, its terms by facet and its reports.

    Only effects of studies with an included report, unless `everything`; who is `blind` to
    unsettled forms hears their own and what is settled.
    """
    query = (
        sa.select(
            _EFFECT,
            _STUDY.c.label.label("study_label"),
            _STUDY.c.cohort_family,
            _STUDY.c.attributes,
        )
        .join(_STUDY, _STUDY.c.id == _EFFECT.c.study_id)
        .where(_EFFECT.c.extraction_id.in_(heard(viewer, blind=blind)))
        .order_by(_EFFECT.c.study_id, _EFFECT.c.id)
    )
    if not everything:
        query = query.where(_EFFECT.c.study_id.in_(included_studies()))
    if where is not None:
        query = query.where(_condition(where))
    found = [dict(row) for row in conn.execute(query).mappings()]
    by_effect: dict[int, dict[str, list[str]]] = {}
    speaking = sa.select(_TERM.c.effect_id, _TERM.c.facet, _TERM.c.code)
    if len(found) <= _FEW:
        speaking = speaking.where(_TERM.c.effect_id.in_([row["id"] for row in found]))
    for effect, facet, code in conn.execute(speaking):
        by_effect.setdefault(effect, {}).setdefault(facet, []).append(code)
    reports: dict[int, list[int]] = {}
    link = links()
    for study, kept in conn.execute(sa.select(link.c.study_id, link.c.kept_id).distinct()):
        reports.setdefault(study, []).append(kept)
    for row in found:
        row["facets"] = by_effect.get(row["id"], {})
        row["reports"] = sorted(reports.get(row["study_id"], []))
    return found


def reports(conn: sa.Connection, kept: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return title, year and whether it was retracted of each of these kept records."""
    gone = notices.retracted_reports(conn, notices.known(conn))
    query = sa.select(_RECORD.c.id, _RECORD.c.title, _RECORD.c.year)
    if len(kept) <= _FEW:
        query = query.where(_RECORD.c.id.in_(kept))
    else:
        query = query.where(_RECORD.c.id.in_(sa.select(links().c.kept_id)))
    return {
        row.id: {"title": row.title, "year": row.year, "retracted": row.id in gone}
        for row in conn.execute(query)
    }


def _condition(expr: Expr) -> sa.ColumnElement[bool]:
    """Compile an expression to SQL: names come from fixed columns, values are always bound."""
    match expr:
        case And(items):
            return sa.and_(*(_condition(item) for item in items))
        case Or(items):
            return sa.or_(*(_condition(item) for item in items))
        case Not(item):
            return sa.not_(_condition(item))
        case Compare(facet=True):
            return _facet(expr)
        case Compare() | Match():
            return _field(expr)


def _facet(expr: Compare) -> sa.ColumnElement[bool]:
    if expr.op == "under":
        among = sa.or_(
            *(
                sa.or_(_TERM.c.code == code, _TERM.c.code.startswith(f"{code}.", autoescape=True))
                for code in expr.values
            )
        )
    else:
        among = _TERM.c.code.in_(expr.values)
    return _EFFECT.c.id.in_(sa.select(_TERM.c.effect_id).where(_TERM.c.facet == expr.name, among))


def _field(expr: Compare | Match) -> sa.ColumnElement[bool]:
    own: dict[str, sa.ColumnElement[Any]] = {
        "study": _EFFECT.c.study_id,
        "effect": _EFFECT.c.id,
        "note": _EFFECT.c.note,
        "study_label": _STUDY.c.label,
        "cohort": _STUDY.c.cohort_family,
        "verified": _STUDY.c.attributes["verified"].as_string(),
    }
    if expr.name in own:
        return sa.func.coalesce(_holds(expr, own[expr.name]), False)
    of_report: dict[str, sa.ColumnElement[Any]] = {
        "record": _RECORD.c.id,
        **{
            name: _RECORD.c[name]
            for name in ("year", "title", "abstract", "journal", "doi", "pmid")
        },
    }
    wanted = _held_in_list(expr) if expr.name == "author" else _holds(expr, of_report[expr.name])
    reports = links()
    return _EFFECT.c.study_id.in_(
        sa.select(reports.c.study_id)
        .join(_CLUSTER, _CLUSTER.c.kept_id == reports.c.kept_id)
        .join(_RECORD, _RECORD.c.id == _CLUSTER.c.record_id)
        .where(wanted)
    )


def _held_in_list(expr: Compare | Match) -> sa.ColumnElement[bool]:
    """Whether one of the authors is the one named; a list is stored as JSON, names in quotes."""
    stored = sa.cast(_RECORD.c.authors, sa.Text)
    if isinstance(expr, Match):
        return _holds(expr, stored)
    named = (json.dumps(str(value).lower(), ensure_ascii=False) for value in expr.values)
    return sa.or_(*(sa.func.lower(stored).contains(name, autoescape=True) for name in named))


def _holds(expr: Compare | Match, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    if isinstance(expr, Match):
        folded = sa.func.lower(column)
        held = (folded.contains(word.lower(), autoescape=True) for word in expr.words)
        return sa.and_(*held)
    if expr.op in _ORDERED:
        compared: sa.ColumnElement[bool] = getattr(column, _ORDERED[expr.op])(expr.values[0])
        return compared
    if all(isinstance(value, int) for value in expr.values):
        return column.in_(expr.values)
    return sa.func.lower(column).in_([str(value).lower() for value in expr.values])
