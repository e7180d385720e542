"""Claims as the caller may see them: what they say, what the evidence says, what has changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.claim_certainty import Grade, grades
from review.actions.weighing import Weighed, described, families, heard_by, weighed
from review.errors import NotFound
from review.protocol import Codebook, Protocol
from review.protocol.codebook import nearest
from review.reporting.claims_out import claims_out
from review.screening.blinding import blind_to_forms
from review.store import claims as stored, people
from review.store.engine import Database
from review.store.people import Member
from review.synthesis.claim_changes import changes, replaced, told
from review.synthesis.claims import Claim
from review.synthesis.evidence import label
from review.vocab import ClaimAct

Versions = Sequence[sa.Row[Any]]


def claims(db: Database, who: Caller, *, retired: bool = False) -> list[dict[str, Any]]:
    """Return the claims in force, each with what the evidence says of it and what changed.

    `groups` has one entry a population (`verdict`, `sentence`, `counts` of cohort families by
    what they say, `where`: the expression behind each count, `parts` by contrast); `changed` is
    None, or what is otherwise than at the last reading. `retired` also lists claims given up.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the claims")
        return claims_seen(conn, member, retired=retired)


def claims_seen(
    conn: sa.Connection, member: Member | None, *, retired: bool = False
) -> list[dict[str, Any]]:
    """Return what `claims` does, in a transaction that is open already."""
    _, content = people.protocol(conn)
    telling = _Telling(_names(conn), content, grades(conn, member, content))
    heard = heard_by(conn, member)
    found = []
    for rows in stored.versions(conn).values():
        if rows[-1].act is ClaimAct.RETIRED and not retired:
            continue
        made = weighed(heard, claim_of(rows[-1]), content.codebook)
        found.append(_document(conn, member, rows, made, telling))
    return found


def claim(db: Database, who: Caller, id: str) -> dict[str, Any]:
    """Return one claim as `claims` does, with `families` (the rows behind) and `history`.

    NotFound names the nearest claim.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the claims")
        _, content = people.protocol(conn)
        telling = _Telling(_names(conn), content, grades(conn, member, content))
        rows = named(conn, id)
        made = weighed(heard_by(conn, member), claim_of(rows[-1]), content.codebook)
        document = _document(conn, member, rows, made, telling)
        document["families"] = families(conn, member, made, content.codebook)
        document["history"] = _history(conn, member, rows, telling.names)
    return document


def claims_file(db: Database, who: Caller, *, format: str = "csv") -> bytes:
    """Return the claims with their counts as csv, md, docx or json; BadInput for another."""
    return claims_out(claims(db, who), format)


def named(conn: sa.Connection, id: str) -> Versions:
    """Return the versions of a claim, oldest first; NotFound names the nearest one."""
    wanted = id.strip().casefold()
    found = stored.versions(conn, wanted).get(wanted)
    if found is None:
        known = list(stored.versions(conn))
        hint = nearest(wanted, known) if known else "; there is none yet"
        raise NotFound(f"There is no claim {id!r}{hint}.")
    return found


def claim_of(row: sa.Row[Any]) -> Claim:
    """Return the claim that a version holds."""
    return Claim.model_validate(row.content)


def readings_seen(conn: sa.Connection, member: Member | None, rows: Versions) -> list[sa.Row[Any]]:
    """Return the readings the member may know of, oldest first.

    Who could extract sees only their own: another's may rest on what is not settled yet.
    """
    viewer = Viewer.of(member)
    mine = viewer.id if blind_to_forms(viewer.id, roles=viewer.roles) else None
    return stored.readings(conn, [row.id for row in rows], member=mine)


@dataclass(frozen=True, slots=True)
class _Telling:
    """What every claim is told with: names of members, the protocol, gradings of certainty."""

    names: dict[int | None, str]
    content: Protocol
    grades: list[Grade]


def _names(conn: sa.Connection) -> dict[int | None, str]:
    return {member.id: member.name for member in people.members(conn)}


def _document(
    conn: sa.Connection,
    member: Member | None,
    rows: Versions,
    made: Weighed,
    with_: "_Telling",
) -> dict[str, Any]:
    last, names = rows[-1], with_.names
    seen = readings_seen(conn, member, rows)
    return {
        **made.claim.model_dump(mode="json"),
        "version": len(rows),
        "retired": last.act is ClaimAct.RETIRED,
        "at": last.at.isoformat(),
        "by": names.get(last.member_id),
        "error": made.error,
        "groups": described(made, with_.content, with_.grades),
        "changed": _changed(seen[-1], last, made, with_.content.codebook, names) if seen else None,
        "read": _reading(seen[-1], names) if seen else None,
    }


def _reading(row: sa.Row[Any], names: dict[int | None, str]) -> dict[str, Any]:
    return {"at": row.at.isoformat(), "by": names.get(row.member_id)}


def _changed(
    read: sa.Row[Any],
    last: sa.Row[Any],
    made: Weighed,
    codebook: Codebook,
    names: dict[int | None, str],
) -> dict[str, Any] | None:
    """What differs from a reading: by population, and in one sentence; None where nothing does."""
    found = changes(read.basis, made.groups)
    by_population: dict[str, list[str]] = {}
    for population in dict.fromkeys(one.population for one in found):
        by_population[population] = told(one for one in found if one.population == population)
    effects = replaced(read.basis, made.groups)
    reworded = read.claim_id != last.id
    if not (found or effects or reworded) or made.error:
        return None
    said = [
        f"{label(codebook, population) + ': ' if population else ''}{'; '.join(sentences)}"
        for population, sentences in by_population.items()
    ]
    said += _verdicts(read, made, codebook)
    if effects and not found:
        said.append(f"the counts are the same, from {effects:,} other effects")
    if reworded:
        said.append("the claim itself was reworded")
    by = names.get(read.member_id)
    since = f"Since {read.at.date().isoformat()} (reading by {by})"
    return {
        **_reading(read, names),
        "populations": by_population,
        "effects": effects,
        "reworded": reworded,
        "sentence": f"{since}: {'. '.join(said)}.",
    }


def _verdicts(read: sa.Row[Any], made: Weighed, codebook: Codebook) -> list[str]:
    found = []
    for group in made.groups:
        before = read.basis["verdicts"].get(group.population, "no study here")
        if before != group.verdict:
            whose = f"{label(codebook, group.population)}: " if group.population else ""
            found.append(f"{whose}the verdict was “{before}” and is “{group.verdict}”")
    return found


def _history(
    conn: sa.Connection, member: Member | None, rows: Versions, names: dict[int | None, str]
) -> list[dict[str, Any]]:
    """Versions and readings in the order they came, oldest first."""
    events: Iterable[dict[str, Any]] = [
        {
            "at": row.at.isoformat(),
            "by": names.get(row.member_id),
            "act": row.act.value,
            "why": row.why,
            "claim": claim_of(row).model_dump(mode="json"),
        }
        for row in rows
    ]
    read = [
        {
            **_reading(row, names),
            "act": "read",
            "counts": {
                population: {say: list(some.values()).count(say) for say in set(some.values())}
                for population, some in row.basis["families"].items()
            },
            "verdicts": row.basis["verdicts"],
        }
        for row in readings_seen(conn, member, rows)
    ]
    return sorted([*events, *read], key=lambda one: str(one["at"]))
