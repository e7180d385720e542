"""Merging the certain duplicates, asking about the uncertain, and changing either by hand."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import sqlalchemy as sa

from review.actions.answering import JUDGES, ONE_STUDY, check, foreseen, held, unite
from review.actions.caller import Caller, acting, writing
from review.actions.cards import cards
from review.actions.merged import merged
from review.actions.related import related
from review.actions.studies import join, study_for
from review.dedup import Clusters, Found, Pair, allowed, find, keys
from review.errors import BadInput, Refused
from review.store import blocks, duplicates as store, fulltext, questions, relations
from review.store.engine import Database, Write
from review.store.people import protocol
from review.vocab import Duplicate, Role


def dedup(
    db: Database,
    who: Caller,
    *,
    dry_run: bool = False,
    everything: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, Any]:
    """Find duplicates: merge the certain, queue the uncertain; `dry_run` only reports.

    Only records that no earlier run compared are considered, with those that share a blocking
    key with them; `everything` compares all again. Returns {merged, questions, pairs}: records
    removed, questions newly asked, the certain pairs with their reasons, those asked, and those
    newly found related: different reports, likely of one study; `progress(step,
    done)` is called as it goes. What a person split or called different stays apart.
    """
    while True:
        with db.read() as conn:
            acting(conn, who, Role.OWNER, act="de-duplicate")
            seen = _compare(conn, everything=everything, progress=progress)
            found = _still_open(conn, seen.found)
        if dry_run:
            break
        for portion in seen.keyed.portions():
            with writing(db, who) as write:
                blocks.put(write.conn, portion)
        with writing(db, who) as write:
            store.hold(write, {record for pair in found.certain for record in (pair.a, pair.b)})
            write.only_writer()
            if blocks.compared(write.conn) != seen.since:
                continue  # somebody else compared meanwhile, and has said part of this
            found = _still_open(write.conn, found)
            _, content = protocol(write.conn)
            store.merge(write, found.certain, content, automatic=True)
            store.ask(write, found.uncertain)
            relations.relate(write, found.related)
            if seen.through > seen.since:
                blocks.add_comparison(write, seen.through)
        break
    return {
        "merged": len(found.certain),
        "questions": len(found.uncertain),
        "pairs": [_pair(pair) for pair in found.certain],
        "asked": [_pair(pair) for pair in found.uncertain],
        "related": [{**_pair(pair), "kind": pair.kind} for pair in found.related],
        "dry_run": dry_run,
    }


@dataclass(frozen=True, slots=True)
class _Compared:
    """What a comparison found, with the records it went through: those after `since`."""

    found: Found
    keyed: blocks.Keyed
    since: int
    through: int


def _compare(
    conn: sa.Connection, *, everything: bool, progress: Callable[[str, int], None] | None
) -> _Compared:
    """Compare the records after the last comparison with each other and with all before."""
    since, through = blocks.compared(conn), blocks.newest(conn)
    keyed = blocks.Keyed()
    if everything or not since:
        found = find(
            store.rows(conn), merged=store.merged(conn), keyed=keyed.add, progress=progress
        )
        return _Compared(found, keyed, since, through)
    for row in store.rows(conn, after=since):
        keyed.add(row.id, keys(row))
    new = range(since + 1, through + 1)
    merged = store.together(conn, blocks.sharing(conn, keyed.keys, upto=since) | set(new))
    near = [record for record in merged if record <= since]
    rows = chain(store.rows(conn, only=near), store.rows(conn, after=since))
    return _Compared(find(rows, new=new, merged=merged, progress=progress), keyed, since, through)


def _still_open(conn: sa.Connection, found: Found) -> Found:
    """Return what of `found` has been neither done nor asked, nor answered by a person."""
    every = found.certain + found.uncertain + found.related
    named = {record for pair in every for record in (pair.a, pair.b)}
    said = store.said_of(conn, named)
    left = allowed(found, said)
    now = Clusters([*said, *((Duplicate.MERGE, (p.a, p.b)) for p in left.certain)])
    named.update(record for _, records in said for record in records)
    asked = {_clusters(now, a, b) for a, b in store.asked(conn, named)}
    told = {_clusters(now, a, b) for a, b in relations.related(conn, named)}
    return Found(
        left.certain,
        [p for p in left.uncertain if _clusters(now, p.a, p.b) not in asked],
        [p for p in left.related if _clusters(now, p.a, p.b) not in told],
    )


def _clusters(now: Clusters, a: int, b: int) -> frozenset[int]:
    return frozenset((now.kept(a), now.kept(b)))


def _pair(pair: Pair) -> dict[str, Any]:
    return {"a": pair.a, "b": pair.b, "score": round(pair.score, 4), "why": list(pair.why)}


def duplicates(
    db: Database, who: Caller, what: str = "questions", *, limit: int = 200, offset: int = 0
) -> list[dict[str, Any]]:
    """Return the open questions, the merged clusters, or the related, with records and reasons.

    `what` is questions, clusters, or related: no duplicates, but likely reports of one study.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        if what == "questions":
            page = questions.questions(conn)[offset : offset + limit]
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
        if what == "related":
            return related(conn, viewer, limit=limit, offset=offset)
    if what != "clusters":
        raise BadInput(f"'{what}' cannot be listed; say questions, clusters or related.")
    return list(merged(db, who, limit=limit, offset=offset)["clusters"])


