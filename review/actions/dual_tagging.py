"""Two people tag a target blind to each other: being done, comparing, settling, reopening."""

from collections.abc import Sequence
from typing import Any

from review.actions.caller import Caller, Viewer, acting, person, writing, writing_as
from review.actions.tagging import TAGGERS, heard_again, hidden_from
from review.actions.targets import known, name_of, target_named, whole_of
from review.errors import BadInput, Refused
from review.extraction.tagging import (
    Compared,
    Tagging,
    TagState,
    may_settle,
    may_tag,
    may_take_back,
)
from review.extraction.tags import together
from review.protocol import Codebook
from review.screening.blinding import mask
from review.store import ledger, people, tags as stored
from review.store.engine import Database, Write
from review.store.tables import (
    TagDiscussionRow,
    TaggingDoneRow,
    TaggingReopeningRow,
    TagSettlementRow,
)
from review.vocab import Level, Role, RulingKind

WAITING, TO_DO, BEGUN = "waiting", "to-do", "begun"


def tagging_done(
    db: Database, who: Caller, target: str, *, undo: bool = False, whole: bool = False
) -> dict[str, Any]:
    """Say that one is done tagging a target, or (`undo`) that one is not after all.

    With `whole` a study is meant with its reports, arms and effects. Once two are done their tags
    are compared: what both put stands, what differs waits to be settled. Returns {targets}, each
    with the state the caller may know: waiting, settled or begun.
    """
    with writing_as(db, who, *TAGGERS, act="tag") as (write, member):
        write.only_writer()
        _, content = people.protocol(write.conn)
        book = content.codebook
        level, id_ = target_named(target)
        id_ = known(write.conn, level, id_)
        viewer = Viewer.of(member)
        some = whole_of(write.conn, id_, viewer) if whole else [(level, id_)]
        if whole and level is not Level.STUDY:
            raise BadInput("Only a study is done as a whole; name one: study:3.")
        for at, one in some:
            now = stored.standing(write.conn, at, one, book)
            rule = may_take_back if undo else may_tag
            why = rule(now, member=member.id)
            if why and not (whole and _said(now, member.id, undo=undo)):
                raise Refused(f"{name_of(at, one)}: {why}")
            if not why:
                codes = [code for codes in now.own(member.id).values() for code in codes]
                write.add(
                    TaggingDoneRow,
                    level=at,
                    target_id=one,
                    round=now.round,
                    codes=codes,
                    done=not undo,
                )
        heard_again(write.conn, level, id_, book)
        return {
            "done": not undo,
            "targets": [
                {
                    "target": name_of(at, one),
                    "state": state_seen(
                        stored.standing(write.conn, at, one, book), viewer, hidden=True
                    ),
                }
                for at, one in some
            ],
        }


def _said(now: Tagging, member: int, *, undo: bool) -> bool:
    """Whether nothing is left to say of a part of a whole."""
    return (member in now.finished) is not undo or (now.complete and now.settled)


def compare_tags(db: Database, who: Caller, target: str) -> dict[str, Any]:
    """Return what two taggers put on a target, facet by facet, as the caller may see it.

    {target, state, round, facets}: each facet has `said` (label A, B and codes; names once all is
    settled), `both`, `differ`, `settled`, `stands`. Who is blind gets their own codes alone, as
    `mine`, and of the state only whether they are done.
    """
    level, id_ = target_named(target)
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="compare tags"))
        _, content = people.protocol(conn)
        id_ = known(conn, level, id_)
        now = stored.standing(conn, level, id_, content.codebook)
        hidden = hidden_from(conn, viewer, level, id_, now)
        names = {member.id: member.name for member in people.members(conn)}
        masked = mask(now.taggers, of=id_, seed=ledger.seed(conn))
        open_now = stored.discussed(conn, level, id_, round=now.round) if viewer.id else {}
    mine = now.own(viewer.id) if viewer.id else {}
    document = {
        "target": name_of(level, id_),
        "state": state_seen(now, viewer, hidden=hidden),
        "round": now.round,
        "mine": [_facet(content.codebook, f, codes) for f, codes in mine.items()],
        "facets": [],
        "confirmed": {
            facet: list(said[viewer.id]) for facet, said in open_now.items() if viewer.id in said
        },
    }
    if not hidden:
        called = names if now.settled or viewer.id is None else masked
        document["facets"] = [
            _compared(content.codebook, one, called, names) for one in now.compared
        ]
    return document


def _compared(
    book: Codebook, one: Compared, called: dict[int, str], names: dict[int, str]
) -> dict[str, Any]:
    settled = one.settled
    return _facet(book, one.facet, one.stands) | {
        "said": sorted(
            ({"by": called[m], "codes": list(codes)} for m, codes in one.said.items()),
            key=lambda said: str(said["by"]),
        ),
        "both": list(one.both),
        "differ": one.differ,
        "open": one.open,
        "settled": {
            "codes": list(settled.codes),
            "kind": settled.kind,
            "by": names.get(settled.member or 0),
        }
        if settled
        else None,
    }


