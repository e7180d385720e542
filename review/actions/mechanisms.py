"""The map of mechanisms as the caller may see it: which studies stand behind each arrow."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting
from review.actions.offers import Material, Offer
from review.actions.weighing import heard_by
from review.actions.writings import writing_of
from review.errors import ExpressionError, NotFound
from review.reporting.mechanism_drawing import drawing
from review.store import people
from review.store.engine import Database
from review.store.people import Member
from review.synthesis.expression import parse
from review.synthesis.mechanisms import NO_STUDY, Backing, MechanismMap, backing, text_of
from review.vocab import Writing

if TYPE_CHECKING:
    from review.reporting.pictures import Picture

_NAME, _TITLE = "mechanism-map", "Mechanisms"


def mechanisms(db: Database, who: Caller) -> dict[str, Any]:
    """Return the map: `nodes`, `links` (studies behind each, their `where`), drawings, text.

    NotFound where the review has none; a link whose expression no longer fits the codebook has
    no study and an `error`.
    """
    with db.read() as conn:
        member = acting(conn, who, act="see the map of mechanisms")
        given = writing_of(conn, Writing.MECHANISMS, MechanismMap)
        found, errors = _backed(conn, member, given)
    return {
        **given.model_dump(mode="json", exclude={"links"}),
        "links": [_link(one, error) for one, error in zip(found, errors, strict=True)],
        "svg": drawing(given, found),
        "narrow": drawing(given, found, narrow=True),
        "text": text_of(given, found),
    }


def mechanism_picture(material: Material) -> "Picture":
    """The map as a picture among the others: drawing, the data behind it, text.

    Only effects that match its filter stand behind an arrow.
    Nothing is drawn where the review has no map; the text says so.
    """
    from review.reporting.pictures import Picture

    try:
        given = writing_of(material.conn, Writing.MECHANISMS, MechanismMap)
    except NotFound as none:
        return Picture(name=_NAME, title=_TITLE, chart=None, text=str(none))
    found, _ = _backed(
        material.conn,
        material.member,
        given,
        where=material.where,
        everything=material.everything,
    )
    labels = {node.id: node.label for node in given.nodes}
    return Picture(
        name=_NAME,
        title=given.title,
        chart=drawing(given, found),
        rows=[
            {
                "from": labels[one.link.source],
                "to": labels[one.link.target],
                "how": one.link.says,
                "studies": one.n,
                "families": one.families,
                "effects": one.effects,
                "study_ids": sorted(one.studies),
                "which": "; ".join(sorted(one.studies.values())) or NO_STUDY,
                "where": one.link.where,
            }
            for one in found
        ],
        text=text_of(given, found),
        note=f"{given.source}. {given.note}",
    )


def _backed(
    conn: sa.Connection,
    member: Member | None,
    given: MechanismMap,
    *,
    where: str | None = None,
    everything: bool = False,
) -> tuple[list[Backing], list[str]]:
    _, content = people.protocol(conn)
    rows = heard_by(conn, member, everything=everything)
    among = rows.picked(parse(where, content.codebook) if where else None)
    found: list[Backing] = []
    errors: list[str] = []
    for link in given.links:
        try:
            picked = rows.picked(parse(link.where, content.codebook))
            found.append(backing(link, rows.heard, picked & among))
            errors.append("")
        except ExpressionError as fault:
            found.append(backing(link))
            errors.append(str(fault))
    return found, errors


def _link(one: Backing, error: str) -> dict[str, Any]:
    return {
        **one.link.model_dump(mode="json"),
        "n": one.n,
        "families": one.families,
        "effects": one.effects,
        "populations": dict(one.populations),
        "studies": [{"study": id_, "label": name} for id_, name in sorted(one.studies.items())],
        "error": error,
    }


# the map among the pictures that can be asked for
OFFERS = {
    _NAME: Offer(
        title=_TITLE,
        answers="What may act on what, and which studies stand behind each arrow",
        build=mechanism_picture,
    )
}
