"""The effects that a viewer hears, as few facts of each as counting needs, for many questions."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from review.store.evidence import called, links
from review.store.evidence_bits import Block, Key
from review.store.picking import Evidence
from review.store.tables import ExtractionRow, RecordRow
from review.store.tables.base import table_of
from review.synthesis.bits import listed
from review.synthesis.query import Expr

_RECORD = table_of(RecordRow)
_EXTRACTION = table_of(ExtractionRow)
FACETS = ("population", "contrast", "outcome", "direction")
_CHUNK = 500


class SpeakingRows:
    """What is asked of the included studies again and again in one transaction, from one reading.

    A viewer who is `blind` to unsettled forms hears their own and what is settled.
    """

    def __init__(
        self, conn: sa.Connection, *, viewer: int | None = None, blind: bool = False
    ) -> None:
        self.conn = conn
        self._evidence = Evidence(conn, viewer=viewer, blind=blind)

    def picked(self, expr: Expr | None) -> int:
        """Return the effects of which an expression is true (None: all), as bits."""
        return self._evidence.picked(expr)

    def ids(self, picked: int) -> set[int]:
        """Return the numbers of a set of effects."""
        return {block.first + place - block.start for block, place in self._placed(picked)}

    def rows(self, picked: int) -> list[dict[str, Any]]:
        """Return `id, study_id, study_label, cohort_family` and `facets` (FACETS) of effects."""
        facets: dict[int, dict[str, list[str]]] = {place: {} for place in listed(picked)}
        for (facet, code), some in self._sets:
            for place in listed(some & picked):
                facets[place].setdefault(facet, []).append(code)
        found = []
        for block, place in self._placed(picked):
            label, family = self._names.get(block.study, ("", ""))
            found.append(
                {
                    "id": block.first + place - block.start,
                    "study_id": block.study,
                    "study_label": label,
                    "cohort_family": family,
                    "facets": facets[place],
                }
            )
        return sorted(found, key=lambda row: (row["study_id"], row["id"]))

    def _placed(self, picked: int) -> Iterator[tuple[Block, int]]:
        """Each of a set of effects by its place, with the block it stands in."""
        blocks = self._evidence.blocks
        for place in listed(picked):
            yield blocks[bisect_right(blocks, place, key=lambda block: block.start) - 1], place

    @cached_property
    def _sets(self) -> list[tuple[Key, int]]:
        found = self._evidence.sets(FACETS)
        return sorted((key, some) for key, some in found.items() if key[0] in FACETS)

    @cached_property
    def _names(self) -> dict[int, tuple[str, str]]:
        study = called()
        query = sa.select(study.c.id, study.c.label, study.c.cohort_family)
        return {id_: (label, family) for id_, label, family in self.conn.execute(query)}

    def years(self) -> list[int]:
        """Return the years of the reports of every study that speaks."""
        link = links()
        query = sa.select(_RECORD.c.year).join(link, link.c.kept_id == _RECORD.c.id)
        studies = [block.study for block in self._evidence.blocks]
        return [year for part in _parts(studies) for year in self._years(query, link, part)]

    def _years(self, query: sa.Select[Any], link: sa.Subquery, part: list[int]) -> Iterable[int]:
        wanted = query.where(link.c.study_id.in_(part), _RECORD.c.year.is_not(None))
        return [int(year) for year in self.conn.scalars(wanted)]

    def latest(self) -> str:
        """Return the day on which the last form that speaks was given, empty where none does."""
        forms = [block.extraction for block in self._evidence.blocks]
        last = [
            self.conn.scalar(
                sa.select(sa.func.max(_EXTRACTION.c.at)).where(_EXTRACTION.c.id.in_(p))
            )
            for p in _parts(forms)
        ]
        return max((at.date().isoformat() for at in last if at), default="")


def _parts(some: Collection[int]) -> list[list[int]]:
    every = list(some)
    return [every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK)]
