"""Which studies wait to be extracted or settled, and what is missing from each."""

from collections.abc import Iterable
from typing import Any

from review.actions.caller import Caller, Viewer, acting
from review.errors import NotFound
from review.extraction.missing import missing
from review.extraction.settling import Extracted, Stand
from review.screening.blinding import blind_to_forms
from review.store import drafts, evidence, extractions, fulltext, settlements, studies as stored
from review.store.engine import Database
from review.store.people import protocol
from review.vocab import Draft, Role

TO_DO, GIVEN, TAKEN = "to-do", "given", "taken"


def extraction_queue(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every study with how far its extraction is, what waits for the caller first.

    {study, label, reports, included, stand, waits, draft, round}: `waits` is fill, settle, agree
    or empty; `stand` is not-started, awaiting, differences or settled, and to a member who is
    blind to the others' forms to-do, given, taken (two others do it) or settled.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the extractions"))
        _, content = protocol(conn)
        known = extractions.standings(conn, content)
        included = set(conn.scalars(evidence.included_studies()))
        asked = settlements.asked(conn)
        saved = drafts.drafts(conn, viewer.id) if viewer.id else {}
        reports: dict[int, list[int]] = {}
        for record, study in fulltext.study_links(conn).items():
            reports.setdefault(study, []).append(record)
        found = []
        for row in stored.studies(conn):
            now = known.get(row.id, Extracted())
            draft = saved.get((row.id, Draft.FILL)) or saved.get((row.id, Draft.SETTLE))
            found.append(
                {
                    "study": row.id,
                    "label": row.label,
                    "reports": sorted(reports.get(row.id, [])),
                    "included": row.id in included,
                    "stand": seen_stand(now, viewer),
                    "waits": _waits(now, viewer, asked) if row.id in included else "",
                    "draft": draft.isoformat() if draft else None,
                    "round": now.round,
                }
            )
    # a settlement that waits comes before a form to fill: somebody did two forms for it
    order = {"agree": 0, "settle": 1, "fill": 2, "": 3}
    return sorted(found, key=lambda one: (order[one["waits"]], one["label"].casefold()))


def seen_stand(now: Extracted, viewer: Viewer) -> str:
    """Return the word for how far a study's extraction is that a viewer may see."""
    if now.stand is Stand.SETTLED or not blind_to_forms(viewer.id, roles=viewer.roles):
        return now.stand.value
    if viewer.id in now.own:
        return GIVEN
    return TAKEN if now.pair else TO_DO


def _waits(now: Extracted, viewer: Viewer, asked: set[tuple[int, int]]) -> str:
    if viewer.id is None or now.stand is Stand.SETTLED:
        return ""
    if viewer.id in now.own:
        both = now.pair and all(pair in asked for pair in now.own.items())
        return "agree" if both else ""
    if now.stand is Stand.DIFFERENT:
        return "settle" if Role.ADJUDICATOR in viewer.roles else ""
    return "fill" if {Role.EXTRACTOR, Role.REVIEWER} & viewer.roles else ""


def missing_extractions(
    db: Database, who: Caller, *, study: int | None = None
) -> list[dict[str, Any]]:
    """Return for each included study (or the one asked for) what its extraction lacks.

    {study, label, stand, missing}, `missing` being {where, cell, said}: cells, and what stands
    out (not extracted, no second extractor, differences not settled) as the caller may know it.
    """
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="see the extractions"))
        _, content = protocol(conn)
        blind = blind_to_forms(viewer.id, roles=viewer.roles)
        wanted = set(conn.scalars(evidence.included_studies())) if study is None else {study}
        names = {row.id: row.label for row in stored.studies(conn) if row.id in wanted}
        if study is not None and not names:
            raise NotFound(f"There is no study {study}.")
        known = extractions.standings(conn, content, sorted(names))
        heard = extractions.extractions(conn, sorted(names), viewer=viewer.id, blind=blind)
    found = []
    for id_ in sorted(names, key=lambda one: names[one].casefold()):
        now = known.get(id_, Extracted())
        lacks = list(_standing_out(now, viewer, content.extraction.extractors))
        if id_ in heard:
            lacks += [
                fault.shown()
                for fault in missing(
                    heard[id_].form, definition=content.form, codebook=content.codebook
                )
            ]
        found.append(
            {"study": id_, "label": names[id_], "stand": seen_stand(now, viewer), "missing": lacks}
        )
    return found


_SAID = {
    Stand.NONE.value: "nobody has extracted it",
    Stand.AWAITING.value: "the second extractor",
    Stand.DIFFERENT.value: "differences between the two forms are not settled",
    TO_DO: "your form",
    GIVEN: "it is not settled",
    TAKEN: "it is not settled",
}


def _standing_out(now: Extracted, viewer: Viewer, extractors: int) -> Iterable[dict[str, Any]]:
    said = _SAID.get(seen_stand(now, viewer))
    if said and not (extractors == 1 and now.settled):
        yield {"where": "study", "cell": [], "said": said}
