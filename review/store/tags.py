"""Queries about tags: what each person put on a target, what was settled, and what speaks."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from review.extraction.orphans import Use
from review.extraction.tagging import Finished, Put, Settled, Tagging, still_finished
from review.protocol import Codebook
from review.store import same_rows
from review.store.tables import (
    ArmRow,
    ClusterRow,
    EffectRow,
    ExtractionRow,
    SuggestionAnswerRow,
    TagDiscussionRow,
    TaggingDoneRow,
    TaggingReopeningRow,
    TagJudgementRow,
    TagRow,
    TagSettlementRow,
)
from review.store.tables.base import table_of
from review.vocab import Level

_TAG = table_of(TagRow)
_DONE = table_of(TaggingDoneRow)
_SETTLEMENT = table_of(TagSettlementRow)
_JUDGEMENT = table_of(TagJudgementRow)
_DISCUSSION = table_of(TagDiscussionRow)
_REOPENING = table_of(TaggingReopeningRow)
_ANSWER = table_of(SuggestionAnswerRow)
_CLUSTER = table_of(ClusterRow)
_CHUNK = 500

Key = tuple[int, int | None, str]
Later = dict[int, list[int]]
"""Of which rows of later forms, too, what was said of a row speaks."""


def standings(
    conn: sa.Connection, level: Level, targets: Collection[int] | None, codebook: Codebook
) -> dict[int, Tagging]:
    """Return what the tags on targets (None: all of the level) amount to, where there are any."""
    later = same_rows.carried(conn, level, targets)
    put = _present(conn, level, targets, codebook, later)
    finished = list(_rows(conn, _DONE, level, targets, later))
    if not (put or finished):
        return {}
    rounds = Counter(row.target_id for row in _rows(conn, _REOPENING, level, targets, later))
    done: dict[int, list[Finished]] = {}
    for row in finished:
        if row.round == rounds[row.target_id] + 1:
            one = Finished(member=row.member_id, codes=tuple(row.codes), done=row.done)
            done.setdefault(row.target_id, []).append(one)
    settled: dict[int, list[Settled]] = {}
    for row in _rows(conn, _SETTLEMENT, level, targets, later):
        if row.round == rounds[row.target_id] + 1:
            ruled = Settled(
                facet=row.facet,
                codes=tuple(codebook.current(code) for code in row.codes),
                member=row.member_id,
                kind=row.kind.value,
            )
            settled.setdefault(row.target_id, []).append(ruled)
    return {
        target: Tagging(
            put=tuple(put.get(target, ())),
            finished=still_finished(done.get(target, ())),
            settlements=tuple(settled.get(target, ())),
            codebook=codebook,
            round=rounds[target] + 1,
        )
        for target in sorted({*put, *done})
    }


def standing(conn: sa.Connection, level: Level, target: int, codebook: Codebook) -> Tagging:
    """Return what the tags on one target amount to."""
    found = standings(conn, level, [target], codebook).get(target)
    if found is not None:
        return found
    reopened = sum(1 for _ in _rows(conn, _REOPENING, level, [target]))
    return Tagging(codebook=codebook, round=1 + reopened)


def _present(
    conn: sa.Connection,
    level: Level,
    targets: Collection[int] | None,
    codebook: Codebook,
    later: Later,
) -> dict[int, list[Put]]:
    latest: dict[Key, Any] = {}
    for row in _rows(conn, _TAG, level, targets, later):
        latest[row.target_id, row.member_id, codebook.current(row.code)] = row
    found: dict[int, list[Put]] = {}
    for (target, member, code), row in latest.items():
        if row.present:
            found.setdefault(target, []).append(Put(member=member, code=code))
    return found


def stored_codes(
    conn: sa.Connection, level: Level, target: int, member: int | None
) -> dict[str, bool]:
    """Return every code a member ever put on a target as it was stored, and whether it is on."""
    rows = _rows(conn, _TAG, level, [target])
    return {row.code: row.present for row in rows if row.member_id == member}


def discussed(
    conn: sa.Connection, level: Level, target: int, *, round: int
) -> dict[str, dict[int, tuple[str, ...]]]:
    """Return what each tagger last confirmed in discussion in this round, by facet and member."""
    found: dict[str, dict[int, tuple[str, ...]]] = {}
    for row in _rows(conn, _DISCUSSION, level, [target]):
        if row.round == round:
            found.setdefault(row.facet, {})[row.member_id] = tuple(row.codes)
    return found


def judged(
    conn: sa.Connection,
    level: Level,
    target: int,
    codebook: Codebook,
    *,
    round: int,
    member: int,
) -> dict[str, tuple[str, ...]]:
    """Return what an adjudicator judged blind of a target in this round, by facet: the first."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows(conn, _JUDGEMENT, level, [target]):
        if (row.round, row.member_id) == (round, member):
            found.setdefault(row.facet, tuple(codebook.current(code) for code in row.codes))
    return found


def suggested(
    conn: sa.Connection, level: Level, target: int, codebook: Codebook
) -> dict[tuple[int | None, str], list[dict[str, Any]]]:
    """Return the words that suggested a tag, by member and code, of tags that were confirmed."""
    query = (
        sa.select(_TAG.c.member_id, _TAG.c.code, _ANSWER.c.found)
        .join(_ANSWER, _ANSWER.c.tag_id == _TAG.c.id)
        .where(
            _TAG.c.level == level,
            _TAG.c.target_id.in_([target, *same_rows.carried(conn, level, [target])]),
        )
    )
    return {(who, codebook.current(code)): found for who, code, found in conn.execute(query)}


