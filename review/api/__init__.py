"""The Python interface for notebooks and scripts: `review.open(url)` and what it offers.

A method has the name of its command and does the same; `as_` names the member who acts, without
it the caller is whoever holds the database. Tables are pandas frames, everything else is plain
dictionaries and lists. Errors are those of `review.errors`, one sentence each.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from review import actions
from review.api.appraising import Appraising
from review.api.claims import Claims
from review.api.drawing import Drawing
from review.api.evidence import Evidence
from review.api.extracting import Extracting
from review.api.fulltext import FullText
from review.api.opened import Document, frame
from review.api.ranking import Ranking
from review.api.settling import Settling
from review.api.sharing import Sharing
from review.api.synthesising import Synthesising
from review.api.tagging import Tagging
from review.vocab import Channel

if TYPE_CHECKING:
    import pandas as pd

_PAGE = 1000


def open(url: str | None = None) -> "Review":
    """Open a review; without a URL that of REVIEW_DATABASE, else review.db in this folder.

    StoreError says what to do where there is none.
    """
    return Review(url or actions.Settings().database)


def init(url: str | None = None, protocol: Path | str | None = None) -> "Review":
    """Make a new, empty review from a protocol file, or from the default, and open it."""
    url = url or actions.Settings().database
    actions.init(url, Path(protocol) if protocol else None, channel=Channel.API).close()
    return Review(url)


def demo(url: str | None = None) -> "Review":
    """Make the shipped review, or open it where it is made already."""
    url = url or actions.Settings().database
    actions.demo(url, channel=Channel.API).close()
    return Review(url)


class Review(
    Sharing,
    Settling,
    Ranking,
    Drawing,
    Claims,
    Evidence,
    Extracting,
    Synthesising,
    Tagging,
    Appraising,
    FullText,
):
    """An open review; safe to use from many processes, each gets connections of its own."""

    def __repr__(self) -> str:
        about = self.about()
        return f"<Review '{about['title']}', protocol version {about['version']}>"

    def about(self) -> Document:
        """Return title, notice, criteria and reasons by stage."""
        return actions.about(self._db)

    def codebook(self, *, version: int | None = None) -> list[Document]:
        """Return the facets of the codebook with their terms, as now or in an earlier version."""
        return actions.codebook(self._db, version=version)

    def members(self, *, as_: str | None = None) -> list[Document]:
        """Return the team."""
        return list(self._do(actions.members, as_))

    def add_member(self, name: str, roles: Sequence[str], *, as_: str | None = None) -> Document:
        """Add a member, or give one further roles."""
        return dict(self._do(actions.add_member, as_, name, roles))

    def import_file(
        self, path: Path | str, *, source: str, as_: str | None = None, **more: Any
    ) -> Document:
        """Import a file of records; `more`: kind, strategy (text), date, format,
        platform, limits, reported, update_of, progress.
        """
        return dict(self._do(actions.import_file, as_, Path(path), source=source, **more))

    def search_pubmed(
        self, query: str | None = None, *, as_: str | None = None, **more: Any
    ) -> Document:
        """Search PubMed; `more`: strategy (a Path), since, until, dry_run, resume, progress."""
        return dict(self._do(actions.search_pubmed, as_, query, **more))

    def update_search(self, search: int | None = None, *, as_: str | None = None) -> Document:
        """Run a recorded PubMed search again; only what is new comes in."""
        return dict(self._do(actions.update_search, as_, search))

    def searches(self, *, as_: str | None = None) -> "pd.DataFrame":
        """Return the searches and what each brought."""
        return frame(self._do(actions.searches, as_))

    def dedup(self, *, dry_run: bool = False, as_: str | None = None) -> Document:
        """Merge the certain duplicates, queue the uncertain."""
        return dict(self._do(actions.dedup, as_, dry_run=dry_run))

    def duplicates(self, what: str = "questions", *, as_: str | None = None) -> list[Document]:
        """Return the open questions, or the clusters, with their records."""
        return list(self._do(actions.duplicates, as_, what))

    def merge(self, *records: int, as_: str | None = None) -> Document:
        """Say that two records or more are one report."""
        return dict(self._do(actions.merge, as_, *records))

    def split(self, *records: int, as_: str | None = None) -> Document:
        """Take records out of their cluster, together."""
        return dict(self._do(actions.split, as_, *records))

    def undo_duplicates(self, facts: Sequence[int], *, as_: str | None = None) -> Document:
        """Take back answers about duplicates, by the `facts` that merge and split return."""
        return dict(self._do(actions.undo_duplicates, as_, facts))

    def retractions(self, *, as_: str | None = None) -> Document:
        """Return how many reports were retracted, how many of them included, and which."""
        return dict(self._do(actions.retractions, as_))

    def records(
        self,
        search: str | None = None,
        *,
        text: str | None = None,
        box: str | None = None,
        as_: str | None = None,
    ) -> "pd.DataFrame":
        """Return one row for each report: all, those in a box, or those a search finds, best first.

        `search` (or `text`) are words, all of which must occur; "several in quotes" stand
        together, and a word ending in * begins what it finds.
        """
        words = " ".join(part for part in (search, text) if part) or None
        given = {"text": words, "box": box, "limit": _PAGE}
        page = self._do(actions.records, as_, **given)
        found = page["records"]
        for offset in range(_PAGE, page["total"], _PAGE):
            found += self._do(actions.records, as_, **given, offset=offset)["records"]
        for card in found:
            standing = card.pop("standing")
            card.pop("matches", None)
            card["standing_title_abstract"] = standing.get("title-abstract")
            card["standing_full_text"] = standing.get("full-text")
        rows = frame(found)
        return rows.astype({"year": "Int64"}) if len(rows) else rows

    def record(self, id: int, *, as_: str | None = None) -> Document:
        """Return one record with its history."""
        return dict(self._do(actions.record, as_, id))

    def next(self, *, as_: str, stage: str) -> Document | None:
        """Return the reviewer's next record, or None."""
        found = self._do(actions.next_records, as_, stage)
        return found[0] if found else None

    def vote(self, record: int, verdict: str, *, as_: str, stage: str, **more: Any) -> Document:
        """Cast or change a vote; `more`: reason, secondary, note, key, seconds, round."""
        return dict(self._do(actions.vote, as_, record, verdict, stage=stage, **more))

    def fetch_abstract(self, record: int, *, as_: str | None = None) -> Document:
        """Fetch a missing abstract from PubMed; return the record's card."""
        return dict(self._do(actions.fetch_abstract, as_, record))

    def withdraw(self, record: int, *, as_: str, stage: str, key: str | None = None) -> Document:
        """Take back a vote."""
        return dict(self._do(actions.withdraw, as_, record, stage=stage, key=key))

    def votes(self, *, as_: str | None = None) -> "pd.DataFrame":
        """Return votes and rulings as cast, as far as the caller may see them."""
        import pandas as pd

        found = frame(json.loads(self._do(actions.export, as_, "votes", format="json")))
        if len(found):
            found = found.astype({"record": "int64", "round": "int64"})
            found["at"] = pd.to_datetime(found["at"], utc=True, format="ISO8601")
            found["seconds"] = pd.to_numeric(found["seconds"])
        return found

    def import_votes(
        self, path: Path | str, *, format: str, as_: str | None = None, **more: Any
    ) -> Document:
        """Import decisions (rayyan, asreview, covidence, csv); `more`: as_reviewer, stage."""
        return dict(self._do(actions.import_votes, as_, Path(path), format=format, **more))

    def status(self, *, as_: str | None = None) -> Document:
        """Return progress by stage and reviewer."""
        return dict(self._do(actions.status, as_))

    def report(
        self,
        record: int,
        status: str,
        *,
        pdf: Path | str | None = None,
        as_: str | None = None,
        **more: Any,
    ) -> Document:
        """Say that a report was retrieved or not-retrieved; `more`: link, tried."""
        if pdf is not None:
            more |= {"pdf": Path(pdf).read_bytes(), "name": Path(pdf).name}
        return dict(self._do(actions.report, as_, record, status, **more))

    def study(self, records: Sequence[int], *, as_: str | None = None, **more: Any) -> Document:
        """Join reports to one study; `more`: study, label, cohort_family, attributes."""
        return dict(self._do(actions.study, as_, records, **more))

    def studies(self, *, as_: str | None = None) -> "pd.DataFrame":
        """Return the studies and the records of their reports."""
        return frame(self._do(actions.studies, as_))

    def tag(
        self, target: str | int, codes: str | Sequence[str], *, as_: str, remove: bool = False
    ) -> Document:
        """Put codebook terms on a target: 12 or "record:12", "study:3", "arm:4", "effect:5"."""
        some = [codes] if isinstance(codes, str) else list(codes)
        return dict(self._do(actions.tag, as_, str(target), some, remove=remove))

    def tags(self, target: str | int, *, as_: str | None = None) -> list[Document]:
        """Return the tags on a target."""
        return list(self._do(actions.tags, as_, str(target)))

    def extract(self, target: str | int, form: Document, *, as_: str) -> Document:
        """Store a filled extraction form."""
        return dict(self._do(actions.extract, as_, str(target), form))

    def prisma(
        self, where: str | None = None, *, as_of: str | None = None, as_: str | None = None
    ) -> Document:
        """Return the PRISMA 2020 flow, counted from the facts."""
        return dict(self._do(actions.prisma, as_, where=where, as_of=as_of))

    def methods(self, *, as_: str | None = None) -> Document:
        """Return the text of the methods section, written from the facts: {text, sections}."""
        return dict(self._do(actions.methods, as_))

    def export(self, what: str, *, format: str, as_: str | None = None, **more: Any) -> bytes:
        """Return a file: records (ris, csv, nbib, xlsx), votes (csv, json) or decisions.

        Decisions are for rayyan, asreview or covidence to read, at `stage`, for asreview of
        one `reviewer`.
        """
        return bytes(self._do(actions.export, as_, what, format=format, **more))

    def verify(self, *, as_: str | None = None) -> Document:
        """Prove that projections are what the facts give, and that PRISMA adds up."""
        return dict(self._do(actions.verify, as_))
