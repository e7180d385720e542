"""What a tag may be put on, as people name it: a report, study, arm or effect."""

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.errors import BadInput, NotFound
from review.protocol import Codebook
from review.screening.blinding import blind_to_forms
from review.store import duplicates, evidence, extractions, fulltext
from review.store.tables import ArmRow, EffectRow
from review.store.tables.base import table_of
from review.vocab import Level

_KINDS = {"": Level.REPORT, "record": Level.REPORT} | {level.value: level for level in Level}


def target_named(text: str) -> tuple[Level, int]:
    """Return level and number of "record:12" (or "12"), "study:3", "arm:4", "effect:5"."""
    kind, _, number = str(text).strip().rpartition(":")
    if kind.lower() not in _KINDS or not (number.isdecimal() and len(number) < 10):
        raise BadInput(f"'{text}' is no target; write record:12, study:3, arm:4 or effect:5.")
    return _KINDS[kind.lower()], int(number)


def name_of(level: Level, id: int) -> str:
    """Return how a target is written: record:12, study:3, arm:4, effect:5."""
    return f"{'record' if level is Level.REPORT else level.value}:{id}"


def known(conn: sa.Connection, level: Level, id: int) -> int:
    """Return the number that tags go to: the kept record of a report, else the target itself."""
    found = (
        duplicates.kept_of(conn, id)
        if level is Level.REPORT
        else evidence.target_study(conn, level, id) and id
    )
    if not found:
        raise NotFound(f"There is no {name_of(level, id).replace(':', ' ')}.")
    return found


def study_of(conn: sa.Connection, level: Level, id: int) -> int | None:
    """Return the study whose evidence a tag on a target speaks of, or None."""
    if level is not Level.REPORT:
        return evidence.target_study(conn, level, id)
    return fulltext.study_of(conn, duplicates.clusters_of(conn, [id])[id])


def whole_of(conn: sa.Connection, study: int, viewer: Viewer) -> list[tuple[Level, int]]:
    """Return a study and everything of it that is tagged: its reports, arms and effects.

    Arms and effects are those of the form that the viewer hears.
    """
    link = evidence.links([study])
    kept = sorted(set(conn.scalars(sa.select(link.c.kept_id))))
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    heard = extractions.heard(viewer.id, blind=blind)
    found = [(Level.STUDY, study), *((Level.REPORT, one) for one in kept)]
    for level, kind in ((Level.ARM, ArmRow), (Level.EFFECT, EffectRow)):
        table = table_of(kind)
        query = sa.select(table.c.id).where(
            table.c.study_id == study, table.c.extraction_id.in_(heard)
        )
        found += [(level, one) for one in conn.scalars(query.order_by(table.c.id))]
    return found


def effect_called(terms: dict[str, list[str]], book: Codebook) -> str:
    """Return an effect in a few words: outcome, direction, muscle, as far as it has them."""
    said = []
    spoken = book.spoken(terms)
    for facet in ("outcome", "direction", "muscle", "contrast"):
        for code in spoken.get(facet, ())[:2]:
            term = book.get(code)
            said.append(term.label if term else code)
    return ", ".join(said)
