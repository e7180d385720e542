"""Stopping title-abstract screening early: what may be said of it, a sample, a stop, and back."""

import secrets
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from review.actions.caller import Caller, acting, writing
from review.errors import BadInput, Refused
from review.screening.stopping import (
    CONFIDENCE,
    TARGET,
    Statement,
    ranked_test,
    size_needed,
    statement,
)
from review.store import ranking, stopping as store
from review.store.engine import Database
from review.store.people import protocol
from review.vocab import Role

ASSUMPTIONS = (
    "The sample was drawn at random from all records that were not settled, and nothing but "
    "chance decides who is in it.",
    "Every record of the sample is screened as carefully as any other, by as many reviewers; one "
    "that is still open counts as a relevant one not found.",
    "'Relevant' means included at title-abstract by this team: the statement is about what they "
    "would include, not about the truth, and says nothing of searches that missed a study.",
    "It holds for the records that were there when the sample was drawn; records that came later "
    "need another sample.",
    "Samples share the risk: the first has half of it, the next a quarter, and so on.",
)
LIMITS = (
    "It is a statement about chance, not a proof: with 95 % confidence, up to one review in twenty "
    "is told of a recall that it does not have.",
    "The fewer relevant records there are, the larger the sample must be; with less than about "
    "twenty, nearly everything has to be screened before anything can be said.",
    "The ranked test looks at what the ranking left for last as if it were a random sample and "
    "takes the best of many looks: it is a hint, and no guarantee comes with it.",
    "Nothing stops by itself: the team decides, and can go on at any time.",
)


def stopping(
    db: Database, who: Caller, *, target: float = TARGET, confidence: float = CONFIDENCE
) -> dict[str, Any]:
    """Return what can be said of title-abstract screening if it stopped now.

    {target, confidence, statement, samples, sample_size, ranked_test, records, settled, included,
    open, untouched, stopped, assumptions, limits}: only what is settled counts. `statement` says
    that recall is at least so much (`recall` None: nothing can be said); `sample_size` is what
    a next sample needs at least. Owners and adjudicators only. BadInput for shares outside 0..1.
    """
    _check(target, confidence)
    with db.read() as conn:
        acting(conn, who, Role.OWNER, Role.ADJUDICATOR, act="see the stopping aid")
        return _document(conn, target, confidence)


def _check(target: float, confidence: float) -> None:
    for name, value in (("target recall", target), ("confidence", confidence)):
        if not 0.5 <= value < 1:
            raise BadInput(f"A {name} of {value:g} is out of range; say 0.5 to 0.999, like 0.95.")


def _document(conn: sa.Connection, target: float, confidence: float) -> dict[str, Any]:
    now = ranking.labels(conn)
    drawn = store.samples(conn, now)
    said = statement(drawn, found=now.relevant, target=target, confidence=confidence)
    stops = store.stops(conn)
    return {
        "target": target,
        "confidence": confidence,
        "statement": _statement(said),
        "samples": [asdict(one) for one in drawn],
        "sample_size": size_needed(
            population=len(now.open),
            found=now.relevant,
            number=len(drawn) + 1,
            target=target,
            confidence=confidence,
        ),
        "ranked_test": ranked_test(store.in_order(conn, now), left=len(now.open), target=target),
        "records": len(now.open) + len(now.settled),
        "settled": len(now.settled),
        "included": now.relevant,
        "open": len(now.open),
        "untouched": len(store.untouched(conn)),
        "stopped": [
            {
                "stop": one.id,
                "at": one.at.isoformat(),
                "records": len(one.records),
                "why": one.why,
                "statement": one.statement,
            }
            for one in stops
        ],
        "assumptions": list(ASSUMPTIONS),
        "limits": list(LIMITS),
    }


def _statement(said: Statement) -> dict[str, Any]:
    if said.recall is None:
        text = "Nothing can be said yet: draw a random sample, and screen it whole."
    else:
        share = floored(said.recall)
        text = (
            f"With {said.confidence:.0%} confidence, at least {share} of the relevant records "
            f"are found ({said.found:,} of at most {said.most:,}; sample {said.sample})."
        )
    return asdict(said) | {"reached": said.reached, "text": text}


def floored(share: float) -> str:
    """Return a share in percent, rounded down: a bound must not gain by rounding."""
    return f"{int(share * 1000 + 1e-9) / 10:.1f} %"


def draw_sample(
    db: Database,
    who: Caller,
    size: int | None = None,
    *,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> dict[str, Any]:
    """Draw a random sample of the records not settled; it comes first in every queue.

    Without `size`, as large as is needed if it should give nothing relevant. Owners only.
    Returns {sample, size, population}. Refused while an earlier sample is open.
    """
    _check(target, confidence)
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="draw a sample")
        write.only_writer()
        now = ranking.labels(write.conn)
        before = store.samples(write.conn, now)
        if before and before[-1].open:
            raise Refused(
                f"{before[-1].open:,} records of the last sample are not settled yet; "
                "screen them before drawing another."
            )
        if not now.open:
            raise Refused("Every record is settled: there is nothing to sample.")
        wanted = size or size_needed(
            population=len(now.open),
            found=now.relevant,
            number=len(before) + 1,
            target=target,
            confidence=confidence,
        )
        if not 1 <= wanted <= len(now.open):
            raise BadInput(f"A sample has 1 to {len(now.open):,} records here.")
        seed = secrets.randbelow(2**31)
        store.draw(write, wanted, protocol(write.conn)[1], seed=seed)
        return {"sample": len(before) + 1, "size": wanted, "population": len(now.open)}


def stop(
    db: Database,
    who: Caller,
    *,
    why: str,
    target: float = TARGET,
    confidence: float = CONFIDENCE,
) -> dict[str, Any]:
    """Stop title-abstract screening: records nobody voted on leave it; return {stop, records, ...}.

    In the flow they are records marked as ineligible by automation tools. Reports with a vote
    stay and are finished. What the aid said is kept with the stop, whatever it said: the team
    decides. Owners only; BadInput without a reason; Refused where nothing is left to leave out.
    """
    _check(target, confidence)
    if not why.strip():
        raise BadInput("Say why screening stops here; it goes into the report.")
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="stop the screening")
        write.lock_records(store.untouched(write.conn))
        write.only_writer()
        records = store.untouched(write.conn)
        if not records:
            raise Refused("Somebody has voted on every record: there is nothing to leave out.")
        said = _document(write.conn, target, confidence)["statement"]
        number = store.stop(write, records, said, why.strip(), protocol(write.conn)[1])
    return {"stop": number, "records": len(records), "statement": said}


def resume(db: Database, who: Caller, *, why: str) -> dict[str, Any]:
    """Take the last stop back: the records it left out wait again; return {stop, records}."""
    if not why.strip():
        raise BadInput("Say why screening goes on; it goes into the report.")
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="go on with the screening")
        write.only_writer()
        stops = store.stops(write.conn)
        if not stops:
            raise Refused("Screening was not stopped.")
        back = store.resume(write, stops[-1], why.strip(), protocol(write.conn)[1])
        return {"stop": stops[-1].id, "records": len(back)}
