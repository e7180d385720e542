"""The effects that a viewer hears, as few facts of each as counting needs, for many questions."""

from functools import cached_property

import sqlalchemy as sa

from review.store.evidence import called, links
from review.store.many import listed
from review.store.picking import Evidence
from review.store.tables import ExtractionRow, RecordRow
from review.store.tables.base import table_of
from review.synthesis.heard import Heard, of_several
from review.synthesis.query import Expr

_RECORD = table_of(RecordRow)
_EXTRACTION = table_of(ExtractionRow)
FACETS = ("population", "contrast", "outcome", "direction")


class SpeakingRows:
    """What is asked of some evidence again and again in one transaction, from one reading."""

    def __init__(self, evidence: Evidence) -> None:
        self.conn, self._evidence = evidence.conn, evidence
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
        query = sa.select(_EXTRACTION.c.study_id, _EXTRACTION.c.main).where(
            _EXTRACTION.c.id.in_(self._evidence.forms), _EXTRACTION.c.main != ""
        )
        return {id_: main for id_, main in self.conn.execute(query) if id_ in studies}

    def years(self) -> list[int]:
        """Return the years of the reports of every study that speaks."""
        link = links()
        studies = listed(self.conn, [block.study for block in self._evidence.blocks])
        query = sa.select(_RECORD.c.year).join(link, link.c.kept_id == _RECORD.c.id)
        wanted = query.where(link.c.study_id.in_(studies), _RECORD.c.year.is_not(None))
        return [int(year) for year in self.conn.scalars(wanted)]

    def latest(self) -> str:
        """Return the day on which the last form that speaks was given, empty where none does."""
        forms = listed(self.conn, [block.extraction for block in self._evidence.blocks])
        last = sa.select(sa.func.max(_EXTRACTION.c.at)).where(_EXTRACTION.c.id.in_(forms))
        at = self.conn.scalar(last)
        return at.date().isoformat() if at else ""
