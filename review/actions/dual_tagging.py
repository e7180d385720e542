"""Two people tag a target blind to each other: being done, judging, settling, reopening."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from review.actions.caller import Caller, Viewer, acting, person, writing, writing_as
from review.actions.tag_comparison import compare_tags, state_seen
from review.actions.tagging import TAGGERS, heard_again
from review.actions.targets import known, name_of, target_named, whole_of
from review.errors import BadInput, Refused
from review.extraction.tagging import (
    Tagging,
    may_settle,
    may_tag,
    may_take_back,
)
from review.extraction.tags import together
from review.store import people, tags as stored
from review.store.engine import Database, Write
from review.store.people import Member
from review.store.tables import (
    TagDiscussionRow,
    TaggingDoneRow,
    TaggingReopeningRow,
    TagJudgementRow,
    TagSettlementRow,
)
from review.vocab import Level, Role, RulingKind


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


def judge_tags(
    db: Database,
    who: Caller,
    target: str,
    facet: str,
    codes: Sequence[str],
    *,
    note: str = "",
) -> dict[str, Any]:
    """Store what an adjudicator would put of a facet in which two differ, before seeing theirs.

    Only the first judgement of a round is kept; returns what `compare_tags` shows then.
    """
    with writing(db, who) as write:
        case = _case(write, who, target, facet, codes, note=note, third=True)
        if case.facet not in case.judged():
            write.add(TagJudgementRow, **case.said)
        named = name_of(case.level, case.id)
    return compare_tags(db, who, named)


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

    An adjudicator who tagged it themselves may not; the two agree by `discuss_tags`. Where the
    adjudicator has not judged blind before (`judge_tags`), this is that judgement too.
    """
    with writing(db, who) as write:
        case = _case(write, who, target, facet, codes, note=note, third=True)
        if case.facet not in case.judged():
            write.add(TagJudgementRow, **case.said)
        return case.settle(RulingKind.ADJUDICATION)


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
    with writing(db, who) as write:
        case = _case(write, who, target, facet, codes, note=note, third=False)
        write.add(TagDiscussionRow, **case.said)
        if not case.confirmed():
            return case.answer(settled=False, hidden=True)
        return case.settle(RulingKind.DISCUSSION)


@dataclass(frozen=True, kw_only=True)
class _Case:
    """A facet of a target that somebody says what stands of, under the writer's lock."""

    write: Write
    member: Member
    level: Level
    id: int
    facet: str
    codes: list[str]
    note: str
    now: Tagging

    @property
    def said(self) -> dict[str, Any]:
        return {
            "level": self.level,
            "target_id": self.id,
            "round": self.now.round,
            "facet": self.facet,
            "codes": self.codes,
            "note": self.note,
        }

    def judged(self) -> dict[str, tuple[str, ...]]:
        """What this member has judged blind of the target in this round, by facet."""
        return stored.judged(
            self.write.conn,
            self.level,
            self.id,
            self.now.codebook,
            round=self.now.round,
            member=self.member.id,
        )

    def confirmed(self) -> bool:
        """Whether both taggers confirm the same of the facet, and differ in it."""
        every = stored.discussed(self.write.conn, self.level, self.id, round=self.now.round)
        said = every.get(self.facet, {})
        still = any(one.facet == self.facet and one.open for one in self.now.compared)
        return still and all(set(said.get(m, ("?",))) == set(self.codes) for m in self.now.taggers)

    def settle(self, kind: RulingKind) -> dict[str, Any]:
        self.write.add(TagSettlementRow, kind=kind, **self.said)
        heard_again(self.write.conn, self.level, self.id, self.now.codebook)
        return self.answer(settled=True, hidden=kind is RulingKind.DISCUSSION)

    def answer(self, *, settled: bool, hidden: bool) -> dict[str, Any]:
        after = stored.standing(self.write.conn, self.level, self.id, self.now.codebook)
        return {
            "target": name_of(self.level, self.id),
            "facet": self.facet,
            "codes": self.codes,
            "settled": settled,
            "state": state_seen(after, Viewer.of(self.member), hidden=hidden),
        }


def _case(
    write: Write,
    who: Caller,
    target: str,
    facet: str,
    codes: Sequence[str],
    *,
    note: str,
    third: bool,
) -> _Case:
    """Open a facet of a target to settle it, as a third person or as one of the two."""
    roles = (Role.ADJUDICATOR,) if third else TAGGERS
    member = person(write.conn, who, *roles, act="settle tags" if third else "agree on tags")
    write.only_writer()
    _, content = people.protocol(write.conn)
    book = content.codebook
    level, id_ = target_named(target)
    id_ = known(write.conn, level, id_)
    named = book.facet(facet)
    grouped = together(book, codes, level=level)
    if others := set(grouped) - {named.id}:
        other = next(iter(others))
        raise BadInput(f"{grouped[other][0]} is a term of {other}, not of {named.id}.")
    now = stored.standing(write.conn, level, id_, book)
    if why := may_settle(now, named.id, member=member.id, third=third):
        raise Refused(f"{name_of(level, id_)}: {why}")
    return _Case(
        write=write,
        member=member,
        level=level,
        id=id_,
        facet=named.id,
        codes=grouped.get(named.id, []),
        note=note,
        now=now,
    )


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
