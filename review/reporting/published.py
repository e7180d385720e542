"""How a published review is shown that is known only from what others tell of it.

A box without a number says that it was not reported: nothing is filled in, nothing computed.
"""

import json
from collections.abc import Iterator
from html import escape
from typing import Annotated

from pydantic import Field

from review.errors import BadInput, ProtocolError
from review.protocol import parse_as
from review.protocol.codebook import Strict
from review.reporting.foreign import in_markdown

UNKNOWN = "not reported in the sources"
FORMATS = ("text", "md", "html", "json")

Words = Annotated[str, Field(min_length=1, max_length=1000)]


class PublishedBox(Strict):
    """One box of its PRISMA flow; `n` only where a source states it, `within` another box."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=40)]
    phase: Words = ""
    label: Words
    n: Annotated[int, Field(ge=0, strict=True)] | None = None
    within: str | None = None


class PublishedFact(Strict):
    """What a source says beside the flow; nothing where none does."""

    label: Words
    said: Words | None = None


class Published(Strict):
    """A published review: its boxes and facts, and the sources they are from."""

    title: Words
    about: Words
    sources: Annotated[tuple[Words, ...], Field(min_length=1)]
    boxes: Annotated[tuple[PublishedBox, ...], Field(min_length=1, max_length=100)]
    facts: tuple[PublishedFact, ...] = ()


def read_published(text: str, *, name: str) -> Published:
    """The published review in a YAML text. BadInput names file, line and key."""
    try:
        return parse_as(Published, text, name=name, what="a published review", check=_faults)
    except ProtocolError as fault:
        raise BadInput(str(fault)) from None


def _faults(given: Published) -> Iterator[tuple[tuple[str | int, ...], str]]:
    by_id = {box.id: box for box in given.boxes}
    for index, box in enumerate(given.boxes):
        if by_id[box.id] is not box:
            yield ("boxes", index, "id"), f"is {box.id!r}, as another box is called"
        if box.within is not None and box.within not in by_id:
            yield ("boxes", index, "within"), f"is {box.within!r}, which no box is called"
    for box in given.boxes:
        parts = [one.n for one in given.boxes if one.within == box.id]
        known = [n for n in parts if n is not None]
        if parts and box.n is not None and len(known) == len(parts) and sum(known) != box.n:
            at = given.boxes.index(box)
            yield ("boxes", at, "n"), f"is {box.n}, but its parts add up to {sum(known)}"


def shown(n: int | None) -> str:
    """A number, or that it was not reported."""
    return UNKNOWN if n is None else f"{n:,}"


def written(given: Published, format: str) -> bytes:
    """The published review as text, md, html or json. BadInput for another format."""
    match format:
        case "text":
            out = _text(given)
        case "md":
            out = _markdown(given)
        case "html":
            out = _html(given)
        case "json":
            out = json.dumps(given.model_dump(mode="json"), indent=2, ensure_ascii=False)
        case _:
            raise BadInput(f"'{format}' is no format of it; formats: {', '.join(FORMATS)}")
    return out.encode()


def _text(given: Published) -> str:
    lines = [given.title, "", given.about, ""]
    phase = ""
    for box in given.boxes:
        if box.phase != phase:
            phase = box.phase
            lines.append(phase)
        indent = "    " if box.within else "  "
        lines.append(f"{indent}{box.label}: {shown(box.n)}")
    lines += ["", *(f"{one.label}: {one.said or UNKNOWN}" for one in given.facts), ""]
    return "\n".join([*lines, *(f"Source: {one}" for one in given.sources)]) + "\n"


def _markdown(given: Published) -> str:
    lines = [
        f"# {in_markdown(given.title)}",
        "",
        in_markdown(given.about),
        "",
        "| Box | n |",
        "| --- | --- |",
    ]
    lines += [f"| {in_markdown(box.label)} | {shown(box.n)} |" for box in given.boxes]
    lines += [
        "",
        *(f"- {in_markdown(one.label)}: {in_markdown(one.said or UNKNOWN)}" for one in given.facts),
    ]
    return (
        "\n".join([*lines, "", *(f"Source: {in_markdown(one)}  " for one in given.sources)]) + "\n"
    )


def _html(given: Published) -> str:
    rows = "".join(
        f"<tr><td>{escape(box.phase)}</td><td>{escape(box.label)}</td><td>{shown(box.n)}</td></tr>"
        for box in given.boxes
    )
    facts = "".join(
        f"<dt>{escape(one.label)}</dt><dd>{escape(one.said or UNKNOWN)}</dd>" for one in given.facts
    )
    sources = "".join(f"<li>{escape(one)}</li>" for one in given.sources)
    title = escape(given.title)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:Arial,Helvetica,sans-serif;max-width:50rem;margin:2rem auto}"
        "td,th{border:1px solid #777;padding:.3rem .6rem}table{border-collapse:collapse}"
        "dt{font-weight:bold}</style></head><body>"
        f"<h1>{title}</h1><p>{escape(given.about)}</p><table><thead><tr><th>Phase</th><th>Box</th>"
        f"<th>n</th></tr></thead><tbody>{rows}</tbody></table><dl>{facts}</dl>"
        f"<h2>Sources</h2><ul>{sources}</ul></body></html>\n"
    )
