"""Answering what may be duplicates: a whole question at once, foreseen before, undone after."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.cards import cards
from review.dedup import Clusters, Pair
from review.errors import BadInput, NotFound, Refused
from review.screening.blinding import is_blind, visible_state
from review.screening.standing import Standing
from review.store import duplicates as store, fulltext, projection, questions
from review.store.engine import Database, Write
from review.store.people import Member, protocol
from review.store.tables import StudyReportRow
from review.vocab import Duplicate, Role, Stage, State

JUDGES = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)
ONE_STUDY = "reports of one study"
BY_HAND = "merged by hand"
_MOST = 100


def duplicate_questions(
    db: Database, who: Caller, *, limit: int = 20, skip: Collection[int] = ()
) -> dict[str, Any]:
    """Return {open, questions}: how many are open, and the next ones as they are answered.

    Questions that hang together are one: {records, pairs, votes}, the records as they came, each
    pair {a, b, score, why}, `votes` what merging them all would make of the votes (see
    `foresee`). A question that names a record of `skip` is left out, but counted.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        every = questions.grouped(questions.questions(conn))
        left_out = set(skip)
        page = [group for group in every if not any({row.a, row.b} & left_out for row in group)][
            : max(limit, 0)
        ]
        named = [sorted({r for row in group for r in (row.a, row.b)}) for group in page]
        shown = cards(conn, [r for records in named for r in records], viewer, raw=True)
        found = []
        for group, records in zip(page, named, strict=True):
            kept = sorted({k for row in group for k in (row.kept_a, row.kept_b)})
            members = store.clusters_of(conn, kept)
            of = {row.a: row.kept_a for row in group} | {row.b: row.kept_b for row in group}
            found.append(
                {
                    "records": [
                        shown[r] | {"cluster": members[of[r]], "kept": of[r]} for r in records
                    ],
                    "pairs": [
                        {"a": row.a, "b": row.b, "score": row.score, "why": row.why}
                        for row in group
                    ],
                    "votes": foreseen(conn, viewer, members, together=[kept]),
                }
            )
    return {"open": len(every), "questions": found}


def chosen_question(db: Database, who: Caller, records: Sequence[int]) -> dict[str, Any]:
    """Return records chosen by hand as a question (see `duplicate_questions`), without pairs.

    NotFound for a record that does not exist; Refused if they are one report already.
    """
    check(records)
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        of = store.together(conn, records)
        for record in records:
            if record not in of:
                raise NotFound(f"There is no record {record}.")
        members = store.clusters_of(conn, sorted({of[record] for record in records}))
        if len(members) == 1:
            raise Refused("These records are already one report.")
        shown = cards(conn, list(records), viewer, raw=True)
        votes = foreseen(conn, viewer, members, together=[list(members)])
        named = [shown[r] | {"cluster": members[of[r]], "kept": of[r]} for r in records]
        return {"records": named, "pairs": [], "votes": votes}


def answer_duplicates(
    db: Database, who: Caller, together: Sequence[int], apart: Sequence[int] = ()
) -> dict[str, Any]:
    """Say that the records `together` are one report, and those `apart` are none of it.

    With nothing together, none of those apart is the same report as another. Returns {facts}:
    what `undo_duplicates` takes back. The same answer given again adds nothing and returns the
    facts of the first.
    """
    named = [*together, *apart]
    check(named)
    if len(together) == 1:
        raise BadInput("One record alone is no duplicate; name at least two, or none.")
    with writing(db, who) as write:
        member = acting(write.conn, who, *JUDGES, act="judge duplicates")
        of = held(write, named)
        if {of[r] for r in together} & {of[r] for r in apart}:
            raise Refused("A record cannot be the same report as another, and not.")
        facts = unite(write, together)
        facts += _part(write, of, [(x, y) for x in apart for y in together or apart])
        if not facts:
            facts = questions.last_answer(write.conn, member.id if member else None, named)
    return {"facts": facts}


def check(records: Sequence[int]) -> None:
    """Raise Refused for records that are not two or more different ones, BadInput for too many."""
    if len(set(records)) != len(records) or len(records) < 2:
        raise Refused("Name two different records, or more.")
    if len(records) > _MOST:
        raise BadInput(f"At most {_MOST} records are answered about at once.")


def unite(write: Write, records: Sequence[int]) -> list[int]:
    """Merge records into one report where they are not; return the facts added."""
    of = store.together(write.conn, records)
    pairs, joined = [], {of[records[0]]} if records else set()
    for record in records[1:]:
        if of[record] not in joined:
            joined.add(of[record])
            low, high = sorted((records[0], record))
            pairs.append(Pair(low, high, 1.0, [BY_HAND]))
    if not pairs:
        return []
    _, content = protocol(write.conn)
    return store.merge(write, pairs, content, automatic=False)


