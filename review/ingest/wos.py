"""What a Web of Science tagged file holds (field tags PT to ER; .txt, .ciw).

rispy reads the tags. Tags: Clarivate, "Web of Science Core Collection Field Tags".
"""

import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.record import Record, Reject
from review.ingest.tags import Tags, WosTags, values_of

_START = re.compile(r"PT(?:\s|$)")
_END = re.compile(r"ER\s*$")
_FURNITURE = re.compile(r"(?:FN|VR|EF|ER)(?:\s|$)")
_NOTE = re.compile(r"\s*\([^()]*@[^()]*\)|\s*\[[^\[\]]*\]")
_PARSER = WosTags()


def read_wos(text: str) -> Iterator[Record | Reject]:
    """Records of a tagged text, in order; positions are the line of PT."""
    for item in blocks(lines_of(text), starts=_START.match, ends=_END.match, furniture=_FURNITURE):
        yield item if isinstance(item, Reject) else _read(item)


def _read(block: Block) -> Record | Reject:
    opening = block.lines[0].lstrip("\ufeff")
    rows = [opening, *(row for row in block.lines[1:] if row.strip()), "ER "]
    found = fields.record(**_values(Tags(values_of(_PARSER, rows), used=("PT", "ER")), block))
    if found is None:
        reason = "this record has neither title, abstract, authors, DOI nor PMID"
        excerpt = fields.line(" ".join(block.lines[:6]))[:120]
        return Reject(position=f"line {block.line}", reason=reason, excerpt=excerpt)
    return found


def _values(tags: Tags, block: Block) -> dict[str, Any]:
    full, short = tags.all("AF"), tags.all("AU")
    writers = full if len(full) >= len(short) else short
    groups = fields.names(one for value in tags.all("CA") for one in value.split(";"))
    editors = fields.names(tags.all("BE", "ED"))
    values: dict[str, Any] = {
        "accession": fields.line(tags.one("UT", "AN")),
        "title": fields.line(tags.one("TI", "CT")),
        "abstract": fields.paragraphs(tags.one("AB")),
        "authors": fields.names(_NOTE.sub("", one) for one in writers) + groups or editors,
        "journal": fields.line(tags.one("SO", "JI", "J9", "SE")),
        "year": fields.year(tags.one("PY")) or fields.year(tags.one("EA", "PD")),
        "volume": fields.line(tags.one("VL")),
        "issue": fields.line(tags.one("IS")),
        "pages": fields.pages(tags.one("BP"), tags.one("EP")) or fields.pages(tags.one("AR", "PS")),
        "doi": fields.doi(tags.one("DI")) or fields.doi(tags.one("D2")),
        "pmid": fields.pmid(tags.one("PM")),
        "language": fields.line(tags.one("LA")),
        "publication_types": fields.split_list(tags.one("DT")),
        "keywords": _keywords(tags),
        "mesh": fields.split_list(tags.one("MH")),
        "url": fields.url(tags.one("UR")),
    }
    extra = {
        "issn": fields.line(tags.one("SN", "EI")),
        "publisher": fields.line(tags.one("PU")),
        "editors": list(editors),
        "cut": "" if block.closed else "the file ends before ER",
        "tags": tags.left(("CR", "NR", "PG")),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _keywords(tags: Tags) -> tuple[str, ...]:
    """Author keywords, then Keywords Plus."""
    both = (*fields.split_list(tags.one("DE")), *fields.split_list(tags.one("ID")))
    return fields.unique(both)
