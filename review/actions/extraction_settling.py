"""Settling where two forms of a study differ: by a third, or by the two in discussion."""

from collections.abc import Iterable
from typing import Any

from review.actions.caller import Caller, acting, person, writing
from review.actions.extraction_case import (
    EXTRACTORS,
    Case,
    add_settlement,
    case_of,
    compared,
    speak_again,
    store,
    talked_over,
)
from review.actions.quotes import unfound
from review.errors import BadInput, NotAllowed, Refused
from review.extraction.comparison import Comparison
from review.extraction.form import read_form
from review.extraction.settled_form import Choice, all_of, read_choices, settled
from review.extraction.settling import Stand
from review.store import drafts, settlements
from review.store.engine import Database
from review.store.people import Member, protocol
from review.store.tables import ExtractionDiscussionRow, ExtractionReopeningRow
from review.vocab import Draft, Role, Settling

_OPENERS = (Role.OWNER, Role.ADJUDICATOR)


def settle_extraction(
    db: Database,
    who: Caller,
    study: int,
    choices: Iterable[object] = (),
    *,
    rest: str | None = None,
) -> dict[str, Any]:
    """Settle where two forms of a study differ, and store the settled form.

    `choices` are {cell, takes: A | B | new, value, why}, one for each difference; `rest` (A or B)
    takes one side wherever no choice is given. An adjudicator who extracted neither settles at
    once; the two themselves, once both asked to talk it over, when both gave the same choices.
    Returns {study, settled, extraction, waits} with the warnings of the form.
    """
    with writing(db, who) as write:
        member = person(write.conn, who, *EXTRACTORS, act="settle extractions")
        _, content = protocol(write.conn)
        case = case_of(write, content, study)
        kind = _may_settle(case, member)
        comparison = compared(write.conn, content, case.now, study)
        made = _completed(comparison, read_choices(choices), rest)
        filled = read_form(
            settled(comparison, made), codebook=content.codebook, definition=content.form
        )
        said = [choice.shown() for choice in made]
        if kind is Settling.DISCUSSION and not _agreed(case, member, said):
            return {"study": study, "settled": False, "extraction": None, "waits": "the other"}
        stored = store(case, filled)
        add_settlement(case, stored["extraction"], kind, said)
        drafts.drop(write, member.id, study, Draft.SETTLE)
        speak_again(case)
        warnings = [*filled.warnings, *unfound(write.conn, study, filled.form)]
    return stored | {
        "settled": True,
        "waits": None,
        "warnings": [fault.shown() for fault in warnings],
    }


def discuss_extraction(db: Database, who: Caller, study: int) -> dict[str, Any]:
    """Ask to talk over where one's own form differs from the other's.

    Once both have asked, both see both forms, and neither can be changed any more. Returns
    {study, opened}.
    """
    with writing(db, who) as write:
        member = person(write.conn, who, *EXTRACTORS, act="talk extractions over")
        _, content = protocol(write.conn)
        case = case_of(write, content, study)
        if member.id not in case.now.own:
            raise Refused(f"{member.name} has given no form for study {study} to talk over.")
        if case.now.stand is Stand.SETTLED:
            raise Refused(f"Study {study} is settled; there is nothing to talk over.")
        if member.id not in settlements.discussions(write.conn, study, case.now):
            own = case.now.own[member.id]
            write.add(ExtractionDiscussionRow, study_id=study, extraction_id=own)
        opened = talked_over(write.conn, case.now, study)
    return {"study": study, "opened": opened}


def reopen_extraction(db: Database, who: Caller, study: int, *, why: str) -> dict[str, Any]:
    """Have a study extracted anew: what was given stays, and a new round begins blind to it."""
    if not why.strip():
        raise BadInput("Say why the study is extracted anew.")
    with writing(db, who) as write:
        acting(write.conn, who, *_OPENERS, act="open extractions again")
        _, content = protocol(write.conn)
        case = case_of(write, content, study)
        last = settlements.last(write.conn, study)
        if last is None or case.now.stand is Stand.NONE:
            raise Refused(f"Nothing has been extracted of study {study} in this round.")
        write.add(ExtractionReopeningRow, study_id=study, after_id=last, why=why.strip())
        after = speak_again(case)
    return {"study": study, "round": after.round}


def _may_settle(case: Case, member: Member) -> Settling:
    """How a member settles the differences; Refused if they may not."""
    now, study = case.now, case.study
    if member.id in now.own:
        if now.stand is Stand.SETTLED:
            raise Refused(f"Study {study} is settled.")
        if not talked_over(case.write.conn, now, study):
            raise Refused(
                f"Both extractors first ask to talk study {study} over: "
                f"'review extraction discuss {study} --as NAME'."
            )
        return Settling.DISCUSSION
    if Role.ADJUDICATOR not in member.roles:
        raise NotAllowed(
            f"{member.name} may not settle study {study}: that needs an adjudicator who did not "
            "extract it, or its two extractors in discussion."
        )
    return Settling.ADJUDICATION


def _completed(comparison: Comparison, choices: list[Choice], rest: str | None) -> list[Choice]:
    """The choices, with one side taken for every difference that has none."""
    if rest is None:
        return choices
    side = rest.strip().upper()
    if side not in ("A", "B"):
        raise BadInput(f"The rest takes A or B, not {rest!r}.")
    made = {choice.cell for choice in choices}
    others = all_of(comparison, "A" if side == "A" else "B")
    return [*choices, *(one for one in others if one.cell not in made)]


def _agreed(case: Case, member: Member, said: list[dict[str, Any]]) -> bool:
    """Keep what one of the two says they agreed on; True once the other has said the same."""
    own = case.now.own[member.id]
    case.write.add(ExtractionDiscussionRow, study_id=case.study, extraction_id=own, choices=said)
    words = settlements.discussions(case.write.conn, case.study, case.now)
    others = [choices for other, choices in words.items() if other != member.id]
    return all(choices is not None and _bare(choices) == _bare(said) for choices in others)


def _bare(choices: list[dict[str, Any]]) -> dict[str, Any]:
    """Choices without the words of why, which each may give in their own."""
    return {one["cell"]: (one["takes"], one.get("value")) for one in choices}
