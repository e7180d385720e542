"""Which effects synthesis reads, as one member may see them."""

from collections.abc import Collection, Iterable

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
    several = {row["study_id"] for row in rows if len(row["facets"].get("population", ())) > 1}
    main = mains(conn, member, several) if several else {}
    return items(rows, content.codebook, main)


def mains(conn: sa.Connection, member: Member | None, studies: Collection[int]) -> dict[int, str]:
    """Return the population that counts each study once, as the form the member hears names it."""
    viewer = Viewer.of(member)
    blind = blind_to_forms(viewer.id, roles=viewer.roles)
    heard = extractions.extractions(conn, studies, viewer=viewer.id, blind=blind)
    return {study: row.main for study, row in heard.items() if row.main}


def known(what: str, value: str, among: Iterable[str]) -> None:
    """Raise BadInput, with the nearest, where a value is none of those there are."""
    every = list(among)
    if value not in every:
        raise BadInput(
            f"'{value}' is no {what}{nearest(value, every)}; there are: {', '.join(every)}"
        )
