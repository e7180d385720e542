"""Who screens what: dealing records out, seen before it is done, evening out, taking back."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting, member_named, writing
from review.actions.casting import stage_named
from review.actions.dealing import (
    Field,
    chosen,
    dealt,
    document,
    kept_records,
    reviewer,
    reviewers,
)
from review.errors import BadInput, Refused
from review.protocol import Protocol
from review.screening import assignment
from review.screening.assignment import Plan
from review.screening.blinding import sees_unsettled
from review.screening.queue import EVERYBODY, Opening, Seats
from review.store import assignments, people, projection, queue, upcoming
from review.store.engine import Database, Write
from review.store.people import Member
from review.vocab import AssignmentKind, Role, Stage

LARGEST_SEED = 2**31 - 1


def assign(
    db: Database,
    who: Caller,
    kind: str,
    members: Sequence[str],
    *,
    stage: str,
    records: Collection[int] | None = None,
    n: int | None = None,
    again: bool = False,
    seed: int | None = None,
    note: str = "",
    dry_run: bool = False,
) -> dict[str, Any]:
    """Assign records at a stage, or with `dry_run` only say what that would come to.

    kind       members                  each record goes to
    pairs      "Anna,Ben", "Anna,Cem"   one of the groups, dealt evenly among them
    split      "Anna", "Ben", "Cem"     as many of them as the protocol asks votes, loads even
    quota      "Anna=400", "Ben=250"    as many of them, nobody above their number
    pool       "Anna", "Ben", "Cem"     whoever of them comes first
    must       "Anna"                   her and whoever else it is open to

    Dealt are the records at the stage that nobody has begun and nobody was assigned (`again`:
    those assigned but not begun too), or `records`, or `n` of either drawn by chance; `must`
    takes those begun by others too. `seed` makes the same chance again, else it is the number
    of the plan. Returns {plan, kind, stage, seed, records, members: {name: records}, groups:
    [{named, pool, records}], left_out: {begun, assigned}, everybody}.
    """
    kind_, stage_ = _kind(kind), stage_named(stage)
    must = kind_ is AssignmentKind.MUST
    with db.read() if dry_run else writing(db, who) as given:
        conn, content = _begin(given, who)
        field = Field.at(conn, stage_, content)
        number = assignments.last_plan(conn) + 1
        seed_ = seed_or(number, seed)
        some, left_out = chosen(conn, field, records, again=again or must, begun=must)
        if n is not None and not must:
            some = assignment.draw(some, _positive(n), seed=seed_)
        plan = dealt(conn, kind_, members, some, field, seed=seed_)
        if n is not None and must:
            plan = {record: plan[record] for record in assignment.draw(plan, n, seed=seed_)}
        if not plan and not dry_run:
            raise Refused(
                f"No record at {stage_.value} can be assigned so: {left_out['begun']:,} are begun "
                f"and {left_out['assigned']:,} are assigned already."
            )
        if isinstance(given, Write):
            assignments.add(given, stage_, plan, kind=kind_, seed=seed_, note=note.strip())
            _store(given, field, plan, content)
        found = document(conn, field, plan, kind_)
    return found | {"plan": None if dry_run else number, "seed": seed_, "left_out": left_out}


def balance(
    db: Database,
    who: Caller,
    *,
    stage: str,
    members: Sequence[str] = (),
    seed: int | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Even out what is left among those assigned by name, and among `members` who joined.

    Only records that nobody has begun change hands; whoever must screen a record keeps it.
    Without members everybody who screens shares. Returns what `assign` returns.
    """
    stage_ = stage_named(stage)
    with db.read() if dry_run else writing(db, who) as given:
        conn, content = _begin(given, who)
        field = Field.at(conn, stage_, content)
        number = assignments.last_plan(conn) + 1
        seed_ = seed_or(number, seed)
        held = {
            record: field.held[record].named
            for record in field.open
            if record not in field.begun and _is_fixed(field.held.get(record))
        }
        if not held:
            raise Refused(
                f"Nothing at {stage_.value} is assigned that nobody has begun: everybody who "
                "screens shares the queue already."
            )
        load = Counter(member for one in field.open.values() for member in one.named)
        joining = [reviewer(conn, name).id for name in members]
        joining = joining or [one.id for one in reviewers(conn)]
        shares = {member: load[member] for member in {*load, *joining}}
        plan = assignment.balance(held, shares, seed=seed_)
        if plan and isinstance(given, Write):
            assignments.add(given, stage_, plan, kind=AssignmentKind.BALANCE, seed=seed_)
            _store(given, field, plan, content)
        found = document(conn, field, field.held | plan, AssignmentKind.BALANCE)
    number_ = number if plan and not dry_run else None
    return found | {"plan": number_, "seed": seed_, "moved": len(plan)}


