"""Which effects synthesis reads, as one member may see them."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Viewer
from review.actions.evidence import effect_rows
from review.errors import BadInput
from review.protocol import Protocol
from review.protocol.codebook import nearest
from review.screening.blinding import blind_to_forms
from review.store import extractions
from review.store.people import Member
from review.synthesis.grouping import Item, items


def items_seen(
    conn: sa.Connection,
    member: Member | None,
    content: Protocol,
    where: str | None,
    everything: bool,
) -> list[Item]:
    """Return the effects that match and that the member may see, as synthesis reads them."""
    rows = effect_rows(conn, member, where=where, everything=everything)
    return items(rows, content.codebook, mains(conn, member, rows))


def mains(
    conn: sa.Connection, member: Member | None, rows: Iterable[Mapping[str, Any]]
) -> dict[int, str]:
    """Return which population counts each study that has several once, if its form names one."""
    several = {row["study_id"] for row in rows if len(row["facets"].get("population", ())) > 1}
    if not several:
        return {}
    viewer = Viewer.of(member)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    heard = extractions.extractions(conn, several, viewer=viewer.id, blind=blind)
    return {study: row.main for study, row in heard.items() if row.main}


def known(what: str, value: str, among: Iterable[str]) -> None:
    """Raise BadInput, with the nearest, where a value is none of those there are."""
    every = list(among)
    if value not in every:
        raise BadInput(
            f"'{value}' is no {what}{nearest(value, every)}; there are: {', '.join(every)}"
        )
