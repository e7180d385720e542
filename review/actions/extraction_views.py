"""What is seen of one study's extraction: its cells with who and where, or two forms compared."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.extraction_case import compared, labels, standing, talked_over
from review.actions.extraction_queue import seen_stand
from review.actions.quotes import unfound
from review.errors import BadInput, Refused
from review.extraction.faults import where
from review.extraction.missing import missing
from review.extraction.plausible import doubts
from review.extraction.provenance import Told, derived, in_words, told
from review.extraction.settled_form import origins, read_choices, shown
from review.extraction.settling import Extracted, Stand
from review.protocol import Protocol
from review.screening.blinding import blind_to_forms
from review.store import extractions, ledger, settlements, studies as stored
from review.store.engine import Database
from review.store.people import protocol
from review.vocab import Role


def extraction(db: Database, who: Caller, study: int) -> dict[str, Any]:
    """Return what a study's extraction says, as the caller hears it, cell by cell.

    {study, label, stand, round, extraction, how, extracted, settled_by, at, checked, form, cells,
    derived, warnings, missing, reopened, mine, asked}. A cell has its value, source, who extracted
    and checked it, when, and `agreed`: both, A, B, new, or not checked. `extraction` is None
    where nothing speaks to the caller yet.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the extractions"))
        _, content = protocol(conn)
        now = standing(conn, content, study)
        row = stored.studies(conn, id=study)[0]
        blind = blind_to_forms(viewer.id, roles=viewer.roles)
        heard = extractions.extractions(conn, [study], viewer=viewer.id, blind=blind).get(study)
        found: dict[str, Any] = {
            "study": study,
            "label": row.label,
            "stand": seen_stand(now, viewer),
            "round": now.round,
            "asked": viewer.id in settlements.discussions(conn, study, now),
            "reopened": [
                {"at": one.at.isoformat(), "by": one.name, "why": one.why}
                for one in settlements.reopenings(conn, study)
            ],
        }
        if heard is None:
            return found | {
                "extraction": None,
                "form": None,
                "cells": [],
                "checked": False,
                "mine": False,
            }
        found |= _spoken(conn, content, now, heard, viewer)
    return found


def _spoken(
    conn: sa.Connection, content: Protocol, now: Extracted, heard: Any, viewer: Viewer
) -> dict[str, Any]:
    form, definition, book = heard.form, content.form, content.codebook
    checked = heard.id == now.settled
    one = settlements.settlement(conn, heard.id)
    givers = [heard.id] if one is None else [one.first_id, one.second_id]
    if one is None and checked and now.how == "agreed":
        givers = sorted(now.own.values())
    rows = settlements.rows(conn, givers)
    # who gave which form is blind to an adjudicator until it is settled
    masked = not checked and viewer.id is not None and viewer.id not in now.own
    called = labels(now, study=heard.study_id, seed=ledger.seed(conn))
    given = [
        {
            "by": called.get(rows[id_].member_id, "") if masked else rows[id_].name or "",
            "at": rows[id_].at.isoformat(),
        }
        for id_ in givers
    ]
    how = _how_agreed(conn, content, now, one, heard.study_id) if one is not None else {}
    common = {
        "extracted_by": [entry["by"] for entry in given[:1]],
        "checked_by": [entry["by"] for entry in given[1:]] if checked else [],
        "at": heard.at.isoformat(),
    }
    otherwise = now.how if checked and one is None else "both" if checked else "not checked"
    otherwise = {"agreed": "both"}.get(otherwise, otherwise)
    cells = [
        cell.shown() | common | {"agreed": otherwise, "why": ""} | _choice_of(cell, how)
        for cell in told(form, definition=definition, codebook=book)
    ]
    return {
        "extraction": heard.id,
        "checked": checked,
        "mine": viewer.id is not None and now.own.get(viewer.id) == heard.id,
        "how": one.kind.value if one is not None else now.how if checked else "",
        "extracted": given,
        "settled_by": one.name if one is not None else None,
        "at": heard.at.isoformat(),
        "form": form,
        "cells": cells,
        "derived": list(derived(form, definition=definition)),
        "warnings": [
            fault.shown()
            for fault in (*doubts(form, definition, book), *unfound(conn, heard.study_id, form))
            if fault.warning
        ],
        "missing": [fault.shown() for fault in missing(form, definition=definition, codebook=book)],
    }


def _how_agreed(
    conn: sa.Connection, content: Protocol, now: Extracted, one: Any, study: int
) -> dict[str, Any]:
    """For each row of the settled form its place in the comparison, and the choices by cell."""
    try:
        choices = read_choices(one.choices)
        comparison = compared(conn, content, now, study)
        places = origins(comparison, choices)
    except (BadInput, Refused):  # a whole form, or a codebook that has changed since
        return {"whole": one.kind.value}
    return {"places": places, "choices": {choice.cell: choice for choice in choices}}


def _choice_of(cell: Told, how: Mapping[str, Any]) -> dict[str, Any]:
    """How a cell of the settled form was agreed: what it took, and why."""
    if "whole" in how:
        return {"agreed": how["whole"]}
    place = how.get("places", {}).get(cell.place[:-1])
    if place is None:
        return {}
    choice = how["choices"].get(where((*place, cell.place[-1]))) or how["choices"].get(where(place))
    return {"agreed": choice.takes, "why": choice.why} if choice else {}


def compare_extractions(db: Database, who: Caller, study: int) -> dict[str, Any]:
    """Return A's and B's form side by side: {study, label, stand, names, cells, differences}.

    A cell has its address (`cell`), section, row, label, A, B, equal, and which side misses the
    row. Who is who (`names`) is told once the study is settled. Refused to whoever is blind to
    the forms: its extractors until both asked to talk them over, and others who could extract.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="compare extractions"))
        _, content = protocol(conn)
        now = standing(conn, content, study)
        label = stored.studies(conn, id=study)[0].label
        may_see(conn, now, viewer, study)
        comparison = compared(conn, content, now, study)
        told_ = {
            m: words for m, words in settlements.discussions(conn, study, now).items() if words
        }
        called = labels(now, study=study, seed=ledger.seed(conn))
        open_ = now.stand is Stand.SETTLED or viewer.id is None or viewer.id in now.own
        names = settlements.names(conn)
    cells = [shown(cell) for cell in comparison.cells]
    return {
        "study": study,
        "label": label,
        "stand": now.stand.value,
        "names": {called[m]: names[m] for m in now.own} if open_ else {},
        "own": called.get(viewer.id) if viewer.id else None,
        "cells": cells,
        "differences": [cell for cell in cells if not cell["equal"]],
        "proposals": {called[member]: words for member, words in told_.items()} if open_ else {},
    }


def may_see(conn: sa.Connection, now: Extracted, viewer: Viewer, study: int) -> None:
    """Refuse to show unsettled forms to who is blind to them.

    An adjudicator who extracted neither may see them, for this is what settling is; so may the
    two once both asked to talk them over.
    """
    if now.stand is Stand.SETTLED or not blind_to_forms(viewer.id, roles=viewer.roles):
        return
    if viewer.id in now.own:
        if talked_over(conn, now, study):
            return
    elif Role.ADJUDICATOR in viewer.roles and now.pair:
        return
    raise Refused(
        f"Study {study} is not settled, and you are blind to what others extracted of it."
    )


def source_in_words(source: Mapping[str, Any]) -> str:
    """Return where a cell was read as one line: page 4, table 2, the quote."""
    return in_words(source)
