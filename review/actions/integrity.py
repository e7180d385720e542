"""Proving that what is stored is what the facts give: projections, ledger, PRISMA identities."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting
from review.actions.flow import current_flow
from review.reporting.identities import identities
from review.store import derived, intake, ledger
from review.store.engine import Database
from review.store.people import protocol
from review.vocab import Role

_SHOWN = 5


def verify(db: Database, who: Caller) -> dict[str, Any]:
    """Check everything; return {ok, checks: [{name, ok, detail}], head: {seq, hash}}.

    The head, kept outside the database, also shows whether the ledger's end was cut off. For
    owners and whoever holds the database: it sums up what reviewers are blind to.
    """
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="verify the review")
        _, content = protocol(conn)
        last, digest = ledger.head(conn)
        checks = [
            _check("ledger unbroken", list(ledger.faults(conn)), f"{last} rows"),
            *(
                _check(
                    f"{one.name} = {one.of}", one.differences(conn, content), "rebuilt and equal"
                )
                for one in derived.PROJECTIONS
            ),
            _check("requested = stored + missing", _unaccounted(conn), "in every search"),
        ]
        found = identities(current_flow(conn, None))
        wrong = [f"{i.name}: {i.left} is not {i.right} ({i.text})" for i in found if not i.ok]
        checks.append(_check("PRISMA identities", wrong, f"{len(found)} hold"))
    return {
        "ok": all(check["ok"] for check in checks),
        "checks": checks,
        "head": {"seq": last, "hash": digest},
    }


def _unaccounted(conn: sa.Connection) -> list[str]:
    """A sentence for each complete PubMed search whose planned ids are not all accounted for."""
    found = []
    for row in intake.searches(conn):
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
