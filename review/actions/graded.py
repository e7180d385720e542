"""A body of evidence under grading, as one member may see it: its facts, and what was graded."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.actions.evidence import effect_rows
from review.errors import BadInput, NotFound
from review.extraction.judged_by_two import Amount, Judged
from review.extraction.tool_choice import is_animal
from review.protocol import Protocol
from review.protocol.codebook import nearest
from review.screening.blinding import blind_to_forms
from review.store import extractions, grading, people
from review.store.grading import Graded, Key
from review.store.people import Member
from review.synthesis.axes import DOMAIN, axis
from review.synthesis.certainty import (
    FACTORS,
    NOT_GRADED,
    SYMBOLS,
    WORDS,
    digest,
    direction,
    proposals,
)
from review.synthesis.grouping import Item, items, name, where_of
from review.synthesis.vote_groups import By, VoteGroup, vote_groups
from review.vocab import Certainty, Role

GRADERS = (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)
SETTLERS = (Role.OWNER, Role.ADJUDICATOR)


@dataclass(frozen=True, slots=True)
class Body:
    """The groups of evidence that a member sees, what was graded of them, and their sizes.

    A grading that rests on what the member does not see yet is as if it had not been given.
    """

    member: Member | None
    protocol: Protocol
    version: int
    groups: dict[Key, VoteGroup]
    graded: dict[Key, Graded]
    tools: dict[int, str]
    sizes: dict[int, float]


def evidence_found(
    conn: sa.Connection,
    member: Member | None,
    *,
    where: str | None = None,
    by: By = "domain",
    everything: bool = False,
) -> Body:
    """Return the groups of the effects that match, as a member sees them, and their gradings."""
    version, content = people.protocol(conn)
    viewer = Viewer.of(member)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    rows = effect_rows(conn, member, where=where, everything=everything)
    heard = extractions.extractions(conn, None, viewer=viewer.id, blind=blind)
    main = {study: row.main for study, row in heard.items() if row.main}
    groups = vote_groups(items(rows, content.codebook, main), by=by)
    return Body(
        member=member,
        protocol=content,
        version=version,
        groups={
            (g.domain, g.contrast, g.population): g
            for g in sorted(groups, key=lambda g: _place(content, g))
            if g.domain and g.contrast
        },
        graded=grading.graded(
            conn,
            graders=content.appraisal.graders,
            viewer=viewer.id,
            unseen=grading.unheard(conn, viewer.id) if blind else frozenset(),
        ),
        tools=grading.tools(conn),
        sizes={row["id"]: max(row["measures"].get("n") or (0,)) for row in rows},
    )


def _place(content: Protocol, group: VoteGroup) -> tuple[Any, ...]:
    """People before animals, contrasts and outcomes in the order of the codebook."""
    order = {t.code: i for i, t in enumerate(t for f in content.codebook.facets for t in f.terms)}
    outcomes = [order.get(code, len(order)) for code in group.outcomes]
    return (
        order.get(group.population, len(order)),
        order.get(group.contrast, len(order)),
        min(outcomes, default=0),
    )


def asked_for(
    conn: sa.Connection, member: Member | None, outcome: str, contrast: str, population: str
) -> tuple[Body, Key]:
    """The group that a person names, by codes, labels or the last parts of codes."""
    _, content = people.protocol(conn)
    book = content.codebook
    facets = {facet.id for facet in book.facets}
    term = book.find(contrast, facet="contrast" if "contrast" in facets else None)
    where = book.find(population, facet="population" if "population" in facets else None)
    domains = {t.domain for f in book.facets for t in f.terms if t.domain}
    wanted = outcome.strip().casefold().replace(" ", "_")
    if domains:
        called = {axis(book, DOMAIN).name(one).casefold(): one for one in domains}
        wanted = called.get(outcome.strip().casefold(), wanted)
    by: By = "domain" if wanted in domains else "outcome"
    name_ = wanted
    if by == "outcome":
        try:
            name_ = book.find(outcome, facet="outcome" if "outcome" in facets else None).code
        except BadInput as fault:
            hint = nearest(wanted, domains)
            raise BadInput(f"{str(fault).rstrip('.')}, nor a domain{hint}.") from None
    found = evidence_found(conn, member, by=by)
    joined = where_of(contrast=term.code)
    keys = [
        key
        for key in found.groups
        if key[0] == name_ and key[2] == where.code and where_of(contrast=key[1]) == joined
    ] or [
        key
        for key in found.groups
        if key[0] == name_ and key[2] == where.code and f"{key[1]}." in f"{term.code}."
    ]
    if not keys:
        raise NotFound(
            f"There is no evidence on {name(book, name_)} in {where.label}, {term.label}, to grade."
        )
    return found, keys[0]


def in_animals(found: Body, key: Key) -> bool:
    """Return whether a group is evidence from animals."""
    return is_animal(found.protocol.codebook, key[2])


def sees(member: Member | None, now: Judged, protocol: Protocol) -> bool:
    """Whether a member may see gradings that are not settled: not who graded, or still could."""
    if member is None or now.settled:
        return True
    if member.id in now.judges:
        return False
    if now.amount is Amount.CONFLICT:
        return not member.roles.isdisjoint(SETTLERS)
    return False


def group_row(key: Key, group: VoteGroup, found: Body, whole: Body) -> dict[str, Any]:
    """Return a group as a row of the summary; `whole` is the evidence without an expression."""
    book = found.protocol.codebook
    graded = whole.graded.get(key)
    row = graded.row if graded else None
    tally = group.tally
    proposed = proposals(group, animal=in_animals(found, key))
    spoken = grading_document(row) if row is not None else {}
    return {
        "outcome": key[0],
        "outcome_label": _label(found.protocol, key[0]),
        "outcomes": [name(book, code) for code in group.outcomes],
        "contrast": key[1],
        "contrast_label": name(book, key[1]),
        "population": key[2],
        "population_label": name(book, key[2]),
        "where": where_of(population=key[2], contrast=key[1], outcomes=group.outcomes),
        "studies": len(group.studies),
        "study_ids": list(group.studies),
        "families": len(group.families),
        **_participants(group, found.sizes, "animals" if in_animals(found, key) else "people"),
        "worse": tally.worse,
        "better": tally.better,
        "none": tally.none,
        "conflicting": tally.conflicting,
        "ambiguous": tally.ambiguous,
        "direction": direction(group),
        "n": tally.n,
        "left_out": tally.left_out,
        "proportion": tally.proportion,
        "interval": list(tally.interval) if tally.interval else None,
        "p": tally.p,
        "graded": row is not None,
        "certainty": spoken.get("certainty"),
        "certainty_words": spoken.get("certainty_words", NOT_GRADED),
        "symbols": spoken.get("symbols", ""),
        "reasons": spoken.get("reasons", []),
        "judgements": spoken.get("judgements"),
        "state": _state(graded, found),
        "changed": _changed(row, whole.groups.get(key)) if row is not None else "",
        "part": _part(group, whole.groups.get(key)) if row is not None else "",
        "proposed": {
            factor: {"steps": one.steps, "words": one.words} for factor, one in proposed.items()
        },
    }


def _state(graded: Graded | None, found: Body) -> str:
    """What the gradings amount to, as a member may know it."""
    member = found.member
    if graded is None:
        return Amount.TO_DO.value
    now = graded.now
    if member is None or now.settled:
        return now.amount.value
    if member.id in now.judges:
        return "waiting"
    settles = now.amount is Amount.CONFLICT and not member.roles.isdisjoint(SETTLERS)
    return now.amount.value if settles else Amount.TO_DO.value


def _changed(row: sa.Row[Any], group: VoteGroup | None) -> str:
    """How the evidence has changed since a grading, in one sentence; empty where it has not."""
    now: tuple[Item, ...] = group.items if group else ()
    if digest(now) == row.digest:
        return ""
    was, is_ = set(row.effects), {item.id for item in now}
    parts = [f"{len(is_ - was)} effects new"] if is_ - was else []
    parts += [f"{len(was - is_)} gone"] if was - is_ else []
    said = ", ".join(parts) or "what they say, or their risk of bias, is another"
    return f"The evidence has changed since it was graded ({said}): grade it again."


def _part(group: VoteGroup, whole: VoteGroup | None) -> str:
    """A sentence where a row shows only some of the effects that were graded together."""
    total = len(whole.items) if whole else 0
    if len(group.items) >= total:
        return ""
    return f"Graded for all {total} effects of this group, of which {len(group.items)} match."


def grading_document(row: sa.Row[Any]) -> dict[str, Any]:
    """Return a stored grading as a document, without whose it is."""
    level: Certainty = row.certainty
    return {
        "certainty": level.value,
        "certainty_words": WORDS[level],
        "symbols": SYMBOLS[level],
        "start": row.start.value,
        "start_reason": row.start_reason,
        "judgements": {factor: dict(row.judgements[factor]) for factor in FACTORS},
        "reasons": [
            f"{FACTORS[factor]} {one['steps']:+d}: {one['reason']}"
            for factor in FACTORS
            if (one := row.judgements[factor])["steps"]
        ],
        "settled_by": row.kind.value if row.kind else None,
        "at": row.at.isoformat(),
    }


def _participants(group: VoteGroup, sizes: dict[int, float], unit: str) -> dict[str, Any]:
    """How many people or animals the families of a group hold: of each the effect with the most."""
    of_family = [
        max((sizes.get(effect, 0) for effect in family.effects), default=0)
        for family in group.families
    ]
    known = [int(size) for size in of_family if size]
    return {
        "participants": sum(known) if known else None,
        "participants_known": len(known),
        "unit": unit,
    }


def _label(content: Protocol, key: str) -> str:
    """What an outcome is called, or a domain as pictures write it."""
    term = content.codebook.get(key)
    return term.label if term is not None else axis(content.codebook, DOMAIN).name(key)
