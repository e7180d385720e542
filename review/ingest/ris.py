"""What a RIS file holds, in every dialect met: one record from TY to ER.

rispy reads the tags of a record; which tag means what for Embase, Ovid, Scopus, Web of
Science, Cochrane, Zotero, EndNote, Mendeley, Covidence, Rayyan and EPPI is decided here.
`extra` holds the type, editors and every tag that has no column.
"""

import re
from collections.abc import Iterator
from typing import Any

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.editorial import EditorialStatus
from review.ingest.record import Record, Reject
from review.ingest.tags import TAG, RisTags, Tags, values_of

_START = re.compile(r"TY[ \t]{1,4}-(?:[ \t]|$|[A-Z]{3,6}[ \t]*$)")
_END = re.compile(r"ER[ \t]{1,4}-\s*$|ER[ \t]{1,4}-\s")
_FURNITURE = re.compile(
    r"\s*(?:<?\d+[.>]?|Record #\d+ of \d+|(?:Provider|Content|Database|Platform|Search Strategy)"
    r":.*|ER\s*-?|[-=_*]{3,}|EF)\s*$|NL  - |Link to the (?:Ovid|External)"
)
TYPES = {
    "JOUR": "Journal Article", "EJOUR": "Journal Article", "JFULL": "Journal", "ABST": "Abstract",
    "INPR": "Journal Article", "MGZN": "Magazine Article", "NEWS": "Newspaper Article",
    "BOOK": "Book", "EBOOK": "Book", "CHAP": "Book Chapter", "ECHAP": "Book Chapter",
    "CONF": "Conference Proceedings", "CPAPER": "Conference Paper", "THES": "Thesis",
    "RPRT": "Report", "UNPB": "Unpublished Work", "CTLI": "Clinical Trial", "PAT": "Patent",
    "DATA": "Dataset", "ELEC": "Web Page", "DICT": "Dictionary", "ENCYC": "Encyclopedia",
}  # fmt: skip
MESH_NOTE = "MeSH: "
STATUS_NOTE = "Editorial status: "
REGISTRY_NOTE = "Trial registration: "
_DROPPED = ("CR",)
_NUMBER_PAGE = re.compile(r"(?:[eE]|Artn |ARTN )?[\w.-]{0,12}\d+")


_PARSER = RisTags()


def read_ris(text: str) -> Iterator[Record | Reject]:
    """Records of a RIS text, in order; positions are the line of TY.

    A text without any TY (some tools leave it out) has its records between ER lines.
    """
    lines = lines_of(text)
    del text  # up to four bytes a letter
    starts = _START.match if any(map(_START.match, lines)) else _Headless()
    for item in blocks(lines, starts=starts, ends=_END.match, furniture=_FURNITURE):
        yield item if isinstance(item, Reject) else _read(item)


class _Headless:
    """A record starts at the first tag after the last ER."""

    def __init__(self) -> None:
        self._inside = False

    def __call__(self, row: str) -> bool:
        if _END.match(row):
            self._inside = False
            return False
        started = not self._inside and bool(TAG.match(row))
        self._inside = self._inside or started
        return started


def _read(block: Block) -> Record | Reject:
    tags = _tags(block.lines)
    found = fields.record(**_values(tags, cut=not block.closed))
    if found is None:
        reason = "this record has neither title, abstract, authors, DOI nor PMID"
        excerpt = fields.line(" ".join(block.lines[:6]))[:120]
        return Reject(position=f"line {block.line}", reason=reason, excerpt=excerpt)
    return found


def _tags(lines: list[str]) -> dict[str, list[str]]:
    opening = lines[0].lstrip("\ufeff \t")
    rows = [opening, *(row for row in lines[1:] if row.strip()), "ER  - "]
    if not _START.match(opening):
        rows.insert(0, "TY  - ")
    return values_of(_PARSER, rows)


