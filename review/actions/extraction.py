"""Extracting a study: a filled form given, checked beforehand, or kept as a draft."""

from typing import Any

from review.actions.caller import Caller, acting, person, writing
from review.actions.extraction_case import (
    EXTRACTORS,
    Case,
    add_settlement,
    case_of,
    speak_again,
    store,
)
from review.actions.quotes import unfound
from review.actions.studies import join, study_for
from review.actions.targets import known, target_named
from review.errors import BadInput, FormError, NotFound, Refused
from review.extraction.form import Extraction, read_form
from review.extraction.reading import read_cells
from review.extraction.rows import hidden
from review.extraction.settling import Stand
from review.store import drafts, duplicates, fulltext, settlements, studies as stored
from review.store.engine import Database, Write
from review.store.people import Member, protocol
from review.store.tables import StudyRow
from review.vocab import Draft, Level, Role, Settling


def extract(db: Database, who: Caller, target: str, form: dict[str, Any]) -> dict[str, Any]:
    """Store a filled form for a study (or the study of a record): its arms and its effects.

    Two members' forms that agree settle the study; where they differ, an adjudicator settles it,
    cell by cell or with a whole form given here. Faulty cells raise FormError, which has all of
    them, and nothing is stored. Returns {study, extraction, arms, effects} with their ids,
    `settled`, and `warnings` ({where, cell, said}), what is doubtful but was stored.
    """
    with writing(db, who) as write:
        member = acting(write.conn, who, *EXTRACTORS, act="extract")
        return give(write, member, target, form)


def give(write: Write, member: Member | None, target: str, form: dict[str, Any]) -> dict[str, Any]:
    """Do what `extract` does, in the caller's transaction."""
    level, id_ = target_named(target)
    if level not in (Level.REPORT, Level.STUDY):
        raise BadInput("Extract for a study or a record, e.g. study:3 or 12.")
    _, content = protocol(write.conn)
    filled = read_form(form, codebook=content.codebook, definition=content.form)
    study = _study(write, level, id_, filled)
    case = case_of(write, content, study)
    settles = _may_extract(case, member)
    stored = store(case, filled)
    if settles:
        whole = {"cell": "form", "takes": "new", "why": "given as a whole form"}
        add_settlement(case, stored["extraction"], Settling.ADJUDICATION, [whole])
    if member is not None:
        drafts.drop(write, member.id, study, Draft.FILL)
    after = speak_again(case)
    warnings = [*filled.warnings, *unfound(write.conn, study, filled.form)]
    return stored | {
        "settled": after.stand is Stand.SETTLED,
        "warnings": [fault.shown() for fault in warnings],
    }


def check_form(
    db: Database, who: Caller, form: dict[str, Any], *, study: int | None = None
) -> dict[str, Any]:
    """Say what a form would be refused for, and what is doubtful: {faults, warnings, hidden}.

    Faults and warnings are {where, cell, said}; `hidden` are the cells (paths) that their
    conditions do not ask for as the form is now. Quotes are looked for in the PDFs of `study`.
    """
    with db.read() as conn:
        acting(conn, who, act="extract")
        _, content = protocol(conn)
        quoted = [] if study is None else unfound(conn, study, form)
    book, definition = content.codebook, content.form
    normal, _ = read_cells(form, codebook=book, definition=definition)
    found: dict[str, Any] = {"faults": [], "warnings": []}
    try:
        filled = read_form(form, codebook=book, definition=definition)
        found["warnings"] = [one.shown() for one in filled.warnings]
    except FormError as fault:
        found["faults"] = fault.faults
    found["warnings"] += [one.shown() for one in quoted]
    return found | {"hidden": [list(place) for place in hidden(normal, definition, book)]}


def save_draft(
    db: Database, who: Caller, study: int, form: dict[str, Any], *, purpose: str = "fill"
) -> dict[str, Any]:
    """Keep what a member has typed so far, for them alone; an empty form forgets it."""
    with writing(db, who) as write:
        member = person(write.conn, who, *EXTRACTORS, act="extract")
        if not stored.studies(write.conn, id=study):
            raise NotFound(f"There is no study {study}.")
        if not form:
            drafts.drop(write, member.id, study, Draft(purpose))
            return {"study": study, "saved": None}
        saved = drafts.save(write, member.id, study, Draft(purpose), form)
    return {"study": study, "saved": saved.isoformat()}


def draft(db: Database, who: Caller, study: int, *, purpose: str = "fill") -> dict[str, Any] | None:
    """Return one's own draft for a study, {form, saved}, or None."""
    with db.read() as conn:
        member = person(conn, who, act="see drafts")
        found = drafts.draft(conn, member.id, study, Draft(purpose))
    return {"form": found[0], "saved": found[1].isoformat()} if found else None


def _study(write: Write, level: Level, id: int, filled: Extraction) -> int:
    if level is Level.STUDY:
        return known(write.conn, level, id)
    if not filled.label or not _unjoined(write, id):
        return study_for(write, id)
    study = write.add(
        StudyRow, label=filled.label, cohort_family=filled.cohort_family or "", attributes={}
    )
    join(write, study, [duplicates.kept_of(write.conn, id) or id])
    return study


def _unjoined(write: Write, record: int) -> bool:
    kept = duplicates.kept_of(write.conn, record)
    if kept is None:
        raise NotFound(f"There is no record {record}.")
    return fulltext.study_of(write.conn, duplicates.clusters_of(write.conn, [kept])[kept]) is None


def _may_extract(case: Case, member: Member | None) -> bool:
    """Whether this form settles two others; Refused if it may not be given now."""
    now, study = case.now, case.study
    if (
        member is None
        or now.stand in (Stand.NONE, Stand.AWAITING)
        or now.how in ("given", "single")
    ):
        return False
    if member.id not in now.own and Role.ADJUDICATOR in member.roles:
        return True
    if now.stand is Stand.SETTLED:
        raise Refused(
            f"Study {study} is settled; an adjudicator or owner opens it again with "
            f"'review extraction reopen {study} --why ...'."
        )
    if member.id not in now.own:
        raise Refused(f"Two members have extracted study {study}; where they differ is settled.")
    if member.id in settlements.discussions(case.write.conn, study, now):
        raise Refused("You asked to talk the two forms over; yours stays as you gave it.")
    return False
