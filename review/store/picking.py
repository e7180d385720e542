"""Which effects an expression picks: terms by their bits, fields by SQL, values always bound."""

import json
from collections.abc import Callable, Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from review.store import blind_terms, evidence_bits
from review.store.evidence import called, included_studies, links
from review.store.evidence_bits import Block, Key
from review.store.extractions import heard
from review.store.tables import (
    ClusterRow,
    EffectRow,
    EvidenceBlockRow,
    FetchedAbstractRow,
    RecordRow,
    StudyRisk,
)
from review.store.tables.base import table_of
from review.synthesis.bits import Blocks, places
from review.synthesis.measures import MEASURES
from review.synthesis.query import ORDERED, And, Compare, Expr, Has, Match, Not, Or, comparisons

_EFFECT = table_of(EffectRow)
_BLOCK = table_of(EvidenceBlockRow)
_RISK = table_of(StudyRisk)
_CLUSTER = table_of(ClusterRow)
_RECORD = table_of(RecordRow)
_FETCHED = table_of(FetchedAbstractRow)


class _SmallAscii(FunctionElement[str]):
    """A text with its ASCII letters small: a fifth of the time PostgreSQL takes for all letters."""

    type = sa.Text()
    inherit_cache = True


@compiles(_SmallAscii)
def _lower(element: _SmallAscii, compiler: Any, **more: Any) -> str:
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(_SmallAscii, "postgresql")
def _lower_ascii(element: _SmallAscii, compiler: Any, **more: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **more)}) COLLATE "C")'


