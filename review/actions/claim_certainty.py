"""How sure the review is of what a claim rests on: the gradings of its outcomes, if any."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.protocol import Protocol
from review.screening.blinding import blind_to_forms
from review.store import grading
from review.store.people import Member
from review.synthesis.certainty import NOT_GRADED, SYMBOLS, WORDS
from review.synthesis.claim_votes import Group
from review.synthesis.evidence import label
from review.synthesis.grouping import JOINED


@dataclass(frozen=True, slots=True)
class Grade:
    """The certainty of one outcome (a term, or a domain) in one contrast and population."""

    outcome: str
    contrast: str
    population: str
    words: str
    symbols: str


def grades(conn: sa.Connection, member: Member | None, content: Protocol) -> list[Grade]:
    """Return every grading that speaks, as if none rested on what the member may not see."""
    viewer = Viewer.of(member)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    given = grading.graded(
        conn,
        graders=content.appraisal.graders,
        viewer=viewer.id,
        unseen=grading.unheard(conn, viewer.id) if blind else frozenset(),
    )
    return [
        Grade(*key, words=WORDS[one.row.certainty], symbols=SYMBOLS[one.row.certainty])
        for key, one in given.items()
        if one.row is not None
    ]


def certainty_of(group: Group, given: Iterable[Grade], content: Protocol) -> dict[str, Any]:
    """Return {sentence, graded, outcomes} of a claim's group: each outcome that speaks, graded
    or not; a body of evidence is the outcome's own, or its domain's, in the group's contrasts.
    """
    heard, speaking = group.heard, group.effects & ~group.said.get("silent", 0)
    bodies: dict[tuple[str, str], str] = {}
    for exact, some in heard.contrasts.items():
        if speaking & some:
            for code, effects in heard.outcomes.items():
                if speaking & some & effects:
                    bodies[code, JOINED.get(exact, exact)] = label(content.codebook, code)
    known = {
        (one.outcome, one.contrast): one for one in given if one.population == group.population
    }
    outcomes = []
    for (code, contrast), name in sorted(bodies.items()):
        term = content.codebook.get(code)
        grade = known.get((code, contrast)) or known.get(
            ((term.domain or "") if term else "", contrast)
        )
        outcomes.append(
            {
                "outcome": code,
                "label": name,
                "contrast": contrast,
                "certainty": grade.words if grade else NOT_GRADED,
                "symbols": grade.symbols if grade else "",
            }
        )
    return {
        "sentence": _sentence(outcomes),
        "graded": any(one["symbols"] for one in outcomes),
        "outcomes": outcomes,
    }


def _sentence(outcomes: list[dict[str, Any]]) -> str:
    said = {f"{one['certainty']} {one['symbols']}".strip() for one in outcomes}
    if not outcomes:
        return ""
    if len(said) == 1:
        found = said.pop()
        return found.lower() if found == NOT_GRADED else f"{found} certainty"
    return "; ".join(
        f"{one['label']}: {one['certainty'].lower()} {one['symbols']}".strip() for one in outcomes
    )
