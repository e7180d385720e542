"""Which terms speak of each effect, read from the facts; which studies are included."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.extraction.alignment import derived
from review.extraction.tagging import EVERYBODY, Tagging
from review.protocol import Codebook
from review.store import blind_terms, evidence_bits, extractions, tags
from review.store.blind_terms import Target
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


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was extracted from some studies, and what the tags on all of it amount to."""

    heard: list[sa.Row[Any]]
    arms: dict[int, list[sa.Row[Any]]]
    effects: dict[int, list[sa.Row[Any]]]
    reports: dict[int, list[int]]
    tagging: dict[Target, Tagging]

    def of(self) -> dict[Target, list[int]]:
        """The studies of each report, arm and effect, and each study its own."""
        found: dict[Target, list[int]] = {(Level.STUDY, one): [one] for one in self.reports}
        for level, rows in ((Level.ARM, self.arms), (Level.EFFECT, self.effects)):
            found |= {(level, row.id): [row.study_id] for some in rows.values() for row in some}
        for study, kept in self.reports.items():
            for report in kept:
                found.setdefault((Level.REPORT, report), []).append(study)
        return found

    def codes(self, level: Level, target: int, listener: int) -> set[Key]:
        """The tags on a target that a listener hears."""
        now = self.tagging.get((level, target))
        return now.heard(listener) if now else set()


def _read(
    conn: sa.Connection, studies: Collection[int] | None, codebook: Codebook
) -> Iterator[_Facts]:
    """Yield the facts of `studies` (None: all), so many studies at a time."""
    if studies is None:
        studies = list(conn.scalars(sa.select(_STUDY.c.id)))
    wanted = sorted(studies)
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        reports: dict[int, list[int]] = {study: [] for study in some}
        link = links(some)
        for study, kept in conn.execute(sa.select(link.c.study_id, link.c.kept_id)):
            reports[study].append(kept)
        arms, effects = (_by_extraction(conn, table, some) for table in (_ARM, _EFFECT))
        targets: dict[Level, Collection[int]] = {
            Level.STUDY: some,
            Level.REPORT: {report for kept in reports.values() for report in kept},
            Level.ARM: [arm.id for rows in arms.values() for arm in rows],
            Level.EFFECT: [effect.id for rows in effects.values() for effect in rows],
        }
        tagging = {
            (level, target): now
            for level, these in targets.items()
            for target, now in tags.standings(conn, level, these, codebook).items()
        }
        yield _Facts(extractions.spoken(conn, some), arms, effects, reports, tagging)


def spoken(
    conn: sa.Connection, studies: Collection[int] | None, codebook: Codebook
) -> Iterator[Spoken]:
    """Yield each extraction of `studies` (None: all) that speaks, with the terms of its effects."""
    for facts in _read(conn, studies, codebook):
        yield from _spoken(facts, codebook)


def _spoken(
    facts: _Facts,
    codebook: Codebook,
    *,
    listener: int = EVERYBODY,
    only: Collection[int] | None = None,
) -> Iterator[Spoken]:
    """Yield each extraction that speaks, of some studies `only`, with the terms of its effects.

    The terms are an effect's own, those of its arms, its study and its reports, and what follows
    from them; the numbers that are asked for (`measures`) are terms of facets that begin with `=`.
    Of tags, those speak that a `listener` hears (`extraction.tagging`).
    """
    for extraction in facts.heard:
        study = extraction.study_id
        if only is not None and study not in only:
            continue
        shared = _codes(extraction.terms) | facts.codes(Level.STUDY, study, listener)
        for report in facts.reports[study]:
            shared |= facts.codes(Level.REPORT, report, listener)
        found: dict[int, set[Key]] = {}
        for effect in facts.effects.get(extraction.id, ()):
            codes = shared | _codes(effect.terms) | facts.codes(Level.EFFECT, effect.id, listener)
            compared = [
                arm
                for arm in facts.arms.get(extraction.id, ())
                if not effect.arms or arm.label in effect.arms
            ]
            for arm in compared:
                codes |= _codes(arm.terms) | facts.codes(Level.ARM, arm.id, listener)
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
    conn: sa.Connection, table: sa.Table, studies: list[int]
) -> dict[int, list[sa.Row[Any]]]:
    found: dict[int, list[sa.Row[Any]]] = {}
    query = sa.select(table).where(table.c.study_id.in_(studies)).order_by(table.c.id)
    for row in conn.execute(query):
        found.setdefault(row.extraction_id, []).append(row)
    return found


def _codes(terms: dict[str, Sequence[str]]) -> set[tuple[str, str]]:
    return {(facet, code) for facet, codes in terms.items() for code in codes}


def refresh(conn: sa.Connection, studies: Collection[int], codebook: Codebook) -> None:
    """Store again what speaks of the effects of `studies`, in the caller's transaction."""
    for facts in _read(conn, studies, codebook):
        some = list(facts.reports)
        evidence_bits.replace(conn, some, _spoken(facts, codebook))
        blind_terms.replace(conn, some, _blind(facts, codebook))


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
    blind: set[tuple[Any, ...]] = set()
    evidence_bits.rebuild(conn, _every(conn, codebook, blind))
    blind_terms.rebuild(conn, blind)


def differences(conn: sa.Connection, codebook: Codebook) -> list[str]:
    """Return a sentence for each stored evidence term that the facts do not give, or lack."""
    blind: set[tuple[Any, ...]] = set()
    said = evidence_bits.differences(conn, _every(conn, codebook, blind))
    return said + blind_terms.differences(conn, blind)


def _every(
    conn: sa.Connection, codebook: Codebook, blind: set[tuple[Any, ...]]
) -> Iterator[Spoken]:
    """Yield all that speaks, and put into `blind` what speaks otherwise to the blind."""
    for facts in _read(conn, None, codebook):
        yield from _spoken(facts, codebook)
        blind |= _blind(facts, codebook)


def _blind(facts: _Facts, codebook: Codebook) -> set[tuple[Any, ...]]:
    """What speaks to those who are blind to unsettled tags, where it is something else."""
    return blind_terms.rows(
        blind_terms.listeners(facts.tagging, facts.of()),
        lambda some, listener: _spoken(facts, codebook, listener=listener, only=set(some)),
    )
