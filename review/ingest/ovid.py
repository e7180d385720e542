"""What an Ovid tagged export holds ("<1. >", "TI  - ..."): one record per numbered head.

Ovid writes journal, volume, issue and pages as one source line, taken apart here.
"""

import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.citations import taken_apart
from review.ingest.record import Record, Reject
from review.ingest.tags import RisTags, Tags, values_of

START = re.compile(r"\s*<\d+\. ?>\s*$")
_NEVER = re.compile(r"(?!)")
_PARSER = RisTags()
_DEGREES = re.compile(r"\s+(?:Ph\.?D|M\.?D|M\.?P\.?H|M\.?Sc|B\.?Sc|FACSM|R\.?N)\b.*$|\s+[\d,+*]+$")
_SEEN = re.compile(r"\[(?:viewed|accessed|cited|retrieved)\b[^\[\]]*\]", re.IGNORECASE)
_NOTE = re.compile(r"\s*\[[^\[\]]*\]\.?\s*$")


def read_ovid(text: str) -> Iterator[Record | Reject]:
    """Records of an Ovid tagged text, in order; positions are the line of the numbered head."""
    for item in blocks(lines_of(text), starts=START.match, ends=_NEVER.match, furniture=_NEVER):
        yield item if isinstance(item, Reject) else _read(item)


def _read(block: Block) -> Record | Reject:
    rows = ["TY  - ", *(row.strip() for row in block.lines[1:] if row.strip()), "ER  - "]
    found = fields.record(**_values(Tags(values_of(_PARSER, rows), used=("TY", "VN"))))
    reason = "this record has neither title, abstract, authors, DOI nor PMID"
    excerpt = fields.line(" ".join(block.lines[:6]))[:120]
    return found or Reject(position=f"line {block.line}", reason=reason, excerpt=excerpt)


def _values(tags: Tags) -> dict[str, Any]:
    source = taken_apart(tags.one("SO"))
    editors = fields.names(one for value in tags.all("ED") for one in value.split(";"))
    accession = fields.line(tags.one("AN", "UI", "PM")).rstrip(".")
    medline = bool(tags.matching(r"(medline)", "DB"))
    values: dict[str, Any] = {
        "accession": accession.rpartition(": ")[2],
        "title": _title(tags.one("TI", "BT")),
        "abstract": fields.paragraphs("\n".join(tags.all("AB"))),
        "authors": fields.names(map(_author, tags.all("AU"))) or editors,
        "journal": fields.line(tags.one("JN", "JA")) or source.get("journal", ""),
        "year": fields.year(tags.one("YR"))
        or fields.year(_SEEN.sub("", tags.one("DP", "DG", "SO", "BT"))),
        "volume": fields.line(tags.one("VO")) or source.get("volume", ""),
        "issue": fields.line(tags.one("IP")) or source.get("issue", ""),
        "pages": fields.pages(tags.one("PG")) or fields.pages(source.get("pages")),
        "doi": fields.doi(tags.one("DO", "DI")),
        "pmid": fields.pmid(tags.one("PM")) or (fields.pmid(accession) if medline else ""),
        "language": fields.line(tags.one("LG", "LA")).rstrip("."),
        "publication_types": fields.unique(tags.all("PT", "DT")),
        "keywords": fields.unique(
            part for value in tags.all("KW", "DE", "ID") for part in value.split(";")
        ),
        "mesh": fields.unique(tags.all("MH")),
        "url": fields.url(tags.one("XL", "UR")),
    }
    extra = {"issn": fields.line(tags.one("IS")), "editors": list(editors), "tags": tags.left()}
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _title(text: str) -> str:
    """The title without Ovid's notes in brackets at its end ("[References].", "[Article]")."""
    title = fields.line(text)
    short = _NOTE.sub("", title)
    return short if short else title


def _author(text: str) -> str:
    """A name without role, degrees and affiliation marks."""
    return _DEGREES.sub("", _NOTE.sub("", fields.line(text))).rstrip(".") if text else ""
