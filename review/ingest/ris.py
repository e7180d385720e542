"""What a RIS file holds, in every dialect met: one record from TY to ER.

rispy reads the tags of a record; which tag means what for Embase, Ovid, Scopus, Web of
Science, Cochrane, Zotero, EndNote, Mendeley, Covidence, Rayyan and EPPI is decided here.
`extra` holds the type, editors and every tag that has no column.
"""

import re
from collections.abc import Iterator
from typing import Any

import rispy

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.record import Record, Reject

_TAG = re.compile(r"([A-Z][A-Z0-9])[ \t]{1,4}-(?:[ \t]+(.*)|)$")
_START = re.compile(r"TY[ \t]{1,4}-(?:[ \t]|$)")
_END = re.compile(r"ER[ \t]{1,4}-\s*$|ER[ \t]{1,4}-\s")
_FURNITURE = re.compile(
    r"\s*(?:<?\d+[.>]?|Record #\d+ of \d+|(?:Provider|Content|Database|Platform|Search Strategy)"
    r":.*|ER\s*-?|[-=_*]{3,}|EF)\s*$"
)
_TYPES = {
    "JOUR": "Journal Article", "EJOUR": "Journal Article", "JFULL": "Journal", "ABST": "Abstract",
    "INPR": "Journal Article", "MGZN": "Magazine Article", "NEWS": "Newspaper Article",
    "BOOK": "Book", "EBOOK": "Book", "CHAP": "Book Chapter", "ECHAP": "Book Chapter",
    "CONF": "Conference Proceedings", "CPAPER": "Conference Paper", "THES": "Thesis",
    "RPRT": "Report", "UNPB": "Unpublished Work", "CTLI": "Clinical Trial", "PAT": "Patent",
    "DATA": "Dataset", "ELEC": "Web Page", "DICT": "Dictionary", "ENCYC": "Encyclopedia",
}  # fmt: skip
_DROPPED = frozenset({"CR"})
_NUMBER_PAGE = re.compile(r"(?:[eE]|Artn |ARTN )?[\w.-]{0,12}\d+")


class _Every(dict[str, str]):
    """A tag table in which each tag stands for itself and takes a list."""

    def __missing__(self, tag: str) -> str:
        return tag

    def __contains__(self, tag: object) -> bool:
        return True


class _Tags(rispy.RisParser):
    """rispy, keeping every tag and every repetition, lenient about spaces around the dash."""

    DEFAULT_MAPPING = _Every(TY="TY")
    DEFAULT_LIST_TAGS = _Every()
    DEFAULT_DELIMITER_MAPPING: dict[str, str] = {}  # noqa: RUF012 - rispy's own shape

    def parse_line(self, line: str) -> tuple[str | None, str]:
        found = _TAG.match(line)
        return (found.group(1), (found.group(2) or "").strip()) if found else (None, line.strip())


_PARSER = _Tags()


def read_ris(text: str) -> Iterator[Record | Reject]:
    """Records of a RIS text, in order; positions are the line of TY."""
    for item in blocks(lines_of(text), starts=_START.match, ends=_END.match, furniture=_FURNITURE):
        yield item if isinstance(item, Reject) else _read(item)


def _read(block: Block) -> Record | Reject:
    tags = _tags(block.lines)
    found = fields.record(**_values(tags, cut=not block.closed))
    if found is None:
        reason = "this record has neither title, abstract, authors, DOI nor PMID"
        excerpt = fields.line(" ".join(block.lines[:6]))[:120]
        return Reject(position=f"line {block.line}", reason=reason, excerpt=excerpt)
    return found


def _tags(lines: list[str]) -> dict[str, list[str]]:
    """Every tag of a record with its values, empty ones left out."""
    opening = lines[0].lstrip("\ufeff \t")
    rows = iter([opening, *(row for row in lines[1:] if row.strip()), "ER  - "])
    parsed = _PARSER.parse_lines(rows)
    found: dict[str, list[str]] = {}
    for tag, value in (parsed[0] if parsed else {}).items():
        values = value if isinstance(value, list) else [value]
        if kept := [one for one in values if isinstance(one, str) and one.strip()]:
            found[str(tag)] = kept
    return found


class _Taken:
    """The tags of one record, remembering which were used."""

    def __init__(self, tags: dict[str, list[str]]) -> None:
        self.tags = tags
        self.used = {"TY", "ER"}

    def all(self, *names: str) -> list[str]:
        """Values of the first of the tags that is there."""
        for name in names:
            if name in self.tags:
                self.used.add(name)
                return self.tags[name]
        return []

    def one(self, *names: str) -> str:
        """The text of the first of the tags that is there; a value over several lines is joined."""
        return " ".join(self.all(*names))

    def matching(self, pattern: str, *names: str) -> str:
        """The first group of a pattern in the values of the tags, in order; "" if nowhere."""
        for name in names:
            for value in self.tags.get(name, ()):
                if found := re.search(pattern, value, re.IGNORECASE):
                    return found.group(1)
        return ""


