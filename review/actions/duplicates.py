"""Merging the certain duplicates, asking about the uncertain, and changing either by hand."""

from collections.abc import Callable
from typing import Any

from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.dedup import Pair, allowed, find
from review.errors import NotFound, Refused
from review.store import duplicates as store
from review.store import projection
from review.store.engine import Database, Write
from review.store.people import protocol
from review.vocab import Role

JUDGES = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)


def dedup(
    db: Database,
    who: Caller,
    *,
    dry_run: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, Any]:
    """Find duplicates: merge the certain, queue the uncertain; `dry_run` only reports.

    Returns {merged, questions, pairs}: records removed, questions newly asked, and the
    certain pairs with their reasons; `progress(step, done)` is called as it goes. What a person
    split or called different stays apart.
    """
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="de-duplicate")
        said = projection.said(conn)
        asked = store.asked(conn)
        found = allowed(find(store.rows(conn), progress=progress), said)
    certain = found.certain
    uncertain = [pair for pair in found.uncertain if (pair.a, pair.b) not in asked]
    if not dry_run:
        with writing(db, who) as write:
            _, content = protocol(write.conn)
            store.merge(write, certain, content, automatic=True)
            store.ask(write, uncertain)
    return {
        "merged": len(certain),
        "questions": len(uncertain),
        "pairs": [_pair(pair) for pair in certain],
        "asked": [_pair(pair) for pair in uncertain],
        "dry_run": dry_run,
    }


def _pair(pair: Pair) -> dict[str, Any]:
    return {"a": pair.a, "b": pair.b, "score": round(pair.score, 4), "why": list(pair.why)}


def duplicates(
    db: Database, who: Caller, what: str = "questions", *, limit: int = 200, offset: int = 0
) -> list[dict[str, Any]]:
    """Return the open questions, or the merged clusters, each with its records and reasons."""
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        if what == "questions":
            page = store.questions(conn)[offset : offset + limit]
            shown = cards(conn, [r for row in page for r in (row.a, row.b)], viewer, raw=True)
            return [
                {
                    "a": row.a,
                    "b": row.b,
                    "score": row.score,
                    "why": row.why,
                    "records": [shown[row.a], shown[row.b]],
                }
                for row in page
            ]
        kept = store.merged_clusters(conn)[offset : offset + limit]
        members = store.clusters_of(conn, kept)
        every = [record for some in members.values() for record in some]
        shown = cards(conn, every, viewer, raw=True)
        return [
            {
                "kept": kept_id,
                "records": [shown[record] for record in some],
                "why": [
                    {
                        "kind": row.kind.value,
                        "a": row.a,
                        "b": row.b,
                        "automatic": row.automatic,
                        "score": row.score,
                        "why": row.why,
                    }
                    for row in store.reasons(conn, some)
                ],
            }
            for kept_id, some in members.items()
        ]


def merge(db: Database, who: Caller, a: int, b: int) -> dict[str, Any]:
    """Say that two records are the same report; every vote is kept, disagreeing ones conflict."""
    low, high = sorted((a, b))
    with writing(db, who) as write:
        kept_low, kept_high = _both(write, who, low, high)
        if kept_low == kept_high:
            raise Refused(f"Records {low} and {high} are already one report.")
        _, content = protocol(write.conn)
        pair = Pair(low, high, 1.0, ["merged by hand"])
        store.merge(write, [pair], content, automatic=False)
        kept = store.kept_of(write.conn, low)
        return {"kept": kept, "records": store.clusters_of(write.conn, [kept or low])[kept or low]}


def split(db: Database, who: Caller, record: int) -> dict[str, Any]:
    """Take a record out of its cluster; votes stay with the records they were cast on."""
    with writing(db, who) as write:
        acting(write.conn, who, *JUDGES, act="split duplicates")
        kept = store.kept_of(write.conn, record)
        if kept is None:
            raise NotFound(f"There is no record {record}.")
        write.lock_records([kept])
        others = [r for r in store.clusters_of(write.conn, [kept])[kept] if r != record]
        if not others:
            raise Refused(f"Record {record} is not merged with any other.")
        _, content = protocol(write.conn)
        store.split(write, [record], content, ["split by hand"])
        return {"record": record, "others": others}


def different(db: Database, who: Caller, a: int, b: int) -> dict[str, Any]:
    """Answer that two records are different reports: they will not be merged automatically."""
    low, high = sorted((a, b))
    with writing(db, who) as write:
        kept_low, kept_high = _both(write, who, low, high)
        if kept_low == kept_high:
            raise Refused(f"Records {low} and {high} are merged; split one of them instead.")
        store.differ(write, low, high, ["answered by hand"])
    return {"a": low, "b": high}


def _both(write: Write, who: Caller, low: int, high: int) -> tuple[int, int]:
    acting(write.conn, who, *JUDGES, act="judge duplicates")
    if low == high:
        raise Refused("Name two different records.")
    kept = [store.kept_of(write.conn, record) for record in (low, high)]
    for record, found in zip((low, high), kept, strict=True):
        if found is None:
            raise NotFound(f"There is no record {record}.")
    first, second = (found or 0 for found in kept)
    write.lock_records(sorted({first, second}))
    return first, second