def first_rounds(
    conn: sa.Connection, level: Level, codebook: Codebook
) -> dict[int, dict[int, tuple[str, ...]]]:
    """Return what each tagger was done with on each target of a level, in its first round.

    An arm or effect that stands in several forms counts once, in the one that is settled.
    """
    superseded = same_rows.superseded(conn, level)
    done: dict[int, list[Finished]] = {}
    for row in _rows(conn, _DONE, level, None):
        if row.round == 1:
            codes = tuple(codebook.current(code) for code in row.codes)
            one = Finished(member=row.member_id, codes=codes, done=row.done)
            done.setdefault(row.target_id, []).append(one)
    return {
        target: still_finished(said) for target, said in done.items() if target not in superseded
    }


def answers(
    conn: sa.Connection, records: Collection[int], member: int | None, codebook: Codebook
) -> dict[int, dict[str, bool]]:
    """Return a person's last answer to each term suggested for kept records, by record and code."""
    mine = _ANSWER.c.member_id.is_not_distinct_from(member)
    query = (
        sa.select(_ANSWER.c.code, _ANSWER.c.confirmed, _CLUSTER.c.kept_id)
        .join(_CLUSTER, _CLUSTER.c.record_id == _ANSWER.c.record_id)
        .where(_CLUSTER.c.kept_id.in_(list(records)), mine)
        .order_by(_ANSWER.c.id)
    )
    found: dict[int, dict[str, bool]] = {}
    for row in conn.execute(query):
        found.setdefault(row.kept_id, {})[codebook.current(row.code)] = row.confirmed
    return found


def uses(conn: sa.Connection) -> Iterator[Use]:
    """Yield every stored code that is in use: tags that are on, what was settled, and forms."""
    for level, target, member, code in tagged(conn):
        yield Use(level=level, holder=(target, member), code=code)
    for what, said in (("settled", _SETTLEMENT), ("judged", _JUDGEMENT)):
        for level, id_, codes in conn.execute(sa.select(said.c.level, said.c.id, said.c.codes)):
            for code in codes:
                yield Use(level=level, holder=(what, id_), code=code)
    for level, id_, terms in in_forms(conn):
        for code in (code for codes in terms.values() for code in codes):
            yield Use(level=level, holder=("form", id_), code=code, in_form=True)


def tagged(conn: sa.Connection) -> Iterator[tuple[Level, int, int | None, str]]:
    """Yield every tag that is on, as it was stored: level, target, member, code."""
    latest: dict[tuple[Level, int, int | None, str], bool] = {}
    query = sa.select(
        _TAG.c.level, _TAG.c.target_id, _TAG.c.member_id, _TAG.c.code, _TAG.c.present
    ).order_by(_TAG.c.id)
    for level, target, member, code, present in conn.execute(query):
        latest[level, target, member, code] = present
    yield from (key for key, present in latest.items() if present)


def in_forms(
    conn: sa.Connection, extractions: sa.Select[tuple[int]] | None = None
) -> Iterator[tuple[Level, int, dict[str, list[str]]]]:
    """Yield the terms of every form, or of some: level, number of what holds them, codes."""
    for kind, level in (
        (ExtractionRow, Level.STUDY),
        (ArmRow, Level.ARM),
        (EffectRow, Level.EFFECT),
    ):
        table = table_of(kind)
        query = sa.select(table.c.id, table.c.terms)
        if extractions is not None:
            of = table.c.id if kind is ExtractionRow else table.c.extraction_id
            query = query.where(of.in_(extractions))
        for id_, terms in conn.execute(query):
            yield level, id_, terms or {}


def _rows(
    conn: sa.Connection,
    table: sa.Table,
    level: Level,
    targets: Collection[int] | None,
    later: Later | None = None,
) -> Iterator[Any]:
    """Yield rows about targets of a level in the order they were added.

    What was said of a record is said of the report it is an entry of now: after a merge of
    duplicates it stands with the kept record, after a split with its own again. What was said of
    an arm or effect is said of the same one in a later form (`same_rows`), too.
    """
    every = sa.select(table).where(table.c.level == level).order_by(table.c.id)
    target = table.c.target_id
    if level is Level.REPORT:
        target = _CLUSTER.c.kept_id
        columns = [one for one in table.c if one.name != "target_id"]
        every = (
            sa.select(*columns, target.label("target_id"))
            .join(_CLUSTER, _CLUSTER.c.record_id == table.c.target_id)
            .where(table.c.level == level)
            .order_by(table.c.id)
        )
    if later is None:
        later = same_rows.carried(conn, level, targets)
    if not later:
        for part in _parts(targets):
            yield from conn.execute(every if part is None else every.where(target.in_(part)))
        return
    asked = None if targets is None else set(targets)
    wanted = None if asked is None else {*asked, *later}
    found = [
        row
        for part in _parts(wanted)
        for row in conn.execute(every if part is None else every.where(target.in_(part)))
    ]
    for row in sorted(found, key=lambda row: int(row.id)):
        for one in (row.target_id, *later.get(row.target_id, ())):
            if asked is None or one in asked:
                yield SimpleNamespace(**{**row._mapping, "target_id": one})


def _parts(wanted: Collection[int] | None) -> Iterable[list[int] | None]:
    if wanted is None:
        return [None]
    some = list(wanted)
    return [some[start : start + _CHUNK] for start in range(0, len(some), _CHUNK)]
