"""What an EndNote XML file holds (EndNote, Zotero, Mendeley): one record per <record>.

Each record is parsed on its own, so no document type and no entity is ever read.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.record import Record, Reject

_START = re.compile(r"<record(?:\s[^<>]{0,500})?>", re.I)
_END = re.compile(r"</record\s*>", re.I)
_FURNITURE = re.compile(
    r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|</?(?:xml|records?)(?:\s[^>]*)?/?>|\s+|\ufeff",
    re.S | re.I,
)
_CONTROL = re.compile(  # what XML 1.0 cannot hold, as characters or as references
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));",
    re.I,
)
_PUBMED = re.compile(r"pubmed|medline|nlm", re.I)


def read_endnote_xml(text: str) -> Iterator[Record | Reject]:
    """Records of the text, in order; positions count records from 1."""
    at = count = 0
    for end in _END.finditer(text):
        piece = text[at : end.end()]
        at = end.end()
        starts = list(_START.finditer(piece))
        count += 1 if starts else 0
        yield from _outside(piece[: starts[-1].start()] if starts else piece, count)
        if starts:
            yield _read(piece[starts[-1].start() :], position=f"record {count}")
    rest = text[at:]
    if _START.search(rest):
        reason = "the file ends inside this record"
        yield Reject(position=f"record {count + 1}", reason=reason, excerpt=_excerpt(rest))
        return
    yield from _outside(rest, count + 1)
    if "<records" in text[:5000].lower() and "</records" not in rest.lower():
        reason = "the file ends before </records>; records may be missing"
        yield Reject(position=f"after record {count}", reason=reason)


def _outside(text: str, count: int) -> Iterator[Reject]:
    left = _FURNITURE.sub("", text)
    if left:
        reason = "this is outside any record"
        yield Reject(position=f"before record {count}", reason=reason, excerpt=_excerpt(left))


def _read(text: str, *, position: str) -> Record | Reject:
    try:
        root = ET.fromstring(_CONTROL.sub("", text))  # noqa: S314 - no document type gets here
    except (ET.ParseError, ValueError) as error:
        reason = f"this record is not well-formed XML ({error})"
        return Reject(position=position, reason=reason, excerpt=_excerpt(text))
    found = fields.record(**_values(root))
    reason = "this record has neither title, abstract, authors nor DOI"
    return found or Reject(position=position, reason=reason, excerpt=_excerpt(text))


def _values(root: ET.Element) -> dict[str, Any]:
    def one(*paths: str) -> str:
        return next(filter(None, (_text(root.find(path)) for path in paths)), "")

    def every(path: str) -> list[str]:
        return [_text(element) for element in root.findall(path)]

    kind = root.find("ref-type")
    name = fields.line(kind.get("name", "")) if kind is not None else ""
    editors = fields.names(every("contributors/secondary-authors/author"))
    accession = fields.line(one("accession-num"))
    title = one("titles/title", "title", "titles/translated-title")
    values: dict[str, Any] = {
        "accession": accession or fields.line(one("rec-number", "label")),
        "title": fields.line(title),
        "abstract": fields.paragraphs(one("abstract")),
        "authors": fields.names(every("contributors/authors/author")) or editors,
        "journal": fields.line(
            one("periodical/full-title", "titles/secondary-title", "alt-periodical/full-title")
        ),
        "year": fields.year(one("dates/year")) or fields.year(one("dates/pub-dates/date")),
        "volume": fields.line(one("volume")),
        "issue": fields.line(one("number", "issue")),
        "pages": fields.pages(one("pages")),
        "doi": fields.doi(one("electronic-resource-num")),
        "pmid": _pmid(accession, one("notes"), _provider(root)),
        "pmcid": fields.pmcid(one("custom2")),
        "language": fields.line(one("language")),
        "publication_types": fields.unique([one("work-type") or name]),
        "keywords": fields.unique(
            part for word in every("keywords/keyword") for part in re.split(r"[\r\n;]", word)
        ),
        "url": next(filter(None, map(fields.url, every("urls/related-urls/url"))), "")
        or fields.url(one("urls/web-urls/url")),
    }
    extra = {
        "type": name,
        "issn": fields.line(one("isbn")),
        "editors": list(editors),
        "publisher": fields.line(one("publisher")),
        "journal_abbreviation": fields.line(one("periodical/abbr-1")),
        "notes": fields.paragraphs(one("notes")),
        "database": fields.line(one("remote-database-name")),
        "label": fields.line(one("label")),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _text(element: ET.Element | None) -> str:
    """All text of an element; EndNote wraps runs of one style in <style>."""
    return "".join(element.itertext()).strip() if element is not None else ""


def _provider(root: ET.Element) -> str:
    return " ".join(
        _text(root.find(path)) for path in ("remote-database-name", "remote-database-provider")
    )


def _pmid(accession: str, notes: str, provider: str) -> str:
    """The accession number where PubMed gave it; else a PMID the notes name."""
    if _PUBMED.search(provider) and accession.isascii() and accession.isdigit():
        return fields.pmid(accession)
    found = re.search(r"PMID:?\s*(\d{4,8})(?!\d)", notes)
    return found.group(1) if found else ""


def _excerpt(text: str) -> str:
    return fields.line(_FURNITURE.sub(" ", text[:600]))[:120]
