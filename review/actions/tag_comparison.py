"""Two people's tags on a target side by side, as whoever looks may see them."""

from collections.abc import Mapping, Sequence
from typing import Any

from review.actions.caller import Caller, Viewer, acting
from review.actions.tagging import hidden_from, state_hidden_among
from review.actions.targets import known, name_of, target_named
from review.extraction.tagging import Compared, Tagging, TagState
from review.protocol import Codebook
from review.screening.blinding import mask
from review.store import ledger, people, tags as stored
from review.store.engine import Database

WAITING, TO_DO, BEGUN = "waiting", "to-do", "begun"


def compare_tags(db: Database, who: Caller, target: str) -> dict[str, Any]:
    """Return what two taggers put on a target, facet by facet, as the caller may see it.

    {target, state, round, mine, facets}: each facet has `said` (label A, B and codes; names once
    all is settled), `both`, `differ`, `open`, `settled`, `codes` (those that stand) and `judged`.
    Who is blind gets their own codes alone, as `mine`, and of the state only whether they are
    done. To an adjudicator a facet in which the two differ has no `said` before they have judged
    it themselves (`judge_tags`); `judged` is what they said then.
    """
    level, id_ = target_named(target)
    with db.read() as conn:
        viewer = Viewer.of(acting(conn, who, act="compare tags"))
        _, content = people.protocol(conn)
        id_ = known(conn, level, id_)
        now = stored.standing(conn, level, id_, content.codebook)
        blind = hidden_from(conn, viewer, level, id_, now)
        hidden = bool(state_hidden_among(conn, viewer, level, {id_: now}))
        names = {member.id: member.name for member in people.members(conn)}
        masked = mask(now.taggers, of=id_, seed=ledger.seed(conn))
        open_now = stored.discussed(conn, level, id_, round=now.round) if viewer.id else {}
        judged = (
            stored.judged(conn, level, id_, content.codebook, round=now.round, member=viewer.id)
            if viewer.id
            else {}
        )
    mine = now.own(viewer.id) if viewer.id else {}
    document = {
        "target": name_of(level, id_),
        "state": state_seen(now, viewer, hidden=hidden),
        "round": now.round,
        "mine": [_facet(content.codebook, f, codes) for f, codes in mine.items()],
        "facets": [],
        "confirmed": {
            facet: list(said[viewer.id]) for facet, said in open_now.items() if viewer.id in said
        },
    }
    if not hidden:
        called = names if now.settled or viewer.id is None else masked
        document["facets"] = [
            _unjudged(content.codebook, one)
            if blind and one.open and one.facet not in judged
            else _compared(content.codebook, one, called, names, judged)
            for one in now.compared
        ]
    return document


def _unjudged(book: Codebook, one: Compared) -> dict[str, Any]:
    """A facet in which two differ, to an adjudicator who has not judged it yet."""
    return _facet(book, one.facet, ()) | {
        "said": [],
        "both": [],
        "differ": True,
        "open": True,
        "settled": None,
        "judged": None,
    }


def _compared(
    book: Codebook,
    one: Compared,
    called: Mapping[int, str],
    names: Mapping[int, str],
    judged: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    settled = one.settled
    return _facet(book, one.facet, one.stands) | {
        "said": sorted(
            ({"by": called[m], "codes": list(codes)} for m, codes in one.said.items()),
            key=lambda said: str(said["by"]),
        ),
        "both": list(one.both),
        "differ": one.differ,
        "open": one.open,
        "settled": {
            "codes": list(settled.codes),
            "kind": settled.kind,
            "by": names.get(settled.member or 0),
        }
        if settled
        else None,
        "judged": list(judged[one.facet]) if one.facet in judged else None,
    }


def _facet(book: Codebook, id: str, codes: Sequence[str]) -> dict[str, Any]:
    label = next((facet.label for facet in book.facets if facet.id == id), id)
    return {"facet": id, "label": label, "codes": list(codes)}


def state_seen(now: Tagging, viewer: Viewer, *, hidden: bool) -> str:
    """Return the state of a target's tags as a viewer may know it.

    Who is blind knows of an unsettled one only what they did themselves.
    """
    if now.complete and now.settled:
        return TagState.SETTLED.value
    if not hidden:
        return now.state.value
    if viewer.id in now.finished:
        return WAITING
    return BEGUN if viewer.id is not None and any(now.own(viewer.id).values()) else TO_DO
