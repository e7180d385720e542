"""Decides what became of each id of a batch: stored, or listed as missing; never neither.

And of a run of batches: several are under way at once, so that slow answers do not slow it.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from review.errors import Incomplete, NetworkError
from review.ingest.record import Record, Reject

Progress = Callable[[int, int], None]


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


def run(
    parts: Sequence[tuple[str, ...]],
    *,
    fetch: Callable[[tuple[str, ...], Event], Batch],
    lanes: int,
    progress: Progress | None = None,
) -> Iterator[Batch]:
    """The batches of `parts` in their order, `lanes` of them fetched at a time.

    `fetch` is called in threads and should give up when its event is set. A part that fails
    ends the run: nothing new is begun, what is under way is still handed out, then Incomplete
    says how far it came. `progress(done, total)` counts ids, after each batch.
    """
    stop, waiting, left = Event(), deque[Future[Batch]](), iter(parts)
    done, total = 0, sum(map(len, parts))
    failure: NetworkError | None = None
    pool = ThreadPoolExecutor(lanes, thread_name_prefix="efetch")
    try:
        while True:
            while failure is None and len(waiting) < lanes and (asked := next(left, None)):
                waiting.append(pool.submit(fetch, asked, stop))
            if not waiting:
                break
            try:
                batch = waiting.popleft().result()
            except NetworkError as error:
                failure = failure or error
                continue
            yield batch
            done += len(batch.requested)
            if progress:
                progress(done, total)
        if failure is not None:
            raise Incomplete(f"Stopped after {done:,} of {total:,} records. {failure}")
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
