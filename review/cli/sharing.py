"""Commands that share out the work and show one's own: assign, pilot, pace, my-votes."""

from typing import Annotated, Any

import typer

from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import pilot, root
from review.cli.screening import AnyStage, StageName
from review.cli.session import As, MaybeAs, Session, command
from review.screening.pace import time_left

Seed = Annotated[int | None, typer.Option(help="Draw the same again; else the next number.")]
Zone = Annotated[
    str | None, typer.Option(metavar="ZONE", help="Where days begin, e.g. Europe/Berlin; else UTC.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what it would come to.")]
Records = Annotated[
    list[int] | None, typer.Option("--record", metavar="RECORD", help="Only these; repeatable.")
]


@command(root, "assign")
def assign(
    session: Session,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="pairs, split, quota, pool or must")],
    members: Annotated[
        list[str],
        typer.Argument(
            metavar="MEMBER...",
            help="pairs: Anna,Ben Anna,Cem; quota: Anna=400 Ben=250; else names.",
        ),
    ],
    stage: StageName,
    n: Annotated[int | None, typer.Option("-n", help="How many, drawn by chance.")] = None,
    record: Records = None,
    again: Annotated[
        bool, typer.Option("--again", help="Those assigned, but not begun, too.")
    ] = False,
    seed: Seed = None,
    note: Annotated[str, typer.Option(metavar="TEXT")] = "",
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Assign records that nobody has begun: by pairs, evenly, by quotas, to a pool, or to one."""
    found = actions.assign(
        session.db,
        session.who(as_),
        kind,
        members,
        stage=stage,
        records=record or None,
        n=n,
        again=again,
        seed=seed,
        note=note,
        dry_run=dry_run,
    )
    left = found["left_out"]
    session.show(
        found,
        *_plan(found),
        f"Left as they are: {left['begun']:,} that somebody has begun, {left['assigned']:,} "
        f"assigned before. Seed {found['seed']}.",
        "Nothing was changed." if dry_run else f"This is plan {found['plan']}.",
    )


@command(root, "balance")
def balance(
    session: Session,
    stage: StageName,
    member: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="NAME", help="Who joins; else all who screen."),
    ] = None,
    seed: Seed = None,
    dry_run: DryRun = False,
    as_: MaybeAs = None,
) -> None:
    """Even out what is assigned and not begun, among those who have it and those who join."""
    found = actions.balance(
        session.db,
        session.who(as_),
        stage=stage,
        members=member or (),
        seed=seed,
        dry_run=dry_run,
    )
    done = "would change" if dry_run else "changed"
    session.show(found, *_plan(found), f"{found['moved']:,} records {done} hands.")


@command(root, "unassign")
def unassign(
    session: Session,
    stage: StageName,
    member: Annotated[
        str | None, typer.Option("--member", metavar="NAME", help="Only this member's.")
    ] = None,
    record: Records = None,
    as_: MaybeAs = None,
) -> None:
    """Give assigned records that are still open back to everybody."""
    found = actions.unassign(
        session.db, session.who(as_), stage=stage, member=member, records=record or None
    )
    session.show(found, f"{found['records']:,} records went back to everybody.")


@command(root, "assignments")
def assignments(session: Session, stage: StageName, as_: MaybeAs = None) -> None:
    """Show who was assigned how many records, and every decision about it."""
    found = actions.assigned(session.db, session.who(as_), stage=stage)
    members = table(
        ("member", "by name", "in a pool", "left"),
        ((m["name"], m["assigned"], m["pool"], m["left"]) for m in found["members"]),
    )
    names = ("plan", "kind", "at", "by", "named", "pool", "records", "seed", "note")
    decided = [p | {"at": p["at"][:16], "pool": _pool(p["pool"])} for p in found["plans"]]
    plans = table(names, ([one[name] for name in names] for one in decided))
    all_ = found["everybody"]  # None to whom it would tell what others have begun
    free = [] if all_ is None else [f"Everybody's: {all_:,} records."]
    session.show(found, members, *free, plans)


@command(root, "my-votes")
def my_votes(
    session: Session,
    as_: As,
    stage: AnyStage = None,
    verdict: Annotated[str | None, typer.Option(help="include, maybe or exclude")] = None,
    reason: Annotated[str | None, typer.Option(metavar="CODE")] = None,
    text: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Words of title, abstract or note.")
    ] = None,
    note: Annotated[
        bool | None, typer.Option("--note/--no-note", help="With a note, or without.")
    ] = None,
    day: Annotated[str | None, typer.Option(metavar="DATE", help="e.g. 2026-03-31")] = None,
    zone: Zone = None,
    limit: Annotated[int | None, typer.Option(help="How many at most; else all.")] = None,
    offset: Annotated[int, typer.Option(help="How many to leave out first.")] = 0,
) -> None:
    """List the reviewer's own votes, newest first, and whether each may still be changed."""
    wanted: dict[str, Any] = {
        "verdict": verdict,
        "reason": reason,
        "text": text,
        "note": note,
        "day": day,
        "zone": zone,
    }
    who = session.who(as_)
    found = actions.my_votes(session.db, who, stage, limit=limit, offset=offset, **wanted)
    names = ("record", "title", "stage", "round", "verdict", "reason", "note", "why_not")
    rows = ([one[n] for n in names] for one in found)
    total = actions.count_my_votes(session.db, who, stage, **wanted)
    heads = (*names[:-1], "fixed because")
    session.show(found, table(heads, rows), f"{len(found):,} of {total:,} votes.")


