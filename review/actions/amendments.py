"""How the protocol came to be what it is: its amendments, and the terms the team has marked."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.errors import BadInput, Refused
from review.protocol import Highlight, Protocol
from review.protocol.comparison import compare
from review.protocol.highlight import fault
from review.protocol.writing import listed, rewritten
from review.reporting.amendments import Amended, amendment_text
from review.screening.amendment import Effect, effect
from review.screening.standing import Standing
from review.store import amending, people, projection, screening
from review.store.engine import Database
from review.vocab import Role, Stage

MOST_TERMS = 500


def amendments(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every amendment, oldest first: what, when, who, why, what was screened again.

    `effects` by stage: n reports re-opened, how many are settled again, how many of those have
    another outcome. `text` is the paragraph for PRISMA 2020 item 24c.
    """
    with db.read() as conn:
        acting(conn, who, act="see the amendments")
        names = {member.id: member.name for member in people.members(conn)}
        chosen = amending.amendments(conn)
        rows = people.protocol_versions(conn)
        contents = {row["id"]: Protocol.model_validate(row["content"]) for row in rows}
        found = []
        for before, row in pairwise(rows):
            old, new = contents[before["id"]], contents[row["id"]]
            how = chosen.get(row["id"])
            effects = _effects(conn, how, old, row["at"]) if how is not None else {}
            sentences = [one.sentence for one in compare(old, new)]
            told = Amended(
                version=row["id"],
                day=row["at"].date().isoformat(),
                change=row["change"],
                note=row["note"],
                differences=sentences,
                effects=effects,
            )
            found.append(
                {
                    "version": row["id"],
                    "at": row["at"].isoformat(),
                    "by": names.get(row["member_id"]),
                    "change": row["change"].value,
                    "note": row["note"],
                    "criteria": list(how.criteria) if how is not None else [],
                    "differences": sentences,
                    "effects": {stage.value: _effect(effects.get(stage)) for stage in Stage},
                    "text": amendment_text(told),
                }
            )
    return found


def _effects(conn: sa.Connection, how: sa.Row[Any], old: Protocol, at: Any) -> dict[Stage, Effect]:
    """What screening again has come to by stage: outcomes just before the amendment, and now."""
    reopened = amending.reopened(conn, how)
    if not reopened:
        return {}
    past = projection.load(conn, until=at - timedelta(microseconds=1))
    report = {record: kept for kept, facts in past.items() for record in facts.records}
    reports = {(report[record], stage) for record, stage in reopened}
    stored = screening.standings(conn, {kept for kept, _ in reports})

    def now(kept: int, stage: Stage) -> Standing | None:
        row = stored.get(kept, {}).get(stage)
        return screening.as_standing(row) if row is not None else None

    return {
        stage: effect(
            (past[kept].standing(stage, old), now(kept, stage))
            for kept, at_stage in sorted(reports)
            if at_stage is stage
        )
        for stage in Stage
    }


def _effect(one: Effect | None) -> dict[str, int]:
    one = one or Effect(n=0, settled=0, included=0, excluded=0)
    return {
        "n": one.n,
        "settled": one.settled,
        "pending": one.pending,
        "changed": one.changed,
        "now_included": one.included,
        "now_excluded": one.excluded,
    }


def editable(db: Database, who: Caller) -> dict[str, list[str]]:
    """Return criteria, reasons by stage and terms as lines to edit: "CODE: words", or a term.

    Keys: include, exclude, reasons-<stage>, terms-include, terms-exclude (those in force, with
    what the team has marked since).
    """
    with db.read() as conn:
        acting(conn, who, act="see the protocol")
        _, content = people.protocol(conn)
        terms = terms_in_force(conn)
    return listed(content.model_copy(update={"highlight": terms}))


