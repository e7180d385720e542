"""Codebook tags on reports, studies, arms and effects: put, taken off, and seen."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting, writing
from review.actions.studies import study_for
from review.actions.targets import known, name_of, study_of, target_named
from review.errors import BadInput, Refused
from review.extraction.tagging import EVERYBODY, Tagging, may_tag
from review.extraction.tags import add, place
from review.protocol import Codebook
from review.screening.blinding import blind_to_tags, is_blind, latest, may_compare_tags
from review.store import duplicates, evidence, people, screening, tags as stored
from review.store.engine import Database, Write
from review.store.people import Member, protocol
from review.store.tables import TagRow
from review.vocab import Level, Role, Stage

TAGGERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR, Role.EXTRACTOR)


def tag(
    db: Database, who: Caller, target: str, codes: Sequence[str], *, remove: bool = False
) -> dict[str, Any]:
    """Put codebook terms on a target, or take one's own off; return the target's tags.

    `target` is "record:12" (or "12"), "study:3", "arm:4" or "effect:5". A term of the study
    level put on a record goes to the record's study, made if there is none. BadInput for an
    unknown code (the nearest is suggested), a retired one, or a term of another level; Refused
    once the caller is done with the target, or its tags are settled.
    """
    if not codes:
        raise BadInput("Name at least one code.")
    with writing(db, who) as write:
        member = acting(write.conn, who, *TAGGERS, act="tag")
        level, id_, _ = put(write, member, target, codes, remove=remove)
        named = name_of(level, id_)
    return {"target": named, "tags": tags(db, who, named)}


def put(
    write: Write,
    member: Member | None,
    target: str,
    codes: Sequence[str],
    *,
    remove: bool = False,
) -> tuple[Level, int, list[int]]:
    """Put terms on a target in the caller's transaction; return the target and the facts' ids."""
    level, id_ = target_named(target)
    write.only_writer()  # no change of the codebook comes in between
    _, content = protocol(write.conn)
    book = content.codebook
    if level is Level.REPORT and _levels(book, codes) == {Level.STUDY}:
        level, id_ = Level.STUDY, study_for(write, id_)
    id_ = known(write.conn, level, id_)
    mine = member.id if member else None
    now = stored.standing(write.conn, level, id_, book)
    if why := may_tag(now, member=mine):
        raise Refused(f"{name_of(level, id_)}: {why}")
    present = [code for some in now.own(mine).values() for code in some]
    wanted = [place(book, code, level=level, keeping=remove) for code in codes]
    if remove:
        wanted_codes = {one.term.code for one in wanted}
        on = stored.stored_codes(write.conn, level, id_, mine)
        facts = [code for code, is_on in on.items() if is_on and book.current(code) in wanted_codes]
    else:
        add(book, present, codes, level=level)
        facts = list(dict.fromkeys(o.term.code for o in wanted if o.term.code not in present))
    ids = [
        write.add(
            TagRow,
            level=level,
            target_id=id_,
            facet=book.facet_of(code).id,
            code=code,
            present=not remove,
        )
        for code in facts
    ]
    heard_again(write.conn, level, id_, book)
    return level, id_, ids


def heard_again(conn: sa.Connection, level: Level, id: int, codebook: Codebook) -> None:
    """Store again what speaks of the study of a target."""
    study = study_of(conn, level, id)
    if study:
        evidence.refresh(conn, [study], codebook)


def _levels(book: Codebook, codes: Sequence[str]) -> set[Level]:
    return {book.facet_of(book.find(code).code).level for code in codes}


def tags(db: Database, who: Caller, target: str) -> list[dict[str, Any]]:
    """Return the tags on a target as the caller may see them, each with who put it.

    {facet, code, label, by, stands, suggested}: `stands` is whether it speaks as things are,
    `suggested` the words of the record, with their fields, where a suggestion was confirmed.
    Everybody sees what is settled; before, whoever could tag it too (reviewers, extractors, its
    taggers) or settles it sees their own alone, others see all.
    """
    level, id_ = target_named(target)
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see tags"))
        _, content = protocol(conn)
        book = content.codebook
        if level is Level.REPORT:
            id_ = duplicates.kept_of(conn, id_) or id_
        now = stored.standing(conn, level, id_, book)
        names = {member.id: member.name for member in people.members(conn)}
        hidden = hidden_from(conn, viewer, level, id_, now)
        because = stored.suggested(conn, level, id_, book)
    found = seen(now, viewer, hidden=hidden)
    return [
        {
            "facet": facet,
            "code": code,
            "label": term.label if (term := book.get(code)) else code,
            "by": [names[member] for member in by if member is not None],
            "stands": stands,
            "suggested": next((because[m, code] for m in by if (m, code) in because), []),
        }
        for facet, code, by, stands in found
    ]


def hidden_from(conn: sa.Connection, viewer: Viewer, level: Level, id: int, now: Tagging) -> bool:
    """Return whether a viewer must not see what others put on a target."""
    return bool(hidden_among(conn, viewer, level, {id: now}))


def hidden_among(
    conn: sa.Connection, viewer: Viewer, level: Level, some: Mapping[int, Tagging]
) -> set[int]:
    """Return those targets of a level on which a viewer must not see what others put."""
    return {
        target
        for target, now in some.items()
        if blind_to_tags(
            viewer.id,
            roles=viewer.roles,
            settled=now.settled,
            takes_part=takes_part(viewer, now),
        )
    } | _unscreened(conn, viewer, level, some)


def state_hidden_among(
    conn: sa.Connection, viewer: Viewer, level: Level, some: Mapping[int, Tagging]
) -> set[int]:
    """Return those targets of a level of which a viewer must not know how two people's compare."""
    return {
        target
        for target, now in some.items()
        if not may_compare_tags(
            viewer.id,
            roles=viewer.roles,
            settled=now.settled,
            complete=now.complete,
            takes_part=takes_part(viewer, now),
        )
    } | _unscreened(conn, viewer, level, some)


