"""Appraising a study: the tools there are, the one it calls for, and one's own judgement."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from review.actions.appraised import (
    ASSESSORS,
    Subject,
    columns_of,
    document,
    subject,
    visible,
)
from review.actions.caller import Caller, Viewer, acting, writing_as
from review.errors import BadInput, Refused
from review.extraction.appraisal import Appraised, preview, read_appraisal
from review.extraction.tool_choice import chosen, known_tools
from review.protocol import Protocol, Tool
from review.protocol.appraisal import LEVELS, NOT_APPLICABLE
from review.protocol.tools import tool_named
from review.store import appraisal, drafts, people
from review.store.engine import Database
from review.store.tables import AppraisalRow
from review.vocab import Draft, Risk

_APPRAISE = "appraise studies"
Form = Mapping[str, Any]


def tools(db: Database) -> list[dict[str, Any]]:
    """Return every tool of appraisal that the review can use: its own, and those that ship."""
    with db.read() as conn:
        _, content = people.protocol(conn)
    own = {tool.name for tool in content.appraisal.own_tools}
    return [
        {
            "tool": one.name,
            "title": one.title,
            "purpose": one.purpose,
            "items": len(one.items),
            "domains": len(one.domains),
            "overall": one.overall.text,
            "reference": one.reference,
            "doi": one.doi,
            "own": one.name in own,
        }
        for one in known_tools(content)
    ]


def tool(db: Database, name: str) -> dict[str, Any]:
    """Return one tool whole: its items with answers and what they mean, its rules, its source."""
    with db.read() as conn:
        _, content = people.protocol(conn)
    return tool_document(tool_named(name, content.appraisal.own_tools), content)


def appraise(
    db: Database,
    who: Caller,
    study: int | str,
    form: Form,
    *,
    tool: str | None = None,
    tool_reason: str = "",
) -> dict[str, Any]:
    """Store a member's own appraisal of a study; the answer tells nothing of anybody else's.

    `form` is as `extraction.appraisal.read_appraisal` reads it, and may name its tool itself. The
    tool is the one the design calls for, unless another that fits is named with a reason. Refused
    once the study has its appraisals or is settled; until then one's own may be changed.
    """
    asked, why = _asked(form, tool, tool_reason)
    with writing_as(db, who, *ASSESSORS, act=_APPRAISE) as (write, member):
        write.only_writer()
        version, content = people.protocol(write.conn)
        viewer = Viewer.of(member)
        one = subject(write.conn, content, study, viewer)
        _open_to(one, member.id)
        used = chosen(content, one.fitting, asked, why, study=one.named)
        found = read_appraisal(form, used, key_items=content.appraisal.key_items.get(used.name))
        id_ = write.add(
            AppraisalRow,
            study_id=one.id,
            tool_version=used.version,
            tool_reason=why if used.name != one.fitting.tool else "",
            **columns_of(asdict(found), used.name, version),
        )
        appraisal.refresh(write.conn, content, [one.id])
        drafts.drop(write, member.id, one.id, Draft.APPRAISE)
        now = subject(write.conn, content, one.id, viewer)
    return {
        "study": one.id,
        "label": one.label,
        "appraisal": id_,
        **_judged(found, used),
        "state": visible(viewer, now.judged),
    }


def appraisal_form(
    db: Database, who: Caller, study: int | str, *, tool: str | None = None
) -> dict[str, Any]:
    """Return what an assessor needs for a study: the tool it calls for and why, and their own.

    `tool` names another one; `mine` is the caller's appraisal so far, `draft` what they have
    typed and not given yet, `settled` what speaks, `open` whether they may (still) appraise it,
    else `closed` says why.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the appraisals")
        _, content = people.protocol(conn)
        viewer = Viewer.of(member)
        one = subject(conn, content, study, viewer)
        mine = one.own(conn, member)
        settled = appraisal.speaking(conn, [one.id]).get(one.id)
        typed = drafts.draft(conn, member.id, one.id, Draft.APPRAISE) if member else None
        draft = typed[0] | {"saved": typed[1].isoformat()} if typed else None
        used = tool or (draft or {}).get("tool") or (mine.tool if mine else one.fitting.tool)
        closed = ""
        try:
            _open_to(one, viewer.id)
        except Refused as refusal:
            closed = str(refusal)
        may = member is not None and not member.roles.isdisjoint(ASSESSORS)
        return {
            "study": one.id,
            "label": one.label,
            "state": visible(viewer, one.judged),
            "proposed_tool": one.fitting.tool,
            "why": one.fitting.why,
            "fits": [name for name in (one.fitting.tool, *one.fitting.also) if name],
            "tool": tool_document(tool_named(used, content.appraisal.own_tools), content)
            if used
            else None,
            "mine": document(mine, content) if mine else None,
            "settled": document(settled, content) if settled else None,
            "draft": draft,
            "open": may and not closed,
            "closed": closed or ("" if may else "You do not appraise studies in this review."),
        }


