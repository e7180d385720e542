"""Where each effect stands among the bits that evidence is counted by, and how they are kept.

Every extraction that speaks to anybody has a block of places; a term is the set of places of the
effects it speaks of, stored in chunks so that one new form rewrites a few kilobytes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import sqlalchemy as sa

from review.store import bulk
from review.store.tables import EvidenceBitsRow, EvidenceBlockRow
from review.store.tables.base import table_of
from review.synthesis.bits import listed, places

_BITS = table_of(EvidenceBitsRow)
_BLOCK = table_of(EvidenceBlockRow)
PLACES = 8192
"""Places in a chunk."""
BYTES = PLACES // 8

Key = tuple[str, str]
"""A facet and a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """One extraction and what speaks of each of its effects, from the facts."""

    extraction: int
    study: int
    effects: Mapping[int, Iterable[Key]]


class Block(NamedTuple):
    """The places of an extraction's effects."""

    extraction: int
    study: int
    start: int
    size: int
    first: int


def blocks(conn: sa.Connection, studies: Collection[int] | None = None) -> list[Block]:
    """Return the stored blocks, in order of their places."""
    query = sa.select(
        _BLOCK.c.extraction_id,
        _BLOCK.c.study_id,
        _BLOCK.c.start,
        _BLOCK.c.size,
        _BLOCK.c.first_effect,
    ).order_by(_BLOCK.c.start)
    if studies is not None:
        query = query.where(_BLOCK.c.study_id.in_(list(studies)))
    return [Block(*row) for row in conn.execute(query).all()]


def read(conn: sa.Connection, facets: Collection[str] | None = None) -> dict[Key, int]:
    """Return the sets of places of every code, or of the codes of some facets."""
    query = sa.select(_BITS.c.facet, _BITS.c.code, _BITS.c.chunk, _BITS.c.bits)
    if facets is not None:
        query = query.where(_BITS.c.facet.in_(list(facets)))
    parts: dict[Key, dict[int, bytes]] = {}
    for some in conn.execute(query).partitions(500):
        for facet, code, chunk, bits in some:
            parts.setdefault((facet, code), {})[chunk] = bits
    return {key: _joined(some) for key, some in parts.items()}


def _joined(chunks: Mapping[int, bytes]) -> int:
    last = max(chunks)
    data = b"".join(chunks.get(n, b"").ljust(BYTES, b"\0") for n in range(last + 1))
    return int.from_bytes(data, "little")


def replace(conn: sa.Connection, studies: Collection[int], found: Iterable[Spoken]) -> None:
    """Store again what speaks of the effects of `studies`, in the caller's transaction.

    The caller has added a fact in it and so is the only writer.
    """
    old = {block.extraction: block for block in blocks(conn, studies)}
    spoken = list(found)
    end = conn.scalar(sa.select(sa.func.max(_BLOCK.c.start + _BLOCK.c.size)))
    new = _placed(spoken, old, 0 if end is None else end + 1)
    gone = [extraction for extraction in old if extraction not in new]
    if gone:
        conn.execute(_BLOCK.delete().where(_BLOCK.c.extraction_id.in_(gone)))
    _add_blocks(conn, [block for block in new.values() if block.extraction not in old])
    touched = [place for block in (*old.values(), *new.values()) for place in _range(block)]
    _rewrite(conn, places(touched), _sets(spoken, new))


def _placed(spoken: Iterable[Spoken], old: Mapping[int, Block], end: int) -> dict[int, Block]:
    """A block for each extraction with effects: the one it has, or a new one at the end."""
    found: dict[int, Block] = {}
    for one in spoken:
        if one.effects:
            first, last = min(one.effects), max(one.effects)
            block = Block(one.extraction, one.study, end, last - first + 1, first)
            found[one.extraction] = old.get(one.extraction, block)
            if found[one.extraction] is block:
                end += block.size + 1
    return found


def _add_blocks(conn: sa.Connection, some: list[Block]) -> None:
    if some:
        names = ("extraction_id", "study_id", "start", "size", "first_effect")
        columns = dict(zip(names, map(list, zip(*some, strict=True)), strict=True))
        bulk.write(conn, _BLOCK, columns)


def _range(block: Block) -> range:
    return range(block.start, block.start + block.size)