def unassign(
    db: Database,
    who: Caller,
    *,
    stage: str,
    member: str | None = None,
    records: Collection[int] | None = None,
) -> dict[str, Any]:
    """Give assigned records back to everybody: all that are open, of one member, or `records`."""
    stage_ = stage_named(stage)
    with writing(db, who) as write:
        conn, content = _begin(write, who)
        field = Field.at(conn, stage_, content)
        given = None if records is None else set(kept_records(conn, records))
        whose = member_named(conn, member) if member else None
        plan = {
            record: assignment.without(seats, whose.id) if whose else EVERYBODY
            for record, seats in field.held.items()
            if record in field.open
            and seats != EVERYBODY
            and (given is None or record in given)
            and (whose is None or _has(seats, whose.id))
        }
        if not plan:
            raise Refused(f"Nothing that is open at {stage_.value} is assigned so.")
        number = assignments.add(write, stage_, plan, kind=AssignmentKind.RETURN)
        _store(write, field, plan, content)
        return {"plan": number, "stage": stage_.value, "records": len(plan)}


def release(write: Write, member: Member) -> None:
    """Give back what a member has still to screen, as they leave or stop screening.

    Their named seats go to everybody, pools and pilots go on without them; votes stay.
    """
    _, content = people.protocol(write.conn)
    for stage in Stage:
        field = Field.at(write.conn, stage, content)
        plan = {
            record: assignment.without(seats, member.id)
            for record, seats in field.held.items()
            if record in field.open and _has(seats, member.id)
        }
        if plan:
            assignments.add(write, stage, plan, kind=AssignmentKind.RETURN, note="left")
            _store(write, field, plan, content)
        for pilot in assignments.pilots(write.conn, stage):
            if member.id in pilot.panel:
                assignments.change_panel(write, pilot.id, pilot.panel - {member.id})
                projection.refresh(write.conn, sorted(pilot.records), content)


def assigned(db: Database, who: Caller, *, stage: str) -> dict[str, Any]:
    """Return {stage, members, everybody, plans}: what each member was given, and each decision.

    How much of it each has still to do is shown to the member and to whoever oversees the
    screening without taking part; `left` is empty for others, and so is `everybody`, the records
    given to nobody that nobody has begun.
    """
    stage_ = stage_named(stage)
    with db.read() as conn:
        viewer = acting(conn, who, act="see the assignments")
        seen = Viewer.of(viewer)
        everything = sees_unsettled(seen.id, roles=seen.roles)
        held = assignments.in_force(conn, stage_)
        waiting = upcoming.waiting(conn, stage_)
        names = {member.id: member.name for member in people.members(conn)}
        decided = assignments.plans(conn, stage_)
        screening = {member.id for member in reviewers(conn)}
    given = assignment.loads(held)
    return {
        "stage": stage_.value,
        "members": [
            {
                "name": name,
                "assigned": given[member],
                "pool": sum(member in (seats.pool or ()) for seats in held.values()),
                "left": _by_name(waiting, member) if everything or member == seen.id else None,
            }
            for member, name in names.items()
            if given[member] or member in screening
        ],
        "everybody": sum(n for one, n in waiting.items() if one == Opening())
        if everything
        else None,
        "plans": [
            {
                "plan": row["plan"],
                "kind": row["kind"].value,
                "at": row["at"].isoformat(),
                "by": names.get(row["member_id"]),
                "named": [names[member] for member in row["named"]],
                "pool": None if row["pool"] is None else [names[one] for one in row["pool"]],
                "records": row["n"],
                "seed": row["seed"],
                "note": row["note"],
            }
            for row in decided
        ],
    }


def _begin(given: sa.Connection | Write, who: Caller) -> tuple[sa.Connection, Protocol]:
    """Return connection and protocol for an owner; nobody begins a record while it is dealt."""
    conn = given.conn if isinstance(given, Write) else given
    acting(conn, who, Role.OWNER, act="assign records")
    if isinstance(given, Write):
        given.only_writer()
    return conn, people.protocol(conn)[1]


def _kind(text: str) -> AssignmentKind:
    known = ("pairs", "split", "quota", "pool", "must")
    if text not in known:
        raise BadInput(f"'{text}' is no way to assign; say {', '.join(known)}.")
    return AssignmentKind(text)


def seed_or(number: int, seed: int | None) -> int:
    """Return a seed as given, or `number` where none was; BadInput for one that is too large."""
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise BadInput(f"A seed is a number from 0 to {LARGEST_SEED:,}.")
    return number if seed is None else seed


def _positive(n: int) -> int:
    if n < 1:
        raise BadInput("Assign at least one record.")
    return n


def _is_fixed(seats: Seats | None) -> bool:
    """Whether seats were dealt by name and to nobody else."""
    return seats is not None and seats.pool == frozenset() and bool(seats.named)


def _has(seats: Seats, member: int) -> bool:
    return member in seats.named or member in (seats.pool or ())


def _by_name(waiting: Mapping[Opening, int], member: int) -> int:
    return sum(n for one, n in waiting.items() if one.tier(member) in (0, 1))


def _store(write: Write, field: Field, plan: Plan, protocol: Protocol) -> None:
    """Bring the queue in step: in bulk where nobody has begun, else from the facts."""
    fresh = {record: seats for record, seats in plan.items() if record not in field.begun}
    queue.seat(write.conn, field.stage, fresh, required=field.required)
    projection.refresh(write.conn, sorted(plan.keys() - fresh.keys()), protocol)
