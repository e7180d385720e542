"""Which projections there are, and how each is made anew from the facts and compared with them."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from review.protocol import Protocol
from review.store import blocks, evidence, projection, stopping
from review.store.tables import (
    BlockKeyRow,
    ClusterRow,
    EvidenceTerm,
    QueueEntryRow,
    RankScoreRow,
    StandingRow,
    VoterRow,
)
from review.store.tables.base import table_of

Rebuild = Callable[[sa.Connection, Protocol], None]
Differences = Callable[[sa.Connection, Protocol], list[str]]


@dataclass(frozen=True, slots=True)
class Projection:
    """What is kept beside the facts for fast reading, and `of` what it must be equal to."""

    name: str
    of: str
    tables: tuple[str, ...]
    rebuild: Rebuild
    differences: Differences


def _names(*kinds: type) -> tuple[str, ...]:
    return tuple(table_of(kind).name for kind in kinds)


PROJECTIONS = (
    Projection(
        "standings",
        "facts",
        _names(ClusterRow, StandingRow),
        projection.rebuild,
        projection.differences,
    ),
    Projection(
        "samples first",
        "facts",
        _names(RankScoreRow),
        lambda conn, _: stopping.rebuild(conn),
        lambda conn, _: stopping.differences(conn),
    ),
    Projection(
        "queue",
        "facts",
        _names(QueueEntryRow, VoterRow),
        projection.rebuild_queue,
        projection.queue_differences,
    ),
    Projection(
        "evidence",
        "facts",
        _names(EvidenceTerm),
        lambda conn, protocol: evidence.rebuild(conn, protocol.codebook),
        lambda conn, protocol: evidence.differences(conn, protocol.codebook),
    ),
    Projection(
        "blocking keys",
        "records",
        _names(BlockKeyRow),
        lambda conn, _: blocks.rebuild(conn),
        lambda conn, _: blocks.differences(conn),
    ),
)


def shape(conn: sa.Connection) -> dict[str, frozenset[str]]:
    """Return the columns of every table as the database has them now."""
    found = sa.inspect(conn)
    return {
        name: frozenset(column["name"] for column in found.get_columns(name))
        for name in found.get_table_names()
    }
