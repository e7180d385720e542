"""What a PubMed text file holds (NBIB, MEDLINE, PubMed's .ris), ERIC's included.

Bio.Medline reads the tags of a record. Tags: NLM, "MEDLINE/PubMed Data Element (Field)
Descriptions". `extra` is as in pubmed_article.
"""

import re
from collections.abc import Iterator
from typing import Any

from Bio import Medline

from review.ingest import fields
from review.ingest.blocks import Block, blocks, lines_of
from review.ingest.pubmed_article import E_PAGE
from review.ingest.record import Record, Reject

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,4}) *- ?(.*)$")
_PMID = re.compile(r"PMID *- ?")
_FURNITURE = re.compile(r"\s*\d+[.:]?\s*$")
_NEVER = re.compile(r"(?!)")
LINKS = {
    "CIN": "CommentIn", "CON": "CommentOn", "EIN": "ErratumIn", "EFR": "ErratumFor",
    "RIN": "RetractionIn", "ROF": "RetractionOf", "UIN": "UpdateIn", "UOF": "UpdateOf",
    "RPI": "RepublishedIn", "RPF": "RepublishedFrom", "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor", "CRI": "CorrectedandRepublishedIn",
    "CRF": "CorrectedandRepublishedFrom", "SPIN": "SummaryForPatientsIn",
    "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "ORI": "OriginalReportIn", "DDIN": "AssociatedDataset",
}  # fmt: skip
_LINK_PMID = re.compile(r"\.?\s*PMID:\s*(\d+)\s*$")


def read_nbib(text: str) -> Iterator[Record | Reject]:
    """Records of a MEDLINE text, in order; positions are the record's first line."""
    lines = lines_of(text)
    del text  # up to four bytes a letter
    if any(_PMID.match(row) for row in lines):
        cut = blocks(lines, starts=_PMID.match, ends=_NEVER.match, furniture=_FURNITURE)
    else:
        cut = _paragraphs(lines)
    for item in cut:
        if isinstance(item, Reject):
            yield item
        else:
            yield from _read(item)


def _paragraphs(lines: list[str]) -> Iterator[Block | Reject]:
    """ERIC's records have no tag that opens them: an empty line stands between."""
    first = 0
    for number in range(len(lines) + 1):
        if number == len(lines) or not lines[number].strip():
            if number > first:
                yield Block(first + 1, lines[first:number])
            first = number + 1


def _read(block: Block) -> Iterator[Record | Reject]:
    """One record, and a reject for each run of lines in it that has no tag."""
    rows, stray = _tagged(block)
    found = fields.record(indexed=True, **_values(_tags(rows))) if rows else None
    if found is not None:
        yield found
    elif rows:
        reason = "this record has no PMID, title, abstract or author"
        yield Reject(position=f"line {block.line}", reason=reason, excerpt=_excerpt(rows))
    if stray:
        reason = "these lines have no tag and continue nothing"
        yield Reject(position=f"line {stray[0][0]}", reason=reason, excerpt=_excerpt([stray[0][1]]))


def _tagged(block: Block) -> tuple[list[str], list[tuple[int, str]]]:
    """The lines Bio.Medline can read, spaced as it expects, and the stray ones by number."""
    rows: list[str] = []
    stray: list[tuple[int, str]] = []
    for number, row in enumerate(block.lines, block.line):
        found = _TAG.match(row.lstrip("\ufeff"))
        if found:
            rows.append(f"{found.group(1):<4}- {found.group(2)}")
        elif row.startswith(("  ", "\t")) and rows and row.strip():
            rows.append(f"      {row.strip()}")
        elif row.strip() and not _FURNITURE.match(row):
            stray.append((number, row))
    return rows, stray


def _tags(rows: list[str]) -> dict[str, list[str]]:
    """Every tag with its values; Bio.Medline joins continued lines."""
    tags: dict[str, list[str]] = {}
    for tag, value in Medline.read(rows).items():  # type: ignore[no-untyped-call]
        tags[tag] = [value] if isinstance(value, str) else list(value)
    return tags


def _values(tags: dict[str, list[str]]) -> dict[str, Any]:
    def one(*names: str) -> str:
        return next((" ".join(tags[name]) for name in names if tags.get(name)), "")

    pmid = fields.pmid(one("PMID"))
    values: dict[str, Any] = {
        "accession": pmid or fields.line(one("OID")),
        "title": fields.line(one("TI", "BTI", "CTI", "TT")),
        "abstract": fields.paragraphs(one("AB", "OAB")),
        "authors": _authors(tags),
        "journal": fields.line(one("JT", "TA", "BTI", "CTI")),
        "year": fields.year(one("DP", "DEP", "SO")),
        "volume": fields.line(one("VI")),
        "issue": fields.line(one("IP")),
        "pages": fields.pages(one("PG")) or _number(tags),
        "doi": _doi(tags),
        "pmid": pmid,
        "pmcid": fields.pmcid(one("PMC")),
        "url": f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else "",
        "language": "; ".join(fields.unique(tags.get("LA", ()))),
        "publication_types": fields.unique(tags.get("PT", ())),
        "keywords": fields.unique(tags.get("OT", ())),
        "mesh": fields.unique(tags.get("MH", ())),
    }
    if values["journal"] == values["title"]:
        values["journal"] = ""
    return {**values, "extra": _extra(tags)}


def _authors(tags: dict[str, list[str]]) -> tuple[str, ...]:
    """Full names where each author has one, then groups, else editors."""
    full, short = tags.get("FAU", []), tags.get("AU", [])
    people = fields.names(full if len(full) >= len(short) else short)
    groups = tuple(map(fields.line, tags.get("CN", ())))
    return people + groups or fields.names(tags.get("FED") or tags.get("ED") or ())


def _number(tags: dict[str, list[str]]) -> str:
    """An electronic article number, which PubMed gives as a location without a DOI."""
    numbers = (one.removesuffix(" [pii]").strip() for one in tags.get("LID", ()))
    return next((one for one in numbers if E_PAGE.fullmatch(one)), "")


def _doi(tags: dict[str, list[str]]) -> str:
    """A location or article id marked [doi], else one that is a DOI (ERIC marks none)."""
    ids = [*tags.get("LID", ()), *tags.get("AID", ())]
    marked = [one for one in ids if "[doi]" in one]
    return next(filter(None, map(fields.doi, marked or ids)), "")


def _extra(tags: dict[str, list[str]]) -> dict[str, Any]:
    links = [_link(kind, text) for tag, kind in LINKS.items() for text in tags.get(tag, ())]
    trials = [one.partition("/")[2] for one in tags.get("SI", ()) if "/" in one]
    extra: dict[str, Any] = {
        "vernacular_title": fields.line(" ".join(tags.get("TT", ()))),
        "journal_abbreviation": fields.line(" ".join(tags.get("TA", ()))),
        "issn": fields.line((tags.get("IS") or [""])[0].split(" ")[0]),
        "date": fields.line(" ".join(tags.get("DP", ()))),
        "registry_ids": trials,
        "links": links,
    }
    return {key: value for key, value in extra.items() if value}


def _link(kind: str, text: str) -> dict[str, str]:
    found = _LINK_PMID.search(text)
    source = fields.line(_LINK_PMID.sub("", text))
    return {"type": kind, "source": source, **({"pmid": found.group(1)} if found else {})}


def _excerpt(rows: list[str]) -> str:
    return fields.line(" ".join(rows[:6]))[:120]
