"""Bringing in decisions made elsewhere, each reviewer's own, and saying what did not come in."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.casting import stage_named
from review.actions.replay import Replay
from review.errors import BadInput
from review.ingest.decision import Decision
from review.ingest.decisions import read_decisions
from review.store import people
from review.store.engine import Database
from review.store.people import Member
from review.vocab import Role

_SOURCES = {"rayyan": "Rayyan", "asreview": "ASReview", "covidence": "Covidence", "csv": "Imported"}


def import_votes(
    db: Database,
    who: Caller,
    path: Path,
    *,
    format: str,
    as_reviewer: Mapping[str, str] | None = None,
    stage: str | None = None,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Import a file of decisions as votes and rulings, with the times they were made at.

    `format` is rayyan, asreview, covidence or csv; `as_reviewer` says which member a name (or a
    label column) of the file is; `stage` is where they belong in formats that do not say.
    Decisions are replayed oldest first by the rule of screening; one of a third person on a
    record in conflict is a ruling if that person is an adjudicator. The same decision again
    adds nothing. Everything that did not come in is listed with its reason. With `dry_run`
    all is tried and nothing is kept.

    Returns {matched, votes, changed, rulings, repeated, unchanged, skipped, unmatched, rejects,
    unknown_reasons, lost, reviewers, decisions, format, file}. BadInput, and nothing changed,
    for a file that cannot be read, an unknown reviewer, or if no record matches.
    """
    names = {name.strip(): member.strip() for name, member in (as_reviewer or {}).items()}
    stage_ = stage_named(stage) if stage else None
    found = read_decisions(path, format=format, columns=list(names), stage=stage_)
    if not found.items:
        raise BadInput(f"{path.name} holds no decision that can be read.")
    with suppress(_Tried), writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="import votes")
        members = _members(write.conn, found.items, names)
        replay = Replay(write, members, source=_SOURCES[format])
        matched = replay.run(found.items)
        if dry_run:
            raise _Tried
    counts = replay.counts
    return {
        "matched": matched,
        "votes": counts.votes,
        "changed": counts.changed,
        "rulings": counts.rulings,
        "repeated": counts.repeated,
        "unchanged": found.unchanged + counts.unchanged,
        "skipped": counts.skipped,
        "unmatched": counts.unmatched,
        "rejects": [
            {"position": bad.position, "reason": bad.reason, "excerpt": bad.excerpt}
            for bad in found.rejects
        ],
        "unknown_reasons": dict(counts.unknown_reasons.most_common()),
        "lost": found.lost,
        "reviewers": {name: member.name for name, member in members.items()},
        "decisions": len(found.items) + found.unchanged,
        "format": format,
        "file": path.name,
        "dry_run": dry_run,
    }


class _Tried(Exception):  # no error: it takes back what was only tried
    """Ends a transaction of which nothing is to stay."""


def decision_makers(db: Database, who: Caller, path: Path, *, format: str) -> dict[str, Any]:
    """Return who decided in a file, before it is imported: {reviewers, rejects, lost, format}.

    `reviewers` are {name, decisions, member}; member is the one of the same name, or None.
    """
    found = read_decisions(path, format=format)
    counted = Counter(decision.reviewer for decision in found.items)
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="import votes")
        team = {member.name.casefold(): member.name for member in people.members(conn)}
    return {
        "reviewers": [
            {"name": name, "decisions": n, "member": team.get(name.casefold())}
            for name, n in counted.most_common()
        ],
        "rejects": len(found.rejects),
        "lost": found.lost,
        "format": format,
    }


def _members(
    conn: sa.Connection, decisions: list[Decision], names: Mapping[str, str]
) -> dict[str, Member]:
    """Return the member behind each name of the file; BadInput names all that are unknown."""
    team = {member.name.casefold(): member for member in people.members(conn)}
    in_file = sorted({decision.reviewer for decision in decisions})
    mistaken = [name for name in names if name not in in_file]
    if mistaken:
        raise BadInput(
            f"The file has no decisions of {_listed(mistaken)}; it has those of {_listed(in_file)}."
        )
    nobody = [name for name in names.values() if name.casefold() not in team]
    if nobody:
        raise BadInput(f"{_listed(nobody)} {_are(nobody)}; add them with 'review member add'.")
    found = {name: team.get(names.get(name, name).casefold()) for name in in_file}
    unknown = [name for name, member in found.items() if member is None]
    if unknown:
        raise BadInput(
            f"The file has decisions of {_listed(unknown)}, who {_are(unknown)}; say who that is "
            f"with --as-reviewer '{unknown[0]}=NAME', or add members with 'review member add'."
        )
    return {name: member for name, member in found.items() if member is not None}


def _listed(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _are(names: list[str]) -> str:
    return "is no member" if len(names) == 1 else "are no members"
