"""How votes and rulings leave: the long CSV that `import-votes` reads back, one act a row."""

from collections.abc import Iterable, Mapping
from typing import Any

from review.reporting.sheets import rows_csv

COLUMNS = (
    "record",
    "accession",
    "stage",
    "round",
    "reviewer",
    "vote",
    "reason",
    "kind",
    "protocol_version",
    "at",
    "seconds",
    "note",
    "settled_by",
)
KINDS = ("vote", "ruling")


def votes_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Votes and rulings in the order given, as CSV; `at` is ISO 8601 in UTC, `kind` vote or ruling,
    and `settled_by` how a ruling came about: adjudication, discussion or rule.

    A withdrawn vote is a row with an empty `vote`.
    """
    return rows_csv(COLUMNS, ({"kind": "vote", **row} for row in rows)).encode()
