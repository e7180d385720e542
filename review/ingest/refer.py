"""What a Refer file holds (EndNote's %-tagged export, .enl): one record a paragraph.

Tags: the refer(1) manual, and EndNote's "EndNote Export" style.
"""

import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.blocks import lines_of
from review.ingest.record import Record, Reject
from review.ingest.tags import Tags

_LINE = re.compile(r"%([!-~])(?:\s+(.*))?$")


def read_refer(text: str) -> Iterator[Record | Reject]:
    """Records of a Refer text, in order; positions are the first line of each."""
    tags: dict[str, list[str]] = {}
    stray: list[str] = []
    first = last = 0
    for number, row in enumerate([*lines_of(text), ""], 1):
        found = _LINE.match(row)
        if found and (not last or last == number - 1 or found.group(1) not in "0T" or not tags):
            first = first or number
            tags.setdefault(found.group(1), []).append(found.group(2) or "")
            newest, last = found.group(1), number
        elif row.strip() and tags and not found:
            tags[newest].append(f"\n{row}")
            last = number
        elif row.strip() and not found:
            first = first or number
            stray.append(row)
        else:
            yield from _finish(tags, stray, first)
            tags, stray, first, last = {}, [], 0, 0
            if found:
                tags, first, last = {found.group(1): [found.group(2) or ""]}, number, number
                newest = found.group(1)
    yield from _finish(tags, stray, first)


def _finish(tags: dict[str, list[str]], stray: list[str], first: int) -> Iterator[Record | Reject]:
    if stray:
        excerpt = fields.line(" ".join(stray))[:120]
        reason = "this text is outside any record"
        yield Reject(position=f"line {first}", reason=reason, excerpt=excerpt)
    if tags:
        found = fields.record(**_values(Tags(_joined(tags), used="0")))
        reason = "this record has neither title, abstract, authors nor DOI"
        yield found or Reject(position=f"line {first}", reason=reason)


def _joined(tags: dict[str, list[str]]) -> dict[str, list[str]]:
    """Values whole again; a piece that begins with a line break continues the one before."""
    return {
        tag: "\0".join(pieces).replace("\0\n", "\n").split("\0") for tag, pieces in tags.items()
    }


def _values(tags: Tags) -> dict[str, Any]:
    editors = fields.names(tags.all("E"))
    values: dict[str, Any] = {
        "accession": fields.line(tags.one("M", "L", "F")),
        "title": fields.line(tags.one("T", "Q")),
        "abstract": fields.paragraphs("\n".join(tags.all("X"))),
        "authors": fields.names(tags.all("A", "Q")) or editors,
        "journal": fields.line(tags.one("J", "B")),
        "year": fields.year(tags.one("D", "8")),
        "volume": fields.line(tags.one("V")),
        "issue": fields.line(tags.one("N")),
        "pages": fields.pages(tags.one("P")),
        "doi": fields.doi(tags.one("R")),
        "url": fields.url(tags.one("U")),
        "language": fields.line(tags.one("G")),
        "publication_types": fields.unique(tags.tags.get("9", tags.tags.get("0", ()))),
        "keywords": fields.unique(re.split(r"[;\n]", "\n".join(tags.all("K")))),
    }
    extra = {"editors": list(editors), "issn": fields.line(tags.one("@")), "tags": tags.left()}
    return {**values, "extra": {key: value for key, value in extra.items() if value}}
