"""In which order effects stand in a table, and which of them are on one page of it.

Without a wish: by the number of the study, then as they were extracted. What is empty comes last,
whichever way; effects that are alike in the chosen column stay in that order.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.protocol import Codebook
from review.store.evidence import called, links
from review.store.evidence_bits import Block
from review.store.picking import Evidence
from review.store.tables import RecordRow, StudyRisk
from review.store.tables.base import table_of
from review.synthesis.bits import listed
from review.synthesis.fields import FIELDS
from review.synthesis.measures import MEASURES

_RECORD = table_of(RecordRow)
_RISK = table_of(StudyRisk)
_OF_STUDY = {"study": "label", "cohort": "cohort_family", "verified": "verified"}
_OF_REPORT = ("year", "authors", "title", "journal", "doi", "pmid")
_RISKS = FIELDS["risk_of_bias"].choices


def indexed(name: str, codebook: Codebook) -> bool:
    """Return whether the order by a column is known without reading every effect."""
    plain = ("study_id", "effect", "risk_of_bias", *_OF_STUDY, *_OF_REPORT, *MEASURES)
    return name in plain or any(facet.id == name for facet in codebook.facets)


def page(
    evidence: Evidence,
    picked: int,
    *,
    sort: str = "",
    codebook: Codebook,
    offset: int = 0,
    limit: int | None = None,
) -> dict[int, int]:
    """Return effect -> place of one page of the picked effects, in order.

    `sort` is the name of an indexed column, `-name` from the largest.
    """
    name, down = sort.removeprefix("-"), sort.startswith("-")
    blocks = sorted(evidence.blocks, key=lambda block: block.study)
    buckets: Iterable[int] = (picked,)
    if any(facet.id == name for facet in codebook.facets):
        buckets = _by_term(evidence, picked, name, codebook, down)
    elif name in MEASURES:
        buckets = _by_value(evidence, picked, name, down)
    elif name == "effect":
        blocks.sort(key=lambda block: block.first, reverse=down)
    elif name == "study_id":
        blocks.sort(key=lambda block: block.study, reverse=down)
    elif name:
        blocks = _by_key(blocks, _keys(evidence.conn, name), down)
    found: dict[int, int] = {}
    end = None if limit is None else offset + limit
    at = 0
    for bucket in buckets:
        size = bucket.bit_count()
        if at + size > offset and (end is None or at < end):
            last = None if end is None else end - at
            found.update(_slice(bucket, blocks, max(offset - at, 0), last, down, name == "effect"))
        at += size
    return found


def _by_key(blocks: list[Block], keys: Mapping[int, Any], down: bool) -> list[Block]:
    known = [block for block in blocks if keys.get(block.study) not in (None, "")]
    unknown = [block for block in blocks if keys.get(block.study) in (None, "")]
    return sorted(known, key=lambda block: keys[block.study], reverse=down) + unknown


def _by_term(
    evidence: Evidence, picked: int, facet: str, codebook: Codebook, down: bool
) -> Iterator[int]:
    """Effects by the label of a term of theirs, the first in that order; those without one last."""
    labels = {t.code: t.label.casefold() for f in codebook.facets if f.id == facet for t in f.terms}
    sets = {code: some for (name, code), some in evidence.sets({facet}).items() if name == facet}
    order = sorted(sets, key=lambda code: (labels.get(code, code), code), reverse=down)
    yield from _buckets((sets[code] for code in order), picked)


def _by_value(evidence: Evidence, picked: int, name: str, down: bool) -> Iterator[int]:
    facet = f"={name}"
    sets = {float(c): some for (f, c), some in evidence.sets({facet}).items() if f == facet}
    yield from _buckets((sets[value] for value in sorted(sets, reverse=down)), picked)


def _buckets(sets: Iterable[int], picked: int) -> Iterator[int]:
    rest = picked
    for some in sets:
        yield rest & some
        rest &= ~some
    yield rest


def _slice(
    bucket: int, blocks: Sequence[Block], first: int, last: int | None, down: bool, by_effect: bool
) -> Iterator[tuple[int, int]]:
    """Yield (effect, place) of the first to the last effect of a set, block after block."""
    data = bucket.to_bytes((bucket.bit_length() + 7) // 8, "little")
    at = 0
    for block in blocks:
        window = int.from_bytes(
            data[block.start >> 3 : (block.start + block.size + 7) >> 3], "little"
        )
        mine = (window >> (block.start & 7)) & ((1 << block.size) - 1)
        size = mine.bit_count()
        if size and at + size > first:
            inside = list(listed(mine))
            for n in reversed(inside) if down and by_effect else inside:
                if at >= first and (last is None or at < last):
                    yield block.first + n, block.start + n
                at += 1
        else:
            at += size
        if last is not None and at >= last:
            return


def _keys(conn: sa.Connection, name: str) -> dict[int, Any]:
    """What a column holds of each study, ready to be compared."""
    if name == "risk_of_bias":
        query = sa.select(_RISK.c.study_id, _RISK.c.overall)
        return {study: _RISKS.index(risk.value) for study, risk in conn.execute(query)}
    if name in _OF_STUDY:
        study = called()
        query = sa.select(study.c.id, study.c[_OF_STUDY[name]])
        return {study: (text or "").casefold() for study, text in conn.execute(query)}
    link = links()
    query = (
        sa.select(link.c.study_id, _RECORD.c[name])
        .join(_RECORD, _RECORD.c.id == link.c.kept_id)
        .order_by(link.c.kept_id)
    )
    return _of_reports(conn.execute(query).all(), min if name == "year" else None)


def _of_reports(rows: Iterable[Any], choose: Callable[[Any, Any], Any] | None) -> dict[int, Any]:
    """The value of the first report that has one, or the one chosen among all."""
    found: dict[int, Any] = {}
    for study, value in rows:
        if isinstance(value, list):
            value = "; ".join(value)
        if isinstance(value, str):
            value = value.casefold()
        if value in (None, ""):
            continue
        old = found.get(study)
        found[study] = value if old is None else choose(old, value) if choose else old
    return found
