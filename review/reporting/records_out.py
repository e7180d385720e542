"""How records leave: RIS and NBIB for reference managers, CSV and XLSX for everything else.

A record is a mapping with the fields of a card; `kept` is the record kept for its report, and
`standing` maps a stage to a state. CSV read back by the importer gives the same record.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from review.errors import BadInput
from review.ingest.nbib import LINKS
from review.ingest.record import Record as Read
from review.ingest.ris import MESH_NOTE, REGISTRY_NOTE, STATUS_NOTE, TYPES
from review.reporting.sheets import rows_csv, rows_xlsx
from review.vocab import Stage

Record = Mapping[str, Any]

_RETRACTED = "Retracted Publication"
FORMATS = ("ris", "csv", "nbib", "xlsx")
FIELDS = tuple(name for name in Read.__dataclass_fields__ if name != "extra")
COLUMNS = (
    *FIELDS,
    "record",
    "source",
    "search",
    "cluster",
    "retracted",
    *(f"standing_{stage.value.replace('-', '_')}" for stage in Stage),
)
# RIS's own type by its word; of several tags with one word the first is the usual one.
_TYPES = {word: tag for tag, word in reversed(TYPES.items())}
_LINK_TAGS = {kind: tag for tag, kind in LINKS.items()}


def records_file(rows: Iterable[Record], format: str, *, title: str = "Records") -> bytes:
    """Records as a file of a format. Raises BadInput for an unknown one."""
    match format:
        case "ris":
            return b"".join(_ris(row).encode("utf-8", "replace") for row in rows)
        case "nbib":
            return b"".join(_nbib(row).encode("utf-8", "replace") for row in rows)
        case "csv":
            return rows_csv(COLUMNS, map(_columns, rows)).encode("utf-8", "replace")
        case "xlsx":
            headings = {name: name.replace("_", " ").capitalize() for name in COLUMNS}
            return rows_xlsx(headings, map(_columns, rows), title=title)
        case _:
            raise BadInput(f"'{format}' is no format for records; formats: {', '.join(FORMATS)}")


def _columns(row: Record) -> dict[str, Any]:
    standing = row.get("standing") or {}
    cells = {name: row.get(name) for name in (*FIELDS, "record", "source", "search")}
    cells["cluster"] = row.get("kept", row.get("record"))
    cells["retracted"] = "yes" if row.get("retracted") else ""
    for stage in Stage:
        cells[f"standing_{stage.value.replace('-', '_')}"] = standing.get(stage.value, "")
    return cells


def _ris(row: Record) -> str:
    start, end = _pages(row)
    extra = row.get("extra") or {}
    mesh, keywords = row.get("mesh") or (), row.get("keywords") or ()
    kinds = row.get("publication_types") or ()
    tags: list[tuple[str, Any]] = [
        ("TY", next((_TYPES[kind] for kind in kinds if kind in _TYPES), "JOUR")),
        ("TI", row.get("title")),
        ("TT", extra.get("vernacular_title")),
        *(("AU", author) for author in row.get("authors") or ()),
        *(("A2", editor) for editor in extra.get("editors") or ()),
        ("PY", row.get("year")),
        ("T2", row.get("journal")),
        ("J2", extra.get("journal_abbreviation")),
        ("VL", row.get("volume")),
        ("IS", row.get("issue")),
        ("SP", start),
        ("EP", end),
        ("SN", extra.get("issn")),
        ("PB", extra.get("publisher")),
        ("DO", row.get("doi")),
        ("C2", row.get("pmcid")),
        ("UR", row.get("url")),
        ("LA", row.get("language")),
        *(("M3", kind) for kind in kinds),
        ("AB", row.get("abstract")),
        *(("KW", word) for word in (*keywords, *mesh)),
        ("AN", row.get("accession")),
        ("DB", row.get("source")),
        *(("N1", note) for note in _notes(row, extra)),
        ("ID", row.get("record")),
    ]
    lines = [f"{tag}  - {line}" for tag, value in tags for line in _lines(value)]
    return "\r\n".join([*lines, "ER  - ", "", ""])


def _notes(row: Record, extra: Mapping[str, Any]) -> Iterator[str]:
    """What RIS has no tag for, each as a note that says what it is."""
    yield from row.get("notes") or ()
    if row.get("pmid"):
        yield f"PMID: {row['pmid']}"
    if row.get("mesh"):
        # among the keywords too, for tools that know no MeSH; our own reader tells them apart
        yield MESH_NOTE + "; ".join(row["mesh"])
    if extra.get("registry_ids"):
        yield REGISTRY_NOTE + "; ".join(extra["registry_ids"])
    # what another record says of this report counts as its own word
    if status := "retracted" if row.get("retracted") else extra.get("editorial_status"):
        yield STATUS_NOTE + str(status)


def _lines(value: Any) -> Iterator[str]:
    """The value on one line; a paragraph goes on below it, indented, so it is never a tag."""
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x85\u2028\u2029]", " ", str(value or ""))
    paragraphs = [" ".join(part.split()) for part in text.split("\n")]
    joined = "\r\n      ".join(part for part in paragraphs if part)
    if joined:
        yield joined


def _pages(row: Record) -> tuple[str, str]:
    first, dash, last = str(row.get("pages") or "").partition("-")
    return (first, last) if dash and "-" not in last else (f"{first}{dash}{last}", "")


def _nbib(row: Record) -> str:
    extra = row.get("extra") or {}
    pmid = row.get("pmid") or ""
    tags: list[tuple[str, Any]] = [
        ("OWN", "" if pmid else "NOTNLM"),
        ("IS", extra.get("issn")),
        ("VI", row.get("volume")),
        ("IP", row.get("issue")),
        ("DP", extra.get("date") or row.get("year")),
        ("TI", row.get("title")),
        ("PG", row.get("pages")),
        ("AB", row.get("abstract")),
        *(("FAU", author) for author in row.get("authors") or ()),
        ("LA", row.get("language")),
        *(("SI", f"registry/{number}") for number in extra.get("registry_ids") or ()),
        *(("PT", kind) for kind in _kinds(row)),
        ("TT", extra.get("vernacular_title")),
        ("TA", extra.get("journal_abbreviation")),
        ("JT", row.get("journal")),
        *(link for link in map(_nbib_link, extra.get("links") or ()) if link),
        *(("MH", word) for word in row.get("mesh") or ()),
        *(("OT", word) for word in row.get("keywords") or ()),
        ("AID", f"{row['doi']} [doi]" if row.get("doi") else ""),
        ("PMC", row.get("pmcid")),
        ("OID", "" if pmid else row.get("accession")),
    ]
    # the tag that opens a record stands even where there is no number
    lines = [f"PMID- {pmid}"]
    lines += [f"{tag:<4}- {line}" for tag, value in tags for line in _lines(value)]
    return "\r\n".join([*lines, "", ""])


def _kinds(row: Record) -> list[str]:
    """The publication types, NLM's own for a retracted report among them."""
    found = list(row.get("publication_types") or ())
    if row.get("retracted") and _RETRACTED not in found:
        found.append(_RETRACTED)
    return found


def _nbib_link(link: Mapping[str, str]) -> tuple[str, str] | None:
    tag = _LINK_TAGS.get(link.get("type", ""))
    number = f". PMID: {link['pmid']}" if link.get("pmid") else ""
    return (tag, f"{link.get('source', '')}{number}") if tag else None
