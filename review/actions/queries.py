"""Questions to the evidence that the team keeps: saved by name, opened by a link, retired."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.evidence import evidence_of, read_expression, read_sort
from review.errors import BadInput, ExpressionError, NotFound, Refused
from review.protocol import Codebook
from review.protocol.codebook import nearest
from review.store import people, queries as stored
from review.store.engine import Database
from review.store.picking import Evidence
from review.store.tables import SavedQueryRow
from review.synthesis.evidence import chosen
from review.vocab import Role

_SAVERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
LONGEST_NAME = 100
VIEWS = ("evidence", "pictures", "synthesis")
"""The pages a question can be for."""


def queries(db: Database, who: Caller, *, retired: bool = False) -> list[dict[str, Any]]:
    """Return the saved questions by name, those that were retired too if asked for.

    {query, name, where, columns, sort, everything, view, note, saved_by, saved, changed_by,
    changed, retired, address (in the app), studies, effects, fault}; what matches now is counted as
    the caller may see it, `fault` says why an expression reads no more (then there are no counts).
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the saved queries")
        _, content = people.protocol(conn)
        found = [_shown(number, said) for number, said in stored.saved(conn).items()]
        wanted = [one for one in found if retired or not one["retired"]]
        heard: dict[bool, Evidence] = {}
        for one in wanted:
            everything = one["everything"]
            if everything not in heard:
                heard[everything] = evidence_of(conn, member, everything=everything)
            one |= _counted(heard[everything], one, content.codebook)
    return sorted(wanted, key=lambda one: (one["retired"], one["name"].casefold()))


def query(db: Database, who: Caller, name: str) -> dict[str, Any]:
    """Return the question of that name (or number) with its `history`; NotFound, the nearest."""
    with db.read() as conn:
        member = acting(conn, who, act="see the saved queries")
        _, content = people.protocol(conn)
        number, said = _named(stored.saved(conn), name)
        found = _shown(number, said)
        evidence = evidence_of(conn, member, everything=found["everything"])
        found |= _counted(evidence, found, content.codebook)
    return found | {"history": [dict(one) | {"at": one["at"].isoformat()} for one in said]}


def save_query(
    db: Database,
    who: Caller,
    name: str,
    *,
    where: str | None = None,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    everything: bool = False,
    view: str = "evidence",
    note: str = "",
    replace: bool = False,
) -> dict[str, Any]:
    """Save a question under a name, and return it as `query` does.

    Refused where the name is taken, unless `replace`: then the question is changed, and what it
    was stays in its history. ExpressionError and BadInput as for the table itself.
    """
    with writing(db, who) as write:
        acting(write.conn, who, *_SAVERS, act="save queries")
        _, content = people.protocol(write.conn)
        name = _sound(name)
        read_expression(where, content.codebook)
        taken = _taken(write.conn, name)
        if taken is not None and not replace:
            raise Refused(f"There is a query '{name}' already; choose another name, or replace it.")
        if view not in VIEWS:
            raise BadInput(f"'{view}' is no view; views are: {', '.join(VIEWS)}.")
        write.add(
            SavedQueryRow,
            query_id=taken,
            name=name,
            expression=(where or "").strip(),
            columns=[c.name for c in chosen(content, columns)] if columns else [],
            sort=read_sort(sort, content),
            everything=everything,
            view=view,
            note=" ".join(note.split())[:1000],
        )
    return query(db, who, name)


def rename_query(db: Database, who: Caller, name: str, to: str) -> dict[str, Any]:
    """Give a question another name; its history keeps the old one."""
    return _changed(db, who, name, act="rename queries", name_=_sound(to))


def retire_query(db: Database, who: Caller, name: str, *, back: bool = False) -> dict[str, Any]:
    """Retire a question, or bring it `back`; it stays in the history either way."""
    return _changed(db, who, name, act="retire queries", retired=not back)


def _changed(
    db: Database,
    who: Caller,
    name: str,
    *,
    act: str,
    name_: str | None = None,
    retired: bool | None = None,
) -> dict[str, Any]:
    with writing(db, who) as write:
        acting(write.conn, who, *_SAVERS, act=act)
        number, said = _named(stored.saved(write.conn), name)
        now = said[-1]
        new = {key: now[key] for key in now if key not in ("by", "at")}
        wanted = name_ or now["name"]
        if _taken(write.conn, wanted) not in (None, number):
            raise Refused(f"There is a query '{wanted}' already; choose another name.")
        new["name"] = wanted
        if retired is not None:
            new["retired"] = retired
        write.add(SavedQueryRow, query_id=number, **new)
    return query(db, who, str(number))


def _sound(name: str) -> str:
    found = " ".join(name.split())
    if not found or len(found) > LONGEST_NAME or found.isdecimal():
        raise BadInput(
            f"A query has a name of 1 to {LONGEST_NAME} characters that is not only a number."
        )
    return found


def _taken(conn: sa.Connection, name: str) -> int | None:
    """The number of the question in force that has this name."""
    for number, said in stored.saved(conn).items():
        if said[-1]["name"].casefold() == name.casefold() and not said[-1]["retired"]:
            return number
    return None


def _named(
    saved: Mapping[int, list[dict[str, Any]]], name: str
) -> tuple[int, list[dict[str, Any]]]:
    """The question of a name or number; one in force before a retired one of the same name."""
    wanted = " ".join(name.split()).casefold()
    if wanted.isdecimal() and int(wanted) in saved:
        return int(wanted), saved[int(wanted)]
    same = [(n, said) for n, said in saved.items() if said[-1]["name"].casefold() == wanted]
    if not same:
        known = [said[-1]["name"] for said in saved.values() if not said[-1]["retired"]]
        raise NotFound(f"There is no query '{name}'{nearest(name, known)}.")
    return min(same, key=lambda one: one[1][-1]["retired"])


def _shown(number: int, said: list[dict[str, Any]]) -> dict[str, Any]:
    first, now = said[0], said[-1]
    return {
        "query": number,
        "name": now["name"],
        "where": now["expression"],
        "columns": list(now["columns"] or ()),
        "sort": now["sort"],
        "everything": now["everything"],
        "view": now["view"],
        "note": now["note"],
        "saved_by": first["by"],
        "saved": first["at"].isoformat(),
        "changed_by": now["by"],
        "changed": now["at"].isoformat(),
        "retired": now["retired"],
        "address": _address(number, now),
    }


def _address(number: int, now: Mapping[str, Any]) -> str:
    """The address in the app, which stays the same when the question gets another name."""
    asked = {"query": number} if now["view"] == "evidence" else {"where": now["expression"]}
    return f"{now['view']}?{urlencode(asked)}"


def _counted(evidence: Evidence, one: dict[str, Any], codebook: Codebook) -> dict[str, Any]:
    try:
        expr = read_expression(one["where"], codebook)
    except ExpressionError as fault:
        return {"studies": None, "effects": None, "fault": str(fault)}
    picked = evidence.picked(expr)
    studies = evidence.layout.studies(picked)
    return {"studies": studies, "effects": picked.bit_count(), "fault": ""}