def appraisal_preview(
    db: Database,
    name: str,
    answers: Mapping[str, str],
    *,
    domains: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what answers so far amount to by the tool's rules: asked, missing, domains, overall.

    `answers` are codes by item, `domains` those judged against their rule; in the answer `domains`
    and `overall` are None where they do not apply yet.
    """
    with db.read() as conn:
        _, content = people.protocol(conn)
    used = tool_named(name, content.appraisal.own_tools)
    key = content.appraisal.key_items.get(used.name)
    judged = {domain: Risk(said) for domain, said in (domains or {}).items()}
    found = preview(used, answers, judged=judged, key_items=key)
    overall: Risk | None = found["overall"]
    return found | {
        "domains": {d: risk.value if risk else None for d, risk in found["domains"].items()},
        "overall": overall.value if overall else None,
    }


def draft_appraisal(db: Database, who: Caller, study: int, form: Form | None) -> dict[str, Any]:
    """Keep what a member has typed of an appraisal, theirs alone; None throws it away."""
    with writing_as(db, who, *ASSESSORS, act=_APPRAISE) as (write, member):
        _, content = people.protocol(write.conn)
        one = subject(write.conn, content, study, Viewer.of(member))
        if form is None:
            drafts.drop(write, member.id, one.id, Draft.APPRAISE)
        else:
            drafts.save(write, member.id, one.id, Draft.APPRAISE, dict(form))
    return {"study": one.id, "saved": form is not None}


def tool_document(one: Tool, content: Protocol) -> dict[str, Any]:
    """Return a tool as a document."""
    key = content.appraisal.key_items.get(one.name)
    return {
        "tool": one.name,
        "title": one.title,
        "purpose": one.purpose,
        "version": one.version,
        "reference": one.reference,
        "doi": one.doi,
        "wording": one.wording,
        "columns": one.columns,
        "levels": {risk.value: one.level(risk) for risk in _levels(one)},
        "overall": one.overall.text,
        "domains": [{"id": d.id, "label": d.label, "judged": bool(d.decide)} for d in one.domains],
        "items": [
            {
                "id": item.id,
                "domain": item.domain,
                "question": item.question,
                "help": item.help,
                "answers": [
                    {
                        "code": code,
                        "label": label,
                        "means": one.means_of(item)[code].value,
                        "stars": item.stars.get(code, 0),
                    }
                    for code, label in one.answers_of(item).items()
                ],
                "not_applicable": item.not_applicable,
                "asked": [{k: list(v) for k, v in some.items()} for some in item.asked],
                "key": item.id in key if key is not None else item.key,
            }
            for item in one.items
        ],
        "na": NOT_APPLICABLE,
    }


def _levels(one: Tool) -> list[Risk]:
    return list(one.levels) or [risk for risk in LEVELS if risk is not Risk.VERY_HIGH]


def _asked(form: Form, tool: str | None, reason: str) -> tuple[str | None, str]:
    """The tool asked for and why, given beside the form or in it."""
    if not isinstance(form, Mapping):
        raise BadInput("An appraisal is one JSON object with answers.")
    inside = str(form.get("tool") or "") or None
    if tool and inside and tool != inside:
        raise BadInput(f"The form is for {inside}, not for {tool}.")
    return tool or inside, (reason or str(form.get("tool_reason") or "")).strip()


def _open_to(one: Subject, member: int | None) -> None:
    """Refuse where a study takes no appraisal of this member (any more)."""
    judged = one.judged
    if judged.settled:
        raise Refused(
            f"The appraisal of {one.named} is settled; an adjudicator can settle it anew."
        )
    needed = one.protocol.appraisal.assessors
    if member not in judged.judges and len(judged.judges) >= needed:
        said = "its appraisal" if needed == 1 else f"its {needed} appraisals"
        raise Refused(f"{one.named[:1].upper()}{one.named[1:]} has {said} already.")


def _judged(found: Appraised, used: Tool) -> dict[str, Any]:
    return {
        "tool": used.name,
        "tool_title": used.title,
        "domains": {
            domain: {
                "proposed": one["proposed"].value if one["proposed"] else None,
                "judgement": one["judgement"].value if one["judgement"] else None,
                "reason": one["reason"],
            }
            for domain, one in found.domains.items()
        },
        "proposed": found.proposed.value,
        "overall": found.overall.value,
        "overall_words": used.level(found.overall),
        "rule": used.overall.text,
    }
