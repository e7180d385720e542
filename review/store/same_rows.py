"""Which arms and effects of a study's several forms are the same: tags on one stand on the next.

A form that is settled gives its arms and effects anew. What was tagged of an arm in either of the
two forms, or in one settled before, is said of the arm of the same name in it; of an effect, of
the one of the same outcome, contrast, muscle, method and arms. A form that is not settled takes
over only what was said of its own member's earlier ones, and of settled ones: from the other's
form nothing shows before.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.extraction.sameness import folded
from review.store.many import listed
from review.store.tables import (
    ArmRow,
    EffectRow,
    ExtractionRow,
    SpeakingRow,
    TaggingDoneRow,
    TagRow,
)
from review.store.tables.base import table_of
from review.vocab import Level

KINDS: dict[Level, sa.Table] = {Level.ARM: table_of(ArmRow), Level.EFFECT: table_of(EffectRow)}
_EXTRACTION = table_of(ExtractionRow)
_SPEAKING = table_of(SpeakingRow)
_BLIND = -1
_IDENTITY = ("outcome", "contrast", "muscle", "emg_method")

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    key: Key
    extraction: int
    member: int | None
    settled: bool

    def takes_over(self, other: "_Row") -> bool:
        if other.extraction >= self.extraction or other.key != self.key:
            return False
        return self.settled or other.settled or other.member == self.member


def carried(
    conn: sa.Connection, level: Level, targets: Collection[int] | None
) -> dict[int, list[int]]:
    """Return of which later rows, among `targets` (None: all), what was said of a row speaks too.

    Only rows of which something was said are looked at, and those of the same studies.
    """
    found: dict[int, list[int]] = {}
    wanted = None if targets is None else set(targets)
    for rows in _by_study(conn, level, wanted).values():
        for row in rows:
            if wanted is None or row.id in wanted:
                for other in rows:
                    if row.takes_over(other):
                        found.setdefault(other.id, []).append(row.id)
    return found


def superseded(conn: sa.Connection, level: Level) -> set[int]:
    """Return the rows of which a settled row has taken over what was said."""
    return {
        other.id
        for rows in _by_study(conn, level, None).values()
        for row in rows
        if row.settled
        for other in rows
        if row.takes_over(other)
    }


def _by_study(
    conn: sa.Connection, level: Level, wanted: Collection[int] | None
) -> dict[int, list[_Row]]:
    """The rows of each study of which something was said, by study."""
    if level not in KINDS:
        return {}
    table = KINDS[level]
    # whoever is done without any term has said something as well
    facts = [table_of(TagRow), table_of(TaggingDoneRow)]
    query = sa.select(table.c.study_id).distinct()
    if wanted is None:
        said = (sa.select(one.c.target_id).where(one.c.level == level) for one in facts)
        studies = list(conn.scalars(query.where(table.c.id.in_(sa.union(*said)))))
    else:
        about = (
            sa.exists().where(one.c.level == level, one.c.target_id == table.c.id) for one in facts
        )
        theirs = sa.select(table.c.study_id).where(table.c.id.in_(listed(conn, wanted)))
        query = query.where(sa.or_(*about), table.c.study_id.in_(theirs))
        studies = list(conn.scalars(query))
    found: dict[int, list[_Row]] = {}
    for study, row in _rows(conn, level, studies):
        found.setdefault(study, []).append(row)
    return found


def _rows(conn: sa.Connection, level: Level, studies: list[int]) -> list[tuple[int, _Row]]:
    table = KINDS[level]
    settled = set(
        conn.scalars(
            sa.select(_SPEAKING.c.extraction_id).where(
                _SPEAKING.c.listener == _BLIND, _SPEAKING.c.study_id.in_(listed(conn, studies))
            )
        )
    )
    query = (
        sa.select(table, _EXTRACTION.c.member_id.label("giver"))
        .join(_EXTRACTION, _EXTRACTION.c.id == table.c.extraction_id)
        .where(table.c.study_id.in_(listed(conn, studies)))
        .order_by(table.c.id)
    )
    found: list[tuple[int, _Row]] = []
    seen: Counter[Key] = Counter()
    for row in conn.execute(query):
        key = _key(level, row)
        # of several alike in one form, the first is the first of the next form, and so on
        seen[row.extraction_id, key] += 1
        one = _Row(
            id=row.id,
            key=(key, seen[row.extraction_id, key]),
            extraction=row.extraction_id,
            member=row.giver,
            settled=row.extraction_id in settled,
        )
        found.append((row.study_id, one))
    return found


def _key(level: Level, row: Any) -> Key:
    if level is Level.ARM:
        return (folded(row.label),)
    terms = tuple(tuple(sorted((row.terms or {}).get(facet, ()))) for facet in _IDENTITY)
    return (*terms, tuple(sorted(folded(arm) for arm in row.arms or ())))
