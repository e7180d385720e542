"""What a record looks like to the caller: one card for each report, blinded as the rule says."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.dedup import Row, notices as saying
from review.dedup.merge import compose
from review.ingest.record import Record
from review.screening.blinding import visible_state
from review.store import duplicates, notices, records, screening
from review.store.people import Member

_FIELDS = tuple(n for n in Record.__dataclass_fields__ if n not in ("accession", "extra"))
_LISTS = {"authors", "publication_types", "keywords", "mesh"}


def cards(
    conn: sa.Connection, ids: Sequence[int], viewer: Member | None, *, raw: bool = False
) -> dict[int, dict[str, Any]]:
    """Return a card for each kept record of `ids`; `raw` shows records as they came, any record.

    A card has the bibliographic fields (composed over the cluster unless raw), `sources` of the
    fields (field to record), `fetched` {pmid, at} where the abstract was fetched later (no record
    has one), `standing` by stage as the viewer may see it, `round` by stage, `cluster`, and flags:
    `retracted` if any record says so of its report; `notices` about it, each {kind, record,
    pmid, doi}, the record where it is here; `notice_of` the reports it is itself a notice about.
    """
    wanted = list(dict.fromkeys(ids))
    members = {i: [i] for i in wanted} if raw else duplicates.clusters_of(conn, wanted)
    entries = records.entries(conn, [r for some in members.values() for r in some])
    standings = screening.standings(conn, wanted)
    seen = Viewer.of(viewer)
    said = notices.known(conn)
    gone = notices.retracted_reports(conn, said)
    report = duplicates.together(conn, wanted) if raw and gone else {}
    found = {}
    for kept, some in members.items():
        found[kept] = _card(kept, [entries[record] for record in some])
        found[kept]["retracted"] = report.get(kept, kept) in gone
        found[kept] |= _notices(said, [entries[record] for record in some])
        found[kept]["standing"] = {
            stage.value: visible_state(seen.id, screening.as_standing(row), roles=seen.roles).value
            for stage, row in standings.get(kept, {}).items()
        }
        found[kept]["round"] = {
            stage.value: row.round for stage, row in standings.get(kept, {}).items()
        }
    if not raw:
        _fetched(conn, found)
    return {kept: found[kept] for kept in wanted if kept in found}


def _fetched(conn: sa.Connection, found: dict[int, dict[str, Any]]) -> None:
    """Put abstracts fetched later on the cards that have none."""
    bare = [card for card in found.values() if not (card["abstract"] or "").strip()]
    known = records.abstracts(conn, [record for card in bare for record in card["cluster"]])
    for card in bare:
        if row := next((known[record] for record in card["cluster"] if record in known), None):
            card["abstract"] = row.abstract
            card["fetched"] = {"pmid": row.pmid, "at": row.at.isoformat()}


def _card(kept: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    own = next(row for row in rows if row["id"] == kept)
    card = {name: own[name] for name in _FIELDS}
    sources: dict[str, int] = {}
    if len(rows) > 1:
        composed = compose([_row(row) for row in rows])
        for name, (value, source) in composed.items():
            if name in card:
                card[name] = list(value) if name in _LISTS else value
                sources[name] = source
    return {
        "record": kept,
        **card,
        "accession": own["accession"],
        "search": own["search_id"],
        "source": ", ".join(dict.fromkeys(row["source"] for row in rows)),
        "sources": sources,
        "cluster": sorted(row["id"] for row in rows),
        "title_unverified": bool(own["extra"].get("title_unverified")),
        "extra": own["extra"],
    }


def _notices(said: notices.Known, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said of a report's records by notices that are here, and by those that are not."""
    about: dict[str, dict[str, Any]] = {}
    for row in rows:
        for kind, by in sorted(said.about.get(row["id"], ())):
            about[f"{kind} {by}"] = {"kind": kind, "record": by, "pmid": "", "doi": ""}
    if not about:
        for row in rows:
            for one in saying.of(row["extra"]):
                named = {"kind": one.kind, "record": None, "pmid": one.pmid, "doi": one.doi}
                about[f"{one.kind} {one.pmid or one.doi}"] = named
    of = {pair for row in rows for pair in said.concerns.get(row["id"], ())}
    return {
        "notices": sorted(about.values(), key=lambda one: saying.KINDS.index(one["kind"])),
        "notice_of": [{"kind": kind, "record": record} for kind, record in sorted(of)],
    }


def _row(entry: dict[str, Any]) -> Row:
    names = Row.__dataclass_fields__
    return Row(**{name: entry[name] for name in names if name in entry})