@command(root, "pace")
def pace(session: Session, as_: As, stage: StageName, zone: Zone = None) -> None:
    """Show what the reviewer has done, how fast, and when the queue ends at that pace."""
    found = actions.my_pace(session.db, session.who(as_), stage, zone=zone)
    lines = [
        f"{found['today']:,} today, {found['week']:,} this week, {found['total']:,} in all; "
        f"{found['left']:,} left."
    ]
    if found["per_hour"]:
        left = f": {time_left(found['hours'])} of screening left" if found["left"] else ""
        each = f"{found['seconds']:.1f} seconds a record (median)"
        lines.append(f"{each}, {found['per_hour']:,.0f} an hour{left}.")
    if found["until"] and found["per_day"]:
        lines.append(f"At {found['per_day']:,.1f} records a day it ends on {found['until']}.")
    session.show(found, *lines)


@command(pilot, "start")
def start(
    session: Session,
    stage: StageName,
    size: Annotated[int, typer.Option(help="How many records.")],
    seed: Seed = None,
    note: Annotated[str, typer.Option(metavar="TEXT")] = "",
    as_: MaybeAs = None,
) -> None:
    """Draw records at random that everybody screens before the rest of the stage."""
    found = actions.start_pilot(
        session.db, session.who(as_), stage=stage, size=size, seed=seed, note=note
    )
    who = ", ".join(found["reviewers"])
    session.show(
        found,
        f"Pilot {found['pilot']} of {stage}: {found['size']:,} records (seed {found['seed']}), "
        f"screened by {who}. The rest is closed until 'review pilot open'.",
    )


@command(pilot, "open")
def open_(session: Session, stage: StageName, as_: MaybeAs = None) -> None:
    """Open the rest of the stage."""
    found = actions.open_rest(session.db, session.who(as_), stage=stage)
    session.show(found, f"{found['records']:,} records of {stage} are open now.")


@command(pilot, "list")
def listed(session: Session, stage: StageName, as_: MaybeAs = None) -> None:
    """List the pilots of a stage and how far each is."""
    found = actions.pilots(session.db, session.who(as_), stage=stage)
    names = ("pilot", "size", "seed", "reviewers", "finished", "opened", "note")
    session.show(found, table(names, ([one[name] for name in names] for one in found)))


@command(pilot, "report")
def report(
    session: Session,
    stage: StageName,
    number: Annotated[
        int | None, typer.Option("--pilot", metavar="NUMBER", help="Which; else the last.")
    ] = None,
    as_: MaybeAs = None,
) -> None:
    """Show how far everybody agreed in a pilot, over what they differed, and what to clarify."""
    found = actions.pilot_report(session.db, session.who(as_), stage=stage, pilot=number)
    left = ", ".join(f"{name} {n:,}" for name, n in found["left"].items())
    head = f"Pilot {found['pilot']} of {stage}, {found['size']:,} records. Left: {left or '–'}."
    if found["waits"]:
        session.show(found, head, f"Its agreement is shown later: {found['waits']}")
        return
    names = ("reviewers", "n", "percent", "kappa", "pabak", "ac1")
    pairs = table(names, ([_number(one[name]) for name in names] for one in found["pairs"]))
    fields = ("label", "records", "against_inclusion", "against_other_reasons", "positive")
    heads = ("reason", "cited on", "others include", "others say otherwise", "agreement on citing")
    reasons = table(heads, ([_number(one[name]) for name in fields] for one in found["reasons"]))
    differed = table(
        ("record", "over", "votes", "settled"),
        (
            (d["record"], d["kind"], _votes(d["votes"]), d["settled"])
            for d in found["disagreements"]
        ),
    )
    clarify = "; ".join(found["clarify"]) or "nothing that the votes show"
    session.show(
        found,
        head,
        f"All agreed on {found['agreed']:,} of {found['n']:,} complete records "
        f"({_with(found, 'share')}); Fleiss' kappa {_with(found, 'kappa')}.",
        pairs,
        reasons,
        differed,
        f"{found['hidden']:,} more are shown once they are settled." if found["hidden"] else "",
        f"To clarify: {clarify}.",
    )


def _plan(found: dict[str, Any]) -> list[Any]:
    """What a plan comes to, as lines and tables."""
    members = table(("member", "records"), found["members"].items())
    groups = table(
        ("named", "others", "records"),
        ((one["named"], _pool(one["pool"]), one["records"]) for one in found["groups"]),
    )
    total = f"{found['records']:,} records; {found['everybody']:,} stay everybody's."
    return [total, *([members] if found["members"] else []), groups]


def _pool(pool: list[str] | None) -> str:
    return "everybody" if pool is None else ", ".join(pool)


def _votes(votes: list[dict[str, Any]]) -> str:
    return "; ".join(
        f"{one['reviewer']} {one['verdict']}" + (f" ({one['reason']})" if one["reason"] else "")
        for one in votes
    )


def _number(value: Any) -> Any:
    return "not defined" if value is None else value


def _with(found: dict[str, Any], name: str) -> str:
    value, interval = found[name], found[f"{name}_interval"]
    if value is None:
        return "not defined"
    return f"{value:.3f}" + (f" [{interval[0]:.3f}, {interval[1]:.3f}]" if interval else "")
