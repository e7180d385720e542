"""Records as the caller may see them: lists behind a number, one record with its history."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.cards import cards
from review.actions.casting import locked, refuse
from review.actions.flow import current_flow
from review.errors import BadInput, NotFound
from review.screening.blinding import Sight, is_blind, sight
from review.screening.finding import Term, excerpt, places, terms
from review.screening.standing import Standing
from review.store import documents, duplicates, fulltext, people, projection, screening, searching
from review.store.engine import Database
from review.store.people import Member
from review.store.tables import RemovalRow
from review.vocab import Removal, Role, Stage, State

MOST = 1000
_SEARCHED = ("abstract", "keywords", "mesh", "authors", "journal", "doi", "pmid", "pmcid",
             "accession", "publication_types")  # fmt: skip


def records(
    db: Database,
    who: Caller,
    *,
    box: str | None = None,
    text: str | None = None,
    ids: Sequence[int] | None = None,
    limit: int = 100,
    offset: int = 0,
) -> dict[str, Any]:
    """Return {total, records} of one page of records: all, those in a box of the flow, or by text.

    `text` is a search as `screening.finding` reads it: all its words, "words together", begin*;
    then the best come first, and each has `matches`: {title, excerpt}, the places [start, end] of
    what was found in the title, and {field, text, places} of the first other field that has any.
    A box the flow does not have is empty.
    """
    limit = min(max(limit, 1), MOST)
    with db.read() as conn:
        viewer = acting(conn, who, act="see records")
        if box is not None:
            flow = current_flow(conn, viewer, whole=True)
            ids = flow.ids(box)
            if text is None:
                page = list(ids)[offset : offset + limit]
                shown = cards(conn, page, viewer, raw=True)
                return {"total": len(ids), "records": [shown[i] for i in page]}
        total, page = searching.find(conn, text=text, ids=ids, limit=limit, offset=offset)
        shown = cards(conn, page, viewer)
    wanted = terms(text or "")
    if wanted:
        for card in shown.values():
            card["matches"] = _matches(card, wanted)
    return {"total": total, "records": [shown[i] for i in page]}


def _matches(card: dict[str, Any], wanted: Sequence[Term]) -> dict[str, Any]:
    """Say where in a card the terms of a search stand."""
    for field in _SEARCHED:
        value = card[field] or ""
        found = excerpt("; ".join(value) if isinstance(value, list) else str(value), wanted)
        if found:
            part = {"field": field, "text": found[0], "places": found[1]}
            return {"title": places(card["title"] or "", wanted), "excerpt": part}
    return {"title": places(card["title"] or "", wanted), "excerpt": None}


def record(db: Database, who: Caller, id: int) -> dict[str, Any]:
    """Return one record's card with `entries` (the raw records of its report) and `history`.

    The history holds every fact the caller may see, oldest first: where it came from, merges,
    votes, rulings, reopenings, retrieval. NotFound if there is no such record.
    """
    with db.read() as conn:
        viewer = acting(conn, who, act="see records")
        kept = duplicates.kept_of(conn, id)
        if kept is None:
            raise NotFound(f"There is no record {id}.")
        card = cards(conn, [kept], viewer)[kept]
        raw = cards(conn, card["cluster"], viewer, raw=True)
        history = _history(conn, kept, card["cluster"], viewer)
    return card | {"entries": [raw[r] for r in card["cluster"]], "history": history}


def _history(
    conn: sa.Connection, kept: int, cluster: list[int], viewer: Member | None
) -> list[dict[str, Any]]:
    names = {member.id: member.name for member in people.members(conn)}
    found = []

    def note(row: Any, what: str, **more: Any) -> None:
        by = names.get(row.member_id, "")
        found.append({"at": row.at.isoformat(), "what": what, "by": by, **more})

    for row in duplicates.reasons(conn, cluster):
        named = row.records or [r for r in (row.a, row.b) if r]
        note(row, row.kind.value, records=named, why=row.why, undone=bool(row.undone))
    facts = projection.load(conn, [kept])[kept]
    _, content = people.protocol(conn)
    standings = {stage: facts.standing(stage, content) for stage in Stage}
    again = not standings[Stage.TITLE_ABSTRACT].settled
    if again:  # what was said of the full text would tell what was decided before
        standings[Stage.FULL_TEXT] = Standing(state=State.UNSCREENED)
    seen = Viewer.of(viewer)

    def is_open(row: Any) -> bool:
        level = sight(
            seen.id,
            row.member_id or 0,
            standings[row.stage],
            roles=seen.roles,
            earlier=row.round < facts.round_of(row.record_id, row.stage)
            or (again and row.stage is Stage.FULL_TEXT),
        )
        return level is Sight.OPEN

    for row in filter(is_open, screening.votes(conn, records=cluster)):
        verdict = row.verdict.value if row.verdict else "withdrawn"
        note(row, "vote", **_said(row), verdict=verdict)
    for row in filter(is_open, screening.rulings(conn, records=cluster)):
        settled = {"verdict": row.verdict.value, "kind": row.kind.value, "waiver": row.waiver}
        note(row, "ruling", **_said(row), **settled)
    for row in screening.reopenings(conn, cluster):
        # which records an amendment re-opened tells what was decided of them before
        if not is_blind(seen.id, standings[row.stage], roles=seen.roles):
            note(row, "reopening", stage=row.stage.value, why=row.why)
    for row in fulltext.retrieval_facts(conn, cluster):
        attached = documents.about(conn, row.document_id) if row.document_id else None
        name = attached.name if attached else ""
        note(row, row.status.value, link=row.link, tried=row.tried, document=name)
    return sorted(found, key=lambda entry: entry["at"])


def _said(row: Any) -> dict[str, Any]:
    names = ("round", "reason", "note")
    return {"stage": row.stage.value, **{name: getattr(row, name) for name in names}}


def remove(db: Database, who: Caller, record: int, *, by: str, why: str) -> dict[str, Any]:
    """Take a report out before screening, by "automation" or for an "other" reason.

    Refused once anybody has voted on it.
    """
    try:
        by_ = Removal(by)
    except ValueError:
        raise BadInput(f"'{by}' is no way of removal; say {' or '.join(Removal)}.") from None
    if not why.strip():
        raise BadInput("Say why the record is removed.")
    return _remove(db, who, record, by_, why.strip(), restored=False)


def restore(db: Database, who: Caller, record: int, *, why: str) -> dict[str, Any]:
    """Bring back a report that was removed before screening."""
    return _remove(db, who, record, Removal.OTHER, why, restored=True)


def _remove(
    db: Database, who: Caller, record: int, by: Removal, why: str, *, restored: bool
) -> dict[str, Any]:
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="remove records")
        report = locked(write, record)
        if report.facts.votes and not restored:
            refuse(f"Record {record} has been voted on; it cannot leave before screening.")
        if report.facts.removed is not restored:
            refuse(
                f"Record {record} is not removed."
                if restored
                else f"Record {record} is removed already."
            )
        write.add(RemovalRow, record_id=report.kept, by=by, why=why, restored=restored)
        projection.refresh(write.conn, [report.kept], report.protocol)
    return {"record": report.kept, "by": by.value, "restored": restored}
