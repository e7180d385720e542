"""What a RefWorks tagged file holds: one record from RT to an empty line.

Tags: RefWorks, "RefWorks Tagged Format" (two letters and a space; the legend that stands above
the records in a full export is not read).
"""

import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.record import Record, Reject
from review.ingest.tags import Tags

START = re.compile(
    r"RT (?:Abstract|Art|Bills|Book|Case|Computer|Conference|Dissertation|Generic|Grant|Hearing"
    r"|Journal|Laws|Magazine|Map|Monograph|Motion|Music|Newspaper|Online|Patent|Personal|Report"
    r"|Resolution|Sound|Thesis|Unpublished|Video|Web)"
)
_EXPORT = "RefWorks Export"
_BEGIN = "BEGIN EXPORTED REFERENCES"
_TAG = re.compile(r"([A-Z][A-Z0-9]|PMID|PMCID)(?: (.*)|)$")
_NEVER = re.compile(r"(?!)")


def read_refworks(text: str) -> Iterator[Record | Reject]:
    """Records of a RefWorks text, in order; positions are the line of RT."""
    lines = lines_of(text)
    _blank_legends(lines)
    for item in blocks(lines, starts=START.match, ends=_NEVER.match, furniture=_NEVER):
        yield item if isinstance(item, Reject) else _read(item)


def _blank_legends(lines: list[str]) -> None:
    """Empty what stands above the records, in each of the exports pasted together.

    A legend in which a record starts is none: its opening words were lost.
    """
    top = 0
    for at, row in enumerate(lines):
        if row == _EXPORT:
            top = at
        elif row == _BEGIN:
            top = at if any(map(START.match, lines[top:at])) else top
            lines[top : at + 1] = [""] * (at + 1 - top)
            top = at + 1


def _read(block: Block) -> Record | Reject:
    found = fields.record(**_values(Tags(_tags(block.lines), used=("RT", "SR", "OL"))))
    reason = "this record has neither title, abstract, authors, DOI nor PMID"
    excerpt = fields.line(" ".join(block.lines[:6]))[:120]
    return found or Reject(position=f"line {block.line}", reason=reason, excerpt=excerpt)


def _tags(lines: list[str]) -> dict[str, list[str]]:
    """Every tag with its values; a line without a tag continues the one before."""
    tags: dict[str, list[str]] = {}
    newest = ""
    for row in lines:
        found = _TAG.match(row.lstrip("\ufeff"))
        if found:
            newest = found.group(1)
            tags.setdefault(newest, []).append(found.group(2) or "")
        elif newest and row.strip():
            tags[newest].append(f"\n{row}")  # joined below: adding to a text costs its length
    whole = {tag: "\0".join(parts).replace("\0\n", "\n").split("\0") for tag, parts in tags.items()}
    filled = {tag: [one for one in values if one.strip()] for tag, values in whole.items()}
    return {tag: values for tag, values in filled.items() if values}


def _values(tags: Tags) -> dict[str, Any]:
    editors = fields.names(tags.all("A2", "ED"))
    notes = "\n".join(tags.tags.get("NO", ()))
    kind = fields.line(tags.tags.get("RT", [""])[0])
    values: dict[str, Any] = {
        "accession": fields.line(tags.one("AN") or tags.one("ID")),
        "title": fields.line(tags.one("T1", "ST")),
        "abstract": fields.paragraphs("\n".join(tags.all("AB"))),
        "authors": fields.names(tags.all("A1")) or editors,
        "journal": fields.line(tags.one("JF", "T2", "JO")),
        "year": fields.year(tags.one("YR")) or fields.year(tags.one("FD")),
        "volume": fields.line(tags.one("VO")),
        "issue": fields.line(tags.one("IS")),
        "pages": fields.pages(tags.one("SP"), tags.one("OP")),
        "doi": fields.doi(tags.one("DO")) or fields.noted_doi(notes),
        "pmid": fields.pmid(tags.one("PMID")) or fields.noted_pmid(notes),
        "pmcid": fields.pmcid(tags.one("PMCID")),
        "language": fields.line(tags.one("LA")),
        "publication_types": fields.unique([kind]),
        "keywords": fields.unique(part for one in tags.all("K1") for part in one.split(";")),
        "url": fields.url(tags.one("LK", "UL")),
    }
    extra = {
        "issn": fields.line(tags.one("SN")),
        "publisher": fields.line(tags.one("PB")),
        "journal_abbreviation": fields.line(tags.one("JO")),
        "editors": list(editors),
        "tags": tags.left(),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}
