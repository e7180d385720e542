"""A study under appraisal, as one member may see it: its standing, its tool, who said what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.errors import BadInput, NotFound, Refused
from review.extraction.judged_by_two import Amount, Judged
from review.extraction.tool_choice import Fitting, fitting
from review.protocol import Protocol
from review.protocol.codebook import nearest
from review.protocol.tools import tool_named
from review.screening.blinding import blind_to_forms
from review.store import appraisal, fulltext
from review.store.people import Member
from review.vocab import Risk, Role

ASSESSORS = (Role.REVIEWER, Role.EXTRACTOR)
SETTLERS = (Role.ADJUDICATOR,)
NOTHING = Judged(amount=Amount.TO_DO, judges=(), latest=())


def may_see(viewer: Viewer, judged: Judged) -> bool:
    """Whether a viewer may know what others judged, and what the judgements amount to.

    Not settled, only whoever oversees it without being able to take part, or settles it as a
    third person; who could judge too stays blind to it.
    """
    if viewer.id is None or judged.settled:
        return True
    if viewer.id in judged.judges:
        return False
    if judged.amount is Amount.CONFLICT and not viewer.roles.isdisjoint(SETTLERS):
        return True
    oversees = not viewer.roles.isdisjoint((Role.OWNER, Role.ADJUDICATOR))
    return oversees and not blind_to_forms(viewer.id, roles=viewer.roles)


def visible(viewer: Viewer, judged: Judged) -> str:
    """What a viewer is told that judgements amount to: to-do, waiting, or what it is."""
    if may_see(viewer, judged):
        return judged.amount.value
    return "waiting" if viewer.id in judged.judges else Amount.TO_DO.value


def study_numbered(conn: sa.Connection, study: int | str) -> sa.Row[Any]:
    """Return a study by its number ("12", "study:12") or its exact name; NotFound if there is none.

    BadInput where several are called so.
    """
    text = str(study).strip()
    number = text.lower().removeprefix("study:").strip()
    if number.isascii() and number.isdigit() and len(number) < 10:
        found = fulltext.studies(conn, id=int(number))
        if not found:
            raise NotFound(f"There is no study {number}.")
        return found[0]
    every = fulltext.studies(conn)
    called = [row for row in every if row.label.casefold() == text.casefold()]
    if len(called) > 1:
        numbers = ", ".join(str(row.id) for row in called)
        raise BadInput(f"Several studies are called '{text}'; give the number: {numbers}.")
    if not called:
        hint = nearest(text, [row.label for row in every])
        raise NotFound(f"There is no study '{text}'{hint}; name it by its number.")
    return called[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A study to appraise: what was said of it so far, and the tool it calls for."""

    id: int
    label: str
    protocol: Protocol
    judged: Judged
    fitting: Fitting

    @property
    def named(self) -> str:
        """How a sentence names it."""
        return f"study {self.id} ({self.label})"

    def own(self, conn: sa.Connection, member: Member | None) -> sa.Row[Any] | None:
        """The member's latest appraisal of it."""
        if member is None:
            return None
        rows = appraisal.given(conn, [self.id]).get(self.id, [])
        return next((row for row in reversed(rows) if row.member_id == member.id), None)


def subject(conn: sa.Connection, protocol: Protocol, study: int | str, viewer: Viewer) -> Subject:
    """Return one study to appraise; the tool it calls for follows from terms the viewer may see."""
    row = study_numbered(conn, study)
    codes = _codes(conn, protocol, [row.id], viewer)
    return Subject(
        id=row.id,
        label=row.label,
        protocol=protocol,
        judged=appraisal.standings(conn, protocol, [row.id]).get(row.id, NOTHING),
        fitting=fitting(protocol, codes[row.id]),
    )


def subjects(
    conn: sa.Connection, protocol: Protocol, viewer: Viewer, *, everything: bool = False
) -> list[Subject]:
    """Return every study to appraise, in order of name: those included, or all that there are."""
    chosen = None if everything else appraisal.included(conn)
    rows = [row for row in fulltext.studies(conn) if chosen is None or row.id in chosen]
    codes = _codes(conn, protocol, [row.id for row in rows], viewer)
    judged = appraisal.standings(conn, protocol)
    kept = {row.id for row in rows}
    if chosen is not None:  # what was appraised stays listed, whatever became of its reports
        more = [row for row in fulltext.studies(conn) if row.id in judged and row.id not in kept]
        rows += more
        codes |= _codes(conn, protocol, [row.id for row in more], viewer)
    return [
        Subject(
            id=row.id,
            label=row.label,
            protocol=protocol,
            judged=judged.get(row.id, NOTHING),
            fitting=fitting(protocol, codes[row.id]),
        )
        for row in sorted(rows, key=lambda row: (row.label.casefold(), row.id))
    ]


def _codes(
    conn: sa.Connection, protocol: Protocol, studies: list[int], viewer: Viewer
) -> dict[int, list[str]]:
    return appraisal.codes(
        conn,
        protocol.codebook,
        studies,
        viewer=viewer.id,
        blind=blind_to_forms(viewer.id, roles=viewer.roles),
    )


def document(row: sa.Row[Any], protocol: Protocol) -> dict[str, Any]:
    """Return a stored appraisal or settlement as a document, without whose it is."""
    tool = tool_named(row.tool, protocol.appraisal.own_tools)
    return {
        "tool": row.tool,
        "tool_title": tool.title,
        "tool_reason": row.tool_reason,
        "answers": {item: dict(one) for item, one in row.answers.items()},
        "domains": {domain: dict(one) for domain, one in row.domains.items()},
        "proposed": row.proposed.value,
        "overall": row.overall.value,
        "overall_words": tool.level(row.overall),
        "reason": row.reason,
        "at": row.at.isoformat(),
    }


def columns_of(found: Mapping[str, Any], tool: str, version: int) -> dict[str, Any]:
    """Return the values of the columns that an appraisal and a settlement share."""
    return {
        "tool": tool,
        "answers": found["answers"],
        "domains": {
            domain: {key: one.value if isinstance(one, Risk) else one for key, one in said.items()}
            for domain, said in found["domains"].items()
        },
        "proposed": found["proposed"],
        "overall": found["overall"],
        "reason": found["reason"],
        "protocol_version": version,
    }


def refuse_tools_in_use(conn: sa.Connection, old: Protocol, new: Protocol) -> None:
    """Refuse to change, drop or cover a tool that a study was appraised with by one of its own.

    What was answered could no longer be read; the same tool under a new name can be added.
    """
    was, is_ = ({t.name: t for t in one.appraisal.own_tools} for one in (old, new))
    changed = {name for name in was | is_ if was.get(name) != is_.get(name)}
    if not changed:
        return
    for study, rows in appraisal.given(conn).items():
        for row in rows:
            if row.tool in changed:
                raise Refused(
                    f"Study {study} was appraised with the tool '{row.tool}', so what that name "
                    "stands for cannot change; add the tool under another name."
                )
