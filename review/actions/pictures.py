"""Which pictures can be asked for, and drawing one for the caller."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from review.actions.caller import Caller, acting
from review.actions.evidence_pictures import OFFERS
from review.actions.forest import OFFERS as FOREST
from review.actions.mechanisms import OFFERS as MECHANISMS
from review.actions.offers import Choice, Material, Offer
from review.actions.risk_pictures import OFFERS as RISK
from review.errors import BadInput
from review.protocol import Codebook
from review.protocol.codebook import nearest
from review.store import people
from review.store.engine import Database

if TYPE_CHECKING:
    from review.reporting.pictures import Picture


def pictures(db: Database, who: Caller) -> list[dict[str, Any]]:
    """Return every picture there is: name, title, answers, and its choices with their options."""
    with db.read() as conn:
        acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
    return [
        {
            "name": name,
            "title": offer.title,
            "answers": offer.answers,
            "choices": [_choice(choice, content.codebook) for choice in offer.choices],
        }
        for name, offer in PICTURES.items()
    ]


def picture(
    db: Database,
    who: Caller,
    name: str,
    *,
    where: str | None = None,
    everything: bool = False,
    choices: Mapping[str, str] | None = None,
) -> "Picture":
    """Return one picture of the evidence that matches `where`, as the caller may see it.

    `choices` maps the names of its choices to values. BadInput for an unknown picture, choice or
    value (with the nearest); ExpressionError points at the character of `where`.
    """
    offer = PICTURES.get(name.strip().casefold().replace("_", "-"))
    if offer is None:
        raise BadInput(f"There is no picture '{name}'{nearest(name, PICTURES)}.")
    with db.read() as conn:
        member = acting(conn, who, act="see the evidence")
        _, content = people.protocol(conn)
        if lacking := _lacking(offer, content.codebook):
            return _undrawn(name, offer.title, lacking)
        material = Material(
            conn=conn,
            member=member,
            protocol=content,
            where=where if where and where.strip() else None,
            everything=everything,
            choices=_chosen(offer, choices or {}, content.codebook),
        )
        return offer.build(material)


def _lacking(offer: Offer, codebook: Codebook) -> list[str]:
    """What the picture is laid out by and the codebook has no term for."""
    return [one.label for one in offer.choices if one.options and not one.options(codebook)]


def _undrawn(name: str, title: str, lacking: Sequence[str]) -> "Picture":
    from review.reporting.pictures import Picture

    said = ", ".join(f"'{label}'" for label in lacking)
    text = (
        f"The codebook has no term to choose from for {said}; "
        "an owner adds facets and terms by amending the protocol ('review amend')."
    )
    return Picture(name=name, title=title, chart=None, text=text)


def picture_file(db: Database, who: Caller, name: str, format: str = "svg", **more: Any) -> bytes:
    """Return a picture as a file: svg, png, csv, json, md, txt or html; `more` as for `picture`."""
    from review.reporting.pictures import FORMATS, picture_file as written

    if format not in FORMATS:
        known = ", ".join(FORMATS)
        raise BadInput(f"'{format}' is no format of a picture; formats: {known}")
    return written(picture(db, who, name, **more), format)


def _choice(choice: Choice, codebook: Codebook) -> dict[str, Any]:
    options = dict(choice.options(codebook)) if choice.options else None
    given = {"name": choice.name, "label": choice.label, "options": options}
    return given | {"default": _default(choice, options)}


def _default(choice: Choice, options: Mapping[str, str] | None) -> str:
    """The default, or the first option where this codebook lacks it."""
    if options and choice.default not in options:
        return next(iter(options))
    return choice.default


def _chosen(offer: Offer, given: Mapping[str, str], codebook: Codebook) -> dict[str, str]:
    """The value of every choice: as given, by its value or its label, else the default."""
    known = {choice.name: choice for choice in offer.choices}
    for name in given:
        if name not in known:
            may = f"; its choices: {', '.join(known)}" if known else ", it leaves nothing to choose"
            raise BadInput(f"This picture has no choice '{name}'{nearest(name, known)}{may}.")
    found = {}
    for name, choice in known.items():
        options = choice.options(codebook) if choice.options else None
        value = given.get(name) or _default(choice, options)
        if options is not None and value not in options:
            value = _by_label(name, value, options)
        found[name] = value
    return found


def _by_label(name: str, value: str, options: Mapping[str, str]) -> str:
    wanted = value.strip().casefold()
    for code, label in options.items():
        if wanted in (code.casefold(), label.casefold(), code.casefold().rpartition(".")[2]):
            return code
    hint = nearest(value, [*options, *options.values()])
    raise BadInput(f"'{value}' is none of the values of {name}{hint}: {', '.join(options)}.")


# every picture by the name it is asked for; the order is that of the list
PICTURES: dict[str, Offer] = {**OFFERS, **RISK, **FOREST, **MECHANISMS}
