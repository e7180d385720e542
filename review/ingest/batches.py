"""Decides what became of each id of a batch: stored, or listed as missing; never neither."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from review.ingest.record import Record, Reject


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
