"""Queries about gradings of certainty: what was judged of each group, and which word speaks."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.extraction.judged_by_two import Amount, Judged, Judgement, judged
from review.store.extractions import heard
from review.store.tables import EffectRow, GradeRow, StudyRisk
from review.store.tables.base import table_of
from review.vocab import RulingKind

_GRADE = table_of(GradeRow)
_EFFECT = table_of(EffectRow)
_RISK = table_of(StudyRisk)
Key = tuple[str, str, str]
"""Outcome (a term or a domain), contrast, population."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What the gradings of a group amount to: `now` since the last settlement; `row` speaks."""

    now: Judged
    row: sa.Row[Any] | None
    rows: tuple[sa.Row[Any], ...]


def graded(
    conn: sa.Connection,
    *,
    graders: int,
    viewer: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> dict[Key, Graded]:
    """Return what the gradings of each group amount to, where there are any.

    Those of others that rest on `unseen` effects are left out: they would tell a viewer of them.

    Where one grader is enough the latest word of anybody speaks. Where two are needed, those
    since the last settlement count: until they are settled too, the one before goes on speaking.
    """
    by_group: dict[Key, list[sa.Row[Any]]] = {}
    for row in conn.execute(sa.select(_GRADE).order_by(_GRADE.c.id)):
        if row.member_id != viewer and not unseen.isdisjoint(row.effects):
            continue
        by_group.setdefault((row.outcome, row.contrast, row.population), []).append(row)
    return {key: _graded(rows, graders) for key, rows in by_group.items()}


def _graded(rows: list[sa.Row[Any]], graders: int) -> Graded:
    if graders == 1:
        last = as_judgement(rows[-1])
        now = Judged(amount=Amount.SETTLED, judges=(last.member or 0,), latest=(last,), speaks=last)
        return Graded(now, rows[-1], tuple(rows))
    ended = max((i for i, row in enumerate(rows) if row.kind is not None), default=-1)
    since = rows[ended + 1 :]
    now = judged(map(as_judgement, since), (), needed=graders)
    if not since:
        last = as_judgement(rows[ended])
        now = Judged(amount=Amount.SETTLED, judges=(), latest=(), speaks=last)
    by_id = {row.id: row for row in rows}
    speaks = by_id[now.speaks.id] if now.speaks else rows[ended] if ended >= 0 else None
    return Graded(now, speaks, tuple(rows))


def as_judgement(row: sa.Row[Any]) -> Judgement:
    """Return a stored grading as the rule sees it."""
    kind: RulingKind | None = row.kind
    return Judgement(
        id=row.id,
        member=row.member_id,
        content=content(row.start, row.judgements),
        kind=kind,
        covers=tuple(row.covers),
    )


def content(start: str, judgements: dict[str, Any]) -> Hashable:
    """Return what must be the same for two gradings to agree: start and steps, not the words."""
    return str(start), tuple(sorted((name, int(one["steps"])) for name, one in judgements.items()))


def tools(conn: sa.Connection) -> dict[int, str]:
    """Return the tool of each study's settled appraisal."""
    return {row.study_id: row.tool for row in conn.execute(sa.select(_RISK))}


def unheard(conn: sa.Connection, viewer: int | None) -> frozenset[int]:
    """Return the effects that speak to others and not to a viewer who is blind to open forms."""
    query = sa.select(_EFFECT.c.id).where(
        _EFFECT.c.extraction_id.in_(heard()),
        _EFFECT.c.extraction_id.not_in(heard(viewer, blind=True)),
    )
    return frozenset(conn.scalars(query))
