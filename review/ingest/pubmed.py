"""Decides what PubMed is asked: how a search is counted and listed, and its records fetched.

ESearch goes by GET, EFetch by POST. What was asked for comes, or a NetworkError; never an empty
success. How a request is sent and tried again is decided in `pubmed_asking`.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BytesIO
from threading import Event

from review.ingest import answers
from review.ingest.answers import Found, Hits
from review.ingest.batches import Batch, Fetching, Progress, pmids, reconcile
from review.ingest.lanes import in_turn
from review.ingest.pubmed_asking import Asking, Say
from review.ingest.pubmed_xml import articles
from review.ingest.record import Record, Reject
from review.ingest.slices import CAP, EVERYTHING, Slice, collect, one_line, span

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
LANES_OF_SEARCH = 4  # slices asked for at once; more would mostly be asked in vain
BATCH = 200  # ids in one EFetch
_RETRACTED = '"retracted publication"[pt]'

Seen = Callable[[Found], None]
Early = Callable[[tuple[str, ...]], None]


class PubMed:
    """PubMed through the E-utilities at `base_url` (http or https; NCBI's by default).

    `email` is sent with every request and must be given for NCBI's own server. `rate` is in
    requests a second, NCBI's rule by default. `timeout` (seconds) is for one request, connecting
    and reading each; a Transient fault is met by `attempts` tries with pauses that begin at
    `backoff` seconds and double. BadInput for settings that cannot work.
    """

    def __init__(
        self,
        base_url: str = NCBI,
        *,
        email: str | None = None,
        api_key: str | None = None,
        timeout: float = 60.0,
        rate: float | None = None,
        attempts: int = 6,
        backoff: float = 1.0,
    ) -> None:
        self._asking = Asking(
            base_url,
            email=email,
            api_key=api_key,
            timeout=timeout,
            rate=rate,
            attempts=attempts,
            backoff=backoff,
        )
        self._lanes = min(24, math.ceil(self._asking.rate * 2.5))  # an answer takes about 2 s

    def tell(self, say: Say | None) -> None:
        """From here on `say` hears, in a sentence, of every pause before another try."""
        self._asking.say = say

    def count(self, query: str, *, since: str | None = None, until: str | None = None) -> Found:
        """How many records match, and how PubMed reads the query; no ids.

        `since` and `until` are ISO dates of entry into PubMed (EDAT), both included.
        """
        query, dates = one_line(query), span(since, until)
        answer = self._search(query, dates, wanted=0)
        return answers.found(query, answer, ids=None)

    def find(
        self,
        query: str,
        *,
        since: str | None = None,
        until: str | None = None,
        seen: Seen | None = None,
        early: Early | None = None,
    ) -> Found:
        """All ids that match; above 9,999 in slices. Dates as for `count`.

        `seen` is told what the first answer says, before anything else is asked; `early` is
        given the ids of that answer, newest first, while slices are still being listed.
        """
        query, dates = one_line(query), span(since, until)
        whole = self._search(query, dates, wanted=CAP)
        first = answers.found(query, whole, ids=None)
        if seen:
            seen(first)
        if whole.count <= CAP:
            found = answers.found(query, whole, ids=whole.ids)
            if early:
                early(found.ids)
            return found
        stop = Event()
        waiting = [partial(early, answers.newest_first(whole.ids))] if early else []

        def ask(parts: list[Slice]) -> Iterator[Hits]:
            works = [partial(self._search, query, part, wanted=CAP, stop=stop) for part in parts]
            answered = in_turn(works, lanes=LANES_OF_SEARCH, name="esearch")
            while waiting:  # after the slices, which must not wait for a place behind it
                waiting.pop()()
            return answered

        try:
            ids = collect(dates, whole, ask=ask)
        finally:
            stop.set()
        count = whole.count
        if len(ids) != count:  # records may have come in meanwhile
            count = self._search(query, dates, wanted=0).count
        return answers.found(query, whole, ids=ids, count=count)

    def retracted(self, found: Found, *, since: str | None = None) -> tuple[str, ...]:
        """Those of what a search found (of the newest 9,999) that are retracted publications."""
        query = f"({found.query}) AND {_RETRACTED}"
        said = self._search(query, span(since, None), wanted=CAP)
        # a server that leaves the condition out would have all of them retracted
        return said.ids if said.count < found.count else ()

    def fetching(self, *, batch_size: int = BATCH) -> Fetching:
        """A run of batches to which ids can be added while the search is still being listed."""
        return Fetching(self._batch, lanes=self._lanes, size=batch_size)

    def fetch(
        self, ids: Iterable[str], *, batch_size: int = BATCH, progress: Progress | None = None
    ) -> Iterator[Batch]:
        """The records of PMIDs, batch by batch, in the order given; each id once.

        `progress(done, total)` is called after each batch. Ids that an answer lacks are asked
        for once more before they are listed as missing. A batch that fails for good ends the
        run with Incomplete, after the batches that were under way have been handed out: what
        was yielded stays, and the ids not yielded can be fetched again. BadInput for an id that
        is not a PMID.
        """
        wanted = pmids(ids)

        def batches() -> Iterator[Batch]:
            with self.fetching(batch_size=batch_size) as run:
                run.add(wanted)
                yield from run.batches(progress=progress)

        return batches()

    def _batch(self, asked: tuple[str, ...], stop: Event) -> Batch:
        """One batch; what its answer lacks, or holds unreadable, is asked for once more."""
        deleted: list[str] = []
        items = self._articles(asked, deleted, stop)
        missing = reconcile(asked, items).missing
        if missing:
            read = [item for item in items if isinstance(item, Record)]
            items = [*read, *self._articles(missing, deleted, stop)]
        return reconcile(asked, items, deleted=deleted)

    def _articles(
        self, asked: tuple[str, ...], deleted: list[str], stop: Event
    ) -> list[Record | Reject]:
        fields = {"db": "pubmed", "id": ",".join(asked), "rettype": "xml", "retmode": "xml"}
        try:
            body = self._asking.ask("efetch", fields, answers.articles_body, stop=stop)
        except answers.NoneKnown:
            return []
        return list(articles(BytesIO(body), deleted=deleted))

    def _search(self, query: str, part: Slice, *, wanted: int, stop: Event | None = None) -> Hits:
        fields = {"db": "pubmed", "term": part.term(query), "retmode": "xml", "retstart": "0"}
        fields["retmax"] = str(wanted)
        if (part.first, part.last) != (EVERYTHING.first, EVERYTHING.last):
            fields["datetype"] = "edat"
            fields["mindate"] = f"{part.first:%Y/%m/%d}"
            fields["maxdate"] = f"{part.last:%Y/%m/%d}"
        return self._asking.ask("esearch", fields, partial(answers.hits, wanted=wanted), stop=stop)
