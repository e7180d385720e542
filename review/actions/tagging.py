"""Codebook tags on reports, studies, arms and effects, and filled extraction forms."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.fulltext import join, study_for
from review.errors import BadInput, NotFound
from review.extraction.form import read_form
from review.extraction.suggest import suggest as suggestions
from review.extraction.tags import add, place
from review.ingest.record import Record
from review.protocol import Codebook
from review.screening.blinding import is_blind, latest
from review.store import duplicates, evidence, extractions, fulltext, records, screening
from review.store.engine import Database, Write
from review.store.people import Member, protocol
from review.store.tables import ArmRow, EffectRow, ExtractionRow, StudyRow, TagRow
from review.vocab import Level, Role, Stage

_TAGGERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)
_EXTRACTORS = (Role.OWNER, Role.EXTRACTOR, Role.ADJUDICATOR, Role.REVIEWER)


def tag(
    db: Database, who: Caller, target: str, codes: Sequence[str], *, remove: bool = False
) -> dict[str, Any]:
    """Put codebook terms on a target, or take one's own off; return the target's tags.

    `target` is "record:12" (or "12"), "study:3", "arm:4" or "effect:5". A term of the study
    level put on a record goes to the record's study, made if there is none. BadInput for an
    unknown code (the nearest is suggested) or a term of another level.
    """
    if not codes:
        raise BadInput("Name at least one code.")
    level, id_ = _target(target)
    with writing(db, who) as write:
        member = acting(write.conn, who, *_TAGGERS, act="tag")
        _, content = protocol(write.conn)
        book = content.codebook
        if level is Level.REPORT and _levels(book, codes) == {Level.STUDY}:
            level, id_ = Level.STUDY, study_for(write, id_)
        id_ = _known(write, level, id_)
        mine = evidence.tags(write.conn, level, [id_], member=member.id if member else None)
        present = [row.code for row in mine.get(id_, ())]
        wanted = [place(book, code, level=level) for code in codes]
        if not remove:
            add(book, present, codes, level=level)
        for placed in wanted:
            if remove == (placed.term.code in present):
                write.add(
                    TagRow,
                    level=level,
                    target_id=id_,
                    facet=placed.facet.id,
                    code=placed.term.code,
                    present=not remove,
                )
        evidence.refresh(write.conn, _studies(write, level, id_), book)
    return {"target": f"{_word(level)}:{id_}", "tags": tags(db, who, f"{_word(level)}:{id_}")}


def _levels(book: Codebook, codes: Sequence[str]) -> set[Level]:
    return {book.facet_of(book.find(code).code).level for code in codes}


def tags(db: Database, who: Caller, target: str) -> list[dict[str, Any]]:
    """Return the tags on a target as the caller may see them: a member sees their own.

    Whoever holds the database sees everybody's, and so do owners, adjudicators and extractors,
    except on a report that they are blind to.
    """
    level, id_ = _target(target)
    with db.read() as conn:
        member = acting(conn, who, act="see tags")
        _, content = protocol(conn)
        every = {Role.OWNER, Role.ADJUDICATOR, Role.EXTRACTOR}
        everybody = member is None or not member.roles.isdisjoint(every)
        if level is Level.REPORT:
            id_ = duplicates.kept_of(conn, id_) or id_
            everybody = everybody and not _blind(conn, member, id_)
        own = None if everybody or member is None else member.id
        found = evidence.tags(conn, level, [id_], member=own).get(id_, [])
        labels = {t.code: t.label for facet in content.codebook.facets for t in facet.terms}
    shown = {row.code: row.facet for row in found}
    return [
        {"facet": facet, "code": code, "label": labels.get(code, code)}
        for code, facet in sorted(shown.items())
    ]


def _blind(conn: sa.Connection, member: Member | None, kept: int) -> bool:
    """Whether a member must not see what others say of a report that is not settled."""
    rows = screening.standings(conn, [kept]).get(kept, {})
    now = {stage: screening.as_standing(row) for stage, row in rows.items()}
    if member is None or Stage.TITLE_ABSTRACT not in now:
        return False
    return is_blind(member.id, latest(now), roles=member.roles)


def suggest(db: Database, who: Caller, record: int) -> list[dict[str, Any]]:
    """Return the terms that the codebook's cues suggest for a record, each with its words."""
    with db.read() as conn:
        acting(conn, who, act="see suggestions")
        _, content = protocol(conn)
        entry = records.entries(conn, [record]).get(record)
    if entry is None:
        raise NotFound(f"There is no record {record}.")
    names = Record.__dataclass_fields__
    lists = {"authors", "publication_types", "keywords", "mesh"}
    values: dict[str, Any] = {n: tuple(entry[n]) if n in lists else entry[n] for n in names}
    return [asdict(found) for found in suggestions(content.codebook, Record(**values))]


