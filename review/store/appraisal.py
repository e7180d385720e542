"""Queries about appraisals: what was judged of each study, and the risk of bias that speaks."""

from collections.abc import Collection, Hashable, Iterable
from typing import Any

import sqlalchemy as sa

from review.extraction.judged_by_two import Judged, Judgement, judged
from review.protocol import Codebook, Protocol
from review.store import extractions, tags
from review.store.evidence import included_studies
from review.store.tables import AppraisalRow, AppraisalSettlementRow, StudyRisk
from review.store.tables.base import table_of
from review.vocab import Level, Risk

_GIVEN = table_of(AppraisalRow)
_SETTLED = table_of(AppraisalSettlementRow)
_RISK = table_of(StudyRisk)
_CHUNK = 500
# four levels are kept: what one tool calls very high is high to whoever compares studies
_FOUR = {Risk.VERY_HIGH: Risk.HIGH}
Row = sa.Row[Any]


def overall(conn: sa.Connection) -> dict[int, str]:
    """Return the risk of bias (low, some, high, unclear) of each study whose appraisal speaks."""
    query = sa.select(_RISK.c.study_id, _RISK.c.overall)
    return {study: risk.value for study, risk in conn.execute(query)}


def given(conn: sa.Connection, studies: Collection[int] | None = None) -> dict[int, list[Row]]:
    """Return the assessors' appraisals of studies (None: all), superseded ones too, in order."""
    return _by_study(conn, _GIVEN, studies)


def settlements(
    conn: sa.Connection, studies: Collection[int] | None = None
) -> dict[int, list[Row]]:
    """Return what was settled about the appraisals of studies (None: all), in order."""
    return _by_study(conn, _SETTLED, studies)


def standings(
    conn: sa.Connection, protocol: Protocol, studies: Collection[int] | None = None
) -> dict[int, Judged]:
    """Return what the appraisals of each study amount to; studies without any are not in it."""
    said, ended = given(conn, studies), settlements(conn, studies)
    needed = protocol.appraisal.assessors
    return {
        study: judged(
            (as_judgement(row) for row in rows),
            (as_judgement(row) for row in ended.get(study, ())),
            needed=needed,
        )
        for study, rows in said.items()
    }


def as_judgement(row: Row) -> Judgement:
    """Return a stored appraisal or settlement as the rule sees it."""
    settles = "kind" in row._mapping
    return Judgement(
        id=row.id,
        member=row.member_id,
        content=content(row.tool, row.answers, row.domains, row.overall),
        kind=row.kind if settles else None,
        covers=tuple(row.covers) if settles else (),
    )


def content(tool: str, answers: dict[str, Any], domains: dict[str, Any], overall: str) -> Hashable:
    """Return what must be the same for two appraisals to agree: reasons and quotes may differ."""
    return (
        tool,
        tuple(sorted((item, one["answer"]) for item, one in answers.items())),
        tuple(sorted((domain, one["judgement"]) for domain, one in domains.items())),
        str(overall),
    )


def speaking(conn: sa.Connection, studies: Collection[int] | None = None) -> dict[int, Row]:
    """Return the row that speaks for each study, an appraisal or a settlement, as stored."""
    query = sa.select(_RISK)
    if studies is not None:
        query = query.where(_RISK.c.study_id.in_(list(studies)))
    chosen = {row.study_id: (row.source, row.fact) for row in conn.execute(query)}
    found: dict[int, Row] = {}
    for table in (_GIVEN, _SETTLED):
        ids = [fact for source, fact in chosen.values() if source == table.name]
        for start in range(0, len(ids), _CHUNK):
            part = sa.select(table).where(table.c.id.in_(ids[start : start + _CHUNK]))
            found |= {row.study_id: row for row in conn.execute(part)}
    return dict(sorted(found.items()))


def risks(
    conn: sa.Connection, protocol: Protocol, studies: Collection[int] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of the projection for `studies` (None: all) from the facts."""
    rows = {
        (table.name, row.id): row
        for table, by_study in (
            (_GIVEN, given(conn, studies)),
            (_SETTLED, settlements(conn, studies)),
        )
        for some in by_study.values()
        for row in some
    }
    found = []
    for study, one in standings(conn, protocol, studies).items():
        if one.speaks is None:
            continue
        table = _SETTLED if one.speaks.kind else _GIVEN
        row = rows[table.name, one.speaks.id]
        found.append(
            {
                "study_id": study,
                "tool": row.tool,
                "overall": _FOUR.get(row.overall, row.overall),
                "source": table.name,
                "fact": row.id,
            }
        )
    return found


def refresh(conn: sa.Connection, protocol: Protocol, studies: Collection[int]) -> None:
    """Store again the risk of bias of `studies`, in the caller's transaction."""
    conn.execute(_RISK.delete().where(_RISK.c.study_id.in_(list(studies))))
    if rows := risks(conn, protocol, studies):
        conn.execute(_RISK.insert(), rows)


def rebuild(conn: sa.Connection, protocol: Protocol) -> None:
    """Drop the risks of bias and make them anew from the facts."""
    conn.execute(_RISK.delete())
    if rows := risks(conn, protocol):
        conn.execute(_RISK.insert(), rows)


def differences(conn: sa.Connection, protocol: Protocol) -> list[str]:
    """Return a sentence for each stored risk of bias that is not what the facts give."""
    stored = {row.study_id: dict(row._mapping) for row in conn.execute(sa.select(_RISK))}
    right = {row["study_id"]: row for row in risks(conn, protocol)}
    return [
        f"study {study} is stored with {_said(stored.get(study))}, the facts give "
        f"{_said(right.get(study))}"
        for study in sorted(stored.keys() | right.keys())
        if stored.get(study) != right.get(study)
    ]


def _said(row: dict[str, Any] | None) -> str:
    if row is None:
        return "no risk of bias"
    return f"{row['overall']} risk of bias by {row['tool']} ({row['source']} {row['fact']})"


def _by_study(
    conn: sa.Connection, table: sa.Table, studies: Iterable[int] | None
) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    query = sa.select(table).order_by(table.c.id)
    if studies is None:
        for row in conn.execute(query):
            found.setdefault(row.study_id, []).append(row)
        return found
    wanted = list(studies)
    for start in range(0, len(wanted), _CHUNK):
        part = query.where(table.c.study_id.in_(wanted[start : start + _CHUNK]))
        for row in conn.execute(part):
            found.setdefault(row.study_id, []).append(row)
    return found


def codes(
    conn: sa.Connection,
    codebook: Codebook,
    studies: Collection[int],
    *,
    viewer: int | None = None,
    blind: bool = False,
) -> dict[int, list[str]]:
    """Return the terms on each study that a viewer may know of: from its form and its tags."""
    wanted = list(studies)
    found: dict[int, list[str]] = {study: [] for study in wanted}
    forms = extractions.extractions(conn, None, viewer=viewer, blind=blind)
    for study in wanted:
        if study in forms:
            said = codebook.spoken(forms[study].terms)
            found[study] += [code for some in said.values() for code in some]
    listener = (viewer or extractions.BLIND) if blind else extractions.EVERYBODY
    for study, tagging in tags.standings(conn, Level.STUDY, wanted, codebook).items():
        found[study] += sorted(code for _, code in tagging.heard(listener))
    return {study: list(dict.fromkeys(some)) for study, some in found.items()}


def included(conn: sa.Connection) -> set[int]:
    """Return the studies of which a report stands included."""
    return set(conn.scalars(included_studies()))
