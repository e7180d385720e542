"""What there is to tag, as the caller may know it: the queue of studies, and a study's parts."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.tag_comparison import BEGUN, TO_DO, WAITING, state_seen
from review.actions.tagging import state_hidden_among
from review.actions.targets import effect_called, known, name_of, whole_of
from review.extraction.tagging import Tagging, TagState
from review.protocol import Codebook
from review.store import evidence, fulltext, people, tags as stored
from review.store.engine import Database
from review.store.tables import ArmRow, EffectRow
from review.store.tables.base import table_of
from review.vocab import Level

_ORDER = (BEGUN, TagState.CONFLICT.value, TO_DO, TagState.OPEN.value, TagState.UNTAGGED.value,
          WAITING, TagState.SETTLED.value)  # fmt: skip


def tagging_queue(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every study with the state of its tags as the caller may know it, work first.

    {study, label, state, included}: begun, conflict (for who settles), to-do, waiting, settled.
    The states of a study's own tags; those of its reports, arms and effects are asked apart.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see what is to be tagged"))
        _, content = people.protocol(conn)
        now = stored.standings(conn, Level.STUDY, None, content.codebook)
        hidden = state_hidden_among(conn, viewer, Level.STUDY, now)
        included = set(conn.scalars(evidence.included_studies()))
        empty = stored.standing(conn, Level.STUDY, 0, content.codebook)
        found = []
        for row in fulltext.studies(conn):
            one = now.get(row.id, empty)
            found.append(
                {
                    "study": row.id,
                    "label": row.label,
                    "state": state_seen(one, viewer, hidden=row.id in hidden or one is empty),
                    "included": row.id in included,
                }
            )
    return sorted(
        found,
        key=lambda f: (_ORDER.index(f["state"]), not f["included"], f["label"].casefold()),
    )


def tag_targets(db: Database, who: Caller, study: int) -> list[dict[str, Any]]:
    """Return what of a study is tagged: itself, its reports, its arms and its effects.

    {target, level, label, state}; arms and effects are those of the form the caller hears.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see what is to be tagged"))
        _, content = people.protocol(conn)
        book = content.codebook
        some = whole_of(conn, known(conn, Level.STUDY, study), viewer)
        labels = _labels(conn, some, book)
        now, hidden = _standings(conn, viewer, some, book)
        empty = stored.standing(conn, Level.STUDY, 0, book)
        return [
            {
                "target": name_of(*one),
                "level": one[0].value,
                "label": labels[one],
                "state": state_seen(
                    now.get(one, empty), viewer, hidden=one in hidden or one not in now
                ),
            }
            for one in some
        ]


Targets = list[tuple[Level, int]]


def _standings(
    conn: sa.Connection, viewer: Viewer, some: Targets, book: Codebook
) -> tuple[dict[tuple[Level, int], Tagging], set[tuple[Level, int]]]:
    """What the tags on targets amount to, and on which of them others' are hidden."""
    now: dict[tuple[Level, int], Tagging] = {}
    hidden: set[tuple[Level, int]] = set()
    for level in Level:
        ids = [id_ for at, id_ in some if at is level]
        of_level = stored.standings(conn, level, ids, book)
        now |= {(level, id_): one for id_, one in of_level.items()}
        hidden |= {(level, id_) for id_ in state_hidden_among(conn, viewer, level, of_level)}
    return now, hidden


def _labels(conn: sa.Connection, some: Targets, book: Codebook) -> dict[tuple[Level, int], str]:
    found = {one: name_of(*one) for one in some}
    kept = [id_ for level, id_ in some if level is Level.REPORT]
    for id_, card in cards(conn, kept, None).items():
        found[Level.REPORT, id_] = card["title"] or "(no title)"
    arm, effect = table_of(ArmRow), table_of(EffectRow)
    ids = {level: [id_ for at, id_ in some if at is level] for level in Level}
    for id_, label in conn.execute(
        sa.select(arm.c.id, arm.c.label).where(arm.c.id.in_(ids[Level.ARM]))
    ):
        found[Level.ARM, id_] = label
    query = sa.select(effect.c.id, effect.c.terms).where(effect.c.id.in_(ids[Level.EFFECT]))
    for id_, terms in conn.execute(query):
        found[Level.EFFECT, id_] = effect_called(terms, book) or f"effect {id_}"
    for id_ in ids[Level.STUDY]:
        found[Level.STUDY, id_] = fulltext.studies(conn, id=id_)[0].label
    return found
