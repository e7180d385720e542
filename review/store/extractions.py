"""Which extraction of a study speaks, and to whom; and the queries about forms and drafts."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa

from review.extraction.comparison import compare
from review.extraction.settling import Extracted, Given, extracted
from review.protocol import Protocol
from review.store.tables import (
    ExtractionReopeningRow,
    ExtractionRow,
    ExtractionSettlementRow,
    SpeakingRow,
)
from review.store.tables.base import table_of

_EXTRACTION = table_of(ExtractionRow)
_SETTLEMENT = table_of(ExtractionSettlementRow)
_REOPENING = table_of(ExtractionReopeningRow)
_SPEAKING = table_of(SpeakingRow)
_CHUNK = 500

Form = dict[str, Any]

EVERYBODY, BLIND = 0, -1


def heard(viewer: int | None = None, *, blind: bool = False) -> sa.Select[tuple[int]]:
    """Return the extractions that a viewer hears, one a study, as a query for their numbers.

    Who is blind to unsettled forms (`screening.blinding.blind_to_forms`) hears their own, and
    else what is settled; everybody else hears the latest form of each study.
    """
    if not blind or viewer is None:
        return sa.select(_SPEAKING.c.extraction_id).where(_SPEAKING.c.listener == EVERYBODY)
    mine = sa.select(_SPEAKING.c.study_id).where(_SPEAKING.c.listener == viewer)
    return sa.select(_SPEAKING.c.extraction_id).where(
        sa.or_(
            _SPEAKING.c.listener == viewer,
            sa.and_(_SPEAKING.c.listener == BLIND, _SPEAKING.c.study_id.not_in(mine)),
        )
    )


def extractions(
    conn: sa.Connection,
    studies: Collection[int] | None = None,
    *,
    viewer: int | None = None,
    blind: bool = False,
) -> dict[int, Any]:
    """Return the extraction of each study that a viewer hears; see `heard`."""
    query = sa.select(_EXTRACTION).where(_EXTRACTION.c.id.in_(heard(viewer, blind=blind)))
    if studies is not None:
        query = query.where(_EXTRACTION.c.study_id.in_(list(studies)))
    return {row.study_id: row for row in conn.execute(query.order_by(_EXTRACTION.c.id))}


def spoken(conn: sa.Connection, studies: Collection[int] | None = None) -> list[sa.Row[Any]]:
    """Return every extraction that speaks to anybody, each once, in order."""
    query = sa.select(_EXTRACTION).where(_EXTRACTION.c.id.in_(sa.select(_SPEAKING.c.extraction_id)))
    if studies is not None:
        query = query.where(_EXTRACTION.c.study_id.in_(list(studies)))
    return list(conn.execute(query.order_by(_EXTRACTION.c.id)))


def unsettled(conn: sa.Connection, studies: Collection[int] | None = None) -> set[int]:
    """Return the studies whose latest form is not settled."""
    query = sa.select(_SPEAKING.c.study_id).where(
        _SPEAKING.c.listener == EVERYBODY, _SPEAKING.c.settled.is_(False)
    )
    if studies is not None:
        query = query.where(_SPEAKING.c.study_id.in_(list(studies)))
    return set(conn.scalars(query))


def given(conn: sa.Connection, studies: Collection[int] | None = None) -> dict[int, list[Given]]:
    """Return every form of each study, in the order they were given.

    Forms themselves are read only where two members gave one: there is nothing else to compare.
    """
    rows: list[sa.Row[Any]] = []
    for part in _parts(studies):
        query = (
            sa.select(
                _EXTRACTION.c.id,
                _EXTRACTION.c.study_id,
                _EXTRACTION.c.member_id,
                _SETTLEMENT.c.first_id,
                _SETTLEMENT.c.second_id,
                _SETTLEMENT.c.kind,
            )
            .outerjoin(_SETTLEMENT, _SETTLEMENT.c.extraction_id == _EXTRACTION.c.id)
            .where(_EXTRACTION.c.study_id.in_(part) if part is not None else sa.true())
            .order_by(_EXTRACTION.c.id)
        )
        rows += conn.execute(query)
    givers: dict[int, set[int]] = {}
    for row in rows:
        if row.member_id is not None:
            givers.setdefault(row.study_id, set()).add(row.member_id)
    compared = [row.id for row in rows if len(givers.get(row.study_id, ())) > 1]
    forms = _forms(conn, compared)
    found: dict[int, list[Given]] = {}
    for row in rows:
        found.setdefault(row.study_id, []).append(
            Given(
                id=row.id,
                member=row.member_id,
                form=forms.get(row.id, {}),
                settles=(row.first_id, row.second_id) if row.first_id else None,
                how=row.kind.value if row.kind else "",
            )
        )
    return found


def _forms(conn: sa.Connection, ids: Collection[int]) -> dict[int, Form]:
    found: dict[int, Form] = {}
    for part in _parts(ids):
        query = sa.select(_EXTRACTION.c.id, _EXTRACTION.c.form).where(
            _EXTRACTION.c.id.in_(part or [])
        )
        found |= {row.id: row.form for row in conn.execute(query)}
    return found


def standings(
    conn: sa.Connection, protocol: Protocol, studies: Collection[int] | None = None
) -> dict[int, Extracted]:
    """Return what the forms of each study amount to, of studies that have any."""
    reopened: dict[int, list[int]] = {}
    for row in conn.execute(sa.select(_REOPENING.c.study_id, _REOPENING.c.after_id)):
        reopened.setdefault(row.study_id, []).append(row.after_id)
    return {
        study: extracted(
            forms,
            same=_same(protocol),
            extractors=protocol.extraction.extractors,
            reopened=reopened.get(study, ()),
        )
        for study, forms in given(conn, studies).items()
    }


def _same(protocol: Protocol) -> Callable[[Form, Form], bool]:
    def same(one: Form, other: Form) -> bool:
        found = compare(one, other, definition=protocol.form, codebook=protocol.codebook)
        return not found.differences

    return same


def _speaking(
    conn: sa.Connection, protocol: Protocol, studies: Collection[int] | None
) -> list[dict[str, Any]]:
    rows = []
    for study, now in standings(conn, protocol, studies).items():
        settled = now.settled is not None and now.settled == now.speaks
        to: dict[int, int | None] = {EVERYBODY: now.speaks, BLIND: now.settled}
        if not settled:
            to |= now.own
        rows += [
            {
                "study_id": study,
                "listener": listener,
                "extraction_id": extraction,
                "settled": extraction == now.settled,
            }
            for listener, extraction in to.items()
            if extraction is not None
        ]
    return rows


def refresh(conn: sa.Connection, studies: Collection[int], protocol: Protocol) -> None:
    """Store again who speaks for `studies`, in the caller's transaction."""
    wanted = list(studies)
    conn.execute(_SPEAKING.delete().where(_SPEAKING.c.study_id.in_(wanted)))
    if rows := _speaking(conn, protocol, wanted):
        conn.execute(_SPEAKING.insert(), rows)


def rebuild(conn: sa.Connection, protocol: Protocol) -> None:
    """Drop who speaks and make it anew from the facts."""
    conn.execute(_SPEAKING.delete())
    if rows := _speaking(conn, protocol, None):
        conn.execute(_SPEAKING.insert(), rows)


def differences(conn: sa.Connection, protocol: Protocol) -> list[str]:
    """Return a sentence for each study for which another form speaks than the facts say."""
    names = ("study_id", "listener", "extraction_id", "settled")
    stored = {tuple(row) for row in conn.execute(sa.select(*(_SPEAKING.c[n] for n in names)))}
    right = {tuple(row[n] for n in names) for row in _speaking(conn, protocol, None)}
    return [
        f"study {study}: extraction {extraction} is stored as speaking, which no fact gives"
        for study, _, extraction, _ in sorted(stored - right)
    ] + [
        f"study {study}: extraction {extraction} does not speak, as the facts say"
        for study, _, extraction, _ in sorted(right - stored)
    ]


def _parts(wanted: Collection[int] | None) -> Iterable[list[int] | None]:
    if wanted is None:
        yield None
        return
    every = list(wanted)
    for start in range(0, len(every), _CHUNK):
        yield every[start : start + _CHUNK]