def extract(db: Database, who: Caller, target: str, form: dict[str, Any]) -> dict[str, Any]:
    """Store a filled form for a study (or the study of a record): its arms and its effects.

    The latest form of a study speaks; earlier ones are kept. BadInput names the cell at fault
    and then nothing is stored. Returns {study, extraction, arms, effects} with their ids.
    """
    level, id_ = _target(target)
    if level not in (Level.REPORT, Level.STUDY):
        raise BadInput("Extract for a study or a record, e.g. study:3 or 12.")
    with writing(db, who) as write:
        acting(write.conn, who, *_EXTRACTORS, act="extract")
        _, content = protocol(write.conn)
        filled = read_form(form, codebook=content.codebook)
        if level is Level.STUDY:
            study = _known(write, level, id_)
        elif filled.label and _unjoined(write, id_):
            study = write.add(
                StudyRow,
                label=filled.label,
                cohort_family=filled.cohort_family or "",
                attributes={},
            )
            join(write, study, [duplicates.kept_of(write.conn, id_) or id_])
        else:
            study = study_for(write, id_)
        extraction = write.add(
            ExtractionRow,
            study_id=study,
            form=form,
            terms=filled.terms,
            main=filled.primary or "",
        )
        owner = {"extraction_id": extraction, "study_id": study}
        arms = write.add_many(ArmRow, [owner | asdict(arm) for arm in filled.arms])
        effects = write.add_many(EffectRow, [owner | asdict(effect) for effect in filled.effects])
        extractions.refresh(write.conn, [study], content)
        evidence.refresh(write.conn, [study], content.codebook)
    return {"study": study, "extraction": extraction, "arms": arms, "effects": effects}


def _unjoined(write: Write, record: int) -> bool:
    kept = duplicates.kept_of(write.conn, record)
    if kept is None:
        raise NotFound(f"There is no record {record}.")
    return fulltext.study_of(write.conn, duplicates.clusters_of(write.conn, [kept])[kept]) is None


def _target(text: str) -> tuple[Level, int]:
    kind, _, number = str(text).strip().rpartition(":")
    levels = {"": Level.REPORT, "record": Level.REPORT, "report": Level.REPORT} | {
        level.value: level for level in Level
    }
    if kind.lower() not in levels or not (number.isdecimal() and len(number) < 10):
        raise BadInput(f"'{text}' is no target; write record:12, study:3, arm:4 or effect:5.")
    return levels[kind.lower()], int(number)


def _word(level: Level) -> str:
    return "record" if level is Level.REPORT else level.value


def _known(write: Write, level: Level, id_: int) -> int:
    """Return the id tags go to: the kept record of a report, else the target itself."""
    found = (
        duplicates.kept_of(write.conn, id_)
        if level is Level.REPORT
        else evidence.target_study(write.conn, level, id_) and id_
    )
    if not found:
        raise NotFound(f"There is no {_word(level)} {id_}.")
    return found


def _studies(write: Write, level: Level, id_: int) -> list[int]:
    """Return the studies whose evidence a tag on this target speaks of."""
    if level is not Level.REPORT:
        study = evidence.target_study(write.conn, level, id_)
    else:
        study = fulltext.study_of(write.conn, duplicates.clusters_of(write.conn, [id_])[id_])
    return [study] if study else []
