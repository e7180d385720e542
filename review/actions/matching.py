"""Which record a decision made elsewhere is about: by accession, number, DOI, PMID or title."""

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa

from review.dedup.normalise import doi
from review.dedup.titles import title_words
from review.errors import NotFound
from review.ingest.decision import Subject
from review.store import duplicates, records

_RAYYAN = "rayyan-"


class Matching:
    """The records of a review by everything a file of decisions may call them."""

    def __init__(self, conn: sa.Connection) -> None:
        self._conn = conn
        self._kept = duplicates.all_kept(conn)
        self._accessions = records.accessions(conn)
        self._texts: dict[tuple[str, str], list[int]] | None = None

    def kept(self, subject: Subject) -> int:
        """Return the kept record that is meant; NotFound where there is none, or several.

        What names a record most surely decides alone: a title is only asked where there is
        neither an accession nor an identifier that the review knows.
        """
        found: list[int] = []
        for some in self._ways(subject):
            found = sorted({self._kept[record] for record in some if record in self._kept})
            if found:
                break
        if not found:
            raise NotFound("No record of this review matches.")
        if len(found) > 1:
            if subject.record is not None and self._kept.get(subject.record) in found:
                return self._kept[subject.record]
            raise NotFound(f"Several records match: {', '.join(map(str, found))}.")
        return found[0]

    def _ways(self, subject: Subject) -> Iterable[list[int]]:
        if subject.accession:
            yield self._accessions.get(subject.accession, [])
        if subject.rayyan:
            for accession in (_RAYYAN + subject.rayyan, subject.rayyan):
                yield self._accessions.get(accession, [])
        if subject.record is not None and not subject.accession:
            # a number says nothing where an accession, which is the source's own, is unknown
            yield [subject.record]
        if subject.pmid or subject.doi or subject.title:
            texts = self._by_text()
            for key in _keys(subject.doi, subject.pmid, subject.title):
                yield texts.get(key, [])

    def _by_text(self) -> dict[tuple[str, str], list[int]]:
        if self._texts is None:
            self._texts = defaultdict(list)
            for row in duplicates.rows(self._conn):
                for key in _keys(row.doi, row.pmid, row.title):
                    self._texts[key].append(row.id)
        return self._texts


def _keys(doi_: str, pmid: str, title: str) -> list[tuple[str, str]]:
    keys = [
        ("pmid", pmid.strip()),
        ("doi", doi(doi_)),
        ("title", " ".join(title_words(title)) if title else ""),
    ]
    return [key for key in keys if key[1]]
