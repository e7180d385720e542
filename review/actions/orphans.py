"""No version of the protocol loses a tag or an extracted term: the one check all of them pass."""

import sqlalchemy as sa

from review.errors import Refused
from review.extraction.orphans import lost
from review.protocol import Protocol
from review.store import tags


def refuse_orphans(conn: sa.Connection, old: Protocol, new: Protocol) -> None:
    """Refuse a protocol whose codebook would orphan what is tagged or extracted under the old."""
    if old.codebook == new.codebook:
        return
    said = lost(old.codebook, new.codebook, tags.uses(conn))
    if said:
        more = f" (and {len(said) - 1} more of the kind)" if len(said) > 1 else ""
        raise Refused(f"{said[0]}{more}")