def _part(write: Write, of: dict[int, int], pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Say of pairs of records that they are different, each two reports once; return the facts."""
    now = Clusters(store.said_of(write.conn, of))
    asked = store.asked(write.conn, of.keys())
    # where a pair of records was asked about, the answer is to that pair
    ordered = sorted((min(p), max(p)) for p in pairs if of[p[0]] != of[p[1]])
    ordered.sort(key=lambda pair: pair not in asked)
    facts = []
    for a, b in ordered:
        if now.may_merge(a, b):
            now.add((Duplicate.DIFFERENT, (a, b)))
            facts.append(store.differ(write, a, b, ["answered by hand"]))
    return facts


def held(write: Write, records: Sequence[int]) -> dict[int, int]:
    """Lock the reports of `records`; return record -> kept record, NotFound where one is none."""
    kept = store.hold(write, set(records))
    for record in records:
        if record not in kept:
            raise NotFound(f"There is no record {record}.")
    return kept


def undo_duplicates(db: Database, who: Caller, facts: Sequence[int]) -> dict[str, Any]:
    """Take answers by hand back (merge, split, different, same study): all is as it was before.

    What is undone already stays so. Refused for a merge that the program made: split it instead.
    """
    with writing(db, who) as write:
        acting(write.conn, who, *JUDGES, act="undo answers about duplicates")
        rows = questions.facts(write.conn, facts)
        missing = set(facts) - {row.id for row in rows}
        if missing:
            raise NotFound(f"There is no answer {min(missing)} about duplicates.")
        if any(row.automatic for row in rows):
            raise Refused("That was not answered by hand; split the records instead.")
        held(write, sorted({r for row in rows for r in (row.a, row.b, *row.records) if r}))
        # looked at again, as it may have been undone while we waited for the lock
        rows = [row for row in questions.facts(write.conn, facts) if not row.undone]
        if rows:
            _, content = protocol(write.conn)
            store.undo(write, sorted(row.id for row in rows), content)
        for row in rows:
            if row.why == [ONE_STUDY]:
                _leave_study(write, row)
    return {"undone": sorted(row.id for row in rows)}


def _leave_study(write: Write, row: Any) -> None:
    """Take out of the study the reports that the answer `row` had joined to it."""
    for link in fulltext.joined_at(write.conn, row.at, row.member_id):
        write.add(StudyReportRow, study_id=link.study_id, record_id=link.record_id, joined=False)


def foresee(
    db: Database, who: Caller, *, merge: Sequence[int] = (), split: Sequence[int] = ()
) -> dict[str, Any]:
    """Say what merging records, or splitting some off together, would make of the votes.

    Returns {hidden, stages}: for each stage that has votes, {now, then}, each a list of {record,
    state} by kept record. From the stage on where the caller may not know how a report stands,
    or would learn it from the answer, nothing is told but that (`hidden`).
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see the duplicates")
        of = store.together(conn, [*merge, *split])
        for record in (*merge, *split):
            if record not in of:
                raise NotFound(f"There is no record {record}.")
        members = store.clusters_of(conn, sorted(set(of.values())))
        if not split:
            return foreseen(conn, viewer, members, together=[list(members)])
        return foreseen(conn, viewer, members, leaving=set(split))


def foreseen(
    conn: sa.Connection,
    viewer: Member | None,
    members: dict[int, list[int]],
    *,
    together: Sequence[Sequence[int]] = (),
    leaving: Collection[int] = (),
) -> dict[str, Any]:
    """As `foresee`, for clusters at hand: kept records merged `together`, or records `leaving`."""
    now = {record: kept for kept, some in members.items() for record in some}
    then = dict(now)
    for group in together:
        then |= {record: min(group) for record, kept in now.items() if kept in group}
    if leaving:
        for some in members.values():
            for part in (set(some) & set(leaving), set(some) - set(leaving)):
                then |= dict.fromkeys(part, min(part, default=0))
    _, content = protocol(conn)
    seen = Viewer.of(viewer)
    before, after = (projection.folded(conn, of, list(of)) for of in (now, then))
    stages: dict[str, Any] = {}
    for stage in Stage:
        ends = [
            {kept: facts.standing(stage, content) for kept, facts in one.items()}
            for one in (before, after)
        ]
        settled = all(standing.settled for standing in ends[0].values())
        # what follows from votes that are open to all may be told to all
        asked = [] if settled else [*ends[0].values(), *ends[1].values()]
        if any(is_blind(seen.id, standing, roles=seen.roles) for standing in asked):
            return {"hidden": True, "stages": stages}
        if any(one.state is not State.UNSCREENED for one in ends[0].values()):
            told = [_states(seen, end, settled=settled) for end in ends]
            stages[stage.value] = {"now": told[0], "then": told[1]}
        if not any(one.state is State.INCLUDED for end in ends for one in end.values()):
            break
    return {"hidden": False, "stages": stages}


def _states(seen: Viewer, standings: dict[int, Standing], *, settled: bool) -> list[dict[str, Any]]:
    return [
        {
            "record": kept,
            "state": (one.state if settled else visible_state(seen.id, one, roles=seen.roles)),
        }
        for kept, one in sorted(standings.items())
    ]
