"""Terms that a record's own words suggest: seen, and confirmed or rejected by a person."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.actions.tagging import TAGGERS, put
from review.actions.targets import known, name_of, target_named
from review.errors import BadInput, NotFound, Refused
from review.extraction.suggest import Suggestion, suggest as suggestions
from review.ingest.record import Record
from review.protocol import Codebook
from review.store import duplicates, evidence, records, tags as stored
from review.store.engine import Database
from review.store.people import Member, protocol
from review.store.tables import SuggestionAnswerRow
from review.vocab import Level

_LISTS = {"authors", "publication_types", "keywords", "mesh"}


def suggest(
    db: Database, who: Caller, record: int | str, *, answered: bool = False
) -> list[dict[str, Any]]:
    """Return the terms that the codebook's cues suggest for a record, or the reports of a study.

    Each has facet, code, label, level, `record`, `words` and `found` (the words and the field
    they stand in). What the caller has answered, or put already, is left out unless `answered`;
    `answer` says which it was: confirmed, rejected, put, or None.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see suggestions")
        _, content = protocol(conn)
        level, id_ = target_named(str(record))
        kept = _reports(conn, level, id_)
        put_on = _put(conn, member, level, id_, kept, content.codebook)
        given = stored.answers(conn, kept, member.id if member else None, content.codebook)
        found = [
            (one, suggestion)
            for one in kept
            for suggestion in suggestions(content.codebook, _record(conn, one))
        ]
    shown: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, one in found:
        said = given.get(number, {}).get(one.code)
        answer = _ANSWERS[said] if said is not None else "put" if one.code in put_on else None
        if one.code in seen or (answer and not answered):
            continue
        seen.add(one.code)
        shown.append(_document(one, number, content.codebook) | {"answer": answer})
    return shown


_ANSWERS = {True: "confirmed", False: "rejected"}


def answer_suggestion(
    db: Database,
    who: Caller,
    record: int,
    codes: Sequence[str],
    *,
    confirm: bool,
    target: str | None = None,
) -> dict[str, Any]:
    """Confirm terms that a record's words suggest, which puts them on it, or reject them.

    A confirmed one goes to the record (or its study, for a term of studies), or to `target`: the
    study, an arm or an effect. The fact keeps the words that caused it. A rejected one is not
    suggested to the caller again. BadInput for a term that nothing in the record suggests.
    """
    if not codes:
        raise BadInput("Name at least one suggested term.")
    with writing(db, who) as write:
        member = acting(write.conn, who, *TAGGERS, act="tag")
        write.only_writer()
        _, content = protocol(write.conn)
        kept = duplicates.kept_of(write.conn, record)
        if kept is None:
            raise NotFound(f"There is no record {record}.")
        offered = {
            one.code: one for one in suggestions(content.codebook, _record(write.conn, kept))
        }
        wanted = [content.codebook.find(code).code for code in codes]
        for code in wanted:
            if code not in offered:
                raise BadInput(f"Nothing in record {record} suggests {code}; tag it instead.")
        done = []
        for code in wanted:
            tag_id, where = None, None
            if confirm:
                level, id_, ids = put(write, member, target or f"record:{kept}", [code])
                tag_id, where = next(iter(ids), None), name_of(level, id_)
            write.add(
                SuggestionAnswerRow,
                record_id=kept,
                code=code,
                confirmed=confirm,
                found=_found(offered[code]),
                tag_id=tag_id,
            )
            done.append({"code": code, "target": where})
    return {"record": kept, "confirmed": confirm, "answered": done}


def _reports(conn: sa.Connection, level: Level, id: int) -> list[int]:
    """The records whose words suggest: the report itself, or those of the study."""
    if level is Level.REPORT:
        return [known(conn, level, id)]
    if known(conn, level, id) and level is not Level.STUDY:
        raise Refused("Words are read of a record or a study; name one of them.")
    link = evidence.links([id])
    return sorted(set(conn.scalars(sa.select(link.c.kept_id))))


def _put(
    conn: sa.Connection,
    member: Member | None,
    level: Level,
    id: int,
    kept: Sequence[int],
    book: Codebook,
) -> set[str]:
    """The codes the caller has on the records, or on the study that they are about."""
    mine = member.id if member else None
    found: set[str] = set()
    link = evidence.links()
    about = sa.select(link.c.study_id).where(link.c.kept_id.in_(kept))
    studies = [id] if level is Level.STUDY else list(conn.scalars(about))
    for at, targets in ((Level.REPORT, kept), (Level.STUDY, studies)):
        for one in stored.standings(conn, at, targets, book).values():
            found |= {code for codes in one.own(mine).values() for code in codes}
    return found


def _record(conn: sa.Connection, id: int) -> Record:
    entry = records.entries(conn, [id]).get(id)
    if entry is None:
        raise NotFound(f"There is no record {id}.")
    names = Record.__dataclass_fields__
    values: dict[str, Any] = {n: tuple(entry[n]) if n in _LISTS else entry[n] for n in names}
    return Record(**values)


def _document(one: Suggestion, record: int, book: Codebook) -> dict[str, Any]:
    return {
        "facet": one.facet,
        "code": one.code,
        "label": one.label,
        "level": book.facet(one.facet).level.value,
        "record": record,
        "words": list(one.words),
        "found": _found(one),
    }


def _found(one: Suggestion) -> list[dict[str, Any]]:
    return [{"field": hit.field, "words": hit.words} for hit in one.found]