def _values(tags: dict[str, list[str]], *, cut: bool) -> dict[str, Any]:
    taken = _Taken(tags)
    kind = (tags.get("TY") or [""])[0].strip().upper()
    title = taken.one("TI", "T1", "CT") or taken.one("BT", "TT", "ST")
    editors = fields.names(_people(taken.all("A2", "ED")))
    authors = fields.names(_people([*taken.all("AU"), *taken.all("A1")])) or editors
    values: dict[str, Any] = {
        "title": fields.line(title),
        "abstract": fields.paragraphs("\n".join(taken.all("AB", "N2"))),
        "authors": tuple(dict.fromkeys(authors)),
        "journal": fields.line(taken.one("JF", "T2", "JO", "JA", "J2", "J1", "BT")),
        "year": fields.year(taken.one("PY")) or fields.year(taken.one("Y1", "DA")),
        "volume": fields.line(taken.one("VL")),
        "issue": fields.line(taken.one("IS", "CP")),
        "pages": _pages(taken),
        "doi": _doi(taken),
        "language": fields.line("; ".join(taken.all("LA"))),
        "publication_types": _types(taken, kind),
        "keywords": _keywords(taken.all("KW", "DE")),
        "url": fields.url(taken.one("UR", "LK", "L2", "L1")),
        "pmid": _pmid(taken),
        "pmcid": fields.pmcid(taken.matching(r"(PMC\d+)", "C2", "UR", "L2", "PMC", "ID")),
        "accession": _accession(taken),
    }
    extra: dict[str, Any] = {
        "type": kind,
        "issn": fields.line("; ".join(taken.all("SN"))),
        "editors": list(editors) if authors != editors else [],
        "publisher": fields.line(taken.one("PB")),
        "date": fields.line(taken.one("DA")),
        "cut": "the file ends before ER" if cut else "",
        "tags": {
            tag: [fields.paragraphs(one) for one in found]
            for tag, found in tags.items()
            if tag not in taken.used and tag not in _DROPPED
        },
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _people(values: list[str]) -> list[str]:
    """One author a value; some exports put all into one, between semicolons."""
    return [one for value in values for one in value.split(";")]


def _pages(taken: _Taken) -> str:
    pages = fields.pages(taken.one("SP"), taken.one("EP")) or fields.pages(taken.one("PG"))
    if pages:
        return pages
    for tag in ("C7", "AR", "M2"):
        number = fields.line(" ".join(taken.tags.get(tag, ())))
        if _NUMBER_PAGE.fullmatch(number):
            taken.used.add(tag)
            return number.removeprefix("Artn ").removeprefix("ARTN ")
    return ""


def _doi(taken: _Taken) -> str:
    """The DOI tag; else a resolver's address or "doi:" in the tags where exporters put it."""
    given = fields.doi(taken.one("DO")) or fields.doi(taken.one("DI"))
    if given:
        return given
    marked = taken.matching(
        r"(?:doi\.org/|doi[:=]\s*|^)(10\.\d{4,9}/\S+)",
        "M3",
        "L3",
        "UR",
        "L2",
        "LK",
        "N1",
        "ID",
        "AN",
    )
    return fields.doi(marked.split("&")[0])


def _pmid(taken: _Taken) -> str:
    """PubMed's id, from the tags that Embase, Cochrane, Ovid, EndNote and Zotero use for it."""
    marked = taken.matching(
        r"(?:pubmed(?:\.ncbi\.nlm\.nih\.gov/|/|\s+|:\s*)|PMID:?\s*)(\d{4,8})(?!\d)",
        "PM", "PMID", "C3", "N1", "UR", "L2", "U1", "M1", "AN", "ID", "LB",
    )  # fmt: skip
    if marked:
        return fields.pmid(marked)
    for tag in ("PM", "C5"):
        if number := taken.matching(r"^\s*(\d{5,8})\s*$", tag):
            taken.used.add(tag)
            return fields.pmid(number)
    if taken.matching(r"(\bpubmed\b|\bmedline\b|\bNLM\b)", "DB", "DP"):
        return fields.pmid(taken.matching(r"^\s*(\d{5,8})\s*$", "AN", "ID"))
    return ""


def _accession(taken: _Taken) -> str:
    """The source's own id: accession number, Embase's L number, Scopus's EID, else ID."""
    for tag, pattern in (("AN", r"(\S.*)"), ("U2", r"^(L\d{6,})$"), ("UT", r"(\S+)")):
        if found := taken.matching(pattern, tag):
            taken.used.add(tag)
            return fields.line(found)
    inside = taken.matching(r"[?&]eid=(2-s2\.0-\d+)", "UR", "LK") or taken.matching(
        r"viewrecord&id=(L\d{6,})", "UR"
    )
    return inside or fields.line(taken.one("ID")) or taken.matching(r"^(L\d{6,})$", "N1")


def _types(taken: _Taken, kind: str) -> tuple[str, ...]:
    """The source's words where it has any, else RIS's own type."""
    words = [
        one
        for tag in ("M3", "PT")
        for one in taken.tags.get(tag, ())
        if not one.startswith(("10.", "http", "doi")) and not one.strip().isdigit()
    ]
    if words:
        taken.used.update(("M3", "PT"))
    return fields.unique(words) or ((_TYPES[kind],) if kind in _TYPES else ())


def _keywords(values: list[str]) -> tuple[str, ...]:
    if len(values) == 1:
        return fields.split_list(values[0])
    return fields.unique(part for value in values for part in value.split(";"))
