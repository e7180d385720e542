"""What an EndNote XML file holds (EndNote, Zotero, Mendeley): one record per <record>."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.record import Record, Reject
from review.ingest.xml_pieces import read_pieces, text_of

_PUBMED = re.compile(r"pubmed|medline|nlm", re.I)


def read_endnote_xml(text: str) -> Iterator[Record | Reject]:
    """Records of the text, in order; positions count records from 1."""
    return read_pieces(text, record="record", roots=("xml", "records"), values=_values)


def _values(root: ET.Element) -> dict[str, Any]:
    def one(*paths: str) -> str:
        return next(filter(None, (text_of(root.find(path)) for path in paths)), "")

    def every(path: str) -> list[str]:
        return [text_of(element) for element in root.findall(path)]

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


def _provider(root: ET.Element) -> str:
    return " ".join(
        text_of(root.find(path)) for path in ("remote-database-name", "remote-database-provider")
    )


def _pmid(accession: str, notes: str, provider: str) -> str:
    """The accession number where PubMed gave it; else a PMID the notes name."""
    if _PUBMED.search(provider) and accession.isascii() and accession.isdigit():
        return fields.pmid(accession)
    found = re.search(r"PMID:?\s*(\d{4,8})(?!\d)", notes)
    return found.group(1) if found else ""
