"""Appraisals beside each other: what each study's amount to, where two differ, settling them."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from review.actions.appraised import (
    ASSESSORS,
    SETTLERS,
    Subject,
    columns_of,
    document,
    may_see,
    subject,
    subjects,
    visible,
)
from review.actions.caller import Caller, Viewer, acting, writing_as
from review.errors import BadInput, Refused
from review.extraction.appraisal import read_appraisal
from review.extraction.appraisal_comparison import compared, merged
from review.extraction.judged_by_two import Amount
from review.extraction.tool_choice import chosen
from review.protocol import Protocol
from review.protocol.tools import tool_named
from review.screening.blinding import mask
from review.store import appraisal, drafts, ledger, people
from review.store.engine import Database, Write
from review.store.people import Member
from review.store.tables import AppraisalSettlementRow
from review.vocab import Draft, RulingKind

_SEE = "see the appraisals"


def appraisals(db: Database, who: Caller, *, everything: bool = False) -> list[dict[str, Any]]:
    """Return every study to appraise, with what its appraisals amount to as the caller may see it.

    `state` is to-do, waiting (the caller has appraised it), awaiting, conflict or settled; `waits`
    says what waits for the caller: "appraise", "settle" or nothing; `overall` is what speaks.
    Included studies, unless `everything`.
    """
    with db.read() as conn:
        member = acting(conn, who, act=_SEE)
        _, content = people.protocol(conn)
        viewer = Viewer.of(member)
        begun = drafts.drafts(conn, member.id) if member else {}
        names = {one.id: one.name for one in people.members(conn)}
        rows = appraisal.speaking(conn)
        found = []
        for one in subjects(conn, content, viewer, everything=everything):
            row = rows.get(one.id)
            seen = may_see(viewer, one.judged)
            used = tool_named(row.tool, content.appraisal.own_tools) if row else None
            found.append(
                {
                    "study": one.id,
                    "label": one.label,
                    "state": visible(viewer, one.judged),
                    "waits": _waits(one, member),
                    "mine": viewer.id in one.judged.judges,
                    "draft": (one.id, Draft.APPRAISE) in begun,
                    "assessors": [names.get(id_, "nobody") for id_ in one.judged.judges]
                    if seen
                    else [],
                    "tool": row.tool if row else one.fitting.tool or None,
                    "why": one.fitting.why,
                    "overall": row.overall.value if row else None,
                    "overall_words": used.level(row.overall) if row and used else None,
                }
            )
    return found


def compare_appraisals(db: Database, who: Caller, study: int | str) -> dict[str, Any]:
    """Return the appraisals of a study item by item, as A and B; with names once it is settled.

    Refused, in the same words whatever there is, to members who are blind to it.
    """
    with db.read() as conn:
        member = acting(conn, who, act=_SEE)
        _, content = people.protocol(conn)
        one = subject(conn, content, study, Viewer.of(member))
        _seen(one, member)
        return _comparison(conn, one, content)


def settle_appraisal(
    db: Database,
    who: Caller,
    study: int | str,
    form: Mapping[str, Any] | None = None,
    *,
    take: str | None = None,
    tool: str | None = None,
    by: str = RulingKind.ADJUDICATION.value,
) -> dict[str, Any]:
    """Settle the appraisals of a study: the items that differ, as a third person or in agreement.

    `form` holds the settled answers of what differs (and may hold all); `take` is A or B, whose
    word holds elsewhere. By `discussion` each assessor gives what was agreed, on the ground of
    their own appraisal; it is settled once all have given the same. What a third person settled,
    a third person can settle anew. Refused to assessors by adjudication, and without a conflict.
    """
    kind, given = _kind(by), dict(form or {})
    roles = SETTLERS if kind is RulingKind.ADJUDICATION else ASSESSORS
    with writing_as(db, who, *roles, act="settle appraisals") as (write, member):
        write.only_writer()
        version, content = people.protocol(write.conn)
        one = subject(write.conn, content, study, Viewer.of(member))
        rows, place = _ground(write, one, member, kind, take)
        own = content.appraisal.own_tools
        asked = str(tool or given.get("tool") or "") or rows[place or 0].tool
        used = tool_named(asked, own)
        if used.name not in {row.tool for row in rows}:
            used = chosen(content, one.fitting, asked, "settled so", study=one.named)
        whole = merged(used, [document(row, content) for row in rows], given, take=place)
        key = content.appraisal.key_items.get(used.name)
        found = read_appraisal(whole, used, key_items=key)
        write.add(
            AppraisalSettlementRow,
            study_id=one.id,
            tool_version=used.version,
            tool_reason=str(given.get("tool_reason") or "").strip(),
            kind=kind,
            covers=[last.id for last in one.judged.latest],
            **columns_of(asdict(found), used.name, version),
        )
        appraisal.refresh(write.conn, content, [one.id])
        now = subject(write.conn, content, one.id, Viewer.of(member)).judged
    return {
        "study": one.id,
        "label": one.label,
        "kind": kind.value,
        "tool": used.name,
        "overall": found.overall.value,
        "overall_words": used.level(found.overall),
        "settled": now.settled,
        "state": visible(Viewer.of(member), now),
    }


def _ground(
    write: Write, one: Subject, member: Member, kind: RulingKind, take: str | None
) -> tuple[list[sa.Row[Any]], int | None]:
    """The appraisals that a settlement starts from, and the place of the one taken."""
    rows = _latest(write.conn, one)
    if kind is RulingKind.DISCUSSION:
        if one.judged.settled:
            raise Refused(f"The appraisal of {one.named} is settled.")
        own = [row for row in rows if row.member_id == member.id]
        if not own:
            raise Refused(f"You have not appraised {one.named}.")
        return own, 0
    if member.id in one.judged.judges:
        raise Refused(f"You appraised {one.named} yourself; a third person settles it.")
    if one.judged.amount not in (Amount.CONFLICT, Amount.SETTLED):
        raise Refused(f"{one.named[:1].upper()}{one.named[1:]} has no appraisals to settle.")
    order = _order(write.conn, one)
    rows.sort(key=lambda row: order[row.member_id or 0])
    if not take:
        return rows, None
    letters = [order[row.member_id or 0] for row in rows]
    if take.strip().upper() not in letters:
        raise BadInput(f"'{take}' is none of the appraisals; take {' or '.join(letters)}.")
    return rows, letters.index(take.strip().upper())


def _latest(conn: sa.Connection, one: Subject) -> list[sa.Row[Any]]:
    last = {said.id for said in one.judged.latest}
    return [row for row in appraisal.given(conn, [one.id]).get(one.id, []) if row.id in last]


def _order(conn: sa.Connection, one: Subject) -> dict[int, str]:
    return mask(one.judged.judges, of=one.id, seed=ledger.seed(conn))


def _seen(one: Subject, member: Member | None) -> None:
    if not may_see(Viewer.of(member), one.judged):
        raise Refused(f"The appraisals of {one.named} stay hidden from you until it is settled.")


def _comparison(conn: sa.Connection, one: Subject, content: Protocol) -> dict[str, Any]:
    names = {m.id: m.name for m in people.members(conn)}
    labels = _order(conn, one)
    rows = sorted(_latest(conn, one), key=lambda row: labels[row.member_id or 0])
    given = [document(row, content) for row in rows]
    found: dict[str, Any] = {
        "study": one.id,
        "label": one.label,
        "state": one.judged.amount.value,
        "why": one.fitting.why,
        "appraisals": [
            {"who": labels[row.member_id or 0]}
            | ({"name": names.get(row.member_id or 0)} if one.judged.settled else {})
            | {key: said for key, said in doc.items() if one.judged.settled or key != "at"}
            for row, doc in zip(rows, given, strict=True)
        ],
        "items": [],
        "domains": [],
        "differs": None,
        "settled": _settled(conn, one, content, names),
    }
    used = {doc["tool"] for doc in given}
    found["same_tool"] = len(used) <= 1
    if len(used) != 1:
        return found
    tool = tool_named(used.pop(), content.appraisal.own_tools)
    items, domains = compared(tool, given)
    letters = [labels[row.member_id or 0] for row in rows]
    found["items"] = [
        {
            "item": item.id,
            "question": tool.by_id[item.id].question,
            "agree": item.agree,
            "said": dict(zip(letters, item.said, strict=True)),
        }
        for item in items
    ]
    found["domains"] = [
        {"domain": d.id, "agree": d.agree, "said": dict(zip(letters, d.said, strict=True))}
        for d in domains
    ]
    found["differs"] = sum(not item.agree for item in items)
    return found


def _settled(
    conn: sa.Connection, one: Subject, content: Protocol, names: Mapping[int, str]
) -> dict[str, Any] | None:
    row = appraisal.speaking(conn, [one.id]).get(one.id)
    if row is None:
        return None
    kind = row._mapping.get("kind")
    how = kind.value if kind else "agreement" if len(one.judged.latest) > 1 else "single"
    return document(row, content) | {"how": how, "by": names.get(row.member_id or 0)}


def _waits(one: Subject, member: Member | None) -> str:
    """What waits for a member here."""
    if member is None or one.judged.settled or member.id in one.judged.judges:
        return ""
    if one.judged.amount is Amount.CONFLICT:
        return "settle" if not member.roles.isdisjoint(SETTLERS) else ""
    return "appraise" if not member.roles.isdisjoint(ASSESSORS) else ""


def _kind(by: str) -> RulingKind:
    try:
        return RulingKind(by)
    except ValueError:
        raise BadInput(f"'{by}' is no way to settle; say {' or '.join(RulingKind)}.") from None