def merge(db: Database, who: Caller, *records: int) -> dict[str, Any]:
    """Say that records are the same report; every vote is kept, disagreeing ones conflict.

    Returns {kept, records, facts, votes}: the report, what `undo_duplicates` takes back, and
    what it made of the votes, as `foresee` says it.
    """
    check(records)
    with writing(db, who) as write:
        member = acting(write.conn, who, *JUDGES, act="judge duplicates")
        of = held(write, records)
        if len(set(of.values())) == 1:
            listed = " and ".join(map(str, sorted(records)))
            raise Refused(f"Records {listed} are already one report.")
        members = store.clusters_of(write.conn, sorted(set(of.values())))
        votes = foreseen(write.conn, member, members, together=[list(members)])
        facts = unite(write, records)
        kept = min(members)
        together = store.clusters_of(write.conn, [kept])[kept]
        return {"kept": kept, "records": together, "facts": facts, "votes": votes}


def split(db: Database, who: Caller, *records: int) -> dict[str, Any]:
    """Take records out of their cluster, together; votes stay with the records they were cast on.

    Returns {record, records, others, facts, votes}: those that left, those they left, what
    `undo_duplicates` takes back, and what it made of the votes, as `foresee` says it.
    """
    with writing(db, who) as write:
        member = acting(write.conn, who, *JUDGES, act="split duplicates")
        if not records:
            raise BadInput("Name the records to split off.")
        of = held(write, records)
        if len(set(of.values())) > 1:
            raise Refused("These records are not of one report; split off those of one at a time.")
        members = store.clusters_of(write.conn, [of[records[0]]])
        others = [r for some in members.values() for r in some if r not in records]
        if not others:
            whom = f"Record {records[0]} is" if len(records) == 1 else "Those records are all"
            last = "not merged with any other" if len(records) == 1 else "there is of their report"
            raise Refused(f"{whom} {last}.")
        votes = foreseen(write.conn, member, members, leaving=records)
        _, content = protocol(write.conn)
        fact = store.split(write, list(dict.fromkeys(records)), content, ["split by hand"])
        return {
            "record": records[0],
            "records": sorted(set(records)),
            "others": others,
            "facts": [fact],
            "votes": votes,
        }


def different(db: Database, who: Caller, a: int, b: int) -> dict[str, Any]:
    """Answer that two records are different reports: they will not be merged automatically."""
    low, high = sorted((a, b))
    with writing(db, who) as write:
        _apart(write, who, low, high)
        fact = store.differ(write, low, high, ["answered by hand"])
    return {"a": low, "b": high, "facts": [fact]}


def same_study(db: Database, who: Caller, a: int, b: int) -> dict[str, Any]:
    """Answer that two records are different reports of one study, and join them to it.

    So with a conference abstract and the article, a preprint and its article, an erratum.
    Returns {a, b, study, facts}. Refused if each already belongs to a study of its own.
    """
    low, high = sorted((a, b))
    with writing(db, who) as write:
        kept = _apart(write, who, low, high)
        members = store.clusters_of(write.conn, kept)
        of = [fulltext.study_of(write.conn, members[kept_id]) for kept_id in kept]
        if None not in of and of[0] != of[1]:
            raise Refused(
                f"Record {low} is a report of study {of[0]} and record {high} of study {of[1]}."
            )
        fact = store.differ(write, low, high, [ONE_STUDY])
        study = of[0] or of[1] or study_for(write, low)
        join(write, study, kept)
    return {"a": low, "b": high, "study": study, "facts": [fact]}


def _apart(write: Write, who: Caller, low: int, high: int) -> tuple[int, int]:
    """Lock two records that are not one report; return the record kept for each."""
    acting(write.conn, who, *JUDGES, act="judge duplicates")
    check((low, high))
    kept = held(write, (low, high))
    if kept[low] == kept[high]:
        raise Refused(f"Records {low} and {high} are merged; split one of them instead.")
    return kept[low], kept[high]
