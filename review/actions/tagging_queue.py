"""What there is to tag, as the caller may know it: the queue of studies, and a study's parts."""

from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, Viewer, acting
from review.actions.cards import cards
from review.actions.dual_tagging import BEGUN, TO_DO, WAITING, state_seen
from review.actions.tagging import hidden_from
from review.actions.targets import effect_called, known, name_of, whole_of
from review.extraction.tagging import TagState
from review.protocol import Codebook
from review.store import evidence, fulltext, people
from review.store import tags as stored
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
        member = acting(conn, who, act="see what is to be tagged")
        viewer = Viewer.of(member)
        _, content = people.protocol(conn)
        now = stored.standings(conn, Level.STUDY, None, content.codebook)
        included = set(conn.scalars(evidence.included_studies()))
        empty = stored.standing(conn, Level.STUDY, 0, content.codebook)
        found = []
        for row in fulltext.studies(conn):
            one = now.get(row.id, empty)
            hidden = member is not None and hidden_from(conn, viewer, Level.STUDY, row.id, one)
            found.append(
                {
                    "study": row.id,
                    "label": row.label,
                    "state": state_seen(one, viewer, hidden=hidden or one is empty),
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
        found = []
        for level, id_ in some:
            now = stored.standing(conn, level, id_, book)
            hidden = hidden_from(conn, viewer, level, id_, now)
            found.append(
                {
                    "target": name_of(level, id_),
                    "level": level.value,
                    "label": labels[level, id_],
                    "state": state_seen(now, viewer, hidden=hidden or not now.taggers),
                }
            )
    return found


def _labels(
    conn: sa.Connection, some: list[tuple[Level, int]], book: Codebook
) -> dict[tuple[Level, int], str]:
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
