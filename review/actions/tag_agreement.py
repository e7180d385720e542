"""How well taggers agree, facet by facet."""

from typing import Any

import sqlalchemy as sa

from review.actions.agreement import measures_document
from review.actions.caller import Caller, Viewer, acting
from review.actions.tagging import TAGGERS, state_hidden_among
from review.errors import NotAllowed
from review.extraction.tag_agreement import TagAgreement, tag_agreement
from review.protocol import Codebook
from review.reporting.sheets import rows_csv
from review.screening.agreement import MEASURES
from review.screening.blinding import sees_unsettled
from review.screening.coefficients import METHODS
from review.store import people, tags as stored
from review.store.engine import Database
from review.vocab import Level, Role

_PAIR = 2


def agreement_on_tags(db: Database, who: Caller, *, terms: bool = False) -> list[dict[str, Any]]:
    """Return agreement of taggers by level, facet and pair, each with n and intervals.

    A facet's answers are compared as whole sets of terms; `terms` adds each term, put or not.
    First rounds only, as each had tagged when done. Who could tag sees it over settled targets
    alone: over an unsettled one it would give the other's tags away. Owners and adjudicators see
    all; NotAllowed for who takes no part.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see agreement"))
        if not viewer.roles & set(TAGGERS):
            raise NotAllowed("Agreement is shown to those who tag, and to owners and adjudicators.")
        _, content = people.protocol(conn)
        book = content.codebook
        names = {member.id: member.name for member in people.members(conn)}
        labels = {facet.id: facet.label for facet in book.facets}
        said = {level: _compared(conn, level, book, viewer) for level in Level}
    found = tag_agreement(said, book, terms=terms)
    return [_document(one, book, names, labels) for one in found]


def _compared(
    conn: sa.Connection, level: Level, book: Codebook, viewer: Viewer
) -> list[dict[int, tuple[str, ...]]]:
    now = stored.standings(conn, level, None, book)
    hidden = state_hidden_among(conn, viewer, level, now)
    # an extractor sees it as a reviewer does, over what is settled
    open_ = sees_unsettled(viewer.id, roles=viewer.roles - {Role.EXTRACTOR})
    found = []
    for target, said in stored.first_rounds(conn, level, book).items():
        if len(said) < _PAIR or target not in now or target in hidden:
            continue
        if open_ or now[target].settled:
            found.append(dict(list(said.items())[:_PAIR]))
    return found


def _document(
    one: TagAgreement, book: Codebook, names: dict[int, str], labels: dict[str, str]
) -> dict[str, Any]:
    term = book.get(one.term)
    return {
        "level": one.level.value,
        "facet": one.facet,
        "label": labels[one.facet],
        "term": one.term or None,
        "term_label": term.label if term else None,
        "taggers": [names[id_] for id_ in one.pair],
        "pooled": not one.pair,
        **measures_document(one.measures),
        "interval_methods": METHODS,
    }


def agreement_on_tags_file(db: Database, who: Caller, *, terms: bool = True) -> bytes:
    """Return agreement of taggers as CSV, a row a facet or term."""
    rows = []
    for one in agreement_on_tags(db, who, terms=terms):
        row = {name: one[name] for name in ("level", "facet", "term", "taggers", "pooled", "n")}
        for name in MEASURES:
            low, high = one[f"{name}_interval"] or (None, None)
            row |= {name: one[name], f"{name}_low": low, f"{name}_high": high}
        rows.append(row)
    columns = ["level", "facet", "term", "taggers", "pooled", "n"]
    columns += [f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")]
    return rows_csv(columns, rows).encode()
