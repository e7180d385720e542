"""Proving that what is stored is what the facts give: projections, ledger, PRISMA identities."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.flow import current_flow
from review.reporting.identities import identities
from review.store import derived, intake, ledger
from review.store.engine import Database
from review.store.ledger import Told
from review.store.people import protocol
from review.vocab import Role

_SHOWN = 5


def verify(db: Database, who: Caller, *, progress: Told | None = None) -> dict[str, Any]:
    """Check everything; return {ok, checks: [{name, ok, detail}], head: {seq, hash}}.

    The head, kept outside the database, also shows whether the ledger's end was cut off. For
    owners and whoever holds the database: it sums up what reviewers are blind to.
    `progress(step, done)` hears which check has begun, and how many facts are read so far.
    """
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="verify the review")
        last, digest = ledger.head(conn)
        found = checks(conn, progress or (lambda step, done: None))
    return {
        "ok": all(check["ok"] for check in found),
        "checks": found,
        "head": {"seq": last, "hash": digest},
    }


def checks(conn: sa.Connection, told: Told) -> list[dict[str, Any]]:
    """Check everything that one state of the database must hold; return {name, ok, detail} each."""
    _, content = protocol(conn)
    last, _ = ledger.head(conn)
    told("ledger", 0)
    done = [_check("ledger unbroken", list(ledger.faults(conn, told)), f"{last:,} rows")]
    for one in derived.PROJECTIONS:
        told(one.name, 0)
        wrong = one.differences(conn, content)
        done.append(_check(f"{one.name} = {one.of}", wrong, "rebuilt and equal"))
    told("searches and flow", 0)
    searches = intake.searches(conn)
    under_way = [str(search["id"]) for search in searches if not search["complete"]]
    fine = "in every search"
    if under_way:
        fine += f" that is complete; not complete: {', '.join(under_way)}"
    done.append(_check("requested = stored + missing", _unaccounted(conn, searches), fine))
    whole, numbers = (current_flow(conn, None, whole=each) for each in (True, False))
    found = identities(whole)
    wrong = [f"{i.name}: {i.left} is not {i.right} ({i.text})" for i in found if not i.ok]
    done.append(_check("PRISMA identities", wrong, f"{len(found)} hold"))
    wrong = [
        f"{box}: {numbers.n(box)} is not {whole.n(box)}"
        for box in sorted({*whole.names, *numbers.names})
        if whole.n(box) != numbers.n(box)
    ]
    done.append(_check("flow = recount of every record", wrong, f"{whole.size:,} records"))
    return done


def rebuild(db: Database, who: Caller, *, progress: Told | None = None) -> dict[str, Any]:
    """Make every projection anew from the facts, which stay as they are; return {rebuilt: names}.

    Nothing needs it but a projection that does not verify. NotAllowed but for owners.
    """
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="rebuild the projections")
        write.only_writer()
        derived.rebuild(write.conn, progress)
    return {"rebuilt": [one.name for one in derived.PROJECTIONS]}


def _unaccounted(conn: sa.Connection, searches: list[dict[str, Any]]) -> list[str]:
    """A sentence for each complete PubMed search whose planned ids are not all accounted for."""
    found = []
    for row in searches:
        plan = intake.plan(conn, row["id"])
        if plan is None or not row["complete"]:
            continue
        rest = set(plan) - intake.fetched(conn, row["id"])
        if rest:
            found.append(f"search {row['id']} never asked for {len(rest)} of its ids")
    return found


def _check(name: str, faults: list[str], fine: str) -> dict[str, Any]:
    detail = fine
    if faults:
        detail = "; ".join(faults[:_SHOWN])
        if len(faults) > _SHOWN:
            detail += f"; and {len(faults) - _SHOWN} more"
    return {"name": name, "ok": not faults, "detail": detail, "faults": len(faults)}