def _facet(book: Codebook, id: str, codes: Sequence[str]) -> dict[str, Any]:
    label = next((facet.label for facet in book.facets if facet.id == id), id)
    return {"facet": id, "label": label, "codes": list(codes)}


def state_seen(now: Tagging, viewer: Viewer, *, hidden: bool) -> str:
    """Return the state of a target's tags as a viewer may know it.

    Who is blind knows of an unsettled one only what they did themselves.
    """
    if now.complete and now.settled:
        return TagState.SETTLED.value
    if not hidden:
        return now.state.value
    if viewer.id in now.finished:
        return WAITING
    return BEGUN if viewer.id is not None and any(now.own(viewer.id).values()) else TO_DO


def settle_tags(
    db: Database,
    who: Caller,
    target: str,
    facet: str,
    codes: Sequence[str],
    *,
    note: str = "",
) -> dict[str, Any]:
    """Settle a facet in which two taggers differ: these codes stand (none: nothing does).

    An adjudicator who tagged it themselves may not; the two agree by `discuss_tags`.
    """
    return _settle(db, who, target, facet, codes, note=note, kind=RulingKind.ADJUDICATION)


def discuss_tags(
    db: Database,
    who: Caller,
    target: str,
    facet: str,
    codes: Sequence[str],
    *,
    note: str = "",
) -> dict[str, Any]:
    """Confirm what the two taggers agreed on in discussion; once both have, it is settled."""
    return _settle(db, who, target, facet, codes, note=note, kind=RulingKind.DISCUSSION)


def _settle(
    db: Database,
    who: Caller,
    target: str,
    facet: str,
    codes: Sequence[str],
    *,
    note: str,
    kind: RulingKind,
) -> dict[str, Any]:
    third = kind is RulingKind.ADJUDICATION
    roles = (Role.ADJUDICATOR,) if third else TAGGERS
    with writing(db, who) as write:
        act = "settle tags" if third else "agree on tags"
        member = person(write.conn, who, *roles, act=act)
        write.only_writer()
        _, content = people.protocol(write.conn)
        book = content.codebook
        level, id_ = target_named(target)
        id_ = known(write.conn, level, id_)
        named = book.facet(facet)
        grouped = together(book, codes, level=level)
        if set(grouped) - {named.id}:
            other = next(iter(set(grouped) - {named.id}))
            raise BadInput(f"{grouped[other][0]} is a term of {other}, not of {named.id}.")
        wanted = grouped.get(named.id, [])
        now = stored.standing(write.conn, level, id_, book)
        if why := may_settle(now, named.id, member=member.id, third=third):
            raise Refused(f"{name_of(level, id_)}: {why}")
        said = {
            "level": level,
            "target_id": id_,
            "round": now.round,
            "facet": named.id,
            "codes": wanted,
            "note": note,
        }
        settled = third
        if not third:
            write.add(TagDiscussionRow, **said)
            settled = _confirmed(write, level, id_, now, named.id, wanted)
        if settled:
            write.add(TagSettlementRow, kind=kind, **said)
            heard_again(write.conn, level, id_, book)
        after = stored.standing(write.conn, level, id_, book)
        return {
            "target": name_of(level, id_),
            "facet": named.id,
            "codes": wanted,
            "settled": settled,
            "state": state_seen(after, Viewer.of(member), hidden=not third),
        }


def _confirmed(
    write: Write, level: Level, id: int, now: Tagging, facet: str, codes: Sequence[str]
) -> bool:
    """Whether both taggers confirm the same of a facet in which they differ."""
    said = stored.discussed(write.conn, level, id, round=now.round).get(facet, {})
    still = any(one.facet == facet and one.open for one in now.compared)
    return still and all(set(said.get(m, ("?",))) == set(codes) for m in now.taggers)


def reopen_tags(db: Database, who: Caller, target: str, *, why: str) -> dict[str, Any]:
    """Begin a new round on a target that two have tagged: what was done and settled has lapsed.

    Everybody's tags stay as they were, to be changed or confirmed by being done again.
    """
    if not why.strip():
        raise Refused("Say why the tags are looked at again.")
    level, id_ = target_named(target)
    with writing(db, who) as write:
        acting(write.conn, who, Role.ADJUDICATOR, Role.OWNER, act="reopen tags")
        write.only_writer()
        _, content = people.protocol(write.conn)
        id_ = known(write.conn, level, id_)
        now = stored.standing(write.conn, level, id_, content.codebook)
        if not now.complete:
            raise Refused(f"{name_of(level, id_)} is still being tagged; nothing to reopen.")
        write.add(TaggingReopeningRow, level=level, target_id=id_, why=why.strip())
        heard_again(write.conn, level, id_, content.codebook)
        return {"target": name_of(level, id_), "round": now.round + 1}
