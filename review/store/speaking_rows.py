"""The effects that a viewer hears, as few facts of each as counting needs, for many questions."""

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from review.store.evidence import called, links
from review.store.extractions import heard as heard_forms
from review.store.picking import Evidence
from review.store.tables import ExtractionRow, RecordRow
from review.store.tables.base import table_of
from review.synthesis.heard import Heard, of_several
from review.synthesis.query import Expr

_RECORD = table_of(RecordRow)
_EXTRACTION = table_of(ExtractionRow)
FACETS = ("population", "contrast", "outcome", "direction")
_CHUNK = 500


class SpeakingRows:
    """What is asked of the evidence again and again in one transaction, from one reading.

    Only included studies speak unless `everything`. A viewer who is `blind` to unsettled forms
    hears their own and what is settled; so does one who is `blind_to_tags`, of what is tagged.
    """

    def __init__(
        self,
        conn: sa.Connection,
        *,
        everything: bool = False,
        viewer: int | None = None,
        blind: bool = False,
        blind_to_tags: bool = False,
    ) -> None:
        self.conn = conn
        self._viewer, self._blind = viewer, blind
        self._evidence = Evidence(
            conn,
            everything=everything,
            viewer=viewer,
            blind=blind,
            blind_to_tags=blind_to_tags,
        )
        self._known: dict[Expr, int] = {}

    def picked(self, expr: Expr | None) -> int:
        """Return the effects of which an expression is true (None: all), as bits."""
        if expr is None:
            return self._evidence.every
        if expr not in self._known:
            self._known[expr] = self._evidence.picked(expr)
        return self._known[expr]

    @cached_property
    def heard(self) -> Heard:
        """What is known of each effect that is heard: study, family and the codes of FACETS."""
        sets = {key: some for key, some in self._evidence.sets(FACETS).items() if key[0] in FACETS}
        some = of_several(one for (facet, _), one in sets.items() if facet == "population")
        several = self._evidence.studies_of(some & self._evidence.every) if some else set()
        return Heard(
            ((b.start, b.size, b.study, b.first) for b in self._evidence.blocks),
            self._names(),
            sets,
            main=self._mains(several) if several else {},
        )

    def _names(self) -> dict[int, tuple[str, str]]:
        study = called()
        query = sa.select(study.c.id, study.c.label, study.c.cohort_family)
        return {id_: (label, family) for id_, label, family in self.conn.execute(query)}

    def _mains(self, studies: set[int]) -> dict[int, str]:
        """The population that counts each study once, where its form names one."""
        spoken = heard_forms(self._viewer, blind=self._blind)
        query = sa.select(_EXTRACTION.c.study_id, _EXTRACTION.c.main).where(
            _EXTRACTION.c.id.in_(spoken), _EXTRACTION.c.main != ""
        )
        return {id_: main for id_, main in self.conn.execute(query) if id_ in studies}

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
