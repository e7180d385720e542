"""Adding, rewording and retiring claims, and reading one: each a fact that is only ever added."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from review.actions.caller import Caller, acting, writing, writing_as
from review.actions.claims import claim as shown, claim_of, named
from review.actions.weighing import heard_by, weighed
from review.errors import BadInput, Refused
from review.store import claims as stored, people
from review.store.engine import Database, Write
from review.store.speaking_rows import SpeakingRows
from review.synthesis.claim_changes import basis
from review.synthesis.claims import Claim, checked, read_claims
from review.vocab import ClaimAct, Role


def add_claims(db: Database, who: Caller, text: str, *, name: str = "claims") -> dict[str, Any]:
    """Add the claims of a YAML text; `name` is what messages call it. Needs an owner.

    A claim that is there already, word for word, is left; one that differs is reworded; a retired
    one stays retired unless it differs. Returns {added, reworded, unchanged}: lists of ids. All
    of the file is taken or nothing: BadInput names claim, field and character.
    """
    given = read_claims(text, name=name)
    done: dict[str, list[str]] = {"added": [], "reworded": [], "unchanged": []}
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change the claims")
        _, content = people.protocol(write.conn)
        write.only_writer()
        known = stored.versions(write.conn)
        for one in given:
            checked(one, content.codebook)
            before = known.get(one.id)
            if before and claim_of(before[-1]) == one:
                done["unchanged"].append(one.id)
                continue
            act = ClaimAct.REWORDED if before else ClaimAct.ADDED
            stored.say(write, one.id, act, one.model_dump(mode="json"), why=f"from {name}")
            done[act.value].append(one.id)
    return done


def add_claim(db: Database, who: Caller, id: str, **given: Any) -> dict[str, Any]:
    """Add one claim: text, scope, supports, contradicts; maybe topic, sources, note.

    Needs an owner. Refused where a claim of that id is there; BadInput says what is wrong.
    """
    made = _made({"id": id, **{name: value for name, value in given.items() if value}})
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change the claims")
        _, content = people.protocol(write.conn)
        checked(made, content.codebook)
        write.only_writer()
        if made.id in stored.versions(write.conn, made.id):
            raise Refused(f"There is a claim {made.id!r} already: reword it, or choose another id.")
        stored.say(write, made.id, ClaimAct.ADDED, made.model_dump(mode="json"))
    return shown(db, who, made.id)


def reword_claim(
    db: Database, who: Caller, id: str, *, why: str = "", **given: Any
) -> dict[str, Any]:
    """Put a new version of a claim in force; what is not given stays as it was. Needs an owner.

    A retired claim comes back that way. Refused where nothing differs.
    """
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change the claims")
        _, content = people.protocol(write.conn)
        write.only_writer()
        last = named(write.conn, id)[-1]
        changed = {name: value for name, value in given.items() if value is not None}
        made = checked(_made({**last.content, **changed}), content.codebook)
        if made == claim_of(last) and last.act is not ClaimAct.RETIRED:
            raise Refused(f"Claim {made.id!r} says so already.")
        stored.say(write, made.id, ClaimAct.REWORDED, made.model_dump(mode="json"), why=why)
    return shown(db, who, id)


def retire_claim(db: Database, who: Caller, id: str, *, why: str = "") -> dict[str, Any]:
    """Give up a claim: its history stays, it is no longer listed. Needs an owner."""
    with writing(db, who) as write:
        acting(write.conn, who, Role.OWNER, act="change the claims")
        write.only_writer()
        last = named(write.conn, id)[-1]
        if last.act is ClaimAct.RETIRED:
            raise Refused(f"Claim {last.key!r} was retired already.")
        stored.say(write, last.key, ClaimAct.RETIRED, last.content, why=why)
    return shown(db, who, id)


def read_claim(db: Database, who: Caller, id: str) -> dict[str, Any]:
    """Note that a member has read a claim as it stands: later changes are told from here."""
    with writing_as(db, who, act="read a claim") as (write, member):
        _read(write, heard_by(write.conn, member), id)
    return shown(db, who, id)


def read_all_claims(db: Database, who: Caller) -> int:
    """Note that a member has read every claim as it stands; return how many."""
    with writing_as(db, who, act="read the claims") as (write, member):
        keys = [
            key
            for key, rows in stored.versions(write.conn).items()
            if rows[-1].act is not ClaimAct.RETIRED
        ]
        heard = heard_by(write.conn, member)
        for key in keys:
            _read(write, heard, key)
    return len(keys)


def _read(write: Write, heard: SpeakingRows, id: str) -> None:
    last = named(write.conn, id)[-1]
    _, content = people.protocol(write.conn)
    found = weighed(heard, claim_of(last), content.codebook)
    if found.error:
        raise Refused(f"Claim {last.key!r} cannot be evaluated: {found.error}.")
    stored.say_read(write, last.id, basis(found.groups))


_FAULTS = {
    "missing": "is missing",
    "string_pattern_mismatch": "is made of small letters, digits and hyphens, as in fewer-units",
}


def _made(values: Mapping[str, Any]) -> Claim:
    try:
        return Claim.model_validate(values)
    except ValidationError as fault:
        first = fault.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        said = _FAULTS.get(first["type"], first["msg"].lower())
        raise BadInput(f"claim {values.get('id')!r}, {where}: {said}") from None