def _values(tags: dict[str, list[str]], *, cut: bool) -> dict[str, Any]:
    taken = Tags(tags, used=("TY", "ER"))
    kind = fields.line((tags.get("TY") or [""])[0]).upper()
    title = taken.one("TI", "T1", "CT") or taken.one("BT", "TT", "ST", "T2")
    named = taken.all("AU")
    named = [*named, *(one for one in taken.all("A1") if one not in named)]
    authors = fields.names(_people(named))
    editors = () if authors and kind == "JOUR" else fields.names(_people(taken.all("A2", "ED")))
    mesh = _mesh(tags)
    values: dict[str, Any] = {
        "title": fields.line(title),
        "abstract": fields.paragraphs("\n".join(taken.all("AB", "N2"))),
        "authors": authors or editors,
        "journal": fields.line(
            taken.one("JF", "T2") or taken.first("JO", "JA", "J2", "J1") or taken.one("BT")
        ),
        "year": fields.year(taken.first("PY")) or fields.year(taken.first("DA", "Y1")),
        "volume": fields.line(taken.first("VL")),
        "issue": fields.line(taken.first("IS", "CP")),
        "pages": _pages(taken),
        "doi": _doi(taken),
        "language": fields.line("; ".join(taken.all("LA"))),
        "publication_types": _types(taken, kind),
        "keywords": _keywords(taken.all("KW", "DE"), mesh),
        "mesh": mesh,
        "url": fields.url(taken.one("UR", "LK", "L2", "L1")),
        "pmid": _pmid(taken),
        "pmcid": _pmcid(taken),
        "accession": _accession(taken),
    }
    extra: dict[str, Any] = {
        "type": kind,
        "issn": fields.line("; ".join(taken.all("SN"))),
        "editors": list(editors) if authors else [],
        "publisher": fields.line(taken.one("PB")),
        "date": fields.line(taken.one("DA")),
        "vernacular_title": fields.line(taken.one("TT")),
        "journal_abbreviation": fields.line(taken.first("J2", "JA")),
        "registry_ids": [one for one in _noted(taken, REGISTRY_NOTE).split("; ") if one],
        "editorial_status": _noted_status(taken),
        "cut": "the file ends before ER" if cut else "",
        "tags": taken.left(_DROPPED),
    }
    return {**values, "extra": {key: value for key, value in extra.items() if value}}


def _people(values: list[str]) -> list[str]:
    """One author a value; some exports put all into one, between semicolons."""
    return [one for value in values for one in value.split(";")]


def _pages(taken: Tags) -> str:
    pages = fields.pages(taken.first("SP"), taken.first("EP")) or fields.pages(taken.first("PG"))
    if pages:
        return pages
    for tag in ("C7", "AR", "M2"):
        number = fields.line(" ".join(taken.tags.get(tag, ())))
        if _NUMBER_PAGE.fullmatch(number):
            taken.used.add(tag)
            return number.removeprefix("Artn ").removeprefix("ARTN ")
    return ""


def _doi(taken: Tags) -> str:
    """The DOI tag; else a resolver's address or "doi:" in the tags where exporters put it."""
    given = fields.doi(taken.first("DO")) or fields.doi(taken.first("DI"))
    if given:
        return given
    address = r"(?:doi\.org/|doi[:=]\s*|^)(10\.\d{4,9}/\S+)"
    marked = taken.matching(address, "M3", "L3", "UR", "L2", "LK", "ID", "AN")
    # A note may cite other work: only one that begins with a DOI means the record's own.
    marked = marked or taken.matching(r"^\W*doi[:= ]\s*(10\.\d{4,9}/\S+)", "N1")
    return fields.doi(marked.split("&")[0])