def takes_part(viewer: Viewer, now: Tagging) -> bool:
    """Return whether a viewer's own tags on a target count, or may come to count."""
    return viewer.id in now.taggers or any(now.own(viewer.id).values())


def _unscreened(conn: sa.Connection, viewer: Viewer, level: Level, kept: Iterable[int]) -> set[int]:
    """The reports that are not settled in screening, and that the viewer is blind to there."""
    found: set[int] = set()
    if level is not Level.REPORT or viewer.id is None:
        return found
    for one, rows in screening.standings(conn, list(kept)).items():
        now = {stage: screening.as_standing(row) for stage, row in rows.items()}
        if Stage.TITLE_ABSTRACT in now and is_blind(viewer.id, latest(now), roles=viewer.roles):
            found.add(one)
    return found


Seen = tuple[str, str, list[int | None], bool]
"""Facet, code, who put it, and whether it stands."""


def seen(now: Tagging, viewer: Viewer, *, hidden: bool) -> list[Seen]:
    """Return the tags on a target that a viewer sees, by facet and code."""
    by: dict[tuple[str, str], list[int | None]] = {}
    for member in dict.fromkeys([None, *now.taggers, viewer.id]):
        if hidden and member not in (None, viewer.id):
            continue
        for facet, codes in now.own(member).items():
            for code in codes:
                by.setdefault((facet, code), []).append(member)
    standing = now.heard(viewer.id or EVERYBODY) if hidden else now.heard(EVERYBODY)
    if not hidden:
        for one in now.settlements:
            for key in _settled_alone(now, one.codes, by):
                by[key] = [one.member]
        if now.complete and now.settled:
            by = {key: who for key, who in by.items() if key in standing}
    return [(*key, members, key in standing) for key, members in sorted(by.items())]


def _settled_alone(
    now: Tagging, codes: Iterable[str], by: dict[tuple[str, str], list[int | None]]
) -> list[tuple[str, str]]:
    terms = now.codebook.spoken({"": codes})
    keys = [(facet, code) for facet, some in terms.items() for code in some]
    return [key for key in keys if key not in by]
