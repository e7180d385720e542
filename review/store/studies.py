"""Queries about studies: how each is called now, its family and population, its reports."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from review.store.tables import (
    ClusterRow,
    ExtractionRow,
    StudyNamingRow,
    StudyReportRow,
    StudyRow,
    TagRow,
)
from review.store.tables.base import table_of
from review.vocab import Level

_STUDY = table_of(StudyRow)
_NAMING = table_of(StudyNamingRow)
_LINK = table_of(StudyReportRow)
_CLUSTER = table_of(ClusterRow)
_EXTRACTION = table_of(ExtractionRow)
_TAG = table_of(TagRow)


def named() -> sa.Subquery:
    """Studies as they are called now: id, at, label, cohort_family, population, attributes.

    `population` is the primary one as somebody set it on the study; empty where its extraction
    form says it.
    """
    newest = sa.select(sa.func.max(_NAMING.c.id)).group_by(_NAMING.c.study_id)
    join = _STUDY.join(
        _NAMING,
        sa.and_(_NAMING.c.study_id == _STUDY.c.id, _NAMING.c.id.in_(newest)),
        isouter=True,
    )
    return (
        sa.select(
            _STUDY.c.id,
            _STUDY.c.at,
            sa.func.coalesce(_NAMING.c.label, _STUDY.c.label).label("label"),
            sa.func.coalesce(_NAMING.c.cohort_family, _STUDY.c.cohort_family).label(
                "cohort_family"
            ),
            sa.func.coalesce(_NAMING.c.population, "").label("population"),
            _STUDY.c.attributes,
        )
        .select_from(join)
        .subquery("named_study")
    )


def studies(conn: sa.Connection, *, id: int | None = None) -> list[sa.Row[Any]]:
    """Return the studies that have a report, as they are called now; or the one with that id.

    One whose reports all went elsewhere is history: it is found by its id, and not listed.
    """
    study = named()
    query = sa.select(study).order_by(study.c.id)
    if id is not None:
        query = query.where(study.c.id == id)
    else:
        query = query.where(study.c.id.in_(sa.select(_newest_links().c.study_id)))
    return list(conn.execute(query))


def _newest_links() -> sa.Subquery:
    """The study that each joined record was last said to be of: (study_id, record_id)."""
    newest = sa.select(sa.func.max(_LINK.c.id)).group_by(_LINK.c.record_id)
    query = sa.select(_LINK.c.study_id, _LINK.c.record_id)
    return query.where(_LINK.c.joined, _LINK.c.id.in_(newest)).subquery("newest_link")


def reports(conn: sa.Connection) -> dict[int, list[int]]:
    """Return the kept records of the reports of each study that has any."""
    link = _newest_links()
    query = sa.select(link.c.study_id, _CLUSTER.c.kept_id).join(
        _CLUSTER, _CLUSTER.c.record_id == link.c.record_id
    )
    found: dict[int, set[int]] = {}
    for study, kept in conn.execute(query):
        found.setdefault(study, set()).add(kept)
    return {study: sorted(some) for study, some in found.items()}


def history(conn: sa.Connection, id: int) -> list[sa.Row[Any]]:
    """Return what was said of a study: its names and its reports' comings and goings."""
    names = sa.select(_NAMING).where(_NAMING.c.study_id == id).order_by(_NAMING.c.id)
    links = sa.select(_LINK).where(_LINK.c.study_id == id).order_by(_LINK.c.id)
    rows: list[sa.Row[Any]] = [*conn.execute(names), *conn.execute(links)]
    return sorted(rows, key=lambda row: row.at)


def worked_on(conn: sa.Connection, ids: Collection[int]) -> dict[int, list[str]]:
    """Return what was done with each of some studies: forms, tags; nothing for an untouched one."""
    wanted = list(ids)
    forms = set(
        conn.scalars(sa.select(_EXTRACTION.c.study_id).where(_EXTRACTION.c.study_id.in_(wanted)))
    )
    tags = set(
        conn.scalars(
            sa.select(_TAG.c.target_id).where(
                _TAG.c.level == Level.STUDY, _TAG.c.target_id.in_(wanted)
            )
        )
    )
    return {id_: _done(id_, {"extraction forms": forms, "tags": tags}) for id_ in wanted}


def _done(id: int, work: dict[str, set[Any]]) -> list[str]:
    return [name for name, some in work.items() if id in some]
