"""Commands that draw: the pictures of the evidence, as files, as data, or in words."""

import json
from typing import Annotated

import typer

from review.cli.evidence import Where
from review.cli.lazily import actions
from review.cli.printing import table
from review.cli.root import root
from review.cli.session import MaybeAs, Output, Session, command
from review.errors import BadInput


@command(root, "picture")
def picture(
    session: Session,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Else all are listed.")
    ] = None,
    where: Where = None,
    choose: Annotated[
        list[str] | None,
        typer.Option(metavar="CHOICE=VALUE", help="What a picture leaves to choose; repeatable."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            help="svg, png, html; csv, json, md: the data behind it; txt: in words. "
            "Else by the end of the file's name, or txt."
        ),
    ] = None,
    output: Output = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Not only included studies speak.")
    ] = False,
    as_: MaybeAs = None,
) -> None:
    """Draw a picture of the evidence: map, effect directions, harvest, timeline, cascade ...

    Without a name it lists the pictures and their choices.
    """
    who = session.who(as_)
    if name is None:
        _list(session, as_)
        return
    written = format or (output.suffix.lstrip(".").lower() if output else "")
    if not written:
        written = "json" if session.as_json else "txt"
    data = actions.picture_file(
        session.db,
        who,
        name,
        written,
        where=where,
        everything=everything,
        choices=_choices(choose or []),
    )
    if session.as_json and written == "json" and output is None:
        session.show(json.loads(data))
        return
    session.hand_over(data, what=name, format=written, output=output)


def _list(session: Session, as_: str | None) -> None:
    found = actions.pictures(session.db, session.who(as_))
    rows = (
        (one["name"], one["answers"], "; ".join(_said(choice) for choice in one["choices"]))
        for one in found
    )
    session.show(found, table(["Picture", "Shows", "Choices (default)"], rows))


def _said(choice: dict[str, object]) -> str:
    return f"{choice['name']}={choice['default']}"


def _choices(given: list[str]) -> dict[str, str]:
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign:
            raise BadInput(f"'{one}' chooses nothing: write it as choice=value.")
        found[name.strip()] = value.strip()
    return found