def _pmid(taken: Tags) -> str:
    """PubMed's id, from the tags that Embase, Cochrane, Ovid, EndNote and Zotero use for it."""
    marked = taken.matching(
        r"^\W*(?:PubMed(?: ID| PMID)?:?|PMID:?|https?://(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed/(?:\?term=)?"
        r"|https?://pubmed\.ncbi\.nlm\.nih\.gov/)\s*(\d{4,8})(?!\d)",
        "PM", "PMID", "C3", "N1", "UR", "L2", "U1", "AN", "ID", "LB",
    )  # fmt: skip
    if marked:
        return fields.pmid(marked)
    for tag in ("PM", "C5"):
        if number := taken.matching(r"^\s*(\d{5,8})\s*$", tag):
            taken.used.add(tag)
            return fields.pmid(number)
    if number := taken.matching(r"(\d{4,8}) ?[\[(]pmid[\])]", "U1", "U2", "AN", "ID", "N1"):
        return fields.pmid(number)
    if number := taken.matching(r"[?&]db=(?:mdc|mnh|mdl|cmedm)&AN=(\d{5,8})(?!\d)", "UR"):
        return fields.pmid(number)
    if taken.matching(r"(\bpubmed\b|\bmedline\b|\bNLM\b)", "DB", "DP"):
        return fields.pmid(taken.matching(r"^\s*(\d{5,8})\s*$", "AN", "ID"))
    return ""


def _pmcid(taken: Tags) -> str:
    """PubMed Central's id, from the tags that are known to hold one, or a note that names it."""
    found = taken.matching(r"(PMC\d+)", "C2", "UR", "L2", "PMC", "ID", "U1", "U2")
    return fields.pmcid(found or taken.matching(r"(?m)^\W*PMCID:?\s*(PMC\d+)", "N1"))


def _mesh(tags: dict[str, list[str]]) -> tuple[str, ...]:
    """MeSH headings, which RIS has no tag for: our own export lists them in a note besides."""
    for at, note in enumerate(tags.get("N1", ())):
        if note.startswith(MESH_NOTE):
            del tags["N1"][at]
            return fields.unique(note.removeprefix(MESH_NOTE).split(";"))
    return ()


def _noted(taken: Tags, begins: str) -> str:
    """What follows the opening words of a note of our own export."""
    return fields.line(taken.matching(rf"^{re.escape(begins)}(.*)", "N1"))


def _noted_status(taken: Tags) -> str:
    """Our own note of it, or NLM's note of a retraction as EndNote and Zotero keep it."""
    if taken.matching(r"^((?:partial )?retraction in\b)", "N1"):
        return EditorialStatus.RETRACTED.value
    status = _noted(taken, STATUS_NOTE)
    return status if status in set(EditorialStatus) else ""


def _accession(taken: Tags) -> str:
    """The source's own id: accession number, Embase's L number, Scopus's EID, else ID."""
    for tag, pattern in (("AN", r"(\S.*)"), ("U2", r"^(L\d{6,})$"), ("UT", r"(\S+)")):
        if found := taken.matching(pattern, tag):
            taken.used.add(tag)
            return fields.line(found)
    for pattern in (
        r"[?&]eid=(2-s2\.0-\d+)", r"viewrecord&id=(L\d{6,})", r"ebscohost\.com/.*[?&]AN=([\w.-]+)",
        r"^Accession Number: ([^;]+);", r"(https://openalex\.org/W\d+)",
    ):  # fmt: skip
        if inside := taken.matching(pattern, "UR", "LK", "N1"):
            return fields.line(inside)
    return fields.line(taken.first("ID")) or taken.matching(r"^(L\d{6,})$", "N1")


def _types(taken: Tags, kind: str) -> tuple[str, ...]:
    """The source's words where it has any, else RIS's own type."""
    for tag in ("PT", "M3"):
        words = fields.unique(
            one
            for one in taken.tags.get(tag, ())
            if not one.startswith(("10.", "http", "doi")) and not one.strip().isdigit()
        )
        if words:
            taken.used.add(tag)
            return words
    return (TYPES[kind],) if kind in TYPES else ()


def _keywords(values: list[str], mesh: tuple[str, ...]) -> tuple[str, ...]:
    """Keywords without the MeSH headings, which stand last where our own export wrote them."""
    if mesh and fields.unique(values[-len(mesh) :]) == mesh:
        values, mesh = values[: -len(mesh)], ()
    if len(values) == 1:
        return fields.split_list(values[0])
    words = fields.unique(part for value in values for part in value.split(";"))
    return tuple(word for word in words if word not in mesh)
