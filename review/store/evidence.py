"""Which terms speak of each effect, read from the facts; which studies are included."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from review.extraction.alignment import derived
from review.extraction.tagging import EVERYBODY
from review.protocol import Codebook
from review.store import blind_terms, evidence_bits, extractions, tags
from review.store.evidence_bits import Key, Spoken
from review.store.tables import (
    ArmRow,
    ClusterRow,
    EffectRow,
    EvidenceBlockRow,
    StandingRow,
    StudyNamingRow,
    StudyReportRow,
    StudyRow,
)
from review.store.tables.base import table_of
from review.synthesis.measures import bands, measures
from review.vocab import Level, Stage, State

_ARM = table_of(ArmRow)
_EFFECT = table_of(EffectRow)
_BLOCK = table_of(EvidenceBlockRow)
_STUDY = table_of(StudyRow)
_NAMING = table_of(StudyNamingRow)
_LINK = table_of(StudyReportRow)
_CLUSTER = table_of(ClusterRow)
_STANDING = table_of(StandingRow)
_CHUNK = 500
_OF_NUMBERS = ("unit_of_analysis",)


def links(studies: Collection[int] | None = None) -> sa.Subquery:
    """The reports of each study: (study_id, record_id, kept_id), as the latest facts join them."""
    later = _LINK.alias("later")
    overruled = sa.exists().where(later.c.record_id == _LINK.c.record_id, later.c.id > _LINK.c.id)
    query = (
        sa.select(_LINK.c.study_id, _LINK.c.record_id, _CLUSTER.c.kept_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == _LINK.c.record_id)
        .where(_LINK.c.joined, ~overruled)
    )
    if studies is not None:
        query = query.where(_LINK.c.study_id.in_(list(studies)))
    return query.subquery("reports")


def called(studies: Collection[int] | None = None) -> sa.Subquery:
    """Studies as they are called now: id, label, cohort_family, attributes, verified."""
    later = _NAMING.alias("later")
    overruled = sa.exists().where(later.c.study_id == _NAMING.c.study_id, later.c.id > _NAMING.c.id)
    columns = (
        _STUDY.c.id,
        sa.func.coalesce(_NAMING.c.label, _STUDY.c.label).label("label"),
        sa.func.coalesce(_NAMING.c.cohort_family, _STUDY.c.cohort_family).label("cohort_family"),
        _STUDY.c.attributes,
        _STUDY.c.attributes["verified"].as_string().label("verified"),
    )
    named = sa.and_(_NAMING.c.study_id == _STUDY.c.id, ~overruled)
    query = sa.select(*columns).select_from(_STUDY.outerjoin(_NAMING, named))
    if studies is not None:
        query = query.where(_STUDY.c.id.in_(list(studies)))
    return query.subquery("named")


def reports_of(conn: sa.Connection, study: int) -> list[int]:
    """Return the kept records of the reports of a study."""
    reports = links()
    query = sa.select(reports.c.kept_id).where(reports.c.study_id == study).distinct()
    return sorted(conn.scalars(query))


def included_studies() -> sa.Select[tuple[int]]:
    """The studies of which a report stands included at full text."""
    reports = links()
    return (
        sa.select(reports.c.study_id)
        .join(_STANDING, _STANDING.c.kept_id == reports.c.kept_id)
        .where(_STANDING.c.stage == Stage.FULL_TEXT, _STANDING.c.state == State.INCLUDED)
    )


def study_of_effect(conn: sa.Connection, effect: int) -> int | None:
    """Return the study of an effect, None where there is no such effect."""
    found: int | None = conn.scalar(sa.select(_EFFECT.c.study_id).where(_EFFECT.c.id == effect))
    return found


def target_study(conn: sa.Connection, level: Level, id: int) -> int | None:
    """Return the study that a study, arm or effect belongs to, or None if there is none such."""
    table = {Level.STUDY: _STUDY, Level.ARM: _ARM, Level.EFFECT: _EFFECT}[level]
    column = table.c.id if level is Level.STUDY else table.c.study_id
    found: int | None = conn.scalar(sa.select(column).where(table.c.id == id))
    return found


def spoken(
    conn: sa.Connection,
    studies: Collection[int] | None,
    codebook: Codebook,
    *,
    listener: int = EVERYBODY,
) -> Iterator[Spoken]:
    """Yield each extraction of `studies` (None: all) that speaks, with the terms of its effects.

    The terms are an effect's own, those of its arms, its study and its reports, and what follows
    from them; the numbers that are asked for (`measures`) are terms of facets that begin with `=`.
    Of tags, those speak that a `listener` hears (`extraction.tagging`).
    """
    if studies is None:
        heard = sa.select(_STUDY.c.id).order_by(_STUDY.c.id)
        studies = list(conn.scalars(heard))
    wanted = sorted(studies)
    for start in range(0, len(wanted), _CHUNK):
        yield from _spoken(conn, wanted[start : start + _CHUNK], codebook, listener)


def _spoken(
    conn: sa.Connection, studies: list[int], codebook: Codebook, listener: int
) -> Iterator[Spoken]:
    heard = extractions.spoken(conn, studies)
    chosen = {row.id for row in heard}
    arms = _by_extraction(conn, _ARM, chosen)
    effects = _by_extraction(conn, _EFFECT, chosen)
    reports: dict[int, list[int]] = {}
    link = links(studies)
    for row in conn.execute(sa.select(link.c.study_id, link.c.kept_id)):
        reports.setdefault(row.study_id, []).append(row.kept_id)
    tagged = {
        Level.STUDY: studies,
        Level.REPORT: {r for kept in reports.values() for r in kept},
        Level.ARM: {arm.id for some in arms.values() for arm in some},
        Level.EFFECT: {effect.id for some in effects.values() for effect in some},
    }
    put = {
        (level, target): now.heard(listener)
        for level, targets in tagged.items()
        for target, now in tags.standings(conn, level, targets, codebook).items()
    }
    for extraction in heard:
        study = extraction.study_id
        shared = _codes(extraction.terms) | put.get((Level.STUDY, study), set())
        for report in reports.get(study, ()):
            shared |= put.get((Level.REPORT, report), set())
        found: dict[int, set[Key]] = {}
        for effect in effects.get(extraction.id, ()):
            codes = shared | _codes(effect.terms) | put.get((Level.EFFECT, effect.id), set())
            compared = [
                arm
                for arm in arms.get(extraction.id, ())
                if not effect.arms or arm.label in effect.arms
            ]
            for arm in compared:
                codes |= _codes(arm.terms) | put.get((Level.ARM, arm.id), set())
            found[effect.id] = _all_of(codes, effect, compared, codebook)
        yield Spoken(extraction=extraction.id, study=study, effects=found)


def _all_of(
    codes: set[Key], effect: sa.Row[Any], arms: list[sa.Row[Any]], codebook: Codebook
) -> set[Key]:
    """The codes in force, what follows from them, and the numbers of the effect."""
    by_facet: dict[str, list[str]] = {}
    for facet, code in sorted(codes):
        by_facet.setdefault(facet, []).append(code)
    for row in effect.numbers or ():
        for facet in _OF_NUMBERS:
            code = str(row.get(facet) or "")
            # the unit of one of several rows of values says how that one was tested
            if codebook.get(code) and code not in by_facet.setdefault(facet, []):
                by_facet[facet].append(code)
    by_facet = codebook.spoken(by_facet)
    attributes = [arm.attributes or {} for arm in arms]
    numbers = measures(effect.numbers or [], attributes, by_facet, codebook)
    banded = any(facet.derived and facet.id == "age_band" for facet in codebook.facets)
    if banded and not by_facet.get("age_band") and (ages := sorted(bands(numbers, codebook))):
        by_facet["age_band"] = ages
    for facet, more in derived(codebook, by_facet).items():
        by_facet.setdefault(facet, []).extend(more)
    found = {(facet, code) for facet, some in by_facet.items() for code in some}
    return found | {(f"={name}", f"{v:.4f}") for name, some in numbers.items() for v in some}


def _by_extraction(
    conn: sa.Connection, table: sa.Table, extractions: Collection[int]
) -> dict[int, list[sa.Row[Any]]]:
    found: dict[int, list[sa.Row[Any]]] = {}
    wanted = sorted(extractions)
    for start in range(0, len(wanted), _CHUNK):
        query = (
            sa.select(table)
            .where(table.c.extraction_id.in_(wanted[start : start + _CHUNK]))
            .order_by(table.c.id)
        )
        for row in conn.execute(query):
            found.setdefault(row.extraction_id, []).append(row)
    return found


def _codes(terms: dict[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {(facet, code) for facet, codes in terms.items() for code in codes}


def refresh(conn: sa.Connection, studies: Collection[int], codebook: Codebook) -> None:
    """Store again what speaks of the effects of `studies`, in the caller's transaction."""
    evidence_bits.replace(conn, studies, spoken(conn, studies, codebook))
    blind_terms.replace(conn, studies, _blind(conn, studies, codebook))


