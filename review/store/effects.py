"""The effects that were picked, each with its study, its terms by facet and its reports."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.store import notices
from review.store.evidence import called, links
from review.store.extractions import unsettled
from review.store.picking import Evidence
from review.store.tables import (
    EffectRow,
    ExtractionRow,
    ExtractionSettlementRow,
    RecordRow,
    StudyRisk,
)
from review.store.tables.base import table_of
from review.synthesis.bits import listed, places
from review.synthesis.query import Expr

_EFFECT = table_of(EffectRow)
_EXTRACTION = table_of(ExtractionRow)
_SETTLING = table_of(ExtractionSettlementRow)
_RECORD = table_of(RecordRow)
_RISK = table_of(StudyRisk)
_FEW = 500


def effects(
    conn: sa.Connection,
    where: Expr | None,
    *,
    everything: bool = False,
    viewer: int | None = None,
    blind: bool = False,
) -> list[dict[str, Any]]:
    """Return the effects that match, in the order of study and effect; see `rows`.

    Only effects of studies with an included report, unless `everything`; who is `blind` to
    unsettled forms hears their own and what is settled.
    """
    evidence = Evidence(conn, everything=everything, viewer=viewer, blind=blind)
    found = rows(evidence, ids(evidence, evidence.picked(where)))
    return sorted(found, key=lambda row: (row["study_id"], row["id"]))


def ids(evidence: Evidence, picked: int) -> dict[int, int]:
    """Return effect -> place of a set of effects, in the order of their places."""
    found: dict[int, int] = {}
    blocks = iter(evidence.blocks)
    block = next(blocks, None)
    for place in listed(picked):
        while block is not None and place >= block.start + block.size:
            block = next(blocks, None)
        assert block is not None
        found[block.first + place - block.start] = place
    return found


def rows(evidence: Evidence, at: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return what is stored of effects, given with their places, in that order.

    Each has the columns of its fact, `study_label`, `cohort_family`, `attributes` of the study,
    `facets` (codes by facet), `measures` (numbers by name), `reports` (kept records),
    `risk_of_bias`, and whether its form is `settled`.
    """
    conn = evidence.conn
    found = {row["id"]: dict(row) for row in _facts(conn, list(at))}
    studies = {row["study_id"] for row in found.values()}
    codes = _codes(evidence, at)
    reports: dict[int, set[int]] = {}
    link = links(studies if len(studies) <= _FEW else None)
    for study, kept in conn.execute(sa.select(link.c.study_id, link.c.kept_id)):
        reports.setdefault(study, set()).add(kept)
    risks = {study: risk.value for study, risk in conn.execute(_RISKS)}
    open_ = unsettled(conn, studies if len(studies) <= _FEW else None)
    for effect, row in found.items():
        every = codes.get(effect, {})
        row["facets"] = {name: some for name, some in every.items() if not name.startswith("=")}
        row["measures"] = {
            name[1:]: [float(value) for value in some]
            for name, some in every.items()
            if name.startswith("=")
        }
        row["settled"] = row["study_id"] not in open_
        row["reports"] = sorted(reports.get(row["study_id"], ()))
        row["risk_of_bias"] = risks.get(row["study_id"])
    return [found[effect] for effect in at]


_RISKS = sa.select(_RISK.c.study_id, _RISK.c.overall)


def _facts(conn: sa.Connection, some: Sequence[int]) -> Any:
    study = called()
    query = sa.select(
        _EFFECT,
        study.c.label.label("study_label"),
        study.c.cohort_family,
        study.c.attributes,
    ).join(study, study.c.id == _EFFECT.c.study_id)
    for start in range(0, len(some), _FEW):
        part = query.where(_EFFECT.c.id.in_(some[start : start + _FEW]))
        yield from conn.execute(part).mappings()


def _codes(evidence: Evidence, at: Mapping[int, int]) -> dict[int, dict[str, list[str]]]:
    """The codes of effects by facet, in the order of their names."""
    found: dict[int, dict[str, list[str]]] = {}
    effect_at = {place: effect for effect, place in at.items()}
    wanted = places(effect_at)
    few = len(at) <= _FEW
    for (facet, code), some in sorted(evidence.sets().items()):
        held = some & wanted
        if not held:
            continue
        # a page of effects is looked up one by one, all of them are read off
        data = held.to_bytes((held.bit_length() + 7) // 8, "little") if few else b""
        last = len(data) * 8
        there = (p for p in effect_at if p < last and data[p >> 3] >> (p & 7) & 1)
        for place in there if few else listed(held):
            found.setdefault(effect_at[place], {}).setdefault(facet, []).append(code)
    return found


def forms(conn: sa.Connection, study: int, speaking: int) -> list[sa.Row[Any]]:
    """Return the form that speaks and those of its study before it: id, at, member_id, kind.

    `kind` is how a form settled others, None for one that an extractor filled.
    """
    query = (
        sa.select(_EXTRACTION.c.id, _EXTRACTION.c.at, _EXTRACTION.c.member_id, _SETTLING.c.kind)
        .outerjoin(_SETTLING, _SETTLING.c.extraction_id == _EXTRACTION.c.id)
        .where(_EXTRACTION.c.study_id == study, _EXTRACTION.c.id <= speaking)
        .order_by(_EXTRACTION.c.id)
    )
    return list(conn.execute(query))


def filled(evidence: Evidence, some: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what the form of each effect says of it, as it was filled in, in the same order.

    {study, arms (those compared, or all), effects (its own cells), numbers, source, and the rows
    of each further group}.
    """
    first = {block.extraction: block.first for block in evidence.blocks}
    query = sa.select(_EXTRACTION.c.id, _EXTRACTION.c.form)
    wanted = sorted({row["extraction_id"] for row in some})
    given: dict[int, dict[str, Any]] = {}
    for start in range(0, len(wanted), _FEW):
        part = query.where(_EXTRACTION.c.id.in_(wanted[start : start + _FEW]))
        given |= {id_: form or {} for id_, form in evidence.conn.execute(part)}
    return [
        _of_effect(given[row["extraction_id"]], row["id"] - first[row["extraction_id"]])
        for row in some
    ]


def _of_effect(form: Mapping[str, Any], place: int) -> dict[str, Any]:
    every = form.get("effects") or []
    own = every[place] if place < len(every) and isinstance(every[place], dict) else {}
    compared = own.get("arms") or ()
    arms = [a for a in form.get("arms") or () if not compared or a.get("label") in compared]
    shared = {name: part for name, part in form.items() if name not in ("effects", "arms")}
    parts = {name: own[name] for name in ("numbers", "source", "sources") if own.get(name)}
    return shared | parts | {"arms": arms, "effects": own}


def any_retracted(evidence: Evidence, picked: int) -> bool:
    """Return whether a report of any study of these effects was retracted."""
    gone = notices.retracted_reports(evidence.conn, notices.known(evidence.conn))
    link = links()
    of = sa.select(link.c.study_id).where(link.c.kept_id.in_(gone)) if gone else None
    return of is not None and bool({*evidence.conn.scalars(of)} & evidence.studies_of(picked))


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
