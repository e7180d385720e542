"""Which projections there are, and how each is made anew from the facts and compared with them."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from review.protocol import Protocol
from review.store import (
    appraisal,
    blocks,
    evidence,
    extractions,
    people,
    projection,
    search_index,
    stopping,
)
from review.store.ledger import Told

Rebuild = Callable[[sa.Connection, Protocol], None]
Differences = Callable[[sa.Connection, Protocol], list[str]]


@dataclass(frozen=True, slots=True)
class Projection:
    """What is kept beside the facts for fast reading, and `of` what it must be equal to."""

    name: str
    of: str
    rebuild: Rebuild
    differences: Differences


PROJECTIONS = (
    Projection(
        "standings",
        "facts",
        projection.rebuild,
        projection.differences,
    ),
    Projection(
        "samples first",
        "facts",
        lambda conn, _: stopping.rebuild(conn),
        lambda conn, _: stopping.differences(conn),
    ),
    Projection(
        "queue",
        "facts",
        projection.rebuild_queue,
        projection.queue_differences,
    ),
    Projection("speaking", "facts", extractions.rebuild, extractions.differences),
    Projection(
        "evidence",
        "facts",
        lambda conn, protocol: evidence.rebuild(conn, protocol.codebook),
        lambda conn, protocol: evidence.differences(conn, protocol.codebook),
    ),
    Projection("risk of bias", "facts", appraisal.rebuild, appraisal.differences),
    Projection(
        "blocking keys",
        "records",
        lambda conn, _: blocks.rebuild(conn),
        lambda conn, _: blocks.differences(conn),
    ),
    Projection(
        "index of words",
        "records",
        lambda conn, _: search_index.rebuild(conn),
        lambda conn, _: search_index.differences(conn),
    ),
)


def rebuild(conn: sa.Connection, told: Told | None = None) -> None:
    """Make every projection anew, in the caller's transaction; `told` hears of each."""
    _, content = people.protocol(conn)
    for one in PROJECTIONS:
        if told:
            told(one.name, None)
        one.rebuild(conn, content)
