"""The merged clusters, found by words or by who merged them, each with why it is one report."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting
from review.actions.cards import cards
from review.errors import BadInput
from review.store import duplicates, people, questions
from review.store.engine import Database
from review.store.people import Member


def merged(
    db: Database,
    who: Caller,
    *,
    text: str | None = None,
    by_hand: bool | None = None,
    order: str = "record",
    limit: int = 20,
    offset: int = 0,
) -> dict[str, Any]:
    """Return {total, clusters} of the reports that several records were merged into.

    `text` picks those of which one record has all the words; `by_hand` those that a person did
    (or did not) merge; `order` is record, least-sure (lowest likeness first) or latest. A cluster
    is {kept, records, why}: the records as they came, and each merge, split and answer about
    them with its reasons, likeness, and whether it was automatic or since undone.
    """
    if order not in questions.ORDERS:
        raise BadInput(f"'{order}' is no order; say {', '.join(questions.ORDERS)}.")
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        kept = questions.merged_clusters(conn, text=text, by_hand=by_hand, order=order)
        page = kept[offset : offset + limit]
        return {"total": len(kept), "clusters": _clusters(conn, page, viewer)}


def _clusters(conn: sa.Connection, page: list[int], viewer: Member | None) -> list[dict[str, Any]]:
    members = duplicates.clusters_of(conn, page)
    shown = cards(conn, [r for some in members.values() for r in some], viewer, raw=True)
    names = {member.id: member.name for member in people.members(conn)}
    of = {record: kept for kept, some in members.items() for record in some}
    said: dict[int, list[dict[str, Any]]] = {kept: [] for kept in page}
    for row in duplicates.reasons(conn, of):
        fact = {
            "fact": row.id,
            "kind": row.kind.value,
            "a": row.a,
            "b": row.b,
            "records": row.records,
            "automatic": row.automatic,
            "score": row.score,
            "why": row.why,
            "by": names.get(row.member_id, ""),
            "at": row.at.isoformat(),
            "undone": bool(row.undone),
        }
        for kept in sorted({of[r] for r in (row.a, row.b) if r in of}):
            said[kept].append(fact)
    return [
        {"kept": kept, "records": [shown[record] for record in members[kept]], "why": said[kept]}
        for kept in page
    ]