def edited(db: Database, who: Caller, lines: dict[str, list[str]]) -> str:
    """Return the protocol's YAML with `editable` lines as they are given, for `amend`.

    BadInput names a line that is not "CODE: words"; ProtocolError what no protocol may hold.
    """
    include, exclude = (_pairs(lines[part], part) for part in ("include", "exclude"))
    reasons = {stage: _pairs(lines[f"reasons-{stage.value}"], stage.value) for stage in Stage}
    with db.read() as conn:
        acting(conn, who, Role.OWNER, act="amend the protocol")
        text = people.protocol_versions(conn)[-1]["text"]
    terms = (tuple(lines["terms-include"]), tuple(lines["terms-exclude"]))
    return rewritten(
        text,
        include=include,
        exclude=exclude,
        reasons=reasons,
        highlight=terms,
    )


def _pairs(lines: list[str], part: str) -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(lines, start=1):
        code, colon, words = (piece.strip() for piece in line.partition(":"))
        if not (code and colon and words):
            raise BadInput(f"Line {number} of {part} is not CODE: words, but '{line[:80]}'.")
        found.append((code, words))
    return found


def terms_in_force(conn: sa.Connection) -> Highlight:
    """Return the terms that are marked: the protocol's, and what the team said of them since.

    A version that adds or drops a term, compared with the one before, overrules what members
    said of it earlier.
    """
    events: list[tuple[Any, int, bool, str, bool]] = []
    before = Highlight()
    for row in people.protocol_versions(conn):
        now = Highlight.model_validate(row["content"].get("highlight") or {})
        for include, was, is_ in (
            (True, before.include, now.include),
            (False, before.exclude, now.exclude),
        ):
            events += [(row["at"], 0, include, term, False) for term in was if term not in is_]
            events += [(row["at"], 0, include, term, True) for term in is_ if term not in was]
        before = now
    events += [
        (row.at, row.id, row.include, row.term, row.present) for row in amending.team_terms(conn)
    ]
    marked: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for _, _, include, term, present in sorted(events, key=lambda event: event[:2]):
        marked[include].pop(term, None)
        if present:
            marked[not include].pop(term, None)
            marked[include][term] = None
    return Highlight(include=tuple(marked[True]), exclude=tuple(marked[False]))


def highlight(db: Database, who: Caller) -> dict[str, list[str]]:
    """Return the terms marked while screening: {include, exclude}."""
    with db.read() as conn:
        acting(conn, who, act="see the terms")
        terms = terms_in_force(conn)
    return {"include": list(terms.include), "exclude": list(terms.exclude)}


def mark_term(
    db: Database, who: Caller, term: str, *, include: bool, remove: bool = False
) -> dict[str, list[str]]:
    """Have a term marked for inclusion (or exclusion), or no longer; for everybody, at once.

    Terms help reading and decide nothing, so every reviewer, adjudicator and owner may, without
    an amendment; the fact says who did. A term is a word, a phrase, `word*` or /an expression/.
    """
    text = " ".join(term.split()) if not term.strip().startswith("/") else term.strip()
    if not remove and (said := fault(text)):
        raise BadInput(f"The term {said}.")
    with writing(db, who) as write:
        roles = (Role.REVIEWER, Role.ADJUDICATOR, Role.OWNER)
        acting(write.conn, who, *roles, act="choose the terms that are marked")
        terms = terms_in_force(write.conn)
        some = terms.include if include else terms.exclude
        side = "inclusion" if include else "exclusion"
        if remove and text not in some:
            raise Refused(f"'{text}' is not marked for {side}.")
        if not remove and text in some:
            raise Refused(f"'{text}' is marked for {side} already.")
        if not remove and len(terms.include) + len(terms.exclude) >= MOST_TERMS:
            raise Refused(f"There are {MOST_TERMS} terms already; take one away first.")
        amending.say_term(write, text, include=include, present=not remove)
        terms = terms_in_force(write.conn)
    return {"include": list(terms.include), "exclude": list(terms.exclude)}
