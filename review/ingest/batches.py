"""Decides what became of each id of a batch: stored, or listed as missing; never neither.

And of a run of batches: several are under way at once, so that slow answers do not slow it, and
the first may be fetched while the search is still being listed.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import partial
from threading import Event, Lock
from types import TracebackType

from review.errors import BadInput, Incomplete, NetworkError
from review.ingest.lanes import begun
from review.ingest.record import Record, Reject

Progress = Callable[[int, int], None]
_OFTEN = 0.5  # seconds
AHEAD = 40  # batches fetched but not yet taken; 200 records each are about 1 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One EFetch call and its outcome: every requested id is in `records` or in `missing`.

    `rejects` are articles that could not be read or were not asked for; `deleted` are PMIDs
    that the answer says NLM has deleted.
    """

    requested: tuple[str, ...]
    records: tuple[Record, ...]
    missing: tuple[str, ...]
    rejects: tuple[Reject, ...] = ()
    deleted: tuple[str, ...] = ()


def reconcile(
    asked: Sequence[str], items: Iterable[Record | Reject], *, deleted: Iterable[str] = ()
) -> Batch:
    """The batch of the ids `asked` for, given all that came back, in the order asked."""
    wanted, found = set(asked), dict[str, Record]()
    rejects = []
    for item in items:
        if isinstance(item, Reject):
            rejects.append(item)
        elif item.pmid not in wanted:
            rejects.append(_reject(item, "PubMed sent a record that was not asked for"))
        elif item.pmid in found:
            rejects.append(_reject(item, "PubMed sent the same record twice"))
        else:
            found[item.pmid] = item
    return Batch(
        requested=tuple(asked),
        records=tuple(found[pmid] for pmid in asked if pmid in found),
        missing=tuple(pmid for pmid in asked if pmid not in found),
        rejects=tuple(rejects),
        deleted=tuple(deleted),
    )


def _reject(record: Record, reason: str) -> Reject:
    return Reject(position=f"PMID {record.pmid or 'none'}", reason=reason, excerpt=record.title)


def pmids(ids: Iterable[str]) -> list[str]:
    """The ids without the blanks around them; BadInput for what is not a PMID."""
    found = [str(one).strip() for one in ids]
    for one in found:
        if not (one.isascii() and one.isdecimal()):
            raise BadInput(f"{one!r} is not a PMID.")
    return found


class Fetching:
    """Batches of ids, `lanes` of them under way at a time; a context that stops what is left.

    `fetch` is called in threads and should give up when its event is set. `ids` are all that
    were added, in their order, each once. Full batches are begun as soon as they are there.
    """

    def __init__(
        self, fetch: Callable[[tuple[str, ...], Event], Batch], *, lanes: int, size: int
    ) -> None:
        self.ids: list[str] = []
        self._fetch, self._lanes, self._size = fetch, lanes, size
        self._known = set[str]()
        self._cut = self._running = 0  # ids put into batches; batches under way
        self._left = deque[tuple[str, ...]]()
        self._held = deque[Future[Batch]]()
        self._failure: BaseException | None = None
        self._stop, self._lock = Event(), Lock()

    def __enter__(self) -> "Fetching":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()

    def add(self, ids: Iterable[str]) -> None:
        """Take on more ids; BadInput for what is not a PMID."""
        for pmid in pmids(ids):
            if pmid not in self._known:
                self._known.add(pmid)
                self.ids.append(pmid)
        self._part(len(self.ids) - self._size)

    def batches(
        self, *, progress: Progress | None = None, idle: Callable[[], None] | None = None
    ) -> Iterator[Batch]:
        """The batches of all ids, in the order the ids were added; no more can be added.

        A batch that fails ends the run: nothing new is begun, what is under way is still
        handed out, then Incomplete says how far it came. `progress(done, total)` counts ids,
        after each batch; `idle()` is called twice a second while the next is waited for.
        """
        self._part(len(self.ids) - 1)
        done, total = 0, len(self.ids)
        failure: NetworkError | None = None
        while (future := self._next()) is not None:
            while idle and not wait([future], timeout=_OFTEN).done:
                idle()
            try:
                batch = future.result()
            except NetworkError as error:
                failure = failure or error
                continue
            yield batch
            done += len(batch.requested)
            if progress:
                progress(done, total)
        if failure is not None:
            raise Incomplete(f"Stopped after {done:,} of {total:,} records. {failure}")

    def _part(self, last: int) -> None:
        """Make batches that begin at the `last` id or before it."""
        while self._cut <= last:
            self._left.append(tuple(self.ids[self._cut : self._cut + self._size]))
            self._cut += self._size
        self._begin()

    def _next(self) -> "Future[Batch] | None":
        with self._lock:
            future = self._held.popleft() if self._held else None
        self._begin()
        return future

    def _begin(self) -> None:
        """Begin what may be begun."""
        while True:
            with self._lock:
                full = self._running >= self._lanes or len(self._held) >= AHEAD
                if full or not self._left or self._failure or self._stop.is_set():
                    return
                self._running += 1
                work = partial(self._fetch, self._left.popleft(), self._stop)
                future = begun(work, name="efetch")
                self._held.append(future)
            future.add_done_callback(self._ended)

    def _ended(self, future: "Future[Batch]") -> None:
        with self._lock:
            self._running -= 1
            self._failure = self._failure or future.exception()
        self._begin()
