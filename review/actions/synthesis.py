"""What the evidence amounts to without pooling, as the caller may see it: votes, contradictions."""

from typing import Any

from review.actions.caller import Caller, acting
from review.actions.certainty import certainty
from review.actions.codebook import codebook_versions
from review.actions.meta import meta
from review.actions.synthesised import items_seen, known
from review.errors import BadInput
from review.protocol import Codebook
from review.reporting import swim, synthesis_out
from review.reporting.matrix_documents import cell_document, tested_document
from review.reporting.synthesis_documents import (
    contradiction_document,
    discord_document,
    group_document,
    in_order,
    order_document,
    sensitivity_document,
)
from review.store import people
from review.store.engine import Database
from review.synthesis import contradictions as against
from review.synthesis.matrix import modifier_cells, units_of_analysis
from review.synthesis.pooling import candidates
from review.synthesis.sensitivity import check, sensitivity
from review.synthesis.vote_groups import VoteGroup, vote_groups

Document = dict[str, Any]
_BY = ("domain", "outcome")


def synthesis(
    db: Database,
    who: Caller,
    *,
    where: str | None = None,
    by: str = "domain",
    sensitivity: str | None = None,
    everything: bool = False,
    report: bool = True,
) -> Document:
    """Return the vote counts by direction: {where, by, groups, sensitivity, rules, swim}.

    One group a population, contrast and outcome `by` domain or outcome; each number has the
    studies behind it and an expression that picks them, and the certainty where it was graded.
    `sensitivity` (risk_of_bias, verified, settled, method, family, priority, retracted) gives each
    group counted again, side by side. `report` False leaves out the nine items of SWiM. Raises
    ExpressionError for `where`, BadInput for the others.
    """
    kind = check(sensitivity) if sensitivity else None
    known("by", by, _BY)
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        some = items_seen(conn, member, content, where, everything)
    groups = in_order(
        vote_groups(some, by="outcome" if by == "outcome" else "domain"), content.codebook
    )
    graded = _graded(db, who, where=where, by=by, everything=everything)
    nine: list[Document] = []
    if report:
        found = candidates(some, content.codebook)
        versions = codebook_versions(db, who)
        nine = swim.items_of(content, some, groups, found, graded=graded, versions=versions)
    return {
        "where": where,
        "by": by,
        "effects": len(some),
        "studies": len({item.study for item in some}),
        "families": len({item.family for item in some}),
        "groups": [
            _group(group, content.codebook, by, kind)
            | {"certainty": graded.get((group.domain, group.contrast, group.population))}
            for group in groups
        ],
        "sensitivity": kind,
        "rules": swim.RULES,
        "swim": nine,
    }


def _graded(db: Database, who: Caller, **asked: Any) -> dict[tuple[str, str, str], str]:
    """Return the certainty of each group that somebody graded, with its reasons, in words."""
    found = certainty(db, who, **asked)["groups"]
    return {
        (one["outcome"], one["contrast"], one["population"]): "; ".join(
            [one["certainty_words"], *(str(reason) for reason in one["reasons"])]
        )
        for one in found
        if one["graded"]
    }


def synthesis_file(db: Database, who: Caller, format: str = "md", **more: Any) -> bytes:
    """Return the synthesis as a file: md, docx, json or csv; `more` as for `synthesis`."""
    if format not in synthesis_out.FORMATS:
        known = ", ".join(synthesis_out.FORMATS)
        raise BadInput(f"'{format}' is no format of the synthesis; formats: {known}")
    found = synthesis(db, who, **more)
    pools = meta(db, who, where=more.get("where"), everything=bool(more.get("everything")))
    return synthesis_out.synthesis_out(found, pools, format)


def contradictions(
    db: Database, who: Caller, *, where: str | None = None, everything: bool = False
) -> Document:
    """Return where the evidence contradicts itself: {between, within, order}.

    `between`: outcomes on which studies disagree, with what differs; `within`: studies in which
    one outcome changed and another did not; `order`: stages of the cascade that come first in some
    studies and not in others. Raises ExpressionError.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        some = items_seen(conn, member, content, where, everything)
    codebook = content.codebook
    between = against.between_studies(some)
    within = against.within_studies(some)
    order = against.order_conflicts(some)
    return {
        "where": where,
        "between": [contradiction_document(one, codebook) for one in between],
        "within": [discord_document(one, codebook) for one in within],
        "order": [order_document(one, codebook) for one in order],
    }


def _group(group: VoteGroup, codebook: Codebook, by: str, kind: str | None) -> Document:
    document = group_document(group, codebook, by=by)
    if kind:
        document["sensitivity"] = sensitivity_document(sensitivity(group, kind), codebook)
    return document


def modifiers(
    db: Database, who: Caller, *, where: str | None = None, everything: bool = False
) -> Document:
    """Return what each modifier does to each outcome: {cells, modifiers, outcomes}.

    A cell has the arrow most families show, how many show which direction, their votes, and the
    expression that picks its effects; contrasts and populations apart. Raises ExpressionError.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        some = items_seen(conn, member, content, where, everything)
    cells = [cell_document(cell, content.codebook) for cell in modifier_cells(some)]
    return {"where": where, "cells": cells}


def units(
    db: Database, who: Caller, *, where: str | None = None, everything: bool = False
) -> Document:
    """Return what effects were tested over: {rows, naive}, n of people and n of motor units.

    `naive` counts rows in which motor units were tested as if they were people; those come first.
    Raises ExpressionError.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        some = items_seen(conn, member, content, where, everything)
    found = sorted(units_of_analysis(some), key=lambda one: not one.naive)
    return {
        "where": where,
        "rows": [tested_document(one, content.codebook) for one in found],
        "naive": sum(one.naive for one in found),
    }
