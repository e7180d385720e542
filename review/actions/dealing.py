"""What can be dealt at a stage, and to whom: records and members as typed become a plan."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.caller import member_named
from review.errors import BadInput
from review.protocol import Protocol
from review.screening import assignment
from review.screening.assignment import Plan
from review.screening.queue import EVERYBODY, Opening, Seats
from review.store import assignments, duplicates, people, upcoming
from review.store.people import Member
from review.vocab import AssignmentKind, Role, Stage


@dataclass(slots=True)
class Field:
    """The records that can be dealt at a stage, and what bears on it."""

    stage: Stage
    required: int
    open: dict[int, Opening]
    begun: set[int]
    held: dict[int, Seats]

    @classmethod
    def at(cls, conn: sa.Connection, stage: Stage, protocol: Protocol) -> "Field":
        """Read what there is to deal at a stage."""
        is_open = upcoming.entries(conn, stage)
        return cls(
            stage=stage,
            required=protocol.policy(stage).reviewers_per_record,
            open={record: one for record, one in is_open.items() if not one.pilot},
            begun=upcoming.begun(conn, stage) & is_open.keys(),
            held=assignments.in_force(conn, stage),
        )

    def free(self, *, again: bool, begun: bool) -> list[int]:
        """Return the records that may be dealt: those nobody has begun, nor holds already."""
        return [
            record
            for record in sorted(self.open)
            if (begun or record not in self.begun)
            and (again or self.held.get(record, EVERYBODY) == EVERYBODY)
        ]


def reviewer(conn: sa.Connection, name: str) -> Member:
    """Return the member called `name`; BadInput unless they are in the team and screen."""
    member = member_named(conn, name)
    if not member.active or Role.REVIEWER not in member.roles:
        raise BadInput(f"{member.name} does not screen: only an active reviewer can be assigned.")
    return member


def reviewers(conn: sa.Connection) -> list[Member]:
    """Return everybody who screens now."""
    return [m for m in people.members(conn) if m.active and Role.REVIEWER in m.roles]


def kept_records(conn: sa.Connection, records: Collection[int]) -> list[int]:
    """Return the kept records of records as named; BadInput for one that does not exist."""
    found = [(record, duplicates.kept_of(conn, record)) for record in records]
    for record, kept in found:
        if kept is None:
            raise BadInput(f"There is no record {record}.")
    return list(dict.fromkeys(kept for _, kept in found if kept is not None))


def chosen(
    conn: sa.Connection,
    field: Field,
    records: Collection[int] | None,
    *,
    again: bool,
    begun: bool,
) -> tuple[list[int], dict[str, int]]:
    """Return the records to deal, and how many were left out because of what."""
    free = field.free(again=again, begun=begun)
    asked = set(field.open) if records is None else set(kept_records(conn, records))
    for record in sorted(asked - field.open.keys()):
        raise BadInput(f"Record {record} takes no votes at {field.stage.value}, or is in a pilot.")
    out = asked - set(free)
    started = out & field.begun
    left_out = {"begun": len(started), "assigned": len(out - started)}
    return [record for record in free if record in asked], left_out


def dealt(
    conn: sa.Connection,
    kind: AssignmentKind,
    members: Sequence[str],
    records: list[int],
    field: Field,
    *,
    seed: int,
) -> Plan:
    """Return the plan that a kind and its members, as typed, make of the records."""
    if kind is AssignmentKind.QUOTA:
        quotas = _quotas(conn, members, field.required)
        return assignment.quota(records, quotas, required=field.required, seed=seed)
    groups = [_group(conn, text) for text in members]
    if kind is AssignmentKind.PAIRS:
        for group in groups:
            _enough(len(group), field)
        return assignment.pairs(records, groups or [_enough(0, field)], seed=seed)
    everybody = list(dict.fromkeys(member for group in groups for member in group))
    if kind is AssignmentKind.MUST:
        if len(everybody) != 1:
            raise BadInput("Name the one member who must screen the records.")
        return _must(everybody[0], records, field)
    _enough(len(everybody), field)
    if kind is AssignmentKind.POOL:
        return dict.fromkeys(records, Seats(pool=frozenset(everybody)))
    return assignment.split(records, everybody, required=field.required, seed=seed)


def _group(conn: sa.Connection, text: str) -> list[int]:
    """Return the members of a group: a name, or names between plus signs, else commas."""
    alone = people.members(conn, name=text)
    names = [text] if alone else text.split("+" if "+" in text else ",")
    return list(dict.fromkeys(reviewer(conn, name).id for name in names))


def _quotas(conn: sa.Connection, members: Sequence[str], required: int) -> dict[int, int]:
    quotas = {}
    for text in members:
        name, _, number = text.rpartition("=")
        if not name.strip() or not number.strip().isdigit() or len(number) > 9:
            raise BadInput(f"'{text}' is no quota; write it as Anna=400.")
        quotas[reviewer(conn, name).id] = int(number)
    if len(quotas) < required:
        raise BadInput(f"Each record takes {required} votes: give quotas to as many reviewers.")
    return quotas


def _enough(number: int, field: Field) -> list[int]:
    if number < field.required:
        raise BadInput(
            f"Each record takes {field.required} votes at {field.stage.value}: "
            f"name at least {field.required} reviewers."
        )
    return []


def _must(member: int, records: list[int], field: Field) -> Plan:
    """Return the records with a seat that the member may take but need not, now theirs."""
    plan = {}
    for record in records:
        is_open = field.open[record]
        if member not in is_open.named and is_open.tier(member) is not None:
            seats = field.held.get(record, EVERYBODY)
            plan[record] = Seats(named=seats.named | {member}, pool=seats.pool)
    return plan


def document(conn: sa.Connection, field: Field, plan: Plan, kind: AssignmentKind) -> dict[str, Any]:
    """Return what a plan comes to, with names: by member, by group, and what stays everybody's."""
    names = {member.id: member.name for member in people.members(conn)}
    groups = Counter(plan.values())
    loads = assignment.loads(plan)
    return {
        "kind": kind.value,
        "stage": field.stage.value,
        "records": len(plan),
        "members": {names[member]: n for member, n in sorted(loads.items())},
        "groups": [
            {
                "named": sorted(names[member] for member in seats.named),
                "pool": None if seats.pool is None else sorted(names[m] for m in seats.pool),
                "records": n,
            }
            for seats, n in groups.most_common()
        ],
        "everybody": sum(
            plan.get(record, field.held.get(record, EVERYBODY)) == EVERYBODY
            for record in field.open
        ),
    }