def _sets(spoken: Iterable[Spoken], at: Mapping[int, Block]) -> dict[Key, int]:
    listing: dict[Key, list[int]] = {}
    for one in spoken:
        for effect, keys in one.effects.items():
            block = at[one.extraction]
            for key in keys:
                listing.setdefault(key, []).append(block.start + effect - block.first)
    return {key: places(some) for key, some in listing.items()}


def _rewrite(conn: sa.Connection, touched: int, sets: Mapping[Key, int]) -> None:
    """Make the sets the ones stored over the touched places; all other places stay as they are."""
    gone: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    added: list[dict[str, Any]] = []
    for chunk in sorted({place // PLACES for place in listed(touched)}):
        low = chunk * PLACES
        mine = (touched >> low) & ((1 << PLACES) - 1)
        query = sa.select(_BITS.c.facet, _BITS.c.code, _BITS.c.bits).where(_BITS.c.chunk == chunk)
        stored = {(f, c): int.from_bytes(bits, "little") for f, c, bits in conn.execute(query)}
        for facet, code in {*stored, *sets}:
            before = stored.get((facet, code), 0)
            after = before & ~mine | (sets.get((facet, code), 0) >> low) & mine
            if after == before:
                continue
            row = {"f": facet, "c": code, "n": chunk, "b": _bytes(after)}
            (added if not before else changed if after else gone).append(row)
    here = (
        _BITS.c.facet == sa.bindparam("f"),
        _BITS.c.code == sa.bindparam("c"),
        _BITS.c.chunk == sa.bindparam("n"),
    )
    if gone:
        conn.execute(_BITS.delete().where(*here), gone)
    if changed:
        conn.execute(_BITS.update().where(*here).values(bits=sa.bindparam("b")), changed)
    _add_bits(conn, added)


def _add_bits(conn: sa.Connection, rows: list[dict[str, Any]]) -> None:
    if rows:
        names = {"facet": "f", "code": "c", "chunk": "n", "bits": "b"}
        conn.execute(_BITS.insert(), [{k: row[v] for k, v in names.items()} for row in rows])


def _bytes(bits: int) -> bytes:
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def rebuild(conn: sa.Connection, found: Iterable[Spoken]) -> None:
    """Drop all blocks and bits and make them anew, one block behind the other."""
    conn.execute(_BITS.delete())
    conn.execute(_BLOCK.delete())
    listing: dict[Key, list[int]] = {}
    made: list[Block] = []
    end = 0
    for one in found:
        for block in _placed([one], {}, end).values():
            made.append(block)
            end = block.start + block.size + 1
            for effect, keys in one.effects.items():
                for key in keys:
                    listing.setdefault(key, []).append(block.start + effect - block.first)
    _add_blocks(conn, made)
    rows = []
    for (facet, code), some in listing.items():
        data = _bytes(places(some))
        for chunk in range(0, len(data), BYTES):
            bits = data[chunk : chunk + BYTES].rstrip(b"\0")
            if bits:
                rows.append({"f": facet, "c": code, "n": chunk // BYTES, "b": bits})
    _add_bits(conn, rows)


def differences(conn: sa.Connection, found: Iterable[Spoken]) -> list[str]:
    """Return a sentence for each place where what is stored is not what the facts give."""
    stored = blocks(conn)
    at = {block.extraction: block for block in stored}
    spoken = [one for one in found if one.effects]
    given = {one.extraction for one in spoken}
    said = [f"extraction {n} has a place, and speaks to nobody" for n in sorted(at.keys() - given)]
    said += [f"extraction {n} speaks, and has no place" for n in sorted(given - at.keys())]
    said += _overlaps(stored)
    right = _sets([one for one in spoken if one.extraction in at], at)
    have = read(conn)
    effect_at = {place: b.first + place - b.start for b in stored for place in _range(b)}
    for key in sorted({*right, *have}):
        named = " ".join(key).lstrip("=")
        for place in listed(have.get(key, 0) & ~right.get(key, 0)):
            effect = effect_at.get(place, "(none)")
            said.append(f"effect {effect} is stored with {named}, which no fact gives")
        for place in listed(right.get(key, 0) & ~have.get(key, 0)):
            said.append(f"effect {effect_at[place]} lacks {named}, which the facts give")
    return said


def _overlaps(stored: list[Block]) -> list[str]:
    return [
        f"the places of extractions {one.extraction} and {other.extraction} overlap"
        for one, other in pairwise(stored)
        if other.start <= one.start + one.size
    ]