def refresh_reports(conn: sa.Connection, records: Collection[int], codebook: Codebook) -> None:
    """Store again what speaks of the studies of `records`, whose reports were merged or split."""
    if conn.scalar(sa.select(_BLOCK.c.study_id).limit(1)) is None:
        return  # nothing was extracted yet, as while a review is made
    studies: set[int] = set()
    wanted = sorted(records)
    for start in range(0, len(wanted), _CHUNK):
        part = _LINK.c.record_id.in_(wanted[start : start + _CHUNK])
        studies.update(conn.scalars(sa.select(_LINK.c.study_id).where(part)))
    if studies:
        refresh(conn, sorted(studies), codebook)


def rebuild(conn: sa.Connection, codebook: Codebook) -> None:
    """Drop what speaks of effects and make it anew from the facts."""
    evidence_bits.rebuild(conn, spoken(conn, None, codebook))
    blind_terms.rebuild(conn, _blind(conn, None, codebook))


def differences(conn: sa.Connection, codebook: Codebook) -> list[str]:
    """Return a sentence for each stored evidence term that the facts do not give, or lack."""
    said = evidence_bits.differences(conn, spoken(conn, None, codebook))
    return said + blind_terms.differences(conn, _blind(conn, None, codebook))


def _blind(
    conn: sa.Connection, studies: Collection[int] | None, codebook: Codebook
) -> set[tuple[Any, ...]]:
    """What speaks to those who are blind to unsettled tags, where it is something else."""
    link = links(studies)
    reports: dict[int, list[int]] = {}
    for study, kept in conn.execute(sa.select(link.c.study_id, link.c.kept_id)):
        reports.setdefault(study, []).append(kept)
    to = blind_terms.listeners(conn, reports, codebook, studies)
    return blind_terms.rows(
        to, lambda some, listener: spoken(conn, some, codebook, listener=listener)
    )
