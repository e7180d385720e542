"""What a record looks like to the caller: one card for each report, blinded as the rule says."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.dedup import Row
from review.dedup.merge import compose
from review.ingest.record import Record
from review.screening.blinding import visible_state
from review.store import duplicates, records, screening
from review.store.people import Member

_FIELDS = tuple(n for n in Record.__dataclass_fields__ if n not in ("accession", "extra"))
_LISTS = {"authors", "publication_types", "keywords", "mesh"}


def cards(
    conn: sa.Connection, ids: Sequence[int], viewer: Member | None, *, raw: bool = False
) -> dict[int, dict[str, Any]]:
    """Return a card for each kept record of `ids`; `raw` shows records as they came, any record.

    A card has the bibliographic fields (composed over the cluster unless raw), `sources` of the
    fields, `standing` by stage as the viewer may see it, `cluster`, and flags.
    """
    wanted = list(dict.fromkeys(ids))
    members = {i: [i] for i in wanted} if raw else duplicates.clusters_of(conn, wanted)
    entries = records.entries(conn, [r for some in members.values() for r in some])
    standings = screening.standings(conn, wanted)
    seen = Viewer.of(viewer)
    found = {}
    for kept, some in members.items():
        found[kept] = _card(kept, [entries[record] for record in some])
        found[kept]["standing"] = {
            stage.value: visible_state(seen.id, screening.as_standing(row), roles=seen.roles).value
            for stage, row in standings.get(kept, {}).items()
        }
    return {kept: found[kept] for kept in wanted if kept in found}


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
        "retracted": any(row["extra"].get("retracted") for row in rows),
        "title_unverified": bool(own["extra"].get("title_unverified")),
        "extra": own["extra"],
    }


def _row(entry: dict[str, Any]) -> Row:
    names = Row.__dataclass_fields__
    return Row(**{name: entry[name] for name in names if name in entry})
