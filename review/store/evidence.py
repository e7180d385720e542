"""Queries about tags and effects: the terms that speak of each effect, and which effects match."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from review.extraction.alignment import derived
from review.protocol import Codebook
from review.store import extractions
from review.store.tables import (
    ArmRow,
    ClusterRow,
    EffectRow,
    EvidenceTerm,
    RecordRow,
    StandingRow,
    StudyReportRow,
    StudyRow,
    TagRow,
)
from review.store.tables.base import table_of
from review.vocab import Level, Stage, State

_TAG = table_of(TagRow)
_ARM = table_of(ArmRow)
_EFFECT = table_of(EffectRow)
_TERM = table_of(EvidenceTerm)
_STUDY = table_of(StudyRow)
_LINK = table_of(StudyReportRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_RECORD = table_of(RecordRow)
_CHUNK = 500


def tags(
    conn: sa.Connection, level: Level, targets: Collection[int], *, member: int | None = None
) -> dict[int, list[sa.Row[Any]]]:
    """Return the tags on targets: each member's latest word on each code, where it is present."""
    latest: dict[tuple[int, int | None, str], sa.Row[Any]] = {}
    wanted = list(targets)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            sa.select(_TAG)
            .where(_TAG.c.level == level, _TAG.c.target_id.in_(wanted[start : start + _CHUNK]))
            .order_by(_TAG.c.id)
        )
        if member is not None:
            query = query.where(_TAG.c.member_id == member)
        for row in conn.execute(query):
            latest[row.target_id, row.member_id, row.code] = row
    found: dict[int, list[sa.Row[Any]]] = {}
    for row in latest.values():
        if row.present:
            found.setdefault(row.target_id, []).append(row)
    return found


def links() -> sa.Subquery:
    """The reports of each study: (study_id, record_id, kept_id), as the latest facts join them."""
    newest = sa.select(sa.func.max(_LINK.c.id)).group_by(_LINK.c.record_id)
    return (
        sa.select(_LINK.c.study_id, _LINK.c.record_id, _CLUSTER.c.kept_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == _LINK.c.record_id)
        .where(_LINK.c.joined, _LINK.c.id.in_(newest))
        .subquery("reports")
    )


def included_studies() -> sa.Select[tuple[int]]:
    """The studies of which a report stands included at full text."""
    reports = links()
    return (
        sa.select(reports.c.study_id)
        .join(_STANDING, _STANDING.c.kept_id == reports.c.kept_id)
        .where(_STANDING.c.stage == Stage.FULL_TEXT, _STANDING.c.state == State.INCLUDED)
    )


def target_study(conn: sa.Connection, level: Level, id: int) -> int | None:
    """Return the study that a study, arm or effect belongs to, or None if there is none such."""
    table = {Level.STUDY: _STUDY, Level.ARM: _ARM, Level.EFFECT: _EFFECT}[level]
    column = table.c.id if level is Level.STUDY else table.c.study_id
    found: int | None = conn.scalar(sa.select(column).where(table.c.id == id))
    return found


def terms(
    conn: sa.Connection, studies: Collection[int] | None, codebook: Codebook
) -> list[dict[str, Any]]:
    """Return the evidence terms of the effects of `studies` (None: all) from the facts."""
    heard = extractions.spoken(conn, studies)
    if not heard:
        return []
    chosen = {row.id for row in heard}
    speaking = {row.study_id for row in heard}
    arms = _by_extraction(conn, _ARM, speaking, chosen)
    effects = _by_extraction(conn, _EFFECT, speaking, chosen)
    reports: dict[int, list[int]] = {}
    link = links()
    for row in conn.execute(sa.select(link.c.study_id, link.c.kept_id)):
        if row.study_id in speaking:
            reports.setdefault(row.study_id, []).append(row.kept_id)
    on_study = tags(conn, Level.STUDY, speaking)
    on_report = tags(conn, Level.REPORT, {r for kept in reports.values() for r in kept})
    on_arm = tags(conn, Level.ARM, {arm.id for some in arms.values() for arm in some})
    on_effect = tags(conn, Level.EFFECT, {e.id for some in effects.values() for e in some})
    found = []
    for extraction in heard:
        study = extraction.study_id
        shared = _codes(extraction.terms)
        shared |= _tagged(on_study.get(study, ()))
        for report in reports.get(study, ()):
            shared |= _tagged(on_report.get(report, ()))
        for effect in effects.get(extraction.id, ()):
            codes = shared | _codes(effect.terms) | _tagged(on_effect.get(effect.id, ()))
            for arm in arms.get(extraction.id, ()):
                if not effect.arms or arm.label in effect.arms:
                    codes |= _codes(arm.terms) | _tagged(on_arm.get(arm.id, ()))
            by_facet: dict[str, list[str]] = {}
            for facet, code in sorted(codes):
                by_facet.setdefault(facet, []).append(code)
            for facet, more in derived(codebook, by_facet).items():
                codes |= {(facet, code) for code in more}
            found += [
                {"effect_id": effect.id, "facet": facet, "code": code, "study_id": study}
                for facet, code in sorted(codes)
            ]
    return found


def _by_extraction(
    conn: sa.Connection, table: sa.Table, studies: Iterable[int], extractions: set[int]
) -> dict[int, list[sa.Row[Any]]]:
    found: dict[int, list[sa.Row[Any]]] = {}
    wanted = list(studies)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            sa.select(table)
            .where(table.c.study_id.in_(wanted[start : start + _CHUNK]))
            .order_by(table.c.id)
        )
        for row in conn.execute(query):
            if row.extraction_id in extractions:
                found.setdefault(row.extraction_id, []).append(row)
    return found


def _codes(terms: dict[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {(facet, code) for facet, codes in terms.items() for code in codes}


def _tagged(rows: Iterable[sa.Row[Any]]) -> set[tuple[str, str]]:
    return {(row.facet, row.code) for row in rows}


def refresh(conn: sa.Connection, studies: Collection[int], codebook: Codebook) -> None:
    """Store again the evidence terms of `studies`, in the caller's transaction."""
    wanted = list(studies)
    conn.execute(_TERM.delete().where(_TERM.c.study_id.in_(wanted)))
    rows = terms(conn, wanted, codebook)
    if rows:
        conn.execute(_TERM.insert(), rows)


def rebuild(conn: sa.Connection, codebook: Codebook) -> None:
    """Drop the evidence terms and make them anew from the facts."""
    conn.execute(_TERM.delete())
    rows = terms(conn, None, codebook)
    if rows:
        conn.execute(_TERM.insert(), rows)


def differences(conn: sa.Connection, codebook: Codebook) -> list[str]:
    """Return a sentence for each stored evidence term that the facts do not give, or lack."""
    stored = {
        tuple(row)
        for row in conn.execute(sa.select(_TERM.c.effect_id, _TERM.c.facet, _TERM.c.code))
    }
    right = {(row["effect_id"], row["facet"], row["code"]) for row in terms(conn, None, codebook)}
    return [
        f"effect {effect} is stored with {facet} {code}, which no fact gives"
        for effect, facet, code in sorted(stored - right)
    ] + [
        f"effect {effect} lacks {facet} {code}, which the facts give"
        for effect, facet, code in sorted(right - stored)
    ]
