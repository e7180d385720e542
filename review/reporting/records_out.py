"""How records leave: RIS and NBIB for reference managers, CSV and XLSX for everything else.

A record is a mapping with the fields of a card; `kept` is the record kept for its report, and
`standing` maps a stage to a state. CSV read back by the importer gives the same record.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from review.errors import BadInput
from review.ingest.record import Record as Read
from review.reporting.sheets import rows_csv, rows_xlsx
from review.vocab import Stage

Record = Mapping[str, Any]

FORMATS = ("ris", "csv", "nbib", "xlsx")
FIELDS = tuple(name for name in Read.__dataclass_fields__ if name != "extra")
COLUMNS = (
    *FIELDS,
    "record",
    "source",
    "search",
    "cluster",
    *(f"standing_{stage.value.replace('-', '_')}" for stage in Stage),
)


def records_file(rows: Iterable[Record], format: str, *, title: str = "Records") -> bytes:
    """Records as a file of a format. Raises BadInput for an unknown one."""
    match format:
        case "ris":
            text = "".join(_ris(row) for row in rows)
        case "nbib":
            text = "".join(_nbib(row) for row in rows)
        case "csv":
            text = rows_csv(COLUMNS, map(_columns, rows))
        case "xlsx":
            headings = {name: name.replace("_", " ").capitalize() for name in COLUMNS}
            return rows_xlsx(headings, map(_columns, rows), title=title)
        case _:
            raise BadInput(f"'{format}' is no format for records; formats: {', '.join(FORMATS)}")
    return text.encode("utf-8", "replace")


def _columns(row: Record) -> dict[str, Any]:
    standing = row.get("standing") or {}
    cells = {name: row.get(name) for name in (*FIELDS, "record", "source", "search")}
    cells["cluster"] = row.get("kept", row.get("record"))
    for stage in Stage:
        cells[f"standing_{stage.value.replace('-', '_')}"] = standing.get(stage.value, "")
    return cells


def _ris(row: Record) -> str:
    start, end = _pages(row)
    tags: list[tuple[str, Any]] = [
        ("TY", "JOUR"),
        ("TI", row.get("title")),
        *(("AU", author) for author in row.get("authors") or ()),
        ("PY", row.get("year")),
        ("T2", row.get("journal")),
        ("VL", row.get("volume")),
        ("IS", row.get("issue")),
        ("SP", start),
        ("EP", end),
        ("DO", row.get("doi")),
        ("UR", row.get("url")),
        ("LA", row.get("language")),
        *(("M3", kind) for kind in row.get("publication_types") or ()),
        ("AB", row.get("abstract")),
        *(("KW", word) for word in (*(row.get("keywords") or ()), *(row.get("mesh") or ()))),
        ("AN", row.get("accession")),
        ("DB", row.get("source")),
        ("N1", f"PMID: {row['pmid']}" if row.get("pmid") else ""),
        ("ID", row.get("record")),
    ]
    lines = [f"{tag}  - {line}" for tag, value in tags for line in _lines(value)]
    return "\r\n".join([*lines, "ER  - ", "", ""])


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
    tags: list[tuple[str, Any]] = [
        ("OWN", "" if row.get("pmid") else "NOTNLM"),
        ("TI", row.get("title")),
        ("AB", row.get("abstract")),
        *(("FAU", author) for author in row.get("authors") or ()),
        ("LA", row.get("language")),
        *(("PT", kind) for kind in row.get("publication_types") or ()),
        ("DP", row.get("year")),
        ("JT", row.get("journal")),
        ("VI", row.get("volume")),
        ("IP", row.get("issue")),
        ("PG", row.get("pages")),
        ("AID", f"{row['doi']} [doi]" if row.get("doi") else ""),
        ("PMC", row.get("pmcid")),
        *(("OT", word) for word in row.get("keywords") or ()),
        *(("MH", word) for word in row.get("mesh") or ()),
    ]
    # the tag that opens a record stands even where there is no number
    lines = [f"PMID- {row.get('pmid') or ''}"]
    lines += [f"{tag:<4}- {line}" for tag, value in tags for line in _lines(value)]
    return "\r\n".join([*lines, "", ""])
