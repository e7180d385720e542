"""What speaks of an effect to those who are blind to unsettled tags; and how that is kept."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.extraction.tagging import BLIND, EVERYBODY, Tagging
from review.store import bulk
from review.store.evidence_bits import Block, Key, Spoken
from review.store.tables import BlindTermRow
from review.store.tables.base import table_of
from review.synthesis.bits import places
from review.vocab import Level

_BLIND = table_of(BlindTermRow)
_COLUMNS = ("effect_id", "listener", "facet", "code", "study_id")

Hear = Callable[[list[int], int], Iterable[Spoken]]
"""What speaks of the effects of studies to a listener, from the facts."""
Target = tuple[Level, int]


def listeners(
    tagging: Mapping[Target, Tagging], of: Mapping[Target, Sequence[int]]
) -> dict[int, set[int]]:
    """Return who hears something else than everybody, by study: BLIND, and taggers.

    `of` names the studies of each target.
    """
    found: dict[int, set[int]] = {}
    for target, now in tagging.items():
        for study in () if now.settled else of[target]:
            found.setdefault(study, {BLIND}).update(now.taggers)
    return found


def rows(to: Mapping[int, set[int]], hear: Hear) -> set[tuple[Any, ...]]:
    """Return what is to be stored, given who hears something else of which studies."""
    by_listener: dict[int, list[int]] = {EVERYBODY: sorted(to)}
    for study, some in sorted(to.items()):
        for listener in some:
            by_listener.setdefault(listener, []).append(study)
    heard: dict[int, dict[int, tuple[int, frozenset[Key]]]] = {}
    for listener, studies in by_listener.items():
        for one in hear(studies, listener) if studies else ():
            for effect, keys in one.effects.items():
                heard.setdefault(effect, {})[listener] = (one.study, frozenset(keys))
    found = set()
    for effect, sets in heard.items():
        if len({keys for _, keys in sets.values()}) == 1:
            continue
        for listener, (study, keys) in sets.items():
            if listener != EVERYBODY:
                found |= {(effect, listener, *key, study) for key in keys or {("", "")}}
    return found


def replace(conn: sa.Connection, studies: Collection[int], found: set[tuple[Any, ...]]) -> None:
    """Store again what the blind hear of the effects of `studies`."""
    conn.execute(_BLIND.delete().where(_BLIND.c.study_id.in_(list(studies))))
    _add(conn, found)


def rebuild(conn: sa.Connection, found: set[tuple[Any, ...]]) -> None:
    """Drop all of it and store it anew."""
    conn.execute(_BLIND.delete())
    _add(conn, found)


def _add(conn: sa.Connection, found: set[tuple[Any, ...]]) -> None:
    if found:
        columns = zip(*sorted(found), strict=True)
        bulk.write(conn, _BLIND, dict(zip(_COLUMNS, map(list, columns), strict=True)))


def differences(conn: sa.Connection, found: set[tuple[Any, ...]]) -> list[str]:
    """Return a sentence for each effect of which the blind hear something else than is stored."""
    stored = {tuple(row) for row in conn.execute(sa.select(*(_BLIND.c[n] for n in _COLUMNS)))}
    wrong = sorted({effect for effect, *_ in stored ^ found})
    return [f"effect {n}: what the blind hear of it is not what the facts give" for n in wrong]


def overlay(
    conn: sa.Connection, blocks: Sequence[Block], viewer: int | None, *, blind: bool
) -> tuple[int, dict[Key, int]]:
    """Return the places where a viewer hears other terms than everybody, and which ones there.

    A tagger hears their own terms there, whoever else is `blind` neither's.
    """
    if viewer is None:
        return 0, {}
    to = [viewer, BLIND] if blind else [viewer]
    heard: dict[int, dict[int, list[Key]]] = {}
    query = sa.select(_BLIND).where(_BLIND.c.listener.in_(to))
    for row in conn.execute(query):
        heard.setdefault(row.effect_id, {}).setdefault(row.listener, []).append(
            (row.facet, row.code)
        )
    if not heard:
        return 0, {}
    at = {block.first + n: block.start + n for block in blocks for n in range(block.size)}
    here = {
        at[effect]: some.get(viewer) or some[BLIND]
        for effect, some in heard.items()
        if effect in at
    }
    found: dict[Key, list[int]] = {}
    for place, keys in here.items():
        for key in keys:
            if key != ("", ""):
                found.setdefault(key, []).append(place)
    return places(here), {key: places(some) for key, some in found.items()}