class Evidence:
    """The effects that a viewer may see, as bits; what is asked of it is answered from them.

    `forms` is the query of the extractions heard, one a study; `blocks` are they, only those of
    included studies unless `everything`. A viewer who is `blind` to unsettled forms hears their
    own and what is settled; so does one who is `blind_to_tags`, of what is tagged.
    """

    def __init__(
        self,
        conn: sa.Connection,
        *,
        everything: bool = False,
        viewer: int | None = None,
        blind: bool = False,
        blind_to_tags: bool = False,
        studies: Collection[int] | None = None,
    ) -> None:
        self.conn, self.forms = conn, heard(viewer, blind=blind)
        query = sa.select(
            _BLOCK.c.extraction_id,
            _BLOCK.c.study_id,
            _BLOCK.c.start,
            _BLOCK.c.size,
            _BLOCK.c.first_effect,
        ).where(_BLOCK.c.extraction_id.in_(self.forms))
        if not everything:
            query = query.where(_BLOCK.c.study_id.in_(included_studies()))
        if studies is not None:
            query = query.where(_BLOCK.c.study_id.in_(list(studies)))
        found = conn.execute(query.order_by(_BLOCK.c.start)).partitions(500)
        self.blocks = [Block(*row) for part in found for row in part]
        self.layout = Blocks.of((block.start, block.size) for block in self.blocks)
        self._hidden, self._instead = blind_terms.overlay(
            conn, self.blocks, viewer, blind=blind or blind_to_tags
        )
        self._sets: dict[Key, int] = {}
        self._read: set[str] | None = set()

    @property
    def every(self) -> int:
        """All effects."""
        return self.layout.body

    def sets(self, facets: Collection[str] | None = None) -> dict[Key, int]:
        """Return the sets of effects by facet and code, of these facets at least (None: all)."""
        if facets is None and self._read is not None:
            self._sets, self._read = self._heard(None), None
        elif facets is not None and self._read is not None and (more := {*facets} - self._read):
            self._sets |= self._heard(more)
            self._read |= more
        return self._sets

    def _heard(self, facets: Collection[str] | None) -> dict[Key, int]:
        """The stored sets, but for the places where this viewer hears other terms."""
        found = evidence_bits.read(self.conn, facets)
        if not self._hidden:
            return found
        found = {key: some & ~self._hidden for key, some in found.items()}
        for key, some in self._instead.items():
            if facets is None or key[0] in facets:
                found[key] = found.get(key, 0) | some
        return {key: some for key, some in found.items() if some}

    def picked(self, expr: Expr | None) -> int:
        """Return the effects of which an expression is true."""
        if expr is None:
            return self.every
        asked = list(comparisons(expr))
        self.sets({c.name for c in asked if isinstance(c, Compare) and c.facet})
        return self._holds(expr)

    def studies_of(self, effects: int) -> set[int]:
        """Return the studies of a set of effects."""
        data = self.layout.whole(effects).to_bytes((self.every.bit_length() + 7) // 8, "little")
        return {b.study for b in self.blocks if data[b.start >> 3] >> (b.start & 7) & 1}

    def of_studies(self, studies: Iterable[int]) -> int:
        """Return all effects of these studies."""
        starts = {block.study: block.start for block in self.blocks}
        return self.layout.whole(places(starts[one] for one in studies if one in starts))

    def _holds(self, expr: Expr) -> int:
        match expr:
            case And(items):
                found = self.every
                for item in items:
                    found &= self._holds(item)
                return found
            case Or(items):
                found = 0
                for item in items:
                    found |= self._holds(item)
                return found
            case Not(item):
                return self.every & ~self._holds(item)
            case Has(item):
                return self.layout.whole(self._holds(item))
            case Compare(facet=True):
                return self._facet(expr)
            case Compare(name=name) if name in MEASURES:
                return self._measure(expr)
            case Compare() | Match():
                return self._field(expr)

    def _facet(self, expr: Compare) -> int:
        found = 0
        for (facet, code), some in self.sets({expr.name}).items():
            if facet == expr.name and any(_named(code, str(v), expr.op) for v in expr.values):
                found |= some
        return found & self.every

    def _measure(self, expr: Compare) -> int:
        limits = [getattr(value, "months", value) for value in expr.values]
        facet, found = f"={expr.name}", 0
        for (name, code), some in self.sets({facet}).items():
            if name == facet:
                value = float(code)
                held = value in limits if expr.op == "in" else ORDERED[expr.op](value, limits[0])
                found |= some if held else 0
        return found & self.every

    def _field(self, expr: Compare | Match) -> int:
        if expr.name == "risk_of_bias" and isinstance(expr, Compare):
            return self._risk(expr)
        if expr.name in ("effect", "note"):
            query = sa.select(_EFFECT.c.extraction_id, _EFFECT.c.id)
            where = _holds(expr, _EFFECT.c.id if expr.name == "effect" else _EFFECT.c.note)
            at = {block.extraction: block for block in self.blocks}
            return places(
                at[extraction].start + effect - at[extraction].first
                for extraction, effect in self.conn.execute(query.where(where)).all()
                if extraction in at
            )
        return self.of_studies(self.conn.scalars(studies_where(expr)).all())

    def _risk(self, expr: Compare) -> int:
        appraised = {study: risk.value for study, risk in self.conn.execute(_RISKS).all()}
        return self.of_studies(
            block.study
            for block in self.blocks
            if appraised.get(block.study, "none") in expr.values
        )


_RISKS = sa.select(_RISK.c.study_id, _RISK.c.overall)


def _named(code: str, wanted: str, op: str) -> bool:
    return code == wanted or (op == "under" and code.startswith(f"{wanted}."))


def studies_where(expr: Compare | Match) -> sa.Select[Any]:
    """Return the query of the studies of which a field of the study or of a report is so."""
    study = called()
    own: dict[str, sa.ColumnElement[Any]] = {
        "study": study.c.id,
        "study_label": study.c.label,
        "cohort": study.c.cohort_family,
        "verified": study.c.verified,
    }
    if expr.name in own:
        return sa.select(study.c.id).where(_holds(expr, own[expr.name]))
    reports = links()
    query = (
        sa.select(reports.c.study_id)
        .join(_CLUSTER, _CLUSTER.c.kept_id == reports.c.kept_id)
        .join(_RECORD, _RECORD.c.id == _CLUSTER.c.record_id)
    )
    if expr.name == "author":
        return query.where(_held_in_list(expr))
    if expr.name == "abstract":
        later = query.join(_FETCHED, _FETCHED.c.record_id == _RECORD.c.id)
        return sa.union(
            query.where(_holds(expr, _RECORD.c.abstract)),
            later.where(_holds(expr, _FETCHED.c.abstract)),
        )  # type: ignore[return-value]
    return query.where(
        _holds(expr, _RECORD.c.id if expr.name == "record" else _RECORD.c[expr.name])
    )


def _held_in_list(expr: Compare | Match) -> sa.ColumnElement[bool]:
    """Whether one of the authors is the one named; a list is stored as JSON, names in quotes."""
    stored = sa.cast(_RECORD.c.authors, sa.Text)
    if isinstance(expr, Match):
        return _holds(expr, stored)
    named = (json.dumps(str(value).lower(), ensure_ascii=False) for value in expr.values)
    return sa.or_(*(sa.func.lower(stored).contains(name, autoescape=True) for name in named))


def _holds(expr: Compare | Match, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    if isinstance(expr, Match):
        held = (
            (_SmallAscii(column) if word.isascii() else sa.func.lower(column)).contains(
                word.lower(), autoescape=True
            )
            for word in expr.words
        )
        return sa.and_(*held)
    if expr.op in ORDERED:
        compare: Callable[..., Any] = ORDERED[expr.op]
        compared: sa.ColumnElement[bool] = compare(column, expr.values[0])
        return compared
    if all(isinstance(value, int) for value in expr.values):
        return column.in_(expr.values)
    return sa.func.lower(column).in_([str(value).lower() for value in expr.values])
